"""The search index of a generation: one row per record that a person may look for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from hubgraph.resources import content
from hubgraph.store.base import Table
from hubgraph.store.search import IndexRow, build_index
from hubgraph.terms import split_record_iri

_QUERIES = ("index-schools", "index-groups", "index-others")
_SHOWN = frozenset({"iri", "name", "type", "place", "state"})


class Selecting(Protocol):
    """Anything that answers a SELECT: a store or a generation being built."""

    def select(self, query: str) -> Table:
        """Return the rows of a SELECT."""
        ...


def index_generation(source: Selecting, path: Path, base: str) -> int:
    """Write the search index of everything in source to path; return the number of rows."""
    return build_index(path, _rows(source, base))


def _rows(source: Selecting, base: str) -> Iterator[IndexRow]:
    for name in _QUERIES:
        table = source.select(content("queries", "internal", f"{name}.rq").read_text())
        extra = [column for column in table.columns if column not in _SHOWN]
        seen = ""
        for row in table.rows:
            iri = row["iri"].value
            split = split_record_iri(iri, base)
            if split is None or iri == seen:
                continue
            seen = iri
            kind, key = split
            text = {column: row[column].value for column in table.columns if column in row}
            yield IndexRow(
                kind=kind,
                key=key,
                iri=iri,
                name=text.get("name", key),
                type=text.get("type", ""),
                place=text.get("place", "") or text.get("town", ""),
                state=text.get("state", ""),
                terms=tuple(text[column] for column in extra if column in text),
            )
