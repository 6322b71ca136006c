"""Measures that hold on the date of the data: nearest hub, steps, components, one-tie dependence, ties against similar schools."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from hubgraph.measures.model import HUB_KINDS, School, Tie, World
from hubgraph.measures.nearest import HubPlace, nearest_hubs
from hubgraph.measures.paths import Network, component_sizes, network, only_ways, steps_to_hubs
from hubgraph.measures.triples import Triple, literal, node, ours

LEAST_SIMILAR: Final = 5
"""A school is compared with similar ones where there are at least so many, itself included."""
_STEPPED: Final = frozenset({"hub-lead", "hub", "trust", "federation", "support"})
_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Member:
    """A school that takes part in a hub: its phase (empty where unknown) and position (None where unknown)."""

    phase: str
    point: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the measures need beside schools and ties.

    phases: hub → phases that its programme states. members: schools in hubs. bands: school → deprivation band.
    roles: pairs of person and organisation, of people with roles in several.
    """

    phases: Mapping[str, frozenset[str]]
    members: Mapping[str, Member]
    bands: Mapping[str, str]
    roles: Sequence[tuple[str, str]]


def current_facts(world: World, around: Surroundings, day: date, graph: str) -> Iterator[Triple]:
    """Yield measures of all schools that are open on the day, and the day as a fact about the derived graph."""
    schools = [school for school in world.schools.values() if school.open.holds(day)]
    ties = [tie for tie in world.ties if tie.period.holds(day)]
    yield node(graph), ours("measuredOn"), literal(day.isoformat(), "date")
    places = hub_places(ties, around)
    for place in places:
        for phase in sorted(place.phases):
            yield node(place.hub), ours("servesPhase"), node(phase)
    yield from _distances(schools, places)
    yield from _steps(schools, ties, around)
    yield from _against_similar(schools, ties, around.bands)


def hub_places(ties: Iterable[Tie], around: Surroundings) -> list[HubPlace]:
    """Return where each hub can be reached: at its lead schools, else at the schools that take part."""
    leads: dict[str, list[str]] = defaultdict(list)
    others: dict[str, list[str]] = defaultdict(list)
    for tie in ties:
        if tie.kind in HUB_KINDS:
            (leads if tie.kind == "hub-lead" else others)[tie.to].append(tie.member)
    places = []
    for hub in sorted({*leads, *others}):
        points = _points(leads[hub], around.members) or _points(others[hub], around.members)
        places.append(HubPlace(hub, _phases(hub, leads[hub], others[hub], around), points))
    return places


def _points(members: Iterable[str], known: Mapping[str, Member]) -> tuple[tuple[int, int], ...]:
    points = {known[member].point for member in members if member in known}
    return tuple(sorted(point for point in points if point is not None))


def _phases(hub: str, leads: Sequence[str], others: Sequence[str], around: Surroundings) -> frozenset[str]:
    """Return the phases that the programme states, else those of lead and participants, else none: all."""
    stated = around.phases.get(hub, frozenset())
    if stated or not others:
        return stated
    phases = {around.members[member].phase for member in (*leads, *others) if member in around.members}
    return frozenset(phases - {""})


def _distances(schools: Iterable[School], hubs: Sequence[HubPlace]) -> Iterator[Triple]:
    for school, nearest in sorted(nearest_hubs(schools, hubs).items()):
        yield node(school), ours("nearestHub"), node(nearest.hub)
        yield node(school), ours("kmToHub"), literal(_rounded(nearest.metres / 1000))


def _steps(schools: Sequence[School], ties: Iterable[Tie], around: Surroundings) -> Iterator[Triple]:
    """Yield steps through organisations, and also through people where roles are in the data; size of the component; one-tie dependence."""
    used = [tie for tie in ties if tie.kind in _STEPPED]
    edges = [(tie.member, tie.to, tie.node) for tie in used]
    hubs = {tie.to for tie in used if tie.kind in HUB_KINDS}
    names = [school.iri for school in schools]
    organisations = network(edges, hubs)
    yield from _counts(names, "stepsToHub", steps_to_hubs(organisations))
    yield from _counts(names, "componentSize", component_sizes(organisations, names))
    yield from _dependence(organisations, names)
    if around.roles:
        people = network([*edges, *((person, held, "") for person, held in around.roles)], hubs)
        yield from _counts(names, "stepsWithPeople", steps_to_hubs(people))


def _counts(names: Iterable[str], name: str, counted: Mapping[str, int]) -> Iterator[Triple]:
    for iri in names:
        if iri in counted:
            yield node(iri), ours(name), literal(counted[iri])


def _dependence(organisations: Network, names: Iterable[str]) -> Iterator[Triple]:
    for iri, (tie, _) in sorted(only_ways(organisations, names).items()):
        yield node(iri), ours("dependsOnTie"), node(tie)


def _against_similar(
    schools: Iterable[School], ties: Iterable[Tie], bands: Mapping[str, str]
) -> Iterator[Triple]:
    """Yield the number of ties of each school, and how it compares with schools of the same authority, phase and band."""
    count = Counter(tie.member for tie in ties)
    groups: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for school in schools:
        groups[school.authority, school.phase, bands.get(school.iri, "")].append(school.iri)
    for key, members in sorted(groups.items()):
        total = sum(count[iri] for iri in members)
        comparable = all(key) and len(members) >= LEAST_SIMILAR and total > 0
        for iri in members:
            yield node(iri), ours("tiesNow"), literal(count[iri])
            if comparable:
                yield node(iri), ours("tiesRatio"), literal(_rounded(count[iri] * len(members) / total))


def _rounded(number: float) -> Decimal:
    return Decimal(str(number)).quantize(_CENT, ROUND_HALF_UP)
