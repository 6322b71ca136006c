"""Match the people of the fictional worlds of tests/worlds, each held against its truth, beside two peers.

    PYTHONPATH=server:tests python benchmarks/people_worlds.py [--most ROWS] [--only NAME]

Ten worlds trained the model; ten of other recipes did not, but were looked at while it was made; six were written when it
was finished. The peers see the same records: equal first and last names, and
Splink with the same comparisons and blocking whose weights come from its own training (random sampling and expectation
maximisation on the world itself), its pairs of .99 and more joined as they come.
"""

import argparse
import multiprocessing
import re
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import duckdb
import polars as pl
from common import publish

from hubgraph.people.clusters import Edges, cluster
from hubgraph.people.linking import link, prepare
from hubgraph.people.model import JOIN
from hubgraph.people.trained import read_trained
from worlds.measuring import Measured, count, measure
from worlds.recipe import Recipe, recipes
from worlds.world import make, prepared

PEER_ROWS = 30_000
"""Splink trains itself on worlds of at most so many rows here; more takes minutes a world."""
FOLDERS = (
    ("fresh", "Written after the model was finished, measured once"),
    ("unseen", "Of other recipes, never trained on, looked at while the model was made"),
    ("training", "Trained on"),
)
HEAD = (
    "| world | rows | true pairs | joined | false | precision | recall at .5 | calibration error | overlaps | of them false "
    "| CPU s | GB | equal names: precision / recall | Splink trained by itself: precision / recall / calibration error |"
)


def own_training(records: pl.DataFrame) -> Measured:
    """Return the figures of Splink that trains itself on the world."""
    trained = read_trained()
    ready = prepare(records, trained)
    settings = trained.settings_for(len(ready))
    for entry in settings["comparisons"]:
        for level in entry["comparison_levels"]:
            for name in (
                "m_probability",
                "u_probability",
                "tf_adjustment_column",
                "tf_adjustment_weight",
                "disable_tf_exact_match_detection",
            ):
                level.pop(name, None)
    with duckdb.connect() as connection:
        linker = link(connection, ready, settings)
        training = linker.training
        training.estimate_probability_two_random_records_match(
            ["l.last = r.last and l.first = r.first"], recall=0.8
        )
        training.estimate_u_using_random_sampling(max_pairs=1_000_000, seed=1)
        training.estimate_parameters_using_expectation_maximisation("l.last = r.last and l.family = r.family")
        training.estimate_parameters_using_expectation_maximisation("l.place = r.place")
        found = (
            linker.inference.predict(threshold_match_probability=0.5, warning_mode="never")
            .as_duckdbpyrelation()
            .pl()
        )
    pairs = found.select(
        one=pl.min_horizontal("number_l", "number_r"),
        other=pl.max_horizontal("number_l", "number_r"),
        probability="match_probability",
    )
    likely = list(pairs.filter(pl.col("probability") >= JOIN).iter_rows())
    return count(records, pairs, list(cluster(len(records), Edges(likely=likely)).first))


def equal_names(records: pl.DataFrame) -> tuple[float, float]:
    """Return precision and recall of joining equal first and last names."""

    def pairs(*by: str) -> float:
        sizes = records.drop_nulls(["first", "last"]).group_by(by).len()["len"].cast(pl.Float64)
        return float((sizes * (sizes - 1) / 2).sum())

    truth = records["truth"].value_counts()["count"].cast(pl.Float64)
    both = pairs("first", "last", "truth")
    return both / max(1.0, pairs("first", "last")), both / float((truth * (truth - 1) / 2).sum())


def measured(
    recipe: Recipe,
) -> tuple[Measured, float, tuple[float, float], tuple[float, float, float] | None]:
    """Measure one world in a process of its own; return its figures, peak memory in GB, and the peers' precision and recall."""
    records = prepared(make(recipe))
    ours = measure(records)
    peak = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    try:
        peer = own_training(records) if recipe.rows <= PEER_ROWS else None
    except ValueError:
        # Splink refuses weights that its own training has driven to nothing, which small worlds do.
        peer = None
    return (
        ours,
        int(peak[1]) / 1e6 if peak else 0.0,
        equal_names(records),
        (peer.precision, peer.recall, peer.calibration) if peer else None,
    )


def line(recipe: Recipe) -> str:
    """Return the row of one world."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        ours, memory, plain, peer = pool.submit(measured, recipe).result()
    return (
        f"| {recipe.name} | {ours.records:,} | {ours.true:,} | {ours.joined:,} | {ours.false:,} | {ours.precision:.4f} | {ours.recall:.3f} "
        f"| {ours.calibration:.3f} | {ours.overlaps:,} | {ours.false_overlaps:,} | {ours.seconds:.1f} | {memory:.2f} "
        f"| {plain[0]:.3f} / {plain[1]:.3f} | {f'{peer[0]:.3f} / {peer[1]:.3f} / {peer[2]:.3f}' if peer else 'no result'} |"
    )


def main() -> None:
    """Measure every world and publish the report."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "--most", type=int, default=1_000_000, help="leave out worlds of more rows than this"
    )
    arguments.add_argument(
        "--only",
        default="",
        help="one world, or one folder of them; the rows are printed and nothing is written",
    )
    given = arguments.parse_args()
    lines = []
    start = time.monotonic()
    for which, title in FOLDERS:
        chosen = [
            recipe
            for recipe in recipes(which)
            if recipe.rows <= given.most and given.only in {"", which, recipe.name}
        ]
        lines += ["", f"## {title}", "", HEAD, "|---" * HEAD.count(" | ") + "|---|"]
        for recipe in chosen:
            lines.append(line(recipe))
            print(lines[-1], flush=True)
    lines += [
        "",
        f"Overlaps: joined pairs of roles held at one time in bodies that belong together or deal with each other, on which findings rest. All in {time.monotonic() - start:.0f} s.",
    ]
    if not given.only:
        command = "python benchmarks/people_worlds.py" + (
            f" --most {given.most}" if given.most < 1_000_000 else ""
        )
        publish("people-worlds", "People matched in fictional worlds", command, lines)


if __name__ == "__main__":
    main()
