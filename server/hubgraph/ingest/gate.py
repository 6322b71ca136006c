"""The gate: what breaks a Violation shape is not published.

A record that a row made is refused like a bad row. A failure that no row explains stops the load.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from hubgraph.checks.compiled import check
from hubgraph.checks.model import Shapes
from hubgraph.checks.report import Report, Result
from hubgraph.errors import LoadRefusedError
from hubgraph.ingest.mapper import Mapped
from hubgraph.ingest.rows import RowIssue
from hubgraph.store.finished import FinishedStore

_PROCESSES: Final = 2
_ROUNDS: Final = 10
"""A refused record can leave others that point to it; each round refuses those."""


@dataclass(frozen=True, slots=True)
class MappedFile:
    """A file that was mapped: how it is called and what its rows made."""

    file: str
    mapped: Mapped


@dataclass(frozen=True, slots=True)
class Gated:
    """What the gate refused and the report on what it let through."""

    issues: tuple[RowIssue, ...]
    report: Report


def pass_gate(
    folder: Path, shapes: Shapes, files: Sequence[MappedFile], take_out: Callable[[Collection[str]], None]
) -> Gated:
    """Check everything, take out records that fail with their rows, and check again until all that is left passes.

    folder: the store, closed. take_out: removes records by IRI, derives again and closes the store. Raises
    LoadRefusedError for what no row explains.
    """
    issues: list[RowIssue] = []
    for _ in range(_ROUNDS):
        with FinishedStore(folder, _PROCESSES) as source:
            report = check(source, shapes, threads=_PROCESSES)
        failed = report.at_least("violation").results
        if not failed:
            return Gated(tuple(issues), report)
        found = _explain(failed, files)
        issues.extend(found.values())
        take_out(found)
    raise LoadRefusedError(
        f"Refusing records left others that break the shapes, {_ROUNDS} times over; nothing was published. "
        f"The last: {_sentence(failed[0])}"
    )


def _explain(failed: Sequence[Result], files: Sequence[MappedFile]) -> dict[str, RowIssue]:
    """Return IRI of each failing record → the row that made it; raise where one has no row."""
    by_focus: dict[str, Result] = {}
    for result in failed:
        by_focus.setdefault(result.focus.value, result)
    places = rows_of(list(by_focus), files)
    unexplained = [result for iri, result in by_focus.items() if iri not in places]
    if unexplained:
        shown = " ".join(_sentence(result) for result in unexplained[:5])
        raise LoadRefusedError(
            f"{len(unexplained):,} records break the shapes and no row of a table explains it; nothing was published. {shown}"
        )
    return {iri: _issue(result, *places[iri]) for iri, result in by_focus.items()}


def rows_of(iris: Sequence[str], files: Sequence[MappedFile]) -> dict[str, tuple[str, int]]:
    """Return IRI → file and row of each record that a row made; the first file that made it."""
    places: dict[str, tuple[str, int]] = {}
    for entry in files:
        hit = entry.mapped.subjects.filter(pl.col("subject").is_in(list(iris)))
        for subject, row in hit.select("subject", "row").iter_rows():
            places.setdefault(subject, (entry.file, row))
    return places


def _issue(result: Result, file: str, row: int) -> RowIssue:
    value = result.value.value[:80] if result.value is not None else ""
    return RowIssue(
        file, row, result.name, value, "refused", result.message, f"Mend the record {result.focus.value}."
    )


def _sentence(result: Result) -> str:
    value = f" ('{result.value.value[:60]}')" if result.value is not None else ""
    return f"{result.focus.value}: {result.message}{value}"
