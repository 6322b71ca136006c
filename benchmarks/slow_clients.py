"""Are light requests answered while slow clients hold connections? Our server beside plain waitress and Granian.

All three serve the same application over the same store in the same run, one after the other. Light requests are the health
check and the home page, each on a connection of its own, two dozen a second. Run: python benchmarks/slow_clients.py STORE
"""

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from common import publish
from serve_england import free_port

SECONDS = 5.0
WAIT = 4.0
BIG = "/sparql?query=" + quote("SELECT ?a ?b ?c ?d { ?a ?b ?c . ?d a ?e } LIMIT 60000") + "&format=json"
APP = """
import os
from pathlib import Path
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.settings import Settings
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.web.app import create_app
settings = Settings(store=os.environ["STORE"])
app = create_app(EmbeddedStore(Path(settings.store), settings), Catalogue.read(content("queries")), settings)
"""
Held = list[socket.socket]


def servers(store: Path, port: int) -> dict[str, list[str]]:
    python = sys.executable
    waitress = f"{APP}\nimport waitress\nwaitress.serve(app, host='127.0.0.1', port={port}, threads=8)"
    granian = f"import runpy, sys\nsys.argv = ['granian', '--interface', 'wsgi', '--port', '{port}', '--blocking-threads', '8', 'peer:app']\nrunpy.run_module('granian', run_name='__main__')"
    return {
        "hubgraph serve": [python, "-m", "hubgraph", "serve", "--store", str(store), "--port", str(port)],
        "waitress, its defaults": [python, "-c", waitress],
        "Granian (WSGI), its defaults": [python, "-c", granian],
    }


@contextmanager
def serving(command: list[str], store: Path, folder: Path, port: int) -> Iterator[None]:
    (folder / "peer.py").write_text(APP)
    process = subprocess.Popen(
        command, cwd=folder, env={**os.environ, "STORE": str(store.resolve()), "PYTHONPATH": str(folder)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        for _ in range(600):
            if light(port, "/healthz") is not None:
                break
            time.sleep(0.1)
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def light(port: int, path: str) -> float | None:
    """Return the seconds until a light request was answered, None where it was not."""
    started = time.perf_counter()
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=WAIT) as sock:
            sock.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            answer = sock.recv(64)
            while sock.recv(1 << 16):
                pass
    except OSError:
        return None
    return time.perf_counter() - started if b" 200 " in answer else None


def measured(port: int) -> tuple[float, float, float]:
    """Return the share that was answered, and the median and 95th percentile of those in milliseconds; 0 for none."""
    taken = []
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for path in ("/healthz", "/"):
            taken.append(light(port, path))
            time.sleep(0.04)
    good = sorted(each * 1000 for each in taken if each is not None)
    if len(good) < 2:
        return len(good) / len(taken), 0.0, 0.0
    return len(good) / len(taken), statistics.median(good), good[int(len(good) * 0.95)]


def connect(port: int, count: int, data: bytes, *, small: bool = False) -> Held:
    held = []
    for _ in range(count):
        sock = socket.socket()
        if small:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.settimeout(WAIT)
        try:
            sock.connect(("127.0.0.1", port))
            sock.sendall(data)
        except OSError:
            sock.close()
            continue
        held.append(sock)
    return held


def bodies(port: int) -> Held:
    head = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 50000\r\n\r\nSELECT"
    return connect(port, 40, head.encode())


def readers(port: int) -> Held:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{BIG}", timeout=60) as answer:
        answer.read()
    return connect(port, 20, f"GET {BIG} HTTP/1.1\r\nHost: x\r\n\r\n".encode(), small=True)


def idle(port: int) -> Held:
    return connect(port, 300, b"")


CASES: dict[str, Callable[[int], Held]] = {
    "no slow clients": lambda _: [],
    "40 that never finish their bodies": bodies,
    "20 that do not read": readers,
    "300 idle": idle,
}


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("Give the folder of a store.")
    store = Path(sys.argv[1]).resolve()
    lines = [
        "| server | slow clients | answered within 4 s | median ms | p95 ms | p95 to idle |",
        "|---|---|---:|---:|---:|---:|",
    ]
    with tempfile.TemporaryDirectory(prefix="slow-clients-") as folder:
        port = free_port()
        for name, command in servers(store, port).items():
            calm = 0.0
            for case, begin in CASES.items():
                with serving(command, store, Path(folder), port):
                    measured(port)  # warm
                    held = begin(port)
                    share, middle, late = measured(port)
                    for sock in held:
                        sock.close()
                calm = calm or late
                figures = [f"{middle:.1f}", f"{late:.1f}", f"{late / calm:.1f}"] if late else ["–"] * 3
                lines.append(f"| {name} | {case} | {share:.0%} | {' | '.join(figures)} |")
                print(lines[-1], flush=True)
    publish(
        "slow-clients",
        "Light requests while slow clients hold connections",
        "benchmarks/slow_clients.py STORE",
        lines,
    )


if __name__ == "__main__":
    main()
