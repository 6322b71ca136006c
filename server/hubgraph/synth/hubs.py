"""Fictional hubs: a lead near its members, parts and dates of each, some hubs led by trusts."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from hubgraph.synth.model import NO_DAY, Ints, World, day_of
from hubgraph.synth.parts import rows_of, weighted

_LED_BY_TRUSTS: Final = 0.06
_SHARE_OF_STRONG_SCHOOLS: Final = 0.06
_ENDED_TIES: Final = 0.2
_PARTS: Final = weighted(["supported", "partner", "associate", "host", "co-lead"], [66, 27, 4, 2, 1])
_FEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class Hub:
    """One hub: lead is a row of schools, or of groups where led_by_trust; ties are schools with part and dates."""

    key: str
    name: str
    programme: str
    lead: int
    led_by_trust: bool
    area: str
    start: int
    end: int
    ties: tuple["Tie", ...]

    def of_part(self, part: str) -> list[int]:
        """Return the schools that hold a part today."""
        return [tie.school for tie in self.ties if tie.part == part and tie.end == NO_DAY]


@dataclass(frozen=True, slots=True)
class Tie:
    """A school's part in a hub."""

    school: int
    part: str
    start: int
    end: int


def make_hubs(world: World, rng: np.random.Generator) -> tuple[Hub, ...]:
    """Return the hubs of every fictional programme, as many per thousand schools as data/synth/programmes.csv says."""
    schools = world.schools
    alive = np.flatnonzero(schools.is_open & (schools.body != "none"))
    strong = rng.choice(alive, max(8, int(len(alive) * _SHARE_OF_STRONG_SCHOOLS)), replace=False)
    trusts = np.flatnonzero(world.groups.kind == "trust")
    made: list[Hub] = []
    for row in rows_of("programmes"):
        count = max(_FEWEST, round(float(row["per_1000"]) * len(alive) / 1000))
        for number in range(1, count + 1):
            by_trust = bool(len(trusts)) and rng.random() < _LED_BY_TRUSTS
            lead = int(rng.choice(trusts)) if by_trust else int(rng.choice(strong))
            made.append(_hub(row, number, lead, world, alive, by_trust, rng))
    return tuple(made)


def _hub(  # noqa: PLR0913, PLR0917 - one hub of one programme
    row: dict[str, str],
    number: int,
    lead: int,
    world: World,
    alive: Ints,
    by_trust: bool,  # noqa: FBT001 - which of two tables the lead is a row of
    rng: np.random.Generator,
) -> Hub:
    schools = world.schools
    centre = int(world.groups.schools[lead][0]) if by_trust else lead
    start, end = _day(row["start_date"]), _day(row["end_date"])
    last = world.today if end == NO_DAY else end
    start += int(rng.integers(0, max(1, min(1_200, last - start - 400))))
    size = int(float(row["size"]) * rng.lognormal(0, 0.4)) + 3
    away = (schools.x[alive] - schools.x[centre]) ** 2 + (schools.y[alive] - schools.y[centre]) ** 2
    reach = min(len(alive) - 1, 3 * size)
    near = alive[np.argpartition(away, reach)[:reach]]
    members = rng.permutation(near[near != lead])[:size]
    begins = start + (rng.random(len(members)) ** 2 * (last - start - 60)).astype(np.int64)
    ended = rng.random(len(members)) < _ENDED_TIES
    ends = np.where(ended, begins + ((last - begins) * rng.random(len(members))).astype(np.int64), end)
    ties = tuple(
        Tie(int(school), str(part), int(begin), int(stop))
        for school, part, begin, stop in zip(
            members, _PARTS.draw(rng, len(members)), begins, ends, strict=True
        )
    )
    key = f"{row['id'].removesuffix('s')}-{number:04d}"
    town = schools.name[centre].rsplit(" ", 1)[0]
    name = f"{town} {row['name'].removesuffix(' (fictional)').rstrip('s')} {number} (fictional)"
    return Hub(key, name, row["id"], lead, by_trust, f"la:{schools.authority[centre]}", start, end, ties)


def _day(text: str) -> int:
    return day_of(date.fromisoformat(text)) if text else NO_DAY
