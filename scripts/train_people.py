"""Train the model that ships as data/model/people.json on the ten worlds of tests/worlds/training, whose truth is known.

    PYTHONPATH=server:tests python scripts/train_people.py

The same recipes give the same model. The shares of matching pairs come from the truth; those of other pairs from pairs
drawn at random, for the title from pairs of one name, because a title says little once the forename is known.
"""

import argparse
import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import polars as pl

from hubgraph.people.linking import prepare
from hubgraph.people.trained import Trained
from hubgraph.resources import content
from worlds.recipe import Recipe, recipes
from worlds.world import make, prepared

NEARER: Final = "pi() * (power(x_l - x_r, 2) + power(y_l - y_r, 2)) / 1e6 * (density_l + density_r) / 2"
"""How many other role-holders live nearer than the other place."""
BANDS: Final = (60, 300, 1_500, 6_000, 25_000)
SURELY: Final = (
    "case when started_l <= started_r then ended_l else ended_r end >= greatest(started_l, started_r)"
)
"""The earlier term ends on a known day after the later one began."""
PERHAPS: Final = (
    "coalesce(started_l, date '1800-01-01') <= coalesce(ended_r, date '2999-01-01') and "
    "coalesce(started_r, date '1800-01-01') <= coalesce(ended_l, date '2999-01-01')"
)
SLIP: Final = "length({0}_l) > 3 and length({0}_r) > 3 and damerau_levenshtein({0}_l, {0}_r) <= 1"
FOLLOWS: Final = "(started_r - ended_l between 0 and 400 or started_l - ended_r between 0 and 400)"
SAMPLE: Final = 1_500_000
ENOUGH: Final = 100
"""Pairs on which what a world says of a level counts in full."""
UNLIKE: Final = "equal, the surname is not"
LEAST: Final = 1e-5
"""No kind of agreement is less likely than this, of one person or of two."""


def level(sql: str, label: str, tf: str = "") -> dict[str, Any]:
    """Return a level of a comparison; tf: the name whose frequency replaces the share of chance agreement."""
    made: dict[str, Any] = {"sql_condition": sql, "label_for_charts": label}
    if tf:
        made |= {
            "tf_adjustment_column": tf,
            "tf_adjustment_weight": 1.0,
            "disable_tf_exact_match_detection": True,
        }
    return made


def comparison(name: str, null: str, *levels: dict[str, Any]) -> dict[str, Any]:
    """Return a comparison: where null holds there is no evidence; the last level is anything else."""
    nothing = level(null, "says nothing") | {"is_null_level": True}
    return {"output_column_name": name, "comparison_levels": [nothing, *levels, level("ELSE", "other")]}


COMPARISONS: Final = (
    comparison(
        "last", "last_l is null or last_r is null",
        level("last_l = last_r", "equal", "last"),
        level("contains(' ' || last_l || ' ', ' ' || last_r || ' ') or contains(' ' || last_r || ' ', ' ' || last_l || ' ')", "one is part of the other", "last"),
        level(f"{SLIP.format('last')} and not (usual_last_l and usual_last_r)", "one slip", "last"),
        level(SLIP.format("last"), "one slip between two usual names", "last"),
    ),
    comparison(
        "first", "first_l is null or first_r is null",
        level("first_l = first_r and length(first_l) > 1 and last_l <> last_r", UNLIKE, "given"),
        level("first_l = first_r and length(first_l) > 1", "equal", "first"),
        level("length(first_l) > 1 and length(first_r) > 1 and list_has_any(stands_for_l, stands_for_r)", "nickname", "first"),
        level("initial_l = initial_r and (length(first_l) = 1 or length(first_r) = 1)", "initial", "initial"),
        level(f"{SLIP.format('first')} and not (usual_first_l and usual_first_r)", "one slip", "first"),
        level(SLIP.format("first"), "one slip between two usual names", "first"),
    ),
    comparison(
        "middle", "(middle_l is null and not gives_middle_l) or (middle_r is null and not gives_middle_r)",
        level("middle_l = middle_r and full_middle_l is not null and last_l <> last_r", UNLIKE, "further"),
        level("middle_l = middle_r and full_middle_l is not null", "equal", "middle"),
        level("full_middle_l is not null and full_middle_r is not null and (starts_with(middle_l, middle_r || ' ') or starts_with(middle_r, middle_l || ' '))", "part"),
        level("(full_middle_l is null or full_middle_r is null) and (starts_with(letters_l, letters_r) or starts_with(letters_r, letters_l))", "initial"),
        level("middle_l is null and middle_r is null", "neither has one"),
        level("middle_l is null or middle_r is null", "only one has one"),
    ),
    comparison(
        "title", "(gender_l is null or gender_r is null) and (rare_title_l is null or rare_title_r is null)",
        level("gender_l <> gender_r", "of a man and of a woman"),
        level("rare_title_l = rare_title_r", "equal and rare"),
    ),
    comparison(
        "place", "place_l is null or place_r is null",
        level("place_l = place_r", "one organisation"),
        level("list_has_any(groups_l, groups_r)", "one trust, federation or group"),
        level("list_has_any(ties_l, ties_r)", "one hub, or bodies that deal with each other"),
        *(level(f"{NEARER} < {band}", f"fewer than {band} role-holders nearer") for band in BANDS),
    ),
    comparison(
        "role", "place_l is null or place_r is null or place_l <> place_r",
        level(f"role_l = role_r and {FOLLOWS}", "one term after the other"),
        level(f"role_l = role_r and graph_l = graph_r and {SURELY}", "one role twice at a time"),
        level(f"role_l = role_r and graph_l = graph_r and {PERHAPS}", "one role perhaps twice at a time"),
    ),
)  # fmt: skip
RULES: Final = (
    "l.final = r.final and l.family = r.family",
    "l.head = r.head and l.family = r.family",
    "l.last = r.last and l.place = r.place",
    "l.last = r.last and left(l.first, 1) = left(r.first, 1) and l.block = r.block",
    "l.first = r.first and l.place = r.place",
    "l.first = r.first and l.group = r.group",
    "l.first = r.first and l.middle = r.middle and l.block = r.block",
    "left(l.last, 4) = left(r.last, 4) and l.family = r.family and l.block = r.block",
    "right(l.last, 4) = right(r.last, 4) and l.family = r.family and l.block = r.block",
)
SETTINGS: Final[Mapping[str, Any]] = {
    "link_type": "dedupe_only",
    "unique_id_column_name": "number",
    "retain_matching_columns": False,
    "retain_intermediate_calculation_columns": True,
    "blocking_rules_to_generate_predictions": [
        {"blocking_rule": rule, "sql_dialect": "duckdb"} for rule in RULES
    ],
    "comparisons": list(COMPARISONS),
}
UNTRAINED: Final = Trained(
    settings=SETTINGS,
    pairs_per_record=0.3,
    tail={"first": 1e-4, "middle": 1e-4, "last": 5e-6},
    least=60_000,
    caution=0.6,
    has_middle=0.4,
    middle_prior=200,
    doubt={"all": 0.003, "forename": 0.009, "one further": 0.012, "initial": 0.02},
)


