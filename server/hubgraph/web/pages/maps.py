"""Maps of points as pictures, in hundreds of metres of the British National Grid: all England, a part of it, or squares."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from hubgraph.records.model import Place
from hubgraph.resources import content
from hubgraph.web.pages.classes import band_of, counts
from hubgraph.web.pages.districts import Box, Districts, Point

_MARGIN: Final = 150
"""Room around the outline and around points outside it, in units of the map (15 km)."""
_NEAR: Final = 1_500
"""Points within so many units in both directions are drawn on a map of their own part (150 km)."""
_LEAST: Final = 120
"""Least width of the part of the country that a map shows (12 km)."""
_MANY: Final = 400
"""More dots than this are drawn smaller and without a rim."""
CROWD: Final = 2_000
"""More points than this are counted in squares instead of drawn."""
SQUARE: Final = 100
"""Side of a square: 10 km."""
_KILOMETRES: Final = (1, 2, 5, 10, 20, 50, 100)
_HUB: Final = 19
"""Half the width of the sign of a hub, wide enough to be seen behind the dot of the school that leads it."""
_LETTER: Final = 0.62
"""Width of a letter of the names on the map, as a share of its height."""


@dataclass(frozen=True, slots=True)
class Outline:
    """England as one SVG path; box is left, top, width and height; attribution must stand beside every map."""

    path: str
    box: tuple[float, float, float, float]
    attribution: str


@dataclass(frozen=True, slots=True)
class Points:
    """Places of one kind: style is school, hub or organisation; label names them in the legend, in the plural."""

    style: str
    label: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """What is drawn of one kind, or of one class of squares: path, name in the legend, how many there are."""

    style: str
    path: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A name on the map, at its middle."""

    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """How long a distance is on the map: its start, its length in units, its name."""

    x: int
    y: int
    length: int
    label: str


@dataclass(frozen=True, slots=True)
class MapPicture:
    """What the map template draws.

    unit: a thousandth of the width, in which sizes of dots and letters are given. borders and names only on a map of a part.
    legend: whether the layers need one. squares: whether layers are classes of squares rather than dots.
    """

    view_box: str
    unit: float
    outline: str
    borders: str
    names: tuple[PlaceName, ...]
    layers: tuple[Layer, ...]
    attribution: str
    mark: Point | None = None
    drawn: int = 0
    squares: bool = False
    scale: ScaleBar | None = None

    @property
    def is_part(self) -> bool:
        """Tell whether only a part of the country is drawn."""
        return not self.outline

    @property
    def box(self) -> tuple[str, ...]:
        """Return left, top, width and height."""
        return tuple(self.view_box.split())

    @property
    def dense(self) -> bool:
        """Tell whether the dots are so many that they are drawn small."""
        return self.drawn > _MANY


def read_outline() -> Outline:
    """Read the outline that is bundled with the data."""
    values = json.loads(content("data", "boundaries", "england-outline.json").read_text(encoding="utf-8"))
    left, top, width, height = (float(part) for part in values["viewBox"].split())
    return Outline(values["path"], (left, top, width, height), values["attribution"])


def draw_map(outline: Outline, places: Iterable[Place], mark: Place | None = None) -> MapPicture:
    """Return the map of England with some places; the box grows where one lies outside. Equal points are one dot."""
    points = sorted({_point(place) for place in places})
    marked = _point(mark) if mark else None
    box = _around(outline, [*points, *([marked] if marked else [])])
    return _picture(
        outline, box, (Layer("school", _dots(points), "", len(points)),) if points else (), marked
    )


def draw_points(
    outline: Outline, districts: Districts, kinds: Sequence[Points], mark: Place | None = None
) -> MapPicture:
    """Return the map of several kinds of places.

    More than CROWD of them are counted in squares of 10 km; places close together are drawn on a map of that part of the
    country, with borders and names of its districts; all others on the map of England.
    """
    marked = _point(mark) if mark else None
    layers = [(kind, sorted({_point(place) for place in kind.places})) for kind in kinds if kind.places]
    points = [point for _, some in layers for point in some]
    everything = [*points, *([marked] if marked else [])]
    if sum(len(kind.places) for kind in kinds) > CROWD:
        return _squares(outline, [_point(place) for kind in kinds for place in kind.places])
    part = _part(everything)
    box = part or _around(outline, everything)
    unit = (box[2] - box[0]) / 1000
    drawn = tuple(
        Layer(
            kind.style,
            _diamonds(some, unit) if kind.style == "hub" else _dots(some),
            kind.label,
            len(kind.places),
        )
        for kind, some in layers
    )
    return _picture(outline, box, drawn, marked, districts if part else None)


