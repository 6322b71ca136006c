"""Whatever the machine runs out of, a command ends in one sentence and an exit code, and what is published stays."""

import os
import resource
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from hubgraph import cli, faults
from hubgraph.ingest.load import load
from hubgraph.ingest.progress import Silent
from hubgraph.ingest.summary import LoadOptions
from hubgraph.resources import content
from hubgraph.settings import Settings

MIB = 1024 * 1024
EXAMPLE = content("data", "example")


def _published(store: Path) -> tuple[Path, list[str]]:
    generations = store / "generations"
    return (store / "current").readlink(), sorted(str(path) for path in generations.rglob("*"))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one small generation."""
    folder = tmp_path_factory.mktemp("limits")
    (folder / "programmes.csv").write_text("id,name\np,Programme P\n")
    load([folder / "programmes.csv"], Settings(store=str(folder / "store")), LoadOptions(), Silent())
    return folder / "store"


def _run(
    *arguments: object, state: Path, limit: tuple[int, int] | None = None
) -> "subprocess.CompletedProcess[str]":
    def lower() -> None:
        if limit is not None:
            resource.setrlimit(limit[0], (limit[1], limit[1]))

    return subprocess.run(
        [sys.executable, "-m", "hubgraph", *map(str, arguments)],
        env={**os.environ, "XDG_STATE_HOME": str(state)}, capture_output=True, text=True, preexec_fn=lower,
        timeout=100, check=False,
    )  # fmt: skip


LIMITS = [
    (resource.RLIMIT_FSIZE, 20_000, "limit on file sizes"),
    (resource.RLIMIT_FSIZE, 200_000, "limit on file sizes"),
    (resource.RLIMIT_NOFILE, 40, "Too many files are open"),
    (resource.RLIMIT_CPU, 3, "processor time"),
    (resource.RLIMIT_AS, 300 * MIB, "not enough memory"),
    (resource.RLIMIT_AS, 800 * MIB, "not enough memory"),
]


@pytest.mark.parametrize(("which", "most", "said"), LIMITS)
@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not keep these limits")
def test_a_load_over_a_limit_ends_in_a_sentence_and_changes_nothing(
    store: Path, tmp_path: Path, which: int, most: int, said: str
) -> None:
    before = _published(store)
    done = _run("load", EXAMPLE, "--store", store, state=tmp_path / "state", limit=(which, most))
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.startswith("hubgraph: ")
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stdout
    assert str(store) not in done.stderr
    assert _published(store) == before
    assert not (tmp_path / "state").exists(), "a limit is no fault of hubgraph"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not keep these limits")
def test_a_check_over_a_limit_could_not_check(tmp_path: Path) -> None:
    done = _run("check", EXAMPLE, state=tmp_path, limit=(resource.RLIMIT_AS, 800 * MIB))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own that can be filled."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("a small file system can only be mounted by root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("moment", ["Mapping", "Indexing"])
def test_a_disk_that_fills_up_during_a_load_ends_in_a_sentence(
    small_disk: Path, tmp_path: Path, moment: str
) -> None:
    store = small_disk / "store"
    (tmp_path / "programmes.csv").write_text("id,name\np,Programme P\n")
    load([tmp_path / "programmes.csv"], Settings(store=str(store)), LoadOptions(), Silent())
    before = _published(store)
    process = subprocess.Popen(
        [sys.executable, "-m", "hubgraph", "load", str(EXAMPLE), "--store", str(store)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert any(line.startswith(moment) for line in process.stdout)
    with (small_disk / "filler").open("wb", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(bytes(65_536))
    out, err = process.communicate(timeout=100)
    assert process.returncode == 1
    assert err.startswith("hubgraph: The disk is full")
    assert err.endswith("The published data are as they were.\n")
    assert len(err.splitlines()) == 1
    assert "Traceback" not in out
    assert _published(store) == before
    (small_disk / "filler").unlink()
    assert (
        load([tmp_path / "programmes.csv"], Settings(store=str(store)), LoadOptions(), Silent()).generation
        == "000002"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_an_output_that_cannot_be_written_ends_in_a_sentence(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "hubgraph", "query", "--list"],
            env={**os.environ, "XDG_STATE_HOME": str(tmp_path)}, stdout=full, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith(b"hubgraph: The disk is full")
    assert len(done.stderr.splitlines()) == 1


def _fail(monkeypatch: pytest.MonkeyPatch, error: BaseException, command: str = "load") -> int:
    def raises(**_: object) -> None:
        raise error

    monkeypatch.setattr(cli.cli.commands[command], "callback", raises)
    monkeypatch.setattr(sys, "argv", ["hubgraph", command, "x"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return int(stopped.value.code or 0)


class Panic(BaseException):
    """What a library in Rust raises is no Exception."""


@pytest.mark.parametrize("error", [KeyError("secret cell"), Panic("index out of range"), RecursionError()])
@pytest.mark.parametrize(("command", "code"), [("load", 1), ("check", 2)])
def test_what_nobody_foresaw_is_a_sentence_and_its_trace_is_in_a_file_that_only_its_owner_reads(  # noqa: PLR0913, PLR0917
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    error: BaseException,
    command: str,
    code: int,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert _fail(monkeypatch, error, command) == code
    said = capsys.readouterr().err
    (path,) = (tmp_path / "hubgraph").iterdir()
    assert f"The details are in ~/hubgraph/{path.name};" in said
    assert len(said.splitlines()) == 1
    assert "secret" not in said
    assert "Traceback" in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_where_no_file_can_be_written_the_sentence_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "file"))
    assert _fail(monkeypatch, ZeroDivisionError()) == 1
    assert "The details could not be written to a file" in capsys.readouterr().err


def test_no_more_than_some_fault_files_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "hubgraph").mkdir()
    for number in range(30):
        (tmp_path / "hubgraph" / f"fault-2020{number:02d}.txt").write_text("")
    faults.unforeseen("load", "KeyError", "trace")
    kept = sorted(path.name for path in (tmp_path / "hubgraph").iterdir())
    assert len(kept) == 20
    assert kept[0] == "fault-202011.txt"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device", "/x"), "The disk is full"),
        (OSError("No space left on device (os error 28)"), "The disk is full"),
        (OSError("IO error: While appending to file: a/000078.sst: File too large"), "limit on file sizes"),
        (MemoryError(), "not enough memory"),
        (RuntimeError("can't start new thread"), "no more processes"),
        (ImportError("libx.so: failed to map segment from shared object"), "not enough memory"),
        (PermissionError(13, "Permission denied", "/x/y"), "/x/y cannot be used: Permission denied;"),
    ],
)
def test_limits_are_known_by_number_or_by_the_words_of_libraries(error: Exception, said: str) -> None:
    assert said in faults.words_for(error)
    wrapped = ValueError("the cell says: out of memory")
    assert not faults.words_for(wrapped)
    wrapped.__cause__ = error
    assert said in faults.words_for(wrapped)


DYING = """
import os, sys, signal
import hubgraph.cli
def die():
    os.write(2, b"a library says something\\n")
    os.kill(os.getpid(), signal.{signal})
    signal.pause()
hubgraph.cli.main = die
sys.argv = ["hubgraph", "{command}"]
from hubgraph.__main__ import main
main()
"""


@pytest.mark.parametrize(
    ("signal", "command", "code", "said"),
    [
        ("SIGSEGV", "load", 1, "fault of hubgraph itself (SIGSEGV)"),
        ("SIGABRT", "check", 2, "fault of hubgraph itself (SIGABRT)"),
        ("SIGKILL", "load", 1, "most often because the memory was used up"),
        ("SIGTERM", "load", 143, "stopped"),
    ],
)
def test_a_process_that_dies_has_a_sentence_too(
    tmp_path: Path, signal: str, command: str, code: int, said: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DYING.format(signal=signal, command=command)],
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, said in done.stderr) == (code, True)
    assert len(done.stderr.splitlines()) == 1
    for path in tmp_path.rglob("*.txt"):
        assert "a library says something" in path.read_text()