def conditions(entry: Mapping[str, Any]) -> str:
    """Return a CASE of SQL: the number of the level that a pair reaches, -1 where there is no evidence."""
    null, *levels = entry["comparison_levels"]
    cases = " ".join(
        f"when {found['sql_condition']} then {number}" for number, found in enumerate(levels[:-1])
    )
    return f"case when {null['sql_condition']} then -1 {cases} else {len(levels) - 1} end"


def looked_at(entry: Mapping[str, Any]) -> list[str]:
    """Return the columns that the levels of a comparison look at, of both sides."""
    found = set(
        re.findall(
            r"\b(\w+)_([lr])\b", " ".join(step["sql_condition"] for step in entry["comparison_levels"])
        )
    )
    return sorted(f"{side}.{name} as {name}_{side}" for name, side in found)


class World:
    """A training world: prepared records with the true person of each, in DuckDB."""

    def __init__(self, recipe: Recipe) -> None:
        """Make it."""
        made = prepared(make(recipe))
        self.records = prepare(made, UNTRAINED).with_columns(made["truth"])
        self.name, self.size = recipe.name, len(made)
        self.connection = duckdb.connect()
        self.connection.execute("set threads = 1")
        self.connection.register("records", self.records.to_arrow())
        rng = np.random.default_rng(recipe.seed)
        drawn = rng.integers(self.size, size=(2, min(SAMPLE, 4 * self.size**2)))
        frame = pl.DataFrame({"one": drawn[0], "other": drawn[1]}).filter(pl.col("one") < pl.col("other"))
        self.connection.register("drawn", frame.to_arrow())

    def true_pairs(self) -> str:
        """Return the FROM of pairs of one person."""
        return "records l join records r on l.truth = r.truth and l.number < r.number"

    def chance_pairs(self) -> str:
        """Return the FROM of pairs of two people, drawn at random."""
        return (
            "drawn join records l on l.number = one join records r on r.number = other and l.truth <> r.truth"
        )

    def namesakes(self) -> str:
        """Return the FROM of pairs of two people of one first and last name."""
        return "records l join records r on l.first = r.first and l.last = r.last and l.number < r.number and l.truth <> r.truth"

    def counts(self, entry: Mapping[str, Any], source: str) -> list[float]:
        """Return how many pairs reach each level of a comparison, a half added to each, so that none is impossible."""
        columns = looked_at(entry)
        rows = self.connection.execute(
            f"with pairs as (select {', '.join(columns)} from {source}) select {conditions(entry)} as what, count(*) from pairs group by what"  # noqa: S608 - the conditions are ours
        ).fetchall()
        found = dict(rows)
        return [found.get(number, 0) + 0.5 for number in range(len(entry["comparison_levels"]) - 1)]

    def frequency(self, entry: Mapping[str, Any], number: int, column: str) -> list[float]:
        """Return the frequencies of the more frequent name of true pairs that reach a level."""
        columns = [*looked_at(entry), *(f"{side}.tf_{column} as tf_{column}_{side}" for side in "lr")]
        rows = self.connection.execute(
            f"with pairs as (select {', '.join(columns)} from {self.true_pairs()}) select greatest(tf_{column}_l, tf_{column}_r) from pairs "  # noqa: S608 - as above
            f"where {conditions(entry)} = {number}"
        ).fetchall()
        return [row[0] for row in rows]

    def pairs_per_record(self) -> float:
        """Return how many true pairs there are for each record."""
        sizes = self.records["truth"].value_counts()["count"]
        return float((sizes * (sizes - 1) / 2).sum()) / self.size

    def has_middle(self) -> float:
        """Return the share of records with further forenames, among those of sources that give them."""
        given = self.records.filter("gives_middle")["middle"]
        return given.is_not_null().sum() / max(1, len(given))


