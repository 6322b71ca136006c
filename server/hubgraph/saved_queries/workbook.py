"""An answer as an XLSX workbook: the rows with numbers and dates as such, and a sheet that says what they are."""

import io
import math
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hubgraph.errors import QueryFormatError
from hubgraph.saved_queries.cells import safe_cell
from hubgraph.saved_queries.running import QueryAnswer
from hubgraph.saved_queries.sorting import NUMBERS
from hubgraph.saved_queries.spreadsheet import SheetColumn, sheet_columns, sheet_rows
from hubgraph.store.base import Term
from hubgraph.terms import XSD

_LONGEST: Final = 32_767
"""Characters that a cell can hold."""
_MOST_ROWS: Final = 1_048_575
_EXACT: Final = 10**15
"""Whole numbers from here on would lose digits in a spreadsheet, so they stay text."""
_FIRST_DAY: Final = date(1900, 3, 1)
"""Before this day spreadsheets disagree about their calendar, so earlier dates stay text."""
_NUMBER_FORMATS: Final = {"date": "yyyy-mm-dd", "percent": "0.0%", "money": "#,##0.00", "integer": "#,##0"}
"""Format of a column → how a spreadsheet shows its figures and days."""
_WIDEST: Final = 60
_NARROWEST: Final = 8
_MEASURED: Final = 200
"""Rows that the widths of columns are taken from."""

Value = str | int | float | bool | date | None


def workbook(answer: QueryAnswer) -> bytes:
    """Return an answer as XLSX; equal answers give equal sheets. Raise QueryFormatError for what no sheet can hold."""
    if len(answer.rows) > _MOST_ROWS:
        raise QueryFormatError(
            f"A sheet holds {_MOST_ROWS:,} rows and the answer has {len(answer.rows):,}; ask for CSV."
        )
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": answer.saved.title, "created": _created(answer)})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        formats = {name: book.add_format({"num_format": form}) for name, form in _NUMBER_FORMATS.items()}
        _rows(book.add_worksheet("Answer"), answer, bold, formats)
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        _about(book.add_worksheet("About"), answer, bold, wrapped)
    return out.getvalue()


def typed(term: Term | None) -> Value:
    """Return a term as a spreadsheet keeps it: numbers, dates and booleans as such, everything else as text."""
    if term is None:
        return None
    if term.datatype == f"{XSD}boolean":
        return term.value in ("true", "1")
    if term.datatype in NUMBERS:
        return _number(term.value)
    if term.datatype == f"{XSD}date":
        try:
            day = date.fromisoformat(term.value)
        except ValueError:
            return term.value
        return day if day >= _FIRST_DAY else term.value
    return term.value


def _number(text: str) -> Value:
    try:
        number = float(text)
    except ValueError:
        return text
    if not math.isfinite(number) or abs(number) >= _EXACT:
        return text
    return int(number) if number.is_integer() else number


def _created(answer: QueryAnswer) -> datetime:
    """Return the day of the data, so that a workbook does not depend on when it was written."""
    try:
        return datetime.fromisoformat(answer.data_date or answer.as_of)
    except ValueError:
        return datetime(2000, 1, 1)  # noqa: DTZ001 (the file format has no time zones)


def _rows(sheet: Worksheet, answer: QueryAnswer, bold: Format, formats: Mapping[str, Format]) -> None:
    columns = sheet_columns(answer)
    rows = tuple(sheet_rows(answer, columns))
    for position, column in enumerate(columns):
        sheet.write_string(0, position, column.name, bold)
        texts = [term.value for terms in rows[:_MEASURED] if (term := terms[position]) is not None]
        longest = max(map(len, [column.name, *texts]))
        form = None if column.is_number else formats.get(column.source.format)
        sheet.set_column(position, position, min(max(longest + 1, _NARROWEST), _WIDEST), form)
    for line, terms in enumerate(rows, start=1):
        for position, term in enumerate(terms):
            value = typed(term)
            # A day is shown as one in any column; a number of a record is no quantity.
            name = (
                "date"
                if isinstance(value, date)
                else ""
                if columns[position].is_number
                else columns[position].source.format
            )
            _write(sheet, (line, position), value, formats.get(name), columns[position].name)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), max(len(columns) - 1, 0))


def _write(sheet: Worksheet, place: tuple[int, int], value: Value, form: Format | None, name: str) -> None:
    """Write a value; form: how a figure or day of its column is shown."""
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(*place, value)
        case int() | float():
            sheet.write_number(*place, value, form)
        case date():
            sheet.write_datetime(*place, value, form)
        case _:
            # The apostrophe of CSV is kept here too: a sheet saved as CSV must not come back to life.
            text = safe_cell(value)
            if len(text) > _LONGEST:
                raise QueryFormatError(
                    f"Row {place[0]}, column '{name}' has {len(text):,} characters and a cell holds {_LONGEST:,}; ask for CSV."
                )
            sheet.write_string(*place, text)


def _about(sheet: Worksheet, answer: QueryAnswer, bold: Format, wrapped: Format) -> None:
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 100)
    for line, (label, text) in enumerate(_facts(answer)):
        sheet.write_string(line, 0, label, bold)
        sheet.write_string(line, 1, safe_cell(text), wrapped)


def _facts(answer: QueryAnswer) -> Iterator[tuple[str, str]]:
    """Yield label and text of everything that has to stand beside the rows."""
    saved = answer.saved
    yield "Question", saved.title
    yield "", saved.summary
    yield "Name", saved.slug
    for name, value in answer.params.items():
        yield "Parameter", f"{name} = {value if isinstance(value, str) else ', '.join(value)}"
    yield "Rows", f"{len(answer.rows):,}"
    yield "As of", answer.as_of or "not known"
    yield "Data date", answer.data_date or "not known"
    if answer.generation:
        yield "Generation", answer.generation
    for note in answer.notes:
        yield "Note", note
    if saved.explain:
        yield "What counts", saved.explain
    for column in sheet_columns(answer):
        yield "Column", f"{column.name}: {column.label or column.name}{_if_empty(column)}"
    for source in answer.credits:
        publisher = f", {source.publisher}" if source.publisher else ""
        yield "Source", f"{source.title}{publisher}. Licence: {source.licence or 'not stated'}"
    for number, line in enumerate(_pieces(answer.bound_text)):
        yield ("" if number else "Query (SPARQL)"), line


def _if_empty(column: SheetColumn) -> str:
    return f" (empty: {column.source.empty})" if column.source.empty and not column.is_number else ""


def _pieces(text: str) -> Iterator[str]:
    """Yield the lines of a text, none longer than a cell can hold."""
    size = _LONGEST - 1
    for line in text.splitlines():
        for start in range(0, max(len(line), 1), size):
            yield line[start : start + size]
