"""Which parameters of the questions a record can stand for: those whose role it has in the data."""

from collections.abc import Sequence

from hubgraph.saved_queries.model import AS_OF, Param, SavedQuery
from hubgraph.saved_queries.references import kinds_of
from hubgraph.saved_queries.values import literal
from hubgraph.sparql import bind
from hubgraph.store.base import Store
from hubgraph.terms import XSD, prefix_lines

Asked = tuple[SavedQuery, Param]
"""A question and the parameter of it that a record would be."""


def askable(store: Store, queries: Sequence[SavedQuery], kind: str, iri: str) -> tuple[Asked, ...]:
    """Return the questions that a record can be put into, each with the parameter whose role it has; raises QueryError.

    A question that needs another parameter too is left out. One small query, whatever the number of questions.
    """
    fitting = [
        (saved, param)
        for saved in queries
        for param in saved.params
        if param.type == "entity" and kind in kinds_of(param.of) and param.role
        if not any(other.required for other in saved.params if other is not param)
    ]
    if not fitting:
        return ()
    text = roles_query([param.role for _, param in fitting])
    terms = {"record": [f"<{iri}>"], AS_OF: [literal(store.info().data_date, f"{XSD}date")]}
    held = {int(row["position"].value) for row in store.select(bind(text, terms)).rows if "position" in row}
    return tuple(asked for position, asked in enumerate(fitting) if position in held)


def roles_query(patterns: Sequence[str]) -> str:
    """Return the SELECT that gives the position of each pattern that holds for ?record."""
    tests = "\n  UNION\n".join(
        f"  {{ SELECT ({position} AS ?position) WHERE {{ {pattern} }} LIMIT 1 }}"
        for position, pattern in enumerate(patterns)
    )
    return f"{prefix_lines()}\nSELECT ?position\nWHERE {{\n{tests}\n}}\n"
