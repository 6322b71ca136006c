"""Match the people of two fictional Englands whose truth is known, beside equal names and equal names in one authority.

    PYTHONPATH=server python benchmarks/match_people.py --schools 27000

The seed is not that of the worlds on which the model was trained. Pairs are counted after records are joined to people,
so that a wrong join counts with all that follow from it; the calibration is that of the pairs themselves.
"""

import argparse
import json
import multiprocessing
import re
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from common import publish

from hubgraph.ingest.codes import read_codes
from hubgraph.ingest.gathering import gather
from hubgraph.ingest.mapper import MapContext
from hubgraph.ingest.mapping import read_mappings
from hubgraph.ingest.progress import Silent
from hubgraph.ingest.registry import Registry
from hubgraph.ingest.storing import store_all
from hubgraph.people.clusters import Edges, cluster
from hubgraph.people.records import read_table
from hubgraph.people.resolve import Found, find, names_of, torn_pairs
from hubgraph.resources import content
from hubgraph.store.building import Builder
from hubgraph.synth.build import synthesise
from hubgraph.synth.model import SynthOptions

if TYPE_CHECKING:
    from collections.abc import Callable

BASE = "https://w3id.org/hubgraph"
THRESHOLDS = (0.5, 0.8, 0.99)
BINS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0001)
IN_AUTHORITY = "SELECT ?s ?v WHERE { ?s <https://w3id.org/hubgraph/ns#localAuthority> ?v }"


def make(folder: Path, schools: int, seed: int, moves: str) -> None:
    """Make a fictional England and store it as a load does before it matches people."""
    synthesise(folder / "files", SynthOptions(schools, seed, moves))
    mappings = read_mappings(content("data", "mappings"), ())
    context = MapContext(BASE, read_codes(content("ontology", "codes")), Registry(BASE))
    gathered = gather([folder / "files"], mappings, context, Silent(), None)
    builder = Builder(folder / "rdf")
    store_all(builder, gathered, context, folder / "triples", Silent())
    builder.optimize()
    builder.close()


def joined(records: pl.DataFrame, pairs: pl.DataFrame, least: float) -> pl.Series:
    """Return the number of the person of each record when pairs at least this probable are joined."""
    torn = torn_pairs(records, pairs)
    rows = pairs.filter(pl.col("probability") >= least).select("one", "other", "probability").iter_rows()
    names = names_of(records, pl.concat([pairs["one"], pairs["other"]]))
    edges = Edges(likely=[row for row in rows if row[:2] not in torn], names=names)
    return pl.Series("person", cluster(len(records), edges).first)


def quality(records: pl.DataFrame, person: pl.Series) -> tuple[float, float, float]:
    """Return precision, recall and F1 of the pairs that are joined."""
    frame = records.select("truth").with_columns(person.alias("person"))

    def pairs(*by: str) -> float:
        sizes = frame.group_by(by).len()["len"].cast(pl.Float64)
        return float((sizes * (sizes - 1) / 2).sum())

    both, ours, true = pairs("person", "truth"), pairs("person"), pairs("truth")
    precision, recall = both / max(ours, 1.0), both / true
    return precision, recall, 2 * precision * recall / (precision + recall)


def calibration(
    records: pl.DataFrame, pairs: pl.DataFrame
) -> tuple[list[tuple[float, int, float, float]], float]:
    """Return (lower bound, pairs, mean probability, share that is true) of each bin, and the mean error of pairs."""
    truth = records["truth"].to_list()
    true = [truth[one] == truth[other] for one, other in pairs.select("one", "other").iter_rows()]
    frame = pairs.with_columns(pl.Series("true", true))
    found = []
    for low, high in pairwise(BINS):
        part = frame.filter(pl.col("probability").is_between(low, high, closed="left"))
        if len(part):
            means = part.select(pl.col("probability").mean(), pl.col("true").cast(pl.Float64).mean()).row(0)
            found.append((low, len(part), *means))
    error = sum(count * abs(said - true) for _, count, said, true in found) / max(1, len(frame))
    return found, error


def measured(folder: Path) -> list[str]:
    """Match one world in a process of its own; return the lines of its report."""
    builder = Builder(folder / "rdf")
    start = time.process_time()
    found: Found = find(builder, BASE)
    seconds = time.process_time() - start
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = re.search(r"VmHWM:\s*(\d+) kB", status)
    truth = json.loads((folder / "files" / "truth.json").read_text(encoding="utf-8"))["people"]
    person = {key: name for name, keys in truth.items() for key in keys}
    records = found.records.with_columns(pl.col("key").replace_strict(person).alias("truth"))
    authorities = read_table(builder, IN_AUTHORITY, ("organisation", "authority"))
    pairs = found.scored.pairs
    ways: dict[str, Callable[[], pl.Series]] = {
        "equal names as written": lambda: records["name"].rank("dense"),
        "equal names, normalised": lambda: records.select(
            pl.struct("first", "last").rank("dense")
        ).to_series(),
        "equal names, normalised, in one authority": lambda: in_authority(records, authorities),
        **{
            f"hubgraph, p >= {least}": lambda least=least: joined(records, pairs, least)
            for least in THRESHOLDS
        },
    }
    lines = [
        (
            f"{len(records):,} records of {records['truth'].n_unique():,} people; {len(pairs):,} pairs with p >= .5 in "
            f"{seconds:.1f} CPU s (reading the store included), peak {int(peak[1]) / 1e6 if peak else 0:.2f} GB."
        ),
        "", "| way | precision | recall | F1 |", "|---|---|---|---|",
    ]  # fmt: skip
    for name, way in ways.items():
        lines.append("| " + " | ".join([name, *(f"{value:.4f}" for value in quality(records, way()))]) + " |")
    bins, error = calibration(records, pairs)
    lines += [
        "",
        f"Calibration, mean error {error:.3f}:",
        "",
        "| p from | pairs | said | true |",
        "|---|---|---|---|",
    ]
    lines += [f"| {low} | {count:,} | {said:.4f} | {true:.4f} |" for low, count, said, true in bins]
    return lines


def in_authority(records: pl.DataFrame, authorities: pl.DataFrame) -> pl.Series:
    """Return the person of each record when first and last name and the authority of the school are equal."""
    frame = records.join(
        authorities.unique("organisation"), on="organisation", how="left", maintain_order="left"
    )
    place = pl.coalesce("authority", "organisation")
    return frame.select(pl.struct("first", "last", place.alias("where")).rank("dense")).to_series()


def main() -> None:
    """Make both worlds, match each and publish the report."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--schools", type=int, default=27_000)
    arguments.add_argument("--seed", type=int, default=12)
    arguments.add_argument(
        "--keep", type=Path, help="folder for the worlds, which are used again where they are there"
    )
    given = arguments.parse_args()
    lines = []
    with tempfile.TemporaryDirectory() as name:
        for moves in ("near", "far"):
            folder = (given.keep or Path(name)) / f"{moves}-{given.schools}-{given.seed}"
            if not folder.exists():
                folder.mkdir(parents=True)
                make(folder, given.schools, given.seed, moves)
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
                lines += ["", f"## {moves}", "", *pool.submit(measured, folder).result()]
    command = f"python benchmarks/match_people.py --schools {given.schools} --seed {given.seed}"
    publish("match-people", "People matched in two fictional Englands", command, lines)


if __name__ == "__main__":
    main()
