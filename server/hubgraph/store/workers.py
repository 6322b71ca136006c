"""A pool of query workers that can be stopped: separate read-only processes, ended when a limit is reached.

pyoxigraph has no time-out of its own, so the only way to stop a query is to end its process.
"""

import multiprocessing
import queue
import signal
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final

from hubgraph.errors import (
    QueryError,
    QueryForbiddenError,
    QueryMemoryError,
    QuerySyntaxError,
    QueryTimeoutError,
    QueryTooLargeError,
    ServerBusyError,
    StoreError,
)
from hubgraph.settings import Settings
from hubgraph.store.base import Answer, Dataset, Limits, ResultFormat
from hubgraph.store.worker_process import Reply, Task, serve
from hubgraph.terms import PREFIXES

_START_SECONDS: Final = 60.0
_CONTEXT_PRELOAD: Final = ["hubgraph.store.worker_process"]


@dataclass(slots=True)
class _Worker:
    """A running worker process and our end of its pipe."""

    process: BaseProcess
    pipe: Connection


class WorkerPool:
    """Run queries over one immutable store folder in killable processes.

    folder: the store of one generation. settings: workers, queue, query_memory_mb. Safe to use from many threads.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        """Start the workers; raise StoreError where the folder cannot be opened."""
        self._folder = folder
        self._memory = settings.query_memory_mb * 1024 * 1024
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_CONTEXT_PRELOAD)
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        self._places = threading.BoundedSemaphore(settings.workers + settings.queue)
        self._closed = False
        self._size = settings.workers
        started = [self._start() for _ in range(settings.workers)]
        for worker in started:
            self._await_ready(worker)
            self._idle.put(worker)

    def answer(self, query: str, result_format: ResultFormat, *, dataset: Dataset, limits: Limits) -> Answer:
        """Run one query in a worker; raise the QueryError family where it fails or reaches a limit."""
        if not self._places.acquire(blocking=False):
            raise ServerBusyError("Too many queries are waiting; try again in a few seconds.")
        try:
            worker = self._take(limits.seconds)
            task = Task(
                query=query,
                default_graphs=dataset.default_graphs,
                named_graphs=dataset.named_graphs,
                result_format=result_format,
                prefixes=PREFIXES,
                max_rows=limits.rows,
                max_bytes=limits.bytes,
            )
            reply = self._ask(worker, task, limits)
        finally:
            self._places.release()
        return _unpack(reply, limits)

    def close(self) -> None:
        """End every worker that is idle; busy ones end when their query does."""
        self._closed = True
        while True:
            try:
                worker = self._idle.get_nowait()
            except queue.Empty:
                return
            if worker is not None:
                self._stop(worker)

    def _take(self, seconds: float) -> _Worker:
        try:
            worker = self._idle.get(timeout=max(seconds, 1.0))
        except queue.Empty:
            raise ServerBusyError("All query workers are busy; try again in a few seconds.") from None
        if worker is not None and worker.process.is_alive():
            return worker
        if worker is not None:
            self._stop(worker)
        fresh = self._start()
        try:
            self._await_ready(fresh)
        except StoreError:
            self._idle.put(None)
            raise
        return fresh

    def _ask(self, worker: _Worker, task: Task, limits: Limits) -> Reply:
        deadline = time.monotonic() + limits.seconds
        try:
            worker.pipe.send(task)
            if not worker.pipe.poll(max(0.0, deadline - time.monotonic())):
                self._replace(worker)
                raise QueryTimeoutError(
                    f"The query did not finish within {limits.seconds:g} seconds and was stopped. Narrow it with a parameter, a more selective pattern or a LIMIT."
                )
            reply = worker.pipe.recv()
        except (EOFError, OSError):
            code = worker.process.exitcode
            worker.process.join(1)
            code = worker.process.exitcode if code is None else code
            self._replace(worker)
            raise _death(code) from None
        if self._closed:
            self._stop(worker)
        else:
            self._idle.put(worker)
        assert isinstance(reply, Reply)
        return reply

    def _replace(self, worker: _Worker) -> None:
        """End a worker; its place is filled when it is next needed."""
        self._stop(worker)
        self._idle.put(None)

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=serve, args=(self._folder, theirs, self._memory), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _await_ready(self, worker: _Worker) -> None:
        try:
            if worker.pipe.poll(_START_SECONDS) and worker.pipe.recv() == "ready":
                return
        except (EOFError, OSError):
            pass
        self._stop(worker)
        raise StoreError(
            "A query worker could not open the store; run hubgraph generations list to see its state."
        )

    def _stop(self, worker: _Worker) -> None:
        worker.pipe.close()
        worker.process.kill()
        worker.process.join(5)
        worker.process.close()


def _death(code: int | None) -> QueryError:
    """Return the error for a worker that died: by abort (memory, -6), kill (-9) or stack overflow (-11)."""
    if code == -signal.SIGSEGV:
        return QueryTooLargeError(
            "The query nests too deeply to be read; write it with fewer nested brackets."
        )
    return QueryMemoryError(
        "The query needed more memory than one query may use and was stopped. Narrow it or add a LIMIT."
    )


def _unpack(reply: Reply, limits: Limits) -> Answer:
    if not reply.error:
        return Answer(reply.body, reply.rows, reply.seconds)
    if reply.error == "syntax":
        raise QuerySyntaxError(f"The query is not valid SPARQL 1.1: {reply.detail}")
    if reply.error == "rows":
        raise QueryTooLargeError(
            f"The answer has more than {limits.rows:,} rows; add a LIMIT or narrow the query."
        )
    if reply.error == "bytes":
        raise QueryTooLargeError(
            f"The answer is larger than {limits.bytes / 1e6:,.0f} MB; add a LIMIT or narrow the query."
        )
    if reply.error == "memory":
        raise _death(None)
    if "SERVICE" in reply.detail.upper():
        raise QueryForbiddenError("SERVICE is not allowed: queries here make no outgoing requests.")
    raise QuerySyntaxError(f"The query could not be answered: {reply.detail}")
