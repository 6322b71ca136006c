"""A load may publish at any moment: nothing that is answered is made of two generations, whenever that moment comes."""

import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from hubgraph.ingest.load import load
from hubgraph.ingest.progress import Silent
from hubgraph.ingest.summary import LoadOptions
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.settings import Settings
from hubgraph.store.embedded import EmbeddedStore, _Opened
from hubgraph.web.app import create_app

ADDRESSES = [
    "/",
    "/queries/sources",
    "/queries/schools-leading-hubs.json",
    "/school/900001",
    "/school/900001.ttl",
    "/programme/maths-hubs",
    "/search?q=fenn",
    "/quality",
    "/changes",
    "/sparql?query=SELECT%20%3Fg%20%7B%20GRAPH%20%3Fg%20%7B%7D%20%7D%20ORDER%20BY%20%3Fg",
    "/data/",
    "/data/hubgraph.nq.gz",
]


class Switching(EmbeddedStore):
    """A store with two generations open, which goes over from the first to the second at one of its calls."""

    def __init__(self, root: Path, settings: Settings) -> None:
        super().__init__(root, settings)
        self._looked = math.inf
        folders = sorted((root / "generations").iterdir())
        self._both = [self._open(folder) for folder in folders]
        self._published = self._opened
        self.start(0)

    def start(self, switch_at: int) -> None:
        """Begin with the first generation; switch_at: number of the call that first sees the second, 0 for never."""
        self.calls, self._switch_at, self._opened = 0, switch_at, self._both[0]

    def begin_with_second(self) -> None:
        self.start(0)
        self._opened = self._both[1]

    def _borrow(self) -> _Opened:
        with self._lock:
            self.calls += 1
            if self.calls == self._switch_at:
                self._opened = self._both[1]
        return super()._borrow()

    def close(self) -> None:
        for opened in (*self._both, self._published):
            opened.close()


@pytest.fixture(scope="module")
def switching(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Switching, Settings]]:
    folder = tmp_path_factory.mktemp("switching")
    settings = Settings(store=str(folder), workers=1, base_url="https://hubs.example.org")
    load([content("data", "example")], settings, LoadOptions(), Silent())
    load([content("data", "facts")], settings, LoadOptions(add=True), Silent())
    store = Switching(folder, settings)
    yield store, settings
    store.close()


def _get(app: Flask, address: str) -> tuple[int, str, str, bytes]:
    response = app.test_client().get(address, buffered=True)
    headers = response.headers
    return (
        response.status_code,
        headers.get("ETag", ""),
        headers.get("Hubgraph-Generation", ""),
        response.data,
    )


@pytest.mark.parametrize("address", ADDRESSES)
def test_whenever_a_load_publishes_an_answer_is_of_one_generation_and_so_is_its_tag(
    switching: tuple[Switching, Settings], address: str
) -> None:
    store, settings = switching
    catalogue = Catalogue.read(content("queries"))
    store.begin_with_second()
    after = _get(create_app(store, catalogue, settings), address)
    store.start(0)
    before = _get(create_app(store, catalogue, settings), address)
    calls = store.calls
    assert after[0] == 200
    assert before[1] != after[1]
    seen = set()
    for call in sorted({1, 2, 3, calls // 3, calls // 2, calls} & set(range(1, calls + 1))):
        # An application of its own, so that nothing is kept from an earlier round.
        app = create_app(store, catalogue, settings)
        store.start(call)
        answered = _get(app, address)
        assert _stable(answered) in (_stable(before), _stable(after)), f"published at call {call} of {calls}"
        assert _stable(_get(app, address)) == _stable(after)
        seen.add(answered[1])
    assert seen == {before[1], after[1]}


def _stable(answered: tuple[int, str, str, bytes]) -> tuple[int, str, str, bytes]:
    """Leave out the milliseconds that some answers state."""
    status, tag, number, body = answered
    return status, tag, number, re.sub(rb'("took_ms": ?)[\d.]+|[\d.,]+ (ms|s|seconds)\b', b"", body)
