"""The rules that every join without review keeps, however probable it is: names must agree. docs/people.md states them.

1. Surnames agree: they are equal after normalising; or one is a part of the other's double name; or they differ by one slip
   of the pen in a name of five letters or more. A changed surname waits for review.
2. First forenames agree: they are equal, one may stand for the other (nickname), one is the initial of the other, or they
   differ by one slip as above.
3. Further forenames in one place are equal, or one is the initial of the other; a record may have none.
4. Titles are not those of a man and of a woman.
5. All of this holds for every two records of a person, so no third record gets round it. What differs between records that
   a reviewer or a key of the source put together may differ in all records of that person.
6. A record that agrees with two records that do not agree with each other (J. with John and with Jane) is joined with one of
   them only where the other is so much less likely that the pair is sure all the same.

Two names that are both known (Parker and Barker, Julian and Julia) are two names and no slip; a mark of generation (Jnr)
belongs to the surname; particles, titles, and names that half a community bears (de, Mc, Mrs, Kaur) are no part that counts.
What is missing does not agree: a record without surname or forename is joined by nobody but a reviewer or a key.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from typing import Final, Literal

from hubgraph.people.names import (
    generations,
    known_forenames,
    known_surnames,
    no_surname_alone,
    same_people_may_bear,
    stands_for,
)

_SLIP_FROM: Final = 5
"""Letters that a name has at least where one slip of the pen is forgiven."""
_MANY: Final = 1 << 17

Part = Literal["surname", "forename", "further forenames", "title"]
Difference = tuple[Part, str, str]
"""What differs between two names and the two texts, in order."""

_WORDS: Final[dict[Part, tuple[str, str]]] = {
    "surname": ("surnames differ", "a surname is missing"),
    "forename": ("forenames differ", "a forename is missing"),
    "further forenames": ("further forenames differ", ""),
    "title": ("titles of a man and of a woman", ""),
}


@dataclass(frozen=True, slots=True)
class Name:
    """A name as names.add_names makes it comparable: empty where a record has none; gender is m, f or empty."""

    first: str
    middle: str
    last: str
    gender: str = ""


@dataclass(frozen=True, slots=True)
class _Surname:
    words: tuple[str, ...]
    generation: str


@lru_cache(_MANY)
def differences(one: Name, other: Name) -> frozenset[Difference]:
    """Return what keeps two names from being joined without review, nothing where they agree."""
    found: list[Difference] = []
    if not surnames_agree(one.last, other.last):
        found.append(_difference("surname", one.last, other.last))
    if not forenames_agree(one.first, other.first):
        found.append(_difference("forename", one.first, other.first))
    if not same_people_may_bear(one.middle, other.middle):
        found.append(_difference("further forenames", one.middle, other.middle))
    if one.gender and other.gender and one.gender != other.gender:
        found.append(_difference("title", one.gender, other.gender))
    return frozenset(found)


def may_join(
    ones: Iterable[Name], others: Collection[Name], reviewed: AbstractSet[Difference] = frozenset()
) -> bool:
    """Tell whether two sets of names may become one person without review; reviewed: differences that were put together."""
    return all(differences(one, other) <= reviewed for one, other in product(ones, others))


def torn(
    pairs: Iterable[tuple[int, int, float]], names: Mapping[int, Name], sure: float
) -> frozenset[tuple[int, int]]:
    """Return pairs that are less than sure once it is counted that a record may be somebody else's who agrees as well.

    pairs: records by number with the probability of each pair, all that may be; sure: the least that joins. Of p and q who cannot
    be one, a record is p with the odds of p over one and the odds of q.
    """
    near: dict[int, list[tuple[int, float]]] = {}
    given = list(pairs)
    often = Counter(record for pair in given for record in pair[:2])
    given = [pair for pair in given if often[pair[0]] > 1 or often[pair[1]] > 1]
    for one, other, probability in given:
        if not differences(names[one], names[other]):
            near.setdefault(one, []).append((other, _odds(probability)))
            near.setdefault(other, []).append((one, _odds(probability)))

    def has_rival(record: int, partner: int, odds: float) -> bool:
        return any(
            odds < _odds(sure) * (1 + likewise) and bool(differences(names[partner], names[rival]))
            for rival, likewise in near[record]
        )

    return frozenset(
        (one, other)
        for one, other, probability in given
        if probability >= sure
        and one in near
        and other in near
        and (has_rival(one, other, _odds(probability)) or has_rival(other, one, _odds(probability)))
    )


def put_together(names: Collection[Name]) -> frozenset[Difference]:
    """Return what differs among names that a reviewer or a source put together."""
    return frozenset().union(*(differences(one, other) for one, other in combinations(names, 2)))


def in_words(found: Iterable[Difference]) -> str:
    """Return differences as a reviewer reads them, such as `surnames differ`; empty where there are none."""
    parts = {part: low == "" for part, low, _ in found}
    return ", ".join(_WORDS[part][parts[part]] for part in _WORDS if part in parts)


def surnames_agree(one: str, other: str) -> bool:
    """Tell whether two normalised surnames may be one person's without review."""
    if not one or not other:
        return False
    if one == other:
        return True
    first, second = _read(one), _read(other)
    if first.generation != second.generation:
        return False
    return (
        _is_part(first.words, second.words)
        or _is_part(second.words, first.words)
        or _is_slip(first.words, second.words)
    )


