"""Names to draw from: those of a stock by rank, and a long tail that is put together from syllables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import yaml
from numpy.typing import NDArray

from worlds.recipe import HERE, Names

Texts = NDArray[np.object_]
Rng = np.random.Generator
GENDERS: Final = ("f", "m")
NOTHING: Final = "~"
_SHIFT: Final = 2.0


@dataclass(frozen=True, slots=True)
class Weighted:
    """Texts and how likely each is."""

    texts: Sequence[str]
    chances: NDArray[np.float64]

    def draw(self, rng: Rng, count: int) -> Texts:
        """Return so many texts."""
        found: Texts = np.array(self.texts, dtype=object)[rng.choice(len(self.texts), count, p=self.chances)]
        return found


@dataclass(frozen=True, slots=True)
class Stock:
    """Forenames by gender and surnames of one community, in one world."""

    forenames: dict[str, Weighted]
    surnames: Weighted


@cache
def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((HERE / "stocks" / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def make_stock(name: str, names: Names, rng: Rng) -> Stock:
    """Return a stock with the laws of a world: who is frequent there is drawn anew, and so is the tail."""
    given, made = _read(name), _read("made-up")["forename_tail"]
    forenames = {}
    for gender in GENDERS:
        listed = given["forenames"][gender].split()
        tail = _composed(made[gender], 400, rng)
        share = names.strange_forenames if listed else 1.0
        forenames[gender] = _by_law(listed, tail, share, names.forename_fall, rng)
    listed = given["surnames"].split()
    tail = _composed(given["tail"], names.tail_names, rng)
    share = 1 - given["listed"] if names.surname_tail is None else names.surname_tail
    return Stock(forenames, _by_law(listed, tail, share, names.surname_fall, rng))


def _composed(parts: Sequence[str], count: int, rng: Rng) -> list[str]:
    """Return up to so many different names of one piece of each part."""
    pieces = [["" if piece == NOTHING else piece for piece in part.split()] for part in parts]
    picked = [[row[number] for number in rng.integers(len(row), size=2 * count)] for row in pieces]
    return list(dict.fromkeys("".join(chosen) for chosen in zip(*picked, strict=True)))[:count]


def _by_law(listed: Sequence[str], tail: Sequence[str], share: float, fall: float, rng: Rng) -> Weighted:
    """Return both together: a name of rank r weighs 1 / (r + 2) ** fall among the listed; the tail falls more slowly."""
    known, strange = (
        _falling(len(texts), power) * part
        for texts, power, part in ((listed, fall, 1 - share), (tail, fall / 2, share))
    )
    # About the order of the stock, but not in every world the same.
    order = np.argsort(np.arange(len(listed)) + rng.normal(0, len(listed) / 6, len(listed)), kind="stable")
    chances = np.concatenate([known, strange])
    return Weighted([*(listed[place] for place in order), *tail], chances / chances.sum())


def _falling(count: int, power: float) -> NDArray[np.float64]:
    weights = 1.0 / (np.arange(count) + _SHIFT) ** power
    found: NDArray[np.float64] = (weights / max(float(weights.sum()), 1e-12)).astype(np.float64)
    return found


def per_choice(choices: Sequence[str], of: Texts, draw: Callable[[str, int], Texts]) -> Texts:
    """Return a column in which every row is drawn for its choice."""
    found = np.full(len(of), "", dtype=object)
    for choice in choices:
        rows = np.flatnonzero(of == choice)
        if len(rows):
            found[rows] = draw(choice, len(rows))
    return found
