"""Time every pattern over a published store, and a what-if; count planted overlaps where the truth is given.

    python benchmarks/findings.py STORE [TRUTH.json]

STORE holds a load of `hubgraph synth`; TRUTH.json is the truth beside its files. The people are those of the load.
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from common import publish

from hubgraph.findings.finding import find
from hubgraph.findings.model import Finding
from hubgraph.findings.patterns import (
    OVER_FINDINGS,
    pattern_files,
    preparing_files,
    read_patterns,
    run_pattern,
)
from hubgraph.ingest.progress import Silent
from hubgraph.ingest.whatif import what_if
from hubgraph.settings import Settings
from hubgraph.store.building import Builder
from hubgraph.store.generations import Generations
from hubgraph.terms import graph_iri

AWARD = "Identifier,Currency,Amount Awarded,Award Date,Recipient Org:Identifier,Funding Org:Identifier\n360G-x,GBP,100,{day},{to},{by}\n"

APPOINTMENTS = "SELECT (COUNT(*) AS ?n) { ?each a <https://w3id.org/hubgraph/ns#Appointment> }"


def parts(builder: Builder, base: str) -> Iterator[tuple[str, float, int]]:
    """Yield file, processor seconds and rows of every step, run alone."""
    graph = graph_iri(base, "findings")
    builder.clear(graph)
    for path in preparing_files():
        started = time.process_time()
        made = builder.construct_into(path.read_text(encoding="utf-8"), graph)
        yield f"prepare/{path.name}", time.process_time() - started, made
    for path in pattern_files():
        if path.stem not in OVER_FINDINGS:
            started = time.process_time()
            rows = sum(1 for _ in run_pattern(builder, path, "high"))
            yield path.name, time.process_time() - started, rows


def planted(truth: Mapping[str, Any], findings: Sequence[Finding]) -> tuple[int, int, int]:
    """Return planted overlaps, those of them found, and near misses found: by pattern, organisations and tie."""
    found = {
        (finding.parties.pattern, side.rpartition("/")[2])
        for finding in findings
        for side in (finding.parties.organisation_a, finding.parties.organisation_b, finding.parties.tie)
    }
    hits = {"overlap": [0, 0], "near miss": [0, 0]}
    for entry in truth["planted"]:
        names = [
            *entry["organisations"],
            *(entry[key] for key in ("hub", "award", "payment") if key in entry),
        ]
        counted = hits[entry["expected"]]
        counted[0] += 1
        counted[1] += all((entry["pattern"], name.rpartition(":")[2]) in found for name in names)
    return hits["overlap"][0], hits["overlap"][1], hits["near miss"][1]


def main() -> None:
    store = Path(sys.argv[1])
    generations = Generations(store)
    manifest = generations.current()
    lines = []
    with tempfile.TemporaryDirectory(dir=store) as folder:
        builder = Builder.checkpoint(generations.current_folder() / "rdf", Path(folder) / "rdf")
        held = builder.select(APPOINTMENTS).rows[0]["n"].value
        lines += [f"{manifest.triples:,} triples, {int(held):,} appointments.", ""]
        lines += ["| step | processor s | rows |", "|---|---|---|"]
        lines += [
            f"| {name} | {seconds:.2f} | {rows:,} |" for name, seconds, rows in parts(builder, manifest.base)
        ]
        assert read_patterns(builder)
        started = time.process_time()
        found = find(builder, manifest.base, manifest.data_date, {})
        lines += [
            "",
            f"All together: {time.process_time() - started:.1f} processor s, {len(found.findings):,} findings: {dict(found.counts())}.",
        ]
        builder.close()
    if len(sys.argv) > 2:
        overlaps, hits, wrong = planted(json.loads(Path(sys.argv[2]).read_text()), found.findings)
        lines.append(
            f"Planted overlaps found: {hits} of {overlaps}; near misses of the same sides found: {wrong}."
        )
    with tempfile.TemporaryDirectory() as rows:
        one = next(finding for finding in found.findings if finding.parties.pattern == "C07")
        path = Path(rows) / "awards.csv"
        to, by = (_reference(side) for side in (one.parties.organisation_b, one.parties.organisation_a))
        path.write_text(AWARD.format(day=manifest.data_date, to=to, by=by))
        cpu, wall = time.process_time(), time.monotonic()
        answer = what_if([path], Settings(store=str(store)), Silent())
        lines.append(
            f"What-if of one award: {time.monotonic() - wall:.1f} s, {time.process_time() - cpu:.1f} processor s, {len(answer.appear)} findings appear."
        )
    publish("findings", "Findings over a store", "python benchmarks/findings.py STORE TRUTH.json", lines)


def _reference(iri: str) -> str:
    kind, _, key = iri.rpartition("/id/")[2].partition("/")
    return f"{ {'school': 'urn', 'trust': 'uid'}[kind] }:{key}" if kind in {"school", "trust"} else key


if __name__ == "__main__":
    main()
