"""The statements about one record as rows, each with the source that makes it."""

from dataclasses import dataclass

from hubgraph.errors import UnknownRecordError
from hubgraph.records.names import kind_label
from hubgraph.resources import content
from hubgraph.sparql import bind
from hubgraph.store.base import Row, Store, Term
from hubgraph.terms import record_iri


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: property IRI, value, label of the value, and title, publisher and licence of its source, or empty."""

    property: str
    value: Term
    label: str
    source: str
    publisher: str
    licence: str


def read_statements(store: Store, kind: str, key: str) -> tuple[Statement, ...]:
    """Return all statements about a record, by property; empty where only other records speak of it."""
    iri = record_iri(store.info().base, kind, key)
    query = content("queries", "internal", "record-rows.rq").read_text(encoding="utf-8")
    table = store.select(bind(query, {"record": [f"<{iri}>"]}))
    return tuple(_statement(row) for row in table.rows)


def require_record(store: Store, kind: str, key: str) -> None:
    """Raise UnknownRecordError where nothing is said of a record, and no record speaks of it."""
    iri = record_iri(store.info().base, kind, key)
    if not store.ask(f"ASK {{ {{ <{iri}> ?p ?o }} UNION {{ ?s ?q <{iri}> }} }}"):
        raise UnknownRecordError(
            f"There is no {kind_label(kind).lower()} with the identifier '{key}' in this data."
        )


def _statement(row: Row) -> Statement:
    texts = (row[name].value if name in row else "" for name in ("label", "source", "publisher", "licence"))
    return Statement(row["property"].value, row["value"], *texts)
