"""The home page: search, key numbers, hubs on the map, questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response

from hubgraph.resources import content
from hubgraph.saved_queries.values import literal
from hubgraph.sparql import bind
from hubgraph.store.base import Store
from hubgraph.terms import HG, XSD
from hubgraph.web.links import page_path
from hubgraph.web.memory import once
from hubgraph.web.pages.cards import groups
from hubgraph.web.pages.formatting import counted
from hubgraph.web.pages.frame import kept, page
from hubgraph.web.pages.links import link
from hubgraph.web.pages.maps import draw_map
from hubgraph.web.pages.positions import hub_places, outline
from hubgraph.web.world import world

_SHOWN: Final = (
    ("trusts and groups", ("AcademyTrust", "Federation", "SchoolGroup")),
    ("hubs", ("Hub",)),
    ("programmes", ("Programme",)),
    ("ties to hubs and programmes", ("Participation",)),
)
"""Label of a key number and the classes, none of which shares records with another, that it adds up."""


@dataclass(frozen=True, slots=True)
class KeyNumber:
    """A number with what it counts."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Example:
    """Something to try in the search."""

    text: str
    href: str


def register(blueprint: Blueprint) -> None:
    """Add the home page to a blueprint."""
    blueprint.add_url_rule("/", "home", home)


@kept
def home() -> Response:
    """Show the home page."""
    here = world()
    places = hub_places()
    counts = once("counts", lambda: _counts(here.store))
    hubs = counts.get("Hub", 0)
    without = hubs - len(places)
    note = f"{counted(len(places), 'hub')} at the place of the school that leads it."
    if without > 0:
        note += f" {counted(without, 'hub')} led by no school with a known position {'is' if without == 1 else 'are'} not shown."
    return page(
        "home.html",
        examples=once("examples", lambda: _examples(here.store)),
        groups=groups(here.catalogue),
        map_note=note,
        numbers=once("key numbers", lambda: _key_numbers(here.store)),
        picture=once("home map", lambda: draw_map(outline(), places.values())) if places else None,
    )


def _query(name: str) -> str:
    return content("queries", "internal", f"{name}.rq").read_text(encoding="utf-8")


def _counts(store: Store) -> Mapping[str, int]:
    """Return class → records, from the manifest of the generation; a remote store is asked."""
    known = store.info().counts
    if known:
        return known
    rows = store.select(_query("counts")).rows
    return {row["class"].value.removeprefix(HG): int(row["records"].value) for row in rows}


def _key_numbers(store: Store) -> tuple[KeyNumber, ...]:
    info = store.info()
    counts = once("counts", lambda: _counts(store))
    numbers = []
    if info.data_date:
        today = {"as_of": [literal(info.data_date, f"{XSD}date")]}
        row = store.select(bind(_query("count-open-schools"), today)).rows[0]
        numbers.append(KeyNumber("open schools", f"{int(row['open'].value):,}"))
    else:
        numbers.append(KeyNumber("schools", f"{counts.get('School', 0):,}"))
    for label, classes in _SHOWN:
        found = sum(counts.get(name, 0) for name in classes)
        numbers.append(KeyNumber(label, f"{found:,}" if found else "none in these data"))
    numbers.append(KeyNumber("statements", f"{info.triples:,}"))
    return tuple(numbers)


def _examples(store: Store) -> tuple[Example, ...]:
    """Return a hub, a programme and a school that these data hold, for the line under the search box."""
    found = []
    for kind, words in (("hub", "hub"), ("programme", "hubs"), ("school", "primary school")):
        hits = store.search(words, kinds=(kind,), limit=1).hits
        found += [Example(hit.name, page_path(hit.kind, hit.key)) for hit in hits]
    return tuple(found) or (Example("ready-made questions", link("/queries")),)
