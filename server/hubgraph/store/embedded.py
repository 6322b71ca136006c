"""The embedded store: the published generation of a folder, asked through worker processes."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hubgraph.settings import Settings
from hubgraph.sparql import examine, refuse_local_graph
from hubgraph.store.base import Answer, Dataset, GenerationInfo, Limits, ResultFormat, SearchPage, Table
from hubgraph.store.generations import Generations, Manifest
from hubgraph.store.results import read_boolean, read_table
from hubgraph.store.search import SearchIndex
from hubgraph.store.workers import WorkerPool

_LOOK_AGAIN_SECONDS: Final = 1.0


@dataclass(slots=True)
class _Opened:
    """An opened generation and the number of calls that are using it."""

    folder: Path
    manifest: Manifest
    pool: WorkerPool
    index: SearchIndex
    users: int = 0
    retired: bool = False

    def close(self) -> None:
        """Stop the workers and close the index."""
        self.pool.close()
        self.index.close()


class EmbeddedStore:
    """A store folder on this machine; follows `current` when a load publishes a new generation.

    Calls that run while a new generation is published finish on the old one, and so does all that a thread does inside
    one_generation. Safe to use from many threads.
    """

    def __init__(self, root: Path, settings: Settings) -> None:
        """Open the published generation; raise NoGenerationError where there is none."""
        self._settings = settings
        self._generations = Generations(root)
        self._lock = threading.Lock()
        self._pinned = threading.local()
        self._looked = time.monotonic()
        self._opened = self._open(self._generations.current_folder())

    def info(self) -> GenerationInfo:
        """Return number, data date, triples and counts of the published generation."""
        manifest = self.manifest()
        return GenerationInfo(
            manifest.number, manifest.data_date, manifest.triples, manifest.base, manifest.counts
        )

    @contextmanager
    def one_generation(self) -> Iterator[None]:
        """Let all calls of this thread inside see the generation that is published now."""
        before: _Opened | None = getattr(self._pinned, "opened", None)
        opened = self._borrow()
        self._pinned.opened = opened
        try:
            yield
        finally:
            self._pinned.opened = before
            self._return(opened)

    def manifest(self) -> Manifest:
        """Return the manifest of the generation that answers now."""
        opened = self._borrow()
        try:
            return opened.manifest
        finally:
            self._return(opened)

    def generation_folder(self) -> Path:
        """Return the folder of the generation that answers now."""
        opened = self._borrow()
        try:
            return opened.folder
        finally:
            self._return(opened)

    def answer(
        self,
        query: str,
        result_format: ResultFormat,
        *,
        dataset: Dataset | None = None,
        limits: Limits | None = None,
    ) -> Answer:
        """Run a query and return it serialised; raises the QueryError family."""
        settings = self._settings
        examine(query, max_bytes=settings.query_text_bytes, max_depth=settings.query_depth)
        asked = dataset or Dataset()
        for graph in (*asked.default_graphs, *asked.named_graphs):
            refuse_local_graph(graph)
        bounds = limits or Limits(settings.query_seconds, settings.query_rows, settings.query_bytes)
        opened = self._borrow()
        try:
            return opened.pool.answer(query, result_format, dataset=asked, limits=bounds)
        finally:
            self._return(opened)

    def select(self, query: str, *, limits: Limits | None = None) -> Table:
        """Run a SELECT over the union of all named graphs and return its rows as terms."""
        answer = self.answer(query, "json", limits=limits)
        return read_table(answer.body, answer.seconds)

    def ask(self, query: str, *, limits: Limits | None = None) -> bool:
        """Run an ASK over the union of all named graphs."""
        return read_boolean(self.answer(query, "json", limits=limits).body)

    def search(self, text: str, *, kinds: Sequence[str] = (), limit: int = 20, offset: int = 0) -> SearchPage:
        """Return records whose name, identifiers or postcode fit the text, best first."""
        opened = self._borrow()
        try:
            return opened.index.search(text, kinds=kinds, limit=limit, offset=offset)
        finally:
            self._return(opened)

    def close(self) -> None:
        """Stop the workers."""
        with self._lock:
            self._opened.close()

    def _open(self, folder: Path) -> _Opened:
        return _Opened(
            folder,
            self._generations.manifest_of(folder),
            WorkerPool(folder / "rdf", self._settings),
            SearchIndex(folder / "search.sqlite"),
        )

    def _borrow(self) -> _Opened:
        pinned: _Opened | None = getattr(self._pinned, "opened", None)
        with self._lock:
            if pinned is not None:
                pinned.users += 1
                return pinned
            now = time.monotonic()
            if now - self._looked >= _LOOK_AGAIN_SECONDS:
                self._looked = now
                self._follow()
            self._opened.users += 1
            return self._opened

    def _follow(self) -> None:
        folder = self._generations.current_folder()
        if folder == self._opened.folder:
            return
        before, self._opened = self._opened, self._open(folder)
        before.retired = True
        if before.users == 0:
            before.close()

    def _return(self, opened: _Opened) -> None:
        with self._lock:
            opened.users -= 1
            if opened.retired and opened.users == 0:
                opened.close()
