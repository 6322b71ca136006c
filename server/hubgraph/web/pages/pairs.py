"""Two records that may be of one person, as pages show them: side by side, probability and evidence in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hubgraph.people.pairs import Pair, Side
from hubgraph.web.pages.formatting import long_date, period
from hubgraph.web.pages.links import path_of
from hubgraph.web.pages.table import Cell

_EVIDENCE: Final = {
    "surname": "Surname",
    "forename": "Forename",
    "middle_name": "Further forenames",
    "place": "Place",
    "role": "Role",
}
_DECISIONS: Final = {
    "proposed": "waits for review",
    "automatic": "joined without review",
    "accepted": "accepted by a reviewer",
    "rejected": "rejected by a reviewer",
}
_STRONG: Final = 6.0
_WEAK: Final = 1.0


@dataclass(frozen=True, slots=True)
class PairShown:
    """A pair: rows of (what, first record, second record), evidence in sentences, and what was decided of it.

    held_back: the sentence that says which rule of names holds it back, or empty.
    """

    one: str
    other: str
    title: str
    rows: tuple[tuple[str, Cell, Cell], ...]
    probability: str
    evidence: tuple[str, ...]
    decision: str
    held_back: str = ""
    awaits_load: str = ""


def shown_pairs(pairs: Sequence[Pair], base: str) -> tuple[PairShown, ...]:
    """Return pairs as pages show them."""
    return tuple(shown_pair(pair, base) for pair in pairs)


def shown_pair(pair: Pair, base: str, awaits_load: str = "") -> PairShown:
    """Return a pair as pages show it; awaits_load: what was decided and takes effect with the next load."""
    first, second = _cells(pair.one, base), _cells(pair.other, base)
    decision = _DECISIONS.get(pair.decision, pair.decision)
    signed = ", ".join(part for part in (pair.reviewer, long_date(pair.decided_on)) if part)
    return PairShown(
        one=pair.one.id,
        other=pair.other.id,
        title=f"{pair.one.name} and {pair.other.name}",
        rows=tuple((label, first[label], second[label]) for label in first),
        probability=pair.probability or "not computed",
        evidence=tuple(weight_words(name, weight) for name, weight in pair.weights),
        decision=f"{decision} ({signed})" if signed else decision,
        held_back=held_back_words(pair.held_back),
        awaits_load=awaits_load,
    )


def held_back_words(rule: str) -> str:
    """Return the sentence on a pair that a rule of names holds back, empty where none does."""
    return f"{rule[0].upper()}{rule[1:]}: waits for review, however probable." if rule else ""


def weight_words(name: str, weight: float) -> str:
    """Return what one kind of evidence says; weight is the base-2 logarithm of the odds that it adds or takes."""
    what = _EVIDENCE.get(name, name)
    if abs(weight) < _WEAK:
        return f"{what}: says little either way."
    strength = "strongly " if abs(weight) >= _STRONG else ""
    times = f"{2 ** min(abs(weight), 30):,.0f}"
    for_, than = ("one person", "two") if weight > 0 else ("two people", "one")
    way = "for" if weight > 0 else "against"
    return (
        f"{what}: speaks {strength}{way} one person; about {times} times likelier for {for_} than for {than}."
    )


def _cells(side: Side, base: str) -> dict[str, Cell]:
    source = f"{side.source}, data of {long_date(side.source_date)}" if side.source_date else side.source
    return {
        "Name as the register gives it": Cell(side.name or "no name"),
        "Organisation": Cell(side.organisation_name or side.organisation, path_of(side.organisation, base)),
        "Role": Cell(side.role or "not stated"),
        "When": Cell(period(side.start, side.end) or "dates not known"),
        "Row": Cell(side.id, path_of(side.appointment, base)),
        "Source": Cell(source or "not stated"),
    }
