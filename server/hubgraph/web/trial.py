"""One what-if check at a time, in a process of its own that is ended at its limits; nothing of it stays."""

import multiprocessing
import resource
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from hubgraph.errors import HubgraphError, QueryMemoryError, QueryTimeoutError, ServerBusyError
from hubgraph.ingest.progress import Silent
from hubgraph.ingest.whatif import WhatIf, what_if
from hubgraph.settings import Settings
from hubgraph.store.scratch import scratch

_RUNNING: Final = threading.Lock()
"""Held while a check runs; whoever comes meanwhile is asked to come again."""


@dataclass(frozen=True, slots=True)
class _Refused:
    """A check that gave no answer: its error, or none where the memory ran out."""

    error: HubgraphError | None = None


def try_rows(name: str, text: bytes, settings: Settings) -> WhatIf:
    """Return what would change if the rows of a table were added.

    name: of the file in messages. settings: store, base and limits (whatif_seconds, whatif_memory_mb). Raises
    ServerBusyError while another check runs, QueryTimeoutError and QueryMemoryError at the limits, and what what_if raises.
    """
    if not _RUNNING.acquire(blocking=False):
        raise ServerBusyError("Another what-if check is running; try again in a few seconds.")
    try:
        with scratch(Path(settings.store)) as folder:
            path = folder / name
            path.write_bytes(text)
            return _in_process(path, settings, folder)
    finally:
        _RUNNING.release()


def _in_process(path: Path, settings: Settings, folder: Path) -> WhatIf:
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_check, args=(theirs, path, settings, folder), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(settings.whatif_seconds):
            raise QueryTimeoutError(
                f"The check took longer than {settings.whatif_seconds:g} seconds and was stopped; send fewer rows, or use hubgraph whatif."
            )
        answer: WhatIf | _Refused = ours.recv()
    except EOFError:
        answer = _Refused()
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()
    if isinstance(answer, WhatIf):
        return answer
    raise answer.error or QueryMemoryError(
        "The check needed too much memory and was stopped; send fewer rows, or use hubgraph whatif."
    )


def _check(pipe: Connection, path: Path, settings: Settings, folder: Path) -> None:
    """Run the check and send its answer; the parent ends this process."""
    _limit_memory(settings.whatif_memory_mb * 1024 * 1024)
    try:
        answer: WhatIf | _Refused = what_if((path,), settings, Silent(), place=folder)
    except HubgraphError as error:
        answer = _Refused(error)
    except MemoryError:
        answer = _Refused()
    pipe.send(answer)


def _limit_memory(allowance: int) -> None:
    """Bound the address space to what is used now and an allowance, where the system says what is used."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    statm = Path("/proc/self/statm")
    if allowance > 0 and statm.exists():
        now = int(statm.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + allowance, now + allowance))
