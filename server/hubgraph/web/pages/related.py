"""Questions that can be asked about a record, with the parameter filled in whose role the record has."""

from collections import Counter
from dataclasses import dataclass

from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.saved_queries.roles import askable
from hubgraph.store.base import Store
from hubgraph.web.pages.links import link, reference


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its link."""

    title: str
    href: str


def related(store: Store, catalogue: Catalogue, kind: str, key: str, iri: str) -> tuple[Question, ...]:
    """Return the questions about a record; one that takes records of its kind in several roles says which."""
    asked = askable(store, catalogue.all(), kind, iri)
    of_kind = Counter(saved.slug for saved, _ in asked)
    alone = {
        saved.slug: sum(param.type == "entity" and param.of == one.of for one in saved.params) == 1
        for saved, param in asked
    }
    return tuple(
        Question(
            saved.title
            if alone[saved.slug] and of_kind[saved.slug] == 1
            else f"{saved.title}: as {param.label.lower()}",
            link(f"/queries/{saved.slug}", {param.name: reference(kind, key)}),
        )
        for saved, param in asked
    )
