"""Overlaps planted in trusts: C01 to C04, C12, and C13, C16 and C17 on top of payments."""

from hubgraph.synth.ground import Ground, NoRoomError, Planted
from hubgraph.synth.model import NO_DAY

_ABOVE, _BELOW = 52_000, 9_500
"""Pounds above and below the threshold of 40,000 that holds since September 2023."""


def members_who_are_trustees(ground: Ground) -> None:
    """Plant C01: more than half of the members are trustees; near miss: half of them or fewer."""
    for near in (False, True):
        group = ground.trust({"5": 3, "4": 5}, several=True)
        body, day = ground.body_of(group), ground.recently()
        members = ground.count(body, "5")
        both = members // 2 + (0 if near else 1)
        if both > ground.count(body, "4"):
            raise NoRoomError("no trust with as many trustees as members")
        seats = []
        for number in range(members):
            person = ground.person(plain=number < both)
            member = ground.hold(body, ("5",), person, day)
            if number < both:
                seats += [member, ground.hold(body, ("4",), person, day + 30)]
        ground.planted.append(
            Planted("C01", -1, (ground.uid(group),), "" if near else "potential", "warning",
                    f"{both} of {members} members are trustees, which is not more than half" if near else "",
                    tuple(seats), days=(day + 30, NO_DAY))
        )  # fmt: skip


def member_and_executive(ground: Ground) -> None:
    """Plant C02: member and accounting officer; near misses: a day short, and ex officio trustee instead."""
    group = ground.trust({"5": 3, "6": 1})
    body, day, person = ground.body_of(group), ground.recently(), ground.person()
    seats = (ground.hold(body, ("5",), person, day), ground.hold(body, ("6",), person, day + 40))
    ground.planted.append(
        Planted("C02", person, (ground.uid(group),), "potential", "high", "", seats, days=(day + 40, NO_DAY))
    )
    group = ground.trust({"5": 3, "6": 1})
    body, day, person = ground.body_of(group), ground.recently(), ground.person()
    change = ground.world.today - 120
    seats = (ground.hold(body, ("5",), person, day, change - 1), ground.hold(body, ("6",), person, change))
    ground.planted.append(
        Planted(
            "C02",
            person,
            (ground.uid(group),),
            why="a day short: stopped being a member on the day before",
            seats=seats,
        )
    )
    group = ground.trust({"4": 2, "6": 1})
    body, day, person = ground.body_of(group), ground.recently(), ground.person()
    seats = (ground.hold(body, ("4",), person, day), ground.hold(body, ("6",), person, day))
    ground.seats.appointing[seats[0]] = "9"
    ground.planted.append(
        Planted(
            "C02",
            person,
            (ground.uid(group),),
            why="ex officio: an accounting officer who is a trustee by office is the norm",
            seats=seats,
        )
    )


def both_finance_posts(ground: Ground) -> None:
    """Plant C03: accounting officer and chief financial officer; near miss: one post after the other."""
    group = ground.trust({"6": 1, "7": 1})
    body, day, person = ground.body_of(group), ground.recently(), ground.person()
    seats = (ground.hold(body, ("6",), person, day), ground.hold(body, ("7",), person, day + 20))
    ground.planted.append(
        Planted("C03", person, (ground.uid(group),), "potential", "high", "", seats, days=(day + 20, NO_DAY))
    )
    group = ground.trust({"6": 1, "7": 1})
    body, day, person = ground.body_of(group), ground.recently(), ground.person()
    change = ground.world.today - 90
    seats = (ground.hold(body, ("7",), person, day, change - 1), ground.hold(body, ("6",), person, change))
    ground.planted.append(
        Planted(
            "C03",
            person,
            (ground.uid(group),),
            why="a day short: left one post on the day before the other",
            seats=seats,
        )
    )


