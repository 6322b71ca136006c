"""A table on its way through mapping: what is refused because of its keys, its dates or what it leaves empty."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from hubgraph.ingest import values
from hubgraph.ingest.mapping import Mapping as SourceMapping
from hubgraph.ingest.registry import Registry
from hubgraph.ingest.rows import RowIssue
from hubgraph.ingest.tables import ROW, RawTable


@dataclass(slots=True)
class Sheet:
    """A table on its way: the frame with source columns, issues so far, rows refused and rows that lost a value so far."""

    name: str
    frame: pl.DataFrame
    issues: list[RowIssue]
    refused: set[int] = field(default_factory=set)
    left_out: set[int] = field(default_factory=set)


def refuse_bad_keys(sheet: Sheet, mapping: SourceMapping) -> None:
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


def claim_keys(table: RawTable, mapping: SourceMapping, registry: Registry) -> None:
    """Note the keys of a prepared table, and which of its rows have one that an earlier table of the mapping has."""
    if not mapping.key or mapping.snapshot:
        return
    keys = table.frame.select(ROW, *mapping.key)
    if mapping.key_repair:
        repair = values.REPAIRS[mapping.key_repair]
        keys = keys.with_columns(repair(pl.col(column)).alias(column) for column in mapping.key)
    earlier = registry.claimed.get(mapping.source.key)
    if earlier is not None:
        again = keys.join(earlier, on=list(mapping.key), how="semi")
        registry.repeated[table.name] = tuple(again[ROW])
        keys = pl.concat([earlier, keys.select(mapping.key)])
    registry.claimed[mapping.source.key] = keys.select(mapping.key)


def refuse_repeated(sheet: Sheet, mapping: SourceMapping, rows: Sequence[int]) -> None:
    """Refuse rows whose key an earlier file has."""
    again = sheet.frame.filter(pl.col(ROW).is_in(list(rows))) if rows else sheet.frame.clear()
    _refuse(
        sheet,
        list(again.select(ROW, mapping.key[0]).iter_rows()) if mapping.key else [],
        mapping.key[0] if mapping.key else "",
        "An earlier file has a row with the same " + " and ".join(mapping.key) + "; the first row counts.",
        "Remove the duplicate row.",
    )
    if not again.is_empty():
        sheet.frame = sheet.frame.filter(~pl.col(ROW).is_in(list(rows)))


def refuse_without_alternative(sheet: Sheet, mapping: SourceMapping) -> None:
    """Refuse rows that fill none of the columns of which one is needed."""
    if not mapping.either:
        return
    empty = sheet.frame.filter(pl.all_horizontal(pl.col(mapping.either).is_null()))[ROW].to_list()
    names = " and ".join(f"'{column}'" for column in mapping.either)
    _refuse(
        sheet,
        [(row, "") for row in empty],
        mapping.either[0],
        f"The columns {names} are empty.",
        "Fill in one of them.",
    )
    sheet.frame = sheet.frame.filter(~pl.col(ROW).is_in(empty))


def refuse_bad_order(sheet: Sheet, mapping: SourceMapping) -> None:
    """Refuse rows whose second date is before the first."""
    for first, second in mapping.order:
        dates = sheet.frame.select(ROW, second).with_columns(
            values.iso_dates(sheet.frame[first]).alias("\x00a"),
            values.iso_dates(sheet.frame[second]).alias("\x00b"),
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


def _refuse(sheet: Sheet, rows: Sequence[tuple[int, str | None]], column: str, reason: str, fix: str) -> None:
    for row, value in rows:
        sheet.issues.append(RowIssue(sheet.name, row, column, (value or "")[:80], "refused", reason, fix))
        sheet.refused.add(row)


def _report_repairs(sheet: Sheet, column: str, before: pl.Series, after: pl.Series, rows: pl.Series) -> None:
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
