"""Workbooks (XLSX): sheets read as text, with what would be lost or invented on the way named by cell.

Fastexcel gives the cells as a person sees them, except that a merged cell fills only its first place and a formula that
no program has worked out has no value; both are found in the sheet's own XML (ECMA-376 part 1, section 18.3).
"""

import re
import zipfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import fastexcel
import polars as pl

from hubgraph.errors import InputError
from hubgraph.ingest.rows import RowIssue
from hubgraph.ingest.tables import ROW, RawTable, c1_issues, cell_problem, unique_names

SUFFIXES: Final = (".xlsx", ".xlsm")
MAX_BYTES: Final = 1_000_000_000
MAX_RATIO: Final = 200
"""Most bytes of one unpacked workbook, and most bytes that one packed byte may become."""

_CHUNK: Final = 1 << 20
_DOCTYPE: Final = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_OVERLAP: Final = 40
_FREE_BYTES: Final = 10_000_000
_MAX_CELL: Final = 1_000_000
_MIDNIGHT: Final = r"^(\d{4}-\d{2}-\d{2}) 00:00:00$"
_TAG: Final = rb"(?:[A-Za-z0-9]+:)?"
_CELL: Final = re.compile(
    rb"<" + _TAG + rb'c\b(?P<head>[^>]*?\br="(?P<column>[A-Z]+)(?P<row>\d+)"[^>]*?)'
    rb"(?:/>|>(?P<body>.*?)</" + _TAG + rb"c>)",
    re.DOTALL,
)
_FORMULA: Final = re.compile(rb"<" + _TAG + rb"f\b")
_VALUE: Final = re.compile(rb"<" + _TAG + rb"v\b[^>]*>([^<]*)<")
_INLINE: Final = re.compile(rb"<" + _TAG + rb"is\b")
_MERGED: Final = re.compile(
    rb"<" + _TAG + rb'mergeCell\b[^>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"', re.IGNORECASE
)
_SUSPECT: Final = re.compile(rb"<" + _TAG + rb"(?:f|mergeCell)\b|\bt=\"e\"")
_SHEET: Final = re.compile(rb"<" + _TAG + rb"sheet\b[^>]*>")
_LINK: Final = re.compile(rb"<Relationship\b[^>]*>")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Rows first to last of one column (0 = A) that cannot be read as they stand, and why."""

    column: int
    first: int
    last: int
    reason: str
    fix: str


def sheet_names(path: Path, name: str) -> tuple[str, ...]:
    """Return the names of a workbook's sheets; raise InputError for one that is unsafe or damaged.

    name: how errors call the file. Two sheets whose names differ only in case or blanks are refused.
    """
    _refuse_unsafe(path, name)
    names = tuple(_open(path, name).sheet_names)
    seen: dict[str, str] = {}
    for sheet in names:
        folded = re.sub(r"[\s_-]+", "", sheet).casefold()
        if folded in seen:
            raise InputError(
                f"{name} has two sheets of one name ('{seen[folded]}' and '{sheet}'); rename or remove one of them."
            )
        seen[folded] = sheet
    return names


def read_sheet(path: Path, sheet: str, name: str, wanted: Collection[str] = ()) -> RawTable:
    """Read one sheet; its first row that is not empty is the header, rows keep the numbers that people see.

    name: how issues call the sheet. wanted: the only columns whose troubles matter; empty for all. Raises InputError
    where the header itself cannot be read.
    """
    frame = _cells(path, sheet, name)
    if frame.is_empty():
        return RawTable(name, pl.DataFrame({ROW: []}, schema={ROW: pl.Int64}), (), 0)
    filled = frame.select(
        pl.any_horizontal(pl.all().str.strip_chars().str.len_chars().fill_null(0) > 0)
    ).to_series()
    start = int(filled.arg_max() or 0)
    titles = [(title or "").strip() for title in frame.row(start)]
    width = max((number for number, title in enumerate(titles, start=1) if title), default=0)
    names = unique_names(titles[:width])
    body = frame.select(frame.columns[:width])
    body.columns = names
    body = body.select(
        pl.Series(ROW, range(1, frame.height + 1), dtype=pl.Int64),
        pl.all().str.replace(_MIDNIGHT, "$1"),
    ).filter(filled & (pl.int_range(pl.len()) > start))
    xml = _sheet_xml(path, sheet, name)
    issues = [*_bad_cells(body, name), *_stray_cells(frame, filled, width, start, name)]
    if _SUSPECT.search(xml):
        left = _first_column(xml)
        for trouble in _troubles(xml, recalculated=_recalculated(path)):
            issues += _named(trouble, body, names, left, start + 1, name, wanted)
    bad = {issue.row for issue in issues}
    kept = body.filter(~pl.col(ROW).is_in(list(bad)))
    return RawTable(name, kept, (*issues, *c1_issues(kept, name)), body.height)


def first_rows(path: Path, sheet: str, name: str) -> list[str]:
    """Return the header of a sheet: the texts of its first row that is not empty."""
    frame = _cells(path, sheet, name, 100)
    for row in frame.iter_rows():
        if any(cell and cell.strip() for cell in row):
            return [(cell or "").strip() for cell in row]
    return []


def _open(path: Path, name: str) -> fastexcel.ExcelReader:
    try:
        return fastexcel.read_excel(str(path))
    except fastexcel.FastExcelError as error:
        raise _unreadable(name, error) from None


def _cells(path: Path, sheet: str, name: str, rows: int | None = None) -> pl.DataFrame:
    """Return the cells of a sheet as text, of all its rows or of the first."""
    reader = _open(path, name)
    try:
        return reader.load_sheet(
            sheet, header_row=None, skip_rows=0, n_rows=rows, dtypes="string"
        ).to_polars()  # fmt: skip
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError) as error:
        raise _unreadable(name, error) from None


def _unreadable(name: str, error: Exception) -> InputError:
    reason = " ".join(str(error.args[0] if error.args else error).split())[:200]
    return InputError(f"{name} cannot be read as a workbook ({reason}); save it again as XLSX.")


def _refuse_unsafe(path: Path, name: str) -> None:
    """Unpack every part once within limits: a part that says less than it holds fails its checksum."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            most = min(MAX_BYTES, max(_FREE_BYTES, path.stat().st_size * MAX_RATIO))
            if size > most:
                raise InputError(
                    f"{name} unpacks to more than {most:,} bytes, which hubgraph refuses; save only the sheets you need."
                )
            if any(part.flag_bits & 1 for part in parts):
                raise InputError(f"{name} has a password; save it without one.")
            for part in parts:
                _refuse_entities(archive, part, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise InputError(f"{name} is damaged or not a workbook; save it again as XLSX.") from None


def _refuse_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    """Read a part to its end, which checks it, and refuse XML that could name other files or grow without end."""
    before = b""
    is_xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    with archive.open(part) as source:
        while chunk := source.read(_CHUNK):
            wide = not before and chunk[:4].startswith((b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<"))
            if is_xml and (wide or _DOCTYPE.search(before + chunk)):
                raise InputError(
                    f"{name}, part {part.filename}: it has a document type or entities, or is not UTF-8, which no spreadsheet program writes and hubgraph refuses; save the workbook again as XLSX."
                )
            before = chunk[-_OVERLAP:]


def _attribute(tag: bytes, attribute: bytes) -> str:
    found = re.search(rb"(?<![\w])" + attribute + rb'="([^"]*)"', tag)
    text = found[1].decode("utf-8", "replace") if found else ""
    for entity, character in (("&quot;", '"'), ("&apos;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text


def _sheet_xml(path: Path, sheet: str, name: str) -> bytes:
    """Return the XML of a sheet, found through the workbook's own list of parts."""
    with zipfile.ZipFile(path) as archive:
        try:
            book = archive.read("xl/workbook.xml")
            links = archive.read("xl/_rels/workbook.xml.rels")
            targets = {_attribute(tag, b"Id"): _attribute(tag, b"Target") for tag in _LINK.findall(links)}
            part = next(
                targets[_attribute(tag, rb"[A-Za-z]+:id")]
                for tag in _SHEET.findall(book)
                if _attribute(tag, b"name") == sheet
            )
            return archive.read(part.lstrip("/") if part.startswith("/") else f"xl/{part}")
        except (KeyError, StopIteration):
            raise InputError(
                f"{name} has no readable part of its own; save the workbook again as XLSX."
            ) from None


def _recalculated(path: Path) -> bool:
    """Tell whether the workbook asks to be calculated when opened, so that a stored 0 may stand for no result."""
    with zipfile.ZipFile(path) as archive:
        return re.search(rb'fullCalcOnLoad="(1|true)"', archive.read("xl/workbook.xml")) is not None


def _number(letters: bytes) -> int:
    """Return the place of a column: A is 0."""
    place = 0
    for letter in letters.upper():
        place = place * 26 + letter - 64
    return place - 1


def _first_column(xml: bytes) -> int:
    """Return the place of the first column that holds anything, which is the first that the reader gives."""
    places = {
        cell["column"]
        for cell in _CELL.finditer(xml)
        if cell["body"] and (_VALUE.search(cell["body"]) or _INLINE.search(cell["body"]))
    }
    return min((_number(place) for place in places), default=0)


def _troubles(xml: bytes, *, recalculated: bool) -> Iterator[Trouble]:
    for cell in _CELL.finditer(xml):
        body = cell["body"] or b""
        value = _VALUE.search(body)
        text = value[1] if value else b""
        row, place = int(cell["row"]), _number(cell["column"])
        where = (cell["column"] + cell["row"]).decode()
        if b't="e"' in cell["head"]:
            yield Trouble(
                place,
                row,
                row,
                f"Cell {where} holds the error {text.decode('utf-8', 'replace')}.",
                "Correct its formula.",
            )
        elif _FORMULA.search(body) and (
            (not text and b't="str"' not in cell["head"]) or (recalculated and text == b"0")
        ):
            yield Trouble(
                place, row, row,
                f"Cell {where} holds a formula whose result was never saved.",
                "Open the workbook in a spreadsheet program and save it, or write the value in place of the formula.",
            )  # fmt: skip
    for left, top, right, bottom in _MERGED.findall(xml):
        ref = (left + top + b":" + right + bottom).decode()
        for place in range(_number(left), _number(right) + 1):
            yield Trouble(
                place, int(top), int(bottom),
                f"Cells {ref} are merged, so only the first of them has a value.",
                "Unmerge them and fill in each cell.",
            )  # fmt: skip


def _named(  # noqa: PLR0913, PLR0917 (where in the sheet the trouble lies)
    trouble: Trouble, body: pl.DataFrame, names: Sequence[str], left: int, header: int, name: str,
    wanted: Collection[str],
) -> list[RowIssue]:  # fmt: skip
    """Return an issue per row that a trouble touches; raise InputError where it touches the header."""
    place = trouble.column - left
    column = names[place] if 0 <= place < len(names) else ""
    if not column or (wanted and column not in wanted):
        return []
    if trouble.first <= header <= trouble.last:
        raise InputError(f"{name}, row {header} (the column names): {trouble.reason} {trouble.fix}")
    rows = body.filter(pl.col(ROW).is_between(trouble.first, trouble.last))
    return [
        RowIssue(name, row, column, (value or "")[:80], "refused", trouble.reason, trouble.fix)
        for row, value in rows.select(ROW, column).iter_rows()
    ]


def _bad_cells(body: pl.DataFrame, name: str) -> Iterator[RowIssue]:
    """Yield rows with cells that cannot be taken over into data."""
    for column in body.columns[1:]:
        suspect = (pl.col(column).str.len_chars() > _MAX_CELL) | pl.col(column).str.contains(
            "\x00", literal=True
        )
        for row, cell in body.filter(suspect).select(ROW, column).iter_rows():
            bad = cell_problem([cell])
            if bad:
                yield RowIssue(name, row, column, "", "refused", bad[1], bad[2])


def _stray_cells(
    frame: pl.DataFrame, filled: pl.Series, width: int, start: int, name: str
) -> Iterator[RowIssue]:
    """Yield rows with cells beyond the last column that has a name, as the CSV reader does."""
    beyond = frame.columns[width:]
    if not beyond:
        return
    stray = frame.select(
        pl.any_horizontal(pl.col(beyond).str.strip_chars().str.len_chars().fill_null(0) > 0)
    ).to_series()
    for number, (used, hit) in enumerate(zip(filled, stray, strict=True), start=1):
        if used and hit and number > start + 1:
            yield RowIssue(
                name, number, "", "", "refused",
                f"The row has cells to the right of the {width} column names.", "Give the column a name or remove the cells.",
            )  # fmt: skip