def _picture(
    outline: Outline,
    box: Box,
    layers: tuple[Layer, ...],
    mark: Point | None,
    districts: Districts | None = None,
) -> MapPicture:
    left, top, right, bottom = box
    unit = (right - left) / 1000
    near = districts.meeting(box) if districts else ()
    return MapPicture(
        view_box=f"{left} {top} {right - left} {bottom - top}",
        unit=unit,
        outline="" if districts else outline.path,
        borders="".join(districts.outline([code]) for code in near) if districts else "",
        names=_names(districts, near, box, unit) if districts else (),
        layers=layers,
        attribution=outline.attribution,
        mark=mark,
        drawn=sum(layer.count for layer in layers),
        scale=_scale_bar(box, unit) if districts else None,
    )


def _scale_bar(box: Box, unit: float) -> ScaleBar:
    """Return a bar of 1, 2 or 5 kilometres, or ten or a hundred times as many, at most a fifth of the width, at the foot."""
    fifth = (box[2] - box[0]) / 5
    length = max(
        (kilometres for kilometres in _KILOMETRES if kilometres * 10 <= fifth), default=_KILOMETRES[0]
    )
    return ScaleBar(box[0] + round(30 * unit), box[3] - round(30 * unit), length * 10, f"{length} km")


def _squares(outline: Outline, points: Sequence[Point]) -> MapPicture:
    """Return England with a square of 10 km for every one in which points lie, in classes of how many."""
    cells = Counter((x // SQUARE, y // SQUARE) for x, y in points)
    box = _around(outline, [(x * SQUARE, y * SQUARE) for x, y in cells])
    layers = []
    for band in counts(tuple(cells.values())):
        some = sorted(cell for cell, count in cells.items() if band_of(Decimal(count), (band,)))
        path = "".join(f"M{x * SQUARE} {y * SQUARE}h{SQUARE}v{SQUARE}h-{SQUARE}z" for x, y in some)
        layers.append(Layer(band.style, path, band.label, len(some)))
    left, top, right, bottom = box
    return MapPicture(
        view_box=f"{left} {top} {right - left} {bottom - top}",
        unit=(right - left) / 1000,
        outline=outline.path,
        borders="",
        names=(),
        layers=tuple(layers),
        attribution=outline.attribution,
        drawn=len(points),
        squares=True,
    )


def _names(districts: Districts, near: Iterable[str], box: Box, unit: float) -> tuple[PlaceName, ...]:
    """Return the names of districts that fit into the part of them that the map shows."""
    left, top, right, bottom = box
    found = []
    for code in near:
        west, north, east, south = districts.boxes[code]
        west, north, east, south = max(west, left), max(north, top), min(east, right), min(south, bottom)
        text = districts.names[code]
        if len(text) * 20 * unit * _LETTER <= east - west and south - north >= 60 * unit:
            found.append(PlaceName((west + east) // 2, (north + south) // 2, text))
    return tuple(found)


def _part(points: Sequence[Point]) -> Box | None:
    """Return the box of a map of points that lie close together, never narrow; None where they do not, or there are none."""
    if not points:
        return None
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    width, height = right - left, bottom - top
    if max(width, height) > _NEAR:
        return None
    side = max(width, height, _LEAST) * 12 // 10
    wide, high = max(width * 12 // 10, side * 4 // 5), max(height * 12 // 10, side * 4 // 5)
    middle_x, middle_y = (left + right) // 2, (top + bottom) // 2
    return middle_x - wide // 2, middle_y - high // 2, middle_x + wide // 2, middle_y + high // 2


def _around(outline: Outline, points: Sequence[Point]) -> Box:
    """Return the box of England, grown where a point lies outside it."""
    left, top, width, height = outline.box
    return (
        round(min(left, *(x for x, _ in points)) if points else left) - _MARGIN,
        round(min(top, *(y for _, y in points)) if points else top) - _MARGIN,
        round(max(left + width, *(x for x, _ in points)) if points else left + width) + _MARGIN,
        round(max(top + height, *(y for _, y in points)) if points else top + height) + _MARGIN,
    )


def _dots(points: Iterable[Point]) -> str:
    return "".join(f"M{x} {y}h0" for x, y in points)


def _diamonds(points: Iterable[Point], unit: float) -> str:
    """Return a shape that can be told from a dot without its colour."""
    half = max(1, round(_HUB * unit))
    return "".join(f"M{x - half} {y}l{half} {-half} {half} {half} {-half} {half}z" for x, y in points)


def _point(place: Place) -> Point:
    return round(place.easting / 100), -round(place.northing / 100)
