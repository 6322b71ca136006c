"""Overlaps planted between funders, evaluators and those whom they fund or evaluate: C07, C08, C18, and C13 with a register."""

from typing import Final

from hubgraph.synth.ground import GOVERNING, SEVERAL, Ground, NoRoomError, Planted
from hubgraph.synth.model import NO_DAY

_AMOUNT: Final = 64_000


def _recipient(ground: Ground) -> int:
    """Return a school with free seats that leads no hub and is in no other plan."""
    leads = {hub.lead for hub in ground.hubs if not hub.led_by_trust}
    order: list[int] = ground.rng.permutation(ground.bodies.schools).tolist()
    for school in order:
        if school not in leads | ground.used_schools and ground.count(school, *GOVERNING) >= SEVERAL:
            ground.used_schools.add(school)
            return school
    raise NoRoomError("no school outside hubs with free seats")


def funder_and_recipient(ground: Ground) -> None:
    """Plant C07 in its states, C13 on top of one, and an adviser who left on the day before the award."""
    for state, register in (
        ("potential", False),
        ("declared", False),
        ("mitigated", False),
        ("potential", True),
    ):
        school, person, day = _recipient(ground), ground.person(), ground.recently()
        reference, made = ground.urn(school), ground.world.today - 120
        seat = ground.hold(school, GOVERNING, person, day)
        row = ground.appoint(person, "synth-foundation", "advisory-board-member", day - 100)
        award = ground.award("synth-foundation", reference, _AMOUNT, (made, made + 365))
        if state != "potential":
            ground.declare(seat, reference, "synth-foundation", mitigated=state == "mitigated")
        if register:
            ground.whole_register(ground.hold(school, GOVERNING, ground.person(plain=False), day), reference)
        for pattern in ("C07", "C13") if register else ("C07",):
            ground.planted.append(
                Planted(
                    pattern,
                    person,
                    ("synth-foundation", reference),
                    state,
                    "high",
                    "",
                    (seat,),
                    (row,),
                    (("award", award),),
                    (made, made + 365),
                )
            )
    school, person, day = _recipient(ground), ground.person(), ground.recently()
    made = ground.world.today - 110
    seat = ground.hold(school, GOVERNING, person, day)
    row = ground.appoint(person, "synth-foundation", "advisory-board-member", day - 100, made - 1)
    award = ground.award("synth-foundation", ground.urn(school), _AMOUNT, (made, made + 365))
    why = "a day short: left the advisory board on the day before the award"
    ground.planted.append(
        Planted(
            "C07",
            person,
            ("synth-foundation", ground.urn(school)),
            why=why,
            seats=(seat,),
            appointments=(row,),
            ties=(("award", award),),
        )
    )


def from_funder_to_funded(ground: Ground) -> None:
    """Plant C18: an adviser of a funder who governs a recipient within a year; near miss: more than a year later."""
    for near in (False, True):
        school, person = _recipient(ground), ground.person()
        left = ground.world.today - (600 if near else 200)
        joined = left + (400 if near else 60)
        reference, made = ground.urn(school), left - 30
        row = ground.appoint(person, "synth-foundation", "advisory-board-member", left - 400, left)
        seat = ground.hold(school, GOVERNING, person, joined)
        award = ground.award("synth-foundation", reference, _AMOUNT, (made, made + 365))
        ground.planted.append(
            Planted("C18", person, ("synth-foundation", reference), "" if near else "potential", "" if near else "info",
                    "joined more than a year after leaving the funder" if near else "", (seat,), (row,), (("award", award),),
                    (NO_DAY if near else joined, NO_DAY if near else left + 365))
        )  # fmt: skip


def evaluator_and_evaluated(ground: Ground) -> None:
    """Plant C08: by a person in its states, by the funder itself, and a person who changed sides without an overlap."""
    today = ground.world.today
    for state, change in (
        ("potential", NO_DAY),
        ("declared", NO_DAY),
        ("mitigated", NO_DAY),
        ("", today - 200),
    ):
        number = len(ground.rows.get("evaluations", ())) + 1
        evaluator = f"synth-evaluator-{number:05d}"
        ground.add(
            "organisations",
            {
                "id": evaluator,
                "name": f"Evaluators of Plan {number} (fictional)",
                "kind": "company",
                "source": "synth",
            },
        )
        programme = ground.rows["programmes"][number % 3]
        coordinator, person, day = str(programme["coordinator"]), ground.person(), ground.recently() - 300
        rows = (
            ground.appoint(
                person, evaluator, "senior-employee", day, NO_DAY if change == NO_DAY else change - 1
            ),
            ground.appoint(person, coordinator, "board-member", day + 50 if change == NO_DAY else change),
        )
        evaluation = _evaluation(ground, str(programme["id"]), evaluator, "independent")
        if state in {"declared", "mitigated"}:
            ground.declare(rows[0], evaluator, coordinator, mitigated=state == "mitigated")
        ground.planted.append(
            Planted("C08", person, (evaluator, coordinator), state, "high" if state else "",
                    "" if state else "a day short: left the evaluator on the day before joining the coordinator",
                    appointments=rows, ties=(("evaluation", evaluation),), days=(day + 50 if state else NO_DAY, NO_DAY))
        )  # fmt: skip
    programme = ground.rows["programmes"][len(ground.rows["evaluations"]) % len(ground.rows["programmes"])]
    funder = str(programme["funder"])
    evaluation = _evaluation(ground, str(programme["id"]), funder, "by-funder")
    ground.planted.append(
        Planted(
            "C08", -1, (funder, str(programme["id"])), "declared", "info", ties=(("evaluation", evaluation),)
        )
    )


def _evaluation(ground: Ground, programme: str, evaluator: str, independence: str) -> str:
    key = ground.key("evaluation")
    ground.add("evaluations", {
        "id": key, "programme": programme, "evaluator": evaluator, "commissioned_by": "synth-department",
        "status": "under-way", "independence": independence, "source": "synth",
    })  # fmt: skip
    return key
