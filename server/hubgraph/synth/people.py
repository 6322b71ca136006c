"""People who do not exist: names by weight, with many that several people bear."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from hubgraph.synth.ground import Alike
from hubgraph.synth.model import Flags, Ints, Texts
from hubgraph.synth.parts import Parts, Weighted, joined, rows_of, weighted

_SURNAMES: Final = 45_000
_COMPOSED_GIVEN: Final = 0.12
_COMMON: Final = 40
_TITLES: Final = {
    "f": weighted(["Mrs", "Ms", "Miss", "Dr", "Professor", "Revd"], [52, 22, 17, 5, 1, 3]),
    "m": weighted(["Mr", "Dr", "Revd", "Professor", "Cllr"], [87, 6, 4, 1, 2]),
}


@dataclass(frozen=True, slots=True)
class People:
    """People as columns; later: the surname after a marriage or with a second one, empty for most."""

    title: Texts
    given: Texts
    middle: Texts
    surname: Texts
    later: Texts
    female: Flags
    plain: Flags


def surname_pool(parts: Parts, rng: np.random.Generator) -> Weighted:
    """Return surnames put together from parts, the commonest first, with a long tail.

    A name of rank r has weight 1 / (r + 8) ** 0.95, r from 0, so the commonest is borne by about one person in a hundred.
    """
    texts, weights = [""], np.array([1.0])
    for kind in ("surname-first", "surname-last", "surname-ending"):
        part = parts.by_kind[kind]
        texts = [before + after for before in texts for after in part.texts]
        weights = (weights[:, None] * part.weights[None, :]).ravel()
    names = np.array(texts, dtype=object)
    order = np.argsort(-weights * rng.lognormal(0, 1.2, len(weights)), kind="stable")[:_SURNAMES]
    return weighted(names[order].tolist(), (1.0 / (np.arange(len(order)) + 8.0) ** 0.95).tolist())


def local_pool(parts: Parts) -> Weighted:
    """Return the few surnames that are frequent in some authorities and rare elsewhere."""
    first, last = parts.by_kind["local-first"].texts, parts.by_kind["local-last"].texts
    names = [before + after for before in first for after in last]
    return weighted(names, (1.0 / (np.arange(len(names)) + 2.0) ** 0.8).tolist())


def make_people(  # noqa: PLR0913, PLR0917 - what a name depends on
    local: Flags, plain: Flags, alike: Sequence[Alike], pool: Weighted, parts: Parts, rng: np.random.Generator
) -> People:
    """Return as many people as local has entries; local: lives where the local surnames are frequent."""
    count = len(local)
    female = rng.random(count) < 0.57  # noqa: PLR2004 - somewhat more women than men govern schools
    given, middle = _given(female, parts, rng), _given(female, parts, rng)
    has_middle = (rng.random(count) < parts.share("people with a middle name")) | plain
    middle = np.where(has_middle, middle, "").astype(object)
    two = parts.happens("people with two middle names", rng, count)
    two = two[has_middle[two] & ~plain[two]]
    middle[two] = joined(middle[two], _given(female[two], parts, rng))
    surname = pool.draw(rng, count)
    theirs = local & (rng.random(count) < parts.share("local surnames there")) & ~plain
    surname[theirs] = local_pool(parts).draw(rng, int(theirs.sum()))
    rare = np.flatnonzero(plain)
    surname[rare] = pool.texts[
        len(pool.texts) // 2 + rng.choice(len(pool.texts) // 2, len(rare), replace=False)
    ]
    later = np.full(count, "", dtype=object)
    married = parts.happens("second surname from marriage", rng, count)
    married = married[female[married] & ~plain[married]]
    later[married] = pool.draw(rng, len(married))
    double = parts.happens("double surname", rng, count)
    double = double[~plain[double]]
    later[double] = joined(surname[double], pool.draw(rng, len(double)), by="-")
    title = np.where(female, _TITLES["f"].draw(rng, count), _TITLES["m"].draw(rng, count)).astype(object)
    people = People(title, given, middle, surname, later, female, plain)
    for pair in alike:
        _make_alike(people, pair, pool, rng)
    return people


def _make_alike(people: People, pair: Alike, pool: Weighted, rng: np.random.Generator) -> None:
    """Give two people one common name; their middle names differ, or neither has one."""
    one, other = pair.one, pair.other
    people.female[other] = people.female[one]
    people.title[other] = people.title[one]
    common = rows_of("given-names")
    gender = "f" if people.female[one] else "m"
    people.given[one] = people.given[other] = next(row["name"] for row in common if row["gender"] == gender)
    people.surname[one] = people.surname[other] = pool.texts[int(rng.integers(_COMMON))]
    if pair.middle == "none":
        people.middle[one] = people.middle[other] = ""
    else:
        first, second = [row["name"] for row in common if row["gender"] == gender][1:3]
        people.middle[one], people.middle[other] = first, second


def _given(female: Flags, parts: Parts, rng: np.random.Generator) -> Texts:
    """Return given names: the usual ones, and now and then one put together from parts."""
    rows = rows_of("given-names")
    count = len(female)
    drawn = {}
    for gender in ("f", "m"):
        of_gender = [row for row in rows if row["gender"] == gender]
        usual = weighted([row["name"] for row in of_gender], [float(row["weight"]) for row in of_gender])
        made = joined(
            parts.draw("given-first", rng, count), parts.draw(f"given-last-{gender}", rng, count), by=""
        )
        drawn[gender] = np.where(rng.random(count) < _COMPOSED_GIVEN, made, usual.draw(rng, count))
    chosen: Texts = np.where(female, drawn["f"], drawn["m"]).astype(object)
    return chosen


def short_names() -> dict[str, list[str]]:
    """Return given name → its short forms."""
    return {row["name"]: row["short"].split(";") for row in rows_of("given-names") if row["short"]}


def organisation_names(count: int, parts: Parts, rng: np.random.Generator) -> Texts:
    """Return names of bodies that are members of trusts, put together from parts."""
    place = joined(parts.draw("place-first", rng, count), parts.draw("place-last", rng, count), by="")
    return joined(place, parts.draw("trust-word", rng, count), np.full(count, "Foundation", dtype=object))


def homes(holder: Ints, body: Ints, count: int) -> Ints:
    """Return, per person, the body of one of their seats; -1 for people who hold none."""
    home = np.full(count, -1)
    held = holder >= 0
    home[holder[held][::-1]] = body[held][::-1]
    return home
