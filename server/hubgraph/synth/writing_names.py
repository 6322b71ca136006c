"""How names are written down: now and then with slips, initials, short forms, other titles and other surnames."""

from typing import Final

import numpy as np

from hubgraph.synth.model import Flags, Ints, Texts
from hubgraph.synth.parts import Parts, joined
from hubgraph.synth.people import People, short_names

_LETTERS: Final = ("BEd", "JP", "PhD")
_OTHER_TITLES: Final = {"f": ("Mrs", "Ms", "Miss", "Dr"), "m": ("Mr", "Dr", "Revd", "Mr")}
_SHORTEST: Final = 4
_FIELDS: Final = ("title", "forename_1", "forename_2", "surname")

Names = dict[str, Texts]


def write_names(people: People, person: Ints, late: Flags, parts: Parts, rng: np.random.Generator) -> Names:
    """Return title, forename_1, forename_2 and surname as written in each row; late: a row after a change of surname.

    Rows of plain people are written without any slip.
    """
    names = {
        "title": people.title[person].copy(),
        "forename_1": people.given[person].copy(),
        "forename_2": people.middle[person].copy(),
        "surname": np.where(
            late & (people.later[person] != ""), people.later[person], people.surname[person]
        ).astype(object),
    }
    free = ~people.plain[person]
    _change_titles(names, people.female[person], free, parts, rng)
    _change_forenames(names, free, parts, rng)
    _change_surnames(names, free, parts, rng)
    return names


def _hits(what: str, free: Flags, parts: Parts, rng: np.random.Generator) -> Ints:
    hits = parts.happens(f"row: {what}", rng, len(free))
    return hits[free[hits]]


def _change_titles(names: Names, female: Flags, free: Flags, parts: Parts, rng: np.random.Generator) -> None:
    for row in _hits("title changed", free, parts, rng):
        names["title"][row] = _OTHER_TITLES["f" if female[row] else "m"][int(rng.integers(4))]
    names["title"][_hits("title empty", free, parts, rng)] = ""


def _change_forenames(names: Names, free: Flags, parts: Parts, rng: np.random.Generator) -> None:
    first, second = names["forename_1"], names["forename_2"]
    short = short_names()
    for row in _hits("short given name", free, parts, rng):
        forms = short.get(first[row], [first[row]])
        first[row] = forms[int(rng.integers(len(forms)))]
    for row in _hits("slip in given name", free, parts, rng):
        first[row] = slip(first[row], rng)
    second[_hits("middle name left out", free, parts, rng)] = ""
    initial = _hits("middle name as initial", free, parts, rng)
    second[initial] = [text[:1] for text in second[initial]]
    initial = _hits("given name as initial", free, parts, rng)
    first[initial] = [text[:1] for text in first[initial]]
    both = _hits("both forenames in the first column", free, parts, rng)
    first[both] = joined(first[both], second[both])
    second[both] = ""


def _change_surnames(names: Names, free: Flags, parts: Parts, rng: np.random.Generator) -> None:
    surname, first = names["surname"], names["forename_1"]
    for row in _hits("slip in surname", free, parts, rng):
        surname[row] = slip(surname[row], rng)
    capitals = _hits("surname in capitals", free, parts, rng)
    surname[capitals] = [text.upper() for text in surname[capitals]]
    swapped = _hits("names swapped", free, parts, rng)
    surname[swapped], first[swapped] = first[swapped].copy(), surname[swapped].copy()
    titled = _hits("title in forename", free, parts, rng)
    first[titled] = joined(names["title"][titled], first[titled])
    for row in _hits("letters after surname", free, parts, rng):
        surname[row] = f"{surname[row]} {_LETTERS[int(rng.integers(len(_LETTERS)))]}"
    blank = _hits("blank after surname", free, parts, rng)
    surname[blank] = [f"{text} " for text in surname[blank]]


def slip(text: str, rng: np.random.Generator) -> str:
    """Return a text with one slip of the pen: a letter left out, doubled, or changed places with the next."""
    if len(text) < _SHORTEST:
        return text
    spot = int(rng.integers(1, len(text) - 1))
    kind = int(rng.integers(3))
    if kind == 0:
        return text[:spot] + text[spot + 1 :]
    if kind == 1:
        return text[:spot] + text[spot] + text[spot:]
    return text[:spot] + text[spot + 1] + text[spot] + text[spot + 2 :]


def take(names: Names, rows: Ints) -> Names:
    """Return the names of some rows."""
    return {field: names[field][rows] for field in _FIELDS}
