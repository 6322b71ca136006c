"""The map of an answer: its areas coloured, or its schools, hubs and bodies as points, and in words what is not drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from hubgraph.records.model import Place
from hubgraph.saved_queries.model import SavedQuery
from hubgraph.saved_queries.running import bound_query
from hubgraph.store.base import Row
from hubgraph.terms import split_record_iri
from hubgraph.web.pages.charts import measured
from hubgraph.web.pages.choropleth import AreaMap, Measured, Scale, draw_areas
from hubgraph.web.pages.form import Given
from hubgraph.web.pages.formatting import counted, formatted
from hubgraph.web.pages.maps import MapPicture, Points, draw_points
from hubgraph.web.pages.positions import areas_drawn, districts, outline, record_places
from hubgraph.web.pages.table import Shown, shown_columns
from hubgraph.web.world import world

_AREAS: Final = ("area", "la")
_NAMED: Final = 30
"""Most areas without a shape that are named under a map; the table has them all."""
_KINDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "hub": ("hub", "hub", "hubs"),
    "school": ("school", "school", "schools"),
    "trust": ("organisation", "trust", "trusts"),
}
"""Kind of record → style on the map, singular, plural; every other kind is a body."""
_BODY: Final = ("organisation", "body", "bodies")
_SQUARES: Final = (
    "They are too many to draw one by one: a square is 10 kilometres wide and coloured by how many lie in it."
)
_AT_SEA: Final = "No district of England lies on this part of the map."
_HOW: Final = {
    "district": "",
    "la": " An authority is drawn as the districts most of whose open schools it has.",
    "region": " A region is drawn as the districts most of whose open schools it has.",
}


@dataclass(frozen=True, slots=True)
class AnswerMap:
    """A map of points or of areas, never both, with the sentences that stand under it; marked: name of the marked place."""

    title: str
    notes: tuple[str, ...]
    points: MapPicture | None = None
    areas: AreaMap | None = None
    marked: str = ""


def has_map(saved: SavedQuery) -> bool:
    """Tell whether answers can be drawn: schools, hubs, what a head says is a map, and areas with a number."""
    if not saved.columns:
        return False
    return saved.columns[0].entity in ("school", "hub") or saved.view == "map" or has_areas(saved)


def has_areas(saved: SavedQuery) -> bool:
    """Tell whether answers are areas with a number each."""
    return (
        bool(saved.columns)
        and saved.columns[0].entity in _AREAS
        and measured(shown_columns(saved)) is not None
    )


def answer_map(saved: SavedQuery, given: Given, rows: Sequence[Row]) -> AnswerMap | None:
    """Return the map of an answer, None where none of its areas has a shape."""
    if has_areas(saved):
        return _of_areas(saved, rows)
    return _of_points(saved, given, rows)


def _of_areas(saved: SavedQuery, rows: Sequence[Row]) -> AnswerMap | None:
    column = measured(shown_columns(saved))
    areas = [_measured(row, saved, column) for row in rows if saved.columns[0].name in row] if column else []
    kinds = areas_drawn()
    kind = max(kinds, key=lambda name: sum(area.iri in kinds[name] for area in areas))
    if column is None or not any(area.iri in kinds[kind] for area in areas):
        return None
    is_share = column.column.format == "percent"
    scale = Scale(column.label, is_share, saved.absent or "no data")
    picture = draw_areas(districts(), kinds[kind], areas, scale)
    drawn = len(areas) - len(picture.not_drawn)
    notes = [f"{counted(drawn, 'area of the answer', 'areas of the answer')} on the map.{_HOW[kind]}"]
    if picture.not_drawn:
        notes.append(_not_drawn(picture.not_drawn))
    return AnswerMap(f"{saved.title}: {column.label.lower()}", tuple(notes), areas=picture)


def _measured(row: Row, saved: SavedQuery, column: Shown) -> Measured:
    iri = row[saved.columns[0].name].value
    name = row.get(f"{saved.columns[0].name}_name")
    term = row.get(column.column.name)
    text = formatted(term.value, column.column.format) if term else ""
    return Measured(iri, name.value if name else iri, _number(term.value) if term else None, text)


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _not_drawn(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    listed = "; ".join(names[:_NAMED]) + (f"; and {more:,} more, which the table lists" if more > 0 else "")
    return (
        f"{counted(len(names), 'area is', 'areas are')} not drawn, because no district of May 2024 "
        f"stands for {'it' if len(names) == 1 else 'them'}: {listed}."
    )


def _of_points(saved: SavedQuery, given: Given, rows: Sequence[Row]) -> AnswerMap:
    places = record_places()
    base = world().store.info().base
    name = saved.columns[0].name
    by_kind: dict[tuple[str, str, str], list[str]] = {}
    for iri in dict.fromkeys(row[name].value for row in rows if name in row):
        split = split_record_iri(iri, base)
        by_kind.setdefault(_KINDS.get(split[0] if split else "", _BODY), []).append(iri)
    kinds, notes = [], []
    for (style, one, many), iris in sorted(by_kind.items()):
        found = tuple(places[iri] for iri in iris if iri in places)
        kinds.append(Points(style, many, found))
        notes.append(_said(len(found), len(iris), one, many))
    mark, marked = _marked(saved, given, places)
    picture = draw_points(outline(), districts(), kinds, mark)
    if picture.is_part and not picture.borders:
        notes.append(_AT_SEA)
    if picture.squares:
        notes.append(_SQUARES)
    return AnswerMap(saved.title, tuple(notes or ["Nothing to draw."]), points=picture, marked=marked)


def _said(found: int, total: int, one: str, many: str) -> str:
    where = ", at the place of the school that leads it" if one == "hub" else ""
    drawn = f"{counted(found, one, many)} on the map{where}."
    missing = total - found
    if not missing:
        return drawn
    lost = f"{counted(missing, one, many)} without a known position {'is' if missing == 1 else 'are'}"
    return f"{drawn} {lost} not." if found else f"{lost} only in the table."


def _marked(saved: SavedQuery, given: Given, places: Mapping[str, Place]) -> tuple[Place | None, str]:
    """Return place and reference of the school that a question is about."""
    about = next(
        (
            param.name
            for param in saved.params
            if param.required and (param.type, param.of) == ("entity", "school")
        ),
        "",
    )
    if not about:
        return None, ""
    terms = bound_query(world().store, saved, given).terms.get(about, ())
    iri = terms[0].strip("<>") if terms else ""
    split = split_record_iri(iri, world().store.info().base)
    return places.get(iri), f"URN {split[1]}" if split else iri
