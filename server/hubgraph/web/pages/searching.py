"""The search page."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request

from hubgraph.errors import ParameterError
from hubgraph.records.names import kind_label
from hubgraph.store.base import SearchHit, SearchPage
from hubgraph.terms import KINDS
from hubgraph.web.links import page_path
from hubgraph.web.pages.frame import crumbs, kept, page
from hubgraph.web.pages.links import link, reference
from hubgraph.web.pages.paging import page_number, paging
from hubgraph.web.search_data import search_text
from hubgraph.web.world import world

HITS: Final = 20
"""Records on one page of the search."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One found record; line says what and where it is."""

    href: str
    name: str
    line: str
    state: str
    state_class: str


@dataclass(frozen=True, slots=True)
class KindLink:
    """A kind of record with the number of hits."""

    label: str
    count: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits, the number of hits of the chosen kind, and all kinds that have hits."""

    hits: tuple[Hit, ...]
    total: int
    kinds: tuple[KindLink, ...]


def register(blueprint: Blueprint) -> None:
    """Add the search page to a blueprint."""
    blueprint.add_url_rule("/search", "search", search)


@kept
def search() -> Response:
    """Show what fits `q`, all kinds or one `kind`, a page at a time."""
    asked = search_text()
    kind = request.args.get("kind", "")
    if kind and kind not in KINDS:
        raise ParameterError("kind", f"'{kind}' is not a kind of record.", "school")
    number = page_number(request.args.get("page"))
    if not asked:
        return page(
            "search.html", asked="", kind=kind, found=None, numbers=None, section="search", steps=crumbs()
        )
    kinds = (kind,) if kind else ()
    result = world().store.search(asked, kinds=kinds, limit=HITS, offset=(number - 1) * HITS)
    numbers = paging(result.total, HITS, number, "/search", {"q": asked, "kind": kind})
    found = Found(tuple(_hit(hit) for hit in result.hits), result.total, _kinds(result, asked, kind))
    return page(
        "search.html",
        asked=asked,
        kind=kind,
        found=found,
        numbers=numbers,
        section="search",
        steps=crumbs(),
    )


def _hit(hit: SearchHit) -> Hit:
    state = hit.state.strip()
    is_open = state.lower().startswith("open")
    schemes = {"school": "URN", "trust": "UID", "group": "UID", "la": "Code"}
    number = f"{schemes[hit.kind]} {hit.key}" if hit.kind in schemes else ""
    line = [hit.type or kind_label(hit.kind), hit.place, number]
    return Hit(
        href=page_path(hit.kind, hit.key),
        name=hit.name or reference(hit.kind, hit.key),
        line=" · ".join(part for part in line if part),
        state=state,
        state_class="tag-open" if is_open else "tag-stub" if state.lower() == "stub" else "tag-closed",
    )


def _kinds(result: SearchPage, asked: str, kind: str) -> tuple[KindLink, ...]:
    everything = sum(result.per_kind.values())
    entries = (
        [KindLink("All", f"{everything:,}", link("/search", {"q": asked}), not kind)] if everything else []
    )
    for name in sorted(result.per_kind, key=KINDS.index):
        href = link("/search", {"q": asked, "kind": name})
        entries.append(
            KindLink(kind_label(name, many=True), f"{result.per_kind[name]:,}", href, name == kind)
        )
    return tuple(entries)
