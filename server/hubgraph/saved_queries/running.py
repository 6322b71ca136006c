"""The one runner of saved queries: for pages, files and the command line."""

import difflib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hubgraph.errors import ParameterError, SavedQueryError
from hubgraph.resources import content
from hubgraph.saved_queries.contradictions import refuse_contradictions
from hubgraph.saved_queries.model import AS_OF, Param, SavedQuery
from hubgraph.saved_queries.needs import NONE, Coverage, known_rows, read_coverage, sentences
from hubgraph.saved_queries.references import among_options, resolve
from hubgraph.saved_queries.rounding import readable, rounded_rows
from hubgraph.saved_queries.sorting import sort_rows
from hubgraph.saved_queries.span import Span, check_days, undated_note
from hubgraph.saved_queries.undated import without_first_day
from hubgraph.saved_queries.values import fault
from hubgraph.sparql import bind
from hubgraph.store.base import GenerationInfo, Limits, Row, Store

Echo = Mapping[str, str | tuple[str, ...]]
"""Parameter name → canonical text, or texts where the parameter takes many."""


@dataclass(frozen=True, slots=True)
class BoundQuery:
    """A query with its values in place: valid SPARQL for any engine. terms: N-Triples forms by parameter.

    span: days that the data answer for, where a day was asked for. warnings: sentences about the days asked for.
    """

    text: str
    params: Echo
    as_of: str
    terms: Mapping[str, tuple[str, ...]]
    span: Span
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceTitle:
    """A source in the data: title, publisher and IRI of its licence (empty where unknown)."""

    title: str
    publisher: str
    licence: str


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """Rows of a saved query and everything that has to stand beside them.

    took_ms: milliseconds of parameters, query and notes. notes: sentences to read above the rows, what the data lack first. sources: titles.
    warnings: those of the notes that say that a value asked for is doubtful. data_date: of the generation, ISO or empty.
    base: what the IRIs of records start with.
    """

    saved: SavedQuery
    params: Echo
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    as_of: str
    generation: str
    sources: tuple[str, ...]
    took_ms: float
    bound_text: str
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    credits: tuple[SourceTitle, ...] = ()
    truncated: bool = False
    data_date: str = ""
    base: str = ""


def run(  # noqa: PLR0913 (the last four have defaults and are given by name)
    store: Store,
    saved: SavedQuery,
    given: Mapping[str, Sequence[str]],
    *,
    sort: str = "",
    limits: Limits | None = None,
    titles: Sequence[SourceTitle] | None = None,
    coverage: Coverage | None = None,
) -> QueryAnswer:
    """Run a SELECT; titles and coverage spare lookups to a caller that keeps them per generation.

    Raises ParameterError for a wrong value, name or sort column, and the QueryError family.
    """
    if saved.form != "SELECT":
        raise SavedQueryError(f"'{saved.slug}' answers with a graph, not with rows; ask for Turtle.")
    started = time.perf_counter()
    info = store.info()
    bound = _bind(store, info, saved, given)
    columns = tuple(column.name for column in saved.columns)
    if sort and sort.removeprefix("-") not in columns:
        raise ParameterError("sort", f"there is no column '{sort.removeprefix('-')}'.", columns[0])
    table = store.select(bound.text, limits=_limits(saved, limits))
    has = coverage if coverage is not None else read_coverage(store, saved.needs)
    found = known_rows(rounded_rows(table.rows), saved.columns, has)
    rows = sort_rows(found, sort) if sort else found
    notes = _said_above(store, saved, bound, has, rows)
    credits_ = tuple(titles) if titles is not None else source_titles(store)
    return QueryAnswer(
        saved=saved,
        params=bound.params,
        columns=columns,
        rows=rows,
        as_of=bound.as_of,
        generation=info.number,
        sources=tuple(dict.fromkeys(source.title for source in credits_)),
        took_ms=round((time.perf_counter() - started) * 1000, 1),
        bound_text=bound.text,
        notes=notes,
        warnings=bound.warnings,
        credits=credits_,
        data_date=info.data_date,
        base=info.base,
    )


def _said_above(
    store: Store, saved: SavedQuery, bound: BoundQuery, has: Coverage, rows: tuple[Row, ...]
) -> tuple[str, ...]:
    """Return the sentences to read above the rows: warnings, what the data lack, then what the question says of itself."""
    return (
        *bound.warnings,
        *sentences(saved, has),
        *_none(saved, rows, bound.params),
        *undated_note(store, saved, bound.span, bound.terms, bound.as_of),
        *without_first_day(store, saved, bound.terms, bound.as_of, store.info().data_date),
        *_notes(store, saved, bound.terms),
    )


