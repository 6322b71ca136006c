"""Rows to triples: one mapping applied to one table, column by column.

Conversion goes field by field: text → trimmed → repaired → value. A value that breaks its rule refuses its row, or is
left out where the mapping says `drop_invalid`; either way it is reported. Triples are written per field for all rows at
once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import polars as pl

from hubgraph.errors import MappingError
from hubgraph.ingest import values
from hubgraph.ingest.codes import CodeList, own_codes
from hubgraph.ingest.converting import Converted, Converter, Problem
from hubgraph.ingest.making import make_columns
from hubgraph.ingest.mapping import Condition, Field, Provides, Record
from hubgraph.ingest.mapping import Mapping as SourceMapping
from hubgraph.ingest.registry import Deferred, Registry
from hubgraph.ingest.rows import RowIssue
from hubgraph.ingest.sheets import (
    Sheet,
    claim_keys,
    refuse_bad_keys,
    refuse_bad_order,
    refuse_repeated,
    refuse_without_alternative,
)
from hubgraph.ingest.tables import ROW, RawTable, mend_c1
from hubgraph.store.leaving_out import NOBODY, LeaveOut
from hubgraph.terms import PREFIXES, RDF

_NAMESPACES: Final = dict(PREFIXES)
_LINES: Final = 65_536
"""Lines that are written at once."""


@dataclass(frozen=True, slots=True)
class MapContext:
    """What mapping needs beside the table: base of IRIs, code lists, known references; people: who is left out of RDF."""

    base: str
    codes: Mapping[str, CodeList]
    registry: Registry
    people: LeaveOut = NOBODY


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapped table: issues, rows read, refused and repaired, triples written; subjects: IRI and row number.

    rows_left_out: rows that were kept without a value, part of those repaired; an issue can stand for many of them. notes: what people should know of the table as a whole, in sentences.
    """

    issues: tuple[RowIssue, ...]
    rows_read: int
    rows_refused: int
    rows_repaired: int
    rows_left_out: int
    triples: int
    subjects: pl.DataFrame
    notes: tuple[str, ...] = ()


_Part = tuple[Record, pl.DataFrame, list[tuple[Field, pl.DataFrame]]]
"""A kind of record with (row, subject) of its rows and (row, subject, object) of each field."""


def prepare(table: RawTable, mapping: SourceMapping) -> RawTable:
    """Return the table with trimmed cells, missing ones null, and columns under the names the mapping uses."""
    frame = table.frame.rename(
        {
            old: new
            for old, new in mapping.rename.items()
            if old in table.frame.columns and new not in table.frame.columns
        }
    )
    known = used_columns(mapping)
    absent = [column for column in sorted(known) if column not in frame.columns]
    frame = frame.select(ROW, *[column for column in frame.columns if column in known])
    if any(issue.action == "repaired" for issue in table.issues):
        frame = frame.with_columns(pl.col(pl.String).map_elements(_mend, return_dtype=pl.String))
    text = pl.col(pl.String).str.strip_chars(" \t\u00a0\ufeff")
    frame = frame.with_columns(
        pl.when(text.is_in(list(values.ALWAYS_MISSING))).then(None).otherwise(text).name.keep()
    )
    frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(column) for column in absent)
    frame = _with_plain_codes(frame, mapping)
    return RawTable(table.name, make_columns(frame, mapping.make), table.issues, table.rows)


def _with_plain_codes(frame: pl.DataFrame, mapping: SourceMapping) -> pl.DataFrame:
    """Return the rows with codes as their lists write them: some extracts fill numbers with zeros, and mean the same."""
    codes = own_codes()
    schemes = {
        entry.column: codes[entry.scheme].notations
        for record in mapping.records
        for entry in record.fields
        if entry.type == "code" and entry.column in frame.columns and entry.scheme in codes
    }
    plain = []
    for column, notations in schemes.items():
        given = frame[column].drop_nulls().unique().to_list()
        mended = {
            text: text.lstrip("0") or "0"
            for text in given
            if text not in notations and (text.lstrip("0") or "0") in notations
        }
        if mended:
            plain.append(pl.col(column).replace(mended))
    return frame.with_columns(plain)


