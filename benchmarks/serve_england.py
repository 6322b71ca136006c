"""Pages and saved queries over all of England through HTTP, beside the same query in the engine alone."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pyoxigraph
from common import england, publish, spread

from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue

FIRST_RUNS = int(os.environ.get("FIRST_RUNS", "15"))
REPEATS = int(os.environ.get("REPEATS", "30"))
KNOWN = {
    "trust": "uid:5143", "school": "urn:136776", "hub": "teaching-school-hub-EE1",
    "programme": "teaching-school-hubs", "from": "urn:136776", "to": "uid:5143",
}  # fmt: skip
"""Values for parameters that a question needs; a question that needs another one (a person) is left out and named."""


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(url: str) -> tuple[float, bytes]:
    """Return seconds and body of one request."""
    start = time.perf_counter()
    with urllib.request.urlopen(url, timeout=60) as response:
        body = response.read()
    return time.perf_counter() - start, body


def wait_for(url: str) -> None:
    """Wait until the server answers."""
    for _ in range(200):
        try:
            fetch(url)
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit("the server did not start")


def sample(urls: Sequence[str]) -> list[float]:
    """Return the seconds of one request to each address."""
    return [fetch(url)[0] for url in urls]


def engine_alone(store: pyoxigraph.Store, texts: Sequence[str]) -> list[float]:
    """Return the seconds that the engine needs for each query text, JSON included."""
    seconds = []
    for text in texts:
        start = time.perf_counter()
        store.query(text).serialize(format=pyoxigraph.QueryResultsFormat.JSON)  # type: ignore[union-attr]
        seconds.append(time.perf_counter() - start)
    return seconds


def row(name: str, first: Sequence[float], again: Sequence[float], engine: Sequence[float] | None) -> str:
    """Return one line of the table."""
    (median, p95), (hot, hot95) = spread(first), spread(again)
    alone = f"{spread(engine)[0]:.1f} | {median / spread(engine)[0]:.2f}" if engine else "– | –"
    return f"| {name} | {median:.1f} | {p95:.1f} | {hot:.1f} | {hot95:.1f} | {alone} |"


def days(newest: str) -> list[str]:
    """Return the data date and the days before it, so that every first run is another answer."""
    start = date.fromisoformat(newest)
    return [(start - timedelta(days=back)).isoformat() for back in range(FIRST_RUNS)]


def pages(site: str, store: pyoxigraph.Store) -> list[str]:
    """Return the lines for home, search and school pages."""
    schools = [solution["s"].value for solution in store.query(
        "SELECT ?s { GRAPH ?g { ?s a <https://w3id.org/hubgraph/ns#School> } } LIMIT 4000")]  # type: ignore[union-attr]  # fmt: skip
    urns = [iri.rsplit("/", 1)[1] for iri in schools[:: len(schools) // FIRST_RUNS]][:FIRST_RUNS]
    words = ["camden", "st mary", "SE5", "100000", "high", "academy trust", "hub", "bris", "leeds", "all saints",
             "priory", "grange", "cross", "park", "nw1"]  # fmt: skip
    lines = [row("home", sample([f"{site}/"]), sample([f"{site}/"] * REPEATS), None)]
    search = [f"{site}/search?q={urllib.parse.quote(word)}" for word in words]
    lines.append(row("search", sample(search), sample(search * 2), None))
    records = [f"{site}/school/{urn}" for urn in urns]
    describe = [f"SELECT ?p ?o {{ <https://w3id.org/hubgraph/id/school/{urn}> ?p ?o }}" for urn in urns]
    lines.append(row("school page", sample(records), sample(records * 2), engine_alone(store, describe)))
    return lines


def questions(site: str, store: pyoxigraph.Store, newest: str, say: Callable[[str], None]) -> list[str]:
    """Return a line per saved query; first runs each ask as of another day where the question allows it."""
    lines = []
    for saved in Catalogue.read(content("queries")).all():
        say(saved.slug)
        needed = [param.name for param in saved.params if param.required]
        if not set(needed) <= KNOWN.keys():
            lines.append(f"| {saved.slug} | not asked: these data have no {', '.join(needed)} | | | | | |")
            continue
        given = {name: KNOWN[name] for name in needed}
        dated = any(param.name == "as_of" for param in saved.params)
        variants = [{**given, "as_of": day} for day in days(newest)] if dated else [given]
        urls = [f"{site}/queries/{saved.slug}?{urllib.parse.urlencode(variant)}" for variant in variants]
        texts = [fetch(url.replace("?", ".rq?", 1))[1].decode() for url in urls]
        first = sample(urls)
        again = sample(urls[:1] * REPEATS)
        lines.append(row(saved.slug, first, again, engine_alone(store, texts)))
    return lines


def main() -> None:
    """Load, serve, measure, publish."""
    folder = england()
    with tempfile.TemporaryDirectory() as name:
        store = Path(name) / "store"
        subprocess.run(
            [sys.executable, "-m", "hubgraph", "load", str(folder), "--store", str(store)], check=True
        )
        port = free_port()
        site = f"http://127.0.0.1:{port}"
        server = subprocess.Popen(
            [sys.executable, "-m", "hubgraph", "serve", "--store", str(store), "--port", str(port)]
        )
        try:
            wait_for(f"{site}/healthz")
            newest = json.loads(fetch(f"{site}/healthz")[1])["data_date"]
            engine = pyoxigraph.Store.read_only(str(store / "current" / "rdf"))
            header = [
                "| page | first run ms | p95 | repeat ms | p95 | engine alone ms | first ÷ engine |",
                "|---|---|---|---|---|---|---|",
            ]
            lines = header + pages(site, engine) + questions(site, engine, newest, print)
        finally:
            server.terminate()
            server.wait(timeout=20)
    lines += [
        "",
        f"First run: {FIRST_RUNS} requests, each another record, word or `as_of`, none answered before. Repeat: {REPEATS} requests for the same page.",
    ]
    publish(
        "serve-england",
        "Pages and saved queries over all of England",
        "python benchmarks/serve_england.py",
        lines,
    )


if __name__ == "__main__":
    main()
