"""Kinds of record that questions rest on, and what an answer says where the data have none of a kind."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from hubgraph.errors import SavedQueryError
from hubgraph.saved_queries.model import Column, Kind, SavedQuery
from hubgraph.store.base import Row, Store
from hubgraph.terms import HG, ORG

FILE: Final = "kinds.yaml"
NONE: Final = (
    "None in these data. What no source here states is not known, and may still exist; another date or "
    "wider choices may find some."
)
"""The sentence of every answer without rows."""
_PREFIXES: Final = f"PREFIX hg: <{HG}>\nPREFIX org: <{ORG}>\n"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a store has: names of the kinds of which it has none, and kind → sentence that lists what there is."""

    absent: frozenset[str]
    scopes: Mapping[str, str]


def read_kinds(folder: Path) -> Mapping[str, Kind]:
    """Return name → kind of a folder of queries; raise SavedQueryError naming file, place and rule."""
    path = folder / FILE
    schema = json.loads(path.with_suffix(".schema.json").read_text(encoding="utf-8"))
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = best_match(Draft202012Validator(schema).iter_errors(document))
    if found is not None:
        place = ".".join(str(part) for part in found.absolute_path) or "file"
        raise SavedQueryError(f"{path}: {place}: {found.message}.")
    return {name: _kind(path, name, given) for name, given in document["kinds"].items()}


def _kind(path: Path, name: str, given: Mapping[str, object]) -> Kind:
    scope = given.get("scope", {})
    assert isinstance(scope, dict), "the schema has checked it"
    query = scope.get("query", "")
    file = path.parent / "internal" / f"{query}.rq"
    if query and not file.is_file():
        raise SavedQueryError(
            f"{path}: the kind '{name}' names the query '{query}', but {file} does not exist."
        )
    pages = given.get("pages", ())
    assert isinstance(pages, list | tuple), "the schema has checked it"
    return Kind(
        name=name,
        label=str(given["label"]),
        present=str(given["present"]),
        absent=str(given["absent"]),
        pages=tuple(pages),
        within=str(given.get("within", "")),
        scope_text=file.read_text(encoding="utf-8") if query else "",
        scope_sentence=scope.get("sentence", ""),
    )


def presence_query(kinds: Iterable[Kind]) -> str:
    """Return a SELECT with a row `kind` for each kind of which a store has a record."""
    parts = "\nUNION\n".join(
        f'{{ SELECT ("{kind.name}" AS ?kind) WHERE {{ {kind.present} }} LIMIT 1 }}' for kind in kinds
    )
    return f"{_PREFIXES}SELECT ?kind WHERE {{\n{parts}\n}}"


def read_coverage(store: Store, kinds: Iterable[Kind]) -> Coverage:
    """Return what a store has of some kinds: one query, and one more for each kind that is listed."""
    asked = tuple(kinds)
    if not asked:
        return Coverage(frozenset(), {})
    present = {row["kind"].value for row in store.select(presence_query(asked)).rows if "kind" in row}
    scopes = {}
    for kind in asked:
        if not kind.scope_text or kind.name not in present:
            continue
        items = [row["item"].value for row in store.select(kind.scope_text).rows if "item" in row]
        if items:
            scopes[kind.name] = kind.scope_sentence.format(", ".join(items))
    return Coverage(frozenset(kind.name for kind in asked) - present, scopes)


def sentences(saved: SavedQuery, coverage: Coverage) -> tuple[str, ...]:
    """Return what to say above an answer: what the data have none of, then what they have of the rest."""
    missing = [
        kind.absent
        for kind in saved.needs
        if kind.name in coverage.absent and kind.within not in coverage.absent
    ]
    listed = [coverage.scopes[kind.name] for kind in saved.needs if kind.name in coverage.scopes]
    return (*missing, *listed)


def known_rows(rows: tuple[Row, ...], columns: Iterable[Column], coverage: Coverage) -> tuple[Row, ...]:
    """Return rows without the values of columns that rest on a kind of which there is no record."""
    unknown = {column.name for column in columns if coverage.absent.intersection(column.needs)}
    if not unknown:
        return rows
    return tuple({name: term for name, term in row.items() if name not in unknown} for row in rows)


def missing_on(kinds: Iterable[Kind], coverage: Coverage, record_kind: str) -> tuple[str, ...]:
    """Return the labels of what the page of a record of this kind would show and the data have none of."""
    return tuple(
        kind.label
        for kind in kinds
        if record_kind in kind.pages and kind.name in coverage.absent and kind.within not in coverage.absent
    )
