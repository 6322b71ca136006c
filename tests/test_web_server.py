"""The server as it is started: a real port, a real process, and an orderly end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _lowered(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _get(address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.status, _lowered(reply.headers), reply.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _lowered(error.headers), error.read()


@pytest.fixture(scope="module")
def server(bundled_folder: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "hubgraph",
        "serve",
        "--store",
        str(bundled_folder),
        "--port",
        str(port),
        "--workers",
        "1",
    ]
    process = subprocess.Popen(
        command, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while True:
        assert process.poll() is None, process.stdout.read() if process.stdout else ""
        assert time.monotonic() < deadline
        try:
            _get(f"{address}/healthz")
            break
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    yield address, process
    process.kill()
    process.communicate()


def test_a_started_server_answers_at_its_own_address_and_stops_when_told(
    server: tuple[str, "subprocess.Popen[bytes]"],
) -> None:
    address, process = server
    status, headers, body = _get(f"{address}/sparql?query=ASK%20%7B%7D")
    assert (status, json.loads(body)["boolean"]) == (200, True)
    assert _get(f"{address}/sparql?query=ASK%20%7B%7D", **{"If-None-Match": headers["etag"]})[0] == 304
    status, headers, body = _get(f"{address}/id/school/900001", Accept="text/turtle", Host="evil.example")
    assert status == 200
    assert b"Fennmouth Lighthouse Academy" in body
    status, headers, body = _get(f"{address}/queries/none.csv")
    assert (status, headers["content-type"]) == (404, "application/problem+json")
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert process.stdout is not None
    log = process.stdout.read().decode()
    assert " GET /sparql 200 " in log
    assert "ASK" not in log
