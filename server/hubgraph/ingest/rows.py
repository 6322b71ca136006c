"""Issues with rows: what was refused or repaired, where, why, and what to do about it."""

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class RowIssue:
    """One thing about one row; row counts as a spreadsheet does (header = 1), 0 means the file as a whole."""

    file: str
    row: int
    column: str
    value: str
    action: Literal["refused", "repaired"]
    reason: str
    fix: str


def write_issues(path: Path, issues: Iterable[RowIssue]) -> None:
    """Write `quality/rows.csv`: a header and one line per issue."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow([entry.name for entry in fields(RowIssue)])
        writer.writerows(astuple(issue) for issue in issues)
