"""Clients that are slow, silent or many take nothing from the others, and their connections end."""

import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import cast
from urllib.parse import quote

import pytest

from hubgraph.settings import Settings
from hubgraph.web.serving import Channel, Server

Held = AbstractContextManager[list[socket.socket]]
DEADLINE = 60.0
PER_CLIENT = 60
SHORT = {
    "HUBGRAPH_HEADER_SECONDS": "4",
    "HUBGRAPH_BODY_SECONDS": "6",
    "HUBGRAPH_IDLE_SECONDS": "6",
    "HUBGRAPH_CONNECTIONS_PER_CLIENT": str(PER_CLIENT),
    "HUBGRAPH_QUERY_SECONDS": "60",
}
BIG = "/sparql?query=" + quote("SELECT ?a ?b ?c ?d { ?a ?b ?c . ?d a ?e } LIMIT 60000")
POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 5000\r\n\r\n"


@pytest.fixture(scope="module")
def port(bundled_folder: Path) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "hubgraph", "serve", "--store", str(bundled_folder), "--port", str(number), "--workers", "1"],
        env={**os.environ, **SHORT}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    end = time.monotonic() + DEADLINE
    while True:
        assert process.poll() is None
        try:
            _light(number)
            break
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.2)
    yield number
    process.kill()
    process.wait()


def _light(port: int) -> float:
    """Return the seconds of a light request on a connection of its own."""
    started = time.perf_counter()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/robots.txt", timeout=DEADLINE) as answer:
        assert answer.status == 200
        answer.read()
    return time.perf_counter() - started


def _connect(port: int, data: bytes, *, small: bool = False) -> socket.socket:
    sock = socket.socket()
    if small:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.settimeout(DEADLINE)
    sock.connect(("127.0.0.1", port))
    sock.sendall(data)
    return sock


@contextmanager
def _held(port: int, count: int, data: bytes, *, small: bool = False) -> Iterator[list[socket.socket]]:
    socks = [_connect(port, data, small=small) for _ in range(count)]
    try:
        yield socks
    finally:
        for sock in socks:
            sock.close()


def _bodies(port: int) -> Held:
    return _held(port, 40, POST + b"SELECT")


def _readers(port: int) -> Held:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{BIG}", timeout=DEADLINE) as answer:
        assert len(answer.read()) > 10_000_000
    return _held(port, 20, f"GET {BIG} HTTP/1.1\r\nHost: x\r\n\r\n".encode(), small=True)


def _idle(port: int) -> Held:
    return _held(port, 300, b"")


@pytest.mark.parametrize("begin", [_bodies, _readers, _idle])
def test_light_requests_are_answered_as_quickly_as_ever_beside_slow_clients(
    port: int, begin: Callable[[int], Held]
) -> None:
    calm = [_light(port) for _ in range(20)]
    with begin(port):
        busy = [_light(port) for _ in range(20)]
    # Shared machines swing; a request that waits for a slow client takes seconds.
    assert min(busy) <= 3 * max(calm)
    assert statistics.median(busy) <= 20 * statistics.median(calm)


def _ends(sock: socket.socket, drip: bytes = b"") -> bool:
    """Tell whether the server ends a connection; drip: sent byte by byte meanwhile."""
    end = time.monotonic() + DEADLINE
    sock.settimeout(0.3)
    for byte in drip + bytes(10_000):
        try:
            if drip:
                sock.sendall(bytes([byte]))
            if not sock.recv(1 << 20):
                return True
        except TimeoutError:
            pass
        except OSError:
            return True
        if time.monotonic() > end:
            return False
    return False


@pytest.mark.parametrize(
    ("begun", "drip"),
    [
        (b"", b""),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", b""),
        (b"GET / HTTP/1.1\r\nX: ", b"x" * 1000),
        (POST, b""),
        (POST, b"x" * 1000),
        (b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n", b""),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b""),
    ],
    ids=[
        "nothing",
        "half a head",
        "a head byte by byte",
        "no body",
        "a body byte by byte",
        "no next request",
        "no chunk",
    ],
)
def test_a_connection_on_which_too_little_comes_ends(port: int, begun: bytes, drip: bytes) -> None:
    with _connect(port, begun) as sock:
        assert _ends(sock, drip)


def test_an_answer_that_nobody_takes_ends(port: int) -> None:
    with _connect(port, f"GET {BIG} HTTP/1.1\r\nHost: x\r\n\r\n".encode(), small=True) as sock:
        time.sleep(float(SHORT["HUBGRAPH_IDLE_SECONDS"]) * 3)
        taken = 0
        try:
            while part := sock.recv(1 << 20):
                taken += len(part)
        except OSError:
            pass
        assert taken < 10_000_000


def _keeps_asking(port: int) -> bool:
    """Tell whether a client that asks for longer than any limit, and is never silent for long, keeps its connection."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=DEADLINE)) as connection:
        connection.connect()
        first = connection.sock
        for _ in range(16):
            try:
                connection.request("GET", "/robots.txt")
                assert connection.getresponse().read()
            except OSError:
                return False
            time.sleep(0.6)
        return connection.sock is first


def test_a_client_that_goes_on_asking_keeps_its_connection(port: int) -> None:
    # A machine that stands still for seconds makes any client silent, so it may try again.
    assert any(_keeps_asking(port) for _ in range(3))


def test_one_client_with_too_many_connections_loses_its_idlest(port: int) -> None:
    with _held(port, 1, POST + b"SELECT") as (sending,), _held(port, PER_CLIENT, b"") as idle:
        idle[0].settimeout(DEADLINE)
        assert idle[0].recv(1) == b""
        sending.settimeout(0.1)
        with pytest.raises(TimeoutError):
            sending.recv(1)


@dataclass
class FakeChannel:
    """A connection as the server sees it: what it is doing, and since when."""

    name: str
    doing: int
    last_activity: float = 0.0
    total_outbufs_len: int = 0
    addr: tuple[str, int] = ("192.0.2.1", 1)
    closed: list[str] = field(default_factory=list)

    def stage(self) -> int:
        return self.doing

    def is_too_slow(self, _now: float, _settings: Settings) -> bool:
        return False

    def handle_close(self) -> None:
        self.closed.append(self.name)


def test_idle_connections_are_given_up_before_unfinished_ones_and_those_before_unread_answers() -> None:
    closed: list[str] = []
    given = [
        ("reading", 2, 1.0),
        ("sending", 1, 2.0),
        ("idle", 0, 4.0),
        ("older", 0, 3.0),
        ("work", 3, 0.0),
        ("new", 0, 9.0),
    ]
    channels = [FakeChannel(name, stage, last, closed=closed) for name, stage, last in given]
    Server._keep(cast("list[Channel]", channels), 1)
    assert closed == ["older", "idle", "sending", "reading", "new"]


def test_what_waits_to_be_read_has_a_bound() -> None:
    closed: list[str] = []
    mib = 1024 * 1024
    channels = [FakeChannel(f"c{number}", 2, 9.0 - number, 300 * mib, closed=closed) for number in range(3)]
    server = Server.__new__(Server)
    server.settings = Settings(unread_mb=512)
    server.active_channels = dict(enumerate(channels))  # type: ignore[assignment]
    server.maintenance(10.0)
    assert closed == ["c2", "c1"]
