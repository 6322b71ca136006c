"""Seats of governing bodies: which bodies there are, which seats they have, and since when each is held."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from hubgraph.synth.hubs import Hub
from hubgraph.synth.model import NO_DAY, Flags, Floats, Ints, Texts, World
from hubgraph.synth.parts import Parts, rows_of, weighted

NOBODY: Final = -1
ORGANISATION: Final = -2
"""Holders that are no person: a seat that nobody has been given yet, and a member that is an organisation."""

_YEAR: Final = 365
_DAYS_OF_TERM_YEAR: Final = 365.25
_LONGEST_MEMBERSHIP: Final = 12 * _YEAR


@dataclass(frozen=True, slots=True)
class Bodies:
    """Governed bodies as columns: schools, then groups, then hubs; tie is the row of the trust they belong to, or -1."""

    kind: Texts
    x: Floats
    y: Floats
    tie: Ints
    opened: Ints
    local: Flags
    schools: int
    groups: int

    def of_group(self, group: int) -> int:
        """Return the body of a group, which for a trust of one school is that school's."""
        return self.schools + group

    def of_hub(self, hub: int) -> int:
        """Return the body of a hub."""
        return self.schools + self.groups + hub


@dataclass(slots=True)
class Seats:
    """Seats as columns of equal length; holder is a person's number, NOBODY or ORGANISATION.

    role: row of data/synth/slots.csv. appointing: notation of the code list. ended: the term is over.
    """

    body: Ints
    role: Ints
    start: Ints
    end: Ints
    ended: Flags
    appointing: Texts
    holder: Ints


@dataclass(frozen=True, slots=True)
class Roles:
    """The rows of data/synth/slots.csv as columns."""

    code: Texts
    label: Texts
    pool: Texts
    body: Texts

    def rows(self, *codes: str) -> Ints:
        """Return the rows with one of these codes."""
        return np.flatnonzero(np.isin(self.code.astype(str), codes))


def read_roles() -> Roles:
    """Read the seats that each kind of body has, and the seats that schools of a trust share."""
    rows = [*rows_of("slots"), *_SHARED]
    return Roles(
        *(np.array([row[name] for row in rows], dtype=object) for name in ("role", "label", "pool", "body"))
    )


_SHARED: Final = [
    {
        "role": "10",
        "label": "Shared Chair of Local Governing Body - Group",
        "pool": "shared",
        "body": "trust",
    },
    {
        "role": "11",
        "label": "Shared Chair of Local Governing Body - Establishment",
        "pool": "shared",
        "body": "local",
    },
    {"role": "19", "label": "Shared Governance Professional - Group", "pool": "shared", "body": "trust"},
    {
        "role": "20",
        "label": "Shared Governance Professional - Establishment",
        "pool": "shared",
        "body": "local",
    },
]


def make_bodies(world: World, hubs: tuple[Hub, ...]) -> Bodies:
    """Return every body with its kind: maintained, local, single, trust, federation, hub, or none."""
    schools, groups = world.schools, world.groups
    single = np.isin(schools.trust, np.flatnonzero(groups.kind == "single"))
    kind = np.where(schools.body == "academy", np.where(single, "single", "local"), schools.body).astype(
        object
    )
    kind[
        ~schools.is_open | (schools.federation >= 0) | ((schools.body == "academy") & (schools.trust < 0))
    ] = "none"
    first = np.array([int(rows[0]) for rows in groups.schools], dtype=np.int64)
    own = np.where(np.isin(groups.kind, ["trust", "federation"]), groups.kind, "none")
    centre = np.array(
        [int(groups.schools[hub.lead][0]) if hub.led_by_trust else hub.lead for hub in hubs], dtype=np.int64
    )
    where = np.concatenate([np.arange(len(kind)), first, centre])
    group_opened = np.array([int(schools.opened[rows].min()) for rows in groups.schools], dtype=np.int64)
    return Bodies(
        kind=np.concatenate([kind, own, np.array(["hub" if hub.end == NO_DAY else "none" for hub in hubs], dtype=object)]),
        x=schools.x[where],
        y=schools.y[where],
        tie=np.concatenate([schools.trust, np.where(groups.kind == "trust", np.arange(len(own)), -1), np.full(len(hubs), -1)]),
        opened=np.concatenate([schools.opened, group_opened, np.array([hub.start for hub in hubs], dtype=np.int64)]),
        local=schools.local[where],
        schools=len(kind),
        groups=len(own),
    )  # fmt: skip


def make_seats(bodies: Bodies, today: int, rng: np.random.Generator) -> Seats:
    """Return the seats of every body, by data/synth/slots.csv; nobody holds them yet."""
    columns: list[tuple[Ints, Ints, Ints, Ints, Flags, Texts]] = []
    for role, row in enumerate(rows_of("slots")):
        of_kind = np.flatnonzero(bodies.kind == row["body"])
        columns += _of_role(role, row, of_kind, bodies, today, rng)
    body, number, start, end, ended, appointing = (
        np.concatenate(part) for part in zip(*columns, strict=True)
    )
    return Seats(body, number, start, end, ended, appointing, np.full(len(body), NOBODY))


