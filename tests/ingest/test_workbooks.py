"""Workbooks are read as CSV files are, and what a spreadsheet hides is named with its cell."""

import csv
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from hubgraph.errors import HubgraphError
from hubgraph.ingest.tables import ROW
from hubgraph.ingest.workbooks import read_sheet
from hubgraph.resources import content

MapFiles = Callable[..., Any]
Sheets = dict[str, list[list[object]]]
PROGRAMMES: list[list[object]] = [["id", "name", "start_date"], ["p", "Programme P", "2020-09-01"]]


def save(
    path: Path, sheets: Sheets, change: Callable[[xlsxwriter.Workbook, dict[str, Any]], None] | None = None
) -> Path:
    book = xlsxwriter.Workbook(path)
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    made = {}
    for name, rows in sheets.items():
        made[name] = sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, column, cell, day)
                else:
                    sheet.write(number, column, cell)
    if change:
        change(book, made)
    book.close()
    return path


def typed(column: str, text: str) -> object:
    """A cell as people type it: numbers as numbers, days as days."""
    if text.isdigit() and not text.startswith("0"):
        return int(text)
    if text.replace(".", "", 1).isdigit() and text.count(".") == 1:
        return float(text)
    if "date" in column.lower() and text.count("-") == 2:
        return date.fromisoformat(text)
    return {"true": True, "false": False}.get(text, text)


