"""From pairs to people: records are joined along the strongest pairs first, never past what forbids it.

That is a maximum spanning forest (Kruskal 1956) with forbidden pairs: where a chain of pairs would join two records
that must not be joined, the weakest pair of the chain is the one left out. What forbids are rejected pairs and, for joins
that nobody reviewed, the rules of names (hubgraph.people.rules), which hold for every two records of a person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from hubgraph.people.rules import Difference, Name, may_join, put_together

_STATED: Final = 3.0
_ACCEPTED: Final = 2.0


@dataclass(frozen=True, slots=True)
class Edges:
    """What joins and what keeps apart, by numbers of records.

    stated: sets of records that their source calls one person. accepted, rejected: pairs that a reviewer decided.
    likely: pairs to join and their probability. names: record → its name; a record without one is bound by no rule of names.
    """

    stated: Sequence[Sequence[int]] = ()
    accepted: Sequence[tuple[int, int]] = ()
    rejected: Sequence[tuple[int, int]] = ()
    likely: Sequence[tuple[int, int, float]] = ()
    names: Mapping[int, Name] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clusters:
    """Each record's first record, by position; the confidence of each first record that stands for several; what was refused.

    refused: accepted pairs that a rejection keeps apart. overruled: rejected pairs that their source calls one person.
    """

    first: tuple[int, ...]
    confidence: Mapping[int, float]
    refused: tuple[tuple[int, int], ...]
    overruled: tuple[tuple[int, int], ...]


class _Forest:
    """Disjoint sets of records, each with its members, names, what of these was put together by review, and weakest join."""

    def __init__(self, records: int, edges: Edges) -> None:
        self.root = list(range(records))
        self.members: dict[int, list[int]] = {}
        self.given = edges.names
        self.names: dict[int, set[Name]] = {}
        self.reviewed: dict[int, frozenset[Difference]] = {}
        self.weakest: dict[int, float] = {}
        self.apart: dict[int, set[int]] = {}
        for one, other in edges.rejected:
            self.apart.setdefault(one, set()).add(other)
            self.apart.setdefault(other, set()).add(one)

    def find(self, record: int) -> int:
        while self.root[record] != record:
            self.root[record] = self.root[self.root[record]]
            record = self.root[record]
        return record

    def of(self, root: int) -> list[int]:
        return self.members.get(root, [root])

    def rejected(self, one: int, other: int) -> bool:
        """Tell whether a rejected pair stands between two sets."""
        few, many = sorted((one, other), key=lambda root: len(self.of(root)))
        return bool(self.apart) and any(
            self.find(partner) == many for record in self.of(few) for partner in self.apart.get(record, ())
        )

    def named(self, root: int) -> set[Name]:
        return self.names.get(root) or ({self.given[root]} if root in self.given else set())

    def agree(self, one: int, other: int) -> bool:
        """Tell whether the rules of names let two sets become one person without review."""
        reviewed = self.reviewed.get(one, frozenset()) | self.reviewed.get(other, frozenset())
        return may_join(self.named(one), self.named(other), reviewed)

    def join(self, one: int, other: int, strength: float) -> None:
        """Join two sets; the lower root stays. What was put together by review differs by leave of the reviewer."""
        low, high = sorted((one, other))
        self.root[high] = low
        self.members[low] = [*self.of(low), *self.members.pop(high, [high])]
        self.names[low] = self.named(low) | self.named(high)
        self.names.pop(high, None)
        reviewed = self.reviewed.pop(low, frozenset()) | self.reviewed.pop(high, frozenset())
        if strength >= _ACCEPTED:
            reviewed |= put_together(self.names[low])
        if reviewed:
            self.reviewed[low] = reviewed
        self.weakest[low] = min(self.weakest.get(low, 1.0), self.weakest.pop(high, 1.0), strength, 1.0)


def cluster(records: int, edges: Edges) -> Clusters:
    """Return who is who among records numbered from 0; the first record of a person is the one of the lowest number."""
    forest = _Forest(records, edges)
    refused = []
    for one, other, strength in _in_order(edges):
        first, second = forest.find(one), forest.find(other)
        if first == second:
            continue
        if strength < _STATED and forest.rejected(first, second):
            if strength == _ACCEPTED:
                refused.append((one, other))
            continue
        if strength < _ACCEPTED and not forest.agree(first, second):
            continue
        forest.join(first, second, strength)
    overruled = [pair for pair in edges.rejected if forest.find(pair[0]) == forest.find(pair[1])]
    return Clusters(
        tuple(forest.find(record) for record in range(records)),
        forest.weakest,
        tuple(refused),
        tuple(sorted(set(overruled))),
    )


def _in_order(edges: Edges) -> Iterable[tuple[int, int, float]]:
    """Return every join with its strength, the strongest first; equal ones in the order of the records."""
    stated = [(same[0], other, _STATED) for same in edges.stated for other in same[1:]]
    accepted = [(one, other, _ACCEPTED) for one, other in edges.accepted]
    return sorted(
        [*stated, *accepted, *edges.likely], key=lambda entry: (-entry[2], min(entry[:2]), max(entry[:2]))
    )
