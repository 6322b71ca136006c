"""The rule of names once more, without any line of the package: letter by letter, word by word. Wider than the rule, never narrower."""

import csv
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

NICKNAMES = Path(__file__).parent.parent / "data" / "names" / "nicknames.csv"

TITLES = {
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "rev",
    "revd",
    "reverend",
    "canon",
    "cllr",
    "sir",
    "dame",
}


@cache
def _nicknames() -> frozenset[tuple[str, str]]:
    """Return name and name, in order, where the list has one beside the other in a row, or both stand for a third."""
    with NICKNAMES.open(newline="", encoding="utf-8") as source:
        rows = [(row["name"], *row["others"].split(";")) for row in csv.DictReader(source)]
    return frozenset((one, other) for row in rows for one in row for other in row)


def plain(text: str) -> str:
    folded = "".join(letter for letter in unicodedata.normalize("NFD", text.lower()) if letter.isascii())
    return re.sub(r"[^a-z ]", "", folded.replace("-", " ")).strip()


def distance(one: str, other: str) -> int:
    """Return the distance of Damerau and Levenshtein (restricted) by the whole table."""
    table = {(-1, column): column + 1 for column in range(-1, len(other))}
    table |= {(row, -1): row + 1 for row in range(-1, len(one))}
    for row, first in enumerate(one):
        for column, second in enumerate(other):
            best = min(
                table[row - 1, column] + 1,
                table[row, column - 1] + 1,
                table[row - 1, column - 1] + (first != second),
            )
            if row and column and first == other[column - 1] and second == one[row - 1]:
                best = min(best, table[row - 2, column - 2] + 1)
            table[row, column] = best
    return table[len(one) - 1, len(other) - 1]


def may_be_one_surname(one: str, other: str) -> bool:
    first, second = plain(one), plain(other)
    if not first or not second:
        return False
    if f" {first} " in f" {second} " or f" {second} " in f" {first} ":
        return True
    close = [first.replace(" ", ""), second.replace(" ", "")]
    return close[0] == close[1] or (min(map(len, close)) >= 5 and distance(*close) == 1)


def may_be_one_forename(one: str, other: str) -> bool:
    first, second = plain(one), plain(other)
    if not first or not second:
        return False
    short, long = sorted((first, second), key=len)
    if short == long or (len(short) == 1 and long[0] == short):
        return True
    return (first, second) in _nicknames() or (len(short) >= 5 and distance(short, long) == 1)


def _given(row: Mapping[str, str]) -> list[str]:
    """Return the forenames of a row without titles in front."""
    found = f"{plain(row['forename_1'])} {plain(row['forename_2'])}".split()
    while len(found) > 1 and found[0] in TITLES:
        found.pop(0)
    return found or [""]


def may_be_one_person(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    (first, *ones), (second, *others) = _given(one), _given(other)
    return (
        may_be_one_surname(one["surname"], other["surname"])
        and may_be_one_forename(first, second)
        and all(
            here == there or (1 in (len(here), len(there)) and here[0] == there[0])
            for here, there in zip(ones, others, strict=False)
        )
    )


def may_be_one_gender(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Return whether the titles are not one of a man and one of a woman."""
    women, men = {"mrs", "ms", "miss", "dame"}, {"mr", "sir"}
    first, second = plain(one["title"]), plain(other["title"])
    return not ((first in women and second in men) or (first in men and second in women))
