"""Names as written to names that can be compared: titles out, initials known, nicknames led back, accents folded.

The lists are data: titles.csv, surname-parts.csv, nicknames.csv, common-forenames.csv and common-surnames.csv in data/names.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import polars as pl

from hubgraph.resources import content

_APART: Final = re.compile(r"[\s\-\u2010-\u2015\u2212.,;/&+_()\[\]]+")
"""Blanks, hyphens and dashes of all kinds, and what else stands between two words."""
_MARKS: Final = re.compile(
    "['\u2018\u2019\u201b\u2032\u02b9\u02bb\u02bc\u02bd\uff07\u0060\u00b4\u201c\u201d\"\u00ad\u200b-\u200f\u2060\ufeff]"
)
"""Apostrophes of all kinds and signs that nobody sees."""
_LETTERS: Final = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
    }
)
"""Letters that are none of the plain ones with an accent, as English registers write them."""
_GENDERS: Final = ("m", "f")
_RARE: Final = "rare"
_GIVES: Final = 0.1
"""A source gives further forenames where at least this share of its records has some."""


@dataclass(frozen=True, slots=True)
class Forenames:
    """What one text of forenames says: the title in front of them, the first, and the others."""

    title: str
    first: str
    others: tuple[str, ...]


def words(text: str) -> tuple[str, ...]:
    """Return the words of a name in lower case without accents and apostrophes; a hyphen parts words."""
    plain = unicodedata.normalize("NFKD", _MARKS.sub("", text))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return tuple(word for word in _APART.split(plain.casefold().translate(_LETTERS)) if word)


@cache
def _rows(name: str) -> tuple[Mapping[str, str], ...]:
    with content("data", "names", f"{name}.csv").open(newline="", encoding="utf-8") as source:
        return tuple(csv.DictReader(source))


@cache
def _titles() -> Mapping[str, str]:
    """Return title → what it says: m, f, rare or nothing."""
    return {row["word"]: row["says"] for row in _rows("titles") if row["kind"] == "title"}


@cache
def _letters() -> frozenset[str]:
    return frozenset(row["word"] for row in _rows("titles") if row["kind"] == "letters")


@cache
def generations() -> Mapping[str, str]:
    """Return words behind a surname that tell a father from a son → which of the two, so that jr and junior are one."""
    return {row["word"]: row["says"] for row in _rows("surname-parts") if row["kind"] == "generation"}


@cache
def no_surname_alone() -> frozenset[str]:
    """Return words that stand in surnames and by themselves name no family: particles, titles, letters, Kaur and Singh."""
    parts = {row["word"] for row in _rows("surname-parts") if row["kind"] != "generation"}
    return frozenset(parts | _titles().keys() | _letters())


@cache
def common_surnames() -> tuple[str, ...]:
    """Return surnames that are frequent in England, about the most frequent first."""
    return tuple(row["surname"] for row in _rows("common-surnames"))


@cache
def common_forenames() -> tuple[str, ...]:
    """Return forenames that are frequent among adults in England, about the most frequent first."""
    return tuple(row["forename"] for row in _rows("common-forenames"))


@cache
def _formal() -> Mapping[str, frozenset[str]]:
    """Return forename → the forenames that it may stand for, itself included."""
    found: dict[str, set[str]] = {}
    for row in _rows("nicknames"):
        for name in (row["name"], *row["others"].split(";")):
            found.setdefault(name, {name}).add(row["name"])
    return {name: frozenset(stands_for) for name, stands_for in found.items()}


def stands_for(first: str) -> frozenset[str]:
    """Return the forenames that a first forename may stand for, itself included."""
    return _formal().get(first, frozenset((first,)))


@cache
def known_forenames() -> frozenset[str]:
    """Return the forenames that a list has: two of these that differ in a letter are two names and no slip of the pen."""
    return frozenset(common_forenames()) | _formal().keys()


@cache
def known_surnames() -> frozenset[str]:
    """Return the surnames that the list of frequent ones has, as known_forenames."""
    return frozenset(common_surnames())


@cache
def _families() -> Mapping[str, str]:
    """Return forename → the first of all forenames that nicknames connect it with, for bringing pairs together."""
    chief: dict[str, str] = {}

    def find(name: str) -> str:
        while chief.setdefault(name, name) != name:
            name = chief[name]
        return name

    for name, formal in sorted(_formal().items()):
        for other in sorted(formal):
            low, high = sorted((find(name), find(other)))
            chief[high] = low
    return {name: find(name) for name in chief}


def forenames(text: str) -> Forenames:
    """Part a text of forenames; titles in front are taken off as long as a name is left."""
    found = list(words(text))
    title = ""
    while len(found) > 1 and found[0] in _titles():
        title = title or found[0]
        found.pop(0)
    return Forenames(title, found[0] if found else "", tuple(found[1:]))


def surname(text: str) -> str:
    """Return a surname as words with single blanks; letters after it (BEd, OBE) are taken off as long as a name is left."""
    found = list(words(text))
    while len(found) > 1 and found[-1] in _letters():
        found.pop()
    return " ".join(found)


def same_people_may_bear(middle_one: str, middle_other: str) -> bool:
    """Tell whether two texts of further forenames may be one person's: no two full names in one place differ."""
    return all(
        one == other or (one[0] == other[0] and 1 in (len(one), len(other)))
        for one, other in zip(middle_one.split(), middle_other.split(), strict=False)
    )


