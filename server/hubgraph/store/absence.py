"""Whether texts are anywhere in the folder of a store: every file, packed ones unpacked, databases also by their contents."""

import gzip
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

import pyoxigraph as ox

_CHUNK: Final = 1 << 24
_OVERLAP: Final = 4096
"""Bytes that two chunks share, so that no text is cut in two; longer than any text looked for."""
_AROUND: Final = 256
"""Bytes around a part in which its pattern can fit, besides the length of the pattern."""
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """A text to look for: its pattern, and texts in lower case one of which is in everything that the pattern fits."""

    pattern: re.Pattern[bytes]
    parts: tuple[bytes, ...]

    def is_in(self, text: bytes, lowered: bytes) -> bool:
        """Tell whether it occurs; the pattern alone is a hundred times as slow as looking for its parts first."""
        reach = len(self.pattern.pattern) + _AROUND
        return any(
            self.pattern.search(text, max(0, at - reach), at + reach)
            for part in self.parts
            for at in _places(lowered, part)
        )


def _places(text: bytes, part: bytes) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


class _Sieve:
    """Takes bytes in pieces and remembers what occurred; small pieces are gathered before they are looked through."""

    def __init__(self, wanted: Mapping[str, Wanted]) -> None:
        self._wanted = wanted
        self._waiting = bytearray()
        self.size = 0
        self.lines = 0
        self.found: set[str] = set()

    def write(self, piece: bytes) -> int:
        """Take one piece."""
        self.size += len(piece)
        self.lines += piece.count(b"\n")
        self._waiting += piece
        if len(self._waiting) >= _CHUNK:
            self._look()
            del self._waiting[:-_OVERLAP]
        return len(piece)

    def flush(self) -> None:
        """Nothing has to be written; here because writers of files call it."""

    def what(self) -> Sequence[str]:
        """Look through what is left and return what occurred."""
        self._look()
        return sorted(self.found)

    def _look(self) -> None:
        text = bytes(self._waiting)
        lowered = text.lower()
        # Several appointments mostly bear one name, which is looked for once.
        there = {wanted: wanted.is_in(text, lowered) for wanted in set(self._wanted.values())}
        self.found |= {what for what, wanted in self._wanted.items() if there[wanted]}


def search_folder(root: Path, wanted: Mapping[str, Wanted]) -> Searched:
    """Look for texts in every file below a store folder, and in what its databases hold.

    They are looked for in the bytes of each file as they are, in packed files unpacked, in the statements of the published
    store and in the rows of its search index, since both may keep their contents packed.
    """
    left: list[Left] = []
    files = size = 0
    for path in _files(root):
        sieve = _Sieve(wanted)
        for piece in _pieces(path):
            sieve.write(piece)
        files, size = files + 1, size + sieve.size
        left += [Left(str(path.relative_to(root)), what) for what in sieve.what()]
    statements, rows = _Sieve(wanted), _Sieve(wanted)
    folder = root / "current"
    ox.Store.read_only(str(folder / "rdf")).dump(cast("IO[bytes]", statements), ox.RdfFormat.N_QUADS)
    for line in _rows(folder / _INDEX):
        rows.write(line)
    left += [Left("statements of the published generation", what) for what in statements.what()]
    left += [Left("rows of the search index", what) for what in rows.what()]
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
