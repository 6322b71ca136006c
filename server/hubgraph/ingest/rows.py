"""Issues with rows as a file: what was refused or repaired, where, why, and what to do about it."""

import csv
from collections.abc import Iterable
from dataclasses import astuple, fields
from pathlib import Path

from hubgraph.checks.report import RowIssue

__all__ = ["RowIssue", "write_issues"]


def write_issues(path: Path, issues: Iterable[RowIssue]) -> None:
    """Write `quality/rows.csv`: a header and one line per issue."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow([entry.name for entry in fields(RowIssue)])
        writer.writerows(astuple(issue) for issue in issues)
