"""The gate: what breaks a Violation shape is not published.

It stands twice in a load. Before people are matched and facts derived it refuses records like bad rows, so that nothing can
follow from them. After that it looks at everything: a record passed already, so what still fails was worked out, and only
that is left out.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
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
_ROUNDS: Final = 20
"""A refused record can leave others that point to it; each round refuses those."""
_PERSON: Final = "#person"
"""What the person record of an appointment has after the IRI of the appointment."""
_SHOWN: Final = 5
_LETTERS: Final = 80
"""Failures that an error shows, and letters of a value."""
PRIVATE: Final = "Private details are never published"
"""What the messages of shapes about private details say; neither report nor error repeats the value."""

TakeOut = Callable[[Collection[str]], int]
"""Takes records out of the closed store by IRI and closes it again; returns how much of what stays pointed to them."""


@dataclass(frozen=True, slots=True)
class MappedFile:
    """A file that was mapped: how it is called and what its rows made."""

    file: str
    mapped: Mapped


@dataclass(frozen=True, slots=True)
class Origins:
    """Where records come from: the files of this load, and the published file of each record that was kept.

    kept: the file of a record that an earlier load published, or none.
    """

    files: Sequence[MappedFile]
    kept: Callable[[Collection[str]], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Gated:
    """What the gate refused, the report on what it let through, and sentences about what was left out beside rows."""

    issues: tuple[RowIssue, ...]
    report: Report
    notes: tuple[str, ...] = ()


def refuse_records(folder: Path, shapes: Shapes, origins: Origins, take_out: TakeOut) -> tuple[RowIssue, ...]:
    """Refuse the rows of records that break a Violation shape, and of those that cannot stand without them.

    folder: the store, closed, with nothing derived in it. Raises LoadRefusedError for a failure that no row explains.
    """
    issues: list[RowIssue] = []
    for _ in range(_ROUNDS):
        with FinishedStore(folder, _PROCESSES) as source:
            failed = check(source, shapes, threads=_PROCESSES, least="violation").results
        if not failed:
            return tuple(issues)
        found = _explain(failed, origins)
        issues.extend(found.values())
        if not take_out([each for iri in found for each in (iri, iri + _PERSON)]):
            return tuple(issues)
    raise LoadRefusedError(
        f"Refusing records left others that break the shapes, {_ROUNDS} times over; nothing was published. "
        f"The last: {_sentence(failed[0])}"
    )


def check_derived(folder: Path, shapes: Shapes, take_out: TakeOut) -> tuple[Report, tuple[str, ...]]:
    """Check everything; leave out what was worked out and breaks a Violation shape, with a sentence for each kind.

    take_out: takes what was derived about records out, and returns how many statements these were. Raises
    LoadRefusedError where a failure is not in what was derived.
    """
    left_out: dict[str, Result] = {}
    for _ in range(_ROUNDS):
        with FinishedStore(folder, _PROCESSES) as source:
            report = check(source, shapes, threads=_PROCESSES)
        failed = report.at_least("violation").results
        if not failed:
            return report, _left_out(left_out)
        found = {result.focus.value: result for result in failed}
        if not take_out(found):
            break
        left_out |= found
    raise LoadRefusedError(
        f"What was worked out from the data breaks the shapes and could not be left out; nothing was published. {_sentence(failed[0])}"
    )


def _left_out(results: Mapping[str, Result]) -> tuple[str, ...]:
    by_message: dict[str, list[str]] = {}
    for iri, result in results.items():
        by_message.setdefault(result.message, []).append(iri)
    return tuple(
        f"{len(iris):,} records that were worked out from the data break a shape and were left out, the first: {iris[0]}: {message}"
        for message, iris in by_message.items()
    )


def _explain(failed: Sequence[Result], origins: Origins) -> dict[str, RowIssue]:
    """Return IRI of each failing record → the row that made it; raise where one has no row.

    The person record of an appointment stands and falls with it.
    """
    by_record: dict[str, Result] = {}
    for result in failed:
        by_record.setdefault(result.focus.value.removesuffix(_PERSON), result)
    places = rows_of(list(by_record), origins.files)
    kept = origins.kept([iri for iri in by_record if iri not in places])
    places |= {iri: (file, 0) for iri, file in kept.items()}
    unexplained = [result for iri, result in by_record.items() if iri not in places]
    if unexplained:
        shown = " ".join(_sentence(result) for result in unexplained[:_SHOWN])
        raise LoadRefusedError(
            f"{len(unexplained):,} records break the shapes and no row of a table explains it; nothing was published. {shown}"
        )
    return {iri: _issue(result, *places[iri]) for iri, result in by_record.items()}


def rows_of(iris: Sequence[str], files: Sequence[MappedFile]) -> dict[str, tuple[str, int]]:
    """Return IRI → file and row of each record that a row made; the first file that made it."""
    places: dict[str, tuple[str, int]] = {}
    wanted = pl.Series("subject", iris, pl.String).implode()
    for entry in files:
        hit = entry.mapped.subjects.filter(pl.col("subject").is_in(wanted))
        for subject, row in hit.select("subject", "row").iter_rows():
            places.setdefault(subject, (entry.file, row))
    return places


def _issue(result: Result, file: str, row: int) -> RowIssue:
    return RowIssue(
        file,
        row,
        result.name,
        _value(result),
        "refused",
        result.message,
        f"Mend the record {result.focus.value}.",
    )


def _sentence(result: Result) -> str:
    value = _value(result)
    said = f"{result.focus.value}: {result.message}"
    return f"{said} ('{value}')" if value else said


def _value(result: Result) -> str:
    """Return the start of the value at fault, empty where there is none or where it is a private detail."""
    if result.value is None or PRIVATE in result.message:
        return ""
    return result.value.value[:_LETTERS]
