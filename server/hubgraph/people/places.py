"""Where roles are held: position, how many role-holders live around, and which organisations belong together.

Distances alone mislead: 5 km in a city is far and in the fells is next door. What counts is how many other role-holders
are nearer, pi * d**2 * local density of roles; the density is counted within 10 km.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hubgraph.people.model import Reader
from hubgraph.people.records import query, read_table

_CELL_M: Final = 2_000
_REACH_M: Final = 10_000
_BLOCK_M: Final = 20_000
_ENGLAND: Final = 400_000
_COUNTRYSIDE: Final = 1.0
"""About as many appointments as there are in England, and how many there are per square kilometre outside towns: the least
density where little was loaded."""
_LARGEST_TIE: Final = 150
"""An activity that more organisations than this take part in says nothing about who may be the same person."""


@dataclass(frozen=True, slots=True)
class Ties:
    """Organisation → numbers of the groups that it belongs to or is, and of hubs and dealings that tie it to others."""

    groups: pl.DataFrame
    ties: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a store says of places: ties as kind, one, other (see person-ties.rq), positions as organisation, x, y; all text."""

    ties: pl.DataFrame
    positions: pl.DataFrame

    def __or__(self, other: "Surroundings") -> "Surroundings":
        """Return both together."""
        return Surroundings(
            pl.concat([self.ties, other.ties]).unique(maintain_order=True),
            pl.concat([self.positions, other.positions]).unique(maintain_order=True),
        )


def read_surroundings(reader: Reader) -> Surroundings:
    """Read ties and positions of organisations from a store."""
    return Surroundings(
        read_table(reader, query("person-ties"), ("kind", "one", "other")),
        read_table(reader, query("positions-of-schools"), ("organisation", "x", "y")),
    )


def add_places(frame: pl.DataFrame, surroundings: Surroundings) -> pl.DataFrame:
    """Return the frame of records with what is known of the place of each.

    Added: place (number of the organisation), groups and ties (lists of numbers that organisations which belong
    together share), group (one of them), x and y (metres) and density (role-holders per square kilometre), block
    (square of 20 km), null where there is no position.
    """
    where = _positions(surroundings)
    belong = _belong(surroundings.ties)
    frame = frame.with_columns(pl.col("organisation").rank("dense").cast(pl.Int64).alias("place"))
    for part in (belong.groups, belong.ties, where):
        frame = frame.join(part, on="organisation", how="left", maintain_order="left")
    frame = frame.with_columns(
        pl.col("groups").list.first().alias("group"),
        ((pl.col("x") // _BLOCK_M) * 1_000 + pl.col("y") // _BLOCK_M).cast(pl.Int64).alias("block"),
    )
    return frame.with_columns(pl.Series("density", _density(frame), dtype=pl.Float64).fill_nan(None))


def _belong(rows: pl.DataFrame) -> Ties:
    """Return what ties each organisation to others, everything that ties having a number."""
    groups = rows.filter(pl.col("kind") == "group")
    members = pl.concat([groups.select("one", "other"), groups.select(one="other", other="other")])
    parts = rows.filter(pl.col("kind").is_in(["part", "lead"]))
    # A trust is tied to the hubs that its schools lead.
    led = (
        parts.filter(pl.col("kind") == "lead").join(groups, on="one").select(one="other_right", other="other")
    )
    parts = pl.concat([parts.select("one", "other"), parts.select(one="other", other="other"), led]).unique()
    small = parts.group_by("other").len().filter(pl.col("len") <= _LARGEST_TIE)
    parts = parts.join(small, on="other", how="semi")
    pairs = rows.filter(pl.col("kind") == "pair").with_columns(
        pl.concat_str(["one", "other"], separator=" ").alias("pair")
    )
    dealings = pl.concat([pairs.select("one", other="pair"), pairs.select(one="other", other="pair")])
    return Ties(_listed(members, "groups"), _listed(pl.concat([parts, dealings]), "ties"))


def _listed(members: pl.DataFrame, name: str) -> pl.DataFrame:
    numbered = members.with_columns(pl.col("other").rank("dense").cast(pl.Int64))
    return (
        numbered.group_by("one")
        .agg(pl.col("other").unique().sort().alias(name))
        .rename({"one": "organisation"})
    )


def _positions(surroundings: Surroundings) -> pl.DataFrame:
    """Return the position of each organisation: its own, or the mean of the schools that belong to it."""
    rows = surroundings.ties
    own = (
        surroundings.positions.with_columns(pl.col("x", "y").cast(pl.Float64))
        .group_by("organisation")
        .agg(pl.col("x", "y").mean())
    )
    members = rows.filter(pl.col("kind").is_in(["group", "lead", "part"])).rename({"one": "organisation"})
    # The lead of a hub says more about where it is than the schools it serves.
    order = pl.when(pl.col("kind") == "part").then(1).otherwise(0)
    members = members.with_columns(order.alias("order")).join(own, on="organisation")
    best = members.filter(pl.col("order") == pl.col("order").min().over("other"))
    means = best.group_by("other").agg(pl.col("x", "y").mean()).rename({"other": "organisation"})
    return pl.concat([own, means.join(own, on="organisation", how="anti")])


def _density(frame: pl.DataFrame) -> NDArray[np.float64]:
    """Return role-holders per square kilometre around each record; that of the countryside stands in for what is not loaded."""
    x, y = (frame[name].to_numpy() for name in ("x", "y"))
    known = ~(np.isnan(x) | np.isnan(y))
    density = np.full(len(x), np.nan)
    if not known.any():
        return density
    column = ((x[known] - x[known].min()) // _CELL_M).astype(np.int64)
    row = ((y[known] - y[known].min()) // _CELL_M).astype(np.int64)
    reach = _REACH_M // _CELL_M
    counts = np.zeros((row.max() + 1 + 2 * reach, column.max() + 1 + 2 * reach))
    np.add.at(counts, (row + reach, column + reach), 1.0)
    around, cells = np.zeros_like(counts), 0
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            if down**2 + right**2 <= reach**2:
                around += np.roll(counts, (down, right), axis=(0, 1))
                cells += 1
    area = cells * (_CELL_M / 1_000) ** 2
    missing = max(0.0, 1.0 - len(frame) / _ENGLAND) * _COUNTRYSIDE
    density[known] = around[row + reach, column + reach] / area + missing
    return density
