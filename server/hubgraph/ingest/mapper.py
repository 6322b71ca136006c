"""Rows to triples: one mapping applied to one table, column by column.

Conversion goes field by field: text → trimmed → repaired → value. A value that breaks its rule refuses its row, or is
left out where the mapping says `drop_invalid`; either way it is reported. Triples are written per field for all rows at
once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

import polars as pl

from hubgraph.errors import MappingError
from hubgraph.ingest import values
from hubgraph.ingest.codes import CodeList
from hubgraph.ingest.converting import Converted, Converter
from hubgraph.ingest.mapping import Condition, Field, Record
from hubgraph.ingest.mapping import Mapping as SourceMapping
from hubgraph.ingest.registry import Registry
from hubgraph.ingest.rows import RowIssue
from hubgraph.ingest.tables import ROW, RawTable, mend_c1
from hubgraph.terms import PREFIXES, RDF

_NAMESPACES: Final = dict(PREFIXES)


@dataclass(frozen=True, slots=True)
class MapContext:
    """What mapping needs beside the table: base of IRIs, code lists, known references."""

    base: str
    codes: Mapping[str, CodeList]
    registry: Registry


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapped table: issues, rows read, refused and repaired, triples written; subjects: IRI and row number."""

    issues: tuple[RowIssue, ...]
    rows_read: int
    rows_refused: int
    rows_repaired: int
    triples: int
    subjects: pl.DataFrame


@dataclass(slots=True)
class _Sheet:
    """A table on its way: the frame with source columns, refused rows so far, issues so far."""

    name: str
    frame: pl.DataFrame
    issues: list[RowIssue]
    refused: set[int] = field(default_factory=set)
    repaired: set[int] = field(default_factory=set)


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
    return RawTable(table.name, frame, table.issues, table.rows)


def _mend(text: str) -> str:
    return mend_c1(text)


def register(table: RawTable, mapping: SourceMapping, context: MapContext) -> None:
    """Tell the registry which references the rows of a prepared table provide."""
    for provided in mapping.provides:
        frame = _where(table.frame, provided.when)
        converter = Converter(frame, context.base, context.codes, context.registry)
        subjects = converter.subject(provided.subject)
        given = converter.text(
            Field(prop="", column=provided.column, template=provided.template, repair=provided.repair)
        )
        for value, subject in zip(given, subjects, strict=True):
            if value is not None and subject is not None:
                context.registry.add(provided.scheme, value, subject, mapping.source.key)


def map_table(table: RawTable, mapping: SourceMapping, context: MapContext, target: Path) -> Mapped:
    """Write the triples of a prepared table to an N-Triples file and return what happened."""
    sheet = _Sheet(table.name, table.frame, list(table.issues))
    sheet.refused.update(issue.row for issue in table.issues if issue.action == "refused")
    _refuse_bad_keys(sheet, mapping)
    converted = [
        (record, *_convert(sheet, record, context, mapping.source.key)) for record in mapping.records
    ]
    _refuse_bad_order(sheet, mapping)
    subjects = []
    triples = 0
    given: dict[str, pl.DataFrame] = {}
    with target.open("wb") as output:
        for part in converted:
            count, made = _write(output, sheet, part, given)
            triples += count
            subjects.append(made)
    repaired = {issue.row for issue in sheet.issues if issue.action == "repaired"} - sheet.refused
    return Mapped(
        issues=tuple(sorted(sheet.issues, key=lambda issue: (issue.row, issue.column))),
        rows_read=table.rows,
        rows_refused=len(sheet.refused),
        rows_repaired=len(repaired),
        triples=triples,
        subjects=pl.concat(subjects).unique(["subject"], keep="first", maintain_order=True),
    )


def used_columns(mapping: SourceMapping) -> set[str]:
    """Return every column that a mapping reads; no other column of a file is looked at."""
    used = {column for column in (mapping.snapshot_scope, mapping.snapshot_start) if column}
    used |= {
        *mapping.key,
        *mapping.require,
        *mapping.columns,
        *(column for pair in mapping.order for column in pair),
    }
    for provided in mapping.provides:
        given = [provided.column] if provided.column else template_columns(provided.template)
        used |= {*given, *_columns_of(provided.subject), *(condition.column for condition in provided.when)}
    for record in mapping.records:
        used |= {*_columns_of(record.subject), *(condition.column for condition in record.when)}
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
    yield from entry.columns
    for template in (entry.template, entry.iri, entry.default):
        yield from template_columns(template)


def template_columns(template: str) -> list[str]:
    """Return the column names in braces of a template; `{slug:Name}` names the column Name."""
    return [part.split("}")[0].removeprefix("slug:") for part in template.split("{")[1:]]


def _where(frame: pl.DataFrame, conditions: Sequence[Condition]) -> pl.DataFrame:
    for condition in conditions:
        column = pl.col(condition.column)
        test = column.is_in(list(condition.values)) if condition.values else column.is_not_null()
        if condition.negated:
            # A row whose column is empty is never one of the values, and is kept only for `filled: false`.
            test = ~test & column.is_not_null() if condition.values else column.is_null()
        frame = frame.filter(test)
    return frame


