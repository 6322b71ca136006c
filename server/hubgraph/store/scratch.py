"""Throw-away folders beside the generations, for a checkpoint must be on their disk; what killed processes left goes, too."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hubgraph.errors import StoreError

_PREFIX: Final = ".what-if-"


@contextmanager
def scratch(root: Path) -> Iterator[Path]:
    """Give a folder in a store folder and remove it, and before that those of processes that are no more.

    Raises StoreError where nothing can be written.
    """
    remove_scratch(root, of_the_dead=True)
    try:
        folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=root))
    except OSError as error:
        raise StoreError(
            f"The store folder takes no temporary copy ({error.strerror}); ask somebody who may write there."
        ) from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_scratch(root: Path, *, of_the_dead: bool = False) -> None:
    """Remove throw-away folders, which hold the bytes of a generation; of_the_dead: only where their process is no more."""
    for folder in root.glob(f"{_PREFIX}*"):
        process = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if not (of_the_dead and process.isdigit() and _is_alive(int(process))):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