def _mend(text: str) -> str:
    return mend_c1(text)


def register(table: RawTable, mapping: SourceMapping, context: MapContext) -> None:
    """Tell the registry which references the rows of a prepared table provide."""
    new = [record.subject for record in mapping.records if record.new]
    claim_keys(table, mapping, context.registry)
    for provided in mapping.provides:
        frame = where(table.frame, provided.when)
        if _is_direct(provided):
            context.registry.add_keys(provided.scheme, frame[provided.column].drop_nulls())
            continue
        converter = Converter(frame, context.base, context.codes, context.registry)
        given = converter.text(
            Field(prop="", column=provided.column, template=provided.template, repair=provided.repair)
        )
        secondary = provided.subject in new
        names = frame[provided.name] if provided.name else pl.Series([None] * frame.height, dtype=pl.String)
        if provided.subject.type == "record":
            subjects = converter.subject(provided.subject)
            for value, subject, name in _distinct(given, subjects, names):
                context.registry.add(
                    provided.scheme, value, subject, table.name, secondary=secondary, name=name or ""
                )
            continue
        _defer(
            context.registry,
            provided,
            given,
            converter.text(provided.subject),
            names,
            table.name,
            secondary=secondary,
        )


def _distinct(
    given: pl.Series, subjects: pl.Series, names: pl.Series
) -> Iterator[tuple[str, str, str | None]]:
    """Yield each reference with its record and the name of that once, in the order of the rows."""
    frame = pl.DataFrame({"given": given, "subject": subjects, "name": names})
    yield from (
        frame.filter(pl.col("given").is_not_null() & pl.col("subject").is_not_null())
        .unique(maintain_order=True)
        .iter_rows()
    )


def _is_direct(provided: Provides) -> bool:
    """Tell whether the reference says no more than that a record with this key exists."""
    return provided.scheme == "gid" and provided.subject.iri == f"appointment/{{{provided.column}}}"


def _defer(  # noqa: PLR0913, PLR0917 (what one provided reference consists of)
    registry: Registry,
    provided: Provides,
    given: pl.Series,
    texts: pl.Series,
    names: pl.Series,
    source: str,
    *,
    secondary: bool,
) -> None:
    about = provided.subject
    for value, text, name in _distinct(given, texts, names):
        registry.defer(
            Deferred(provided.scheme, value, text, about.scheme, about.kinds, source, secondary, name or "")
        )


def map_table(table: RawTable, mapping: SourceMapping, context: MapContext, target: Path) -> Mapped:
    """Write the triples of a prepared table to an N-Triples file and return what happened."""
    sheet = Sheet(table.name, table.frame, list(table.issues))
    sheet.refused.update(issue.row for issue in table.issues if issue.action == "refused")
    refuse_bad_keys(sheet, mapping)
    refuse_repeated(sheet, mapping, context.registry.repeated.get(table.name, ()))
    refuse_without_alternative(sheet, mapping)
    converted = [(record, *_convert(sheet, record, context, table.name)) for record in mapping.records]
    refuse_bad_order(sheet, mapping)
    subjects = []
    triples = 0
    given: dict[str, pl.DataFrame] = {}
    with target.open("wb") as output:
        for part in converted:
            count, made = _write(output, sheet, part, given)
            triples += count
            subjects.append(made)
    repaired = {issue.row for issue in sheet.issues if issue.action == "repaired"} | sheet.left_out
    return Mapped(
        issues=tuple(sorted(sheet.issues, key=lambda issue: (issue.row, issue.column))),
        rows_read=table.rows,
        rows_refused=len(sheet.refused),
        rows_repaired=len(repaired - sheet.refused),
        rows_left_out=len(sheet.left_out - sheet.refused),
        triples=triples,
        subjects=pl.concat(subjects).unique(["subject"], keep="first", maintain_order=True),
        notes=tuple(_notes(sheet, mapping)),
    )


