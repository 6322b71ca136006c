"""Where overlaps are planted: free seats, template rows, and what was planted for the truth."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from hubgraph.errors import HubgraphError
from hubgraph.synth.hubs import Hub
from hubgraph.synth.model import NO_DAY, World
from hubgraph.synth.slots import NOBODY, Bodies, Roles, Seats

GOVERNING: Final = ("2", "9", "4")
"""Roles of a governing body that several people hold at a time: governor, local governor, trustee."""

SEVERAL: Final = 3
"""How many free seats a body must have, so that some are left for people who are not planted."""

SETTLED: Final = 480
"""A hub that began more days ago than this was there before every planted role began."""

CLERKS: Final = ("15", "17", "24")
"""Roles of the governance professional of one school."""


class NoRoomError(HubgraphError):
    """A pattern cannot be planted, for no body has the seats or ties that it needs; the run goes on and says so."""


@dataclass(frozen=True, slots=True)
class Planted:
    """One overlap or near miss; person is -1 where the pattern is about bodies, seats count into the seats.

    appointments: ids of template rows. why: what a near miss lacks. days: first and last of the overlap.
    """

    pattern: str
    person: int
    organisations: tuple[str, ...]
    state: str = ""
    severity: str = ""
    why: str = ""
    seats: tuple[int, ...] = ()
    appointments: tuple[str, ...] = ()
    ties: tuple[tuple[str, str], ...] = ()
    days: tuple[int, int] = (NO_DAY, NO_DAY)


@dataclass(frozen=True, slots=True)
class Alike:
    """Two people with one name: with different middle names, or with none and common names."""

    one: int
    other: int
    middle: Literal["different", "none"]


@dataclass(frozen=True, slots=True)
class Appointment:
    """A row of appointments.csv; its name is the person's."""

    key: str
    person: int
    organisation: str
    role: str
    start: int
    end: int


