"""Every saved query over all of England and over a fictional England with people, beside Virtuoso 7 and rdflib.

Processor milliseconds. First: a text that was not asked before (another day each time, where the question takes a
day). Repeat: the page of the question a second time through our own server, in milliseconds of the clock. rdflib keeps
everything in memory and is asked over a tenth. Where Virtuoso is not installed, its columns say so.
"""

import argparse
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import date, timedelta
from pathlib import Path
from types import FrameType

import pyoxigraph
import rdflib
import virtuoso
from common import ENGLAND, publish
from questions_tables import PEER_SECONDS, Measured, big_table, small_table
from serve_england import fetch, free_port, wait_for

from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.saved_queries.model import AS_OF, SavedQuery
from hubgraph.saved_queries.running import bound_query
from hubgraph.settings import Settings
from hubgraph.store.base import Store
from hubgraph.store.opening import open_store

SCHOOLS = 27_000
SEED = 12
RUNS = 7
REPEATS = 20
SLOW_MS = 4000
"""A question that takes longer is not asked again."""
MISSING = "not measured"
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
SELECT ?person WHERE { ?person a foaf:Person } LIMIT 1
"""
BY_NAME = {
    "organisation": "trust", "from": "school", "to": "trust", "hub": "hub", "school": "school", "trust": "trust",
    "programme": "programme", "la": "la", "person": "person", "about": "school",
}  # fmt: skip

Ask = Callable[[str], int]
"""Runs a query and returns the number of rows."""


def command(*words: str) -> None:
    """Run hubgraph."""
    subprocess.run([sys.executable, "-m", "hubgraph", *words], check=True)


def samples(store: Store) -> Mapping[str, str]:
    """Return a record for each kind of parameter: a lead school, its hub, programme, trust and authority, a person."""
    found: dict[str, str] = {}
    for query in (SAMPLE, PERSON):
        for row in store.select(query).rows:
            found |= {name: term.value for name, term in row.items()}
    return found


def asked(store: Store) -> list[tuple[SavedQuery, dict[str, list[str]]]]:
    """Return the questions that the data can answer, with the values that each needs."""
    known = samples(store)
    found = []
    for saved in Catalogue.read(content("queries")).all():
        values = _needed(saved, known)
        if values is not None:
            found.append((saved, values))
    return found


def texts(store: Store) -> dict[str, list[str]]:
    """Return slug → query texts, each as of another day where the question takes one."""
    newest = date.fromisoformat(store.info().data_date)
    days = [(newest - timedelta(days=back)).isoformat() for back in range(RUNS + 1)]
    found = {}
    for saved, values in asked(store):
        given = [{**values, AS_OF: [day]} for day in days] if saved.param(AS_OF) else [values] * (RUNS + 1)
        found[saved.slug] = [bound_query(store, saved, each).text for each in given]
    return found


def _needed(saved: SavedQuery, known: Mapping[str, str]) -> dict[str, list[str]] | None:
    values = {}
    for param in saved.params:
        if param.required:
            sample = known.get(BY_NAME.get(param.name, ""))
            if sample is None:
                return None
            values[param.name] = [sample]
    return values


def _lines(body: bytes) -> int:
    return max(body.count(b"\n") - 1, 0)


def engine(store: Path) -> Ask:
    """Return a function that asks our engine, rows serialised as CSV."""
    opened = pyoxigraph.Store.read_only(str(store / "current" / "rdf"))

    def run(text: str) -> int:
        body = opened.query(text).serialize(format=pyoxigraph.QueryResultsFormat.CSV)  # type: ignore[union-attr]
        return _lines(body or b"")

    return run


def union_of(store: Path, file: Path) -> Path:
    """Write the union of all graphs as N-Triples, unless the file is there."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        opened = pyoxigraph.Store.read_only(str(store / "current" / "rdf"))
        part = file.with_suffix(".part")
        opened.dump(part, format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph())
        part.rename(file)
    return file


def in_memory(file: Path) -> Ask:
    """Return a function that asks rdflib over a file of N-Triples."""
    graph = rdflib.Graph()
    graph.parse(file, format="nt")
    return lambda text: len(list(graph.query(text)))


def own_ms() -> float:
    """Return processor milliseconds of this process."""
    return time.process_time() * 1000


def measured(ask: Ask, clock: Callable[[], float], queries: Sequence[str]) -> Measured:
    """Run each text once, the first of several to warm up; stop where Virtuoso refuses one or a run takes too long."""
    ms: list[float] = []
    rows = 0
    for number, text in enumerate(queries):
        start = clock()
        try:
            found = ask(text)
        except virtuoso.RefusedError:
            return Measured(said="refused")
        except (virtuoso.TooSlowError, TimeoutError):
            return Measured(said=f"> {PEER_SECONDS}000")
        ms.append(clock() - start)
        rows = rows if number else found
        if number and ms[-1] > SLOW_MS:
            break
    return Measured(tuple(ms[1:] or ms), rows)


