"""The search index of a generation: one row per record that a person may look for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Protocol

from hubgraph.resources import content
from hubgraph.store.base import Table
from hubgraph.store.search import IndexRow, build_index
from hubgraph.terms import split_record_iri

_OTHERS: Final = ("index-groups", "index-others")
_SHOWN: Final = ("type", "place", "state")


class Selecting(Protocol):
    """Anything that answers a SELECT: a store or a generation being built."""

    def select(self, query: str) -> Table:
        """Return the rows of a SELECT."""
        ...


def index_generation(source: Selecting, path: Path, base: str) -> int:
    """Write the search index of everything in source to path; return the number of rows."""
    return build_index(path, _rows(source, base))


def _rows(source: Selecting, base: str) -> Iterator[IndexRow]:
    seen: set[str] = set()
    for iri, columns in _records(source):
        split = split_record_iri(iri, base)
        if split is None or iri in seen:
            continue
        seen.add(iri)
        kind, key = split
        yield IndexRow(
            kind=kind,
            key=key,
            iri=iri,
            name=columns.get("name", key),
            type=columns.get("type", ""),
            place=columns.get("place", "") or columns.get("town", ""),
            state=columns.get("state", ""),
            terms=tuple(value for name, value in columns.items() if name not in (*_SHOWN, "name")),
        )


def _records(source: Selecting) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield IRI and columns by name of every record; a record may come more than once."""
    labels = {row["iri"].value: row["name"].value for row in _select(source, "index-labels").rows}
    values: dict[str, dict[str, str]] = defaultdict(dict)
    for row in _select(source, "index-school-values").rows:
        value = row["value"].value
        values[row["iri"].value].setdefault(row["column"].value, labels.get(value, value))
    for row in _select(source, "index-schools").rows:
        name = {"name": row["name"].value} if "name" in row else {}
        yield row["iri"].value, {**name, **values[row["iri"].value]}
    for query in _OTHERS:
        for row in _select(source, query).rows:
            yield row["iri"].value, {name: term.value for name, term in row.items() if name != "iri"}


def _select(source: Selecting, name: str) -> Table:
    return source.select(content("queries", "internal", f"{name}.rq").read_text(encoding="utf-8"))
