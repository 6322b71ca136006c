"""Measures of reach: periods, nearest hubs, steps, components and ties on which everything hangs."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubgraph.measures.current import Member, Surroundings, current_facts, hub_places
from hubgraph.measures.dated import isolated_periods
from hubgraph.measures.model import School, Tie, TieKind, World
from hubgraph.measures.nearest import HubPlace, nearest_hubs
from hubgraph.measures.paths import component_sizes, network, only_ways, steps_to_hubs
from hubgraph.measures.periods import EVER, FIRST_DAY, LAST_DAY, Period, joined
from hubgraph.measures.reading import read_world
from hubgraph.store.building import Builder

DAY = date(2026, 9, 1)
NOBODY = Surroundings(phases={}, members={}, bands={}, roles=[])


def days(start: int, until: int) -> Period:
    return Period(DAY + timedelta(days=start), DAY + timedelta(days=until))


periods = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: days(min(pair), max(pair)))


@given(periods, st.lists(periods, max_size=6))
def test_what_is_left_of_a_period_is_exactly_the_days_in_no_other(
    whole: Period, others: list[Period]
) -> None:
    left = whole.without(others)
    for offset in range(-1, 32):
        day = DAY + timedelta(days=offset)
        inside = whole.holds(day) and not any(other.holds(day) for other in others)
        assert inside == any(period.holds(day) for period in left)
    assert all(one.until < other.start for one, other in pairwise(left))


@given(st.lists(periods, max_size=8))
def test_joined_periods_hold_the_same_days_and_never_touch(given_ones: list[Period]) -> None:
    made = joined(given_ones)
    for offset in range(-1, 32):
        day = DAY + timedelta(days=offset)
        assert any(period.holds(day) for period in made) == any(period.holds(day) for period in given_ones)
    assert all((other.start - one.until).days > 1 for one, other in pairwise(made))


@pytest.mark.parametrize(
    ("period", "key", "label"),
    [
        (EVER, "--", "always"),
        (Period(DAY, LAST_DAY), "2026-09-01--", "from 2026-09-01"),
        (Period(FIRST_DAY, DAY), "--2026-09-01", "until 2026-09-01"),
        (Period(DAY, DAY), "2026-09-01--2026-09-01", "2026-09-01 to 2026-09-01"),
    ],
)
def test_a_period_has_a_key_and_a_label(period: Period, key: str, label: str) -> None:
    assert (period.key, period.label) == (key, label)


def test_a_period_that_lasts_for_ever_leaves_nothing_behind() -> None:
    assert EVER.without([EVER]) == ()
    assert joined([EVER, days(0, 1)]) == (EVER,)


def test_isolation_follows_the_days_of_ties() -> None:
    school = School("s", Period(DAY, LAST_DAY))
    ties = (
        Tie("a", "s", "t", "trust", Period(DAY + timedelta(days=10), LAST_DAY)),
        Tie("b", "s", "h", "hub", days(20, 29)),
    )
    found = {(name, period) for _, name, period in isolated_periods(World({"s": school}, ties))}
    assert found == {
        ("noHubDuring", days(0, 19)),
        ("noHubDuring", Period(DAY + timedelta(days=30), LAST_DAY)),
        ("noTieDuring", days(0, 9)),
        ("onlyTrustDuring", days(10, 19)),
        ("onlyTrustDuring", Period(DAY + timedelta(days=30), LAST_DAY)),
    }


kinds = st.sampled_from(["hub", "hub-lead", "activity", "trust", "federation", "support"])


@given(periods, st.lists(st.tuples(kinds, periods), max_size=5))
def test_isolated_periods_agree_with_asking_day_by_day(
    opened: Period, held: list[tuple[TieKind, Period]]
) -> None:
    ties = tuple(Tie(str(n), "s", "x", kind, period) for n, (kind, period) in enumerate(held))
    found = list(isolated_periods(World({"s": School("s", opened)}, ties)))
    for offset in range(-1, 32):
        day = DAY + timedelta(days=offset)
        now = {kind for kind, period in held if period.holds(day)}
        expected = {
            "noHubDuring": opened.holds(day) and not now & {"hub", "hub-lead"},
            "noTieDuring": opened.holds(day) and not now,
            "onlyTrustDuring": opened.holds(day) and now == {"trust"},
        }
        for name, isolated in expected.items():
            assert isolated == any(period.holds(day) for _, each, period in found if each == name)


DATA = """
@base <https://w3id.org/hubgraph/id/> .
@prefix hg: <https://w3id.org/hubgraph/ns#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<school/1> a hg:School ; hg:urn "100001" ; hg:status <../code/establishment-status/1> .
<school/2> a hg:School ; hg:urn "100002" ; hg:status <../code/establishment-status/2> .
<school/3> a hg:School ; hg:urn "400003" ; hg:status <../code/establishment-status/1> ; hg:notCounted <../code/not-counted/outside-england> .
<hub/h> a hg:Hub ; schema:startDate "2020-01-01"^^xsd:date ; schema:endDate "2024-12-31"^^xsd:date .
<group/g> a hg:SchoolGroup .
<trust/t> a hg:AcademyTrust ; hg:closeDate "2023-06-30"^^xsd:date .
<participation/1> a hg:Participation ; org:organization <hub/h> ; org:member <school/1> ;
  org:role <../code/participation-role/partner> ; schema:startDate "2019-01-01"^^xsd:date .
