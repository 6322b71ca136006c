"""What pages keep for the length of one generation, so that they need few queries: key numbers, options, answers."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final, TypeVar, cast

from flask import current_app

from hubgraph.records.model import Source
from hubgraph.records.reading import read_sources
from hubgraph.saved_queries.needs import Coverage, read_coverage
from hubgraph.saved_queries.running import QueryAnswer, SourceTitle
from hubgraph.web.caching import generation_mark
from hubgraph.web.world import world

EXTENSION: Final = "hubgraph.pages"
"""Key of the memory in `app.extensions`."""
_KEPT_ROWS: Final = 100_000
_Made = TypeVar("_Made")


class Memory:
    """Things made once per generation, and the rows of the latest answers up to a total; safe for many threads."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        self._mark = ""
        self._things: dict[Hashable, Any] = {}
        self._answers: OrderedDict[Hashable, QueryAnswer] = OrderedDict()

    def once(self, mark: str, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """Return the thing of a key, made where this generation has none yet; a store without generations keeps none."""
        with self._lock:
            self._turn_to(mark)
            if key in self._things:
                return cast("_Made", self._things[key])
        made = make()
        with self._lock:
            if mark and mark == self._mark:
                self._things[key] = made
        return made

    def answer(self, mark: str, key: Hashable, make: Callable[[], QueryAnswer]) -> QueryAnswer:
        """Return the answer of a key, made where it is not kept; the oldest are let go beyond a total of rows."""
        with self._lock:
            self._turn_to(mark)
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        made = make()
        with self._lock:
            if mark and mark == self._mark:
                self._answers[key] = made
                while sum(len(answer.rows) for answer in self._answers.values()) > _KEPT_ROWS:
                    self._answers.popitem(last=False)
        return made

    def _turn_to(self, mark: str) -> None:
        if mark != self._mark:
            self._mark = mark
            self._things.clear()
            self._answers.clear()


def memory() -> Memory:
    """Return the memory of the application that is answering."""
    return cast("Memory", current_app.extensions[EXTENSION])


def once(key: Hashable, make: Callable[[], _Made]) -> _Made:
    """Return a thing of the current generation; see Memory.once."""
    return memory().once(generation_mark(world().store.info()), key, make)


def sources() -> Mapping[str, Source]:
    """Return graph IRI → source of this generation."""
    store = world().store
    return once("sources", lambda: read_sources(store, store.info().base))


def titles() -> tuple[SourceTitle, ...]:
    """Return title, publisher and licence of the sources of this generation."""
    return tuple(
        dict.fromkeys(
            SourceTitle(source.title, source.publisher, source.licence) for source in sources().values()
        )
    )


def coverage() -> Coverage:
    """Return the kinds of record of which this generation has some or none."""
    here = world()
    return once("coverage", lambda: read_coverage(here.store, here.catalogue.kinds.values()))
