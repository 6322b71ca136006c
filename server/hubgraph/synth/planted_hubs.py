"""Overlaps planted around hubs and mergers: C05, C06, C09 to C11, C14, and C13 where a register is in the data."""

from typing import Final

from hubgraph.synth.ground import CLERKS, GOVERNING, SETTLED, SEVERAL, Ground, NoRoomError, Planted
from hubgraph.synth.hubs import Hub, Tie
from hubgraph.synth.model import NO_DAY

_GRANT: Final = 100_000
_KEPT_TOO_MUCH: Final = 3
_HUBS_PER_PLAN: Final = 2


def _pair(ground: Ground, part: str) -> tuple[Hub, Tie]:
    """Return a hub and a school that holds a part in it and in no other hub of that lead, both with free seats."""
    order = ground.rng.permutation(len(ground.hubs)).tolist()
    for hub in (ground.hubs[row] for row in order):
        if hub.led_by_trust or hub.end != NO_DAY or hub.start > ground.world.today - SETTLED:
            continue
        if ground.count(hub.lead, *GOVERNING) < SEVERAL:
            continue
        others = [
            tie.school
            for other in ground.hubs
            if other.lead == hub.lead and not other.led_by_trust
            for tie in other.ties
        ]
        for tie in hub.ties:
            free = tie.part == part and tie.end == NO_DAY and tie.start < ground.world.today - 120
            if (
                free
                and tie.school not in ground.used_schools
                and others.count(tie.school) == 1
                and ground.count(tie.school, *GOVERNING) >= SEVERAL
            ):
                ground.used_schools.add(tie.school)
                return hub, tie
    raise NoRoomError(f"no hub led by a school with free seats that has a school whose part is {part}")


def lead_and_supported(ground: Ground) -> None:
    """Plant C05 in its states, one that is over, C13 on top of one, and what is nearly an overlap."""
    for state in ("potential", "declared", "mitigated"):
        _served(ground, state)
    _served(ground, "potential", register=True)
    _served(ground, "potential", over=True)
    _short(ground)
    hub, tie = _pair(ground, "partner")
    person, day = ground.person(), ground.recently()
    seats = (ground.hold(hub.lead, GOVERNING, person, day), ground.hold(tie.school, GOVERNING, person, day))
    _miss(ground, person, hub, tie, seats, "the school is a partner of the hub, not supported by it")
    for middle, why in (
        ("different", "same name, different person: the middle names differ"),
        ("none", "same name, different person: only a common first and last name agree"),
    ):
        hub, tie = _pair(ground, "supported")
        one, other = ground.namesakes("different" if middle == "different" else "none")
        day = ground.recently()
        seats = (ground.hold(hub.lead, GOVERNING, one, day), ground.hold(tie.school, GOVERNING, other, day))
        _miss(ground, one, hub, tie, seats, why)


def _served(ground: Ground, state: str, *, register: bool = False, over: bool = False) -> None:
    hub, tie = _pair(ground, "supported")
    person, day = ground.person(), ground.recently()
    stop = ground.world.today - 45 if over else NO_DAY
    lead_seat = ground.hold(hub.lead, GOVERNING, person, day, stop)
    seat = ground.hold(tie.school, GOVERNING, person, day + 25)
    lead, supported = ground.urn(hub.lead), ground.urn(tie.school)
    if state != "potential":
        ground.declare(seat, supported, lead, mitigated=state == "mitigated")
    if register:
        ground.whole_register(ground.hold(tie.school, GOVERNING, ground.person(plain=False), day), supported)
    days = (max(day + 25, tie.start, hub.start), stop)
    for pattern, severity in (("C05", "medium"), *((("C13", "high"),) if register else ())):
        ground.planted.append(
            Planted(
                pattern,
                person,
                (lead, supported),
                state,
                severity,
                "",
                (lead_seat, seat),
                ties=(("hub", hub.key),),
                days=days,
            )
        )


def _short(ground: Ground) -> None:
    hub, tie = _pair(ground, "supported")
    person, change = ground.person(), ground.world.today - 130
    seats = (
        ground.hold(hub.lead, GOVERNING, person, ground.recently(), change - 1),
        ground.hold(tie.school, GOVERNING, person, change),
    )
    _miss(ground, person, hub, tie, seats, "a day short: left the lead school on the day before")


