"""What changed between the two newest generations."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response

from hubgraph.ingest.changes import ChangeList, Changes, SourceChange, read_changes
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.terms import split_record_iri
from hubgraph.web.links import page_path
from hubgraph.web.pages.formatting import long_date
from hubgraph.web.pages.frame import crumbs, kept, page
from hubgraph.web.pages.links import path_of
from hubgraph.web.pages.table import Cell
from hubgraph.web.world import world

_TITLES: Final = {
    "schools-opened": ("Schools newly open", "Open in the newer data and not in the older.", ""),
    "schools-closed": ("Schools no longer open", "Open in the older data and not in the newer.", ""),
    "hubs-gained": ("Hubs that came", "", ""),
    "hubs-lost": ("Hubs that went", "In the older data and not in the newer.", ""),
    "leads-gained": ("Leads gained", "Who leads a hub and did not before.", "Hub"),
    "leads-lost": ("Leads lost", "Who led a hub and does not now.", "Hub"),
    "trusts-joined": ("Schools that joined a trust", "", "Trust"),
    "trusts-left": ("Schools that left a trust", "", "Trust"),
}
"""Key of a list → title, what it means, and what stands on the other side."""


@dataclass(frozen=True, slots=True)
class ListShown:
    """One list: total, and the first entries as (record, other side)."""

    key: str
    title: str
    meaning: str
    other: str
    total: int
    entries: tuple[tuple[Cell, Cell], ...]


@dataclass(frozen=True, slots=True)
class SourceShown:
    """One source that came, went or was replaced."""

    title: Cell
    how: str
    before: str
    after: str


def register(blueprint: Blueprint) -> None:
    """Add the page of changes to a blueprint."""
    blueprint.add_url_rule("/changes", "changes", changes)


@kept
def changes() -> Response:
    """Show what the newest generation changed."""
    store = world().store
    if isinstance(store, EmbeddedStore):
        found = read_changes(store.generation_folder())
    else:
        found = Changes(reason="The data are in a store elsewhere, which keeps no generations.")
    info = store.info()
    return page(
        "changes.html",
        changes=found,
        before=long_date(found.date_before),
        now=long_date(info.data_date),
        sources=tuple(_source(entry) for entry in found.sources),
        counts=tuple(entry for entry in found.counts if entry[1] != entry[2]),
        lists=tuple(_list(entry, info.base) for entry in found.lists),
        section="data",
        steps=crumbs(("Data", "/data/")),
    )


def _source(change: SourceChange) -> SourceShown:
    href = page_path("source", change.key) if change.how != "removed" else ""
    return SourceShown(
        Cell(change.title, href), change.how, long_date(change.before), long_date(change.after)
    )


def _list(entry: ChangeList, base: str) -> ListShown:
    title, meaning, other = _TITLES[entry.key]
    entries = tuple(
        (_cell(change.iri, change.name, base), _cell(change.other, change.other_name, base))
        for change in entry.first
    )
    return ListShown(entry.key, title, meaning, other, entry.total, entries)


def _cell(iri: str, name: str, base: str) -> Cell:
    split = split_record_iri(iri, base)
    short = "/".join(split) if split else iri
    return Cell(name or short, path_of(iri, base), short if name else "")
