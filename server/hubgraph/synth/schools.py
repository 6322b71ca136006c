"""Fictional schools: kinds by weight, places around towns, closed predecessors and mergers."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from hubgraph.synth.model import FIRST_URN, NO_DAY, Flags, Floats, Ints, Merger, Texts
from hubgraph.synth.near import neighbours
from hubgraph.synth.parts import Parts, joined, rows_of
from hubgraph.synth.places import Places

_METRES_FROM_TOWN: Final = 1_500.0
_KNOWN_OPENING: Final = 0.25
_NAME_FORMS: Final = (0.45, 0.8)
_RECENT_MERGER_DAYS: Final = (60, 200)
_FIRST_ACADEMY_DAY: Final = 14_853  # 1 September 2010, when converter academies began.
_OLDEST_OPENING: Final = 3_653  # 1 January 1980; schools that are older have no opening date in the register.


@dataclass(frozen=True, slots=True)
class Made:
    """Schools as made: row numbers into the tables of kinds and places, and how each began and ended."""

    urn: Ints
    kind: Ints
    town: Ints
    x: Floats
    y: Floats
    name: Texts
    is_open: Flags
    opened: Ints
    closed: Ints
    pupils: Ints
    into: Ints
    merged: Flags

    def mergers(self) -> tuple[Merger, ...]:
        """Return the schools that closed by merging into another."""
        rows = np.flatnonzero(self.merged)
        return tuple(Merger(int(row), int(self.into[row]), int(self.closed[row])) for row in rows)


def kinds() -> list[dict[str, str]]:
    """Return the kinds of school with phase, type, ages and weight."""
    return rows_of("school-types")


def make_schools(count: int, places: Places, today: int, parts: Parts, rng: np.random.Generator) -> Made:
    """Return count schools, open ones first; closed ones are predecessors of open ones at the same place."""
    table = kinds()
    gone = round(count * parts.share("closed schools"))
    alive = count - gone
    weights = np.array([float(row["weight"]) for row in table])
    kind = rng.choice(len(table), size=alive, p=weights / weights.sum())
    town = rng.choice(len(places.town), size=alive, p=places.weight)
    x, y = _positions(town, places, rng)
    opened = _opening_days(kind, table, today, rng)
    into, merged, closed = _ends(kind, table, opened, gone, today, parts, rng)
    maintained = np.flatnonzero(np.array([row["type"] == "1" and row["phase"] == "2" for row in table]))
    old_kind = np.array([_former_kind(table[kind[row]], table, int(maintained[0])) for row in into])
    spot_x, spot_y = x[into] + rng.normal(0, 400, gone) * merged, y[into] + rng.normal(0, 400, gone) * merged
    all_kind, all_town = np.concatenate([kind, old_kind]), np.concatenate([town, town[into]])
    every = len(all_kind)
    mean = np.array([float(row["pupils"]) for row in table])[all_kind]
    none = np.full(alive, -1)
    return Made(
        urn=FIRST_URN + rng.permutation(every),
        kind=all_kind,
        town=all_town,
        x=np.concatenate([x, spot_x]).round(),
        y=np.concatenate([y, spot_y]).round(),
        name=_names(all_kind, all_town, table, places, parts, rng),
        is_open=np.arange(every) < alive,
        opened=np.concatenate([opened, np.full(gone, NO_DAY)]),
        closed=np.concatenate([np.full(alive, NO_DAY), closed]),
        pupils=(mean * rng.lognormal(0, 0.35, every)).astype(np.int64) + 1,
        into=np.concatenate([none, into]),
        merged=np.concatenate([np.zeros(alive, dtype=np.bool_), merged]),
    )


def _positions(town: Ints, places: Places, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return places around towns; the larger the town, the wider."""
    width = _METRES_FROM_TOWN * np.sqrt(places.weight * len(places.weight)).clip(0.5, 6)[town]
    x = places.x[town] + rng.normal(0, 1, len(town)) * width
    y = places.y[town] + rng.normal(0, 1, len(town)) * width
    return x.clip(90_000, 655_000), y.clip(10_000, 655_000)


