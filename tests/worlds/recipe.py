"""Recipes: one YAML file per world, every word of which is explained in tests/worlds/README.md."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import yaml

HERE: Final = Path(__file__).resolve().parent
MECHANISMS: Final = (
    "patronymics", "two-surnames", "mononyms", "everyday-names", "initials-register", "clans", "spellings",
    "turned-forenames", "surname-first", "known-by-second", "dynasties", "entered-twice",
)  # fmt: skip
"""What no world of training does; the last three only fresh ones."""


class RecipeError(ValueError):
    """A recipe says something that no world can be made from."""


@dataclass(frozen=True, slots=True)
class Land:
    """towns: how many. km: across. trusts: share of schools in one. trust_size, hub_size: least and most schools."""

    towns: int
    km: float
    trusts: float
    trust_size: tuple[int, int]
    hubs: int
    hub_size: tuple[int, int]
    placed: float = 1.0


@dataclass(frozen=True, slots=True)
class Names:
    """Stocks by weight, laws of frequency, and how often names recur in families and towns; shares of people."""

    stocks: Mapping[str, float]
    apart: bool
    forename_fall: float
    surname_fall: float
    tail_names: int
    strange_forenames: float
    middle: float
    two_middles: float
    local_surnames: float
    relatives: float
    namesakes: float
    surname_tail: float | None = None


@dataclass(frozen=True, slots=True)
class Posts:
    """Seats of a board, posts of one person (shares of people with 1, 2, …), and where further posts are."""

    board: tuple[int, int]
    each: tuple[float, ...]
    further: Mapping[str, float]
    past: float
    again: float


@dataclass(frozen=True, slots=True)
class Writing:
    """How rows are filled in: shares of rows, but for clerks (shares of bodies) and married, double, short (of people)."""

    title: Mapping[str, float]
    title_empty: float
    title_changed: float
    middle_empty: float
    middle_initial: float
    forename_initial: float
    both_in_first: float
    slip_forename: float
    slip_surname: float
    capitals: float
    swapped: float
    title_in_forename: float
    letters: float
    start_empty: float
    end_empty: float
    married: float
    double: float
    short: float
    clerks_without_middle: float
    clerks_of_initials: float


@dataclass(frozen=True, slots=True)
class Recipe:
    """A world: what it is about, how many rows, its seed, its parts, and mechanisms with the share that each touches."""

    name: str
    about: str
    rows: int
    seed: int
    land: Land
    names: Names
    posts: Posts
    writing: Writing
    mechanisms: Mapping[str, float]


def read_recipe(path: Path) -> Recipe:
    """Read a recipe; RecipeError names the file and the word that is wrong."""
    given = yaml.safe_load(path.read_text(encoding="utf-8"))
    parts: dict[str, type[Any]] = {"land": Land, "names": Names, "posts": Posts, "writing": Writing}
    unknown = set(given) - {"about", "rows", "seed", "mechanisms", *parts}
    if unknown:
        raise RecipeError(f"{path.name}: nothing is known of {min(unknown)}; see tests/worlds/README.md.")
    mechanisms = given.get("mechanisms") or {}
    strange = set(mechanisms) - set(MECHANISMS)
    if strange:
        raise RecipeError(
            f"{path.name}: there is no mechanism {min(strange)}; there are {', '.join(MECHANISMS)}."
        )
    made: dict[str, Any] = {
        name: _part(kind, given.get(name) or {}, f"{path.name}, {name}") for name, kind in parts.items()
    }
    return Recipe(path.stem, given["about"], given["rows"], given["seed"], mechanisms=mechanisms, **made)


def recipes(which: str) -> tuple[Recipe, ...]:
    """Return the recipes of training, unseen or fresh, the smallest world first."""
    return tuple(sorted(map(read_recipe, (HERE / which).glob("*.yaml")), key=lambda recipe: recipe.rows))


def _part(kind: type[Any], given: Mapping[str, Any], where: str) -> Any:  # noqa: ANN401 - one of four kinds
    known = {field.name for field in fields(kind)}
    if set(given) - known:
        raise RecipeError(
            f"{where}: nothing is known of {min(set(given) - known)}; see tests/worlds/README.md."
        )
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise RecipeError(f"{where}: {error}.") from error
