"""Tables from bytes: encoding, delimiter, header and rows with the row numbers that a spreadsheet shows.

All cells are text. Polars reads files whose rows are plain; the standard library reads the rest (quoted line ends,
blank lines, rows of the wrong length), and a test holds the two against each other.
"""

import csv
import io
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from hubgraph.errors import InputError
from hubgraph.ingest.rows import RowIssue

ROW: Final = "\x00row"
"""Name of the column that holds the row number; no header can have it."""

_BINARY: Final = {
    b"PK\x03\x04": "a spreadsheet or zip archive",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"\x89PNG": "a picture",
}
_MAX_CELL: Final = 1_000_000
_MAX_HEADER: Final = 65_536
"""Most characters of one cell, and of the row of column names."""

_C1: Final = {number: bytes([number]).decode("cp1252", "ignore") or None for number in range(0x80, 0xA0)}
_C1_PATTERN: Final = "[\u0080-\u009f]"


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as read: a frame of text columns with ROW first, and what was wrong with rows as such."""

    name: str
    frame: pl.DataFrame
    issues: tuple[RowIssue, ...]
    rows: int

    @property
    def header(self) -> tuple[str, ...]:
        """Return the column names."""
        return tuple(column for column in self.frame.columns if column != ROW)


def decode(data: bytes, name: str) -> str:
    """Return the text of a file: UTF-8 with or without a byte order mark, else Windows-1252; else InputError."""
    if not data.strip():
        raise InputError(f"{name} is empty; save it again with a header row.")
    for magic, what in _BINARY.items():
        if data.startswith(magic):
            raise InputError(f"{name} is {what}, not a CSV file; save the sheet as CSV (UTF-8).")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{name} is saved as UTF-16; save it as CSV (UTF-8).")
    if b"\x00" in data and _is_binary(data):
        raise InputError(f"{name} is not a text file (it holds NUL bytes); save it as CSV (UTF-8).")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{name}, line {row}: byte 0x{data[error.start]:02X} at offset {error.start:,} is neither UTF-8 nor Windows-1252; save the file as CSV (UTF-8)."
        ) from None


def _is_binary(data: bytes) -> bool:
    """Tell whether NUL bytes are more than a slip in some cell: in the first line, or in every fourth place."""
    first = data.lstrip(b"\xef\xbb\xbf\r\n").partition(b"\n")[0]
    return b"\x00" in first or data.count(b"\x00") * 4 > len(data)


def read_header(text: str, name: str = "The file") -> tuple[list[str], str]:
    """Return header names and delimiter (comma, semicolon or tab) of a CSV text; raise InputError where it is no header."""
    first = text[:_MAX_HEADER].lstrip("\r\n")
    if len(text) > _MAX_HEADER and "\n" not in first and "\r" not in first:
        raise InputError(
            f"{name}, row 1: the column names take more than {_MAX_HEADER:,} characters; shorten them, or end each row with a line break."
        )
    line = first.splitlines()[0] if first else ""
    delimiter = max(",;\t", key=line.count) if line else ","
    header = next(csv.reader(io.StringIO(first), delimiter=delimiter), [])
    return [name.strip() for name in header], delimiter


def read_table(path: Path, name: str, wanted: Collection[str] = ()) -> RawTable:
    """Read a CSV file; raise InputError where the file as a whole cannot be read. wanted: see parse_table."""
    return parse_table(decode(path.read_bytes(), name), name, wanted)


def parse_table(text: str, name: str, wanted: Collection[str] = ()) -> RawTable:
    """Read a CSV text: by Polars where its rows are plain, else by the standard library.

    wanted: the only columns that need be kept; empty for all. Others may be left out.
    """
    header, delimiter = read_header(text, name)
    names = unique_names(header)
    # Longer cells are refused by row, which the standard library would do for the file as a whole.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    fast = _read_fast(text, names, delimiter, [title for title in names if title in wanted] or names)
    if fast is not None:
        damaged = re.search(_C1_PATTERN, text) is not None
        return RawTable(name, fast, c1_issues(fast, name) if damaged else (), fast.height)
    return _read_slow(text, names, delimiter, name)


def unique_names(header: list[str]) -> list[str]:
    """Return header names with a number behind repeated ones, so that each can be asked for."""
    seen: dict[str, int] = {}
    names = []
    for title in header:
        seen[title] = seen.get(title, 0) + 1
        names.append(title if seen[title] == 1 else f"{title}#{seen[title]}")
    return names


def _read_fast(text: str, names: list[str], delimiter: str, wanted: list[str]) -> pl.DataFrame | None:
    """Return the frame, or None where the text needs the slow reader."""
    body = text.rstrip("\r\n")
    if (
        "\n\n" in body
        or "\n\r\n" in body
        or body.startswith(("\n", "\r"))
        or text.count('"') % 2
        or "\r" in body.replace("\r\n", "\n")
        or "\x00" in body
    ):
        return None
    last = next(csv.reader([body[body.rfind("\n") + 1 :]], delimiter=delimiter), [])
    lines = body.count("\n")
    if lines and len(last) != len(names):
        return None
    try:
        frame = pl.read_csv(
            text.encode(), has_header=False, skip_rows=1, new_columns=names, infer_schema=False, separator=delimiter,
            row_index_name=ROW, row_index_offset=2,
        ) if lines else _frame({title: [] for title in names}, [])  # fmt: skip
    except (
        pl.exceptions.ComputeError,
        pl.exceptions.NoDataError,
        pl.exceptions.ShapeError,
        pl.exceptions.SchemaError,
    ):
        return None
    if frame.height != lines or len(frame.columns) != len(names) + 1:
        return None
    longest = frame.select(pl.max_horizontal(pl.col(names).str.len_bytes().max().fill_null(0))).item()
    if longest > _MAX_CELL:
        return None
    # Columns are chosen only now: Polars does not see over-long rows in a file that it reads in part.
    return frame.select(pl.col(ROW).cast(pl.Int64), *wanted)


def _read_slow(text: str, names: list[str], delimiter: str, name: str) -> RawTable:
    """Read row by row; rows are counted as records, so a quoted line end does not shift the numbers."""
    issues: list[RowIssue] = []
    columns: list[list[str | None]] = [[] for _ in names]
    numbers: list[int] = []
    unclosed = text.count('"') % 2 == 1
    records = list(csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=delimiter))
    data_rows = 0
    for number, record in enumerate(records[1:], start=2):
        if not any(cell.strip() for cell in record):
            continue
        data_rows += 1
        is_last = number == len(records)
        problem = _row_problem(
            record, len(names), is_last=is_last, unclosed=unclosed, ended=text.endswith("\n")
        )
        if problem:
            issues.append(RowIssue(name, number, "", _printable(record[0]), "refused", *problem))
            continue
        bad = cell_problem(record)
        if bad:
            place, reason, fix = bad
            column_name = names[place] if place < len(names) else ""
            issues.append(
                RowIssue(name, number, column_name, _printable(record[place]), "refused", reason, fix)
            )
            continue
        numbers.append(number)
        padded = [*record, *[""] * (len(names) - len(record))]
        for column, cell in zip(columns, padded, strict=False):
            column.append(cell or None)
    frame = _frame(dict(zip(names, columns, strict=True)), numbers)
    return RawTable(name, frame, (*issues, *c1_issues(frame, name)), data_rows)


def _row_problem(
    record: list[str], width: int, *, is_last: bool, unclosed: bool, ended: bool
) -> tuple[str, str] | None:
    """Return reason and fix where a row cannot be used as it stands."""
    if is_last and unclosed:
        return (
            "A quotation mark that opens in this row is never closed; the file may have been cut short.",
            "Export the file again.",
        )
    if is_last and not ended and len(record) < width:
        return (
            f"The last row has {len(record)} of {width} cells; the file was cut short.",
            "Export the file again.",
        )
    if len(record) > width and any(cell.strip() for cell in record[width:]):
        return (
            f"The row has {len(record)} cells under {width} column names.",
            "Put cells that hold a comma into quotation marks.",
        )
    return None


def cell_problem(cells: Sequence[str | None]) -> tuple[int, str, str] | None:
    """Return place, reason and fix of the first cell that cannot be taken over into data."""
    for place, cell in enumerate(cells):
        if cell is None:
            continue
        if len(cell) > _MAX_CELL:
            return place, "The cell holds more than a million characters.", "Shorten it."
        if "\x00" in cell:
            return (
                place,
                "The cell holds a NUL character, which no text has.",
                "Remove it, or export the file again.",
            )
    return None


def _printable(cell: str) -> str:
    return cell[:80].replace("\x00", "\\0")


def _frame(columns: dict[str, list[str | None]], numbers: list[int]) -> pl.DataFrame:
    schema = {ROW: pl.Int64} | dict.fromkeys(columns, pl.String)
    return pl.DataFrame({ROW: numbers} | columns, schema=schema)


def c1_issues(frame: pl.DataFrame, name: str) -> tuple[RowIssue, ...]:
    """Report cells with control characters that were Windows-1252 punctuation before a careless conversion."""
    issues = []
    for column in frame.columns[1:]:
        hit = frame.filter(pl.col(column).str.contains(_C1_PATTERN)).select(ROW, column)
        issues += [
            RowIssue(
                name,
                row,
                column,
                value[:80],
                "repaired",
                f"The cell holds control characters from a wrong conversion; it was read as {mend_c1(value)[:80]}",
                "Export the file again as UTF-8.",
            )
            for row, value in hit.iter_rows()
        ]
    return tuple(issues)


def mend_c1(text: str) -> str:
    """Return text with C1 control characters read as what they once were: UTF-8 read as Latin-1, or Windows-1252."""
    if not any("\x80" <= character <= "\x9f" for character in text):
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text.translate(_C1)
