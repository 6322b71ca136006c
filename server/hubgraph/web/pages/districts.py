"""The districts of England as shapes, and the outlines of areas that are made of them."""

import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hubgraph.resources import content

Point = tuple[int, int]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Districts:
    """Shapes in hundreds of metres (x = easting / 100, y = -northing / 100).

    names: code → name. rings: code → rings of arcs; a negative arc (~number) is walked backwards. attribution must stand
    beside every map.
    """

    attribution: str
    box: Box
    names: Mapping[str, str]
    arcs: tuple[tuple[Point, ...], ...]
    rings: Mapping[str, tuple[tuple[int, ...], ...]]
    boxes: Mapping[str, Box]

    def outline(self, codes: Iterable[str]) -> str:
        """Return the SVG path around districts; borders between two of them are left out."""
        rings = [ring for code in codes for ring in self.rings[code]]
        uses = Counter(_number(arc) for ring in rings for arc in ring)
        edge = [arc for ring in rings for arc in ring if uses[_number(arc)] % 2]
        return "".join(_path(points) for points in self._joined(edge))

    def box_of(self, codes: Iterable[str]) -> Box:
        """Return the box around districts."""
        boxes = [self.boxes[code] for code in codes]
        return (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )

    def meeting(self, box: Box) -> tuple[str, ...]:
        """Return the districts whose own box meets a box."""
        left, top, right, bottom = box
        return tuple(
            code
            for code, (west, north, east, south) in self.boxes.items()
            if west <= right and east >= left and north <= bottom and south >= top
        )

    def _points(self, arc: int) -> tuple[Point, ...]:
        return self.arcs[arc] if arc >= 0 else self.arcs[~arc][::-1]

    def _joined(self, arcs: Sequence[int]) -> list[list[Point]]:
        """Return the closed lines that arcs make, each taken from its end to the start of the next, either way round."""
        ends: dict[Point, list[int]] = defaultdict(list)
        for position, arc in enumerate(arcs):
            points = self._points(arc)
            ends[points[0]].append(position)
            ends[points[-1]].append(position)
        free = set(range(len(arcs)))
        lines = []
        while free:
            first = min(free)
            free.remove(first)
            line = list(self._points(arcs[first]))
            while line[-1] != line[0]:
                following = next((position for position in ends[line[-1]] if position in free), None)
                if following is None:
                    break
                free.remove(following)
                points = self._points(arcs[following])
                line += points[1:] if points[0] == line[-1] else points[-2::-1]
            lines.append(line)
        return lines


def read_districts() -> Districts:
    """Read the shapes that are bundled with the data."""
    values = json.loads(content("data", "boundaries", "districts.json").read_text(encoding="utf-8"))
    arcs = tuple(_line(text) for text in values["arcs"])
    areas = values["areas"]
    rings = {code: tuple(tuple(ring) for ring in area["rings"]) for code, area in areas.items()}
    left, top, width, height = (int(part) for part in values["viewBox"].split())
    return Districts(
        attribution=values["attribution"],
        box=(left, top, left + width, top + height),
        names={code: area["name"] for code, area in areas.items()},
        arcs=arcs,
        rings=rings,
        boxes={code: _box(arcs, some) for code, some in rings.items()},
    )


def _line(text: str) -> tuple[Point, ...]:
    """Return the points of an arc from its start and its steps."""
    numbers = [int(part) for part in text.split()]
    x = y = 0
    points = []
    for step_x, step_y in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + step_x, y + step_y
        points.append((x, y))
    return tuple(points)


def _box(arcs: Sequence[Sequence[Point]], rings: Iterable[Iterable[int]]) -> Box:
    points = [point for ring in rings for arc in ring for point in arcs[_number(arc)]]
    return (
        min(x for x, _ in points),
        min(y for _, y in points),
        max(x for x, _ in points),
        max(y for _, y in points),
    )


def _number(arc: int) -> int:
    return arc if arc >= 0 else ~arc


def _path(points: Sequence[Point]) -> str:
    """Return a closed line as an SVG path of relative steps."""
    start_x, start_y = points[0]
    steps = [
        f"{x2 - x1} {y2 - y1}" for (x1, y1), (x2, y2) in itertools.pairwise(points) if (x1, y1) != (x2, y2)
    ]
    return f"M{start_x} {start_y}l{' '.join(steps)}z"
