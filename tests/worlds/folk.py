"""Who people are: their names by community, family and town, and what becomes of names by marriage and habit."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from worlds.ground import Ground, Seat
from worlds.recipe import Recipe
from worlds.stocks import GENDERS, Rng, Stock, Texts, make_stock, per_choice

Flags = NDArray[np.bool_]
_LOCAL_NAMES = 6


@dataclass(frozen=True, slots=True)
class Folk:
    """People as columns: stock, gender, forename, further forenames, surname, another surname and forename (or empty)."""

    stock: Texts
    gender: Texts
    first: Texts
    middle: Texts
    last: Texts
    other_last: Texts
    other_first: Texts
    stocks: dict[str, Stock]

    def draw_first(self, person: int, rng: Rng) -> str:
        """Return another forename of the stock and gender of a person."""
        return str(self.stocks[self.stock[person]].forenames[self.gender[person]].draw(rng, 1)[0])


def make_folk(recipe: Recipe, ground: Ground, seats: list[Seat], people: int, rng: Rng) -> Folk:
    """Return the people who hold the seats."""
    names = recipe.names
    stocks = {name: make_stock(name, names, rng) for name in names.stocks}
    body = np.zeros(people, dtype=np.int64)
    for seat in reversed(seats):
        body[seat.holder] = seat.body
    town = np.array([ground.bodies[number].town for number in body])
    stock = _stocks(recipe, town, rng)
    gender = np.where(rng.random(people) < 0.55, "f", "m").astype(object)
    forename = _drawer(stocks, stock, gender, rng)
    first = forename(np.ones(people, dtype=bool))
    middle = forename(rng.random(people) < names.middle)
    second = forename((rng.random(people) < names.two_middles) & (middle != ""))
    middle = np.array(
        [" ".join(filter(None, pair)) for pair in zip(middle, second, strict=True)], dtype=object
    )
    last = per_choice(list(stocks), stock, lambda name, count: stocks[name].surnames.draw(rng, count))
    _local(last, town, stock, stocks, names.local_surnames, rng)
    _kin(last, body, names.relatives, rng)
    _namesakes(first, last, gender, town, names.namesakes, rng)
    if dynasties := recipe.mechanisms.get("dynasties"):
        _namesakes(first, last, gender, body, dynasties, rng)
    none = np.full(people, "", dtype=object)
    folk = Folk(stock, gender, first, middle, last, none, none.copy(), stocks)
    _marry(folk, recipe, rng)
    return folk


def _stocks(recipe: Recipe, town: NDArray[np.int64], rng: Rng) -> Texts:
    """Return the community of each person; where communities live apart, each town has its own mixture."""
    given = recipe.names.stocks
    chances = np.array(list(given.values()), dtype=np.float64)
    chances /= chances.sum()
    names = np.array(list(given), dtype=object)
    if not recipe.names.apart:
        return names[rng.choice(len(names), len(town), p=chances)]
    mixtures = rng.dirichlet(chances * 2.5 + 0.01, recipe.land.towns)
    found = np.full(len(town), "", dtype=object)
    for number in np.unique(town):
        rows = np.flatnonzero(town == number)
        found[rows] = names[rng.choice(len(names), len(rows), p=mixtures[number])]
    return found


class _drawer:  # noqa: N801 - a function with what it draws from
    def __init__(self, stocks: dict[str, Stock], stock: Texts, gender: Texts, rng: Rng) -> None:
        self.stocks, self.rng = stocks, rng
        self.key = np.array(
            [f"{one}|{other}" for one, other in zip(stock, gender, strict=True)], dtype=object
        )

    def __call__(self, wanted: Flags) -> Texts:
        key = np.where(wanted, self.key, "").astype(object)
        return per_choice([f"{name}|{gender}" for name in self.stocks for gender in GENDERS], key, self._draw)

    def _draw(self, key: str, count: int) -> Texts:
        name, gender = key.split("|")
        return self.stocks[name].forenames[gender].draw(self.rng, count)


def _local(  # noqa: PLR0913, PLR0917 - what a local surname depends on
    last: Texts, town: NDArray[np.int64], stock: Texts, stocks: dict[str, Stock], share: float, rng: Rng
) -> None:
    """Give a share of the people of each town one of few surnames of that town."""
    here = rng.random(len(last)) < share
    for number in np.unique(town[here]):
        rows = np.flatnonzero(here & (town == number))
        few = stocks[stock[rows[0]]].surnames
        last[rows] = few.draw(rng, _LOCAL_NAMES)[rng.integers(_LOCAL_NAMES, size=len(rows))]


def _kin(last: Texts, body: NDArray[np.int64], share: float, rng: Rng) -> None:
    """Give a share of people the surname of somebody who sits on the same board."""
    boards: dict[int, list[int]] = defaultdict(list)
    for person, number in enumerate(body.tolist()):
        boards[number].append(person)
    for person in np.flatnonzero(rng.random(len(last)) < share).tolist():
        others = boards[int(body[person])]
        last[person] = last[others[int(rng.integers(len(others)))]]


def _namesakes(  # noqa: PLR0913, PLR0917 - both names and where
    first: Texts, last: Texts, gender: Texts, town: NDArray[np.int64], share: float, rng: Rng
) -> None:
    """Give a share of people forename and surname of somebody of the same town, or board (a parent, an aunt), not the others."""
    towns: dict[tuple[int, str], list[int]] = defaultdict(list)
    for person, key in enumerate(zip(town.tolist(), gender.tolist(), strict=True)):
        towns[key].append(person)
    for person in np.flatnonzero(rng.random(len(last)) < share).tolist():
        others = towns[int(town[person]), str(gender[person])]
        other = others[int(rng.integers(len(others)))]
        first[person], last[person] = first[other], last[other]


def _marry(folk: Folk, recipe: Recipe, rng: Rng) -> None:
    """Give a share of women another surname, and a share of all people a double one."""
    writing, count = recipe.writing, len(folk.last)
    spouse = folk.last[rng.permutation(count)]
    married = (rng.random(count) < writing.married) & (folk.gender == "f")
    folk.other_last[married] = spouse[married]
    for person in np.flatnonzero(rng.random(count) < writing.double).tolist():
        folk.other_last[person] = f"{folk.last[person]}-{spouse[person]}"
