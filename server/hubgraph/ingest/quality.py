"""The quality report of a generation: what the shapes found with file and row, and what was wrong with rows."""

from collections.abc import Sequence
from pathlib import Path

from hubgraph.checks.quality import CHECKS, FOLDER, ROWS, places, read_issues
from hubgraph.checks.report import Report
from hubgraph.checks.writing import write
from hubgraph.ingest.gate import MappedFile, rows_of
from hubgraph.ingest.keeping import Published
from hubgraph.ingest.rows import RowIssue, write_issues
from hubgraph.store.generations import SourceEntry


def write_quality(  # noqa: PLR0913, PLR0917 (what a quality report is made of)
    stage: Path,
    issues: Sequence[RowIssue],
    report: Report,
    mapped: Sequence[MappedFile],
    published: Published | None,
    kept: Sequence[SourceEntry],
) -> None:
    """Write both files; what is known of sources that were kept is carried along from the published generation."""
    found = rows_of([each.focus.value for each in report.results], mapped)
    earlier: list[RowIssue] = []
    if published is not None and kept:
        files = {name for entry in kept for name in entry.file.split("; ")}
        earlier = [issue for issue in read_issues(published.folder) if issue.file in files]
        before = places(published.folder).items()
        found = {iri: place for iri, place in before if place[0] in files} | found
    write_issues(stage / FOLDER / ROWS, [*earlier, *issues])
    (stage / FOLDER / CHECKS).write_text(write(report, "csv", found.get), encoding="utf-8", newline="")
