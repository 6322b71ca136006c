"""Rows about people who are left out: taken from prepared tables before anything is made of them.

A row whose records are all about the appointment goes as a whole. In a row that is about a school as well, only the
columns of the person are emptied. Rows that refer to what is left out (declarations, and what was done about them) go too.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

import polars as pl

from hubgraph.ingest.gathering import Gathered, TablePart, TableSource
from hubgraph.ingest.mapper import record_columns
from hubgraph.ingest.mapping import Mapping, Record
from hubgraph.ingest.suppressions import FILE, Suppressions
from hubgraph.ingest.tables import ROW, RawTable
from hubgraph.terms import slug

_PERSONAL: Final = ("appointment", "declaration", "mitigation")
_PERSON_KEY: Final = "hg:personKey"


def leave_out_rows(gathered: Gathered, suppressions: Suppressions) -> tuple[Gathered, tuple[str, ...]]:
    """Return what was gathered without the rows of people who are left out, and one sentence per file that had some."""
    if not suppressions:
        return gathered, ()
    doomed = {f"appointment/{key}" for key in suppressions.keys()}  # noqa: SIM118 (a method of ours)
    people = suppressions.person_keys()
    while True:
        found = {each for source in gathered.tables for each in _records(source, doomed, people)}
        if found <= doomed:
            break
        doomed |= found
    notes: list[str] = []
    tables = []
    for source in gathered.tables:
        parts = []
        for part in source.parts:
            table, number = _without(part.table, source.mapping, doomed, people)
            parts.append(replace(part, table=table))
            if number:
                notes.append(f"{part.file}: {number:,} rows were left out by {FILE}.")
        tables.append(replace(source, parts=tuple(parts)))
    return replace(gathered, tables=tuple(tables)), tuple(notes)


def _records(source: TableSource, doomed: AbstractSet[str], people: AbstractSet[str]) -> Iterator[str]:
    """Yield kind/key of the personal records that the rows to leave out would make."""
    for part in source.parts:
        hit = part.table.frame.filter(_hit(part, source.mapping, doomed, people))
        for record in source.mapping.records:
            if _kind(record) in _PERSONAL and "#" not in record.subject.iri:
                yield from hit.select(_rendered(record.subject.iri)).to_series().drop_nulls()


def _hit(part: TablePart, mapping: Mapping, doomed: AbstractSet[str], people: AbstractSet[str]) -> pl.Expr:
    tests = list(_tests(mapping, sorted(doomed), sorted(people)))
    known = [test for test in tests if set(test.meta.root_names()) <= set(part.table.frame.columns)]
    return pl.any_horizontal(test.fill_null(value=False) for test in known) if known else pl.lit(value=False)


def _tests(mapping: Mapping, doomed: list[str], people: list[str]) -> Iterator[pl.Expr]:
    """Yield the tests that tell a row to leave out: by what it makes, by its person key, by what it refers to."""
    for record in mapping.records:
        if _kind(record) in _PERSONAL and "#" not in record.subject.iri:
            yield _rendered(record.subject.iri).is_in(doomed)
        for entry in record.fields:
            if entry.prop == _PERSON_KEY and entry.column:
                yield pl.col(entry.column).is_in(people)
            kinds = set(entry.kinds) & set(_PERSONAL)
            if entry.type.startswith("reference") and entry.column and kinds:
                key = _plain(entry.column).str.replace(r"^gid:\s*", "")
                for kind in sorted(kinds):
                    yield pl.concat_str(pl.lit(f"{kind}/"), key).is_in(doomed)


def _rendered(template: str) -> pl.Expr:
    """Return kind and key that a template of an IRI gives, not percent-encoded; null where a column is empty."""
    first, *rest = template.split("{")
    parts = [pl.lit(first)]
    for piece in rest:
        column, _, after = piece.partition("}")
        name = column.removeprefix("slug:")
        value = _plain(name)
        parts.append(value if name == column else value.map_elements(slug, return_dtype=pl.String))
        parts.append(pl.lit(after))
    return pl.concat_str(parts)


def _plain(column: str) -> pl.Expr:
    """Return a column as the mapping reads it: a number that went through a spreadsheet loses its `.0`."""
    return pl.col(column).str.replace(r"^(\d+)\.0$", "$1")


def _kind(record: Record) -> str:
    return record.subject.iri.partition("/")[0]


def _without(
    table: RawTable, mapping: Mapping, doomed: AbstractSet[str], people: AbstractSet[str]
) -> tuple[RawTable, int]:
    """Return a table without what is left out, and the number of rows that were."""
    hit = _hit(TablePart(table, "", "", ""), mapping, doomed, people)
    rows = table.frame.filter(hit)[ROW].to_list()
    if not rows:
        return table, 0
    others = [record for record in mapping.records if _kind(record) not in _PERSONAL and not record.once]
    if not others:
        issues = tuple(issue for issue in table.issues if issue.row not in set(rows))
        return RawTable(table.name, table.frame.filter(~hit), issues, table.rows), len(rows)
    kept = {column for record in others for column in record_columns(record)} | {ROW, *mapping.key}
    own = {
        column
        for record in mapping.records
        if _kind(record) in _PERSONAL
        for column in record_columns(record)
    }
    own |= {column for made in mapping.make if made.name in own for column in made.columns()}
    emptied = [column for column in table.frame.columns if column in own - kept]
    frame = table.frame.with_columns(
        pl.when(hit).then(None).otherwise(pl.col(column)).alias(column) for column in emptied
    )
    issues = tuple(
        issue for issue in table.issues if issue.row not in set(rows) or issue.column not in emptied
    )
    return RawTable(table.name, frame, issues, table.rows), len(rows)
