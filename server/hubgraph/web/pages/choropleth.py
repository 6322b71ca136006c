"""Maps of areas coloured by a number, with a legend in words; what has no number or no shape is said, never guessed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from hubgraph.web.pages.classes import ABSENT, Band, band_of, bands
from hubgraph.web.pages.districts import Box, Districts

_MARGIN: Final = 60
_LONDON: Final = "E09"
"""What the codes of the districts of London begin with; they are small, so they are drawn a second time, larger."""
_SMALL: Final = 30
"""Where there are more areas than this, those of London are too small to be told apart."""
_INSET_LEFT: Final = 4_980
"""Where the larger London begins, as high as the north of England: right of it is only sea there."""
_INSET_WIDTH: Final = 1_900


@dataclass(frozen=True, slots=True)
class Measured:
    """An area with its number: text as people read it; value None where the answer has none."""

    iri: str
    name: str
    value: Decimal | None
    text: str


@dataclass(frozen=True, slots=True)
class AreaShape:
    """One area on the map: what it is called and what it has, its class and its path."""

    title: str
    style: str
    path: str


@dataclass(frozen=True, slots=True)
class LegendLine:
    """One class of the legend with the number of areas in it."""

    style: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Inset:
    """A part drawn larger: where it stands on the map, and the box of the map that it shows."""

    x: int
    y: int
    width: int
    height: int
    view_box: str


@dataclass(frozen=True, slots=True)
class AreaMap:
    """What the template draws: areas, legend, what it measures; not_drawn: names of areas without a shape."""

    view_box: str
    areas: tuple[AreaShape, ...]
    measure: str
    legend: tuple[LegendLine, ...]
    inset: Inset | None
    not_drawn: tuple[str, ...]
    attribution: str


@dataclass(frozen=True, slots=True)
class Scale:
    """How numbers are shown: label of the measure, whether it is a share, and what it means to have none."""

    measure: str
    percent: bool
    absent: str


def draw_areas(
    districts: Districts,
    drawn_as: Mapping[str, tuple[str, Sequence[str]]],
    measured: Sequence[Measured],
    scale: Scale,
) -> AreaMap:
    """Return the map of areas.

    drawn_as: every area of the kind → its name and the codes of its districts. Areas of it that are not measured, or have
    no number, are drawn as such.
    """
    found = {area.iri: area for area in measured}
    classes = bands(
        (area.value for area in measured if area.value is not None and area.iri in drawn_as),
        percent=scale.percent,
    )
    shapes = tuple(
        _shape(districts, codes, found.get(iri) or Measured(iri, name, None, ""), classes, scale.absent)
        for iri, (name, codes) in drawn_as.items()
    )
    styles = Counter(shape.style for shape in shapes)
    legend = [LegendLine(band.style, band.label, styles[band.style]) for band in classes]
    if styles[ABSENT]:
        legend.append(LegendLine(ABSENT, scale.absent, styles[ABSENT]))
    left, top, right, bottom = districts.box
    inset = _inset(districts) if len(shapes) > _SMALL else None
    right = max(right, inset.x + inset.width) if inset else right
    width, height = right - left + 2 * _MARGIN, bottom - top + 2 * _MARGIN
    return AreaMap(
        view_box=f"{left - _MARGIN} {top - _MARGIN} {width} {height}",
        areas=shapes,
        measure=scale.measure,
        legend=tuple(legend),
        inset=inset,
        not_drawn=tuple(area.name for area in measured if area.iri not in drawn_as),
        attribution=districts.attribution,
    )


def _shape(
    districts: Districts, codes: Sequence[str], area: Measured, classes: Sequence[Band], absent: str
) -> AreaShape:
    band = band_of(area.value, classes) if area.value is not None else None
    says = area.text if band else absent
    return AreaShape(f"{area.name}: {says}", band.style if band else ABSENT, districts.outline(codes))


def _inset(districts: Districts) -> Inset:
    """Return London, larger, in the sea beside the north."""
    left, top, right, bottom = _grown(
        districts.box_of(code for code in districts.names if code.startswith(_LONDON))
    )
    return Inset(
        x=_INSET_LEFT,
        y=districts.box[1],
        width=_INSET_WIDTH,
        height=round(_INSET_WIDTH * (bottom - top) / (right - left)),
        view_box=f"{left} {top} {right - left} {bottom - top}",
    )


def _grown(box: Box) -> Box:
    """Return a box with a little room around it."""
    left, top, right, bottom = box
    room = (right - left) // 25
    return left - room, top - room, right + room, bottom + room