@pytest.mark.parametrize("folder", ["example", "facts", "templates/filled"])
def test_a_workbook_gives_the_triples_of_the_same_tables_as_csv(
    tmp_path: Path, map_files: MapFiles, folder: str
) -> None:
    source = content("data", *folder.split("/"))
    sheets: Sheets = {}
    for path in sorted(source.glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as text:
            header, *rows = list(csv.reader(text))
        typed_rows = [[typed(column, cell) for column, cell in zip(header, row, strict=True)] for row in rows]
        sheets[path.stem] = [[*header], *typed_rows]
    tables = sorted(source.glob("*.csv"))
    book = map_files(save(tmp_path / "book.xlsx", sheets))
    assert book.triples == map_files(*tables).triples
    assert len(book.files) == len(tables)
    assert book.issues == []


def test_an_issue_names_workbook_sheet_and_row_as_people_see_it(tmp_path: Path, map_files: MapFiles) -> None:
    rows: list[list[object]] = [
        [],
        [],
        ["id", "name", "programme"],
        ["h", "Hub", "p"],
        [],
        ["k", "Hub K", "nothing"],
    ]
    done = map_files(save(tmp_path / "book.xlsx", {"hubs": rows, "programmes": PROGRAMMES}))
    assert done.said() == [
        (
            "book.xlsx, sheet hubs",
            6,
            "programme",
            "refused",
            "No programme with the id 'nothing' is in the data.",
        )
    ]


def test_numbers_days_and_truth_values_are_read_as_text(tmp_path: Path) -> None:
    rows: list[list[object]] = [["a", "b", "c", "d", "e"], [100000.0, date(2024, 9, 1), True, 0.5, "007"]]
    table = read_sheet(save(tmp_path / "b.xlsx", {"s": rows}), "s", "b")
    assert table.frame.rows() == [(2, "100000", "2024-09-01", "true", "0.5", "007")]


def test_sheets_that_are_no_templates_are_listed_with_the_reason(tmp_path: Path, map_files: MapFiles) -> None:
    sheets: Sheets = {
        "Programmes": PROGRAMMES,
        "Notes": [["Read me"], ["Some text"]],
        "Empty": [],
        "programmes of last year": [["id", "name", "coordinator"], ["q", "Old", "x"]],
    }
    done = map_files(save(tmp_path / "book.xlsx", sheets))
    assert list(done.files) == ["book.xlsx, sheet Programmes"]
    assert set(done.skipped) == {
        "book.xlsx, sheet Notes",
        "book.xlsx, sheet Empty",
        "book.xlsx, sheet programmes of last year",
    }
    assert done.skipped["book.xlsx, sheet Empty"] == "it is empty"
    assert "its columns match no mapping" in done.skipped["book.xlsx, sheet Notes"]
    assert "call it 'programmes' to load it" in done.skipped["book.xlsx, sheet programmes of last year"]


def test_a_sheet_of_grants_is_read_under_any_name(tmp_path: Path, map_files: MapFiles) -> None:
    rows: list[list[object]] = [
        [
            "Identifier",
            "Currency",
            "Amount Awarded",
            "Award Date",
            "Recipient Org:Identifier",
            "Funding Org:Identifier",
        ],
        ["360G-x-1", "GBP", 40000.0, date(2014, 6, 5), "GB-EDU-100000", "GB-CHC-1234567"],
    ]
    done = map_files(save(tmp_path / "fund.xlsx", {"Grants to schools": rows, "Codes": [["x"]]}))
    assert '<id/award/360G-x-1> <ns#amountAwarded> "40000"^^<w3:2001/XMLSchema#decimal>' in done.triples


@pytest.mark.parametrize("names", [("hubs", "Hubs "), ("hubs", "HU BS"), ("hubs", "hub_s")])
def test_two_sheets_of_one_name_are_refused(
    tmp_path: Path, map_files: MapFiles, names: tuple[str, str]
) -> None:
    rows: list[list[object]] = [["id", "name", "programme"], ["h", "Hub", "p"]]
    path = save(tmp_path / "book.xlsx", dict.fromkeys(names, rows))
    with pytest.raises(
        HubgraphError, match=rf"book.xlsx has two sheets of one name \('{names[0]}' and '{names[1]}'\)"
    ):
        map_files(path)


def test_a_formula_whose_result_was_never_saved_refuses_its_row(tmp_path: Path, map_files: MapFiles) -> None:
    def add(_: xlsxwriter.Workbook, sheets: dict[str, Any]) -> None:
        sheets["programmes"].write_formula("B2", '="Programme "&A2', None, "")
        sheets["programmes"].write_formula("B3", '="Programme "&A3', None, "Programme q")

    done = map_files(save(tmp_path / "b.xlsx", {"programmes": [["id", "name"], ["p"], ["q"]]}, add))
    assert done.said() == [
        (
            "b.xlsx, sheet programmes",
            2,
            "name",
            "refused",
            "Cell B2 holds a formula whose result was never saved.",
        )
    ]
    assert '<id/programme/q> <w3:2000/01/rdf-schema#label> "Programme q"' in done.triples


def test_a_formula_that_gave_an_error_refuses_its_row(tmp_path: Path, map_files: MapFiles) -> None:
    def add(_: xlsxwriter.Workbook, sheets: dict[str, Any]) -> None:
        sheets["programmes"].write_formula("B2", "=1/0", None, "#DIV/0!")

    done = map_files(save(tmp_path / "b.xlsx", {"programmes": [["id", "name"], ["p"]]}, add))
    assert [(issue.row, issue.reason) for issue in done.issues] == [(2, "Cell B2 holds the error #DIV/0!.")]


def test_merged_cells_refuse_the_rows_that_they_touch(tmp_path: Path, map_files: MapFiles) -> None:
    def merge(_: xlsxwriter.Workbook, sheets: dict[str, Any]) -> None:
        sheets["programmes"].merge_range("C2:C3", "English")

    rows: list[list[object]] = [["id", "name", "subject"], ["p", "P"], ["q", "Q"], ["r", "R", "Maths"]]
    done = map_files(save(tmp_path / "b.xlsx", {"programmes": rows}, merge))
    assert [(issue.row, issue.column, issue.reason) for issue in done.issues] == [
        (row, "subject", "Cells C2:C3 are merged, so only the first of them has a value.") for row in (2, 3)
    ]
    assert any("programme/r>" in line for line in done.triples)


def test_merged_column_names_are_an_error(tmp_path: Path, map_files: MapFiles) -> None:
    def merge(_: xlsxwriter.Workbook, sheets: dict[str, Any]) -> None:
        sheets["programmes"].merge_range("B1:C1", "name")

    path = save(tmp_path / "b.xlsx", {"programmes": [["id", "name"], ["p", "P", "Q"]]}, merge)
    with pytest.raises(
        HubgraphError, match=r"b.xlsx, sheet programmes, row 1 \(the column names\): Cells B1:C1 are merged"
    ):
        map_files(path)


def test_troubles_of_columns_that_nobody_reads_do_no_harm(tmp_path: Path, map_files: MapFiles) -> None:
    def merge(_: xlsxwriter.Workbook, sheets: dict[str, Any]) -> None:
        sheets["programmes"].merge_range("C2:C3", "private")

    rows: list[list[object]] = [["id", "name", "remarks"], ["p", "P"], ["q", "Q"]]
    assert map_files(save(tmp_path / "b.xlsx", {"programmes": rows}, merge)).issues == []


def test_troubles_are_placed_where_the_table_does_not_start_in_column_a(
    tmp_path: Path, map_files: MapFiles
) -> None:
    def add(_: xlsxwriter.Workbook, sheets: dict[str, Any]) -> None:
        sheets["programmes"].write_row("C3", ["id", "name"])
        sheets["programmes"].write_row("C4", ["p"])
        sheets["programmes"].write_formula("D4", "=C4", None, "")

    done = map_files(save(tmp_path / "b.xlsx", {"programmes": []}, add))
    assert [(issue.row, issue.column) for issue in done.issues] == [(4, "name")]


def test_cells_beyond_the_named_columns_refuse_their_row(tmp_path: Path, map_files: MapFiles) -> None:
    rows: list[list[object]] = [["id", "name"], ["p", "P"], ["q", "Q", "stray"]]
    done = map_files(save(tmp_path / "b.xlsx", {"programmes": rows}))
    assert [(issue.row, issue.reason) for issue in done.issues] == [
        (3, "The row has cells to the right of the 2 column names.")
    ]


def test_a_workbook_that_unpacks_to_far_more_than_it_holds_is_refused(
    tmp_path: Path, map_files: MapFiles
) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 50_000_000)
    with pytest.raises(HubgraphError, match="unpacks to more than"):
        map_files(path)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 and no more", b"id,name\np,P\n"])
def test_a_file_that_is_no_workbook_is_refused_in_a_sentence(
    tmp_path: Path, map_files: MapFiles, data: bytes
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    with pytest.raises(HubgraphError, match=r"book\.xlsx is damaged or not a workbook"):
        map_files(path)


def test_a_zip_archive_that_is_no_workbook_is_refused_in_a_sentence(
    tmp_path: Path, map_files: MapFiles
) -> None:
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(HubgraphError, match=r"book\.xlsx cannot be read as a workbook"):
        map_files(path)


def test_the_rows_of_a_sheet_keep_their_numbers(tmp_path: Path) -> None:
    rows: list[list[object]] = [[], ["a"], [1], [], [2]]
    assert read_sheet(save(tmp_path / "b.xlsx", {"s": rows}), "s", "b").frame[ROW].to_list() == [3, 5]