def _opening_days(kind: Ints, table: list[dict[str, str]], today: int, rng: np.random.Generator) -> Ints:
    academy = np.array([row["body"] == "academy" for row in table])[kind]
    recent = rng.integers(_FIRST_ACADEMY_DAY, today - 500, len(kind))
    older = rng.integers(_OLDEST_OPENING, today - 3_000, len(kind))
    days: Ints = np.where(academy, recent, np.where(rng.random(len(kind)) < _KNOWN_OPENING, older, NO_DAY))
    return days


def _ends(  # noqa: PLR0913, PLR0917 - the columns of the open schools
    kind: Ints, table: list[dict[str, str]], opened: Ints, gone: int, today: int,
    parts: Parts, rng: np.random.Generator,
) -> tuple[Ints, Flags, Ints]:  # fmt: skip
    """Return, per closed school: the open school that followed, whether that was a merger, and the last day.

    Mergers are in the last year, for their clerks are still in the register; conversions are when the academy opened.
    """
    converted = np.array(["onverter" in row["type_name"] for row in table])[kind]
    governed = np.array([row["body"] != "none" and row["phase"] == "2" for row in table])[kind]
    merging = max(8, round(gone * parts.share("closed schools that merged")))
    into_merge = rng.choice(np.flatnonzero(governed), size=merging, replace=False)
    into_convert = rng.permutation(np.flatnonzero(converted))
    into = np.concatenate([into_merge, into_convert[: gone - merging]])
    into = np.concatenate([into, rng.choice(np.flatnonzero(governed), gone - len(into))])
    merged = np.arange(gone) < merging
    days = today - rng.integers(*_RECENT_MERGER_DAYS, gone)
    before = np.where(opened[into] == NO_DAY, today - 4_000, opened[into] - 1)
    return into, merged, np.where(merged, days, before)


def _former_kind(now: dict[str, str], table: list[dict[str, str]], default: int) -> int:
    """Return the row of a maintained kind of the same phase; the default where there is none."""
    for row, kind in enumerate(table):
        if kind["body"] == "maintained" and kind["phase"] == now["phase"] != "0":
            return row
    return default


def _names(  # noqa: PLR0913, PLR0917 - a name has that many parts
    kind: Ints,
    town: Ints,
    table: list[dict[str, str]],
    places: Places,
    parts: Parts,
    rng: np.random.Generator,
) -> Texts:
    """Return names such as "Mill Lane Primary School" and "Pewtercross Academy"; many stand for several schools."""
    ending = np.array([row["ending"] for row in table], dtype=object)[kind]
    word = parts.draw("school-word", rng, len(kind))
    place = places.town[town]
    form = rng.random(len(kind))
    first = np.where(form < _NAME_FORMS[0], word, np.where(form < _NAME_FORMS[1], place, joined(place, word)))
    return joined(first, ending)


def cut_by_place(rows: Ints, x: Floats, y: Floats, sizes: Ints, rng: np.random.Generator) -> list[Ints]:
    """Return rows cut into sets of the given sizes, each of places near one another but not all that are there."""
    near = neighbours(x[rows], y[rows], 60)
    free = np.ones(len(rows), dtype=np.bool_)
    order = iter(rng.permutation(len(rows)))
    sets = []
    for size in sizes:
        start = next((spot for spot in order if free[spot]), None)
        if start is None:
            break
        chosen, at = [start], start
        free[start] = False
        while len(chosen) < size:
            open_near = near[at][free[near[at]]]
            if not len(open_near):
                break
            at = int(open_near[rng.integers(min(3, len(open_near)))])
            free[at] = False
            chosen.append(at)
        sets.append(rows[np.array(chosen)])
    left = rows[free]
    return [*sets, *(left[spot : spot + 1] for spot in range(len(left)))]
