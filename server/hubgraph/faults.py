"""What a machine's limits and nobody's foresight end in: a sentence, and for the latter a file with the details.

Only the standard library is imported, so that this also works where nothing else can be loaded any more.
"""

import errno
import os
import re
import resource
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

_DISK: Final = (
    "The disk is full; make room, or use another one (--store for the store, TMPDIR for files in between)."
)
_FILE_SIZE: Final = "A file would have become larger than the limit on file sizes allows; raise it (ulimit -f) or load fewer files at once."
_MEMORY: Final = (
    "There was not enough memory; raise the limit (ulimit -v) where one is set, or load fewer files at once."
)
_PROCESSES: Final = (
    "The machine allows no more processes or threads; raise the limit (ulimit -u) or end other programs."
)
_FILES: Final = "Too many files are open; raise the limit (ulimit -n)."
_TIME: Final = "The processor time that is allowed was used up; raise the limit (ulimit -t)."
_BY_NUMBER: Final = {
    errno.ENOSPC: _DISK,
    errno.EDQUOT: _DISK,
    errno.EFBIG: _FILE_SIZE,
    errno.ENOMEM: _MEMORY,
    errno.EAGAIN: _PROCESSES,
    errno.EMFILE: _FILES,
    errno.ENFILE: _FILES,
}
_BY_TEXT: Final = (
    (r"no space left|os error 28\b|disk is full|quota exceeded|os error 122\b", _DISK),
    (r"file too large|os error 27\b", _FILE_SIZE),
    (r"cannot allocate|os error 12\b|memory allocation|bad_?alloc|out ?of ?memory|failed to (allocate|map segment)", _MEMORY),
    (r"jemalloc|unable to allocate|memory exhausted", _MEMORY),
    (r"can't start new thread|resource temporarily unavailable|os error 11\b|pthread_create failed", _PROCESSES),
    (r"too many open files|os error 24\b|file descriptors", _FILES),
)  # fmt: skip
"""Libraries written in C++ and Rust say in words what went wrong, most of them without its number."""
_LIBRARIES: Final = ("polars", "duckdb", "_duckdb", "sqlite3", "pyo3_runtime", "_fastexcel")
_OF_A_PATH: Final = (
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.EIO, errno.ENAMETOOLONG,
    errno.ELOOP,
)  # fmt: skip
_KEPT_FILES: Final = 20


def words_for(error: BaseException) -> str:
    """Return a sentence for an error that a limit or a path of the machine explains, or an empty string."""
    for each in _chain(error):
        if isinstance(each, MemoryError):
            return _MEMORY
        number = each.errno if isinstance(each, OSError) else None
        found = words_in(str(each)) if _speaks_of_the_machine(each) else ""
        found = _seen_right(_BY_NUMBER.get(number or 0, "")) or found
        if found:
            return found
        if (
            isinstance(each, OSError)
            and number in _OF_A_PATH
            and isinstance(each.filename, str | os.PathLike)
        ):
            return f"{shown(Path(each.filename))} cannot be used: {each.strerror}; check the path and its permissions."
    return ""


def _speaks_of_the_machine(error: BaseException) -> bool:
    """Tell whether the text of an error is a library's own; others may quote what stands in a file."""
    library = type(error).__module__.partition(".")[0]
    return isinstance(error, OSError | RuntimeError | ImportError) or library in _LIBRARIES


def words_in(text: str) -> str:
    """Return the sentence for a limit that a library names in its own words, or an empty string."""
    return _seen_right(
        next((words for pattern, words in _BY_TEXT if re.search(pattern, text, re.IGNORECASE)), "")
    )


def _seen_right(words: str) -> str:
    """Return the sentence for a limit; a thread that cannot start is one of memory where memory is limited."""
    limited = resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY
    return _MEMORY if words == _PROCESSES and limited else words


def words_for_death(number: int, noise: str, seconds: float) -> str:
    """Return a sentence for a process that a signal ended, or an empty string.

    noise: what its libraries wrote. seconds: processor time that it used.
    """
    allowed = resource.getrlimit(resource.RLIMIT_CPU)[0]
    if number == signal.SIGXCPU or (allowed != resource.RLIM_INFINITY and seconds >= allowed - 1):
        return _TIME
    if number == signal.SIGKILL:
        return f"The command was ended from outside, most often because the memory was used up. {_MEMORY}"
    if number == signal.SIGXFSZ:
        return _FILE_SIZE
    return words_in(noise)


def trace_of(error: BaseException) -> str:
    """Return the traceback of an error as text."""
    return "".join(traceback.format_exception(error))


def unforeseen(command: str, kind: str, details: str) -> str:
    """Return a sentence for what nobody foresaw, and write its details to a file that the sentence names."""
    written = _write(f"hubgraph {command}\nPython {sys.version}\n{sys.platform}\n\n{details}\n")
    where = f"The details are in {written}" if written else "The details could not be written to a file"
    return f"This is a fault of hubgraph itself ({kind}). {where}; please report it together with them."


def shown(path: Path) -> str:
    """Return a path for people: from the working folder or the home folder on, where it is below one of them."""
    for folder, start in ((Path.cwd(), ""), (Path.home(), "~/")):
        if path.is_absolute() and path.is_relative_to(folder):
            return f"{start}{path.relative_to(folder)}"
    return str(path)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what caused it, innermost last."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _write(text: str) -> str:
    """Write a fault file and return its name for people; empty where neither folder takes it."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    name = f"fault-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    for folder in (state / "hubgraph", Path(tempfile.gettempdir()) / f"hubgraph-{os.getuid()}"):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for old in sorted(folder.glob("fault-*.txt"))[: -_KEPT_FILES + 1]:
                old.unlink(missing_ok=True)
            path = folder / name
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as target:
                target.write(text)
        except OSError:
            continue
        return shown(path)
    return ""
