"""Tables are read with the rows a spreadsheet shows, and what cannot be read is refused in a sentence."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubgraph.errors import InputError
from hubgraph.ingest.tables import ROW, decode, mend_c1, parse_table, read_header

CELL = st.text(st.sampled_from('ab, "\n;é0'), max_size=5)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b" \r\n ", "is empty"),
        (b"PK\x03\x04rest", "spreadsheet or zip archive"),
        (b"%PDF-1.7", "PDF document"),
        (b"\xff\xfeU\x00R\x00", "UTF-16"),
        ("a,b\n1,2\n".encode("utf-16-le"), "NUL bytes"),
        (b"a,b\n" + bytes(100), "NUL bytes"),
        (b"a,b\n1,2\n3,\x81\n", "line 3: byte 0x81 at offset 10 is neither UTF-8 nor Windows-1252"),
    ],
)
def test_a_file_that_is_no_text_is_refused_with_the_reason(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        decode(data, "file.csv")


def test_encodings_are_told_apart() -> None:
    assert decode("\ufeffé".encode(), "f") == "é"
    assert decode(b"St Mary\x92s", "f") == "St Mary\u2019s"


def test_a_header_alone_is_a_table_without_rows() -> None:
    table = parse_table("URN,Name\r\n", "f")
    assert (table.header, table.rows, table.issues) == (("URN", "Name"), 0, ())


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_recognised(delimiter: str) -> None:
    assert read_header(delimiter.join(["a", "b c", "d"]) + "\n") == (["a", "b c", "d"], delimiter)


def test_only_wanted_columns_are_kept_and_ragged_rows_are_still_found() -> None:
    assert parse_table("a,b,c\n1,2,3\n4,5\n6,7,8\n", "f", {"c", "x"}).frame.rows() == [
        (2, "3"),
        (3, None),
        (4, "8"),
    ]
    assert [issue.row for issue in parse_table("a,b\n1,2\n3,4,5\n6,7\n", "f", {"a"}).issues] == [3]


def test_repeated_column_names_get_a_number() -> None:
    assert parse_table("a,b,a\n1,2,3\n", "f").header == ("a", "b", "a#2")


def test_a_pandas_index_column_does_no_harm() -> None:
    table = parse_table(",URN\n0,100000\n", "f")
    assert table.frame["URN"].to_list() == ["100000"]


def test_a_short_row_is_filled_up_and_a_long_one_refused() -> None:
    table = parse_table("a,b,c\n1,2\n1,2,3,4\n5,6,7\n", "f")
    assert table.frame.rows() == [(2, "1", "2", None), (4, "5", "6", "7")]
    assert [(issue.row, issue.reason) for issue in table.issues] == [
        (3, "The row has 4 cells under 3 column names.")
    ]
    assert table.rows == 3


def test_a_quotation_mark_that_never_closes_is_found_in_its_row() -> None:
    table = parse_table('a,b\n1,2\n3,"four\n5,6\n', "f")
    assert [issue.row for issue in table.issues] == [3]
    assert "never closed" in table.issues[0].reason
    assert table.frame.rows() == [(2, "1", "2")]


def test_a_file_cut_short_loses_only_its_last_row() -> None:
    table = parse_table("a,b,c\n1,2,3\n4,5", "f")
    assert [(issue.row, issue.action) for issue in table.issues] == [(3, "refused")]
    assert "cut short" in table.issues[0].reason


def test_rows_keep_their_number_after_a_quoted_line_end() -> None:
    table = parse_table('a,b\n1,"x\ny"\n2,z\n', "f")
    assert table.frame[ROW].to_list() == [2, 3]
    assert table.frame["b"].to_list() == ["x\ny", "z"]


def test_wrongly_converted_punctuation_is_mended() -> None:
    assert mend_c1("St Thomas\u0092 School") == "St Thomas\u2019 School"
    assert mend_c1("Paul\u2019s".encode().decode("latin-1")) == "Paul\u2019s"
    assert mend_c1("plain é") == "plain é"


@settings(max_examples=150, deadline=None)
@given(
    rows=st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=6)
    ),
    end=st.sampled_from(["\n", "\r\n"]),
    always=st.booleans(),
)
def test_the_fast_reader_agrees_with_the_standard_library(
    *, rows: list[list[str]], end: str, always: bool
) -> None:
    width = len(rows[0]) if rows else 2
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator=end, quoting=csv.QUOTE_ALL if always else csv.QUOTE_MINIMAL)
    writer.writerows([[f"column {number}" for number in range(width)], *rows])
    table = parse_table(sheet.getvalue(), "f")
    expected = [
        (number, *row)
        for number, row in enumerate(csv.reader(io.StringIO(sheet.getvalue(), newline="")), start=1)
        if number > 1 and any(cell.strip() for cell in row)
    ]
    given_rows = [tuple("" if cell is None else cell for cell in row) for row in table.frame.rows()]
    kept = [row for row in given_rows if any(str(cell).strip() for cell in row[1:])]
    assert kept == expected
    assert table.issues == ()


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["", "a", " ", "b c"]), min_size=1, max_size=4), min_size=1, max_size=6)
)
def test_of_ragged_rows_none_is_lost_and_only_long_ones_are_refused(rows: list[list[str]]) -> None:
    text = "x,y\n" + "".join(",".join(row) + "\n" for row in rows)
    table = parse_table(text, "f", {"y"})
    long = {number for number, row in enumerate(rows, start=2) if any(cell.strip() for cell in row[2:])}
    assert {issue.row for issue in table.issues} == long
    filled = {number for number, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)}
    assert filled - long <= set(table.frame[ROW]) <= set(range(2, len(rows) + 2)) - long
    assert table.rows == table.frame.height + len(table.issues)
    second = {
        number: cell for number, cell in table.frame.select(ROW, "y").iter_rows() if cell and cell.strip()
    }
    assert second == {
        number: row[1]
        for number, row in enumerate(rows, start=2)
        if len(row) > 1 and row[1].strip() and number not in long and number in filled
    }
