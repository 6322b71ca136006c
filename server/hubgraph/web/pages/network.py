"""The small network of a record page: the record in the middle, its neighbours around, always in the same place."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from hubgraph.records.model import Record, Value
from hubgraph.records.names import kind_label
from hubgraph.terms import KINDS, ORG
from hubgraph.web.links import page_path
from hubgraph.web.pages.formatting import shortened

NEIGHBOURS: Final = 14
"""Most neighbours in the picture; the page says how many more there are."""
WIDTH: Final = 900
_ROW: Final = 48
_RADIUS: Final = 200
_LABEL: Final = 34
_NOT_DRAWN: Final = frozenset({"source", "affiliation", "participation", "link", "lineage"})


@dataclass(frozen=True, slots=True)
class Node:
    """One neighbour: position of its dot, of its label and of the word on its line."""

    label: str
    title: str
    href: str
    kind: str
    relation: str
    x: float
    y: float
    anchor: str
    text_x: float
    word_x: float
    word_y: float


@dataclass(frozen=True, slots=True)
class Network:
    """The picture: height, middle, nodes, kinds for the legend as (name, label), neighbours left out."""

    width: int
    height: int
    x: float
    y: float
    label: str
    kind: str
    nodes: tuple[Node, ...]
    legend: tuple[tuple[str, str], ...]
    hidden: int


def draw_network(record: Record) -> Network | None:
    """Return the picture of a record, or None where it has no neighbour."""
    found = _neighbours(record)
    if not found:
        return None
    shown = found[:NEIGHBOURS]
    right = shown[: math.ceil(len(shown) / 2)]
    left = shown[len(right) :]
    height = max(len(right), 4) * _ROW + 50
    middle = (WIDTH / 2, height / 2)
    nodes = [*_side(right, middle, 1), *_side(left, middle, -1)]
    kinds = dict.fromkeys((record.kind, *(node.kind for node in nodes)))
    return Network(
        width=WIDTH,
        height=height,
        x=middle[0],
        y=middle[1],
        label=shortened(record.label, 40),
        kind=record.kind,
        nodes=tuple(nodes),
        legend=tuple((kind, kind_label(kind)) for kind in kinds),
        hidden=len(found) - len(shown),
    )


def _neighbours(record: Record) -> list[tuple[Value, str]]:
    """Return (neighbour, relation), each once: current ties, facts, then records that name this one."""
    found: dict[tuple[str, str], tuple[Value, str]] = {}
    for value, relation in _candidates(record):
        if (
            value.kind
            and value.kind not in _NOT_DRAWN
            and (value.kind, value.key) != (record.kind, record.key)
        ):
            found.setdefault((value.kind, value.key), (value, relation))
    ordered = sorted(found.values(), key=lambda pair: KINDS.index(pair[0].kind))
    if len(ordered) <= NEIGHBOURS:
        return ordered
    first = list(found.values())
    return sorted(first[:NEIGHBOURS], key=lambda pair: KINDS.index(pair[0].kind)) + first[NEIGHBOURS:]


def _candidates(record: Record) -> Iterable[tuple[Value, str]]:
    for tie in record.ties:
        if tie.current:
            yield tie.other, tie.role or ("member" if tie.inward else "belongs to")
    for fact in record.facts:
        for value in fact.values:
            yield value, fact.label
    for event in record.events:
        yield event.other, event.relation if event.relation != "other" else "linked"
    for links in record.links_in:
        if links.property not in (f"{ORG}member", f"{ORG}organization"):
            for value in links.first:
                yield value, links.label


def _side(pairs: Sequence[tuple[Value, str]], middle: tuple[float, float], side: int) -> list[Node]:
    nodes = []
    top = middle[1] - (len(pairs) - 1) * _ROW / 2
    for position, (value, relation) in enumerate(pairs):
        y = top + position * _ROW
        name = value.label or f"{kind_label(value.kind)} {value.key}"
        reach = (y - middle[1]) / max(middle[1] - 10, 1)
        x = middle[0] + side * _RADIUS * math.sqrt(max(1 - 0.55 * reach**2, 0.2))
        nodes.append(
            Node(
                label=shortened(name, _LABEL),
                title=name,
                href=page_path(value.kind, value.key),
                kind=value.kind,
                relation=shortened(relation, 22).lower(),
                x=round(x, 1),
                y=round(y, 1),
                anchor="start" if side > 0 else "end",
                text_x=round(x + side * 14, 1),
                word_x=round(middle[0] + (x - middle[0]) * 0.62, 1),
                word_y=round(middle[1] + (y - middle[1]) * 0.62 - 3, 1),
            )
        )
    return nodes
