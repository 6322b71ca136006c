"""Where posts are: towns, schools, trusts, hubs, firms that deal with trusts, and the seats of their boards."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from worlds.recipe import Land, Posts, Recipe
from worlds.stocks import Rng

TODAY: Final = date(2026, 1, 30).toordinal()
_TERM: Final = 4 * 365
_SOUTH_WEST: Final = (380_000.0, 260_000.0)
_ROLES: Final = {"school": ("1", "2"), "trust": ("3", "4"), "firm": ("director", "director")}
"""First role and that of all others; codes as in the register and the templates."""
FIRST_URN: Final = 900_000
FIRST_UID: Final = 90_000


@dataclass(frozen=True, slots=True)
class Body:
    """A board: kind (school, trust, firm), key as files write it, town, position, and the number of its trust or -1."""

    kind: str
    key: str
    town: int
    x: float
    y: float
    trust: int


@dataclass(frozen=True, slots=True)
class Ground:
    """Bodies, the schools of each hub with the lead first, and (trust, firm) that deal with each other, as body numbers."""

    bodies: tuple[Body, ...]
    hubs: tuple[tuple[int, ...], ...]
    deals: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Seat:
    """A post: body, role, first and last day (ordinals), and the number of who holds it."""

    body: int
    role: str
    start: int
    end: int
    holder: int = -1


def make_ground(recipe: Recipe, rng: Rng) -> Ground:
    """Return schools and groups for about as many seats as the world has rows."""
    land = recipe.land
    board = sum(recipe.posts.board) / 2 * (1 + recipe.posts.past)
    mean_trust = sum(land.trust_size) / 2
    schools = max(2, round(recipe.rows / board / (1 + 1.3 * land.trusts / mean_trust)))
    weights = 1.0 / (np.arange(land.towns) + 1.0) ** 0.8
    towns = rng.random((land.towns, 2)) * land.km * 1_000 + _SOUTH_WEST
    town = np.sort(rng.choice(land.towns, schools, p=weights / weights.sum()))
    where = towns[town] + rng.normal(0, 2_500, (schools, 2))
    trust_of, trusts = _trusts(land, where, rng)
    bodies = [
        Body(
            "school",
            str(FIRST_URN + number),
            int(town[number]),
            float(where[number, 0]),
            float(where[number, 1]),
            int(trust_of[number]),
        )
        for number in range(schools)
    ]
    for number, members in enumerate(trusts):
        bodies.append(
            Body(
                "trust",
                str(FIRST_UID + number),
                int(town[members[0]]),
                float(where[members[0], 0]),
                float(where[members[0], 1]),
                number,
            )
        )
    deals = []
    for number in np.flatnonzero(rng.random(len(trusts)) < 0.3).tolist():
        home = bodies[schools + number]
        deals.append((schools + number, len(bodies)))
        bodies.append(Body("firm", f"firm-{number}", home.town, home.x, home.y, -1))
    return Ground(tuple(bodies), _hubs(land, schools, where, rng), tuple(deals))


def _trusts(land: Land, where: NDArray[np.float64], rng: Rng) -> tuple[NDArray[np.int64], list[list[int]]]:
    """Return the trust of each school and the schools of each trust; most of a trust are neighbours."""
    count = len(where)
    trust_of = np.full(count, -1)
    order = np.lexsort((where[:, 1], where[:, 0] // 15_000))
    free = [int(row) for row in order if rng.random() < land.trusts]
    trusts: list[list[int]] = []
    while free:
        members = free[: int(rng.integers(land.trust_size[0], land.trust_size[1] + 1))]
        free = free[len(members) :]
        trust_of[members] = len(trusts)
        trusts.append(members)
    return trust_of, trusts


def _hubs(land: Land, schools: int, where: NDArray[np.float64], rng: Rng) -> tuple[tuple[int, ...], ...]:
    found = []
    for _ in range(land.hubs):
        lead = int(rng.integers(schools))
        size = int(rng.integers(land.hub_size[0], land.hub_size[1] + 1))
        near = np.argsort(((where - where[lead]) ** 2).sum(axis=1) * rng.lognormal(0, 1, schools))[: size + 1]
        found.append((lead, *(int(row) for row in near if row != lead)))
    return tuple(found)


def make_seats(ground: Ground, posts: Posts, rows: int, rng: Rng) -> list[Seat]:
    """Return the seats of all boards and, for a share, the term before; whose those are is not said yet."""
    seats = []
    for number, body in enumerate(ground.bodies):
        first, other = _ROLES[body.kind]
        size = int(rng.integers(posts.board[0], posts.board[1] + 1))
        size = max(3, size // 3) if body.kind == "firm" else size
        for place in range(size):
            role = first if place == 0 else other
            start = TODAY - int(rng.integers(20, _TERM))
            seats.append(Seat(number, role, start, start + _TERM - 1))
            if rng.random() < posts.past:
                seats.append(Seat(number, role, start - int(rng.integers(300, _TERM)), start - 1))
    rng.shuffle(seats)
    return seats[:rows]


class Free:
    """Seats that nobody holds yet, found by what a further post of the same person is near to."""

    def __init__(self, ground: Ground, seats: list[Seat]) -> None:
        """Sort all seats into pools."""
        self.ground, self.seats = ground, seats
        self.pools: dict[tuple[str, int], list[int]] = defaultdict(list)
        for number, seat in enumerate(seats):
            for pool in self._of(seat.body):
                self.pools[pool].append(number)

    def _of(self, body: int) -> list[tuple[str, int]]:
        at = self.ground.bodies[body]
        cell = int(at.x // 25_000) * 1_000 + int(at.y // 25_000)
        found = [("same_body", body), ("same_town", at.town), ("near", cell), ("anywhere", 0)]
        return [*found, ("same_trust", at.trust)] if at.trust >= 0 else found

    def take(self, kind: str, beside: int, taken: list[int], rng: Rng) -> int:
        """Return a free seat of this kind beside a held one that fits the others taken, or -1."""
        pool = self.pools.get(
            next((entry for entry in self._of(self.seats[beside].body) if entry[0] == kind), ("", 0)), []
        )
        for _ in range(6):
            if not pool:
                return -1
            place = int(rng.integers(len(pool)))
            number = pool[place]
            if self.seats[number].holder >= 0:
                pool[place] = pool[-1]
                pool.pop()
            elif not any(self._clash(number, other) for other in taken):
                return number
        return -1

    def _clash(self, number: int, other: int) -> bool:
        one, two = self.seats[number], self.seats[other]
        return one.body == two.body and one.role == two.role and one.start <= two.end and two.start <= one.end


def fill_seats(ground: Ground, seats: list[Seat], posts: Posts, rng: Rng) -> int:
    """Give every seat a holder; return how many people there are."""
    free = Free(ground, seats)
    kinds = list(posts.further)
    chances = np.array([posts.further[kind] for kind in kinds])
    each = np.array(posts.each) / sum(posts.each)
    wanted = rng.choice(len(each), len(seats), p=each)
    people = 0
    for number, seat in enumerate(seats):
        if seat.holder >= 0:
            continue
        seat.holder = people
        taken = [number]
        for kind in rng.choice(len(kinds), int(wanted[people]), p=chances / chances.sum()):
            found = free.take(kinds[kind], taken[int(rng.integers(len(taken)))], taken, rng)
            if found >= 0:
                seats[found].holder = people
                taken.append(found)
        people += 1
    _again(seats, posts.again, rng)
    return people


def _again(seats: list[Seat], share: float, rng: Rng) -> None:
    """Let a share of those whose term is over be those who hold the seat now (a second term)."""
    now: dict[tuple[int, str, int], Seat] = {(seat.body, seat.role, seat.start): seat for seat in seats}
    for seat in seats:
        after = now.get((seat.body, seat.role, seat.end + 1))
        if after is not None and rng.random() < share:
            seat.holder = after.holder


def enter_twice(seats: list[Seat], share: float, rng: Rng) -> None:
    """Let a share of those with several posts have only the first of two, entered again when they were elected once more."""
    first: dict[int, Seat] = {}
    for seat in seats:
        before = first.setdefault(seat.holder, seat)
        if before is not seat and rng.random() < share:
            seat.body, seat.role = before.body, before.role
            seat.start = before.start + int(rng.integers(0, 400))
            seat.end = seat.start + _TERM - 1
