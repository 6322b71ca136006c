"""Files that are damaged, oversized or hostile end in a sentence that names them, and good rows of them still load."""

import json
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import xlsxwriter

from hubgraph.errors import InputError
from hubgraph.ingest.json_tables import read_json
from hubgraph.ingest.mapping import JsonLayout
from hubgraph.ingest.tables import ROW, RawTable, read_table
from hubgraph.ingest.workbooks import read_sheet, sheet_names

LONG = "x" * 1_000_001
HUGE = "x" * 64_000_000


def _table(tmp_path: Path, text: str) -> RawTable:
    path = tmp_path / "t.csv"
    path.write_text(text, newline="")
    return read_table(path, "t.csv")


def _refused(table: RawTable) -> list[tuple[int, str, str]]:
    return [(issue.row, issue.column, issue.reason) for issue in table.issues]


TOO_LONG = "The cell holds more than a million characters."
NUL = "The cell holds a NUL character, which no text has."


@pytest.mark.parametrize(
    "cell", [LONG, HUGE, f'"{LONG}"', f'"{LONG}\n"'], ids=["long", "huge", "quoted", "lines"]
)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\n\n"], ids=["lf", "crlf", "blank"])
@pytest.mark.parametrize("row", [2, 3, 4])
def test_a_cell_of_any_length_refuses_its_row_alone(tmp_path: Path, row: int, ending: str, cell: str) -> None:
    rows = [["a", "b"], ["1", "2"], ["3", "4"], ["5", "6"]]
    rows[row - 1][1] = cell
    table = _table(tmp_path, "".join(",".join(line) + ending for line in rows))
    assert [reason for _, _, reason in _refused(table)] == [TOO_LONG]
    assert _refused(table)[0][1] == "b"
    assert table.frame.height == 2
    assert all(len(issue.value) <= 80 for issue in table.issues)


def test_a_row_of_column_names_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"t\.csv, row 1: the column names take more than 65,536 characters"):
        _table(tmp_path, "a," + "b" * 70_000 + "\n1,2\n")


@pytest.mark.parametrize("row", [2, 3])
def test_a_nul_in_a_cell_refuses_its_row_alone(tmp_path: Path, row: int) -> None:
    rows = [["a", "b"], ["1", "two"], ["3", "four"]]
    rows[row - 1][1] = "t\x00o"
    table = _table(tmp_path, "".join(",".join(line) + "\n" for line in rows))
    assert _refused(table) == [(row, "b", NUL)]
    assert table.issues[0].value == "t\\0o"
    assert table.frame[ROW].to_list() == [5 - row]


@pytest.mark.parametrize(("cell", "reason"), [("t\x00o", NUL), (LONG, TOO_LONG)], ids=["nul", "long"])
def test_the_same_holds_for_json(tmp_path: Path, cell: str, reason: str) -> None:
    path = tmp_path / "t.json"
    path.write_text(json.dumps({"grants": [{"id": "1", "title": cell}, {"id": "2", "title": "two"}]}))
    table = read_json(path, JsonLayout("grants", {"Identifier": "id", "Title": "title"}), "t.json")
    assert _refused(table) == [(2, "title", reason)]
    assert table.frame["Title"].to_list() == ["two"]


def _book(tmp_path: Path) -> Path:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("hubs")
        for number, row in enumerate((["id", "name"], ["h1", "One"], ["h2", "Two"])):
            sheet.write_row(number, 0, row)
    return path


def _change(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    with zipfile.ZipFile(path) as book:
        parts = {info.filename: book.read(info) for info in book.infolist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name, data)


def _read(path: Path) -> RawTable:
    (sheet,) = sheet_names(path, path.name)
    return read_sheet(path, sheet, f"{path.name}, sheet {sheet}")


PARTS = ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"]
ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'


@pytest.mark.parametrize("part", [*PARTS, "xl/styles.xml", "[Content_Types].xml"])
def test_entities_in_any_part_of_a_workbook_are_refused_by_name(tmp_path: Path, part: str) -> None:
    path = _book(tmp_path)
    _change(path, part, lambda xml: xml.replace(b"?>", f"?>{ENTITIES}".encode(), 1))
    with pytest.raises(InputError, match=r"t\.xlsx, part .*: it has a document type or entities"):
        _read(path)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml[: len(xml) // 2],
        lambda xml: xml.replace(b"</", b"<"),
        lambda xml: xml.decode().encode("utf-16"),
        lambda xml: xml.replace(b'="', b'="&x;'),
        lambda _: b"",
        lambda xml: xml.replace(b'"', b"'"),
        lambda xml: xml.replace(b"1", b"99999999999"),
    ],
    ids=["cut", "unclosed", "utf-16", "unknown entity", "empty", "single quotes", "large numbers"],
)
def test_a_damaged_part_ends_in_a_sentence_with_the_file(
    tmp_path: Path, part: str, change: Callable[[bytes], bytes]
) -> None:
    path = _book(tmp_path)
    _change(path, part, change)
    # A reader that forgives the damage is right as well.
    with suppress(InputError):
        assert _read(path).frame.height <= 2
        return
    with pytest.raises(InputError, match=r"^t\.xlsx.* save .*again"):
        _read(path)


def test_a_nul_in_a_workbook_refuses_its_row_alone(tmp_path: Path) -> None:
    path = _book(tmp_path)
    _change(path, "xl/sharedStrings.xml", lambda xml: xml.replace(b"<t>One</t>", b"<t>O_x0000_ne</t>"))
    table = _read(path)
    assert table.frame.height + len(table.issues) == 2
    assert not any("\x00" in (cell or "") for cell in table.frame["name"])
