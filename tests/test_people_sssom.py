"""Decisions on matches are text files; a faulty row names file, row, column, value and fix."""

from pathlib import Path

import pytest

from hubgraph.errors import InputError
from hubgraph.people.model import Decision
from hubgraph.people.sssom import COLUMNS, MatchRow, read_decisions, write_decisions, written

HEAD = "\t".join(COLUMNS) + "\n"


def _file(folder: Path, *rows: MatchRow) -> Path:
    path = folder / "m.sssom.tsv"
    path.write_text(written(rows), encoding="utf-8")
    return path


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    decisions = (
        Decision("55", "71", "accepted", "Data team", "2026-02-01", "same person, asked the clerk"),
        Decision("a-1", "b-2", "rejected"),
    )
    path = tmp_path / "decisions" / "matches.sssom.tsv"
    write_decisions(path, decisions, {"55": "gid:55", "71": "gid:71"})
    assert read_decisions(path) == decisions
    assert "gid:55\t\t\tskos:exactMatch\tgid:71" in path.read_text()
    assert path.read_text().startswith("#curie_map:\n")


def test_no_file_holds_no_decisions(tmp_path: Path) -> None:
    assert read_decisions(tmp_path / "none.tsv") == ()


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (MatchRow("gid:1", "gid:2", predicate="skos:exactMatch"), "accepted"),
        (MatchRow("gid:1", "gid:2", predicate="skos:exactMatch", modifier="Not"), "rejected"),
        (MatchRow("gid:1", "gid:2", predicate="owl:differentFrom"), "rejected"),
        (MatchRow("gid:1", "gid:2", predicate="http://www.w3.org/2004/02/skos/core#exactMatch"), "accepted"),
        (MatchRow("gid:1", "gid:2", predicate="skos:exactMatch", justification="semapv:CompositeMatching", confidence="0.7"), "accepted"),
        (MatchRow("gid:1", "gid:2", predicate="skos:exactMatch", justification="semapv:CompositeMatching", confidence="0.9999", held_back="surnames differ"), "accepted"),
    ],
)  # fmt: skip
def test_a_row_that_a_person_wrote_is_a_decision(tmp_path: Path, row: MatchRow, verdict: str) -> None:
    assert [entry.verdict for entry in read_decisions(_file(tmp_path, row))] == [verdict]


@pytest.mark.parametrize(
    "row",
    [
        MatchRow("gid:1", "gid:2", predicate="skos:closeMatch", justification="semapv:CompositeMatching"),
        MatchRow("gid:1", "gid:2", predicate="skos:exactMatch", justification="semapv:CompositeMatching", confidence="0.995"),
        MatchRow("gid:1", "gid:2", predicate="skos:closeMatch", justification="semapv:CompositeMatching", confidence="0.995", held_back="surnames differ"),
    ],
)  # fmt: skip
def test_a_row_as_hubgraph_wrote_it_decides_nothing(tmp_path: Path, row: MatchRow) -> None:
    assert read_decisions(_file(tmp_path, row)) == ()


def test_the_last_of_two_decisions_on_a_pair_stands_whatever_its_order(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        MatchRow("gid:1", "gid:2", predicate="skos:exactMatch"),
        MatchRow("gid:2", "gid:1", predicate="skos:exactMatch", modifier="Not"),
    )
    assert [entry.verdict for entry in read_decisions(path)] == ["rejected"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("subject_id\tobject_id\n1\t2\n", "row 1: the columns predicate_id are missing"),
        ("#x\nsubject_id\tpredicate_id\tobject_id\n1\tskos:exact\t2\n", "row 3, column predicate_id: 'skos:exact' decides nothing"),
        ("subject_id\tpredicate_id\tobject_id\n1\tskos:exactMatch\t\n", "row 2, column object_id: it is empty"),
        ("subject_id\tpredicate_id\tobject_id\ngid:1\tskos:exactMatch\t1\n", "row 2, column object_id: '1' is matched with itself"),
        ("subject_id\tpredicate_id\tobject_id\n1\tskos:exactMatch\t2\t3\n", "row 2: there are 4 cells under 3 columns"),
        ("subject_id\tpredicate_id\tobject_id\tpredicate_modifier\n1\tskos:exactMatch\t2\tNo\n", "column predicate_modifier: 'No' is not known"),
        ("subject_id\tpredicate_id\tobject_id\tmapping_date\n1\tskos:exactMatch\t2\t2026-02-30\n", "column mapping_date: '2026-02-30' is not a day"),
        ("subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence\n1\tskos:exactMatch\t2\tx\thigh\n", "column confidence: 'high' is not a number"),
    ],
)  # fmt: skip
def test_a_faulty_row_is_an_error_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "m.sssom.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_decisions(path)
    assert str(raised.value).startswith("m.sssom.tsv")
    assert said in str(raised.value)


def test_a_file_that_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "m.sssom.tsv"
    path.write_bytes(b"subject_id\xff")
    with pytest.raises(InputError, match="save it as UTF-8"):
        read_decisions(path)
