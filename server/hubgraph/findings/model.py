"""The frozen records of overlaps: what a pattern makes, and what is stored."""

from dataclasses import dataclass
from decimal import Decimal
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
class Sum:
    """Numbers that make a finding from a day on.

    part and whole: counts or amounts. limit: what a rule or terms allow. currency: three letters, empty where none is stated.
    """

    start: str
    part: Decimal
    whole: Decimal | None = None
    limit: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Fragment:
    """One row of a pattern: an overlap over some days; dates are ISO, until is the last day as of which it counts.

    people: IRIs of those whom a finding about a body counts. same_matter: IRI of the finding that this one adds a rule to.
    openly: IRIs of records that state the overlap openly. through: IRIs of bodies by which somebody serves the second side.
    """

    parties: Parties
    start: str
    end: str
    until: str
    severity: str
    evidence: frozenset[str]
    people: frozenset[str] = frozenset()
    same_matter: str = ""
    sums: frozenset[Sum] = frozenset()
    openly: frozenset[str] = frozenset()
    through: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: an overlap for one unbroken period.

    key: from pattern, parties and start, the same after every load. start, end, until: ISO dates, EVER or NEVER.
    rules, evidence, covered_by, mitigated_by, matches: IRIs. confidence: of the weakest match, empty where it rests on none.
    people: those whose roles are counted where the finding is about a body. same_matter: IRI of the finding that this one adds
    a rule to, so that the two are one matter; empty where it stands by itself. sum: how it adds up, in words.
    through: bodies by which somebody serves the second side.
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
    people: tuple[str, ...] = ()
    same_matter: str = ""
    sum: str = ""
    through: tuple[str, ...] = ()

    @property
    def holders(self) -> tuple[str, ...]:
        """Return everybody on whose roles the finding rests."""
        return (self.parties.person,) if self.parties.person else self.people
