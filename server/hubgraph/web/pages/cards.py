"""Saved questions as cards, by group."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

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


_BESIDE: Final = {
    "hats": Card(
        "/matches",
        "Records that may be the same person",
        "Pairs of records that may be one person and wait for somebody to decide, with the evidence for each.",
    ),
    "overlaps": Card(
        "/whatif",
        "What if somebody were appointed, or money awarded",
        "Type an appointment, award, payment or declaration that is only being thought of, and see which overlaps would "
        "appear or clear. Nothing is stored.",
        "rows of a table",
    ),
}
"""Group → a page that is no saved question but belongs there; its path is not yet a link."""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions about one matter."""

    name: str
    title: str
    cards: tuple[Card, ...]


def groups(catalogue: Catalogue) -> tuple[Group, ...]:
    """Return all questions by group, in the order of the catalogue."""
    return tuple(
        Group(name, GROUPS[name], (*_cards(members), *beside(name)))
        for name, members in catalogue.groups().items()
    )


def beside(group: str) -> tuple[Card, ...]:
    """Return the pages that belong to a group of questions without being one of them."""
    card = _BESIDE.get(group)
    return (replace(card, href=link(card.href)),) if card else ()


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
