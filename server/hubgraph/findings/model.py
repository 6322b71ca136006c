"""The frozen records of overlaps: what a pattern makes, and what is stored."""

from dataclasses import dataclass
from typing import Final, Literal

EVER: Final = "1000-01-01"
NEVER: Final = "9000-12-31"
"""The first and the last day there is; the patterns write them where a period has no start or no end."""

State = Literal["potential", "declared", "mitigated", "dismissed"]
STATES: Final[tuple[State, ...]] = ("potential", "declared", "mitigated", "dismissed")
SEVERITIES: Final = ("high", "medium", "warning", "info")
"""Severities from the most to the least serious."""


@dataclass(frozen=True, slots=True)
class Parties:
    """What makes one finding different from another, besides its days; all IRIs, empty where a pattern has none.

    pattern: notation such as C05. person: empty where a pattern is about bodies.
    """

    pattern: str
    person: str
    organisation_a: str
    organisation_b: str
    tie: str


@dataclass(frozen=True, slots=True)
class Fragment:
    """One row of a pattern: an overlap over some days; dates are ISO, until is the last day as of which it counts."""

    parties: Parties
    start: str
    end: str
    until: str
    severity: str
    evidence: frozenset[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: an overlap for one unbroken period.

    key: from pattern, parties and start, the same after every load. start, end, until: ISO dates, EVER or NEVER.
    rules, evidence, covered_by, mitigated_by, matches: IRIs. confidence: of the weakest match, empty where it rests on none.
    """

    key: str
    parties: Parties
    start: str
    end: str
    until: str
    severity: str
    rules: tuple[str, ...]
    evidence: tuple[str, ...]
    state: State = "potential"
    note: str = ""
    covered_by: tuple[str, ...] = ()
    mitigated_by: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    confidence: str = ""
