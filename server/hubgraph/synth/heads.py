"""Heads of schools and chief executives of trusts, who often govern by virtue of their office."""

from typing import Final

import numpy as np

from hubgraph.synth.model import Ints, World
from hubgraph.synth.parts import Parts
from hubgraph.synth.slots import NOBODY, Bodies, Roles, Seats

EX_OFFICIO: Final = "9"
"""Appointing body: ex officio by virtue of office as headteacher or principal."""


def seat_heads(  # noqa: PLR0913, PLR0917 - seats, whose they are, and shares
    seats: Seats,
    bodies: Bodies,
    roles: Roles,
    world: World,
    people: int,
    parts: Parts,
    rng: np.random.Generator,
) -> Ints:
    """Return, per school, the person who is its head (-1: no open school); persons count on from `people`.

    A head holds a governor's seat of the own school in most schools, and is the accounting officer of a trust of one
    school. The chief executives of other trusts are people of their own; they come after the heads.
    """
    alive = np.flatnonzero(world.schools.is_open)
    heads = np.full(len(world.schools.urn), NOBODY)
    heads[alive] = people + np.arange(len(alive))
    officers = _free(seats, roles, "6")
    chief = np.full(len(bodies.kind), NOBODY)
    chief[: len(heads)] = heads
    of_trusts = np.flatnonzero(bodies.kind == "trust")
    chief[of_trusts] = people + len(alive) + np.arange(len(of_trusts))
    seats.holder[officers] = chief[seats.body[officers]]
    governing = _free(seats, roles, "2", "4", "9")
    _, first = np.unique(seats.body[governing], return_index=True)
    seat = governing[first]
    share = np.where(
        bodies.kind[seats.body[seat]] == "trust",
        parts.share("chief executives who are trustees ex officio"),
        parts.share("headteachers who are governors ex officio"),
    )
    by_office = seat[(rng.random(len(seat)) < share) & (chief[seats.body[seat]] >= 0)]
    seats.holder[by_office] = chief[seats.body[by_office]]
    seats.appointing[by_office] = EX_OFFICIO
    _govern_elsewhere(heads, seats, bodies, roles, parts, rng)
    return heads


def _free(seats: Seats, roles: Roles, *codes: str) -> Ints:
    return np.flatnonzero((seats.holder == NOBODY) & ~seats.ended & np.isin(seats.role, roles.rows(*codes)))


def _govern_elsewhere(  # noqa: PLR0913, PLR0917 - as above
    heads: Ints, seats: Seats, bodies: Bodies, roles: Roles, parts: Parts, rng: np.random.Generator
) -> None:
    """Give some heads a seat at a school that is near in the order of places."""
    seats_free = _free(seats, roles, "2", "9")
    order = seats_free[
        np.lexsort((bodies.y[seats.body[seats_free]], bodies.x[seats.body[seats_free]] // 10_000))
    ]
    schools = np.flatnonzero(heads >= 0)
    going = schools[parts.happens("heads who also govern elsewhere", rng, len(schools))]
    column = bodies.x[seats.body[order]] // 10_000
    for school in going.tolist():
        low, high = np.searchsorted(column, [bodies.x[school] // 10_000, bodies.x[school] // 10_000 + 1])
        spot = order[low + int(rng.integers(high - low))] if high > low else -1
        if spot >= 0 and seats.holder[spot] == NOBODY and seats.body[spot] != school:
            seats.holder[spot] = heads[school]