def bound_query(store: Store, saved: SavedQuery, given: Mapping[str, Sequence[str]]) -> BoundQuery:
    """Return the query with checked values bound; raise ParameterError for a wrong value or name."""
    return _bind(store, store.info(), saved, given)


def source_titles(store: Store) -> tuple[SourceTitle, ...]:
    """Return the sources in the data, by title."""
    query = content("queries", "internal", "source-titles.rq").read_text(encoding="utf-8")
    return tuple(
        SourceTitle(*(row[name].value if name in row else "" for name in ("title", "publisher", "licence")))
        for row in store.select(query).rows
    )


def _bind(
    store: Store, info: GenerationInfo, saved: SavedQuery, given: Mapping[str, Sequence[str]]
) -> BoundQuery:
    _refuse_unknown(saved, given)
    echo: dict[str, str | tuple[str, ...]] = {}
    terms: dict[str, tuple[str, ...]] = {}
    for param in saved.params:
        texts = _texts(param, given.get(param.name, ()), info.data_date)
        if param.options_query is not None:
            texts = among_options(store, param, texts, saved.options_texts)
        if not texts:
            continue
        pairs = [resolve(store, param, text) for text in texts]
        echo[param.name] = tuple(text for text, _ in pairs) if param.many else pairs[0][0]
        terms[param.name] = tuple(dict.fromkeys(term for _, term in pairs))
    asked = {name: text for name, text in echo.items() if isinstance(text, str) and _was_given(name, given)}
    refuse_contradictions(store, saved, asked, terms)
    span, warnings = check_days(store, saved, asked)
    as_of = echo.get(AS_OF, info.data_date)
    return BoundQuery(bind(saved.text, terms), echo, str(as_of), terms, span, warnings)


def _was_given(name: str, given: Mapping[str, Sequence[str]]) -> bool:
    return any(text.strip() for text in given.get(name, ()))


def _refuse_unknown(saved: SavedQuery, given: Mapping[str, Sequence[str]]) -> None:
    names = [param.name for param in saved.params]
    for name in given:
        if name in names:
            continue
        near = difflib.get_close_matches(name, names, n=1)
        if near:
            rule = f"'{saved.slug}' has no such parameter; did you mean '{near[0]}'?"
            raise ParameterError(name, rule, f"(write {near[0]} in place of {name})")
        listed = f"it takes {', '.join(names)}." if names else "it takes none."
        raise ParameterError(name, f"'{saved.slug}' has no such parameter; {listed}", "(leave it out)")


def _texts(param: Param, given: Sequence[str], data_date: str) -> tuple[str, ...]:
    """Return the values to check: what was given, else the default; an empty form field counts as not given."""
    texts = tuple(text for text in given if text.strip())
    if len(texts) > 1 and not param.many:
        raise fault(param, f"{len(texts)} values were given, and it takes one.")
    if texts:
        return texts
    if param.default is not None:
        return (param.default,)
    if param.name == AS_OF:
        if not data_date:
            raise fault(param, "the data carry no date, so say for which day to answer.")
        return (data_date,)
    if param.required:
        raise fault(param, "a value is needed.")
    return ()


def _limits(saved: SavedQuery, limits: Limits | None) -> Limits | None:
    """Return the stricter of the head's limits and the caller's; None leaves the store's own."""
    own = {
        name: value
        for name in ("seconds", "rows", "bytes")
        if (value := getattr(saved.limits, name)) is not None
    }
    if not own:
        return limits
    start = limits or Limits()
    return replace(start, **{name: min(value, getattr(start, name)) for name, value in own.items()})


def _none(saved: SavedQuery, rows: Sequence[Row], params: Echo) -> tuple[str, ...]:
    """Return what an answer without rows means, with the values that were asked for."""
    if rows:
        return ()
    if not saved.none:
        return (NONE,)
    values = {name: value if isinstance(value, str) else ", ".join(value) for name, value in params.items()}
    return (saved.none.format_map({param.name: "any" for param in saved.params} | values),)


def _notes(store: Store, saved: SavedQuery, terms: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    if not saved.notes_text:
        return ()
    own = {name: terms[name] for name in saved.notes_params if name in terms}
    table = store.select(bind(saved.notes_text, own))
    return tuple(readable(row[name].value) for row in table.rows for name in table.columns if name in row)
