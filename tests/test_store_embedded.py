"""The embedded store answers, stops what runs away and follows new generations."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hubgraph.errors import (
    NoGenerationError,
    QueryForbiddenError,
    QueryMemoryError,
    QuerySyntaxError,
    QueryTimeoutError,
    QueryTooLargeError,
    ServerBusyError,
    StoreBusyError,
    StoreError,
)
from hubgraph.settings import Settings
from hubgraph.store.base import Dataset, Limits
from hubgraph.store.building import Builder
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.store.generations import FORMAT_VERSION, Generations, Manifest
from hubgraph.store.search import IndexRow, build_index
from hubgraph.store.workers import WorkerPool

MANIFEST = Manifest(FORMAT_VERSION, "", "0", "https://w3id.org/hubgraph", "2026-01-30", "2026-02-01", 3)
SETTINGS = Settings(workers=1, queue=1, query_seconds=20.0)
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def publish(root: Path, lines: int = 3) -> Manifest:
    kept = Generations(root)
    with kept.lock():
        stage = kept.stage()
        builder = Builder(stage / "rdf")
        builder.add(
            [(f"<http://x/{n}>", "<http://x/p>", f'"value {n}"') for n in range(lines)], f"http://x/g{lines}"
        )
        builder.optimize()
        del builder
        build_index(
            stage / "search.sqlite",
            [IndexRow("school", "1", "http://x/1", f"School {lines}", "", "", "Open", ())],
        )
        return kept.publish(stage, MANIFEST)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    publish(tmp_path, 200)
    opened = EmbeddedStore(tmp_path, SETTINGS)
    yield opened
    opened.close()


def test_a_select_answers_over_the_union_of_all_named_graphs(store: EmbeddedStore) -> None:
    table = store.select("SELECT ?s ?o { ?s <http://x/p> ?o } ORDER BY ?s LIMIT 1")
    assert table.columns == ("s", "o")
    assert [row["o"].value for row in table.rows] == ["value 0"]


def test_from_selects_graphs_of_the_store_and_an_unknown_graph_is_empty(store: EmbeddedStore) -> None:
    assert len(store.select("SELECT ?s FROM <http://x/g200> { ?s ?p ?o }").rows) == 200
    assert store.select("SELECT ?s FROM <http://x/none> { ?s ?p ?o }").rows == ()
    dataset = Dataset(default_graphs=("http://x/none",))
    assert b'"bindings":[]' in store.answer("SELECT ?s { ?s ?p ?o }", "json", dataset=dataset).body


@pytest.mark.parametrize(("result_format", "rows"), [("json", 200), ("xml", 200), ("csv", 200), ("tsv", 200)])
def test_rows_are_counted_in_every_table_format(store: EmbeddedStore, result_format: str, rows: int) -> None:
    answer = store.answer("SELECT ?s ?o { ?s ?p ?o }", result_format)  # type: ignore[arg-type]
    assert answer.rows == rows


def test_an_answer_over_the_row_or_byte_limit_is_refused(store: EmbeddedStore) -> None:
    with pytest.raises(QueryTooLargeError, match="more than 10 rows"):
        store.select("SELECT ?s { ?s ?p ?o }", limits=Limits(rows=10))
    with pytest.raises(QueryTooLargeError, match="larger than"):
        store.select("SELECT ?s { ?s ?p ?o }", limits=Limits(bytes=500))
    with pytest.raises(QueryTooLargeError):
        store.answer("CONSTRUCT WHERE { ?s ?p ?o }", "ttl", limits=Limits(rows=10))
    assert len(store.select("SELECT ?s { ?s ?p ?o } LIMIT 10", limits=Limits(rows=10)).rows) == 10


def test_a_runaway_query_is_stopped_and_the_store_goes_on(store: EmbeddedStore) -> None:
    with pytest.raises(QueryTimeoutError, match=r"within 0\.5 seconds and was stopped"):
        store.select(RUNAWAY, limits=Limits(seconds=0.5))
    assert store.ask("ASK { ?s ?p ?o }")


def test_a_query_that_wants_too_much_memory_is_stopped(tmp_path: Path) -> None:
    publish(tmp_path, 2000)
    small = EmbeddedStore(tmp_path, replace(SETTINGS, query_memory_mb=60))
    try:
        with pytest.raises(QueryMemoryError):
            small.select("SELECT ?a ?c ?d { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?d LIMIT 3")
        assert small.ask("ASK { ?s ?p ?o }")
    finally:
        small.close()


def test_a_query_beyond_the_queue_is_refused_at_once(tmp_path: Path) -> None:
    publish(tmp_path)
    pool = WorkerPool(tmp_path / "current" / "rdf", replace(SETTINGS, queue=0))
    pool._places.acquire()
    with pytest.raises(ServerBusyError):
        pool.answer("ASK {}", "json", dataset=Dataset(), limits=Limits())
    pool._places.release()
    pool.close()


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", QueryForbiddenError),
        ("SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", QueryForbiddenError),
        ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", QueryForbiddenError),
        ("DELETE WHERE { ?s ?p ?o }", QueryForbiddenError),
        ("SELECT * { ?s ?p }", QuerySyntaxError),
        ("hello", QuerySyntaxError),
        ("SELECT * " + "{" * 500 + "}" * 500, QueryTooLargeError),
        ("ASK { } #" + "x" * 300_000, QueryTooLargeError),
    ],
)
def test_what_may_not_be_asked_is_refused_with_its_own_error(
    store: EmbeddedStore, query: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        store.answer(query, "json")


def test_a_store_without_a_generation_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoGenerationError, match="hubgraph load"):
        EmbeddedStore(tmp_path, SETTINGS)


def test_a_running_store_follows_a_new_generation(store: EmbeddedStore) -> None:
    publish(store.generation_folder().parent.parent, 5)
    deadline = time.monotonic() + 10
    while store.info().number != "000002":
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert len(store.select("SELECT ?s { ?s ?p ?o }").rows) == 5
    assert store.search("school 5").total == 1


def test_rollback_publishes_the_generation_before_and_prune_keeps_the_current(tmp_path: Path) -> None:
    for lines in (1, 2, 3):
        publish(tmp_path, lines)
    kept = Generations(tmp_path)
    assert [entry.number for entry in kept.entries()] == ["000003", "000002", "000001"]
    assert kept.rollback().number == "000002"
    assert kept.rollback().number == "000001"
    with pytest.raises(StoreError, match="no generation before"):
        kept.rollback()
    assert kept.prune(1) == ("000002",)
    assert kept.current().number == "000001"


def test_a_second_writer_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with (
        Generations(tmp_path).lock(),
        pytest.raises(StoreBusyError, match="Another load"),
        Generations(tmp_path).lock(),
    ):
        pass


def test_another_store_format_is_explained(tmp_path: Path) -> None:
    publish(tmp_path)
    path = tmp_path / "current" / "manifest.json"
    path.write_text(path.read_text().replace(f'"format_version": {FORMAT_VERSION}', '"format_version": 99'))
    with pytest.raises(StoreError, match="newer version"):
        Generations(tmp_path).current()


@pytest.mark.parametrize("point", ["rename", "symlink_to", "replace"])
def test_a_process_killed_while_publishing_leaves_the_old_generation(tmp_path: Path, point: str) -> None:
    publish(tmp_path)
    script = f"""
import os, signal, pathlib
from hubgraph.store.generations import Generations
from tests_publish import MANIFEST
kept = Generations(pathlib.Path({str(tmp_path)!r}))
with kept.lock():
    stage = kept.stage()
    setattr(pathlib.Path, {point!r}, lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL))
    kept.publish(stage, MANIFEST)
"""
    helper = tmp_path / "tests_publish.py"
    helper.write_text(
        "from hubgraph.store.generations import FORMAT_VERSION, Manifest\n"
        "MANIFEST = Manifest(FORMAT_VERSION, '', '0', 'b', '2026-01-30', '2026-02-01', 3)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert Generations(tmp_path).current().number == "000001"
    assert int(publish(tmp_path).number) >= 2
    assert not list((tmp_path / "stages").iterdir())
