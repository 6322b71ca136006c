"""How rows are filled in: the habits of clerks, slips of the pen, and ways of naming that no model was trained on."""

import csv
from collections.abc import Mapping
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hubgraph.resources import content
from worlds.folk import Flags, Folk
from worlds.ground import Ground, Seat
from worlds.recipe import Recipe
from worlds.stocks import Rng, Texts

Rows = dict[str, Texts]
_LETTERS: Final = ("BEd", "JP", "PhD", "OBE")
_TITLES: Final = {"f": (("Mrs", "Ms", "Miss"), (0.55, 0.25, 0.2)), "m": (("Mr",), (1.0,))}
_EITHER: Final = ("Dr", "Professor", "Revd", "Cllr")
_ONLY: Final = {"Father": "m", "Sister": "f"}
_SPELT: Final = (
    ("ou", "u"), ("ee", "i"), ("mm", "m"), ("sz", "sh"), ("w", "v"), ("y", "i"), ("kh", "k"), ("ai", "ay"),
    ("ch", "c"), ("ss", "s"), ("ll", "l"), ("ph", "f"), ("dh", "d"), ("ie", "i"), ("th", "t"), ("c", "k"),
)  # fmt: skip
_PATRONYMIC: Final = {"f": "dottir", "m": "son"}
_CLAN: Final = {"f": "Dehvari", "m": "Bahadar"}
_SHORTEST: Final = 4


def write_rows(recipe: Recipe, ground: Ground, seats: list[Seat], folk: Folk, rng: Rng) -> Rows:
    """Return title, forename_1, forename_2 and surname of each seat as its register writes them."""
    folk = _renamed(recipe.mechanisms, folk, rng)
    person = np.array([seat.holder for seat in seats])
    body = np.array([seat.body for seat in seats])
    recent = np.array([seat.start for seat in seats]) > np.median([seat.start for seat in seats])
    clerk = rng.random((len(ground.bodies), 3))
    rows: Rows = {
        "title": _titles(recipe, folk, rng)[person],
        "forename_1": folk.first[person].copy(),
        "forename_2": folk.middle[person].copy(),
        "surname": np.where(
            recent & (folk.other_last[person] != ""), folk.other_last[person], folk.last[person]
        ).astype(object),
    }
    _mechanisms(recipe.mechanisms, rows, folk, person, clerk[body, 2], rng)
    _habits(recipe, rows, clerk[body], rng)
    _slips(recipe, rows, folk, person, rng)
    return rows


def _titles(recipe: Recipe, folk: Folk, rng: Rng) -> Texts:
    """Return the title of each person: by gender, or one that both bear."""
    found = np.full(len(folk.gender), "", dtype=object)
    for gender, (titles, chances) in _TITLES.items():
        rows = np.flatnonzero(folk.gender == gender)
        found[rows] = np.array(titles, dtype=object)[rng.choice(len(titles), len(rows), p=chances)]
    for title in dict.fromkeys((*_EITHER, *recipe.writing.title)):
        fits = folk.gender == _ONLY[title] if title in _ONLY else np.ones(len(found), dtype=bool)
        found[(rng.random(len(found)) < recipe.writing.title.get(title, 0.0)) & fits] = title
    return found


def _renamed(mechanisms: Mapping[str, float], folk: Folk, rng: Rng) -> Folk:
    """Give people the names that a mechanism makes; changes the columns of the folk."""
    count = len(folk.last)
    for person in _hits(mechanisms, "patronymics", count, rng):
        father = folk.stocks[folk.stock[person]].forenames["m"].draw(rng, 1)[0]
        folk.last[person] = f"{father}{_PATRONYMIC[folk.gender[person]]}"
    mothers = folk.last[rng.permutation(count)]
    for person in _hits(mechanisms, "two-surnames", count, rng):
        folk.other_last[person], folk.last[person] = "", f"{folk.last[person]} {mothers[person]}"
    for person in _hits(mechanisms, "mononyms", count, rng):
        folk.first[person] = folk.middle[person] = folk.other_last[person] = ""
    for person in _hits(mechanisms, "everyday-names", count, rng):
        folk.other_first[person] = folk.draw_first(person, rng)
    for person in _hits(mechanisms, "known-by-second", count, rng):
        folk.other_first[person] = folk.middle[person].split(" ")[0]
    for person in _hits(mechanisms, "clans", count, rng):
        folk.middle[person] = _CLAN[folk.gender[person]]
    return folk


