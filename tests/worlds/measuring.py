"""What matching makes of a world, held against its truth."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import polars as pl

from hubgraph.people.clusters import Edges, cluster
from hubgraph.people.model import JOIN, REVIEW
from hubgraph.people.resolve import names_of, torn_pairs
from hubgraph.people.scoring import scorer

BINS: Final = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0001)
_EVER: Final = ("0001-01-01", "9999-12-31")


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of one world; pairs are pairs of records. overlaps: joined pairs whose roles overlap in bodies that deal with each other."""

    records: int
    true: int
    joined: int
    false: int
    found: int
    kept: int
    calibration: float
    overlaps: int
    false_overlaps: int
    seconds: float
    wrong: tuple[tuple[int, int], ...]

    @property
    def precision(self) -> float:
        """Return the share of joined pairs that are one person; 1 where nothing is joined."""
        return 1 - self.false / max(1, self.joined)

    @property
    def recall(self) -> float:
        """Return the share of true pairs that are joined or wait for review."""
        return self.found / max(1, self.true)

    @property
    def joined_share(self) -> float:
        """Return the share of true pairs that are joined without review."""
        return (self.joined - self.false) / max(1, self.true)

    @property
    def overlap_precision(self) -> float:
        """Return the share of overlaps that are of one person; 1 where there is none."""
        return 1 - self.false_overlaps / max(1, self.overlaps)


def measure(records: pl.DataFrame) -> Measured:
    """Match prepared records that have the column truth, and count."""
    start = time.process_time()
    pairs = scorer()(records).pairs
    person = people(records, pairs)
    seconds = time.process_time() - start
    return count(records, pairs, person, seconds)


def people(records: pl.DataFrame, pairs: pl.DataFrame, least: float = JOIN) -> list[int]:
    """Return the number of the first record of the person of each record."""
    torn = torn_pairs(records, pairs)
    rows = pairs.filter(pl.col("probability") >= least).select("one", "other", "probability").iter_rows()
    likely = [row for row in rows if row[:2] not in torn]
    edges = Edges(likely=likely, names=names_of(records, pl.concat([pairs["one"], pairs["other"]])))
    return list(cluster(len(records), edges).first)


def count(records: pl.DataFrame, pairs: pl.DataFrame, person: list[int], seconds: float = 0.0) -> Measured:
    """Return the figures of scored pairs and of the people that were made of them."""
    truth = records["truth"].to_list()
    together = set(_pairs_within(person))
    wrong = tuple(sorted(pair for pair in together if truth[pair[0]] != truth[pair[1]]))
    likely = pairs.filter(pl.col("probability") >= REVIEW)
    waiting = {pair for pair in likely.select("one", "other").iter_rows() if truth[pair[0]] == truth[pair[1]]}
    overlaps = set(_overlapping(records, together))
    return Measured(
        records=len(records),
        true=sum(1 for _ in _pairs_within(truth)),
        joined=len(together),
        false=len(wrong),
        found=len(waiting | {pair for pair in together if truth[pair[0]] == truth[pair[1]]}),
        kept=len(likely),
        calibration=calibration(likely, truth)[1],
        overlaps=len(overlaps),
        false_overlaps=sum(truth[one] != truth[other] for one, other in overlaps),
        seconds=seconds,
        wrong=wrong,
    )


def calibration(pairs: pl.DataFrame, truth: list[int]) -> tuple[list[tuple[float, int, float, float]], float]:
    """Return (lower bound, pairs, mean probability, share that is true) of each bin, and the mean error of pairs."""
    true = [truth[one] == truth[other] for one, other in pairs.select("one", "other").iter_rows()]
    frame = pairs.with_columns(pl.Series("true", true, dtype=pl.Float64))
    found = []
    for low, high in pairwise(BINS):
        part = frame.filter(pl.col("probability").is_between(low, high, closed="left"))
        if len(part):
            found.append(
                (low, len(part), *part.select(pl.col("probability").mean(), pl.col("true").mean()).row(0))
            )
    return found, sum(many * abs(said - right) for _, many, said, right in found) / max(1, len(frame))


def _pairs_within(groups: list[int]) -> Iterable[tuple[int, int]]:
    members: dict[int, list[int]] = {}
    for record, group in enumerate(groups):
        earlier = members.setdefault(group, [])
        yield from ((other, record) for other in earlier)
        earlier.append(record)


def _overlapping(records: pl.DataFrame, together: set[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """Yield joined pairs of two bodies that belong together or deal with each other, held on one day: what findings rest on."""
    rows = records.select("place", "groups", "ties", "start", "end").rows()
    for pair in together:
        (place, groups, ties, start, end), (place_r, groups_r, ties_r, start_r, end_r) = (
            rows[record] for record in pair
        )
        tied = set(groups or ()) & set(groups_r or ()) or set(ties or ()) & set(ties_r or ())
        if (
            place != place_r
            and tied
            and (start or _EVER[0]) <= (end_r or _EVER[1])
            and (start_r or _EVER[0]) <= (end or _EVER[1])
        ):
            yield pair
