"""What surrounds the planted overlaps: programmes, hubs and their members, money, evaluations, registers of interests."""

from typing import Final

import numpy as np

from hubgraph.synth.ground import Ground
from hubgraph.synth.hubs import Hub
from hubgraph.synth.model import NO_DAY
from hubgraph.synth.parts import rows_of

SOURCE: Final = "synth"
_AWARD_DAYS: Final = 365
_SHARE_REGRANTING: Final = 0.2
_PAYMENTS_PER_TRUST: Final = 4
_SUPPLIERS_PER_TRUST: Final = 0.25
_SHARE_WITH_REGISTER: Final = 0.06
_BOARD: Final = 5
_STATUSES: Final = ("none-known", "scoping", "under-way", "published", "commissioned")


def lay_out(ground: Ground) -> None:
    """Add the organisations, programmes, hubs, their members and the boards of funders, coordinators and evaluators."""
    organisations = rows_of("organisations")
    of_part = {
        part: [row["id"] for row in organisations if row["part"] == part]
        for part in ("funder", "coordinator", "evaluator")
    }
    for row in organisations:
        ground.add(
            "organisations", {"id": row["id"], "name": row["name"], "kind": row["kind"], "source": SOURCE}
        )
        role = "advisory-board-member" if row["part"] == "funder" else "board-member"
        for _ in range(_BOARD):
            start = ground.world.today - int(ground.rng.integers(200, 1_500))
            ground.appoint(ground.person(plain=False), row["id"], role, start)
    for number, row in enumerate(rows_of("programmes")):
        ground.add("programmes", {
            **{name: row[name] for name in ("id", "name", "subject", "start_date", "end_date", "replaces", "phases", "keep_share_max")},
            "funder": of_part["funder"][number % 2], "coordinator": of_part["coordinator"][number % 3], "source": SOURCE,
        })  # fmt: skip
        ground.add("evaluations", {
            "id": ground.key("evaluation"), "programme": row["id"], "status": _STATUSES[number % len(_STATUSES)],
            "independence": "independent" if number % len(_STATUSES) else "unknown", "source": SOURCE,
            **({"evaluator": of_part["evaluator"][number % 3], "commissioned_by": of_part["funder"][0]} if number % len(_STATUSES) else {}),
        })  # fmt: skip
    for hub in ground.hubs:
        _hub(ground, hub)


def _hub(ground: Ground, hub: Hub) -> None:
    ground.add("hubs", {
        "id": hub.key, "name": hub.name, "programme": hub.programme, "area": hub.area,
        "start_date": hub.start, "end_date": hub.end, "source": SOURCE,
    })  # fmt: skip
    lead = {"activity": hub.key, "source": SOURCE, "organisation": ground.lead(hub)}
    ground.add("participations", lead | {"part": "lead", "start_date": hub.start, "end_date": hub.end})
    for tie in hub.ties:
        ground.add("participations", {
            "activity": hub.key, "organisation": ground.urn(tie.school), "part": tie.part,
            "start_date": tie.start, "end_date": tie.end, "source": SOURCE,
        })  # fmt: skip


def spend(ground: Ground) -> None:
    """Add yearly awards to hubs, regrants that stay inside the limit, payments to suppliers, and nil returns."""
    rng, today = ground.rng, ground.world.today
    for hub in ground.hubs:
        last = today if hub.end == NO_DAY else hub.end
        for day in range(max(hub.start, last - 3 * _AWARD_DAYS), last - _AWARD_DAYS, _AWARD_DAYS):
            amount = int(rng.lognormal(11.2, 0.5) // 1_000 + 5) * 1_000
            base = ground.award("synth-department", ground.lead(hub), amount, (day, day + _AWARD_DAYS), hub)
            if rng.random() < _SHARE_REGRANTING:
                _regrant(ground, hub, base, amount, day)
    trusts = np.flatnonzero(np.isin(ground.world.groups.kind, ["trust", "single"]))
    suppliers = [ground.supplier() for _ in range(max(5, int(len(trusts) * _SUPPLIERS_PER_TRUST)))]
    for group in trusts.tolist():
        for _ in range(int(rng.poisson(_PAYMENTS_PER_TRUST))):
            supplier = suppliers[int(rng.integers(len(suppliers)))]
            ground.pay(
                ground.uid(group), supplier, int(rng.lognormal(9.2, 1.0)), today - int(rng.integers(5, 700))
            )
    _registers(ground, trusts.tolist())


def _regrant(ground: Ground, hub: Hub, base: str, amount: int, day: int) -> None:
    """Pass 97 per cent of an award on to members outside the lead's own trust, in equal parts."""
    schools = ground.world.schools
    own = hub.lead if hub.led_by_trust else int(schools.trust[hub.lead])
    members = [tie.school for tie in hub.ties if own < 0 or schools.trust[tie.school] != own][:5]
    for school in members:
        part = amount * 97 // 100 // len(members)
        ground.award(ground.lead(hub), ground.urn(school), part, (day + 30, day + _AWARD_DAYS), hub, base)


def _registers(ground: Ground, trusts: list[int]) -> None:
    """Add a nil return to some trusts that no plan uses; one row is no whole register."""
    for group in trusts:
        body = ground.body_of(group)
        if (
            group not in ground.used
            and ground.rng.random() < _SHARE_WITH_REGISTER
            and ground.count(body, "4") > 1
        ):
            seat = ground.hold(body, ("4",), ground.person(plain=False), ground.recently())
            ground.nil_return(seat, ground.uid(group))
