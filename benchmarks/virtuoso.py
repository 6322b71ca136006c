"""A Virtuoso of our own for comparison: started in a folder on this machine's loopback, loaded, asked, and stopped again."""

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

GRAPH = "urn:all"
"""The one graph that takes the union of all graphs of a store."""
BUFFERS = 340_000
"""Pages of 8 KB, as Virtuoso's own configuration file advises for 4 GB of memory."""
_START_SECONDS = 120
_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 2000
MaxCheckpointRemap = 125000
Striping = 0
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
MaxCheckpointRemap = 2000
Striping = 0
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = {buffers}
MaxDirtyBuffers = 250000
MaxQueryMem = 2G
ThreadsPerQuery = 1
SchedulerInterval = 10
CheckpointInterval = 0
DirsAllowed = {folder}, {data}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 4
MaxKeepAlives = 4
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = {seconds}
"""


class RefusedError(Exception):
    """Virtuoso does not answer a query; the text is the first line of what it says."""


class TooSlowError(Exception):
    """Virtuoso did not finish in time."""


@dataclass(frozen=True, slots=True)
class Virtuoso:
    """A running server. http: its address; pid: its process; seconds: where a query is stopped."""

    http: str
    pid: int
    seconds: int

    def processor_ms(self) -> float:
        """Return the processor milliseconds of all its threads so far."""
        return processor_ms(self.pid)

    def ask(self, query: str) -> bytes:
        """Return an answer as CSV; raise RefusedError or TooSlowError."""
        form = {"default-graph-uri": GRAPH, "query": query, "format": "text/csv"}
        request = urllib.request.Request(f"{self.http}/sparql", data=urllib.parse.urlencode(form).encode())
        try:
            with urllib.request.urlopen(request, timeout=self.seconds + 30) as response:
                body: bytes = response.read()
        except urllib.error.HTTPError as error:
            said = " ".join(error.read().decode(errors="replace").split("\n\nSPARQL query:")[0].split())
            if "timeout" in said.lower() or "S1T00" in said:
                raise TooSlowError(said[:200]) from None
            raise RefusedError(said[:200]) from None
        except TimeoutError:
            raise TooSlowError(f"no answer within {self.seconds + 30} s") from None
        return body


def processor_ms(pid: int) -> float:
    """Return the processor milliseconds of all threads of a process so far, in nanosecond grain (Linux schedstat)."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except FileNotFoundError:
            continue
    return total / 1e6


def installed() -> bool:
    """Return whether server and command line of Virtuoso 7 are on the path."""
    return shutil.which("virtuoso-t") is not None and shutil.which("isql-vt") is not None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _sql(port: int, statement: str) -> None:
    command = ["isql-vt", f"127.0.0.1:{port}", "dba", "dba", f"exec={statement}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or "*** Error" in done.stderr + done.stdout:
        raise RuntimeError(f"Virtuoso: {(done.stderr + done.stdout).strip()[:300]}")


@contextmanager
def running(folder: Path, triples: Path, seconds: int) -> Iterator[Virtuoso]:
    """Start a server in a folder, empty or one of an earlier run, load a file of N-Triples where it is empty, and stop it at the end.

    Raises RuntimeError where it does not start or does not load.
    """
    folder.mkdir(parents=True, exist_ok=True)
    fresh = not (folder / "virtuoso.db").exists()
    sql, http = _free_port(), _free_port()
    ini = folder / "own.ini"
    values = {
        "folder": folder,
        "data": triples.parent,
        "sql": sql,
        "http": http,
        "buffers": BUFFERS,
        "seconds": seconds,
    }
    ini.write_text(_INI.format(**values))
    with (folder / "out.txt").open("wb") as out:
        process = subprocess.Popen(
            ["virtuoso-t", "+foreground", "+configfile", str(ini)], cwd=folder, stdout=out, stderr=out
        )
    try:
        _await(process, http)
        if fresh:
            for statement in (
                f"ld_dir('{triples.parent}', '{triples.name}', '{GRAPH}')",
                "rdf_loader_run()",
                "checkpoint",
            ):
                _sql(sql, statement)
        yield Virtuoso(f"http://127.0.0.1:{http}", process.pid, seconds)
    finally:
        if process.poll() is None:
            _stop(process, sql)


def _await(process: "subprocess.Popen[bytes]", http: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"Virtuoso ended with code {process.returncode}; see out.txt in its folder.")
        try:
            socket.create_connection(("127.0.0.1", http), 1).close()
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise RuntimeError(f"Virtuoso did not start within {_START_SECONDS} s.")


def _stop(process: "subprocess.Popen[bytes]", sql: int) -> None:
    subprocess.run(
        ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", "exec=shutdown"], capture_output=True, check=False
    )
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, 9)
        process.wait()
