"""Who holds which seat: people with one to five appointments who mostly stay where they are known."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from hubgraph.errors import InputError
from hubgraph.synth.model import NO_DAY, Flags, Floats, Ints
from hubgraph.synth.near import nearest_to, neighbours
from hubgraph.synth.parts import rows_of
from hubgraph.synth.slots import NOBODY, Bodies, Roles, Seats

_NEIGHBOURS: Final = 60
_TRIES: Final = 4
_YEAR: Final = 365
_TERM: Final = 1_461


@dataclass(frozen=True, slots=True)
class Moves:
    """How people come by a further appointment: shares of each way, and how far the far way goes (log-normal km)."""

    same_body: float
    same_trust: float
    neighbour: float
    spread: float
    km_median: float
    km_sigma: float


def read_moves(name: str) -> Moves:
    """Return the moves of a name in data/synth/moves.csv; raise InputError for an unknown one."""
    rows = {row["moves"]: row for row in rows_of("moves")}
    if name not in rows:
        raise InputError(f"There are no moves '{name}'; choose one of {', '.join(rows)}.")
    return Moves(**{key: float(value) for key, value in rows[name].items() if key != "moves"})


class Filling:
    """Gives every free seat to a person; people count on from those that there are already."""

    def __init__(
        self, seats: Seats, bodies: Bodies, roles: Roles, moves: Moves, rng: np.random.Generator
    ) -> None:
        self._seats, self._bodies, self._roles, self._moves, self._rng = seats, bodies, roles, moves, rng
        governed = np.unique(seats.body)
        self._governed = governed
        self._place = np.full(len(bodies.kind), -1)
        self._place[governed] = np.arange(len(governed))
        self._near = governed[neighbours(bodies.x[governed], bodies.y[governed], _NEIGHBOURS)]
        self._family = self._families()
        self._people = 0

    def fill(self, people: int) -> int:
        """Fill the seats pool by pool (lay people, clerks, executives); return how many people there are then."""
        self._people = people
        shares = {
            row["pool"]: [float(row[name]) for name in ("one", "two", "three", "four", "five")]
            for row in rows_of("appointments-each")
        }
        for pool, each in shares.items():
            self._fill_pool(pool, np.array(each))
        self._renew()
        return self._people

    def _families(self) -> dict[int, Ints]:
        """Return trust → governed bodies that belong to it."""
        tie = self._bodies.tie[self._governed]
        order = np.argsort(tie, kind="stable")
        values, starts = np.unique(tie[order], return_index=True)
        return dict(zip(values.tolist(), np.split(self._governed[order], starts[1:]), strict=True))

    def _fill_pool(self, pool: str, each: Floats) -> None:
        seats, rng = self._seats, self._rng
        of_pool = self._roles.pool[seats.role] == pool
        free = rng.permutation(np.flatnonzero(of_pool & (seats.holder == NOBODY)))
        mean = float((each * np.arange(1, 6)).sum())
        wanted = rng.choice(np.arange(1, 6), size=int(len(free) / mean), p=each)
        wanted = wanted[wanted > 1]
        stacks: dict[int, list[int]] = {}
        for seat, body in zip(free.tolist(), seats.body[free].tolist(), strict=True):
            stacks.setdefault(body, []).append(seat)
        first = free[: len(wanted)]
        people = self._people + np.arange(len(wanted))
        seats.holder[first] = people
        at = seats.body[first]
        for number in range(1, 5):
            going = (wanted > number) & (at >= 0)
            at[going] = self._take(people[going], self._targets(at[going]), stacks)
        self._people += len(wanted)
        left = free[seats.holder[free] == NOBODY]
        seats.holder[left] = self._people + np.arange(len(left))
        self._people += len(left)

    def _targets(self, at: Ints) -> Ints:
        """Return, per person who is at a body, bodies to try in turn."""
        rng, moves, count = self._rng, self._moves, len(at)
        near = self._near[self._place[at]]
        tries: Ints = near[np.arange(count)[:, None], rng.integers(0, near.shape[1], (count, _TRIES))]
        if moves.spread:
            tries = np.stack([self._spread(at) for _ in range(_TRIES)], axis=1)
        way = rng.random(count)
        trust = self._bodies.tie[at]
        edges = np.cumsum([moves.same_body, moves.same_trust, moves.neighbour + moves.spread])
        same = way < edges[0]
        tries[same, 0] = at[same]
        for row in np.flatnonzero(~same & (way < edges[1]) & (trust >= 0)):
            family = self._family[int(trust[row])]
            tries[row, 0] = family[rng.integers(len(family))]
        anywhere = way >= edges[2]
        tries[anywhere, 0] = self._governed[rng.integers(0, len(self._governed), int(anywhere.sum()))]
        return tries

    def _spread(self, at: Ints) -> Ints:
        """Return bodies near points at a log-normal distance, the same in every direction."""
        rng, moves = self._rng, self._moves
        metres = 1_000 * moves.km_median * rng.lognormal(0, moves.km_sigma, len(at))
        angle = rng.uniform(0, 2 * np.pi, len(at))
        x, y = self._bodies.x[self._governed], self._bodies.y[self._governed]
        to_x = (self._bodies.x[at] + metres * np.cos(angle)).clip(0)
        to_y = (self._bodies.y[at] + metres * np.sin(angle)).clip(0)
        return self._governed[nearest_to(x, y, to_x, to_y)]

    def _take(self, people: Ints, targets: Ints, stacks: dict[int, list[int]]) -> Ints:
        """Give each person a free seat of the first body that has one; return where each is now, -1 where none had."""
        holder = self._seats.holder
        now = np.full(len(people), -1)
        for row, (person, bodies) in enumerate(zip(people.tolist(), targets.tolist(), strict=True)):
            for body in bodies:
                stack = stacks.get(body, [])
                while stack and holder[stack[-1]] != NOBODY:
                    stack.pop()
                if stack:
                    holder[stack.pop()] = person
                    now[row] = body
                    break
        return now

    def _renew(self) -> None:
        """Make two seats of one person in one role of one body a term that ended and the term that followed."""
        seats, rng = self._seats, self._rng
        order = np.lexsort((seats.start, seats.role, seats.body, seats.holder))
        twice = self._twice(order)
        earlier, later = order[:-1][twice], order[1:][twice]
        begun = seats.start.max() - rng.integers(1, _YEAR - 5, len(later))
        begun = np.maximum(begun, seats.start[earlier] + 1)
        seats.start[later] = begun
        seats.ended[later] = False
        term = seats.end[later] != NO_DAY
        seats.end[later] = np.where(term, begun + _TERM - 1, NO_DAY)
        seats.end[earlier] = begun - 1
        seats.ended[earlier] = True

    def _twice(self, order: Ints) -> Flags:
        seats = self._seats
        same: Flags = seats.holder[order[1:]] == seats.holder[order[:-1]]
        same &= (seats.body[order[1:]] == seats.body[order[:-1]]) & (
            seats.role[order[1:]] == seats.role[order[:-1]]
        )
        same &= seats.holder[order[1:]] >= 0
        # Of three terms in a row the middle one would be changed twice; the pair that it begins is left as it is.
        for row in np.flatnonzero(same[1:] & same[:-1]) + 1:
            same[row] = not same[row - 1] and same[row]
        return same
