"""The catalogue of saved questions, and the page of each with its form and answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request

from hubgraph.errors import ParameterError
from hubgraph.saved_queries.catalogue import GROUPS
from hubgraph.saved_queries.model import SavedQuery
from hubgraph.saved_queries.needs import NONE
from hubgraph.saved_queries.running import QueryAnswer, SourceTitle, bound_query, run
from hubgraph.saved_queries.sorting import sort_rows
from hubgraph.store.base import Row
from hubgraph.web.caching import generation_mark
from hubgraph.web.memory import coverage, memory, once, titles
from hubgraph.web.pages.answer_maps import AnswerMap, answer_map, has_areas, has_map
from hubgraph.web.pages.cards import beside, groups
from hubgraph.web.pages.charts import Bars, draw_bars, measured
from hubgraph.web.pages.colouring import coloured, without_head
from hubgraph.web.pages.form import Given, choice_labels, fault_of, fields
from hubgraph.web.pages.formatting import counted, in_words, long_date
from hubgraph.web.pages.frame import crumbs, kept, licence_name, page
from hubgraph.web.pages.links import link
from hubgraph.web.pages.paging import Pages, page_number, paging
from hubgraph.web.pages.table import Cell, Header, cells, headers, shown_columns
from hubgraph.web.world import world

DOWNLOADS: Final = (
    ("csv", "CSV"),
    ("xlsx", "Excel"),
    ("tsv", "TSV"),
    ("json", "JSON"),
    ("ttl", "Turtle"),
    ("rq", "SPARQL"),
)
"""Suffix and name of the files of an answer."""
_OURS: Final = ("sort", "page", "view")
_SHAPELESS: Final = "None of these areas has a known shape, so there is no map."


@dataclass(frozen=True, slots=True)
class Tab:
    """A link to one view of an answer."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Credit:
    """A source with publisher and licence."""

    title: str
    publisher: str
    licence: str
    href: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as its page shows it; drawn only for the map, bars only for the chart."""

    count: str
    as_of: str
    took: str
    asked: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    tabs: tuple[Tab, ...]
    view: str
    headers: tuple[Header, ...]
    rows: tuple[tuple[Cell, ...], ...]
    pages: Pages
    downloads: tuple[tuple[str, str], ...]
    credits: tuple[Credit, ...]
    drawn: AnswerMap | None
    bars: Bars | None


def register(blueprint: Blueprint) -> None:
    """Add the catalogue and the pages of the questions to a blueprint."""
    blueprint.add_url_rule("/queries", "queries", catalogue)
    blueprint.add_url_rule("/queries/<slug>", "query", question)


@kept
def catalogue() -> Response:
    """Show all questions by group."""
    return page("questions.html", groups=groups(world().catalogue), section="questions", steps=crumbs())


@kept
def question(slug: str) -> Response:
    """Show one question: its form, and its answer once all that it needs is given."""
    saved = world().catalogue.get(slug)
    given = {name: values for name, values in request.args.lists() if name not in _OURS}
    error: ParameterError | None = None
    shown: Shown | None = None
    text = without_head(saved.text)
    if not _is_waiting(saved, given):
        try:
            answer = _answer(saved, given)
            text = without_head(answer.bound_text)
            shown = _shown(saved, given, answer)
        except ParameterError as wrong:
            error = wrong
    return page(
        "question.html",
        status=400 if error else 200,
        saved=saved,
        group=GROUPS[saved.group],
        fields=fields(saved, given, error),
        faults=(fault_of(saved, error),) if error else (),
        answer=shown,
        code=coloured(text),
        plain=text,
        editor=link("/editor", {"query": text}),
        path=link(f"/queries/{slug}"),
        example=_example(saved),
        beside=beside(saved.group),
        section="questions",
        steps=crumbs(("Questions", "/queries"), (GROUPS[saved.group], f"/queries#{saved.group}")),
    )


def _is_waiting(saved: SavedQuery, given: Given) -> bool:
    """Tell whether nothing was sent yet though something is needed; what was sent empty is an error."""
    return not given and any(param.required for param in saved.params)


def _example(saved: SavedQuery) -> str:
    """Return the link to the question asked with the examples of its head, empty where these data lack them."""
    needed = {param.name: param.example for param in saved.params if param.required and param.example}
    if not needed:
        return ""
    return link(f"/queries/{saved.slug}", needed) if _has_example(saved, needed) else ""


def _has_example(saved: SavedQuery, needed: Mapping[str, str]) -> bool:
    def holds() -> bool:
        try:
            bound_query(world().store, saved, {name: (value,) for name, value in needed.items()})
        except ParameterError:
            return False
        return True

    return once(("example", saved.slug), holds)


def _answer(saved: SavedQuery, given: Given) -> QueryAnswer:
    here = world()
    key = (saved.slug, tuple(sorted((name, tuple(values)) for name, values in given.items())))
    mark = generation_mark(here.store.info())
    return memory().answer(
        mark, key, lambda: run(here.store, saved, given, titles=titles(), coverage=coverage())
    )


def _shown(saved: SavedQuery, given: Given, answer: QueryAnswer) -> Shown:
    path = f"/queries/{saved.slug}"
    sort, asked = _sort(answer), _view(saved)
    rows = sort_rows(answer.rows, sort) if sort else answer.rows
    drawn = answer_map(saved, given, answer.rows) if asked == "map" and rows else None
    # Where nothing of the answer has a shape, the bars say more than an empty map.
    is_shapeless = bool(asked == "map" and rows and drawn is None)
    view = "chart" if is_shapeless else asked
    query: dict[str, str | Sequence[str]] = {
        **given,
        "sort": sort,
        "view": "" if asked == saved.view else asked,
    }
    size = world().settings.page_rows
    pages = paging(len(rows), size, page_number(request.args.get("page")), path, query)
    part = rows[(pages.current - 1) * size : pages.current * size]
    columns = shown_columns(saved)
    bar = measured(columns) if view == "chart" else None
    return Shown(
        count=counted(len(rows), *_counted_as(saved, rows)),
        as_of=long_date(answer.as_of),
        took=f"{answer.took_ms / 1000:.2f}",
        asked=_asked(saved, answer.params),
        notes=(
            # The page has a box of its own for an answer without rows.
            *(in_words(note) for note in answer.notes if note != NONE),
            *((_SHAPELESS,) if is_shapeless else ()),
        ),
        tabs=_tabs(saved, {**given, "sort": sort}, view),
        view=view,
        headers=headers(columns, sort, path, query),
        rows=cells(part, columns, world().store.info().base),
        pages=pages,
        downloads=tuple((name, link(f"{path}.{end}", {**given, "sort": sort})) for end, name in DOWNLOADS),
        credits=tuple(_credit(source) for source in answer.credits),
        drawn=drawn,
        bars=draw_bars(part, rows, bar) if bar else None,
    )


def _sort(answer: QueryAnswer) -> str:
    sort = request.args.get("sort", "")
    if sort and sort.removeprefix("-") not in answer.columns:
        rule = f"there is no column '{sort.removeprefix('-')[:40]}'."
        raise ParameterError("sort", rule, answer.columns[0])
    return sort


def _views(saved: SavedQuery) -> dict[str, str]:
    views = {"table": "Table"}
    if has_map(saved):
        views["map"] = "Map"
    if saved.view == "chart" or has_areas(saved):
        views["chart"] = "Chart"
    return views


def _view(saved: SavedQuery) -> str:
    views = _views(saved)
    view = request.args.get("view", "") or (saved.view if saved.view in views else "table")
    if view not in views:
        raise ParameterError("view", f"this question has no such view; it has {', '.join(views)}.", "table")
    return view


def _tabs(saved: SavedQuery, query: Mapping[str, str | Sequence[str]], view: str) -> tuple[Tab, ...]:
    views = _views(saved)
    if len(views) == 1:
        return ()
    path = f"/queries/{saved.slug}"
    return tuple(
        Tab(label, link(path, {**query, "view": name}, "#answer"), name == view)
        for name, label in views.items()
    )


def _counted_as(saved: SavedQuery, rows: Sequence[Row]) -> tuple[str, str]:
    """Return what the rows of an answer are, in the singular and the plural."""
    entity = saved.columns[0].entity if saved.columns else ""
    names = {
        "school": ("school", "schools"),
        "trust": ("trust", "trusts"),
        "hub": ("hub", "hubs"),
        "area": ("area", "areas"),
        "person": ("person", "people"),
        "project": ("project", "projects"),
    }
    # A row is not one record where a second one of its kind stands beside it, where one was asked about, or where
    # several rows are about the same one.
    is_asked = any(param.required and param.of == entity for param in saved.params)
    is_paired = any(column.entity == entity for column in saved.columns[1:])
    is_repeated = (
        len({row.get(saved.columns[0].name) for row in rows}) < len(rows) if saved.columns else False
    )
    has_records = not (is_asked or is_paired or is_repeated)
    return names.get(entity, ("row", "rows")) if has_records else ("row", "rows")


def _asked(saved: SavedQuery, params: Mapping[str, str | tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    """Return label and value of every parameter in the answer, as people read them."""
    asked = []
    for param in saved.params:
        if param.name not in params:
            continue
        value = params[param.name]
        texts = (value,) if isinstance(value, str) else value
        labels = choice_labels(saved, param)
        shown = [labels.get(text) or labels.get(text.rpartition(":")[2]) or text for text in texts]
        asked.append((param.label or param.name, ", ".join(long_date(text) for text in shown)))
    return tuple(asked)


def _credit(source: SourceTitle) -> Credit:
    name = licence_name(source.licence) if source.licence else "licence not stated"
    return Credit(source.title, source.publisher, name, source.licence)
