"""The first day that the sources speak of: before it, no question can be answered from them."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from hubgraph.measures.triples import Triple, literal, node, ours
from hubgraph.resources import content
from hubgraph.store.building import Builder

WIDEST_GAP: Final = 50
"""Years: days that lie before all others by more are taken for slips or fillers such as 1900-01-01."""


def span_facts(builder: Builder, last: date, graph: str) -> tuple[Triple, ...]:
    """Return the first day as a fact about the derived graph; empty where no source dates anything up to the last day."""
    query = content("queries", "internal", "spoken-days.rq").read_text(encoding="utf-8")
    days = sorted({row["day"].value for row in builder.select(query).rows})
    first = first_day([day for day in days if _is_day(day) and day <= last.isoformat()])
    return ((node(graph), ours("speaksFrom"), literal(first, "date")),) if first else ()


def first_day(days: Sequence[str]) -> str:
    """Return the first of ISO days, in order, that no gap of more than WIDEST_GAP years parts from the last; empty for none."""
    first = days[-1] if days else ""
    for day in reversed(days):
        if int(first[:4]) - int(day[:4]) > WIDEST_GAP:
            break
        first = day
    return first


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
