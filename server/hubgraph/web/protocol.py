"""`/sparql`: the query operation of the SPARQL 1.1 Protocol, and the service description."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request

from hubgraph.errors import ParameterError, QueryForbiddenError, QuerySyntaxError
from hubgraph.resources import content
from hubgraph.saved_queries.values import is_iri, literal
from hubgraph.sparql import bind, examine, refuse_local_graph, tokenise
from hubgraph.store.base import Dataset, GenerationInfo
from hubgraph.terms import XSD
from hubgraph.web.caching import Kept
from hubgraph.web.errors import UnsupportedMediaTypeError
from hubgraph.web.formats import GRAPHS, Format, by_accept, by_name, content_type, formats_of
from hubgraph.web.links import absolute
from hubgraph.web.negotiation import prefers_html
from hubgraph.web.representation import Representation, respond
from hubgraph.web.world import world

blueprint = Blueprint("protocol", __name__)

FORM: Final = "application/x-www-form-urlencoded"
DIRECT: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
_FORMAT_NAMES: Final = ("format", "output")
_MOST_FIELDS: Final = 1_000
_EXAMPLE: Final = "ASK {}"
_ABSOLUTE: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_FORMAT_IRIS: Final = "http://www.w3.org/ns/formats/"
_FORMATS: Final = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "RDF_XML", "JSON-LD",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operation:
    """One query operation (SPARQL 1.1 Protocol, 2.1); format is a name or media type, empty where Accept decides."""

    query: str
    dataset: Dataset
    format: str = ""
    format_parameter: str = ""


@blueprint.route("/sparql", methods=["GET", "POST"], strict_slashes=False)
def sparql() -> Response:
    """Answer a query, or describe the service; a browser that brings no query goes to the editor."""
    if request.method != "POST" and not request.query_string:
        if prefers_html(request.headers.get("Accept")):
            return Response(status=303, headers={"Location": absolute("/editor"), "Vary": "Accept"})
        return _describe_service()
    return _answer(_read_operation())


def _answer(operation: Operation) -> Response:
    here = world()
    settings = here.settings
    facts = examine(operation.query, max_bytes=settings.query_text_bytes, max_depth=settings.query_depth)
    formats = formats_of(facts.form)
    chosen, media_type = _format(operation, formats)

    def make() -> Kept:
        answer = here.store.answer(operation.query, chosen.name, dataset=operation.dataset)
        headers = {} if answer.rows is None else {"Hubgraph-Rows": str(answer.rows)}
        return Kept(answer.body, content_type(media_type), headers)

    graphs = ("default", *operation.dataset.default_graphs, "named", *operation.dataset.named_graphs)
    parts = ("sparql", media_type, *graphs, operation.query)
    return respond(lambda _: Representation(parts, make), vary=not operation.format)


def _format(operation: Operation, formats: Sequence[Format]) -> tuple[Format, str]:
    if operation.format:
        return by_name(operation.format, formats, operation.format_parameter)
    return by_accept(request.headers.get("Accept"), formats)


def _read_operation() -> Operation:
    """Return the operation of a request; raise ParameterError, QuerySyntaxError or UnsupportedMediaTypeError."""
    fields = _fields(request.query_string, "address")
    queries = [value for name, value in fields if name == "query"]
    if request.method == "POST":
        kind = request.mimetype
        _require_utf8()
        if kind == FORM:
            fields += _fields(request.get_data(), "body")
            queries = [value for name, value in fields if name == "query"]
        elif kind == DIRECT:
            queries.append(_text(request.get_data()))
        else:
            raise UnsupportedMediaTypeError(_wrong_body(kind))
    if any(name == "update" for name, _ in fields):
        raise QueryForbiddenError("This address answers queries only; it takes no update.")
    if len(queries) != 1:
        found = f"{len(queries)} were given" if queries else "none was given"
        raise ParameterError("query", f"exactly one query is needed, and {found}.", _EXAMPLE)
    name, value = _one_format(fields)
    return Operation(_with_base(queries[0]), _dataset(fields), value, name)


def _with_base(query: str) -> str:
    """Give a query with relative IRIs the address of the endpoint as its base (RFC 3986, section 5.1.3); others stay as sent."""
    written = (token.text for token in tokenise(query) if token.kind == "iri")
    if all(_ABSOLUTE.match(text) for text in written):
        return query
    return f"BASE <{absolute('/sparql')}> {query}"


def _require_utf8() -> None:
    charset = request.mimetype_params.get("charset", "utf-8").lower().replace("_", "-")
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaTypeError(f"The body is in '{charset}'; send it in UTF-8.")


def _wrong_body(kind: str) -> str:
    if kind == UPDATE:
        return f"This address takes no update; send a query as {DIRECT}."
    sent = f"'{kind}'" if kind else "no Content-Type"
    return f"The body has {sent}; send a query as {FORM} (query=…) or as {DIRECT}."


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise QuerySyntaxError(f"The query is not UTF-8: byte {error.start + 1} is wrong.") from None


def _fields(raw: bytes, where: str) -> list[tuple[str, str]]:
    try:
        text = raw.decode("utf-8")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except UnicodeDecodeError:
        raise QuerySyntaxError(f"The fields of the {where} are not UTF-8; encode them as UTF-8.") from None
    except ValueError:
        raise ParameterError(
            "query", f"the {where} has more than {_MOST_FIELDS:,} fields.", _EXAMPLE
        ) from None


def _one_format(fields: Sequence[tuple[str, str]]) -> tuple[str, str]:
    given = [(name, value) for name, value in fields if name in _FORMAT_NAMES and value.strip()]
    if len({value for _, value in given}) > 1:
        raise ParameterError(given[1][0], "two formats were given, and an answer has one.", "json")
    return given[0] if given else ("", "")


def _dataset(fields: Sequence[tuple[str, str]]) -> Dataset:
    graphs: dict[str, list[str]] = {"default-graph-uri": [], "named-graph-uri": []}
    for name, value in fields:
        if name not in graphs or not value:
            continue
        refuse_local_graph(value)
        if not is_iri(value):
            raise ParameterError(
                name, f"'{value}' is not an absolute IRI.", "https://w3id.org/hubgraph/graph/derived"
            )
        graphs[name].append(value)
    return Dataset(tuple(graphs["default-graph-uri"]), tuple(graphs["named-graph-uri"]))


def _describe_service() -> Response:
    chosen, media_type = by_accept(request.headers.get("Accept"), GRAPHS)
    here = world()
    endpoint = absolute("/sparql")
    text = content("queries", "internal", "service-description.rq").read_text(encoding="utf-8")

    def prepare(info: GenerationInfo) -> Representation:
        query = bind(
            text,
            {
                "endpoint": [f"<{endpoint}>"],
                "dataset": [f"<{endpoint}#dataset>"],
                "default": [f"<{endpoint}#default>"],
                "all": [literal(str(info.triples), f"{XSD}integer")],
                "format": [f"<{_FORMAT_IRIS}{name}>" for name in _FORMATS],
            },
        )
        return Representation(
            ("service", media_type, query),
            lambda: Kept(here.store.answer(query, chosen.name).body, content_type(media_type)),
        )

    return respond(prepare, vary=True)
