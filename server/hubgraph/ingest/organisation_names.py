"""Whether two names of organisations may be of the same body.

An equal number alone joins nothing: lists give a school the number of the university that trains its teachers. Which words
tell nothing (school, trust, partnership …) and which tell a kind of body is in data/names/words-of-organisation-names.csv.
"""

import csv
import re
import unicodedata
from functools import cache

from hubgraph.resources import content


def names_agree(one: str, other: str) -> bool:
    """Tell whether the telling words of one name are all among those of the other, and no word says that their kinds differ.

    Case, accents, punctuation and words that tell nothing do not count; a name of nothing else agrees only with the same
    text.
    """
    first, second = _telling(one), _telling(other)
    if not first or not second:
        return _words(one) == _words(other)
    kinds = _listed("kind")
    return (first <= second or second <= first) and not (first ^ second) & kinds


def _telling(name: str) -> frozenset[str]:
    return frozenset(_words(name)) - _listed("nothing")


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.replace("&", " and ")).casefold()
    # What stands behind an apostrophe belongs to the word before it, whichever sign it is.
    letters = "".join(
        letter for letter in plain if not unicodedata.combining(letter) and letter not in "'’‘`"
    )
    return ["st" if word == "saint" else word for word in re.findall(r"[a-z0-9]+", letters)]


@cache
def _listed(tells: str) -> frozenset[str]:
    path = content("data", "names", "words-of-organisation-names.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return frozenset(row["word"] for row in csv.DictReader(file) if row["tells"] == tells)
