"""The quality report that a load leaves in its generation: results of the shapes and issues with rows, as files.

`quality/checks.csv` is the CSV form of a report (hubgraph.checks.writing), `quality/rows.csv` has one line per issue.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, cast

from hubgraph.checks.report import RowIssue
from hubgraph.errors import StoreError

FOLDER: Final = "quality"
CHECKS: Final = "checks.csv"
ROWS: Final = "rows.csv"
_LONGEST: Final = 1_100_000
"""Longest cell that is read back, in characters: a load refuses cells of more than a million."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a shape as a load wrote it; row is 0 and file empty where no row of a table made the record."""

    severity: str
    shape: str
    name: str
    constraint: str
    focus: str
    path: str
    value: str
    message: str
    file: str
    row: int


def read_findings(generation: Path) -> tuple[Finding, ...]:
    """Return the results of the shapes of a generation's folder, gravest first."""
    names = [entry.name for entry in fields(Finding) if entry.name != "row"]
    return tuple(
        Finding(**{name: line[name] for name in names}, row=int(line["row"] or 0))
        for line in _lines(generation / FOLDER / CHECKS, (*names, "row"))
    )


def read_issues(generation: Path) -> tuple[RowIssue, ...]:
    """Return what was wrong with rows of the tables of a generation's folder."""
    names = [entry.name for entry in fields(RowIssue)]
    return tuple(
        RowIssue(
            line["file"],
            int(line["row"] or 0),
            line["column"],
            line["value"],
            "refused" if line["action"] == "refused" else "repaired",
            line["reason"],
            line["fix"],
        )
        for line in _lines(generation / FOLDER / ROWS, names)
    )


def places(generation: Path) -> dict[str, tuple[str, int]]:
    """Return IRI → file and row of the records with results that a row of a table made."""
    return {found.focus: (found.file, found.row) for found in read_findings(generation) if found.file}


def _lines(path: Path, wanted: "list[str] | tuple[str, ...]") -> Iterator[dict[str, str]]:
    csv.field_size_limit(_LONGEST)
    try:
        with path.open(newline="", encoding="utf-8") as source:
            reader = csv.DictReader(source)
            missing = set(wanted) - set(reader.fieldnames or ())
            if missing:
                raise StoreError(
                    f"{FOLDER}/{path.name} of generation {path.parents[1].name} has no column {min(missing)}; load the data again."
                )
            yield from (cast("dict[str, str]", line) for line in reader)
    except FileNotFoundError:
        raise StoreError(
            f"Generation {path.parents[1].name} has no {FOLDER}/{path.name}; load the data again."
        ) from None
