"""A remote store: any endpoint of the SPARQL 1.1 Protocol, through SPARQLWrapper."""

import json
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from email.message import Message
from typing import Final, Protocol, cast
from urllib.error import HTTPError, URLError

from SPARQLWrapper import POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import EndPointInternalError, QueryBadFormed, SPARQLWrapperException

from hubgraph.errors import QueryError, QuerySyntaxError, QueryTimeoutError, QueryTooLargeError, StoreError
from hubgraph.resources import content
from hubgraph.settings import Settings
from hubgraph.sparql import bind, examine, refuse_local_graph
from hubgraph.store.base import (
    Answer,
    Dataset,
    GenerationInfo,
    Limits,
    ResultFormat,
    SearchHit,
    SearchPage,
    Table,
)
from hubgraph.store.results import read_boolean, read_table
from hubgraph.terms import split_record_iri

_MEDIA: Final[dict[ResultFormat, str]] = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdfxml": "application/rdf+xml",
    "jsonld": "application/ld+json",
}


class _Reply(Protocol):
    def read(self) -> bytes: ...
    def info(self) -> Message: ...


class RemoteStore:
    """Queries to one endpoint; the data there are what they are: no generations, search through SPARQL."""

    def __init__(self, address: str, settings: Settings) -> None:
        """Take the query address (`query-url` or `query-url,update-url`)."""
        self._address = address.split(",", maxsplit=1)[0]
        self._settings = settings

    def one_generation(self) -> AbstractContextManager[None]:
        """Do nothing: a store elsewhere has no generations."""
        return nullcontext()

    def info(self) -> GenerationInfo:
        """Return triples and data date as the endpoint's own source records state them."""
        table = self.select(content("queries", "internal", "remote-info.rq").read_text())
        row = table.rows[0] if table.rows else {}
        triples = int(row["triples"].value) if "triples" in row else 0
        data_date = row["data_date"].value if "data_date" in row else time.strftime("%Y-%m-%d")
        return GenerationInfo("", data_date, triples, self._settings.base)

    def answer(
        self,
        query: str,
        result_format: ResultFormat,
        *,
        dataset: Dataset | None = None,
        limits: Limits | None = None,
    ) -> Answer:
        """Run a query there and return its serialised answer; raises the QueryError family."""
        settings = self._settings
        examine(query, max_bytes=settings.query_text_bytes, max_depth=settings.query_depth)
        bounds = limits or Limits(settings.query_seconds, settings.query_rows, settings.query_bytes)
        wrapper = SPARQLWrapper(self._address)
        wrapper.setMethod(POST)
        wrapper.setQuery(query)
        wrapper.setTimeout(max(1, round(bounds.seconds)))
        wrapper.addCustomHttpHeader("Accept", _MEDIA[result_format])
        for graph in (dataset or Dataset()).default_graphs:
            refuse_local_graph(graph)
            wrapper.addParameter("default-graph-uri", graph)
        for graph in (dataset or Dataset()).named_graphs:
            refuse_local_graph(graph)
            wrapper.addParameter("named-graph-uri", graph)
        start = time.perf_counter()
        body = self._fetch(wrapper, bounds)
        return Answer(body, None, time.perf_counter() - start)

    def select(self, query: str, *, limits: Limits | None = None) -> Table:
        """Run a SELECT over the endpoint's default graph and return its rows as terms."""
        answer = self.answer(query, "json", limits=limits)
        try:
            return read_table(answer.body, answer.seconds)
        except (json.JSONDecodeError, KeyError):
            raise QueryTimeoutError(
                "The endpoint broke off its answer, most likely at its own time limit."
            ) from None

    def ask(self, query: str, *, limits: Limits | None = None) -> bool:
        """Run an ASK over the endpoint's default graph."""
        return read_boolean(self.answer(query, "json", limits=limits).body)

    def search(self, text: str, *, kinds: Sequence[str] = (), limit: int = 20, offset: int = 0) -> SearchPage:
        """Return records whose label contains the text or whose identifier equals it."""
        query = bind(
            content("queries", "internal", "search-remote.rq").read_text(),
            {"text": [json.dumps(text.strip().lower(), ensure_ascii=False)]},
        )
        hits = []
        for row in self.select(query).rows:
            split = split_record_iri(row["iri"].value, self._settings.base)
            if split and (not kinds or split[0] in kinds):
                hits.append(
                    SearchHit(split[0], split[1], row["iri"].value, row["name"].value, "", "", "", 1.0)
                )
        return SearchPage(tuple(hits[offset : offset + limit]), len(hits))

    def close(self) -> None:
        """Nothing is kept open."""

    def _fetch(self, wrapper: SPARQLWrapper, limits: Limits) -> bytes:
        try:
            reply = cast("_Reply", wrapper.query().response)
            body = reply.read()
        except QueryBadFormed as error:
            raise QuerySyntaxError(f"The endpoint could not read the query: {_first_line(error)}") from None
        except TimeoutError:
            raise QueryTimeoutError(
                f"The endpoint did not answer within {limits.seconds:g} seconds."
            ) from None
        except (EndPointInternalError, SPARQLWrapperException, HTTPError) as error:
            raise QueryError(f"The endpoint could not answer: {_first_line(error)}") from None
        except URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise QueryTimeoutError(
                    f"The endpoint did not answer within {limits.seconds:g} seconds."
                ) from None
            raise StoreError(
                f"The endpoint {self._address} cannot be reached; check the address given with --store."
            ) from None
        if reply.info().get("X-SQL-State"):
            raise QueryTimeoutError("The endpoint broke off its answer at its own time limit.")
        if len(body) > limits.bytes:
            raise QueryTooLargeError(
                f"The answer is larger than {limits.bytes / 1e6:,.0f} MB; add a LIMIT or narrow the query."
            )
        return body


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no reason given"])[0][:200]
