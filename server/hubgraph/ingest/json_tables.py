"""JSON documents as tables: a list of objects becomes rows, and paths into an object become columns.

The mapping says where the list is and which path fills which column (`json`), so that the flat and the JSON form of one
standard share their records. Row numbers are those of the flat form: the first object is row 2.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl

from hubgraph.errors import InputError
from hubgraph.ingest.mapping import JsonLayout
from hubgraph.ingest.rows import RowIssue
from hubgraph.ingest.tables import ROW, RawTable, cell_problem

MAX_BYTES: Final = 500_000_000
_FIX: Final = "Write one value, or split the object into one for each."


def read_document(path: Path, name: str) -> Any:  # noqa: ANN401  JSON of any shape
    """Return a JSON document, numbers as they are written; raise InputError where it is none."""
    if path.stat().st_size > MAX_BYTES:
        raise InputError(f"{name} is larger than {MAX_BYTES:,} bytes; split it.")
    try:
        return json.loads(path.read_bytes(), parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name} is not valid JSON: {error}") from None


def read_json(path: Path, layout: JsonLayout, name: str) -> RawTable:
    """Return the rows of a document; raise InputError where its list or an entry of it has another shape."""
    document = read_document(path, name)
    entries = document.get(layout.root) if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise InputError(f"{name} has no list '{layout.root}'; write the records as a list under that name.")
    issues: list[RowIssue] = []
    columns: dict[str, list[str | None]] = {column: [] for column in layout.columns}
    numbers: list[int] = []
    for row, entry in enumerate(entries, start=2):
        if not isinstance(entry, dict):
            raise InputError(
                f"{name}, row {row} (entry {row - 1} of '{layout.root}'): this is not an object; write it as {{…}}."
            )
        cells, problem = _cells(entry, layout.columns)
        if problem:
            path_, reason = problem
            issues.append(RowIssue(name, row, path_, str(entry.get("id", ""))[:80], "refused", reason, _FIX))
            continue
        numbers.append(row)
        for column, cell in cells.items():
            columns[column].append(cell)
    schema = {ROW: pl.Int64} | dict.fromkeys(columns, pl.String)
    return RawTable(name, pl.DataFrame({ROW: numbers} | columns, schema=schema), tuple(issues), len(entries))


def _cells(
    entry: Mapping[str, Any], paths: Mapping[str, str]
) -> tuple[dict[str, str | None], tuple[str, str] | None]:
    """Return column → text, and path and reason where a value cannot be one cell."""
    cells: dict[str, str | None] = {}
    for column, path in paths.items():
        value: Any = entry
        for step in path.split("/"):
            if step == "0":
                if isinstance(value, list):
                    if len(value) > 1:
                        return cells, (
                            path,
                            f"'{path.partition('/')[0]}' has {len(value)} entries, and a row can have one.",
                        )
                    value = value[0] if value else None
            else:
                value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, dict | list):
            return cells, (path, f"'{path}' is not a single value.")
        if isinstance(value, bool):
            value = "true" if value else "false"
        bad = cell_problem([value])
        if bad:
            return cells, (path, bad[1])
        cells[column] = value or None
    return cells, None