def limited(ask: Ask) -> Ask:
    """Return the same function, stopped after PEER_SECONDS."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    def run(text: str) -> int:
        signal.signal(signal.SIGALRM, stop)
        signal.alarm(PEER_SECONDS)
        try:
            return ask(text)
        finally:
            signal.alarm(0)

    return run


def beside_virtuoso(store: Path, work: Path, name: str) -> tuple[dict[str, list[Measured]], dict[str, str]]:
    """Return slug → ours, Virtuoso with new texts, Virtuoso with the same texts again; and slug → what it said."""
    with closing(open_store(Settings(store=str(store)))) as opened:
        queries = texts(opened)
    found: dict[str, list[Measured]] = {}
    said: dict[str, str] = {}
    ours = engine(store)
    with ExitStack() as stack:
        peer = None
        if virtuoso.installed():
            file = union_of(store, work / f"{name}.nt")
            peer = stack.enter_context(virtuoso.running(work / f"virtuoso-{name}", file, PEER_SECONDS))
        for slug, each in queries.items():
            ask: Ask | None = None if peer is None else lambda text: _lines(peer.ask(text))
            found[slug] = [measured(ours, own_ms, each)]
            if peer is None or ask is None:
                found[slug] += [Measured(said=MISSING)] * 2
                continue
            found[slug].append(measured(ask, peer.processor_ms, each))
            again = found[slug][-1] if found[slug][-1].said else measured(ask, peer.processor_ms, each)
            found[slug].append(again)
            if again.said == "refused":
                said[slug] = _said(peer, each[0])
            print(name, slug, *(one.shown() for one in found[slug]), flush=True)
    return found, said


def _said(peer: virtuoso.Virtuoso, text: str) -> str:
    try:
        peer.ask(text)
    except virtuoso.RefusedError as error:
        return str(error)
    return ""


def repeated(store: Path) -> dict[str, float]:
    """Return slug → 95th percentile of the seconds of the clock, in ms, of pages that our server has answered before."""
    with closing(open_store(Settings(store=str(store)))) as opened:
        questions = asked(opened)
    port = free_port()
    serve = [sys.executable, "-m", "hubgraph", "serve", "--store", str(store), "--port", str(port)]
    server = subprocess.Popen(serve)
    found = {}
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        for saved, values in questions:
            words = urllib.parse.urlencode(values, doseq=True)
            url = f"http://127.0.0.1:{port}/queries/{saved.slug}?{words}"
            fetch(url)
            found[saved.slug] = Measured(tuple(fetch(url)[0] * 1000 for _ in range(REPEATS))).p95()
    finally:
        server.terminate()
        server.wait(timeout=20)
    return found


def at_a_tenth(store: Path, work: Path) -> dict[str, tuple[Measured, Measured]]:
    """Return slug → ours and rdflib over the small store."""
    with closing(open_store(Settings(store=str(store)))) as opened:
        queries = texts(opened)
    ours, plain = engine(store), limited(in_memory(union_of(store, work / "tenth.nt")))
    found = {}
    for slug, each in queries.items():
        # rdflib holds the union alone, so it has no graphs to tell apart.
        graphs = "GRAPH" in each[0]
        beside = Measured(said="asks for graphs") if graphs else measured(plain, own_ms, each[:1])
        found[slug] = (measured(ours, own_ms, each), beside)
        print("tenth", slug, *(one.shown() for one in found[slug]), flush=True)
    return found


def arguments() -> argparse.Namespace:
    """Return the stores that are given and the folder for what is made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "files", nargs="?", type=Path, default=ENGLAND, help="folder of the England-wide files"
    )
    parser.add_argument("--england", type=Path, help="a store of them, in place of loading")
    parser.add_argument("--synth", type=Path, help=f"a store of {SCHOOLS:,} fictional schools")
    parser.add_argument("--tenth", type=Path, help=f"a store of {SCHOOLS // 10:,} fictional schools")
    parser.add_argument("--work", type=Path, help="folder to keep stores and Virtuoso databases in")
    return parser.parse_args()


def fictional(given: Path | None, work: Path, schools: int) -> Path:
    """Return a store of so many fictional schools."""
    if given is not None:
        return given
    files, store = work / f"files-{schools}", work / f"store-{schools}"
    command("synth", str(files), "--schools", str(schools), "--seed", str(SEED))
    command("load", str(files), "--store", str(store))
    return store


def main() -> None:
    """Load what is not given, measure, publish."""
    given = arguments()
    with tempfile.TemporaryDirectory() as name:
        work = given.work or Path(name)
        england = given.england
        if england is None:
            if not given.files.is_dir():
                sys.exit(
                    f"No folder {given.files.name} with the England-wide files; give its path or --england."
                )
            england = work / "store-england"
            command("load", str(given.files), "--store", str(england))
        real, refused = beside_virtuoso(england, work, "england")
        big = fictional(given.synth, work, SCHOOLS)
        made, more = beside_virtuoso(big, work, "synth")
        real_again, made_again = repeated(england), repeated(big)
        small = at_a_tenth(fictional(given.tenth, work, SCHOOLS // 10), work)
    lines = [
        *big_table("All of England", real, real_again),
        *big_table(f"Fictional England with people, {SCHOOLS:,} schools", made, made_again),
    ]
    lines += small_table(made, small)
    lines += ["## What Virtuoso says where it refuses a query", ""]
    lines += [f"- {slug}: {said}" for slug, said in {**refused, **more}.items()] or ["It refuses none."]
    lines += [
        "",
        f"Processor milliseconds, rows as CSV; {RUNS} runs, each as of another day where the question takes one, after one more that",
        "is not counted and reads what is needed from the disk. Virtuoso 7 on the same machine, one thread a query, buffers for 4 GB,",
        "the union of all graphs as its one graph; its figures include its HTTP.",
        "New text: it compiles the query first. Plan kept: the same texts once more.",
        f"Where it is stopped after {PEER_SECONDS} s no ratio is given.",
        "Questions about a person are left out where the files name nobody.",
    ]
    publish("questions", "Saved queries beside Virtuoso and rdflib", "python benchmarks/questions.py", lines)


if __name__ == "__main__":
    main()
