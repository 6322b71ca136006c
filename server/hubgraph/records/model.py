"""The frozen records behind a record page."""

from dataclasses import dataclass
from typing import Literal

from hubgraph.store.base import Term

Relation = Literal["predecessor", "successor", "other"]


@dataclass(frozen=True, slots=True)
class Value:
    """One value: the term, its label where it has one, and kind and key where it is a record of this base."""

    term: Term
    label: str = ""
    kind: str = ""
    key: str = ""

    @property
    def text(self) -> str:
        """Return the label, else the value itself."""
        return self.label or self.term.value


@dataclass(frozen=True, slots=True)
class Fact:
    """One property of the record with its values; label is for people."""

    property: str
    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A source that states something: title, IRI, data date (ISO), publisher, licence IRI; empty where unknown."""

    iri: str
    title: str
    date: str = ""
    publisher: str = ""
    licence: str = ""
    kind: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """A membership: the record and another take part in or belong to one another for a period.

    node: kind affiliation or participation. inward: True where the other one is the member. start and end are
    ISO dates or empty; current says whether the period holds on the data date. knowledge: what is known of the end.
    """

    node: Value
    other: Value
    inward: bool
    role: str
    start: str
    end: str
    knowledge: str
    current: bool
    source: str


@dataclass(frozen=True, slots=True)
class Event:
    """A link between two schools as one row of a source states it; relation is what the other one is to the record."""

    node: Value
    relation: Relation
    type: str
    other: Value
    date: str
    source: str


@dataclass(frozen=True, slots=True)
class LinksIn:
    """Records that name this one by a property: how many there are and the first of them."""

    property: str
    label: str
    count: int
    first: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """Deprivation of a small area in one index year: deciles and rank, 1 is the most deprived; empty where unknown."""

    area: Value
    year: str
    idaci_decile: str
    idaci_rank: str
    imd_decile: str


@dataclass(frozen=True, slots=True)
class Place:
    """A position: metres of the British National Grid (EPSG:27700)."""

    easting: float
    northing: float


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that the page of one record shows.

    classes: labels of its classes. ties_total: all memberships, ties holds the first of them. warnings: sentences.
    """

    kind: str
    key: str
    iri: str
    label: str
    classes: tuple[str, ...]
    facts: tuple[Fact, ...]
    ties: tuple[Tie, ...] = ()
    ties_total: int = 0
    events: tuple[Event, ...] = ()
    links_in: tuple[LinksIn, ...] = ()
    figures: tuple[Figure, ...] = ()
    sources: tuple[Source, ...] = ()
    place: Place | None = None
    is_stub: bool = False
    is_closed: bool = False
    is_fictional: bool = False
    warnings: tuple[str, ...] = ()

    def fact(self, name: str) -> Fact | None:
        """Return the fact of a property given as IRI."""
        return next((fact for fact in self.facts if fact.property == name), None)

    def text(self, name: str) -> str:
        """Return the first value of a property as text, empty where there is none."""
        fact = self.fact(name)
        return fact.values[0].text if fact and fact.values else ""
