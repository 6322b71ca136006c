"""Everything that a store says about one person, for somebody who asks what is kept about them."""

import json
from dataclasses import asdict, dataclass
from typing import Final

from hubgraph.errors import UnknownRecordError
from hubgraph.resources import content
from hubgraph.sparql import bind
from hubgraph.store.base import Limits, Store
from hubgraph.terms import record_iri

_LIMITS: Final = Limits(seconds=60, rows=1_000_000, bytes=500_000_000)
_GID: Final = "gid:"


@dataclass(frozen=True, slots=True)
class Said:
    """One statement: subject, property and value (IRIs, or the text of a literal), graph, title and ISO date of the source.

    title and date are empty for graphs that the load made itself, such as matches and findings.
    """

    subject: str
    property: str
    value: str
    graph: str
    source: str = ""
    source_date: str = ""


def about_person(store: Store, reference: str) -> tuple[Said, ...]:
    """Return every statement about the person that gid:N, an appointment's id or a key means; raise UnknownRecordError."""
    query = bind(_query("statements-of-records"), {"subject": _records(store, reference)})
    return tuple(
        Said(
            row["subject"].value,
            row["property"].value,
            row["value"].value,
            row["graph"].value,
            row["title"].value if "title" in row else "",
            row["issued"].value if "issued" in row else "",
        )
        for row in store.select(query, limits=_LIMITS).rows
    )


def about_person_turtle(store: Store, reference: str) -> bytes:
    """Return the same as Turtle: each record has its graphs as dcterms:source, and those have titles and dates."""
    query = bind(_query("statements-of-records-rdf"), {"subject": _records(store, reference)})
    return store.answer(query, "ttl", limits=_LIMITS).body


def about_person_json(store: Store, reference: str) -> bytes:
    """Return the same as a JSON document with the keys reference, data_date and statements."""
    document = {
        "reference": reference,
        "data_date": store.info().data_date,
        "statements": [asdict(said) for said in about_person(store, reference)],
    }
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def _records(store: Store, reference: str) -> list[str]:
    """Return the records about a person, in N-Triples form."""
    base = store.info().base
    key = reference.strip().removeprefix(_GID)
    given = [f"<{record_iri(base, kind, key)}>" for kind in ("appointment", "person")] if key else []
    rows = store.select(bind(_query("appointments-of"), {"given": given})).rows if given else ()
    people = sorted({f"<{row['person'].value}>" for row in rows})
    if not people:
        raise UnknownRecordError(
            f"There is nobody in this data whom '{reference}' means; write gid:55, the id of an appointment or a person key."
        )
    rows = store.select(bind(_query("records-about-person"), {"person": people}), limits=_LIMITS).rows
    return [f"<{row['subject'].value}>" for row in rows if row["subject"].kind == "iri"]


def _query(name: str) -> str:
    return content("queries", "internal", f"{name}.rq").read_text(encoding="utf-8")
