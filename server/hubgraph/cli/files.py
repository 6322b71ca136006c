"""Files that commands write: whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from hubgraph.errors import HubgraphError


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to write that takes its name only once it is complete; raise HubgraphError where that cannot be."""
    if path.is_dir():
        raise HubgraphError(f"{path} is a folder; name a file.")
    if not path.parent.is_dir():
        raise HubgraphError(f"The folder {path.parent} does not exist; make it first.")
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise HubgraphError(f"{path} cannot be written: {error.strerror}.") from None
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        part.chmod(0o644)
        part.replace(path)
    except OSError as error:
        raise HubgraphError(f"{path} cannot be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
