"""Whether texts are anywhere in the folder of a store: every file, packed ones unpacked, databases also by their contents."""

import gzip
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

import pyoxigraph as ox

_CHUNK: Final = 1 << 24
_OVERLAP: Final = 4096
"""Bytes that two chunks share, so that no text is cut in two; longer than any text looked for."""
_INDEX: Final = "search.sqlite"


@dataclass(frozen=True, slots=True)
class Left:
    """Something that was found: where, and what it is (never the text itself)."""

    place: str
    what: str


@dataclass(frozen=True, slots=True)
class Searched:
    """What was looked through and what was found; statements: of the published generation, rows: of the search index."""

    files: int
    size: int
    statements: int
    rows: int
    left: tuple[Left, ...]


class _Sieve:
    """Takes bytes in pieces and remembers which patterns occurred."""

    def __init__(self, wanted: Mapping[str, re.Pattern[bytes]]) -> None:
        self._wanted = wanted
        self._tail = b""
        self.size = 0
        self.lines = 0
        self.found: set[str] = set()

    def write(self, piece: bytes) -> int:
        """Look through one piece, together with the end of the one before."""
        self.size += len(piece)
        self.lines += piece.count(b"\n")
        text = self._tail + piece
        self.found |= {what for what, pattern in self._wanted.items() if pattern.search(text)}
        self._tail = text[-_OVERLAP:]
        return len(piece)

    def flush(self) -> None:
        """Nothing waits; here because writers of files call it."""


def search_folder(
    root: Path, addresses: Mapping[str, re.Pattern[bytes]], names: Mapping[str, re.Pattern[bytes]]
) -> Searched:
    """Look for addresses and names in every file below a store folder, and in what its databases hold.

    A pattern is looked for in the bytes of each file as they are, in packed files unpacked, in the statements of the published
    store and in the rows of its search index, since both may keep their contents packed.
    """
    wanted = {**addresses, **names}
    left: list[Left] = []
    files = size = 0
    for path in _files(root):
        sieve = _Sieve(wanted)
        for piece in _pieces(path):
            sieve.write(piece)
        files, size = files + 1, size + sieve.size
        left += [Left(str(path.relative_to(root)), what) for what in sorted(sieve.found)]
    statements, rows = _Sieve(wanted), _Sieve(wanted)
    folder = root / "current"
    ox.Store.read_only(str(folder / "rdf")).dump(cast("IO[bytes]", statements), ox.RdfFormat.N_QUADS)
    for line in _rows(folder / _INDEX):
        rows.write(line)
    left += [Left("statements of the published generation", what) for what in sorted(statements.found)]
    left += [Left("rows of the search index", what) for what in sorted(rows.found)]
    return Searched(files, size, statements.lines, rows.lines, tuple(left))


def _files(root: Path) -> Iterator[Path]:
    return (path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink())


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as raw:
        while piece := raw.read(_CHUNK):
            yield piece
    if path.suffix == ".gz":
        with gzip.open(path) as unpacked:
            while piece := unpacked.read(_CHUNK):
                yield piece


def _rows(path: Path) -> Iterator[bytes]:
    """Yield the rows of the tables of a search index, a line each."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        for table in ("record", "identifier"):
            for row in connection.execute(f"SELECT * FROM {table}"):  # noqa: S608 (the two names above)
                yield ("\t".join(str(cell) for cell in row) + "\n").encode()
    finally:
        connection.close()
