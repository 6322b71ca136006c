"""The days that the data can answer for: from the first that the sources speak of to the date of the data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from hubgraph.errors import ParameterError
from hubgraph.resources import content
from hubgraph.saved_queries.model import AS_OF, Param, SavedQuery
from hubgraph.sparql import bind
from hubgraph.store.base import Store

_OPEN: Final = ("hg:openDuring", "hg:noHubDuring", "hg:noTieDuring", "hg:onlyTrustDuring")
"""Facts by which a question counts schools as open on a day."""
_NARROWS: Final = ("school", "la", "region", "phase", AS_OF)


@dataclass(frozen=True, slots=True)
class Span:
    """First day that the sources speak of and date of the data, both ISO; empty where not known."""

    first: str = ""
    last: str = ""

    def __str__(self) -> str:
        """Return the span in words."""
        if self.first and self.last:
            return f"these data answer for days from {self.first} to {self.last}"
        return f"these data answer for days {f'from {self.first}' if self.first else f'up to {self.last}'}"


def read_span(store: Store) -> Span:
    """Return the span of the published generation."""
    rows = store.select(_internal("span")).rows
    return Span(rows[0]["first"].value if rows else "", store.info().data_date)


def check_days(store: Store, saved: SavedQuery, asked: Mapping[str, str]) -> tuple[Span, tuple[str, ...]]:
    """Return the span and warnings about the days asked for; raise ParameterError for one outside.

    asked: ISO texts of the parameters that were given. A day up to a year after the date of the data is a warning.
    """
    days = [param for param in saved.params if param.type == "date" and param.name in asked]
    if not days:
        return Span(), ()
    span = read_span(store)
    ends = {param.before for param in saved.params if param.before}
    warnings: list[str] = []
    for param in days:
        day = asked[param.name]
        # Since when may lie before the span, until when after it: what is between is still asked for.
        if not param.before and span.first and day < span.first:
            raise _outside(param, span, f"{day} is before the first day that the sources speak of")
        if param.name in ends or not span.last or day <= span.last:
            continue
        if day > _year_after(span.last):
            raise _outside(param, span, f"{day} is more than a year after the date of the data")
        warnings.append(
            f"{day} is after the date of the data, {span.last}: the answer is what the sources knew then to hold on it."
        )
    return span, tuple(warnings)


def undated_note(
    store: Store, saved: SavedQuery, span: Span, terms: Mapping[str, tuple[str, ...]], as_of: str
) -> tuple[str, ...]:
    """Return how many schools count as open on an earlier day though no source says when they opened."""
    if not span.first or as_of >= span.last or not any(name in saved.text for name in _OPEN):
        return ()
    given = {name: terms[name] for name in _NARROWS if name in terms}
    rows = store.select(bind(_internal("without-opening-day"), given)).rows
    number = int(rows[0]["schools"].value) if rows else 0
    if not number:
        return ()
    have, counts = ("school has", "counts") if number == 1 else ("schools have", "count")
    since = f"{span.first}, the first day that the sources speak of"
    return (f"{number:,} {have} no opening day in these data and {counts} as open from {since}.",)


def _outside(param: Param, span: Span, what: str) -> ParameterError:
    return ParameterError(param.name, f"{what}; {span}.", span.last or span.first)


def _year_after(day: str) -> str:
    """Return the same day a year later, 28 February for a 29th."""
    start = date.fromisoformat(day[:10])
    try:
        return start.replace(year=start.year + 1).isoformat()
    except ValueError:
        return start.replace(year=start.year + 1, day=28).isoformat()


def _internal(name: str) -> str:
    return content("queries", "internal", f"{name}.rq").read_text(encoding="utf-8")