def _of_role(  # noqa: PLR0913, PLR0917 - one role of one kind of body
    role: int, row: dict[str, str], of_kind: Ints, bodies: Bodies, today: int, rng: np.random.Generator
) -> list[tuple[Ints, Ints, Ints, Ints, Flags, Texts]]:
    least, most, term = float(row["least"]), int(row["most"]), int(int(row["term"]) * _DAYS_OF_TERM_YEAR)
    if least < 1:
        now = of_kind[rng.random(len(of_kind)) < least]
    else:
        now = np.repeat(of_kind, rng.integers(int(least), most + 1, len(of_kind)))
    share = float(row["ended"])
    past = now[rng.random(len(now)) < share]
    length = term or _LONGEST_MEMBERSHIP
    floor_now, floor_past = bodies.opened[now], bodies.opened[past]
    start = np.maximum(today - 1 - (rng.random(len(now)) * length).astype(np.int64), floor_now)
    over = today - 1 - (rng.random(len(past)) * (_YEAR - 2)).astype(np.int64)
    past_start = np.minimum(
        np.maximum(over - (rng.random(len(past)) * length).astype(np.int64), floor_past), over - 1
    )
    if most == 1 and least == 1:
        # One person at a time: whoever holds the seat now came after the one whose term is over.
        after = dict(zip(past.tolist(), over.tolist(), strict=True))
        start = np.array(
            [after.get(at, day - 1) + 1 for at, day in zip(now.tolist(), start.tolist(), strict=True)],
            dtype=np.int64,
        )
    names, weights = zip(*(part.split(":") for part in row["appointing"].split(";")), strict=True)
    bodies_named = weighted(names, [float(weight) for weight in weights])
    end = start + term - 1 if term else np.full(len(now), NO_DAY)
    made = []
    for at, begin, stop, done in ((now, start, end, False), (past, past_start, over, True)):
        made.append(
            (at, np.full(len(at), role), begin, stop, np.full(len(at), done), bodies_named.draw(rng, len(at)))
        )
    return made


def share_seats(
    seats: Seats, bodies: Bodies, roles: Roles, parts: Parts, rng: np.random.Generator
) -> tuple[Seats, list[Ints]]:
    """Return the seats with those that schools of one trust share, and the sets that one person each must hold.

    In the register a shared role is one row of the trust and one row per school, each with a number of its own.
    """
    kinds = (
        ("trusts with a shared chair", "8", "10", "11"),
        ("trusts with a shared governance professional", "17", "19", "20"),
    )
    added: list[tuple[int, int, int]] = []
    sets: list[list[int]] = []
    schools_of: dict[int, list[int]] = {}
    for body in np.flatnonzero(bodies.kind == "local"):
        schools_of.setdefault(int(bodies.tie[body]), []).append(int(body))
    big = np.array(sorted(trust for trust, found in schools_of.items() if len(found) > 2), dtype=np.int64)  # noqa: PLR2004
    for what, single, for_group, for_school in kinds:
        at = {
            int(seats.body[row]): int(row)
            for row in np.flatnonzero(np.isin(seats.role, roles.rows(single)) & ~seats.ended)
        }
        for trust in big[rng.random(len(big)) < max(parts.share(what), 1.5 / max(1, len(big)))]:
            rows = [
                at[body]
                for body in schools_of[int(trust)][:3]
                if body in at and seats.holder[at[body]] == NOBODY
            ]
            if len(rows) > 1:
                seats.role[rows] = roles.rows(for_school)[0]
                seats.start[rows] = seats.start[rows].max()
                added.append((bodies.of_group(int(trust)), int(roles.rows(for_group)[0]), rows[0]))
                sets.append([*rows, len(seats.body) + len(added) - 1])
    return _with(seats, added), [np.array(rows) for rows in sets]


def _with(seats: Seats, added: list[tuple[int, int, int]]) -> Seats:
    """Return the seats with further ones, given as body, role and the seat whose dates they take."""
    if not added:
        return seats
    body, role, like = (np.array(part, dtype=np.int64) for part in zip(*added, strict=True))
    return Seats(
        np.concatenate([seats.body, body]), np.concatenate([seats.role, role]),
        np.concatenate([seats.start, seats.start[like]]), np.concatenate([seats.end, seats.end[like]]),
        np.concatenate([seats.ended, seats.ended[like]]), np.concatenate([seats.appointing, seats.appointing[like]]),
        np.concatenate([seats.holder, seats.holder[like]]),
    )  # fmt: skip


def with_held(seats: Seats, added: list[tuple[int, int, int, int, int]], today: int) -> Seats:
    """Return the seats with further ones that are held, given as body, role, holder, first and last day."""
    if not added:
        return seats
    body, role, holder, start, end = (np.array(part, dtype=np.int64) for part in zip(*added, strict=True))
    return Seats(
        np.concatenate([seats.body, body]), np.concatenate([seats.role, role]), np.concatenate([seats.start, start]),
        np.concatenate([seats.end, end]), np.concatenate([seats.ended, (end != NO_DAY) & (end < today)]),
        np.concatenate([seats.appointing, np.full(len(body), "1", dtype=object)]), np.concatenate([seats.holder, holder]),
    )  # fmt: skip
