"""Statements taken out of a store step by step along their properties, so that a small part of it can be looked at alone.

Every step asks for a few records by an index; how large the store is does not matter. Steps are never asked twice.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from hubgraph.findings.workbench import Workbench
from hubgraph.resources import content
from hubgraph.sparql import bind
from hubgraph.store.base import Term
from hubgraph.terms import HG, ORG, RDF

_BATCH: Final = 1_000
_TYPE: Final = f"{RDF}type"
_SERVING: Final = (f"{ORG}organization", f"{HG}alsoServes")
_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})

Statement = tuple[str, str, str]
"""Subject, predicate and object, each in N-Triples form."""


class Reach:
    """What has been taken so far, and how to take more; records are IRIs, or labels of blank nodes with `_:` in front."""

    def __init__(self, store: Workbench) -> None:
        """Take nothing yet."""
        self._store = store
        self._asked: dict[str, set[str]] = {}
        self._statements: dict[Statement, None] = {}
        self._values: dict[tuple[str, str], dict[str, None]] = {}
        self._subjects: dict[tuple[str, str], dict[str, None]] = {}

    def statements(self) -> Sequence[Statement]:
        """Return everything that was taken."""
        return tuple(self._statements)

    def describe(self, records: Iterable[str]) -> None:
        """Take all statements about records."""
        self._take("", records, lambda batch: bind(_query("near-statements"), {"subject": batch}))

    def linked(self, prop: str, records: Iterable[str]) -> Sequence[str]:
        """Take all statements about what has one of the records as value of a property; return what has."""
        text = _query("near-linked").replace("<urn:property>", f"<{prop}>")
        return self._linked((prop,), self._take(prop, records, lambda batch: bind(text, {"to": batch})))

    def appointments(self, bodies: Iterable[str]) -> Sequence[str]:
        """Take all statements about the appointments to bodies, and return these appointments."""
        query = _query("near-appointments")
        asked = self._take("appointments", bodies, lambda batch: bind(query, {"to": batch}))
        return self.having(f"{HG}Appointment", self._linked(_SERVING, asked))

    def parts(self, activities: Iterable[str]) -> Sequence[str]:
        """Take all statements about leads, coordinators, deliverers and assurers of activities, and return these parts."""
        query = _query("near-parts")
        asked = self._take("parts", activities, lambda batch: bind(query, {"to": batch}))
        return self.having(f"{HG}Participation", self._linked((f"{ORG}organization",), asked))

    def values(self, records: Iterable[str], *props: str) -> Sequence[str]:
        """Return the records that are values of properties of records, as far as they were taken."""
        found: dict[str, None] = {}
        for record in records:
            for prop in props:
                found.update(self._values.get((record, prop), {}))
        return tuple(found)

    def having(self, cls: str, records: Iterable[str]) -> Sequence[str]:
        """Return the records of a class, as far as their statements were taken."""
        return tuple(record for record in records if cls in self._values.get((record, _TYPE), {}))

    def all_values(self, prop: str) -> Sequence[str]:
        """Return every record that is value of a property of anything that was taken."""
        return tuple(
            {value: None for (_, of), found in self._values.items() if of == prop for value in found}
        )

    def _linked(self, props: Sequence[str], records: Sequence[str]) -> Sequence[str]:
        found: dict[str, None] = {}
        for record in records:
            for prop in props:
                found.update(self._subjects.get((prop, record), {}))
        return tuple(found)

    def _take(
        self, step: str, records: Iterable[str], query: Callable[[Sequence[str]], str]
    ) -> Sequence[str]:
        """Ask a step for the records that it was not asked for yet; return all of them that are IRIs."""
        given = tuple(dict.fromkeys(record for record in records if not record.startswith("_:")))
        asked = self._asked.setdefault(step, set())
        new = [record for record in given if record not in asked]
        asked.update(new)
        for at in range(0, len(new), _BATCH):
            batch = [f"<{record}>" for record in new[at : at + _BATCH]]
            for subject, predicate, value in self._store.construct(query(batch)):
                self._note(subject, predicate.value, value)
        return given

    def _note(self, subject: Term, prop: str, value: Term) -> None:
        one = _name(subject)
        self._statements[_term(subject), f"<{prop}>", _term(value)] = None
        if value.kind != "literal":
            other = _name(value)
            self._values.setdefault((one, prop), {})[other] = None
            self._subjects.setdefault((prop, other), {})[one] = None


def statements_of(store: Workbench, graph: str) -> Sequence[Statement]:
    """Return all statements of a graph."""
    text = bind(_query("near-graph"), {"graph": [f"<{graph}>"]})
    return [(_term(one), f"<{prop.value}>", _term(value)) for one, prop, value in store.construct(text)]


def _name(term: Term) -> str:
    return term.value if term.kind == "iri" else f"_:{term.value}"


def _term(term: Term) -> str:
    if term.kind != "literal":
        return f"<{term.value}>" if term.kind == "iri" else f"_:{term.value}"
    text = f'"{term.value.translate(_ESCAPES)}"'
    if term.language:
        return f"{text}@{term.language}"
    return f"{text}^^<{term.datatype}>" if term.datatype else text


def _query(name: str) -> str:
    return content("queries", "internal", f"{name}.rq").read_text(encoding="utf-8")
