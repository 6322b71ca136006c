"""Where records lie: positions of schools, and of hubs by the schools that lead them, read once per generation."""

from collections.abc import Mapping
from typing import Final

from hubgraph.records.model import Place
from hubgraph.resources import content
from hubgraph.store.base import Limits, Store
from hubgraph.web.pages.maps import Outline, read_outline
from hubgraph.web.pages.memory import once
from hubgraph.web.world import world

_ALL: Final = Limits(seconds=30, rows=200_000, bytes=100_000_000)
"""Limits of the two queries; England has about 52,000 positions."""


def hub_places() -> Mapping[str, Place]:
    """Return IRI of hub → position of a school that leads it; hubs led by other bodies have none."""
    return once("hub places", lambda: _read(world().store, "positions-of-hubs"))


def record_places() -> Mapping[str, Place]:
    """Return IRI of school or hub → position."""
    return once("record places", lambda: {**_read(world().store, "positions-of-schools"), **hub_places()})


def outline() -> Outline:
    """Return the outline of England."""
    return once("outline", read_outline)


def _read(store: Store, name: str) -> dict[str, Place]:
    query = content("queries", "internal", f"{name}.rq").read_text(encoding="utf-8")
    return {
        row["record"].value: Place(float(row["easting"].value), float(row["northing"].value))
        for row in store.select(query, limits=_ALL).rows
    }
