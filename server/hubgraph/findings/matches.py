"""On which matches of person records a finding rests, and how sure the weakest of them is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from hubgraph.findings.model import Finding
from hubgraph.findings.workbench import Workbench
from hubgraph.resources import content
from hubgraph.sparql import bind

_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Match:
    """What joined two person records: IRI of the match, empty where a key of their source says so, and probability."""

    iri: str
    one: str
    other: str
    confidence: Decimal


def read_matches(store: Workbench, people: Iterable[str]) -> Mapping[str, Sequence[Match]]:
    """Return person → matches that joined its records."""
    query = _query("matches-of-people")
    found: dict[str, list[Match]] = {}
    ordered = sorted(people)
    for batch in (ordered[at : at + _BATCH] for at in range(0, len(ordered), _BATCH)):
        for row in store.select(bind(query, {"person": [f"<{person}>" for person in batch]})).rows:
            confidence = Decimal(row["confidence"].value) if "confidence" in row else Decimal(1)
            match = Match(row["match"].value, row["one"].value, row["other"].value, confidence)
            found.setdefault(row["person"].value, []).append(match)
        keyed = store.select(
            bind(_query("person-keys-of"), {"person": [f"<{person}>" for person in batch]})
        ).rows
        for row in keyed:
            stated = Match("", row["one"].value, row["other"].value, Decimal(1))
            found.setdefault(row["person"].value, []).append(stated)
    return found


def with_all_matches(store: Workbench, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings with the matches that join the records of those on whose roles they rest."""
    made = tuple(findings)
    matches = read_matches(store, {person for finding in made for person in finding.holders})
    return tuple(
        with_matches(finding, [match for person in finding.holders for match in matches.get(person, ())])
        for finding in made
    )


def with_matches(finding: Finding, matches: Sequence[Match]) -> Finding:
    """Return the finding with the matches that join its records, person by person: the surest path between them.

    Without these matches the records of a person would be several people. One joined by a key of the source rests on none.
    """
    tree = _surest_tree(matches)
    records = [f"{iri}#person" for iri in finding.evidence if "/id/appointment/" in iri]
    needed: dict[str, Match] = {}
    for one, other in combinations(records, 2):
        needed.update((match.iri, match) for match in _path(tree, one, other) if match.iri)
    if not needed:
        return finding
    weakest = min(match.confidence for match in needed.values())
    return replace(finding, matches=tuple(sorted(needed)), confidence=format(weakest, "f"))


def _surest_tree(matches: Sequence[Match]) -> Mapping[str, Sequence[tuple[str, Match]]]:
    """Return neighbours in the tree that joins the records by the surest matches (Kruskal)."""
    root: dict[str, str] = {}

    def find(record: str) -> str:
        while root.setdefault(record, record) != record:
            record = root[record]
        return record

    tree: dict[str, list[tuple[str, Match]]] = {}
    for match in sorted(matches, key=lambda match: (bool(match.iri), -match.confidence, match.iri)):
        one, other = find(match.one), find(match.other)
        if one != other:
            root[one] = other
            tree.setdefault(match.one, []).append((match.other, match))
            tree.setdefault(match.other, []).append((match.one, match))
    return tree


def _path(tree: Mapping[str, Sequence[tuple[str, Match]]], start: str, goal: str) -> Sequence[Match]:
    paths: dict[str, tuple[Match, ...]] = {start: ()}
    waiting = [start]
    while waiting and goal not in paths:
        record = waiting.pop()
        for other, match in tree.get(record, ()):
            if other not in paths:
                paths[other] = (*paths[record], match)
                waiting.append(other)
    return paths.get(goal, ())


def _query(name: str) -> str:
    return content("queries", "internal", f"{name}.rq").read_text(encoding="utf-8")
