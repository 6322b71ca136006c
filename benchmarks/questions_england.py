"""Every saved query in the engine alone over all of England, and over fictional data of a tenth of its size beside rdflib."""

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from types import FrameType

import pyoxigraph
import rdflib
from common import england, publish

from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.saved_queries.model import SavedQuery
from hubgraph.saved_queries.running import bound_query
from hubgraph.settings import Settings
from hubgraph.store.base import Store
from hubgraph.store.opening import open_store

TENTH = 450
"""Fictional schools of the small data: with their people and money about a tenth of the triples of England."""
PEER_SECONDS = 20
REPEATS = 5
SAMPLE = """
PREFIX hg: <https://w3id.org/hubgraph/ns#>
SELECT ?school ?hub ?programme ?trust ?la WHERE {
  ?tie hg:tieKind <https://w3id.org/hubgraph/code/tie-kind/hub-lead> ; hg:tieTo ?hub ; hg:tieOf ?school .
  ?hub hg:underProgramme ?programme . ?school hg:localAuthority ?la .
  ?member hg:tieOf ?school ; hg:tieTo ?trust . ?trust a hg:AcademyTrust .
} ORDER BY ?school LIMIT 1
"""
PERSON = """
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
SELECT ?person WHERE { ?person a foaf:Person } ORDER BY ?person LIMIT 1
"""
BY_NAME = {
    "organisation": "trust", "from": "school", "to": "trust", "hub": "hub", "school": "school", "trust": "trust",
    "programme": "programme", "la": "la", "person": "person",
}  # fmt: skip


def loaded(folder: Path, store: Path) -> Path:
    """Load a folder into a new store."""
    subprocess.run([sys.executable, "-m", "hubgraph", "load", str(folder), "--store", str(store)], check=True)
    return store


def samples(store: Store) -> Mapping[str, str]:
    """Return a record for each kind of parameter: a lead school, its hub, programme, trust and authority, a person."""
    row = store.select(SAMPLE).rows[0]
    people = store.select(PERSON).rows
    found = {name: term.value for name, term in row.items()}
    return found | ({"person": people[0]["person"].value} if people else {})


def bound_texts(store: Store) -> dict[str, str]:
    """Return slug → query text with its values: needed ones from samples, the others as their defaults."""
    known = samples(store)
    texts = {}
    for saved in Catalogue.read(content("queries")).all():
        values = _needed(saved, known)
        if values is not None:
            texts[saved.slug] = bound_query(store, saved, values).text
    return texts


def _needed(saved: SavedQuery, known: Mapping[str, str]) -> dict[str, list[str]] | None:
    values = {}
    for param in saved.params:
        if param.required:
            sample = known.get(BY_NAME.get(param.name, ""))
            if sample is None:
                return None
            values[param.name] = [sample]
    return values


def engine(store: Path) -> Callable[[str], int]:
    """Return a function that runs a query in our engine and returns the number of rows."""
    opened = pyoxigraph.Store.read_only(str(store / "current" / "rdf"))

    def run(text: str) -> int:
        results = opened.query(text)
        body = results.serialize(format=pyoxigraph.QueryResultsFormat.CSV)  # type: ignore[union-attr]
        return (body or b"").count(b"\n") - 1

    return run


def peer(store: Path) -> Callable[[str], int]:
    """Return the same for rdflib over the union of all graphs, in memory."""
    opened = pyoxigraph.Store.read_only(str(store / "current" / "rdf"))
    graph = rdflib.Graph()
    out = opened.dump(format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph())
    graph.parse(data=out, format="nt")
    return lambda text: len(list(graph.query(text)))


def timed(run: Callable[[str], int], text: str) -> tuple[float, int]:
    """Return processor milliseconds and rows of one run."""
    start = time.process_time()
    rows = run(text)
    return (time.process_time() - start) * 1000, rows


def limited(run: Callable[[str], int], text: str) -> str:
    """Return processor milliseconds of one run as text, or the limit it was stopped at."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(PEER_SECONDS)
    try:
        return f"{timed(run, text)[0]:.1f}"
    except TimeoutError:
        return f"> {PEER_SECONDS}000"
    finally:
        signal.alarm(0)


def table(big: Path, small: Path) -> Sequence[str]:
    """Return the lines of the result."""
    everything, tenth, plain = engine(big), engine(small), peer(small)
    with (
        closing(open_store(Settings(store=str(big)))) as one,
        closing(open_store(Settings(store=str(small)))) as other,
    ):
        texts, small_texts = bound_texts(one), bound_texts(other)
    lines = [
        "| saved query | rows | England, first ms | repeat ms | a tenth ms | rdflib over a tenth ms |",
        "|---|---|---|---|---|---|",
    ]
    for slug, text in texts.items():
        first, rows = timed(everything, text)
        again = min(timed(everything, text)[0] for _ in range(REPEATS))
        beside = "– | –"
        if slug in small_texts:
            ours = min(timed(tenth, small_texts[slug])[0] for _ in range(REPEATS))
            beside = f"{ours:.1f} | {limited(plain, small_texts[slug])}"
        lines.append(f"| {slug} | {rows:,} | {first:.1f} | {again:.1f} | {beside} |")
        print(lines[-1], flush=True)
    return lines


def main() -> None:
    """Load both, measure, publish."""
    folder = england()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        big = Path(sys.argv[2]) if len(sys.argv) > 2 else loaded(folder, work / "england")
        command = [sys.executable, "-m", "hubgraph", "synth", str(work / "files"), "--schools", str(TENTH)]
        subprocess.run(command, check=True)
        lines = [*table(big, loaded(work / "files", work / "tenth"))]
    lines += [
        "",
        "Processor milliseconds of the engine in one process, rows serialised as CSV. First: the first run after opening the store.",
        f"Repeat and a tenth: the least of {REPEATS} further runs. rdflib is stopped after {PEER_SECONDS} s.",
        "Questions about a person are left out where the files name nobody.",
    ]
    publish(
        "questions-england",
        "Saved queries in the engine, all of England and a tenth of its size",
        "python benchmarks/questions_england.py",
        lines,
    )


if __name__ == "__main__":
    main()
