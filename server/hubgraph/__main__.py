"""The `hubgraph` command: does its work in a process that is watched, so that also a death has a sentence and an exit code.

Libraries in C++ and Rust end the process where memory runs out, and nothing in that process can answer for it then.
"""

import os
import signal
import sys
import tempfile
import threading
import time
import warnings
from types import FrameType
from typing import IO, Final, TextIO

from hubgraph.faults import trace_of, unforeseen, words_for, words_for_death

_UNWATCHED: Final = ("serve", "mcp")
"""Commands that run until they are told to stop; what watches services watches these."""
_CHECK: Final = "check"
_LONGEST_NOISE: Final = 100_000
_PATIENCE: Final = 1.0
"""Seconds after which an interrupt is passed on; the terminal has sent it to both processes already."""


def main() -> None:
    """Run the command line and exit with its code."""
    command = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    if command in _UNWATCHED:
        _work(command)
        return
    noise = _scratch()
    gone, held = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(held)
        threading.Thread(target=_end_with, args=(gone,), daemon=True).start()
        if noise is not None:
            _set_apart(noise)
        _work(command)
        return
    os.close(gone)
    sys.exit(_await(child, command, noise))


def _work(command: str) -> None:
    try:
        from hubgraph.cli import main as run  # noqa: PLC0415 (what loads the libraries has to be the watched process)
    except (ImportError, MemoryError, OSError) as error:
        _tell(words_for(error) or unforeseen(command, type(error).__name__, trace_of(error)))
        sys.exit(2 if command == _CHECK else 1)
    run()


def _scratch() -> IO[bytes] | None:
    """Return a file without a name for what libraries write before they end the process; None where there is no room."""
    try:
        return tempfile.TemporaryFile(buffering=0)
    except OSError:
        return None


def _set_apart(noise: IO[bytes]) -> None:
    """Let Python write to standard error as before, and what libraries write there into the file."""
    kept = os.dup(2)
    os.dup2(noise.fileno(), 2)
    sys.stderr = os.fdopen(kept, "w", buffering=1, encoding=sys.stderr.encoding, errors="backslashreplace")
    warnings.showwarning = _note_warning
    threading.excepthook = _note_thread
    sys.unraisablehook = _note_unraisable


def _note_warning(  # noqa: PLR0913, PLR0917 (what Python tells of a warning)
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,  # noqa: ARG001 (Python gives it)
    line: str | None = None,
) -> None:
    os.write(2, warnings.formatwarning(message, category, filename, lineno, line).encode(errors="replace"))


def _note_thread(what: threading.ExceptHookArgs) -> None:
    if what.exc_value is not None:
        os.write(2, trace_of(what.exc_value).encode(errors="replace"))


def _note_unraisable(what: "sys.UnraisableHookArgs") -> None:
    if what.exc_value is not None:
        os.write(2, trace_of(what.exc_value).encode(errors="replace"))


def _end_with(gone: int) -> None:
    """End this process once the watching one is gone, however that came about."""
    os.read(gone, 1)
    os.kill(os.getpid(), signal.SIGKILL)


def _await(child: int, command: str, noise: IO[bytes] | None) -> int:
    """Pass signals on, wait for the work to end, and return the exit code; tell what ended it where that was no exit."""

    def pass_on(number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGINT:
            time.sleep(_PATIENCE)
        os.kill(child, number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    _, status, used = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    written = _read(noise)
    if code >= 0:
        if code == 0 and written:
            sys.stderr.write(written)
        return code
    if -code in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        _tell("stopped")
        return 128 - code
    words = words_for_death(-code, written, used.ru_utime + used.ru_stime)
    words = words or unforeseen(command, signal.Signals(-code).name, written)
    _tell(f"{words} The published data are as they were." if command == "load" else words)
    return 2 if command == _CHECK else 1


def _read(noise: IO[bytes] | None) -> str:
    if noise is None:
        return ""
    noise.seek(0)
    return noise.read(_LONGEST_NOISE).decode(errors="replace")


def _tell(sentence: str) -> None:
    sys.stderr.write(f"hubgraph: {sentence}\n")


if __name__ == "__main__":
    main()
