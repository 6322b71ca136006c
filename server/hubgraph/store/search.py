"""Search by name, identifier, postcode or place: a SQLite FTS5 index beside the store of each generation."""

import re
import sqlite3
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hubgraph.store.base import SearchHit, SearchPage

_SCHEMA: Final = """
CREATE TABLE record (id INTEGER PRIMARY KEY, kind TEXT, key TEXT, iri TEXT, name TEXT, type TEXT, place TEXT, state TEXT, folded TEXT, open INTEGER);
CREATE TABLE identifier (value TEXT, record INTEGER);
CREATE VIRTUAL TABLE words USING fts5 (name, place, terms, content='', tokenize='unicode61 remove_diacritics 2', prefix='2 3');
"""
_CLOSED: Final = ("closed", "ended", "stub")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One record for the index; terms are identifiers, postcode and town."""

    kind: str
    key: str
    iri: str
    name: str
    type: str
    place: str
    state: str
    terms: tuple[str, ...]


def fold(text: str) -> str:
    """Return text for comparing: lower case, no accents or apostrophes, `&` as and, St as saint."""
    plain = (
        unicodedata.normalize("NFKD", text.replace("&", " and ")).encode("ascii", "ignore").decode().lower()
    )
    words = _WORD.findall(plain.replace("'", ""))
    return " ".join("saint" if word == "st" else word for word in words)


def build_index(path: Path, rows: Iterable[IndexRow]) -> int:
    """Write the index of rows to a new file; return how many rows it holds."""
    connection = sqlite3.connect(path)
    try:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        number = 0
        for number, row in enumerate(rows, start=1):
            _insert(connection, number, row)
        connection.executescript(
            "CREATE INDEX identifier_value ON identifier (value); CREATE INDEX record_folded ON record (folded);"
        )
        connection.execute("INSERT INTO words (words) VALUES ('optimize')")
        connection.commit()
    finally:
        connection.close()
    return number


def _insert(connection: sqlite3.Connection, number: int, row: IndexRow) -> None:
    is_open = not row.state.lower().startswith(_CLOSED)
    folded = fold(row.name)
    connection.execute(
        "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (number, row.kind, row.key, row.iri, row.name, row.type, row.place, row.state, folded, int(is_open)),
    )
    terms = " ".join(row.terms)
    connection.execute(
        "INSERT INTO words (rowid, name, place, terms) VALUES (?, ?, ?, ?)",
        (number, folded, fold(row.place), f"{terms} {fold(terms)}"),
    )
    identifiers = {_squeeze(term) for term in (*row.terms, row.key)}
    connection.executemany(
        "INSERT INTO identifier VALUES (?, ?)", [(value, number) for value in identifiers if value]
    )


def _squeeze(text: str) -> str:
    return re.sub(r"\W", "", text).lower()


class SearchIndex:
    """Read side of an index; one read-only connection per thread."""

    def __init__(self, path: Path) -> None:
        """Take the file that build_index wrote."""
        self._path = path
        self._threads = threading.local()
        self._open: list[sqlite3.Connection] = []

    def search(self, text: str, *, kinds: Sequence[str] = (), limit: int = 20, offset: int = 0) -> SearchPage:
        """Return hits best first: exact identifier or postcode, exact name, name that starts so, all words; open before closed."""
        words = fold(text).split()
        if not words:
            return SearchPage((), 0)
        connection = self._connection()
        found = self._candidates(connection, text, words)
        kept = [entry for entry in found if not kinds or entry[2] in kinds]
        per_kind: dict[str, int] = {}
        for entry in found:
            per_kind[entry[2]] = per_kind.get(entry[2], 0) + 1
        page = kept[offset : offset + limit]
        hits = []
        for score, number, _kind in page:
            row = connection.execute(
                "SELECT kind, key, iri, name, type, place, state FROM record WHERE id = ?", (number,)
            ).fetchone()
            kind, key, iri, name, type_label, place, state = row
            hits.append(SearchHit(kind, key, iri, name, type_label, place, state, round(score, 3)))
        return SearchPage(tuple(hits), len(kept), per_kind)

    def close(self) -> None:
        """Close every connection."""
        for connection in self._open:
            connection.close()

    def _candidates(
        self, connection: sqlite3.Connection, text: str, words: list[str]
    ) -> list[tuple[float, int, str]]:
        folded = " ".join(words)
        match = " ".join(f'"{word}"' for word in words[:-1]) + f' "{words[-1]}"*'
        query = """
            SELECT r.id, r.kind, r.folded, r.open, w.score
            FROM (SELECT rowid, -bm25(words, 8.0, 3.0, 2.0) AS score FROM words WHERE words MATCH ?) AS w
            JOIN record AS r ON r.id = w.rowid
        """
        scored: dict[int, tuple[float, str]] = {}
        for number, kind, name, is_open, score in connection.execute(query, (match.strip(),)):
            bonus = 50.0 if name == folded else 25.0 if name.startswith(folded) else 0.0
            weight = (
                min(score, 20.0)
                + bonus
                + (10.0 if is_open else 0.0)
                + (3.0 if kind in ("school", "trust", "hub") else 0.0)
            )
            scored[number] = (weight, kind)
        exact = connection.execute(
            "SELECT r.id, r.kind, r.open FROM identifier AS i JOIN record AS r ON r.id = i.record WHERE i.value = ?",
            (_squeeze(text),),
        )
        for number, kind, is_open in exact:
            scored[number] = (100.0 + (10.0 if is_open else 0.0), kind)
        ordered = ((score, number, kind) for number, (score, kind) in scored.items())
        return sorted(ordered, key=lambda entry: (-entry[0], entry[1]))

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                f"file:{self._path}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            self._threads.connection = connection
            self._open.append(connection)
        return connection
