"""Saved questions as cards, by group."""

from collections.abc import Iterable
from dataclasses import dataclass

from hubgraph.saved_queries.catalogue import GROUPS, Catalogue
from hubgraph.saved_queries.model import SavedQuery
from hubgraph.web.pages.links import link


@dataclass(frozen=True, slots=True)
class Card:
    """One question: needs names what has to be filled in before it answers."""

    href: str
    title: str
    summary: str
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions about one matter."""

    name: str
    title: str
    cards: tuple[Card, ...]


def groups(catalogue: Catalogue) -> tuple[Group, ...]:
    """Return all questions by group, in the order of the catalogue."""
    return tuple(Group(name, GROUPS[name], _cards(members)) for name, members in catalogue.groups().items())


def _cards(members: Iterable[SavedQuery]) -> tuple[Card, ...]:
    return tuple(
        Card(
            href=link(f"/queries/{saved.slug}"),
            title=saved.title,
            summary=saved.summary,
            needs=", ".join(param.label.lower() or param.name for param in saved.params if param.required),
        )
        for saved in members
    )