def _miss(ground: Ground, person: int, hub: Hub, tie: Tie, seats: tuple[int, int], why: str) -> None:  # noqa: PLR0913, PLR0917
    organisations = (ground.urn(hub.lead), ground.urn(tie.school))
    ground.planted.append(
        Planted("C05", person, organisations, why=why, seats=seats, ties=(("hub", hub.key),))
    )


def _with_board(ground: Ground) -> tuple[int, Hub]:
    """Return a hub in force, led by a school, whose board's chair and lead's seats are free."""
    for row in ground.rng.permutation(len(ground.hubs)).tolist():
        hub, body = ground.hubs[row], ground.bodies.of_hub(row)
        known = hub.end == NO_DAY and not hub.led_by_trust and hub.start < ground.world.today - SETTLED
        if known and ground.count(body, "board-chair") and ground.count(hub.lead, *GOVERNING) >= SEVERAL:
            return body, hub
    raise NoRoomError("no hub with a board of its own whose lead has free seats")


def chair_of_board(ground: Ground) -> None:
    """Plant C06: the chair of the board serves the lead; near miss: one ordinary member of the board does."""
    for state in ("potential", "declared", "mitigated"):
        body, hub = _with_board(ground)
        person, day = ground.person(), ground.recently()
        lead = ground.urn(hub.lead)
        seat = ground.hold(hub.lead, GOVERNING, person, day)
        chair = ground.hold(body, ("board-chair",), person, day + 10)
        if state != "potential":
            ground.declare(chair, hub.key, lead, mitigated=state == "mitigated")
        ground.planted.append(
            Planted(
                "C06",
                person,
                (hub.key, lead),
                state,
                "medium",
                "",
                (seat, chair),
                ties=(("hub", hub.key),),
                days=(day + 10, NO_DAY),
            )
        )
    body, hub = _with_board(ground)
    day = ground.recently()
    for code in ("board-chair", "board-member"):
        for _ in range(ground.count(body, code) - (code == "board-member")):
            ground.hold(body, (code,), ground.person(plain=False), day)
    person = ground.person()
    seats = (ground.hold(hub.lead, GOVERNING, person, day), ground.hold(body, ("board-member",), person, day))
    why = "one ordinary member of the board serves the lead; the chair and the others do not"
    ground.planted.append(
        Planted(
            "C06", person, (hub.key, ground.urn(hub.lead)), why=why, seats=seats, ties=(("hub", hub.key),)
        )
    )


def money_inside_the_hub(ground: Ground) -> None:
    """Plant C09 (award to a sister school) and C10 (too much kept), with a near miss of each."""
    found = ((hub, _sisters(ground, hub), _strangers(ground, hub)) for hub in _led_by_schools(ground))
    hub, sisters, strangers = next((plan for plan in found if plan[1] and plan[2]), (None, [], []))
    if hub is None:
        raise NoRoomError("no hub led by a school whose trust has other schools")
    _to_sister(ground, hub, sisters[0])
    for beyond in (_KEPT_TOO_MUCH, 0):
        _kept(ground, hub, strangers[0], beyond)


def _to_sister(ground: Ground, hub: Hub, sister: int) -> None:
    lead, recipient, day = ground.urn(hub.lead), ground.urn(sister), ground.world.today - 200
    if sister not in {tie.school for tie in hub.ties}:
        ground.add("participations", {
            "activity": hub.key, "organisation": recipient, "part": "partner", "start_date": day - 100, "source": "synth",
        })  # fmt: skip
    base = ground.award("synth-fund", lead, _GRANT, (day, day + 365), hub)
    passed = ground.award(lead, recipient, _GRANT, (day + 10, day + 365), hub, base)
    ties = (("hub", hub.key), ("award", passed))
    days = (day + 10, day + 365)
    ground.planted.append(Planted("C09", -1, (lead, recipient), "potential", "medium", ties=ties, days=days))


