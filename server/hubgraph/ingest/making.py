"""Columns made of others before mapping: a whole name from its parts, and whether it is the name of an organisation.

Registers of people have no other place for an organisation that holds a role, so it sits in the columns of a person.
The words that tell it are in data/names/organisation-words.csv.
"""

import csv
import re
from collections.abc import Sequence
from functools import cache
from typing import Final

import polars as pl

from hubgraph.ingest.mapping import Condition, Made
from hubgraph.resources import content

_ALWAYS: Final = "always"
"""Such a word decides whatever stands beside it; the others are surnames too, and decide where there is no title."""


def make_columns(frame: pl.DataFrame, made: Sequence[Made]) -> pl.DataFrame:
    """Return the frame with the columns that a mapping makes, each from those before it."""
    for entry in made:
        whole = pl.concat_str(pl.col(entry.join), separator=" ", ignore_nulls=True)
        tidy = whole.str.replace_all(r"\s+", " ").str.strip_chars()
        filled = pl.when(tidy != "").then(tidy)
        if entry.organisation:
            filled = pl.when((tidy != "") & _is_organisation(entry, tidy)).then(tidy)
        frame = frame.with_columns(filled.otherwise(None).alias(entry.name))
    return frame


def _is_organisation(entry: Made, whole: pl.Expr) -> pl.Expr:
    untitled = pl.col(entry.title).is_null()
    nameless = untitled & pl.all_horizontal(pl.col(entry.forenames).is_null())
    named = whole.str.contains(words_pattern(always=True)) | (
        untitled & whole.str.contains(words_pattern(always=False))
    )
    return nameless | named | _any_row(entry.when)


def _any_row(conditions: Sequence[Condition]) -> pl.Expr:
    """Return the rows that hold one of the values of each condition."""
    if not conditions:
        return pl.lit(value=False)
    return pl.all_horizontal(
        pl.col(condition.column).is_in(list(condition.values)).fill_null(value=False)
        for condition in conditions
    )


@cache
def words_pattern(*, always: bool) -> str:
    """Return the pattern of words of organisation names; always: only those that decide beside a title, too."""
    path = content("data", "names", "organisation-words.csv")
    with path.open(newline="", encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    words = [row["word"] for row in rows if not always or row["decides"] == _ALWAYS]
    return r"(?i)(^|[^\w])(" + "|".join(re.escape(word) for word in words) + r")([^\w]|$)"