@dataclass(slots=True)
class Ground:
    """The world while overlaps are planted; everything here is written down once all are."""

    world: World
    hubs: tuple[Hub, ...]
    bodies: Bodies
    seats: Seats
    roles: Roles
    rng: np.random.Generator
    people: int
    rows: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    planted: list[Planted] = field(default_factory=list)
    unplanted: dict[str, str] = field(default_factory=dict)
    plain: set[int] = field(default_factory=set)
    alike: list[Alike] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    used_schools: set[int] = field(default_factory=set)
    used_hubs: set[str] = field(default_factory=set)
    registers: list[str] = field(default_factory=list)
    added: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    _free: dict[tuple[int, str], list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """List the free seats by body and role."""
        free = np.flatnonzero((self.seats.holder == NOBODY) & ~self.seats.ended)
        codes = self.roles.code[self.seats.role[free]]
        for seat, body, code in zip(free.tolist(), self.seats.body[free].tolist(), codes, strict=True):
            self._free.setdefault((body, code), []).append(seat)

    def person(self, *, plain: bool = True) -> int:
        """Return a new person; a plain one is written with the same rare full name in every row."""
        self.people += 1
        if plain:
            self.plain.add(self.people - 1)
        return self.people - 1

    def namesakes(self, middle: Literal["different", "none"]) -> tuple[int, int]:
        """Return two people with the same first and last name."""
        found = Alike(self.person(), self.person(), middle)
        self.alike.append(found)
        return found.one, found.other

    def count(self, body: int, *codes: str) -> int:
        """Return how many free seats with one of these roles a body has."""
        return sum(len(self._free.get((body, code), ())) for code in codes)

    def hold(self, body: int, codes: tuple[str, ...], person: int, start: int, end: int = NO_DAY) -> int:
        """Give a free seat of a body to a person and return it; raise NoRoomError where none is free."""
        seats = next((found for code in codes if (found := self._free.get((body, code)))), None)
        if seats is None:
            raise NoRoomError("no body with enough free seats")
        seat = seats.pop()
        self.seats.holder[seat] = person
        self.seats.start[seat], self.seats.end[seat] = start, end
        self.seats.ended[seat] = NO_DAY < end < self.world.today
        return seat

    def add_seat(self, body: int, code: str, person: int, start: int, end: int) -> int:
        """Add a held seat to a body, such as a closed school, and return it."""
        self.added.append((body, int(self.roles.rows(code)[0]), person, start, end))
        return len(self.seats.body) + len(self.added) - 1

    def appoint(self, person: int, organisation: str, role: str, start: int, end: int = NO_DAY) -> str:
        """Add a row of appointments.csv and return its id."""
        key = f"synth-appointment-{len(self.appointments) + 1:05d}"
        self.appointments.append(Appointment(key, person, organisation, role, start, end))
        return key

    def add(self, table: str, row: dict[str, object]) -> None:
        """Add a template row."""
        self.rows.setdefault(table, []).append(row)

    def key(self, kind: str) -> str:
        """Return the next id of a kind of template row."""
        return f"synth-{kind}-{len(self.rows.get(f'{kind}s', ())) + 1:05d}"

    def recently(self) -> int:
        """Return a day in the second half of last year on which every school was open."""
        return self.world.today - int(self.rng.integers(300, 470))

    def trusts(self, need: dict[str, int], *, several: bool = False) -> Iterator[int]:
        """Yield unused groups, in a random order, whose bodies have the free seats; several: trusts of several schools."""
        kinds = ("trust",) if several else ("trust", "single")
        groups = np.flatnonzero(np.isin(self.world.groups.kind, kinds))
        for group in self.rng.permutation(groups).tolist():
            if group not in self.used and all(
                self.count(self.body_of(group), code) >= least for code, least in need.items()
            ):
                yield group

    def trust(self, need: dict[str, int], *, several: bool = False) -> int:
        """Return an unused trust with the free seats and use it; raise NoRoomError where there is none."""
        group = next(self.trusts(need, several=several), None)
        if group is None:
            raise NoRoomError("no trust of its own with enough free seats")
        self.used.add(group)
        return group

    def body_of(self, group: int) -> int:
        """Return the body that carries a trust's seats: the trust, or the school of a single-academy trust."""
        if self.world.groups.kind[group] == "single":
            return int(self.world.groups.schools[group][0])
        return self.bodies.of_group(group)

    def uid(self, group: int) -> str:
        """Return the reference of a group."""
        return f"uid:{self.world.groups.uid[group]}"

    def urn(self, school: int) -> str:
        """Return the reference of a school."""
        return f"urn:{self.world.schools.urn[school]}"

    def lead(self, hub: Hub) -> str:
        """Return the reference of the body that leads a hub."""
        return self.uid(hub.lead) if hub.led_by_trust else self.urn(hub.lead)

    def lead_body(self, hub: Hub) -> int:
        """Return the body that leads a hub."""
        return self.bodies.of_group(hub.lead) if hub.led_by_trust else hub.lead

    def declare(
        self, person_seat: int | str, to: str, interest: str, *, mitigated: bool = False, family: bool = False
    ) -> None:
        """Add a declaration by the holder of an appointment, of close family or not, and a mitigation of it."""
        day = self.world.today - int(self.rng.integers(100, 250))
        key = self.key("declaration")
        self.add("declarations", {
            "id": key, "appointment": person_seat, "declared_to": to, "interest_in": interest,
            "interest_type": "boardMember", "start_date": day - 200, "declared_on": day, "source": "synth",
            "close_family": "true" if family else "",
        })  # fmt: skip
        if mitigated:
            self.add("mitigations", {
                "id": self.key("mitigation"), "declaration": key, "kind": "recused", "date": day + 7,
                "note": "Left the room (fictional)", "source": "synth",
            })  # fmt: skip

    def nil_return(self, seat: int, to: str) -> None:
        """Add a nil return."""
        day = self.world.today - int(self.rng.integers(100, 250))
        self.add("declarations", {
            "id": self.key("declaration"), "appointment": seat, "declared_to": to, "declared_on": day,
            "nil_return": "true", "source": "synth",
        })  # fmt: skip

    def whole_register(self, seat: int, to: str) -> None:
        """Add the nil return of one person to a body, and say that the whole register of the body is in the data."""
        self.nil_return(seat, to)
        self.registers.append(to)

    def supplier(self) -> str:
        """Add a fictional supplier and return its id."""
        number = len(self.rows.get("organisations", ())) + 1
        key = f"synth-supplier-{number:05d}"
        word, ending = self.rng.integers(0, 10_000, 2)
        self.add(
            "organisations",
            {
                "id": key,
                "name": (int(word), int(ending)),
                "kind": "company",
                "companies_house_number": number,
                "source": "synth",
            },
        )
        return key

    def pay(self, payer: str, payee: str, amount: int, day: int) -> str:
        """Add a payment and return its id."""
        key = self.key("transaction")
        self.add("transactions", {
            "id": key, "payer": payer, "payee": payee, "amount": amount, "currency": "GBP", "date": day,
            "purpose": "Services (fictional)", "source": "synth",
        })  # fmt: skip
        return key

    def award(  # noqa: PLR0913, PLR0917 - an award has that many parts
        self,
        funder: str,
        recipient: str,
        amount: int,
        days: tuple[int, int],
        hub: Hub | None = None,
        regrant_of: str = "",
    ) -> str:
        """Add an award and return its identifier; days: when it was made, and its last day."""
        key = self.key("award")
        self.add("awards", {
            "Identifier": key, "Title": f"Award {key} (fictional)", "Currency": "GBP", "Amount Awarded": amount,
            "Award Date": days[0], "Planned Dates:Start Date": days[0], "Planned Dates:End Date": days[1],
            "Recipient Org:Identifier": recipient, "Funding Org:Identifier": funder,
            "Grant Programme:Code": hub.programme if hub else "", "hub": hub.key if hub else "", "regrant_of": regrant_of,
        })  # fmt: skip
        return key