def _kept(ground: Ground, hub: Hub, stranger: int, beyond: int) -> None:
    """Plant a grant of which the lead keeps what is allowed and some per cent beyond; none beyond is a near miss."""
    lead, recipient, day = ground.urn(hub.lead), ground.urn(stranger), ground.world.today - 200
    kept = _limit(ground, hub) + beyond
    base = ground.award("synth-fund", lead, _GRANT, (day, day + 365), hub)
    passed = ground.award(lead, recipient, _GRANT * (100 - kept) // 100, (day + 10, day + 365), hub, base)
    ties = (("hub", hub.key), ("award", base))
    if beyond:
        days = (day, day + 365)
        ground.planted.append(Planted("C10", -1, (lead,), "potential", "medium", ties=ties, days=days))
        return
    why = f"the lead kept {kept} per cent, which is allowed"
    ground.planted.append(Planted("C10", -1, (lead,), why=why, ties=ties))
    why = "the recipient belongs neither to the lead nor to its trust"
    ties = (("hub", hub.key), ("award", passed))
    ground.planted.append(Planted("C09", -1, (lead, recipient), why=why, ties=ties))


def _strangers(ground: Ground, hub: Hub) -> list[int]:
    """Return schools of a hub that do not belong to the trust of its lead."""
    trust = ground.world.schools.trust
    return [tie.school for tie in hub.ties if trust[hub.lead] < 0 or trust[tie.school] != trust[hub.lead]]


def _led_by_schools(ground: Ground) -> list[Hub]:
    order = ground.rng.permutation(len(ground.hubs)).tolist()
    found = (ground.hubs[row] for row in order)
    return [
        hub
        for hub in found
        if not hub.led_by_trust
        and hub.end == NO_DAY
        and hub.start < ground.world.today - SETTLED
        and len(hub.ties) >= SEVERAL
    ]


def _sisters(ground: Ground, hub: Hub) -> list[int]:
    trust = int(ground.world.schools.trust[hub.lead])
    return [] if trust < 0 else [int(row) for row in ground.world.groups.schools[trust] if row != hub.lead]


def _limit(ground: Ground, hub: Hub) -> int:
    return next(
        int(str(row["keep_share_max"])) for row in ground.rows["programmes"] if row["id"] == hub.programme
    )


def deliver_and_assure(ground: Ground) -> None:
    """Plant C11: one body delivers and assures in one hub; near miss: one after the other."""
    hubs = [hub for hub in _led_by_schools(ground) if hub.key not in ground.used_hubs]
    if len(hubs) < _HUBS_PER_PLAN:
        raise NoRoomError("fewer than two hubs led by schools that no other plan of this kind uses")
    for near, hub in zip((False, True), hubs[:_HUBS_PER_PLAN], strict=True):
        ground.used_hubs.add(hub.key)
        school = ground.urn(hub.ties[0].school)
        change = ground.world.today - 300
        first = {
            "activity": hub.key,
            "organisation": school,
            "part": "deliverer",
            "start_date": change - 100,
            "source": "synth",
        }
        ground.add("participations", first | ({"end_date": change - 1} if near else {}))
        ground.add("participations", first | {"part": "assurer", "start_date": change})
        ground.planted.append(
            Planted("C11", -1, (school, hub.key), "" if near else "potential", "", "a day short: stopped delivering on the day before" if near else "",
                    ties=(("hub", hub.key),), days=(NO_DAY if near else change, NO_DAY))
        )  # fmt: skip


def both_sides_of_a_merger(ground: Ground) -> None:
    """Plant C14: one clerk on both sides on the day of a merger; near miss: left on the day before."""
    for near in (False, True):
        merger = next(
            (
                found
                for found in ground.world.mergers
                if found.closed not in ground.used_schools and ground.count(found.into, *CLERKS)
            ),
            None,
        )
        if merger is None:
            raise NoRoomError("no merger in the last year into a school with a free clerk's seat")
        ground.used_schools.add(merger.closed)
        person, day = ground.person(), merger.day - 200
        left = merger.day - 1 if near else merger.day
        seats = (
            ground.add_seat(merger.closed, "15", person, day, left),
            ground.hold(merger.into, CLERKS, person, day),
        )
        organisations = (ground.urn(merger.closed), ground.urn(merger.into))
        ground.planted.append(
            Planted("C14", person, organisations, "" if near else "potential", "", "a day short: left on the day before the merger" if near else "",
                    seats, days=(NO_DAY if near else merger.day, NO_DAY if near else merger.day))
        )  # fmt: skip
