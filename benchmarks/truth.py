"""Make a fictional England, load it as anybody would, and hold people and overlaps against its truth.

    PYTHONPATH=server python benchmarks/truth.py --schools 2700 --seed 1

A planted overlap is found where a finding of its pattern names its organisations and its tie and rests on its appointments; a
near miss counts as found where a finding of its pattern names these and rests on one of its appointments. Further overlaps
arise by chance in such a world, so that findings that nobody planted say nothing of precision; near misses do.
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from common import publish
from match_people import THRESHOLDS, joined, quality

from hubgraph.ingest.load import load
from hubgraph.ingest.progress import Silent
from hubgraph.ingest.summary import LoadOptions, LoadSummary
from hubgraph.people.resolve import find
from hubgraph.settings import Settings
from hubgraph.store.building import Builder
from hubgraph.store.generations import Generations
from hubgraph.synth.build import synthesise
from hubgraph.synth.model import SynthOptions

FINDINGS = """
PREFIX hg: <https://w3id.org/hubgraph/ns#>
SELECT ?finding ?pattern ?a ?b ?tie ?start ?end ?state ?severity ?evidence
WHERE {
  ?finding a hg:Finding ; hg:pattern ?pattern ; hg:organisationA ?a ; hg:state ?state ; hg:severity ?severity ; hg:evidence ?evidence .
  OPTIONAL { ?finding hg:organisationB ?b }
  OPTIONAL { ?finding hg:tie ?tie }
  OPTIONAL { ?finding hg:overlapStart ?start }
  OPTIONAL { ?finding hg:overlapEnd ?end }
}
"""
HOLDERS = "SELECT ?appointment ?person WHERE { ?appointment <https://w3id.org/hubgraph/ns#holder> ?person }"
TIES = ("hub", "award", "payment", "evaluation")


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as far as the truth speaks of it: keys of sides and tie, keys of evidence, first and last day."""

    pattern: str
    names: frozenset[str]
    evidence: frozenset[str]
    state: str
    severity: str
    start: str


def read_findings(builder: Builder) -> list[Shown]:
    """Return the findings of a store."""
    rows: dict[str, list[dict[str, str]]] = {}
    for row in builder.select(FINDINGS).rows:
        texts = {name: term.value.rpartition("/")[2] for name, term in row.items()}
        rows.setdefault(texts["finding"], []).append(texts)
    return [
        Shown(
            same[0]["pattern"],
            frozenset(row[name] for row in same for name in ("a", "b", "tie") if name in row),
            frozenset(row["evidence"] for row in same),
            same[0]["state"],
            same[0]["severity"],
            same[0].get("start", ""),
        )
        for same in rows.values()
    ]


def fits(entry: Mapping[str, Any], findings: Sequence[Shown]) -> list[Shown]:
    """Return the findings that an entry of the truth speaks of."""
    # The hub of an award is not what ties its sides; the award is.
    ties = [str(entry[tie]) for tie in TIES if tie in entry and not (tie == "hub" and "award" in entry)]
    names = {*(name.rpartition(":")[2] for name in entry["organisations"]), *ties}
    seats = set(entry.get("appointments", ()))
    near = entry["expected"] == "near miss"
    return [
        finding
        for finding in findings
        if finding.pattern == entry["pattern"]
        and names <= finding.names | finding.evidence
        and (not seats or (bool(seats & finding.evidence) if near else seats <= finding.evidence))
    ]


def overlaps(truth: Mapping[str, Any], findings: Sequence[Shown]) -> list[str]:
    """Return a table of what was planted and what of it was found, by pattern."""
    counts: dict[str, Counter[str]] = {}
    for entry in truth["planted"]:
        counted = counts.setdefault(entry["pattern"], Counter())
        found = fits(entry, findings)
        counted[entry["expected"]] += 1
        counted[f"{entry['expected']} found"] += bool(found)
        for said in ("state", "severity"):
            counted[said] += any(getattr(finding, said) == entry.get(said, "") for finding in found)
            counted[f"has {said}"] += bool(entry.get(said))
        counted["start"] += any(finding.start == entry.get("overlap_start") for finding in found)
        counted["has start"] += "overlap_start" in entry and entry["expected"] == "overlap"
    lines = [
        "| pattern | planted | found | right state | right severity | right first day | near misses | found | all findings |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    total: Counter[str] = Counter()
    made = Counter(finding.pattern for finding in findings)
    for pattern, counted in sorted(counts.items()):
        counted["all"] = made[pattern]
        total.update(counted)
        lines.append(_line(pattern, counted))
    return [*lines, _line("together", total)]


def _line(name: str, counted: Counter[str]) -> str:
    right = (f"{counted[said]} of {counted[f'has {said}']}" for said in ("state", "severity", "start"))
    planted = (str(counted[what]) for what in ("overlap", "overlap found"))
    near = (str(counted[what]) for what in ("near miss", "near miss found", "all"))
    return f"| {' | '.join([name, *planted, *right, *near])} |"


def people(truth: Mapping[str, Any], builder: Builder, base: str) -> list[str]:
    """Return a table of pairs of records that are joined, at each threshold and as the load joined them."""
    holder = {key: name for name, keys in truth["people"].items() for key in keys}
    found = find(builder, base)
    records = found.records.with_columns(pl.col("key").replace_strict(holder).alias("truth"))
    as_loaded = {row["appointment"].value: row["person"].value for row in builder.select(HOLDERS).rows}
    ways = {
        **{f"p >= {least}": joined(records, found.scored.pairs, least) for least in THRESHOLDS},
        "as loaded": records["appointment"].replace_strict(as_loaded).rank("dense"),
    }
    lines = [
        f"{len(records):,} records of {records['truth'].n_unique():,} people; pairs that are joined:",
        "",
        "| joined | precision | recall | F1 |",
        "|---|---|---|---|",
    ]
    for name, person in ways.items():
        lines.append(f"| {name} | " + " | ".join(f"{each:.4f}" for each in quality(records, person)) + " |")
    return lines


def measured(folder: Path, given: argparse.Namespace) -> list[str]:
    """Make, load and compare; return the lines of the report."""
    synthesise(folder / "files", SynthOptions(given.schools, given.seed, given.moves))
    store = folder / "store"
    start, wall = time.process_time(), time.monotonic()
    done: LoadSummary = load([folder / "files"], Settings(store=str(store)), LoadOptions(), Silent())
    seconds = f"{time.monotonic() - wall:.0f} s, {time.process_time() - start:.0f} CPU s without its worker processes"
    generations = Generations(store)
    builder = Builder.checkpoint(generations.current_folder() / "rdf", folder / "rdf")
    truth = json.loads((folder / "files" / "truth.json").read_text(encoding="utf-8"))
    findings = read_findings(builder)
    lines = [
        f"{given.schools:,} schools, seed {given.seed}, moves {given.moves}: {done.triples:,} triples, loaded in {seconds}.",
        "",
        "## People",
        "",
        *people(truth, builder, generations.current().base),
        "",
        "## Overlaps",
        "",
        *overlaps(truth, findings),
        "",
        f"Not planted for want of room: {truth['unplanted'] or 'none'}.",
    ]
    builder.close()
    return lines


def main() -> None:
    """Measure one world and publish the report."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--schools", type=int, default=2_700)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--moves", choices=("near", "far"), default="near")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        lines = measured(Path(name), given)
    command = (
        f"python benchmarks/truth.py --schools {given.schools} --seed {given.seed} --moves {given.moves}"
    )
    publish("truth", "People and overlaps against the truth of a fictional England", command, lines)


if __name__ == "__main__":
    main()
