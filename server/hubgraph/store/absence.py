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
_ENOUGH: Final = 1 << 20
"""Bytes that are gathered before they are looked through."""
_OVERLAP: Final = 4096
"""Bytes that two chunks share, so that no text is cut in two; longer than any text looked for."""
_INDEX: Final = "search.sqlite"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A text that is looked for; hints: bytes in lower case, one of which every match of the pattern holds.

    Bytes are found a hundred times faster than patterns, which so are tried only around them.
    """

    pattern: re.Pattern[bytes]
    hints: tuple[bytes, ...]

    def within(self, text: bytes, lowered: bytes) -> bool:
        """Tell whether the pattern occurs in a text, which is also given in lower case."""
        return any(self._around(hint, text, lowered) for hint in self.hints)

    def _around(self, hint: bytes, text: bytes, lowered: bytes) -> bool:
        at = lowered.find(hint)
        while at >= 0:
            if self.pattern.search(text[max(0, at - _OVERLAP) : at + len(hint) + _OVERLAP]):
                return True
            at = lowered.find(hint, at + 1)
        return False


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
    """Takes bytes in pieces and remembers which texts occurred; settle() after the last piece."""

    def __init__(self, wanted: Mapping[str, Wanted]) -> None:
        self._wanted = wanted
        self._waiting = bytearray()
        self._new = 0
        self.size = 0
        self.lines = 0
        self.found: set[str] = set()

    def write(self, piece: bytes) -> int:
        """Take one piece; it is looked through together with the end of the one before."""
        self._waiting += piece
        self._new += len(piece)
        if self._new >= _ENOUGH:
            self.settle()
        return len(piece)

    def settle(self) -> None:
        """Look through what waits."""
        text = bytes(self._waiting)
        lowered = text.lower()
        self.size += self._new
        self.lines += text.count(b"\n", len(text) - self._new)
        self.found |= {
            what
            for what, wanted in self._wanted.items()
            if what not in self.found and wanted.within(text, lowered)
        }
        self._waiting = bytearray(text[-_OVERLAP:])
        self._new = 0

    def flush(self) -> None:
        """Nothing is written; here because writers of files call it."""


def search_folder(root: Path, addresses: Mapping[str, Wanted], names: Mapping[str, Wanted]) -> Searched:
    """Look for addresses and names in every file below a store folder, and in what its databases hold.

    A text is looked for in the bytes of each file as they are, in packed files unpacked, in the statements of the published
    store and in the rows of its search index, since both may keep their contents packed.
    """
    wanted = {**addresses, **names}
    left: list[Left] = []
    files = size = 0
    for path in _files(root):
        sieve = _Sieve(wanted)
        for piece in _pieces(path):
            sieve.write(piece)
        sieve.settle()
        files, size = files + 1, size + sieve.size
        left += [Left(str(path.relative_to(root)), what) for what in sorted(sieve.found)]
    statements, rows = _Sieve(wanted), _Sieve(wanted)
    folder = root / "current"
    ox.Store.read_only(str(folder / "rdf")).dump(cast("IO[bytes]", statements), ox.RdfFormat.N_QUADS)
    for line in _rows(folder / _INDEX):
        rows.write(line)
    for each in (statements, rows):
        each.settle()
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
