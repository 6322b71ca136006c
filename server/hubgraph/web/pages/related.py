"""Questions that can be asked about a record, with the parameter filled in."""

from dataclasses import dataclass
from typing import Final

from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.saved_queries.model import Param, SavedQuery
from hubgraph.web.pages.links import link, reference

_ACCEPTS: Final = {
    "group": ("group", "trust"),
    "activity": ("hub", "programme", "project"),
    "organisation": ("organisation", "school", "trust", "group", "la"),
    "subject": ("programme", "hub", "project", "organisation", "school", "trust", "group", "la", "area"),
}
"""What an entity parameter takes besides the kind of its own name."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its link."""

    title: str
    href: str


def related(catalogue: Catalogue, kind: str, key: str) -> tuple[Question, ...]:
    """Return the questions that have a parameter for a record of this kind."""
    found = []
    for saved in catalogue.all():
        param = _param_for(saved, kind)
        others = [other for other in saved.params if other.required and other is not param]
        if param is not None and not others:
            href = link(f"/queries/{saved.slug}", {param.name: reference(kind, key)})
            found.append(Question(saved.title, href))
    return tuple(found)


def _param_for(saved: SavedQuery, kind: str) -> Param | None:
    fitting = [
        param
        for param in saved.params
        if param.type == "entity" and kind in _ACCEPTS.get(param.of, (param.of,))
    ]
    return fitting[0] if fitting else None