def trained(worlds: Sequence[World]) -> dict[str, Any]:
    """Return the settings with the shares of all worlds, each of which counts the same.

    What one world says of a level is how much more often it is seen for one person than for two; the mean is that of the
    logarithms, in which a world counts less that hardly has such pairs. Places are counted as if every world had as many records as UNTRAINED.least.
    """
    settings = json.loads(json.dumps(SETTINGS))
    for entry in settings["comparisons"]:
        name = entry["output_column_name"]
        levels = entry["comparison_levels"][1:]
        matches, logs, weights = [], [], []
        for world in worlds:
            one = np.array(world.counts(entry, world.true_pairs()))
            two = np.array(
                world.counts(entry, world.namesakes() if name == "title" else world.chance_pairs())
            )
            share = two / two.sum()
            if name == "place":
                share[:-1] *= world.size / UNTRAINED.least
                share[-1] = 1.0
            matches.append(one / one.sum())
            logs.append(np.log(matches[-1] / share))
            weights.append(np.minimum(one * two / (one + two), ENOUGH))
        m = np.mean(matches, axis=0)
        if levels[0]["label_for_charts"] == UNLIKE:
            # What differs in the surname, its own comparison has counted: a forename is equal as often as ever.
            m[:2] = m[0] + m[1]
        u = m / np.exp(np.average(logs, axis=0, weights=weights))
        for number, found in enumerate(levels):
            found["m_probability"], found["u_probability"] = float(m[number]), float(u[number])
            if "tf_adjustment_column" in found:
                by_name(found, entry, number, worlds)
            for share in ("m_probability", "u_probability"):
                found[share] = round(min(max(found[share], LEAST), 1.0), 9)
    return settings


def by_name(found: dict[str, Any], entry: Mapping[str, Any], number: int, worlds: Sequence[World]) -> None:
    """Make the weight of a level one for each name: the weight that was found belongs to the usual frequency of names there."""
    column = found["tf_adjustment_column"]
    seen = [value for world in worlds for value in world.frequency(entry, number, column)]
    if found["label_for_charts"].startswith("equal"):
        # Equal names: their chance is their frequency, whatever the worlds say on average.
        found["u_probability"] = 1e-3
        return
    usual = float(np.exp(np.mean(np.log(seen)))) if seen else 1e-3
    ratio = found["m_probability"] / found["u_probability"]
    found["u_probability"] = usual
    found["m_probability"] = min(1.0, ratio * usual)


def main() -> None:
    """Make all training worlds and write the model."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "--most", type=int, default=1_000_000, help="leave out worlds of more rows than this"
    )
    arguments.add_argument("--out", type=Path, default=content("data", "model", "people.json"))
    given = arguments.parse_args()
    worlds = [World(recipe) for recipe in recipes("training") if recipe.rows <= given.most]
    model = {
        "about": "Weights of evidence for matching people, from fictional worlds; no name is in it.",
        "made_by": "scripts/train_people.py",
        "worlds": [world.name for world in worlds],
        "pairs_per_record": round(sum(world.pairs_per_record() for world in worlds) / len(worlds), 4),
        "tail": UNTRAINED.tail,
        "least": UNTRAINED.least,
        "caution": UNTRAINED.caution,
        "has_middle": round(sum(world.has_middle() for world in worlds) / len(worlds), 2),
        "middle_prior": UNTRAINED.middle_prior,
        "doubt": UNTRAINED.doubt,
        "settings": trained(worlds),
    }
    given.out.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    for entry in model["settings"]["comparisons"]:  # type: ignore[index]
        for step in entry["comparison_levels"][1:]:
            m, u = step["m_probability"], step["u_probability"]
            print(
                f"{entry['output_column_name']:8}{m:10.6f}{u:12.8f}{math.log2(m / u):8.2f}  {step['label_for_charts']}"
            )


if __name__ == "__main__":
    main()
