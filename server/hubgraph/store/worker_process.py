"""What runs inside a query worker: one read-only store, one query at a time, answers through a pipe.

The parent ends this process to stop a query; nothing here needs to be interruptible. It imports no more than it
needs, so that a new worker is ready quickly.
"""

import os
import resource
import signal
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Final, cast

import pyoxigraph as ox

from hubgraph.store.base import ResultFormat

TABLE_FORMATS: Final[dict[str, ox.QueryResultsFormat]] = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
GRAPH_FORMATS: Final[dict[str, ox.RdfFormat]] = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


@dataclass(frozen=True, slots=True)
class Task:
    """One query for a worker: text, dataset, format and limits."""

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    result_format: ResultFormat
    prefixes: tuple[tuple[str, str], ...]
    max_rows: int
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What a worker sends back: an answer, or the kind of error (syntax, kind, bytes, rows, engine) and a sentence."""

    body: bytes
    rows: int
    seconds: float
    error: str = ""
    detail: str = ""


class _LimitReachedError(Exception):
    """The answer is over the row or byte limit; args[0] says which."""


class _Counter:
    """A sink that keeps what is written and counts rows in the stream of one format.

    tsv: rows are lines; csv: lines outside quotes; xml: result elements; json: the bytes between two
    solutions, which cannot stand inside a JSON string because quotes are escaped there.
    """

    def __init__(self, result_format: str, max_rows: int, max_bytes: int) -> None:
        self._format = result_format
        self._max_rows = max_rows
        self._max_bytes = max_bytes
        self._chunks: list[bytes] = []
        self._tail = b""
        self._in_quotes = False
        self.size = 0
        self.marks = 0

    def write(self, chunk: bytes) -> int:
        """Keep a chunk; raise where a limit is passed."""
        data = bytes(chunk)
        self.size += len(data)
        self._chunks.append(data)
        if self.size > self._max_bytes:
            raise _LimitReachedError("bytes")
        self.marks += self._count(data)
        if self.marks > self._max_rows:
            raise _LimitReachedError("rows")
        return len(data)

    def flush(self) -> None:
        """Nothing waits to be written."""

    def body(self) -> bytes:
        """Return all that was written."""
        return b"".join(self._chunks)

    def _count(self, data: bytes) -> int:
        if self._format == "csv":
            total = 0
            for number, part in enumerate(data.split(b'"')):
                if number:
                    self._in_quotes = not self._in_quotes
                if not self._in_quotes:
                    total += part.count(b"\n")
            return total
        if self._format in ("tsv", "nt"):
            return data.count(b"\n")
        mark = b"<result>" if self._format == "xml" else b'}},{"'
        joined = self._tail + data
        self._tail = joined[-(len(mark) - 1) :]
        return joined.count(mark)

    def rows(self) -> int:
        """Return the number of rows in the finished stream."""
        if self._format in ("csv", "tsv"):
            return max(self.marks - 1, 0)
        if self._format == "json":
            return self.marks + (0 if b'"bindings":[]' in self._chunks_head() else 1)
        return self.marks

    def _chunks_head(self) -> bytes:
        return self.body()[:100_000] if self.marks == 0 else b""


def serve(folder: Path, pipe: Connection, memory_bytes: int) -> None:
    """Answer tasks until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    store = ox.Store.read_only(str(folder))
    _limit_memory(memory_bytes)
    pipe.send("ready")
    while True:
        try:
            task = cast("Task", pipe.recv())
        except (EOFError, OSError):
            os._exit(0)
        pipe.send(_answer(store, task))


def _limit_memory(allowance: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if allowance <= 0:
        return
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return
    now = int(statm.read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + allowance, now + allowance))


def _answer(store: ox.Store, task: Task) -> Reply:
    start = time.perf_counter()
    try:
        body, rows = _run(store, task)
    except SyntaxError as error:
        return Reply(b"", 0, time.perf_counter() - start, "syntax", str(error))
    except _LimitReachedError as error:
        return Reply(b"", 0, time.perf_counter() - start, str(error.args[0]))
    except MemoryError:
        return Reply(b"", 0, time.perf_counter() - start, "memory")
    except (ValueError, RuntimeError, OSError) as error:
        return Reply(b"", 0, time.perf_counter() - start, "engine", str(error))
    return Reply(body, rows, time.perf_counter() - start)


def _run(store: ox.Store, task: Task) -> tuple[bytes, int]:
    has_dataset = bool(task.default_graphs or task.named_graphs)
    results = store.query(
        task.query,
        prefixes=dict(task.prefixes),
        default_graph=[ox.NamedNode(graph) for graph in task.default_graphs] if has_dataset else None,
        named_graphs=[ox.NamedNode(graph) for graph in task.named_graphs] if has_dataset else None,
    )
    if isinstance(results, ox.QueryTriples):
        return _graph(results, task)
    if task.result_format not in TABLE_FORMATS:
        raise ValueError("SELECT and ASK answer as JSON, XML, CSV or TSV; ask for one of these.")
    if isinstance(results, ox.QueryBoolean):
        return _boolean(results, task), 1
    counter = _Counter(
        task.result_format, task.max_rows + (task.result_format in ("csv", "tsv")), task.max_bytes
    )
    results.serialize(cast("IO[bytes]", counter), format=TABLE_FORMATS[task.result_format])
    return counter.body(), counter.rows()


def _boolean(results: ox.QueryBoolean, task: Task) -> bytes:
    if task.result_format in ("csv", "tsv"):
        return b"true\n" if results else b"false\n"
    return cast("bytes", results.serialize(format=TABLE_FORMATS[task.result_format]))


def _graph(results: ox.QueryTriples, task: Task) -> tuple[bytes, int]:
    if task.result_format not in GRAPH_FORMATS:
        raise ValueError(
            "CONSTRUCT and DESCRIBE answer as Turtle, N-Triples, RDF/XML or JSON-LD; ask for one of these."
        )
    triples: list[ox.Triple] = []
    for triple in results:
        triples.append(triple)
        if len(triples) > task.max_rows:
            raise _LimitReachedError("rows")
    kept = dict.fromkeys(triples)
    body = ox.serialize(kept, format=GRAPH_FORMATS[task.result_format], prefixes=dict(task.prefixes))
    if body is not None and len(body) > task.max_bytes:
        raise _LimitReachedError("bytes")
    return body or b"", len(kept)
