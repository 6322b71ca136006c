"""The contract of a store: one small protocol that the embedded and the remote store both keep."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol

ResultFormat = Literal["json", "xml", "csv", "tsv", "ttl", "nt", "rdfxml", "jsonld"]
"""json, xml, csv, tsv: SPARQL results (SELECT, ASK); ttl, nt, rdfxml, jsonld: graphs (CONSTRUCT, DESCRIBE)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one query: seconds of wall time, rows, bytes of serialised output."""

    seconds: float = 10.0
    rows: int = 100_000
    bytes: int = 50_000_000


@dataclass(frozen=True, slots=True)
class Dataset:
    """Dataset of one query (SPARQL 1.1 Protocol, 2.1.4); both empty: the union of all named graphs."""

    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A serialised answer: body in the asked format, rows (or triples) where they were counted, seconds taken."""

    body: bytes
    rows: int | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Term:
    """One RDF term of a result row. kind: iri, literal or bnode; datatype is an IRI, language a tag, or empty."""

    kind: Literal["iri", "literal", "bnode"]
    value: str
    datatype: str = ""
    language: str = ""


Row = Mapping[str, Term]
"""One solution: variable name → term; unbound variables are absent."""


@dataclass(frozen=True, slots=True)
class Table:
    """A SELECT answer in memory: column names in order and rows."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class GenerationInfo:
    """What identifies the data that answer: number (empty for a remote store), data date (ISO) and triples."""

    number: str
    data_date: str
    triples: int
    base: str
    counts: Mapping[str, int] = field(default_factory=dict)


class Store(Protocol):
    """What everything above the store ring relies on."""

    def info(self) -> GenerationInfo:
        """Return what is known of the current generation."""
        ...

    def one_generation(self) -> AbstractContextManager[None]:
        """Let all calls of this thread inside see one generation, also while a load publishes; nothing where there is none."""
        ...

    def answer(
        self,
        query: str,
        result_format: ResultFormat,
        *,
        dataset: Dataset | None = None,
        limits: Limits | None = None,
    ) -> Answer:
        """Run a query and return it serialised; raises the QueryError family; default limits from settings."""
        ...

    def select(self, query: str, *, limits: Limits | None = None) -> Table:
        """Run a SELECT over the union of all named graphs and return its rows as terms."""
        ...

    def ask(self, query: str, *, limits: Limits | None = None) -> bool:
        """Run an ASK over the union of all named graphs."""
        ...

    def search(
        self, text: str, *, kinds: Sequence[str] = (), limit: int = 20, offset: int = 0
    ) -> "SearchPage":
        """Return records whose name, identifiers or postcode fit the text, best first."""
        ...

    def close(self) -> None:
        """Stop worker processes and close files."""
        ...


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One found record: kind and decoded key of its IRI, name, type label, place label, state (open, closed …), score (higher is better)."""

    kind: str
    key: str
    iri: str
    name: str
    type: str
    place: str
    state: str
    score: float


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of hits and the number of all hits, and hits per kind."""

    hits: tuple[SearchHit, ...]
    total: int
    per_kind: Mapping[str, int] = field(default_factory=dict)
