"""Facts of a school under headings: what it is, its pupils, where it is, what the register says of its entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hubgraph.records.model import Record
from hubgraph.terms import FOAF, HG
from hubgraph.web.pages.sheet import FactRow, facts_of

_HEADINGS: Final = (
    ("Kind of school", (
        "status", "notCounted", "typeGroup", "establishmentType", "phase", "gender", "religiousCharacter", "admissionsPolicy",
        "boarding", "hasNursery", "hasSixthForm", "hasSpecialClasses",
    )),
    ("Pupils", ("lowAge", "highAge", "numberOfPupils", "capacity", "percentageFSM")),
    ("Where it is", (
        "street", "locality", "town", "postcode", "localAuthority", "previousAuthority", "region", "district", "ward",
        "constituency", "urbanRural", "lsoa", "msoa",
    )),
    ("In the register", (
        "urn", "laestab", "ukprn", "openDate", "reasonOpened", "closeDate", "reasonClosed", "lastChanged",
    )),
)  # fmt: skip
"""Heading and properties in the order in which they are read; what is not here comes last, without one."""
_HOMEPAGE: Final = f"{FOAF}homepage"


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Facts under one heading, which is empty where the facts of a record need none."""

    heading: str
    rows: tuple[FactRow, ...]


def grouped_facts(record: Record, base: str) -> tuple[FactGroup, ...]:
    """Return the facts of a record, those of a school under headings."""
    rows = facts_of(record, base)
    if record.kind != "school":
        return (FactGroup("", rows),)
    by_property = {row.property: row for row in rows}
    groups = [
        FactGroup(heading, _taken(by_property, [f"{HG}{name}" for name in names]))
        for heading, names in _HEADINGS
    ]
    first = FactGroup("", _taken(by_property, [_HOMEPAGE]))
    left = FactGroup("Also", tuple(by_property.values()))
    return tuple(group for group in (first, *groups, left) if group.rows)


def _taken(rows: dict[str, FactRow], names: Sequence[str]) -> tuple[FactRow, ...]:
    return tuple(rows.pop(name) for name in names if name in rows)