def _mechanisms(  # noqa: PLR0913, PLR0917 - a row, its person and its clerk
    mechanisms: Mapping[str, float],
    rows: Rows,
    folk: Folk,
    person: NDArray[np.int64],
    clerk: NDArray[np.float64],
    rng: Rng,
) -> None:
    """Write rows as the mechanisms have it."""
    count = len(person)
    first, second, last = rows["forename_1"], rows["forename_2"], rows["surname"]
    everyday = (folk.other_first[person] != "") & (clerk < 0.5)
    first[everyday] = folk.other_first[person][everyday]
    if mechanisms.get("known-by-second"):
        for row in np.flatnonzero(everyday).tolist():
            word, _, rest = second[row].partition(" ")
            second[row] = rest if word == first[row] else second[row]
    if mechanisms.get("two-surnames"):
        shorter = np.flatnonzero(rng.random(count) < 0.3)
        last[shorter] = [text.split()[0] if text else "" for text in last[shorter]]
    if mechanisms.get("clans"):
        clan = np.isin(second.astype(str), list(_CLAN.values())) & (rng.random(count) < 0.12)
        last[clan], second[clan] = second[clan], ""
    for row in _hits(mechanisms, "spellings", count, rng):
        column = (first, last)[int(rng.integers(2))]
        column[row] = _spelt(column[row], rng)
    for row in _hits(mechanisms, "turned-forenames", count, rng):
        if second[row]:
            first[row], second[row] = second[row], first[row]
    for row in _hits(mechanisms, "surname-first", count, rng):
        if first[row]:
            first[row], last[row] = last[row].upper(), first[row]


def _habits(recipe: Recipe, rows: Rows, clerk: NDArray[np.float64], rng: Rng) -> None:
    """Leave out what a clerk always leaves out, and what is left out of single rows."""
    writing, count = recipe.writing, len(clerk)
    first, second = rows["forename_1"], rows["forename_2"]
    never = (clerk[:, 0] < writing.clerks_without_middle) | (rng.random(count) < writing.middle_empty)
    second[never] = ""
    share = max(writing.clerks_of_initials, recipe.mechanisms.get("initials-register", 0.0))
    always = clerk[:, 1] < share
    _initials(first, always | (rng.random(count) < writing.forename_initial))
    _initials(second, always | (rng.random(count) < writing.middle_initial))


def _initials(column: Texts, where: Flags) -> None:
    column[where] = [" ".join(word[:1] for word in text.split()) for text in column[where]]


def _slips(  # noqa: C901 - one kind of slip after the other
    recipe: Recipe, rows: Rows, folk: Folk, person: NDArray[np.int64], rng: Rng
) -> None:
    writing, count = recipe.writing, len(person)
    title, first, second, last = (rows[name] for name in ("title", "forename_1", "forename_2", "surname"))

    def some(share: float) -> NDArray[np.int64]:
        return np.flatnonzero(rng.random(count) < share)

    short = rng.random(len(folk.first)) < writing.short
    for row in np.flatnonzero(short[person] & (rng.random(count) < 0.5)).tolist():
        first[row] = _short(first[row], rng)
    for share, column in ((writing.slip_forename, first), (writing.slip_surname, last)):
        for row in some(share).tolist():
            column[row] = _slip(column[row], rng)
    for row in some(writing.title_changed).tolist():
        titles = (*_TITLES[folk.gender[person[row]]][0], *_EITHER)
        title[row] = titles[int(rng.integers(len(titles)))]
    title[some(writing.title_empty)] = ""
    for row in some(writing.both_in_first).tolist():
        first[row], second[row] = f"{first[row]} {second[row]}".strip(), ""
    for row in some(writing.title_in_forename).tolist():
        first[row], title[row] = f"{title[row]} {first[row]}".strip(), ""
    for row in some(writing.capitals).tolist():
        last[row] = last[row].upper()
    for row in some(writing.letters).tolist():
        last[row] = f"{last[row]} {_LETTERS[int(rng.integers(len(_LETTERS)))]}"
    for row in some(writing.swapped).tolist():
        if first[row]:
            first[row], last[row] = last[row], first[row]


def _hits(mechanisms: Mapping[str, float], name: str, count: int, rng: Rng) -> list[int]:
    share = mechanisms.get(name, 0.0)
    found: list[int] = np.flatnonzero(rng.random(count) < share).tolist() if share else []
    return found


def _short(name: str, rng: Rng) -> str:
    """Return another form of a forename: one of which the list of nicknames knows the full name."""
    forms = _forms().get(name.lower())
    return forms[int(rng.integers(len(forms)))].title() if forms else name


@cache
def _forms() -> Mapping[str, tuple[str, ...]]:
    """Return forename → short forms and other spellings, as the package lists them."""
    with content("data", "names", "nicknames.csv").open(newline="", encoding="utf-8") as source:
        return {row["name"]: tuple(row["others"].split(";")) for row in csv.DictReader(source)}


def _slip(name: str, rng: Rng) -> str:
    """Return a name with one slip of the pen: a letter left out, doubled, turned round or another one."""
    if len(name) < _SHORTEST:
        return name
    at = int(rng.integers(1, len(name) - 1))
    other = "aeiourstnlhm"[int(rng.integers(12))]
    return (
        name[:at] + name[at + 1 :], name[:at] + name[at] + name[at:], name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        name[:at] + other + name[at + 1 :],
    )[int(rng.integers(4))]  # fmt: skip


def _spelt(name: str, rng: Rng) -> str:
    """Return a name as somebody spells it who only heard it."""
    low = name.lower()
    fitting = [pair for rule in _SPELT for pair in (rule, rule[::-1]) if pair[0] in low[1:]]
    if not fitting:
        return name
    old, new = fitting[int(rng.integers(len(fitting)))]
    at = low.index(old, 1)
    return name[:at] + new + name[at + len(old) :]
