"""How much more often a forename goes with a surname than chance has it, because names come in communities.

Agnieszka is rare in England and frequent among the Kowalskis. What a load shows of that is found by correspondence
analysis (Benzécri 1973; Greenacre 1984) of forenames by surnames: the first axes part communities, and the lift of a
forename and a surname is one plus the sum over axes. Axes that are no stronger than chance makes them are left out.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

_AXES: Final = 8
_ROUNDS: Final = 12
_LEAST: Final = 3
"""Bearers of a name that says something of communities."""
_ABOVE: Final = 1.15
"""How much stronger than that of a random table an axis must be (Marchenko and Pastur 1967: (sqrt rows + sqrt columns) / sqrt entries)."""
_MOST: Final = 40.0
_FEW: Final = 200

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Table:
    """Distinct people as pairs of a forename and a surname, by number, with the share of each name."""

    first: Ints
    last: Ints
    first_share: Floats
    last_share: Floats

    def residual(self, vectors: Floats, *, turned: bool = False) -> Floats:
        """Return the standardised residuals times vectors over surnames; turned: their transpose times vectors over forenames."""
        rows, columns = (self.last, self.first) if turned else (self.first, self.last)
        row_share, column_share = (
            (self.last_share, self.first_share) if turned else (self.first_share, self.last_share)
        )
        scaled = vectors / np.sqrt(column_share)[:, None]
        found = np.stack(
            [np.bincount(rows, scaled[columns, axis], len(row_share)) for axis in range(vectors.shape[1])],
            axis=1,
        ) / len(rows)
        expected = row_share[:, None] * (np.sqrt(column_share) @ vectors)[None, :]
        turned_back: Floats = (found - expected) / np.sqrt(row_share)[:, None]
        return turned_back


def lifts(frame: pl.DataFrame) -> pl.DataFrame:
    """Return, row by row, lift_first (of forename and surname) and lift_middle (of further forename and surname), 1 to 40."""
    people = (
        frame.select("first", "last")
        .drop_nulls()
        .filter(pl.col("first").str.len_chars() > 1)
        .unique(maintain_order=True)
    )
    one = pl.Series("lift", np.ones(len(frame)))
    usual = people
    for _ in range(2):
        usual = usual.filter(pl.len().over("first") >= _LEAST, pl.len().over("last") >= _LEAST)
    axes = _axes(usual) if len(usual) >= _FEW else None
    if axes is None:
        return pl.DataFrame({"lift_first": one, "lift_middle": one})
    forenames, surnames, strength = axes
    surnames = _with_rare(people, surnames, "last", forenames, "first", strength)
    forenames = _with_rare(people, forenames, "first", surnames, "last", strength)
    return pl.DataFrame(
        {
            f"lift_{name}": _lift(frame[column], frame["last"], forenames, surnames, strength)
            for name, column in (("first", "first"), ("middle", "middle"))
        }
    )


Where = dict[str, Floats]


def _axes(people: pl.DataFrame) -> tuple[Where, Where, Floats] | None:
    """Return where forenames and surnames are on the axes that are stronger than chance, and how strong those are."""
    numbered = people.select(pl.col("first", "last").rank("dense").cast(pl.Int64) - 1)
    first, last = (numbered[name].to_numpy() for name in ("first", "last"))
    table = _Table(first, last, *(np.bincount(column) / len(column) for column in (first, last)))
    axes = min(_AXES, len(table.first_share) - 1, len(table.last_share) - 1)
    vectors = np.random.default_rng(1).normal(size=(len(table.last_share), axes))
    for _ in range(_ROUNDS):
        left, _unused = np.linalg.qr(table.residual(vectors))
        vectors = table.residual(left, turned=True)
    right, strength, turn = np.linalg.svd(vectors, full_matrices=False)
    chance = (np.sqrt(len(table.first_share)) + np.sqrt(len(table.last_share))) / np.sqrt(len(first))
    kept = strength > _ABOVE * chance
    if not kept.any():
        return None
    of_first = (left @ turn.T)[:, kept] / np.sqrt(table.first_share)[:, None]
    of_last = right[:, kept] / np.sqrt(table.last_share)[:, None]
    return (
        dict(zip(people["first"].unique().sort(), of_first, strict=True)),
        dict(zip(people["last"].unique().sort(), of_last, strict=True)),
        strength[kept],
    )


def _with_rare(  # noqa: PLR0913, PLR0917 - both sides of the table
    people: pl.DataFrame, known: Where, name: str, others: Where, other: str, strength: Floats
) -> Where:
    """Return places of all names: a rare one is where those are with which it goes."""
    found: dict[str, list[Floats]] = {}
    for text, beside in people.select(name, other).iter_rows():
        if text not in known and beside in others:
            found.setdefault(text, []).append(others[beside])
    return known | {text: np.mean(beside, axis=0) / strength for text, beside in found.items()}


def _lift(
    first: pl.Series, last: pl.Series, forenames: Where, surnames: Where, strength: Floats
) -> pl.Series:
    nowhere = np.zeros(len(strength))
    ones = np.array([forenames.get(text, nowhere) if text else nowhere for text in first])
    others = np.array([surnames.get(text, nowhere) if text else nowhere for text in last])
    return pl.Series("lift", np.clip(1.0 + ((ones * others) @ strength), 1.0, _MOST))
