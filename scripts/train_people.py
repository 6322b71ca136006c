"""Train the model that ships as data/model/people.json on two fictional Englands whose truth is known.

    PYTHONPATH=server python scripts/train_people.py --schools 27000 --seed 5

One world where people take further roles mostly nearby, one where they go far; the weights are those of both together.
The shares of matching pairs come from the truth; those of other pairs from pairs drawn at random, for the title from
pairs of one name, because a title says little once the forename is known.
"""

import argparse
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb
import polars as pl

from hubgraph.ingest.codes import read_codes
from hubgraph.ingest.gathering import gather
from hubgraph.ingest.mapper import MapContext
from hubgraph.ingest.mapping import read_mappings
from hubgraph.ingest.progress import Silent
from hubgraph.ingest.registry import Registry
from hubgraph.ingest.storing import store_all
from hubgraph.people.linking import link, prepare
from hubgraph.people.names import add_names
from hubgraph.people.places import add_places, read_surroundings
from hubgraph.people.records import read_records
from hubgraph.people.trained import Trained
from hubgraph.resources import content
from hubgraph.store.building import Builder
from hubgraph.synth.build import synthesise
from hubgraph.synth.model import SynthOptions

if TYPE_CHECKING:
    from splink import Linker

BASE: Final = "https://w3id.org/hubgraph"
NEARER: Final = "pi() * (power(x_l - x_r, 2) + power(y_l - y_r, 2)) / 1e6 * (density_l + density_r) / 2"
"""How many other role-holders live nearer than the other place."""
BANDS: Final = (300, 1_500, 6_000, 25_000)
SURELY: Final = (
    "case when started_l <= started_r then ended_l else ended_r end >= greatest(started_l, started_r)"
)
"""The earlier term ends on a known day after the later one began."""
PERHAPS: Final = (
    "coalesce(started_l, date '1800-01-01') <= coalesce(ended_r, date '2999-01-01') and "
    "coalesce(started_r, date '1800-01-01') <= coalesce(ended_l, date '2999-01-01')"
)
FOLLOWS: Final = "(started_r - ended_l between 0 and 400 or started_l - ended_r between 0 and 400)"
SAMPLE: Final = 30_000_000
LEAST: Final = 1e-5
"""No kind of agreement is less likely than this, of one person or of two."""
LISTED: Final = 1_500
"""Names of each kind whose share ships; the others are taken for rare."""


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
        level("contains(' ' || last_l || ' ', ' ' || last_r || ' ') or contains(' ' || last_r || ' ', ' ' || last_l || ' ')", "one is part of the other"),
        level("length(last_l) > 3 and damerau_levenshtein(last_l, last_r) <= 1", "one slip"),
    ),
    comparison(
        "first", "first_l is null or first_r is null",
        level("first_l = first_r and length(first_l) > 1", "equal", "first"),
        level("length(first_l) > 1 and length(first_r) > 1 and list_has_any(stands_for_l, stands_for_r)", "nickname"),
        level("left(first_l, 1) = left(first_r, 1) and (length(first_l) = 1 or length(first_r) = 1)", "initial"),
        level("length(first_l) > 3 and damerau_levenshtein(first_l, first_r) <= 1", "one slip"),
    ),
    comparison(
        "middle", "(middle_l is null and not gives_middle_l) or (middle_r is null and not gives_middle_r)",
        level("middle_l = middle_r and full_middle_l is not null", "equal", "middle"),
        level("starts_with(middle_l, middle_r) or starts_with(middle_r, middle_l)", "initial or part"),
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
    "l.last = r.last and l.family = r.family",
    "l.last = r.last and l.place = r.place",
    "l.last = r.last and left(l.first, 1) = left(r.first, 1) and l.block = r.block",
    "l.first = r.first and l.place = r.place",
    "l.first = r.first and l.group = r.group",
    "l.first = r.first and l.middle = r.middle and l.block = r.block",
    "left(l.last, 4) = left(r.last, 4) and l.family = r.family and l.block = r.block",
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
    SETTINGS, 1.0, {"first": {}, "middle": {}, "last": {}}, 2e-5, 50_000, 25_000, 0.5, 1.0
)


def stored(source: Path, folder: Path) -> Builder:
    """Return a store of the files of source, without what a load derives and checks."""
    folder.mkdir()
    mappings = read_mappings(content("data", "mappings"), ())
    context = MapContext(BASE, read_codes(content("ontology", "codes")), Registry(BASE))
    gathered = gather([source], mappings, context, Silent(), None)
    builder = Builder(folder / "rdf")
    store_all(builder, gathered, context, folder / "triples", Silent())
    builder.optimize()
    return builder


