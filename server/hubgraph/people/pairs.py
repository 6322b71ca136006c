"""Pairs of person records that may be one person, with both records side by side and the evidence, for a reviewer to read."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from hubgraph.people.model import WEIGHTS
from hubgraph.people.records import query
from hubgraph.sparql import bind
from hubgraph.store.base import Limits, Row, Store
from hubgraph.terms import split_record_iri

EVERY_PAIR: Final = Limits(seconds=600, rows=10_000_000, bytes=2_000_000_000)
"""All pairs of England are about 250,000; they are read at once."""


@dataclass(frozen=True, slots=True)
class Side:
    """One record of a pair as its register gives it; dates are ISO or empty, id is what decision files write."""

    appointment: str
    id: str
    name: str
    organisation: str
    organisation_name: str
    role: str
    start: str
    end: str
    person: str
    source: str
    source_date: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A match: both records, probability, decision (notation) and weights as (evidence, base-2 logarithm of the odds).

    held_back: which rule of names says that it waits for review, in words, or empty.
    """

    iri: str
    one: Side
    other: Side
    probability: str
    justification: str
    held_back: str
    decision: str
    reviewer: str
    decided_on: str
    weights: tuple[tuple[str, float], ...]


def awaiting(store: Store) -> tuple[str, ...]:
    """Return the IRIs of all matches that wait for a review, the most probable first."""
    body = store.answer(query("matches-awaiting"), "csv", limits=EVERY_PAIR).body
    frame = pl.read_csv(io.BytesIO(body), infer_schema_length=0)
    probable = pl.col("confidence").cast(pl.Float64)
    return tuple(frame.sort(probable, "assertion", descending=[True, False], nulls_last=True)["assertion"])


def joining(store: Store, person: str) -> tuple[Pair, ...]:
    """Return the pairs that joined the records of a person, given as IRI."""
    rows = store.select(bind(query("matches-of-people"), {"person": [f"<{person}>"]})).rows
    return read_pairs(store, list(dict.fromkeys(row["match"].value for row in rows)))


def read_pairs(store: Store, iris: Sequence[str]) -> tuple[Pair, ...]:
    """Return the pairs of match IRIs in their order, without those that these data do not have."""
    if not iris:
        return ()
    base = store.info().base
    given = {"assertion": [f"<{iri}>" for iri in iris]}
    sides: dict[tuple[str, str], Side] = {}
    for row in store.select(bind(query("match-pairs"), given)).rows:
        sides.setdefault((row["assertion"].value, row["side"].value), _side(row, base))
    facts = {row["assertion"].value: row for row in store.select(bind(query("match-facts"), given)).rows}
    return tuple(
        _pair(facts[iri], sides[iri, "one"], sides[iri, "other"])
        for iri in iris
        if iri in facts and (iri, "one") in sides and (iri, "other") in sides
    )


def _pair(row: Row, one: Side, other: Side) -> Pair:
    return Pair(
        iri=row["assertion"].value,
        one=one,
        other=other,
        probability=_text(row, "confidence"),
        justification=_text(row, "justification"),
        held_back=_text(row, "held_back"),
        decision=_text(row, "decision"),
        reviewer=_text(row, "reviewer"),
        decided_on=_text(row, "decided_on"),
        weights=tuple((name, float(row[name].value)) for name in WEIGHTS if name in row),
    )


def _side(row: Row, base: str) -> Side:
    appointment = row["appointment"].value
    split = split_record_iri(appointment, base)
    gid = _text(row, "gid")
    names = (
        "name",
        "organisation",
        "organisation_name",
        "role",
        "start",
        "end",
        "person",
        "source",
        "source_date",
    )
    return Side(
        appointment,
        f"gid:{gid}" if gid else (split[1] if split is not None else appointment),
        *(_text(row, name) for name in names),
    )


def _text(row: Row, name: str) -> str:
    return row[name].value if name in row else ""
