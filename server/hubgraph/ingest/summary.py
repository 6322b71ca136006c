"""What a load did, per file and in all, as a record that the command line and the tests read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from hubgraph.ingest.rows import RowIssue


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How to load.

    strict: one refused row refuses the load. dry_run: publish nothing. add: start from the published
    generation. mappings: further mapping files. as_at: data date of sources that state none.
    """

    strict: bool = False
    dry_run: bool = False
    add: bool = False
    mappings: Sequence[Path] = ()
    as_at: date | None = None


@dataclass(frozen=True, slots=True)
class FileSummary:
    """What became of one file: rows read, refused and repaired, triples of its graph, date of its data.

    left_out: rows, part of those repaired, that were kept without a value that could not be used.
    """

    file: str
    title: str
    rows: int
    refused: int
    repaired: int
    triples: int
    data_date: str
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """What a load did; generation is empty for a dry run."""

    generation: str
    data_date: str
    triples: int
    files: tuple[FileSummary, ...]
    skipped: tuple[tuple[str, str], ...]
    issues: tuple[RowIssue, ...]
    derived: tuple[tuple[str, int], ...]
    warnings: tuple[str, ...]
    checked: tuple[tuple[str, int], ...] = ()
    seconds: float = 0.0
    kept: tuple[str, ...] = field(default=())

    def lines(self, first_rows: int = 20) -> Iterator[str]:
        """Yield the summary as lines of text for a person."""
        for entry in self.files:
            bad = f", {entry.refused:,} refused" if entry.refused else ""
            lost = (
                f" ({entry.left_out:,} of them without a value that was left out)" if entry.left_out else ""
            )
            mended = f", {entry.repaired:,} repaired{lost}" if entry.repaired else ""
            dated = f", data of {entry.data_date}" if entry.data_date else ""
            yield f"{entry.file}: {entry.title}: {entry.rows:,} rows read{bad}{mended}, {entry.triples:,} triples{dated}"
        for name in self.kept:
            yield f"Kept from the published generation: {name}"
        for name, reason in self.skipped:
            yield f"{name}: skipped, {reason}"
        for name, number in self.derived:
            yield f"Derived {name}: {number:,}"
        for warning in self.warnings:
            yield f"Note: {warning}"
        yield from self._issue_lines(first_rows)
        for severity, number in self.checked:
            yield f"Checks: {number:,} results of severity {severity}"
        if self.generation:
            yield f"Published generation {self.generation}: {self.triples:,} triples, data of {self.data_date}, in {self.seconds:.1f} s."
        else:
            yield f"Dry run: {self.triples:,} triples would be published, data of {self.data_date}; nothing was changed."

    def _issue_lines(self, first_rows: int) -> Iterator[str]:
        refused = [issue for issue in self.issues if issue.action == "refused"]
        shown = (refused + [issue for issue in self.issues if issue.action != "refused"])[:first_rows]
        if shown:
            yield f"Rows refused or repaired (the first {len(shown):,} of {len(self.issues):,}; all are in quality/rows.csv):"
        for issue in shown:
            where = f"{issue.file}, row {issue.row}" + (f", column {issue.column}" if issue.column else "")
            value = f" '{issue.value}'" if issue.value else ""
            yield f"  {where}:{value} {issue.action}: {issue.reason} {issue.fix}".rstrip()