def paid_supplier(ground: Ground) -> None:
    """Plant C04 in its states and severities, C16 on top, C13 and C17 on top of one each, and a payment on the day after the interest ended."""
    for state, amount in (
        ("potential", _ABOVE),
        ("potential", _BELOW),
        ("declared", _ABOVE),
        ("mitigated", _ABOVE),
    ):
        _paid(ground, state, amount)
    _paid(ground, "potential", _ABOVE, register=True)
    _declared_interest(ground)
    group = ground.trust({"4": 3})
    person, day, supplier = ground.person(), ground.recently(), ground.supplier()
    left = ground.world.today - 150
    seat = ground.hold(ground.body_of(group), ("4",), person, day)
    row = ground.appoint(person, supplier, "director", day - 300, left)
    paid = ground.pay(ground.uid(group), supplier, _ABOVE, left + 1)
    ground.planted.append(
        Planted("C04", person, (ground.uid(group), supplier), why="a day short: the payment is on the day after the directorship ended",
                seats=(seat,), appointments=(row,), ties=(("payment", paid),))
    )  # fmt: skip


def _paid(ground: Ground, state: str, amount: int, *, register: bool = False) -> None:
    group = ground.trust({"4": 3})
    trust, body = ground.uid(group), ground.body_of(group)
    person, day, supplier = ground.person(), ground.recently(), ground.supplier()
    seat = ground.hold(body, ("4",), person, day)
    row = ground.appoint(person, supplier, "director", day - 500)
    payday = ground.world.today - int(ground.rng.integers(30, 200))
    paid = ground.pay(trust, supplier, amount, payday)
    if state != "potential":
        ground.declare(seat, trust, supplier, mitigated=state == "mitigated")
    if register:
        ground.whole_register(ground.hold(body, ("4",), ground.person(plain=False), day), trust)
    severity = "high" if amount == _ABOVE else "medium"
    for pattern, weight in (("C04", severity), ("C16", "info"), *((("C13", "high"),) if register else ())):
        ground.planted.append(
            Planted(
                pattern,
                person,
                (trust, supplier),
                state,
                weight,
                "",
                (seat,),
                (row,),
                (("payment", paid),),
                (payday, NO_DAY),
            )
        )


def _declared_interest(ground: Ground) -> None:
    """Plant a payment to a body in which a trustee declared an interest of close family and has no role."""
    group = ground.trust({"4": 3})
    trust, person, supplier = ground.uid(group), ground.person(), ground.supplier()
    seat = ground.hold(ground.body_of(group), ("4",), person, ground.recently())
    ground.declare(seat, trust, supplier, family=True)
    payday = ground.world.today - 20
    paid = ground.pay(trust, supplier, _ABOVE, payday)
    for pattern, severity in (("C04", "high"), ("C16", "info"), ("C17", "medium")):
        ground.planted.append(
            Planted(
                pattern,
                person,
                (trust, supplier),
                "declared",
                severity,
                "",
                (seat,),
                ties=(("payment", paid),),
                days=(payday, NO_DAY),
            )
        )


def sponsor_in_charge(ground: Ground) -> None:
    """Plant C12: the sponsor appointed most trustees and is paid; near miss: the same without a payment."""
    for near in (False, True):
        group = next(
            (
                found
                for found in ground.trusts({"4": 5}, several=True)
                if found in ground.world.groups.sponsors
            ),
            None,
        )
        if group is None:
            raise NoRoomError("no trust of its own with a sponsor of another name")
        ground.used.add(group)
        body, day = ground.body_of(group), ground.recently()
        trustees = ground.count(body, "4", "3")
        seats = []
        for number in range(trustees):
            seat = ground.hold(body, ("4", "3"), ground.person(plain=False), day)
            by_sponsor = number <= trustees // 2
            ground.seats.appointing[seat] = "13" if by_sponsor else "2"
            seats += [seat] if by_sponsor else []
        sponsor = ground.uid(ground.world.groups.sponsors[group])
        payday = ground.world.today - 60
        ties = () if near else (("payment", ground.pay(ground.uid(group), sponsor, _ABOVE, payday)),)
        ground.planted.append(
            Planted("C12", -1, (ground.uid(group), sponsor), "" if near else "potential", "" if near else "medium",
                    "the sponsor appointed most trustees but was paid nothing" if near else "", tuple(seats), ties=ties,
                    days=(NO_DAY if near else payday, NO_DAY))
        )  # fmt: skip
