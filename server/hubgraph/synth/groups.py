"""Fictional groups: trusts of several schools, single-academy trusts, federations and sponsors."""

from typing import Final

import numpy as np

from hubgraph.synth.model import FIRST_COMPANY, FIRST_UID, Flags, Groups, Ints, Texts
from hubgraph.synth.parts import Parts, joined
from hubgraph.synth.places import Places
from hubgraph.synth.schools import Made, cut_by_place, kinds

_MEDIAN_TRUST: Final = 4.0
_SPREAD_OF_TRUST: Final = 0.95
_LARGEST_TRUST: Final = 75
"""In 2022 the register's trusts of several schools had a median of 4, a mean of 6.5 and a maximum of 75 schools."""
_FEWEST_OTHER_SPONSORS: Final = 3
_NAMED_AFTER_TOWN: Final = 0.5


def make_groups(made: Made, places: Places, parts: Parts, rng: np.random.Generator) -> Groups:
    """Return groups over the open schools; uid, name, kind, company number and rows of their schools."""
    table = kinds()
    body = np.array([row["body"] for row in table], dtype=object)[made.kind]
    academies = np.flatnonzero((body == "academy") & made.is_open)
    alone = rng.random(len(academies)) < parts.share("schools in single-academy trusts, of academies")
    trusts = _trusts(academies[~alone], made, rng)
    singles = [np.array([row]) for row in academies[alone]]
    federations = _federations(np.flatnonzero((body == "maintained") & made.is_open), made, parts, rng)
    owners = [*trusts, *singles]
    led = np.array(["sponsor led" in row["type_name"] for row in table])[made.kind]
    sponsored, other_name = _sponsored(owners, led, parts, rng)
    sets = [*owners, *federations, *(owners[row] for row in sponsored)]
    kind = ["trust"] * len(trusts) + ["single"] * len(singles)
    kind += ["federation"] * len(federations) + ["sponsor"] * len(sponsored)
    names = _names(sets, kind, made, places, parts, rng)
    first = len(owners) + len(federations)
    for spot, (owner, other) in enumerate(zip(sponsored, other_name, strict=True)):
        if not other:
            names[first + spot] = names[owner]
    companies = np.array(
        [str(FIRST_COMPANY + row) if row < len(owners) else "" for row in range(len(sets))], dtype=object
    )
    return Groups(
        uid=FIRST_UID + rng.permutation(len(sets)),
        name=names,
        kind=np.array(kind, dtype=object),
        company=companies,
        schools=tuple(sets),
        sponsors={int(owner): first + spot for spot, owner in enumerate(sponsored) if other_name[spot]},
    )


def _trusts(rows: Ints, made: Made, rng: np.random.Generator) -> list[Ints]:
    sizes = rng.lognormal(np.log(_MEDIAN_TRUST), _SPREAD_OF_TRUST, len(rows)).round().astype(np.int64)
    return cut_by_place(rows, made.x, made.y, sizes.clip(1, _LARGEST_TRUST), rng)


def _federations(rows: Ints, made: Made, parts: Parts, rng: np.random.Generator) -> list[Ints]:
    wanted = round(len(rows) * parts.share("federated, of maintained schools") / 2)
    sizes = rng.choice([2, 3], size=wanted, p=[0.8, 0.2])
    return [found for found in cut_by_place(rows, made.x, made.y, sizes, rng)[:wanted] if len(found) > 1]


def _sponsored(owners: list[Ints], led: Flags, parts: Parts, rng: np.random.Generator) -> tuple[Ints, Flags]:
    """Return trusts that have a sponsor, and whether that is a body of another name than the trust itself."""
    share = parts.share("sponsored, of sponsor-led academies")
    having = np.array([bool(led[rows].any()) for rows in owners]) & (rng.random(len(owners)) < share)
    chosen = np.flatnonzero(having)
    other = rng.random(len(chosen)) < parts.share("sponsors of another name than the trust")
    other[:_FEWEST_OTHER_SPONSORS] = True
    return chosen, other


def _names(  # noqa: PLR0913, PLR0917 - a name has that many parts
    sets: list[Ints], kind: list[str], made: Made, places: Places, parts: Parts, rng: np.random.Generator
) -> Texts:
    first = np.array([rows[0] for rows in sets])
    town, school = places.town[made.town[first]], made.name[first]
    count = len(sets)
    word, ending = parts.draw("trust-word", rng, count), parts.draw("trust-ending", rng, count)
    by_word = joined(np.where(rng.random(count) < _NAMED_AFTER_TOWN, town, ""), word, ending)
    forms = {
        "trust": by_word,
        "single": joined(school, np.full(count, "Academy Trust", dtype=object)),
        "federation": joined(
            np.full(count, "The Federation of", dtype=object), town, word, np.full(count, "Schools")
        ),
        "sponsor": joined(town, word, np.full(count, "Foundation", dtype=object)),
    }
    return np.array([forms[what][row] for row, what in enumerate(kind)], dtype=object)