<participation/2> a hg:Participation ; org:organization <hub/h> ; org:member <school/2> ;
  org:role <../code/participation-role/eligible> .
<participation/3> a hg:Participation ; org:organization <hub/h> ; org:member <school/2> ;
  org:role <../code/participation-role/co-lead> ; schema:startDate "2025-01-01"^^xsd:date .
<affiliation/1> a hg:Affiliation ; org:organization <trust/t> ; org:member <school/1> .
<affiliation/2> a hg:Affiliation ; org:organization <group/g> ; org:member <school/1> .
<support/1> a hg:SupportEngagement ; hg:provider <school/2> ; hg:receiver <school/1> ; schema:endDate "2022-01-01"^^xsd:date .
"""


def test_ties_last_no_longer_than_what_they_lead_to_and_other_groups_are_none(tmp_path: Path) -> None:
    builder = Builder(tmp_path)
    builder.load_rdf(DATA.encode(), ".ttl", "https://w3id.org/hubgraph/graph/source/made-up", "made-up.ttl")
    world = read_world(builder)
    builder.close()
    base = "https://w3id.org/hubgraph/id/"
    assert [iri.removeprefix(base) for iri in world.schools] == ["school/1"]
    assert {
        (tie.node.removeprefix(base), tie.member.removeprefix(base), tie.kind, tie.period.key)
        for tie in world.ties
    } == {
        ("participation/1", "school/1", "hub", "2020-01-01--2024-12-31"),
        ("affiliation/1", "school/1", "trust", "--2023-06-30"),
        ("support/1", "school/1", "support", "--2022-01-01"),
        ("support/1", "school/2", "support", "--2022-01-01"),
    }


def place(hub: str, *points: tuple[int, int], phases: tuple[str, ...] = ()) -> HubPlace:
    return HubPlace(hub, frozenset(phases), points)


def test_the_nearest_hub_is_the_nearest_that_takes_the_phase() -> None:
    schools = [
        School("primary", EVER, phase="2", easting=0, northing=0),
        School("secondary", EVER, phase="4", easting=0, northing=0),
        School("nowhere", EVER, phase="2"),
    ]
    hubs = [place("far", (3000, 4000)), place("near", (300, 400), phases=("4",))]
    found = nearest_hubs(schools, hubs)
    assert {name: (nearest.hub, nearest.metres) for name, nearest in found.items()} == {
        "primary": ("far", 5000.0),
        "secondary": ("near", 500.0),
    }


def test_hubs_at_the_same_distance_are_taken_in_order_of_their_iris() -> None:
    school = School("s", EVER, phase="2", easting=0, northing=0)
    assert nearest_hubs([school], [place("b", (0, 1)), place("a", (1, 0))])["s"].hub == "a"


def test_no_hub_that_takes_the_phase_is_no_distance() -> None:
    assert (
        nearest_hubs(
            [School("s", EVER, phase="2", easting=0, northing=0)], [place("a", (0, 1), phases=("4",))]
        )
        == {}
    )


def test_a_hub_lies_at_its_leads_and_without_a_lead_in_the_data_at_its_members() -> None:
    ties = [
        Tie("1", "lead", "led", "hub-lead", EVER, "lead"),
        Tie("2", "far", "led", "hub", EVER, "partner"),
        Tie("3", "body", "open", "hub-lead", EVER, "lead"),
        Tie("4", "far", "open", "hub", EVER, "partner"),
    ]
    members = {"lead": Member("4", (1, 1)), "far": Member("2", (9, 9))}
    led, unled = hub_places(ties, Surroundings({}, members, {}, []))
    assert (led.points, led.phases) == (((1, 1),), frozenset({"2", "4"}))
    assert (unled.points, unled.phases) == (((9, 9),), frozenset({"2"}))


def test_a_hub_takes_the_phases_its_programme_states_and_all_where_only_the_lead_is_known() -> None:
    ties = [Tie("1", "lead", "h", "hub-lead", EVER, "lead")]
    members = {"lead": Member("4", (1, 1))}
    assert hub_places(ties, Surroundings({"h": frozenset({"2"})}, members, {}, []))[0].phases == {"2"}
    assert hub_places(ties, Surroundings({}, members, {}, []))[0].phases == frozenset()


def test_steps_count_the_organisations_in_between() -> None:
    ties = [
        ("in", "hub", "1"), ("in", "trust", "2"), ("sister", "trust", "3"), ("sister", "federation", "4"),
        ("cousin", "federation", "5"), ("alone", "other", "6"),
    ]  # fmt: skip
    steps = steps_to_hubs(network(ties, ["hub"]))
    assert {name: steps.get(name) for name in ("in", "trust", "sister", "cousin", "alone")} == {
        "in": 0, "trust": 1, "sister": 2, "cousin": 4, "alone": None,
    }  # fmt: skip


def test_a_component_counts_schools_only() -> None:
    made = network([("a", "t", "1"), ("b", "t", "2"), ("c", "u", "3")], [])
    assert component_sizes(made, ["a", "b", "c", "d"]) == {"a": 2, "b": 2, "c": 1}


def test_the_one_tie_towards_a_hub_is_found_and_two_ways_are_not_one() -> None:
    ties = [
        ("leaf", "hub", "1"), ("sister", "trust", "2"), ("leaf", "trust", "3"),
        ("both", "hub", "4"), ("both", "trust", "5"), ("lost", "island", "6"),
    ]  # fmt: skip
    made = network(ties, ["hub"])
    assert only_ways(made, ["leaf", "sister", "both", "lost"]) == {"sister": ("2", "trust")}
    assert only_ways(network([*ties, ("sister", "trust", "7")], ["hub"]), ["sister"]) == {}


@given(
    st.lists(
        st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] != pair[1]), max_size=12
    ),
    st.sets(st.integers(0, 7), max_size=2),
)
def test_one_tie_dependence_agrees_with_taking_each_tie_away(
    edges: list[tuple[int, int]], hubs: set[int]
) -> None:
    ties = [(str(one), str(other), str(tie)) for tie, (one, other) in enumerate(edges)]
    names = [str(number) for number in range(8) if number not in hubs]
    marked = sorted(str(hub) for hub in hubs)
    reached = steps_to_hubs(network(ties, marked))
    expected = {}
    for name in names:
        needed = [
            tie
            for tie in ties
            if name in tie[:2]
            and name in reached
            and name not in steps_to_hubs(network([other for other in ties if other != tie], marked))
        ]
        if needed:
            expected[name] = needed[0][2]
    found = only_ways(network(ties, marked), names)
    assert {name: tie for name, (tie, _) in found.items()} == expected


def _facts(world: World, around: Surroundings = NOBODY) -> set[tuple[str, str, str]]:
    return {
        (subject.strip("<>"), predicate.rpartition("#")[2].rstrip(">"), value.split("^^")[0].strip('"<>'))
        for subject, predicate, value in current_facts(world, around, DAY, "graph")
    }


def test_a_tie_that_ended_counts_no_more() -> None:
    schools = {"s": School("s", EVER), "closed": School("closed", days(-9, -1))}
    ties = (
        Tie("1", "s", "h", "hub-lead", days(-9, -1)),
        Tie("2", "s", "t", "trust", EVER),
        Tie("3", "x", "h", "hub", EVER),
    )
    facts = _facts(World(schools, ties))
    assert ("s", "tiesNow", "1") in facts
    assert not {name for subject, name, _ in facts if subject == "s"} & {"stepsToHub", "dependsOnTie"}
    assert not [fact for fact in facts if fact[0] == "closed"]


def test_people_shorten_the_way_only_in_the_count_of_their_own() -> None:
    world = World({"s": School("s", EVER)}, (Tie("1", "x", "h", "hub", EVER),))
    facts = _facts(world, Surroundings({}, {}, {}, [("p", "s"), ("p", "x")]))
    assert ("s", "stepsWithPeople", "2") in facts
    assert not [fact for fact in facts if fact[1] == "stepsToHub" and fact[0] == "s"]


def test_ties_are_compared_with_at_least_five_similar_schools() -> None:
    schools = {f"s{n}": School(f"s{n}", EVER, authority="a", phase="2") for n in range(5)}
    ties = tuple(Tie(f"t{n}", f"s{n}", "t", "trust", EVER) for n in range(4))
    bands = dict.fromkeys(schools, "b")
    facts = _facts(World(schools, ties), Surroundings({}, {}, bands, []))
    assert ("s0", "tiesRatio", str(Decimal("1.25"))) in facts
    assert ("s4", "tiesRatio", "0.00") in facts
    del schools["s3"]
    assert not [
        fact
        for fact in _facts(World(schools, ties), Surroundings({}, {}, bands, []))
        if fact[1] == "tiesRatio"
    ]
