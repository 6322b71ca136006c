"""Where records lie: positions of schools and hubs, and which districts areas are drawn as; read once per generation."""

import csv
import io
from collections.abc import Mapping
from typing import Final

from hubgraph.records.model import Place
from hubgraph.resources import content
from hubgraph.saved_queries.values import literal
from hubgraph.sparql import bind
from hubgraph.store.base import Limits, Row, Store
from hubgraph.terms import XSD, record_iri
from hubgraph.web.memory import once
from hubgraph.web.pages.districts import Districts, read_districts
from hubgraph.web.pages.maps import Outline, read_outline
from hubgraph.web.world import world

DrawnAs = Mapping[str, tuple[str, tuple[str, ...]]]
"""IRI of an area → its name and the codes of the districts that it is drawn as."""
_ALL: Final = Limits(seconds=30, rows=200_000, bytes=100_000_000)
"""Limits of these queries; England has about 52,000 positions."""


def hub_places() -> Mapping[str, Place]:
    """Return IRI of hub → position of a school that leads it; hubs led by other bodies have none."""
    return once("hub places", lambda: _places(world().store, "positions-of-hubs"))


def record_places() -> Mapping[str, Place]:
    """Return IRI of school or hub → position."""
    return once("record places", lambda: {**_places(world().store, "positions-of-schools"), **hub_places()})


def outline() -> Outline:
    """Return the outline of England."""
    return once("outline", read_outline)


def districts() -> Districts:
    """Return the shapes of the districts."""
    return once("districts", read_districts)


def areas_drawn() -> Mapping[str, DrawnAs]:
    """Return district, la and region → the areas of that kind and how they are drawn.

    A district belongs to the authority, and to the region, that has most of its open schools on the date of the data.
    """
    return once("areas drawn", lambda: _areas(world().store, districts()))


def _areas(store: Store, shapes: Districts) -> Mapping[str, DrawnAs]:
    info = store.info()
    known = {record_iri(info.base, "area", code): code for code in shapes.names}
    found: dict[str, DrawnAs] = {
        "district": {iri: (shapes.names[code], (code,)) for iri, code in known.items()}
    }
    text = _query("districts-of-areas")
    if info.data_date:
        text = bind(text, {"as_of": [literal(info.data_date, f"{XSD}date")]})
    rows = store.select(text, limits=_ALL).rows
    for kind in ("la", "region"):
        found[kind] = _grouped([row for row in rows if row["kind"].value == kind], known)
    return found


def _grouped(rows: list[Row], known: Mapping[str, str]) -> DrawnAs:
    """Return area → its districts; rows of one district stand with the area of most schools first."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row["district"].value, row)
    names: dict[str, str] = {}
    codes: dict[str, list[str]] = {}
    for district, row in first.items():
        if district in known:
            area = row["area"].value
            names[area] = row["name"].value if "name" in row else area
            codes.setdefault(area, []).append(known[district])
    return {area: (names[area], tuple(some)) for area, some in codes.items()}


def _places(store: Store, name: str) -> dict[str, Place]:
    """Return record → position; of several positions of one record the same one every time.

    Read as CSV: for so many rows that takes a fraction of the time of rows of terms.
    """
    body = store.answer(_query(name), "csv", limits=_ALL).body.decode()
    rows = sorted(csv.reader(io.StringIO(body)))
    head = ["record", "easting", "northing"]
    places: dict[str, Place] = {}
    for record, easting, northing in (row for row in rows if row and row != head):
        places.setdefault(record, Place(float(easting), float(northing)))
    return places


def _query(name: str) -> str:
    return content("queries", "internal", f"{name}.rq").read_text(encoding="utf-8")