def add_names(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with comparable names beside those as written.

    In: title, forename1, forename2, surname (text or null), graph. Added: first, stands_for (list), family, middle
    (words), full_middle (null where empty or only initials), gives_middle (whether the source of the record has further
    forenames at all, so that none means something), last, gender (m, f or null), rare_title. Empty becomes null.
    """
    parts = _part(frame["forename1"].unique().drop_nulls())
    others = {text: " ".join(words(text)) for text in frame["forename2"].unique().drop_nulls()}
    lasts = {text: surname(text) for text in frame["surname"].unique().drop_nulls()}
    titles = {text: " ".join(words(text)) for text in frame["title"].unique().drop_nulls()}
    looked_up = {
        "first": (pl.col("forename1"), {text: part.first for text, part in parts.items()}),
        "_more": (pl.col("forename1"), {text: " ".join(part.others) for text, part in parts.items()}),
        "_in_front": (pl.col("forename1"), {text: part.title for text, part in parts.items()}),
        "_others": (pl.col("forename2"), others),
        "last": (pl.col("surname"), lasts),
        "_title": (pl.col("title"), titles),
    }
    frame = frame.with_columns(
        _filled(_looked_up(column, table)).alias(name) for name, (column, table) in looked_up.items()
    )
    frame = frame.with_columns(
        _filled(pl.concat_str(["_more", "_others"], separator=" ", ignore_nulls=True)).alias("middle"),
        pl.coalesce("_title", "_in_front").str.split(" ").list.first().alias("_title"),
    )
    return add_readings(_add_titles(frame).drop("_more", "_in_front", "_others", "_title"))


def _add_titles(frame: pl.DataFrame) -> pl.DataFrame:
    """Add what follows from the title."""
    says = {title: said for title, said in _titles().items() if said in _GENDERS}
    rare = [title for title, said in _titles().items() if said == _RARE]
    return frame.with_columns(
        _looked_up(pl.col("_title"), says).alias("gender"),
        pl.when(pl.col("_title").is_in(rare)).then("_title").alias("rare_title"),
    )


def add_readings(frame: pl.DataFrame) -> pl.DataFrame:
    """Add what follows from first, middle and graph: stands_for, family, full_middle, gives_middle."""
    firsts = frame["first"].unique().drop_nulls().to_list()
    readings = pl.DataFrame(
        {
            "first": firsts,
            "stands_for": [sorted(stands_for(first)) for first in firsts],
            "family": [_families().get(first, first) for first in firsts],
        },
        schema={"first": pl.String, "stands_for": pl.List(pl.String), "family": pl.String},
    )
    return frame.join(readings, on="first", how="left", maintain_order="left").with_columns(
        pl.when(pl.col("middle").str.contains(r"\w\w")).then("middle").alias("full_middle"),
        (pl.col("middle").is_not_null().mean().over("graph") >= _GIVES).alias("gives_middle"),
    )


def _part(texts: Iterable[str]) -> dict[str, Forenames]:
    return {text: forenames(text) for text in texts}


def _looked_up(column: pl.Expr, table: Mapping[str, str]) -> pl.Expr:
    return column.replace_strict(table, default=None, return_dtype=pl.String)


def _filled(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)
