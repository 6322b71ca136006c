"""What answers about hubs and isolation can see at all: the programmes whose hubs are in these data."""

from typing import Final

from hubgraph.resources import content
from hubgraph.saved_queries.model import SavedQuery
from hubgraph.store.base import Store
from hubgraph.web.pages.memory import once
from hubgraph.web.world import world

_ABOUT_HUBS: Final = ("hubs", "isolation")


def scope_notes(saved: SavedQuery) -> tuple[str, ...]:
    """Return the sentences beside an answer about which programmes it rests on; none for other matters."""
    if saved.group not in _ABOUT_HUBS:
        return ()
    return once("programmes with hubs", lambda: (_said(world().store),))


def _said(store: Store) -> str:
    query = content("queries", "internal", "programmes-with-hubs.rq").read_text(encoding="utf-8")
    found = [f"{row['name'].value} ({int(row['hubs'].value):,})" for row in store.select(query).rows]
    if not found:
        return "No hub is in these data."
    return (
        f"Programmes whose hubs are in these data: {', '.join(found)}. Hubs of other programmes are not seen."
    )
