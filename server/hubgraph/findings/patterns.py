"""The patterns: one CONSTRUCT file each, run over a store; their rules and severities come from the code lists."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from hubgraph.findings.model import EVER, NEVER, SEVERITIES, Fragment, Parties, Sum
from hubgraph.findings.workbench import Workbench
from hubgraph.resources import content
from hubgraph.store.base import Term
from hubgraph.terms import CODE, HG

OVER_FINDINGS: Final = frozenset({"C13", "C16", "C17"})
"""Patterns that read stored findings, so that they run after the others."""


_CURRENCY: Final = "https://schema.org/currency"


@dataclass(frozen=True, slots=True)
class RuleDates:
    """A rule and its first and last day."""

    iri: str
    valid_from: str
    valid_to: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """What the code list says of a pattern: label, severity at most, rules."""

    notation: str
    label: str
    severity: str
    rules: tuple[RuleDates, ...]

    def rules_on(self, day: str) -> tuple[str, ...]:
        """Return the rules in force on a day, all of them where the day is unknown."""
        return tuple(
            rule.iri for rule in self.rules if day == EVER or rule.valid_from <= day <= rule.valid_to
        )


def pattern_files() -> tuple[Path, ...]:
    """Return the pattern files in order of their names; those over findings last."""
    paths = content("queries", "patterns").glob("*.rq")
    return tuple(sorted(paths, key=lambda path: (path.stem in OVER_FINDINGS, path.stem)))


def preparing_files() -> tuple[Path, ...]:
    """Return the CONSTRUCT files whose triples the patterns need while they run."""
    return tuple(sorted(content("queries", "patterns", "prepare").glob("*.rq")))


def read_patterns(store: Workbench) -> Mapping[str, Pattern]:
    """Return notation → pattern, from the code lists in the store."""
    query = content("queries", "internal", "conflict-patterns.rq").read_text(encoding="utf-8")
    labels: dict[str, tuple[str, str]] = {}
    rules: dict[str, list[RuleDates]] = {}
    for row in store.select(query).rows:
        notation = row["notation"].value
        labels[notation] = (row["label"].value, row["severity"].value.rpartition("/")[2])
        valid = (row[name].value if name in row else other for name, other in (("from", EVER), ("to", NEVER)))
        rules.setdefault(notation, []).append(RuleDates(row["rule"].value, *valid))
    return {notation: Pattern(notation, *labels[notation], tuple(found)) for notation, found in rules.items()}


def run_pattern(store: Workbench, path: Path, severity: str) -> Iterator[Fragment]:
    """Yield the rows that one pattern makes; severity is for those that do not state their own."""
    for properties in _by_node(store.construct(path.read_text(encoding="utf-8"))):
        yield _fragment(properties, severity)


def _by_node(triples: Iterable[tuple[Term, Term, Term]]) -> Iterator[dict[str, list[str]]]:
    nodes: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, value in triples:
        nodes.setdefault(subject.value, {}).setdefault(predicate.value.removeprefix(HG), []).append(
            value.value
        )
    yield from nodes.values()


def _fragment(properties: Mapping[str, Sequence[str]], severity: str) -> Fragment:
    def only(name: str, default: str = "") -> str:
        return properties[name][0] if name in properties else default

    end = only("overlapEnd", NEVER)
    given = [value.rpartition("/")[2] for value in properties.get("severity", ())]
    return Fragment(
        Parties(
            only("pattern").removeprefix(f"{CODE}conflict-pattern/"),
            only("involves"),
            only("organisationA"),
            only("organisationB"),
            only("tie"),
        ),
        only("overlapStart", EVER),
        end,
        only("countsUntil", end),
        min(given, key=SEVERITIES.index) if given else severity,
        frozenset(properties.get("evidence", ())),
        frozenset(properties.get("concerns", ())),
        only("sameMatterAs"),
        _sums(properties, only("overlapStart", EVER)),
        frozenset(properties.get("statedIn", ())),
        frozenset(properties.get("through", ())),
    )


def _sums(properties: Mapping[str, Sequence[str]], start: str) -> frozenset[Sum]:
    def number(name: str) -> Decimal | None:
        return Decimal(properties[name][0]) if name in properties else None

    part = number("part")
    if part is None:
        return frozenset()
    currency = next(iter(properties.get(_CURRENCY, ())), "")
    return frozenset([Sum(start, part, number("whole"), number("limit"), currency)])