def _notes(sheet: Sheet, mapping: SourceMapping) -> Iterator[str]:
    for made in mapping.make:
        if made.organisation:
            named = sheet.frame.filter(
                pl.col(made.name).is_not_null() & ~pl.col(ROW).is_in(list(sheet.refused))
            )
            if named.height:
                yield f"{sheet.name}: {named.height:,} rows name an organisation in the columns of a person; it is the member itself, and no person is made of it."


def used_columns(mapping: SourceMapping) -> set[str]:
    """Return every column that a mapping reads; no other column of a file is looked at."""
    used = {column for column in (mapping.snapshot_scope, mapping.snapshot_start) if column}
    used |= {
        *mapping.key,
        *mapping.require,
        *mapping.columns,
        *(column for pair in mapping.order for column in pair),
        *mapping.either,
        *(column for made in mapping.make for column in made.columns()),
    }
    for provided in mapping.provides:
        given = [provided.column] if provided.column else template_columns(provided.template)
        used |= {*given, *_columns_of(provided.subject), *(condition.column for condition in provided.when)}
        used |= {provided.name} - {""}
    for record in mapping.records:
        used |= record_columns(record)
    return used - {made.name for made in mapping.make}


def record_columns(record: Record) -> set[str]:
    """Return the columns that one kind of record is made of, columns that the mapping makes included."""
    used = {*_columns_of(record.subject), *(condition.column for condition in record.when)}
    for entry in record.fields:
        used |= {*_columns_of(entry), *(condition.column for condition in entry.when)}
    return used


def source_columns(mapping: SourceMapping) -> set[str]:
    """Return the columns to read from a file, under every name that the mapping accepts for them."""
    used = used_columns(mapping)
    return used | {old for old, new in mapping.rename.items() if new in used}


def _columns_of(entry: Field) -> Iterator[str]:
    if entry.column:
        yield entry.column
    if entry.named:
        yield entry.named
    yield from entry.columns
    for template in (entry.template, entry.iri, entry.default):
        yield from template_columns(template)


def template_columns(template: str) -> list[str]:
    """Return the column names in braces of a template; `{slug:Name}` names the column Name."""
    return [part.split("}")[0].removeprefix("slug:") for part in template.split("{")[1:]]


def where(frame: pl.DataFrame, conditions: Sequence[Condition]) -> pl.DataFrame:
    """Return the rows for which all conditions hold."""
    for condition in conditions:
        column = pl.col(condition.column)
        test = column.is_in(list(condition.values)) if condition.values else column.is_not_null()
        if condition.negated:
            # A row whose column is empty is never one of the values, and is kept only for `filled: false`.
            test = ~test & column.is_not_null() if condition.values else column.is_null()
        frame = frame.filter(test)
    return frame


def _convert(
    sheet: Sheet, record: Record, context: MapContext, source: str
) -> tuple[pl.DataFrame, list[tuple[Field, pl.DataFrame]]]:
    """Return (row, subject) of a record's rows and, per field, (row, subject, object) of its values."""
    frame = where(sheet.frame, record.when)
    converter = Converter(frame, context.base, context.codes, context.registry)
    subject = _chosen(converter.subject(record.subject), record, context, source)
    _report(sheet, record.subject, converter.problems())
    names = pl.DataFrame({ROW: frame[ROW], "subject": subject}).filter(pl.col("subject").is_not_null())
    fields = []
    for entry in record.fields:
        chosen = where(frame, entry.when)
        part = Converter(chosen, context.base, context.codes, context.registry) if entry.when else converter
        objects: Converted = part.objects(entry)
        _report(sheet, entry, part.problems())
        rows = pl.DataFrame(
            {
                ROW: chosen[ROW],
                "subject": subject.filter(frame[ROW].is_in(chosen[ROW].implode())) if entry.when else subject,
            }
        )
        joined = objects.with_subjects(rows)
        fields.append((entry, joined))
    return names, fields