class World:
    """A fictional England: prepared records with the person of each, and its linker."""

    def __init__(self, folder: Path, schools: int, seed: int, moves: str) -> None:
        """Make it under folder."""
        source, store = folder / moves, folder / f"{moves}-store"
        synthesise(source, SynthOptions(schools, seed, moves))
        truth = json.loads((source / "truth.json").read_text(encoding="utf-8"))["people"]
        builder = stored(source, store)
        records = add_places(add_names(read_records(builder, BASE)), read_surroundings(builder))
        builder.close()
        person = {key: name for name, keys in truth.items() for key in keys}
        self.records = prepare(records, UNTRAINED).with_columns(
            records["key"].replace_strict(person).alias("person")
        )
        self.connection = duckdb.connect()
        self.linker: Linker = link(self.connection, self.records, dict(SETTINGS))

    def pairs_per_record(self) -> float:
        """Return how many true pairs there are for each record."""
        sizes = self.records["person"].value_counts()["count"]
        return float((sizes * (sizes - 1) / 2).sum()) / len(self.records)

    def has_middle(self) -> float:
        """Return the share of records with further forenames, among those of sources that give them."""
        given = self.records.filter("gives_middle")["middle"]
        return given.is_not_null().sum() / len(given)

    def trained(self) -> dict[str, Any]:
        """Return the settings with the shares of this world."""
        training = self.linker.training
        training.estimate_u_using_random_sampling(max_pairs=SAMPLE, seed=1)
        training.estimate_m_from_label_column("person")
        settings: dict[str, Any] = self.linker.misc.save_model_to_json()
        rare_as(settings, LEAST)
        self._titles(settings)
        return settings

    def _titles(self, settings: dict[str, Any]) -> None:
        """Replace the shares of chance agreement of titles by those among pairs of one name."""
        found = next(entry for entry in settings["comparisons"] if entry["output_column_name"] == "title")
        levels = [entry for entry in found["comparison_levels"] if not entry.get("is_null_level")]
        cases = " ".join(
            f"when {entry['sql_condition']} then {number}" for number, entry in enumerate(levels[:-1])
        )
        columns = ", ".join(
            f"{side}.{name} as {name}_{side}" for side in "lr" for name in ("gender", "rare_title")
        )
        null = found["comparison_levels"][0]["sql_condition"]
        rows = self.connection.execute(
            f"with pairs as (select {columns} from records l join records r on l.first = r.first and l.last = r.last "  # noqa: S608 - the conditions are ours
            f"and l.number < r.number and l.person <> r.person) select case {cases} else {len(levels) - 1} end as what, "
            f"count(*) from pairs where not ({null}) group by what"
        ).fetchall()
        counts = dict(rows)
        for number, entry in enumerate(levels):
            entry["u_probability"] = (counts.get(number, 0) + 1) / (sum(counts.values()) + len(levels))


def rare_as(settings: dict[str, Any], share: float) -> None:
    """Give levels that no pair of the sample reached a small share, so that they count as unlikely and not as unknown."""
    for entry in settings["comparisons"]:
        for found in entry["comparison_levels"]:
            if not found.get("is_null_level"):
                for name in ("m_probability", "u_probability"):
                    found[name] = max(found.get(name) or 0.0, share)


def mean(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return settings whose shares are the means of two."""
    for first, second in zip(one["comparisons"], other["comparisons"], strict=True):
        for low, high in zip(first["comparison_levels"], second["comparison_levels"], strict=True):
            for share in ("m_probability", "u_probability"):
                if share in low and share in high:
                    low[share] = round((low[share] + high[share]) / 2, 9)
    one.pop("linker_uid", None)
    return one


def shares(records: pl.DataFrame) -> dict[str, dict[str, float]]:
    """Return the shares of the most frequent names of each kind."""
    made = {}
    for name in ("first", "middle", "last"):
        counts = records[name].drop_nulls().value_counts(sort=True)
        total = counts["count"].sum()
        top = counts.sort(["count", name], descending=[True, False]).head(LISTED)
        made[name] = {text: round(count / total, 7) for text, count in top.iter_rows()}
    return made


def main() -> None:
    """Make both worlds, train on each and write the model."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--schools", type=int, default=27_000)
    arguments.add_argument("--seed", type=int, default=5)
    arguments.add_argument("--out", type=Path, default=content("data", "model", "people.json"))
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for moves in ("near", "far"):
            world = World(Path(folder), given.schools, given.seed, moves)
            found.append(
                (world.trained(), world.pairs_per_record(), shares(world.records), world.has_middle())
            )
    model = {
        "about": "Weights of evidence for matching people. Names are put together from parts; nobody bears them.",
        "made_by": f"scripts/train_people.py --schools {given.schools} --seed {given.seed}",
        "pairs_per_record": round(sum(entry[1] for entry in found) / len(found), 4),
        "tail": UNTRAINED.tail,
        "prior": UNTRAINED.prior,
        "least": UNTRAINED.least,
        "caution": UNTRAINED.caution,
        "has_middle": round(sum(entry[3] for entry in found) / len(found), 2),
        "settings": mean(found[0][0], found[1][0]),
        "shares": found[0][2],
    }
    given.out.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    for entry in model["settings"]["comparisons"]:  # type: ignore[index]
        for step in entry["comparison_levels"]:
            print(
                entry["output_column_name"],
                step.get("m_probability"),
                step.get("u_probability"),
                step["label_for_charts"],
            )


if __name__ == "__main__":
    main()
