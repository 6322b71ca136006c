"""Lineage: which URNs are the same school over time.

Only one-to-one chains of predecessor and successor count; a merger or a split starts a new lineage
(ontology, decision 7). The lineage is named after its oldest, that is lowest, URN.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping


def lineages(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return school IRI → IRI of the oldest school of its chain, for schools in chains of two or more.

    pairs: (later school, its predecessor). Two-way cycles are one chain.
    """
    predecessors: dict[str, set[str]] = defaultdict(set)
    successors: dict[str, set[str]] = defaultdict(set)
    for later, earlier in pairs:
        predecessors[later].add(earlier)
        successors[earlier].add(later)
    oldest: dict[str, str] = {}
    for later, earlier_ones in predecessors.items():
        for earlier in earlier_ones:
            if len(earlier_ones) == 1 and len(successors[earlier]) == 1:
                _join(oldest, later, earlier)
    return {school: _root(oldest, school) for school in oldest}


def _root(oldest: dict[str, str], school: str) -> str:
    while oldest.setdefault(school, school) != school:
        oldest[school] = oldest[oldest[school]]
        school = oldest[school]
    return school


def _join(oldest: dict[str, str], one: str, other: str) -> None:
    first, second = sorted((_root(oldest, one), _root(oldest, other)), key=_age)
    oldest[second] = first


def _age(iri: str) -> tuple[int, str]:
    return (len(iri), iri)
