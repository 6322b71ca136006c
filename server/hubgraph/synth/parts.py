"""The parts that names and numbers are made of: the tables of data/synth."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hubgraph.resources import content
from hubgraph.synth.model import Floats, Ints, Texts


def rows_of(table: str) -> list[dict[str, str]]:
    """Return the rows of a table of data/synth."""
    with content("data", "synth", f"{table}.csv").open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


@dataclass(frozen=True, slots=True)
class Weighted:
    """Texts with the probability of each."""

    texts: Texts
    weights: Floats

    def draw(self, rng: np.random.Generator, size: int) -> Texts:
        """Return size texts, drawn by weight."""
        drawn: Texts = self.texts[rng.choice(len(self.texts), size=size, p=self.weights)]
        return drawn


def weighted(texts: Sequence[str], weights: Sequence[float]) -> Weighted:
    """Return texts with their weights, scaled to a sum of one."""
    scaled = np.asarray(weights, dtype=np.float64)
    return Weighted(np.array(texts, dtype=object), scaled / scaled.sum())


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of names by kind, shares by what they are a share of, and the columns of each layout."""

    by_kind: dict[str, Weighted]
    shares: dict[str, float]
    layouts: dict[str, list[str]]

    def draw(self, kind: str, rng: np.random.Generator, size: int) -> Texts:
        """Return size parts of a kind."""
        return self.by_kind[kind].draw(rng, size)

    def share(self, what: str) -> float:
        """Return a share between 0 and 1."""
        return self.shares[what]

    def happens(self, what: str, rng: np.random.Generator, size: int) -> Ints:
        """Return the positions, of size, at which something with this share happens."""
        return np.flatnonzero(rng.random(size) < self.shares[what])


def read_parts() -> Parts:
    """Read the tables that every step needs."""
    found: dict[str, tuple[list[str], list[float]]] = {}
    for row in rows_of("name-parts"):
        texts, weights = found.setdefault(row["kind"], ([], []))
        texts.append(row["part"])
        weights.append(float(row["weight"]))
    layouts: dict[str, list[str]] = {}
    for row in rows_of("layouts"):
        layouts.setdefault(row["layout"], []).append(row["column"])
    return Parts(
        {kind: weighted(texts, weights) for kind, (texts, weights) in found.items()},
        {row["what"]: float(row["share"]) for row in rows_of("shares")},
        layouts,
    )


def joined(*columns: Texts, by: str = " ") -> Texts:
    """Return texts put together row by row, empty ones left out."""
    return np.array([by.join(filter(None, row)) for row in zip(*columns, strict=True)], dtype=object)
