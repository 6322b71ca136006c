"""One writer at a time for the files of decisions of a store, be it the command line or a server."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from hubgraph.errors import StoreBusyError

_SECONDS: Final = 10.0
"""How long a writer waits; writing takes milliseconds, so that a longer wait means a process that hangs."""
_PAUSE: Final = 0.01


@contextmanager
def writing(folder: Path, seconds: float = _SECONDS) -> Iterator[None]:
    """Hold the files of decisions while they are read and written anew; folder: that of the decisions.

    The lock is a file beside the folder, which is made to be kept in git. It holds between threads too, and goes with the
    process that has it. Raises StoreBusyError where another has it for so many seconds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("a+") as handle:
        _await(handle, time.monotonic() + seconds)
        yield


def _await(handle: IO[str], until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= until:
                raise StoreBusyError(
                    "Another process is writing decisions of this store; try again in a few seconds."
                ) from None
            time.sleep(_PAUSE)
        else:
            return
