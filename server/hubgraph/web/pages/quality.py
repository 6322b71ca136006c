"""Data quality: what the shapes found in this generation, by rule and by source, and which rows were refused or repaired."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from flask import Blueprint, Response, request

from hubgraph.checks.grouping import rule_name
from hubgraph.checks.quality import Finding, read_findings, read_issues
from hubgraph.checks.report import RowIssue, severity_rank
from hubgraph.errors import ParameterError, UnknownRecordError
from hubgraph.resources import content
from hubgraph.sparql import bind
from hubgraph.store.base import GenerationInfo
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.store.generations import SourceEntry
from hubgraph.terms import SHAPES, encode_key, shorten, split_record_iri
from hubgraph.web.links import local, page_path
from hubgraph.web.memory import once
from hubgraph.web.pages.formatting import shortened
from hubgraph.web.pages.frame import crumbs, kept, page
from hubgraph.web.pages.links import link, path_of
from hubgraph.web.pages.paging import Pages, page_number, paging
from hubgraph.web.pages.shapes import ShapeLine, shape_lines
from hubgraph.web.pages.table import Cell
from hubgraph.web.quality_data import FILE, matching, wanted_file
from hubgraph.web.world import world

_LONGEST: Final = 200
_Entry = TypeVar("_Entry")


@dataclass(frozen=True, slots=True)
class RuleCount:
    """One rule that records fail: link, name, severity, how many results."""

    href: str
    name: str
    rule: str
    severity: str
    results: int


@dataclass(frozen=True, slots=True)
class SourceCount:
    """One source: rows read, refused and repaired, results of the shapes about records that its rows made."""

    title: str
    href: str
    read: int
    refused: int
    repaired: int
    results: int
    rows: str


@dataclass(frozen=True, slots=True)
class Failing:
    """One record that fails a rule, as its page shows it."""

    record: Cell
    path: str
    value: str
    wrong: str
    fix: str
    place: str


def register(blueprint: Blueprint) -> None:
    """Add the pages of data quality to a blueprint."""
    blueprint.add_url_rule("/quality", "quality", quality)
    blueprint.add_url_rule("/quality/rows", "quality_rows", rows)
    blueprint.add_url_rule("/quality/<path:name>", "quality_shape", shape)


@kept
def quality() -> Response:
    """Show what the shapes found, by rule and by source."""
    folder = _folder()
    rules = once("quality rules", lambda: _rules(folder)) if folder else ()
    return page(
        "quality.html",
        known=folder is not None,
        rules=rules,
        totals=tuple(_totals(rules).items()),
        sources=once("quality sources", lambda: _sources(folder)) if folder else (),
        section="data",
        steps=crumbs(("Data", "/data/")),
    )


@kept
def rows() -> Response:
    """Show the rows that were refused or repaired; with `file`, those of one file."""
    folder = _folder()
    file = wanted_file()
    total = sum(1 for _ in matching(folder, file)) if folder else 0
    if file and not total:
        raise ParameterError(FILE, f"no row of '{file[:80]}' was refused or repaired.", "(leave it out)")
    part, numbers = _page_of(matching(folder, file) if folder else iter(()), total, "/quality/rows", file)
    return page(
        "quality_rows.html",
        known=folder is not None,
        total=total,
        file=file,
        rows=tuple(_short(issue) for issue in part),
        numbers=numbers,
        download=link("/quality/rows.csv", {FILE: file}),
        section="data",
        steps=crumbs(("Data", "/data/"), ("Data quality", "/quality")),
    )


@kept
def shape(name: str) -> Response:
    """Show the records that fail a shape, a page at a time."""
    folder = _folder()
    iri = name if ":" in name else f"{SHAPES}{name}"
    about = once("shape lines", shape_lines).get(iri)
    total = sum(1 for found in read_findings(folder) if found.shape == iri) if folder else 0
    if about is None and not total:
        raise UnknownRecordError(f"There is no shape '{name}'; /shapes lists them all.")
    found = (each for each in read_findings(folder) if each.shape == iri) if folder else iter(())
    part, numbers = _page_of(found, total, f"/quality/{name}", "")
    return page(
        "quality_shape.html",
        known=folder is not None,
        about=about or ShapeLine(name, shorten(iri), "", "", "violation", "", ""),
        total=total,
        failing=_failing(part),
        numbers=numbers,
        download=local(f"/quality/{encode_key(name)}.csv"),
        section="data",
        steps=crumbs(("Data", "/data/"), ("Data quality", "/quality")),
    )


def _folder() -> Path | None:
    """Return the folder of the generation; None for a store elsewhere, which has no quality report."""
    store = world().store
    return store.generation_folder() if isinstance(store, EmbeddedStore) else None


def _page_of(found: Iterator[_Entry], total: int, path: str, file: str) -> tuple[tuple[_Entry, ...], Pages]:
    size = world().settings.page_rows
    numbers = paging(total, size, page_number(request.args.get("page")), path, {FILE: file})
    start = (numbers.current - 1) * size
    return tuple(islice(found, start, start + size)), numbers


def _rules(folder: Path) -> tuple[RuleCount, ...]:
    counted: Counter[tuple[str, str, str, str]] = Counter(
        (found.severity, found.shape, found.name, found.constraint) for found in read_findings(folder)
    )
    lines = [
        RuleCount(
            local(f"/quality/{encode_key(iri.removeprefix(SHAPES))}"),
            name or shorten(iri),
            rule_name(constraint),
            severity,
            number,
        )
        for (severity, iri, name, constraint), number in counted.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-severity_rank(line.severity), -line.results, line.name)))


def _totals(rules: Sequence[RuleCount]) -> dict[str, int]:
    totals = dict.fromkeys(("violation", "warning", "info"), 0)
    for line in rules:
        totals[line.severity] = totals.get(line.severity, 0) + line.results
    return totals


def _sources(folder: Path) -> tuple[SourceCount, ...]:
    store = world().store
    assert isinstance(store, EmbeddedStore)
    results = Counter(found.file for found in read_findings(folder) if found.file)
    touched = {issue.file for issue in read_issues(folder)}
    return tuple(
        _source(source, results, touched)
        for source in sorted(store.manifest().sources, key=lambda source: source.title.casefold())
    )


def _source(source: SourceEntry, results: Counter[str], touched: set[str]) -> SourceCount:
    files = source.file.split("; ")
    wrong = [name for name in files if name in touched]
    return SourceCount(
        source.title,
        page_path("source", source.key),
        source.rows_read,
        source.rows_refused,
        source.rows_repaired,
        sum(results[name] for name in files),
        link("/quality/rows", {FILE: wrong[0]})
        if len(wrong) == 1
        else link("/quality/rows")
        if wrong
        else "",
    )


def _failing(found: Sequence[Finding]) -> tuple[Failing, ...]:
    info = world().store.info()
    names = _names([each.focus for each in found if split_record_iri(each.focus, info.base)])
    return tuple(
        Failing(
            _cell(each.focus, names, info),
            shorten(each.path) if each.path else "",
            shortened(shorten(each.value), _LONGEST) if each.value != each.focus else "",
            each.wrong,
            each.fix,
            f"{each.file}, row {each.row}" if each.file else "",
        )
        for each in found
    )


def _names(iris: Sequence[str]) -> dict[str, str]:
    if not iris:
        return {}
    text = content("queries", "internal", "labels.rq").read_text(encoding="utf-8")
    query = bind(text, {"record": [f"<{iri}>" for iri in dict.fromkeys(iris)]})
    return {row["record"].value: row["name"].value for row in world().store.select(query).rows}


def _cell(iri: str, names: dict[str, str], info: GenerationInfo) -> Cell:
    split = split_record_iri(iri, info.base)
    short = "/".join(split) if split else shorten(iri)
    name = names.get(iri, "")
    return Cell(name or short, path_of(iri, info.base), short if name else "")


def _short(issue: RowIssue) -> RowIssue:
    return RowIssue(
        issue.file,
        issue.row,
        issue.column,
        shortened(issue.value, _LONGEST),
        issue.action,
        issue.reason,
        issue.fix,
    )
