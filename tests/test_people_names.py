"""Names as written become names that can be compared."""

import csv

import polars as pl
import pytest

from hubgraph.people.names import (
    add_names,
    common_forenames,
    common_surnames,
    forenames,
    same_people_may_bear,
    stands_for,
    surname,
)
from hubgraph.people.trained import add_frequencies, read_trained
from hubgraph.resources import content

NAMES = content("data", "names")


@pytest.mark.parametrize(
    ("written", "first", "others"),
    [
        ("Alan David", "alan", ("david",)),
        ("Dr Zoë", "zoe", ()),
        ("Revd Canon Jo", "jo", ()),
        ("Dr", "dr", ()),
        ("Mary-Jane", "mary", ("jane",)),
        ("J.", "j", ()),
        ("  ", "", ()),
    ],
)
def test_forenames_are_parted_and_titles_taken_off(written: str, first: str, others: tuple[str, ...]) -> None:
    found = forenames(written)
    assert (found.first, found.others) == (first, others)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("O’Neill", "oneill"),
        ("O'NEILL ", "oneill"),
        ("Peel BEd JP", "peel"),
        ("JP", "jp"),
        ("Peel-Tidemark", "peel tidemark"),
        ("Müller", "muller"),
    ],
)
def test_surnames_lose_case_accents_apostrophes_and_letters_behind_them(written: str, expected: str) -> None:
    assert surname(written) == expected


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ("ann", "ann", True),
        ("ann", "a", True),
        ("a", "ann", True),
        ("ann mary", "ann", True),
        ("ann mary", "a m", True),
        ("ann", "jane", False),
        ("ann", "j", False),
        ("ann mary", "ann jane", False),
    ],
)
def test_middle_names_differ_only_where_two_in_one_place_do(one: str, other: str, *, may: bool) -> None:
    assert same_people_may_bear(one, other) is may
    assert same_people_may_bear(other, one) is may


def test_a_nickname_may_stand_for_several_names_and_a_name_for_itself() -> None:
    assert {"elizabeth", "bethany"} <= stands_for("beth")
    assert {"katherine", "catherine"} <= stands_for("kate") | stands_for("katherine")
    assert stands_for("tamsyn") == {"tamsyn"}
    assert not stands_for("liz") & stands_for("margaret")


def test_columns_of_names_say_gender_rare_titles_and_whether_the_source_has_middle_names() -> None:
    frame = pl.DataFrame(
        {
            "title": ["Mrs", None, "Dr"],
            "forename1": ["Ann", "Mr Ben", None],
            "forename2": ["B", "Carl", None],
            "surname": ["Peel", "PEEL", "Orr"],
            "graph": ["a", "a", "b"],
        }
    )
    found = add_names(frame)
    assert found["gender"].to_list() == ["f", "m", None]
    assert found["rare_title"].to_list() == [None, None, "dr"]
    assert found["full_middle"].to_list() == [None, "carl", None]
    assert found["gives_middle"].to_list() == [True, True, False]
    assert found["first"].to_list() == ["ann", "ben", None]
    assert found["last"].to_list() == ["peel", "peel", "orr"]


def test_frequent_names_are_known_before_any_row_is_read_and_fall_with_their_rank() -> None:
    rows = {"first": ["john", "qorvin"], "middle": [None, None], "last": ["smith", "quillfeather"]}
    frame = pl.DataFrame(
        {**rows, "family": rows["first"], "block": [None, None], "gives_middle": [False] * 2}
    ).cast({"middle": pl.String})
    found = add_frequencies(frame, read_trained())
    for column in ("tf_first", "tf_last"):
        frequent, rare = found[column]
        assert frequent > 0.01
        assert rare < 0.0002


def test_a_surname_that_is_frequent_in_one_town_is_not_rare_there() -> None:
    count = 300
    last = ["townname" if number < 60 else f"other{number}" for number in range(count)]
    first = [f"first{number}" for number in range(count)]
    frame = pl.DataFrame(
        {
            "first": first,
            "family": first,
            "middle": [None] * count,
            "last": last,
            "block": [1] * count,
            "gives_middle": [False] * count,
        }
    ).cast({"middle": pl.String})
    trained = read_trained()
    here = add_frequencies(frame, trained)["tf_last"]
    one_person = add_frequencies(frame.with_columns(pl.lit("ann").alias("family")), trained)["tf_last"]
    assert here[0] > 0.05
    assert one_person[0] < here[0] / 10


@pytest.mark.parametrize("name", ["titles", "nicknames", "common-forenames", "common-surnames"])
def test_the_lists_of_names_are_in_lower_case_without_doubles(name: str) -> None:
    with (NAMES / f"{name}.csv").open(newline="", encoding="utf-8") as source:
        rows = list(csv.reader(source))[1:]
    firsts = [row[0] for row in rows]
    assert all(text == text.casefold() and text.isalpha() for text in firsts)
    if name != "titles":
        assert len(set(firsts)) == len(firsts)


def test_a_list_of_frequent_names_starts_with_the_most_frequent() -> None:
    assert common_surnames()[0] == "smith"
    assert "john" in common_forenames()[:5]