def _refuse_bad_keys(sheet: _Sheet, mapping: SourceMapping) -> None:
    """Refuse rows without a usable key, and all but the first of rows with the same key."""
    for column in mapping.key:
        frame = sheet.frame
        if mapping.key_repair:
            fixed = frame.with_columns(values.REPAIRS[mapping.key_repair](pl.col(column)).alias(column))
            _report_repairs(sheet, column, frame[column], fixed[column], frame[ROW])
            sheet.frame = frame = fixed
        empty = frame.filter(pl.col(column).is_null())[ROW].to_list()
        _refuse(
            sheet,
            [(row, "") for row in empty],
            column,
            f"The column '{column}' is empty.",
            f"Give each row its {column}.",
        )
        if mapping.key_pattern:
            bad = frame.filter(~pl.col(column).str.contains(f"^(?:{mapping.key_pattern})$"))
            _refuse(
                sheet,
                list(bad.select(ROW, column).iter_rows()),
                column,
                f"This is not a {column}.",
                "Correct the number; it has digits only.",
            )
    if mapping.key:
        usable = sheet.frame.filter(~pl.col(ROW).is_in(list(sheet.refused)))
        again = usable.filter(~pl.struct(mapping.key).is_first_distinct())
        column = mapping.key[0]
        _refuse(
            sheet,
            list(again.select(ROW, column).iter_rows()),
            column,
            "An earlier row has the same " + " and ".join(mapping.key) + "; the first row counts.",
            "Remove the duplicate row.",
        )
    if sheet.refused:
        sheet.frame = sheet.frame.filter(~pl.col(ROW).is_in(list(sheet.refused)))


def _refuse_bad_order(sheet: _Sheet, mapping: SourceMapping) -> None:
    for first, second in mapping.order:
        dates = sheet.frame.select(
            ROW,
            pl.col(second),
            values.iso_date(pl.col(first)).alias("\x00a"),
            values.iso_date(pl.col(second)).alias("\x00b"),
        )
        wrong = dates.filter(
            (pl.col("\x00b") < pl.col("\x00a"))
            & (pl.col("\x00a") != values.UNKNOWN_DATE)
            & (pl.col("\x00b") != values.UNKNOWN_DATE)
        )
        _refuse(
            sheet,
            list(wrong.select(ROW, second).iter_rows()),
            second,
            f"'{second}' is before '{first}'.",
            "Correct one of the two dates.",
        )


def _refuse(
    sheet: _Sheet, rows: Sequence[tuple[int, str | None]], column: str, reason: str, fix: str
) -> None:
    for row, value in rows:
        sheet.issues.append(RowIssue(sheet.name, row, column, (value or "")[:80], "refused", reason, fix))
        sheet.refused.add(row)


def _report_repairs(sheet: _Sheet, column: str, before: pl.Series, after: pl.Series, rows: pl.Series) -> None:
    changed = before.ne_missing(after) & after.is_not_null() & before.is_not_null()
    if not changed.any():
        return
    for row, old, new in zip(
        rows.filter(changed), before.filter(changed), after.filter(changed), strict=True
    ):
        sheet.issues.append(
            RowIssue(
                sheet.name,
                row,
                column,
                old,
                "repaired",
                f"Read as {new}.",
                "Format the column as text before saving.",
            )
        )


def _convert(
    sheet: _Sheet, record: Record, context: MapContext, source: str
) -> tuple[pl.DataFrame, list[tuple[Field, pl.DataFrame]]]:
    """Return (row, subject) of a record's rows and, per field, (row, subject, object) of its values."""
    frame = _where(sheet.frame, record.when)
    converter = Converter(frame, context.base, context.codes, context.registry)
    subject = _chosen(converter.subject(record.subject), record, context, source)
    _report(sheet, record.subject, converter.problems())
    names = pl.DataFrame({ROW: frame[ROW], "subject": subject}).filter(pl.col("subject").is_not_null())
    fields = []
    for entry in record.fields:
        chosen = _where(frame, entry.when)
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


def _report(sheet: _Sheet, entry: Field, problems: Sequence[tuple[int, str, str, str, str, bool]]) -> None:
    """Add problems (row, column, value, reason, fix, fatal); what is fatal refuses the row unless the field may be dropped."""
    known = (
        {(issue.row, issue.column, issue.value, issue.reason) for issue in sheet.issues}
        if problems
        else set()
    )
    for row, column, value, reason, fix, fatal in problems:
        if (row, column, value[:80], reason) in known:
            continue
        refuse = fatal and not entry.drop_invalid
        dropped = " The value was left out." if fatal and not refuse else ""
        action = "refused" if refuse else "repaired"
        sheet.issues.append(RowIssue(sheet.name, row, column, value[:80], action, reason + dropped, fix))  # type: ignore[arg-type]
        if refuse:
            sheet.refused.add(row)


def _write(
    output: IO[bytes], sheet: _Sheet, part: _Part, given: dict[str, pl.DataFrame]
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
    if rows.is_empty():
        return 0
    line = pl.concat_str(pl.lit("<"), pl.col("subject"), pl.lit(f"> {predicate} "), value, pl.lit(" ."))
    output.write(rows.select(line.str.join("\n")).item().encode())
    output.write(b"\n")
    return rows.height


def expand(name: str) -> str:
    """Return the IRI of a prefixed name; raise MappingError for an unknown prefix."""
    prefix, _, local = name.partition(":")
    if prefix not in _NAMESPACES:
        raise MappingError(f"'{name}' in a mapping has the unknown prefix '{prefix}'.")
    return _NAMESPACES[prefix] + local
