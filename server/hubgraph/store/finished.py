"""A store that is written and closed, asked by several processes before it is published."""

from pathlib import Path
from types import TracebackType
from typing import Final, Self

from hubgraph.settings import Settings
from hubgraph.store.base import Dataset, Limits, Table
from hubgraph.store.results import read_table
from hubgraph.store.workers import WorkerPool

_LIMITS: Final = Limits(seconds=3600, rows=10**8, bytes=2 * 10**9)
"""A load asks its own questions; these bounds only stop what would never end."""


class FinishedStore:
    """The folder of a closed Builder as a source of SELECTs; safe to use from as many threads as workers.

    The engine holds the interpreter while it answers, so questions run in processes of their own.
    """

    def __init__(self, folder: Path, workers: int) -> None:
        """Open the folder; nobody may write to it while this is open."""
        self.workers = workers
        self._pool = WorkerPool(folder, Settings(workers=workers, queue=workers, query_memory_mb=0))

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the processes."""
        self._pool.close()

    def select(self, query: str) -> Table:
        """Return the rows of a SELECT over the union of all graphs."""
        answer = self._pool.answer(query, "json", dataset=Dataset(), limits=_LIMITS)
        return read_table(answer.body, answer.seconds)
