"""Records of this ring: thresholds, pairs of records, decisions, and what matching people gives a load."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Protocol

import polars as pl

JOIN: Final = 0.99
"""Pairs at least this probable are joined without review."""
REVIEW: Final = 0.50
"""Pairs at least this probable, and less than JOIN, wait for review; others are not kept."""

WEIGHTS: Final[tuple[str, ...]] = ("surname", "forename", "middle_name", "place", "role")
"""What evidence is published for, each as base-2 logarithm of the odds that it adds or takes."""

PAIRS: Final[Mapping[str, pl.DataType]] = {
    "one": pl.Int64(),
    "other": pl.Int64(),
    "probability": pl.Float64(),
    **{f"weight_{name}": pl.Float64() for name in WEIGHTS},
    "justification": pl.String(),
}
"""Columns of a frame of scored pairs; one and other are numbers of records, one below other."""

Verdict = Literal["accepted", "rejected"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reviewer decided of two records, named by the keys of their appointments; decided_on is ISO or empty."""

    one: str
    other: str
    verdict: Verdict
    reviewer: str = ""
    decided_on: str = ""
    comment: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """Return the two keys in order, so that a pair has one name."""
        return (self.one, self.other) if self.one <= self.other else (self.other, self.one)


@dataclass(frozen=True, slots=True)
class Scored:
    """Pairs at or above REVIEW with their evidence; note: what a reader must know of the method, or empty."""

    pairs: pl.DataFrame
    note: str = ""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What matching gives a load: two files of N-Triples for their graphs, counts in words, and notes."""

    resolved: Path
    matches: Path
    counts: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]


class Reader(Protocol):
    """Anything that answers a SELECT as CSV: a generation that is being built."""

    def csv(self, query: str) -> bytes:
        """Return the rows of a SELECT over the union of all graphs as SPARQL results CSV."""
        ...


class Scorer(Protocol):
    """A way to find pairs of records that may be one person."""

    def __call__(self, records: pl.DataFrame, new: Sequence[int] | None = None) -> Scored:
        """Score pairs of prepared records; new: only pairs with at least one of these."""
        ...
