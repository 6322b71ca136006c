"""The quality report that a load leaves in its generation: results of the shapes and issues with rows, as files.

`quality/checks.csv` is the CSV form of a report (hubgraph.checks.writing), `quality/rows.csv` has one line per issue.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, cast

from hubgraph.checks.report import RowIssue
from hubgraph.errors import StoreError

FOLDER: Final = "quality"
CHECKS: Final = "checks.csv"
ROWS: Final = "rows.csv"
_SENTENCES: Final = re.compile(r"(?<=\.)\s+(?=[A-Z])")
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

    @property
    def wrong(self) -> str:
        """Return the first sentence of the message, which says what is wrong."""
        return _SENTENCES.split(self.message, maxsplit=1)[0]

    @property
    def fix(self) -> str:
        """Return the rest of the message, which says what to do; empty where it says no more."""
        return "".join(_SENTENCES.split(self.message, maxsplit=1)[1:])


def read_findings(generation: Path) -> Iterator[Finding]:
    """Yield the results of the shapes of a generation's folder, gravest first."""
    names = [entry.name for entry in fields(Finding) if entry.name != "row"]
    for line in _lines(generation / FOLDER / CHECKS, (*names, "row")):
        texts = {name: _bare(line[name]) for name in names}
        yield Finding(**texts, row=int(line["row"] or 0))


def read_issues(generation: Path) -> Iterator[RowIssue]:
    """Yield what was wrong with rows of the tables of a generation's folder."""
    names = [entry.name for entry in fields(RowIssue)]
    for line in _lines(generation / FOLDER / ROWS, names):
        yield RowIssue(
            line["file"],
            int(line["row"] or 0),
            line["column"],
            line["value"],
            "refused" if line["action"] == "refused" else "repaired",
            line["reason"],
            line["fix"],
        )


def _bare(cell: str) -> str:
    """Return a cell without the apostrophe that keeps spreadsheets from running it."""
    return cell[1:] if cell.startswith("'") and cell[1:2] in {"=", "+", "-", "@"} else cell


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
