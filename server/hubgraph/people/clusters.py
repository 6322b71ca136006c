"""From pairs to people: records are joined along the strongest pairs first, never past what forbids it.

That is a maximum spanning forest (Kruskal 1956) with forbidden pairs: where a chain of pairs would join two records
that must not be joined, the weakest pair of the chain is the one left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from hubgraph.people.names import same_people_may_bear

_STATED: Final = 3.0
_ACCEPTED: Final = 2.0


@dataclass(frozen=True, slots=True)
class Edges:
    """What joins and what keeps apart, by numbers of records.

    stated: sets of records that their source calls one person. accepted, rejected: pairs that a reviewer decided.
    likely: pairs to join and their probability. middle: record → its further forenames, for those that have any.
    """

    stated: Sequence[Sequence[int]] = ()
    accepted: Sequence[tuple[int, int]] = ()
    rejected: Sequence[tuple[int, int]] = ()
    likely: Sequence[tuple[int, int, float]] = ()
    middle: Mapping[int, str] = field(default_factory=dict)


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
    """Disjoint sets of records, each with its members, forenames and weakest join."""

    def __init__(self, records: int, edges: Edges) -> None:
        self.root = list(range(records))
        self.members: dict[int, list[int]] = {}
        self.middles: dict[int, set[str]] = {number: {text} for number, text in edges.middle.items()}
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

    def differ(self, one: int, other: int) -> bool:
        """Tell whether further forenames of two sets cannot be one person's."""
        pairs = product(self.middles.get(one, ()), self.middles.get(other, ()))
        return not all(same_people_may_bear(first, second) for first, second in pairs)

    def join(self, one: int, other: int, strength: float) -> None:
        """Join two sets; the lower root stays."""
        low, high = sorted((one, other))
        self.root[high] = low
        self.members[low] = [*self.of(low), *self.members.pop(high, [high])]
        self.middles[low] = self.middles.get(low, set()) | self.middles.pop(high, set())
        self.weakest[low] = min(self.weakest.get(low, 1.0), self.weakest.pop(high, 1.0), strength)


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
        if strength < _ACCEPTED and forest.differ(first, second):
            continue
        forest.join(first, second, min(strength, 1.0))
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
