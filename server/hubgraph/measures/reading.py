"""Schools and ties read from a store that is being built."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from hubgraph.measures.model import School, Tie, TieKind, World
from hubgraph.measures.periods import EVER, FIRST_DAY, LAST_DAY, Period
from hubgraph.resources import content
from hubgraph.sparql import bind
from hubgraph.store.base import Row
from hubgraph.store.building import Builder
from hubgraph.terms import HG

_KINDS: Final[Mapping[str, TieKind]] = {
    "Hub": "hub",
    "Programme": "activity",
    "Project": "activity",
    "AcademyTrust": "trust",
    "Federation": "federation",
}
_LEADING: Final = ("lead", "co-lead")


@dataclass(frozen=True, slots=True)
class _Life:
    """What a tie leads to: its kind of tie, and when it exists."""

    kind: TieKind
    period: Period


@dataclass(frozen=True, slots=True)
class _Stated:
    """One tie as its source states it, without dates."""

    of_class: str
    node: str
    member: str
    to: str
    role: str


def read_world(builder: Builder) -> World:
    """Return open schools in England and every tie whose days are not none."""
    return World(_schools(builder), _ties(builder))


def rows(builder: Builder, name: str, **terms: Sequence[str]) -> tuple[Row, ...]:
    """Return the rows of an internal query with variables bound to terms in N-Triples form."""
    query = content("queries", "internal", f"{name}.rq").read_text(encoding="utf-8")
    return builder.select(bind(query, terms)).rows


def text(row: Row, name: str) -> str:
    """Return a value of a row as text, empty where it is unbound."""
    term = row.get(name)
    return term.value if term is not None else ""


def _day(row: Row, name: str, otherwise: date) -> date:
    term = row.get(name)
    return date.fromisoformat(term.value[:10]) if term is not None else otherwise


def metres(row: Row, name: str) -> int | None:
    """Return a coordinate of a row, None where it is unbound."""
    term = row.get(name)
    return int(term.value) if term is not None else None


def _hull(one: Period, other: Period) -> Period:
    """Join what two sources say: a day counts as held where either says so."""
    return Period(min(one.start, other.start), max(one.until, other.until))


def _schools(builder: Builder) -> dict[str, School]:
    """Return schools by IRI; where sources give several values, the first in order counts, and the widest period."""
    found: dict[str, School] = {}
    for row in rows(builder, "measured-schools"):
        iri = row["school"].value
        period = Period(_day(row, "opened", FIRST_DAY), _day(row, "closed", LAST_DAY))
        if iri in found:
            period = _hull(period, found[iri].open)
        if period.start > period.until:
            continue
        found[iri] = School(
            iri=iri,
            open=period,
            name=text(row, "name"),
            authority=text(row, "la"),
            authority_name=text(row, "la_name"),
            phase=text(row, "phase"),
            lsoa=text(row, "lsoa"),
            easting=metres(row, "easting"),
            northing=metres(row, "northing"),
        )
    return found


def _lives(builder: Builder) -> dict[str, _Life]:
    lives: dict[str, _Life] = {}
    for row in rows(builder, "measured-lives"):
        thing = row["thing"].value
        kind = _KINDS[row["class"].value.removeprefix(HG)]
        # A group has no start of its own here: registers date the membership, and groups are renewed under old names.
        start = FIRST_DAY if kind in ("trust", "federation") else _day(row, "start", FIRST_DAY)
        period = Period(start, _day(row, "end", LAST_DAY))
        lives[thing] = _Life(kind, _hull(period, lives[thing].period) if thing in lives else period)
    return lives


def _ties(builder: Builder) -> tuple[Tie, ...]:
    lives = _lives(builder)
    stated: dict[_Stated, Period] = {}
    for row in rows(builder, "measured-ties"):
        role = text(row, "role").rpartition("/")[2]
        key = _Stated(row["class"].value, row["node"].value, row["member"].value, row["to"].value, role)
        period = Period(_day(row, "start", FIRST_DAY), _day(row, "end", LAST_DAY))
        stated[key] = _hull(period, stated[key]) if key in stated else period
    ties = (_tie(key, period, lives.get(key.to)) for key, period in stated.items())
    return tuple(sorted((tie for tie in ties if tie is not None), key=lambda tie: (tie.node, tie.member)))


def _tie(stated: _Stated, period: Period, life: _Life | None) -> Tie | None:
    """Return the tie within the life of what it leads to; None for other groups, and where no day is left."""
    kind: TieKind
    if life is not None:
        kind = "hub-lead" if life.kind == "hub" and stated.role in _LEADING else life.kind
    elif stated.of_class == f"{HG}SupportEngagement":
        kind = "support"
    elif stated.of_class == f"{HG}Participation":
        kind = "activity"
    else:
        return None
    held = period.within(life.period if life is not None else EVER)
    return None if held is None else Tie(stated.node, stated.member, stated.to, kind, held, stated.role)