def _chosen(subject: pl.Series, record: Record, context: MapContext, source: str) -> pl.Series:
    """Return the subjects, null where the record is of a kind that is not asked for or that another source describes."""
    if not record.new and not record.only:
        return subject
    start = f"{context.base}/id/"
    drop = []
    for iri in subject.drop_nulls().unique():
        kind = iri.removeprefix(start).split("/")[0]
        if (record.only and kind not in record.only) or (
            record.new and context.registry.elsewhere(iri, source)
        ):
            drop.append(iri)
    return subject.set(subject.is_in(drop).fill_null(value=False), None)


def _report(sheet: Sheet, entry: Field, problems: Sequence[Problem]) -> None:
    """Add problems; what is fatal refuses the row unless the field may be dropped."""
    known = (
        {(issue.row, issue.column, issue.value, issue.reason) for issue in sheet.issues}
        if problems
        else set()
    )
    for row, column, value, reason, fix, fatal, further in problems:
        refuse = fatal and not entry.drop_invalid
        if fatal and not refuse:
            sheet.left_out.update((row, *further))
        if (row, column, value[:80], reason) in known:
            continue
        dropped = " The value was left out." if fatal and not refuse else ""
        action = "refused" if refuse else "repaired"
        sheet.issues.append(RowIssue(sheet.name, row, column, value[:80], action, reason + dropped, fix))  # type: ignore[arg-type]
        if refuse:
            sheet.refused.add(row)


def _write(
    output: IO[bytes], sheet: Sheet, part: _Part, given: dict[str, pl.DataFrame]
) -> tuple[int, pl.DataFrame]:
    """Write the triples of one kind of record; return their number and (subject, row).

    given: property → subjects that have it already, for records that rows share.
    """
    record, names, fields = part
    refused = list(sheet.refused)
    kept = names.filter(~pl.col(ROW).is_in(refused)) if refused else names
    count = 0
    once = kept.unique(["subject"], keep="first", maintain_order=True)
    for name in record.classes:
        count += _write_lines(output, once, f"<{RDF}type>", pl.lit(f"<{expand(name)}>"))
    for entry, objects in fields:
        rows = objects.filter(~pl.col(ROW).is_in(refused)) if refused else objects
        rows = rows.filter(pl.col("object").is_not_null() & pl.col("subject").is_not_null())
        if record.once:
            rows = rows.filter(pl.col(ROW) == pl.col(ROW).min().over("subject"))
            rows = rows.join(
                given.get(entry.prop, once.clear()), on="subject", how="anti", maintain_order="left"
            )
            given[entry.prop] = pl.concat(
                [given.get(entry.prop, once.clear()).select("subject"), rows.select("subject")]
            )
        count += _write_lines(output, rows, f"<{expand(entry.prop)}>", pl.col("object"))
    return count, once.select("subject", pl.col(ROW).alias("row"))


def _write_lines(output: IO[bytes], rows: pl.DataFrame, predicate: str, value: pl.Expr) -> int:
    """Write one line per row; a CSV writer that never quotes is the shortest way from columns to bytes."""
    subject = pl.concat_str(pl.lit("<"), pl.col("subject"), pl.lit(f"> {predicate}"))
    lines = rows.select(subject.alias("start"), value.alias("object"), pl.lit(".").alias("end"))
    lines.write_csv(output, include_header=False, separator=" ", quote_style="never", batch_size=_LINES)
    return rows.height


def expand(name: str) -> str:
    """Return the IRI of a prefixed name; raise MappingError for an unknown prefix."""
    prefix, _, local = name.partition(":")
    if prefix not in _NAMESPACES:
        raise MappingError(f"'{name}' in a mapping has the unknown prefix '{prefix}'.")
    return _NAMESPACES[prefix] + local
