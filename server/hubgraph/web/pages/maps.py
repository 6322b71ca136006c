"""Maps as pictures: the outline of England and points on it, in hundreds of metres of the British National Grid."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hubgraph.records.model import Place
from hubgraph.resources import content

_MARGIN: Final = 150
"""Room around the outline and around points outside it, in units of the map (15 km)."""


@dataclass(frozen=True, slots=True)
class Outline:
    """England as one SVG path; box is left, top, width and height; attribution must stand beside every map."""

    path: str
    box: tuple[float, float, float, float]
    attribution: str


@dataclass(frozen=True, slots=True)
class MapPicture:
    """What the map template draws: view box, outline, a path of dots and, where there is one, a marked point."""

    view_box: str
    outline: str
    dots: str
    attribution: str
    mark: tuple[int, int] | None = None
    drawn: int = 0


def read_outline() -> Outline:
    """Read the outline that is bundled with the data."""
    values = json.loads(content("data", "boundaries", "england-outline.json").read_text(encoding="utf-8"))
    left, top, width, height = (float(part) for part in values["viewBox"].split())
    return Outline(values["path"], (left, top, width, height), values["attribution"])


def draw_map(outline: Outline, places: Iterable[Place], mark: Place | None = None) -> MapPicture:
    """Return the map of some places; the box grows where one lies outside the outline. Equal points are one dot."""
    points = sorted({_point(place) for place in places})
    marked = _point(mark) if mark else None
    everything = [*points, *([marked] if marked else [])]
    left, top, width, height = outline.box
    right, bottom = left + width, top + height
    left = min(left, *(x for x, _ in everything)) if everything else left
    right = max(right, *(x for x, _ in everything)) if everything else right
    top = min(top, *(y for _, y in everything)) if everything else top
    bottom = max(bottom, *(y for _, y in everything)) if everything else bottom
    box = (left - _MARGIN, top - _MARGIN, right - left + 2 * _MARGIN, bottom - top + 2 * _MARGIN)
    dots = "".join(f"M{x} {y}h0" for x, y in points)
    return MapPicture(
        view_box=" ".join(f"{part:.0f}" for part in box),
        outline=outline.path,
        dots=dots,
        attribution=outline.attribution,
        mark=marked,
        drawn=len(points),
    )


def _point(place: Place) -> tuple[int, int]:
    return round(place.easting / 100), -round(place.northing / 100)