def forenames_agree(one: str, other: str) -> bool:
    """Tell whether two normalised first forenames may be one person's without review."""
    if not one or not other:
        return False
    if one == other:
        return True
    if 1 in (len(one), len(other)):
        return one[0] == other[0]
    return not stands_for(one).isdisjoint(stands_for(other)) or _slip_in(one, other, known_forenames())


def one_slip(one: str, other: str) -> bool:
    """Tell whether at most one letter is other, too many, or changed places with the next (Damerau 1964)."""
    at = next(
        (at for at, (first, second) in enumerate(zip(one, other, strict=False)) if first != second), None
    )
    if at is None:
        return abs(len(one) - len(other)) <= 1
    one, other = one[at:], other[at:]
    return (
        one[1:] == other[1:]
        or one == other[1:]
        or one[1:] == other
        or (one[:2] == other[:2][::-1] and one[2:] == other[2:])
    )


def _odds(probability: float) -> float:
    return probability / max(1 - probability, 1e-9)


def _difference(part: Part, one: str, other: str) -> Difference:
    low, high = sorted((one, other))
    return part, low, high


@lru_cache(_MANY)
def _read(last: str) -> _Surname:
    """Part a normalised surname into its words and the mark of generation behind it."""
    words = tuple(last.split())
    generation = generations().get(words[-1], "") if len(words) > 1 else ""
    return _Surname(words[:-1] if generation else words, generation)


def _is_part(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Tell whether a surname is another one, or some words of it in a row, however they are written apart."""
    text = "".join(short)
    if text == "".join(long):
        return True
    ends = range(len(long) + 1)
    return any(
        "".join(long[start:end]) == text and _counts(long[start:end]) for start, end in combinations(ends, 2)
    )


def _counts(words: tuple[str, ...]) -> bool:
    """Tell whether words of a surname name a family by themselves."""
    return any(len(word) > 1 and word not in no_surname_alone() for word in words)


def _is_slip(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether two surnames differ by one slip: in one word, or in a blank too many and a letter beside it."""
    if len(one) == len(other):
        differing = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
        return len(differing) == 1 and _slip_in(*differing[0], known_surnames())
    cores = ["".join(word for word in words if word not in no_surname_alone()) for words in (one, other)]
    return min(map(len, cores)) >= _SLIP_FROM and one_slip("".join(one), "".join(other))


def _slip_in(one: str, other: str, known: AbstractSet[str]) -> bool:
    """Tell whether two words are long enough and one slip apart, and not two names that are both known."""
    return (
        min(len(one), len(other)) >= _SLIP_FROM
        and one_slip(one, other)
        and not (one in known and other in known)
    )
