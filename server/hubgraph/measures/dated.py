"""Dated facts that saved queries start from, each with a period that is always there.

A period is a shared node with a first and a last day, so that one property says when a school is open, when a tie
holds and when a school is isolated; queries then need no OPTIONAL, and periods that do not hold are left out first.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from hubgraph.measures.model import HUB_KINDS, School, Tie, World
from hubgraph.measures.periods import Period, joined
from hubgraph.measures.triples import Triple, literal, node, ours
from hubgraph.terms import RDF, RDFS, code_iri, record_iri

NO_HUB: Final = "noHubDuring"
NO_TIE: Final = "noTieDuring"
ONLY_TRUST: Final = "onlyTrustDuring"


def dated_facts(world: World, base: str) -> Iterator[Triple]:
    """Yield when schools are open, ties hold and schools are isolated, and the periods that these facts name."""
    used: dict[Period, str] = {}

    def during(subject: str, name: str, period: Period) -> Triple:
        iri = used.setdefault(period, record_iri(base, "period", period.key))
        return node(subject), ours(name), node(iri)

    for school in world.schools.values():
        yield during(school.iri, "openDuring", school.open)
    for tie in world.ties:
        yield during(tie.node, "heldDuring", tie.period)
        yield node(tie.node), ours("tieOf"), node(tie.member)
        yield node(tie.node), ours("tieTo"), node(tie.to)
        yield node(tie.node), ours("tieKind"), node(code_iri("tie-kind", tie.kind))
    for school_iri, name, period in isolated_periods(world):
        yield during(school_iri, name, period)
    yield from _places(world.schools.values())
    for period, iri in sorted(used.items()):
        yield node(iri), node(f"{RDF}type"), ours("Period")
        yield node(iri), node(f"{RDFS}label"), literal(period.label)
        yield node(iri), ours("firstDay"), literal(period.start.isoformat(), "date")
        yield node(iri), ours("lastDay"), literal(period.until.isoformat(), "date")


def isolated_periods(world: World) -> Iterator[tuple[str, str, Period]]:
    """Yield school, property and period for each stretch of days on which an open school is isolated.

    noHubDuring: it takes part in no hub. noTieDuring: no participation, trust, federation or support.
    onlyTrustDuring: in a trust, and no other tie.
    """
    ties: dict[str, list[Tie]] = defaultdict(list)
    for tie in world.ties:
        ties[tie.member].append(tie)
    for school in world.schools.values():
        own = ties.get(school.iri, ())
        for period in school.open.without(tie.period for tie in own if tie.kind in HUB_KINDS):
            yield school.iri, NO_HUB, period
        for period in school.open.without(tie.period for tie in own):
            yield school.iri, NO_TIE, period
        for period in _only_trust(school, own):
            yield school.iri, ONLY_TRUST, period


def _only_trust(school: School, own: Sequence[Tie]) -> Iterator[Period]:
    others = [tie.period for tie in own if tie.kind != "trust"]
    for period in joined(tie.period for tie in own if tie.kind == "trust"):
        inside = period.within(school.open)
        if inside is not None:
            yield from inside.without(others)


def _list_key(school: School) -> tuple[bool, str, bool, str, str]:
    """Order as SPARQL orders authority, name and IRI: what is unbound comes first."""
    return (
        bool(school.authority_name),
        school.authority_name,
        bool(school.name),
        school.name,
        school.iri,
    )


def _places(schools: Iterable[School]) -> Iterator[Triple]:
    """Yield name and place of each school in the list of all, so that long answers need neither lookups nor sorting of text."""
    for place, school in enumerate(sorted(schools, key=_list_key), start=1):
        yield node(school.iri), ours("listPlace"), literal(place)
        if school.name:
            yield node(school.iri), ours("listName"), literal(school.name)
