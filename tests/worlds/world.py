"""A world as matching sees it: prepared records with the true person of each, without files and without a store."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from hubgraph.people.names import add_names
from hubgraph.people.places import Surroundings, add_places
from worlds.folk import make_folk
from worlds.ground import FIRST_UID, Ground, Seat, enter_twice, fill_seats, make_ground, make_seats
from worlds.hand import Rows, write_rows
from worlds.recipe import Recipe

BASE: Final = "https://w3id.org/hubgraph"
_FIRST_GID: Final = 5_000_000
_SOURCE: Final = {"school": "register", "trust": "register", "firm": "appointments"}


@dataclass(frozen=True, slots=True)
class Made:
    """What a recipe makes before anybody writes it to a file: seats and, row by row, names as written."""

    recipe: Recipe
    ground: Ground
    seats: list[Seat]
    rows: Rows
    gids: tuple[int, ...]


def make(recipe: Recipe) -> Made:
    """Make the world of a recipe; the same recipe makes the same world."""
    rng = np.random.default_rng(recipe.seed)
    ground = make_ground(recipe, rng)
    seats = make_seats(ground, recipe.posts, recipe.rows, rng)
    people = fill_seats(ground, seats, recipe.posts, rng)
    if twice := recipe.mechanisms.get("entered-twice"):
        enter_twice(seats, twice, rng)
    folk = make_folk(recipe, ground, seats, people, rng)
    rows = write_rows(recipe, ground, seats, folk, rng)
    for seat in seats:
        if rng.random() < recipe.writing.start_empty:
            seat.start = 0
        if rng.random() < recipe.writing.end_empty:
            seat.end = 0
    gids = (_FIRST_GID + rng.permutation(len(seats))).tolist()
    return Made(recipe, ground, seats, rows, tuple(gids))


def read(made: Made) -> tuple[pl.DataFrame, Surroundings]:
    """Return person records and surroundings as they would be read out of a store; `truth` is the true person."""
    order = np.argsort(made.gids)
    seats = [made.seats[row] for row in order]
    bodies = made.ground.bodies
    names = {name: [text or None for text in column[order]] for name, column in made.rows.items()}
    keys = [str(made.gids[row]) for row in order]
    frame = pl.DataFrame(
        {
            "number": range(len(seats)),
            "key": keys,
            "id": [f"gid:{key}" for key in keys],
            "appointment": [f"{BASE}/id/appointment/{key}" for key in keys],
            "organisation": [_iri(made.ground, seat.body) for seat in seats],
            "role": [seat.role for seat in seats],
            "graph": [_SOURCE[bodies[seat.body].kind] for seat in seats],
            "start": [_iso(seat.start) for seat in seats],
            "end": [_iso(seat.end) for seat in seats],
            "title": names["title"],
            "forename1": names["forename_1"],
            "forename2": names["forename_2"],
            "surname": names["surname"],
            "truth": [seat.holder for seat in seats],
        },
        schema_overrides={"number": pl.Int64}
        | dict.fromkeys(("start", "end", "title", "forename1", "forename2", "surname"), pl.String),
    )
    written = pl.concat_str("forename1", "forename2", "surname", separator=" ", ignore_nulls=True)
    return frame.with_columns(
        written.alias("name"),
        pl.concat_str("appointment", pl.lit("#person")).alias("record"),
        pl.lit(None, pl.String).alias("person_key"),
    ), _surroundings(made)


def prepared(made: Made) -> pl.DataFrame:
    """Return the records as matching prepares them, with the column `truth`."""
    records, surroundings = read(made)
    return add_places(add_names(records), surroundings)


def _surroundings(made: Made) -> Surroundings:
    bodies = made.ground.bodies
    ties = [
        ("group", _iri(made.ground, number), f"trust/{FIRST_UID + body.trust}")
        for number, body in enumerate(bodies)
        if body.kind == "school" and body.trust >= 0
    ]
    for hub, members in enumerate(made.ground.hubs):
        ties += [
            ("part" if place else "lead", _iri(made.ground, member), f"hub/{hub}")
            for place, member in enumerate(members)
        ]
    ties += [("pair", _iri(made.ground, one), _iri(made.ground, other)) for one, other in made.ground.deals]
    rng = np.random.default_rng(made.recipe.seed)
    positions = [
        (_iri(made.ground, number), str(round(body.x)), str(round(body.y)))
        for number, body in enumerate(bodies)
        if body.kind == "school" and rng.random() < made.recipe.land.placed
    ]
    return Surroundings(
        pl.DataFrame(ties, schema=dict.fromkeys(("kind", "one", "other"), pl.String), orient="row"),
        pl.DataFrame(positions, schema=dict.fromkeys(("organisation", "x", "y"), pl.String), orient="row"),
    )


def _iri(ground: Ground, number: int) -> str:
    body = ground.bodies[number]
    return f"{'organisation' if body.kind == 'firm' else body.kind}/{body.key}"


def _iso(day: int) -> str | None:
    return date.fromordinal(day).isoformat() if day else None
