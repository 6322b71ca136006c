"""A load: files in, a new generation out, or nothing at all.

read → map → bulk load → match people → derive → check → index → publish. Work in progress stands in a private stage of the store;
the only steps that others can see are the two renames of Generations.publish.
"""

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Final

from hubgraph import __version__
from hubgraph.checks.report import Report, severity_word
from hubgraph.checks.shapes import own_shapes
from hubgraph.errors import LoadRefusedError, NoGenerationError, StoreError
from hubgraph.findings.decisions import decisions_path, read_decisions
from hubgraph.findings.finding import find
from hubgraph.ingest.changes import write_changes
from hubgraph.ingest.codes import own_codes
from hubgraph.ingest.deriving import ALGORITHMS, derive, rules
from hubgraph.ingest.describe import describe_derived
from hubgraph.ingest.ends import settle_ends
from hubgraph.ingest.gate import Gated, MappedFile, Origins, check_derived, refuse_records
from hubgraph.ingest.gathering import Gathered, gather
from hubgraph.ingest.indexing import index_generation
from hubgraph.ingest.keeping import Published, keep, leave_out_older, refuse_other_base
from hubgraph.ingest.leaving_out import leave_out_rows
from hubgraph.ingest.limits import told
from hubgraph.ingest.mapper import MapContext
from hubgraph.ingest.mapping import read_mappings
from hubgraph.ingest.own_graphs import add_descriptions, add_ontology, newest_day
from hubgraph.ingest.progress import Progress
from hubgraph.ingest.quality import write_quality
from hubgraph.ingest.registry import Registry
from hubgraph.ingest.resolving import resolve_people
from hubgraph.ingest.rows import RowIssue
from hubgraph.ingest.storing import WORKED_OUT, Stored, store_all
from hubgraph.ingest.summary import FileSummary, LoadOptions, LoadSummary
from hubgraph.ingest.suppressions import Suppressions, read_suppressions, suppressions_path
from hubgraph.people.model import Resolution
from hubgraph.resources import content
from hubgraph.settings import Settings
from hubgraph.store.building import Builder
from hubgraph.store.finished import FinishedStore
from hubgraph.store.generations import FORMAT_VERSION, Generations, Manifest, SourceEntry
from hubgraph.terms import HG, graph_iri

_BYTES_PER_BYTE: Final = 40
_SPARE_BYTES: Final = 200_000_000
"""Disk that a load needs beside its files: a store is about ten times its tables, and twice that while compacted."""
_FIRST_ROWS: Final = 5


@dataclass(frozen=True, slots=True)
class _Made:
    """A finished generation that is not published yet."""

    manifest: Manifest
    derived: tuple[tuple[str, int], ...]
    gated: Gated
    issues: tuple[RowIssue, ...]
    people: Resolution


def load(paths: Sequence[Path], settings: Settings, options: LoadOptions, progress: Progress) -> LoadSummary:
    """Load files and folders into a new generation and publish it, unless options say otherwise.

    Raises InputError, NotRecognisedError, LoadRefusedError, MappingError, MachineLimitError or StoreError; the published
    generation is then what it was.
    """
    started = time.monotonic()
    with told("", "The published data are as they were."):
        return _load(paths, settings, options, progress, started)


def _load(
    paths: Sequence[Path], settings: Settings, options: LoadOptions, progress: Progress, started: float
) -> LoadSummary:
    mappings = read_mappings(content("data", "mappings"), options.mappings)
    suppressions = read_suppressions(suppressions_path(Path(settings.store)))
    context = _context(settings.base, suppressions)
    generations = Generations(Path(settings.store))
    with _stage(generations, options) as stage:
        published = _published(generations, settings, options)
        # Without paths, what is published is made again, by decisions that changed since.
        gathered = (
            gather(paths, mappings, context, progress, options.as_at) if paths else Gathered((), (), ())
        )
        gathered, left_out = leave_out_rows(gathered, suppressions)
        _check_space(stage, gathered.size)
        builder = Builder(stage / "rdf")
        kept: tuple[SourceEntry, ...] = ()
        if published is not None:
            progress.step("Copying what stays")
            gathered = leave_out_older(published, gathered)
            kept, notes = keep(builder, published, gathered, context)
            left_out += notes
        stored = store_all(builder, gathered, context, stage / "triples", progress)
        stored.note_once(left_out)
        made = _make(builder, stored, kept, settings, stage, progress)
        _refuse_if_strict(made.issues, options)
        number = ""
        if not options.dry_run:
            write_quality(stage, made.issues, made.gated.report, stored.mapped, published, kept)
            write_changes(stage, generations, made.manifest)
            number = _publish(generations, stage, made.manifest, settings)
    return LoadSummary(
        generation=number,
        data_date=made.manifest.data_date,
        triples=made.manifest.triples,
        files=_with_refused(stored, made.gated.issues),
        skipped=gathered.skipped,
        issues=made.issues,
        derived=(*made.people.counts, *made.derived),
        warnings=(*stored.notes, *made.people.notes, *made.gated.notes),
        checked=_severities(made.gated.report),
        seconds=time.monotonic() - started,
        kept=tuple(entry.title for entry in kept),
    )


def _context(base: str, suppressions: Suppressions) -> MapContext:
    codes = own_codes()
    return MapContext(base, codes, Registry(base), suppressions.leave_out(base))


@contextmanager
def _stage(generations: Generations, options: LoadOptions) -> Iterator[Path]:
    """Give a private folder and remove what is left of it; hold the lock of the store unless nothing is written."""
    if options.dry_run:
        with tempfile.TemporaryDirectory(prefix="hubgraph-dry-run-") as folder:
            yield Path(folder)
        return
    with generations.lock():
        stage = generations.stage()
        try:
            yield stage
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def _published(generations: Generations, settings: Settings, options: LoadOptions) -> Published | None:
    if not options.add:
        return None
    try:
        published = Published(generations.current(), generations.current_folder())
    except NoGenerationError:
        return None
    refuse_other_base(published, settings.base)
    return published


def _check_space(stage: Path, size: int) -> None:
    free = shutil.disk_usage(stage).free
    needed = size * _BYTES_PER_BYTE + _SPARE_BYTES
    if free < needed:
        raise StoreError(
            f"The disk of the store has {free / 1e9:.1f} GB free and this load may need {needed / 1e9:.1f} GB; make room or use another --store."
        )


def _make(  # noqa: PLR0913, PLR0917 (what a generation is made of)
    builder: Builder,
    stored: Stored,
    kept: Sequence[SourceEntry],
    settings: Settings,
    stage: Path,
    progress: Progress,
) -> _Made:
    """Derive, check, describe and index what is stored; the store is closed afterwards."""
    today = datetime.now(UTC).date()
    add_ontology(builder, settings.base)
    add_descriptions(builder, settings.base, [*kept, *stored.sources])
    as_of = newest_day(builder) or today
    worked_out, gated = _pass(builder, stored, kept, settings, stage, as_of, progress)
    progress.step("Indexing")
    with FinishedStore(stage / "rdf", 2) as source:
        index_generation(source, stage / "search.sqlite", settings.base)
        sizes, counts = _sizes(source), _counts(source)
    progress.step("Describing and compacting")
    sources = [
        replace(source, triples=sum(sizes.get(graph, 0) for graph in (source.graph, *source.graphs)))
        for source in _count_refused([*kept, *stored.sources], stored, gated.issues)
    ]
    properties = _finish(stage / "rdf", settings.base, sources, as_of)
    manifest = Manifest(
        format_version=FORMAT_VERSION,
        number="",
        software=__version__,
        base=settings.base,
        data_date=as_of.isoformat(),
        loaded=today.isoformat(),
        triples=sum(properties.values()),
        counts=counts,
        sources=tuple(sorted(sources, key=lambda source: source.key)),
        properties=properties,
    )
    issues = (*(issue for entry in stored.mapped for issue in entry.mapped.issues), *gated.issues)
    return _Made(manifest, worked_out.derived, gated, issues, worked_out.resolution)


@dataclass(frozen=True, slots=True)
class _WorkedOut:
    """What follows from the stored triples."""

    derived: tuple[tuple[str, int], ...]
    resolution: Resolution


def _pass(  # noqa: PLR0913, PLR0917 (what a generation is made of)
    builder: Builder,
    stored: Stored,
    kept: Sequence[SourceEntry],
    settings: Settings,
    stage: Path,
    as_of: date,
    progress: Progress,
) -> tuple[_WorkedOut, Gated]:
    """Refuse records, then match people, derive from what is left and check it all; the store is closed afterwards."""
    folder = stage / "rdf"
    progress.step("Checking records")
    stored.note_once(settle_ends(builder))
    builder.optimize()
    builder.close()
    origins = Origins(stored.mapped, partial(_kept_files, folder, kept))
    issues = refuse_records(folder, own_shapes(), origins, partial(_take_out, folder))
    progress.step("Matching people")
    again = Builder(folder)
    people = resolve_people(again, settings.base, Path(settings.store) / "decisions", stage / "triples")
    progress.step("Deriving")
    worked_out = _WorkedOut(_work_out(again, settings, as_of, stored), people)
    again.close()
    progress.step("Checking")
    graphs = [graph_iri(settings.base, name) for name in WORKED_OUT]
    report, notes = check_derived(folder, own_shapes(), partial(_take_out_derived, folder, graphs))
    return worked_out, Gated(issues, report, notes)


def _take_out(folder: Path, records: Collection[str]) -> int:
    builder = Builder(folder)
    left = builder.pointing_to(records)
    builder.remove_records(records)
    builder.close()
    return left


def _take_out_derived(folder: Path, graphs: Collection[str], records: Collection[str]) -> int:
    builder = Builder(folder)
    removed = builder.remove_records(records, only_in=graphs)
    builder.close()
    return removed


def _kept_files(folder: Path, kept: Sequence[SourceEntry], records: Collection[str]) -> Mapping[str, str]:
    """Return record → file of the table that made it, for records that were kept of an earlier load."""
    files = {graph: entry.file for entry in kept if entry.rows_read for graph in (entry.graph, *entry.graphs)}
    if not files:
        return {}
    builder = Builder(folder)
    found = {
        record: files[graph]
        for record in records
        for graph in sorted(builder.graphs_of(record) & files.keys(), reverse=True)
    }
    builder.close()
    return found


def _work_out(
    builder: Builder, settings: Settings, as_of: date, stored: Stored
) -> tuple[tuple[str, int], ...]:
    """Make the derived facts and, from them, the findings; return what was made and how much of it."""
    derived = derive(builder, settings.base, as_of)
    path = decisions_path(Path(settings.store))
    found = find(builder, settings.base, as_of.isoformat(), read_decisions(path))
    stored.note_once(
        f"{path.name}: the finding {key} is not in these data; the decision about it is kept."
        for key in found.unknown_decisions
    )
    return (*derived, *((f"potential conflicts of pattern {name}", n) for name, n in found.counts().items()))


def _finish(folder: Path, base: str, sources: Sequence[SourceEntry], as_of: date) -> dict[str, int]:
    """Describe the sources with their final counts, compact the store; return property → triples of the union."""
    builder = Builder(folder)
    add_descriptions(builder, base, sources)
    graph = graph_iri(base, "sources")
    builder.add(
        describe_derived(base, sources, as_of, [*(path.stem for path in rules()), *ALGORITHMS]), graph
    )
    query = content("queries", "internal", "property-sizes.rq").read_text(encoding="utf-8")
    sizes = {row["property"].value: int(row["triples"].value) for row in builder.select(query).rows}
    builder.optimize()
    builder.close()
    return sizes


def _counts(source: FinishedStore) -> dict[str, int]:
    query = content("queries", "internal", "counts.rq").read_text(encoding="utf-8")
    return {
        row["class"].value.removeprefix(HG): int(row["records"].value) for row in source.select(query).rows
    }


def _sizes(source: FinishedStore) -> dict[str, int]:
    """Return the number of triples of every named graph."""
    query = content("queries", "internal", "graph-sizes.rq").read_text(encoding="utf-8")
    return {row["graph"].value: int(row["triples"].value) for row in source.select(query).rows}


def _count_refused(
    sources: Sequence[SourceEntry], stored: Stored, issues: Sequence[RowIssue]
) -> list[SourceEntry]:
    """Return sources with the rows counted that the shapes refused."""
    refused = _rows_by_file(stored.mapped, issues)
    return [
        replace(
            source,
            rows_refused=source.rows_refused + sum(refused.get(name, 0) for name in source.file.split("; ")),
        )
        for source in sources
    ]


def _with_refused(stored: Stored, issues: Sequence[RowIssue]) -> tuple[FileSummary, ...]:
    refused = _rows_by_file(stored.mapped, issues)
    return tuple(replace(entry, refused=entry.refused + refused.get(entry.file, 0)) for entry in stored.files)


def _rows_by_file(mapped: Sequence[MappedFile], issues: Sequence[RowIssue]) -> dict[str, int]:
    """Return file → number of its rows that only the shapes refused."""
    before = {
        (issue.file, issue.row, "")
        for entry in mapped
        for issue in entry.mapped.issues
        if issue.action == "refused"
    }
    # Of a record that was kept from an earlier load the row is not known: each counts by itself.
    refused = {(issue.file, issue.row, "" if issue.row else issue.fix) for issue in issues}
    return Counter(file for file, *_ in refused - before)


def _severities(report: Report) -> tuple[tuple[str, int], ...]:
    counted = Counter(severity_word(result.severity) for result in report.results)
    return tuple(sorted(counted.items()))


def _refuse_if_strict(issues: Sequence[RowIssue], options: LoadOptions) -> None:
    refused = [issue for issue in issues if issue.action == "refused"]
    if not options.strict or not refused:
        return
    shown = " ".join(
        f"{issue.file}, row {issue.row}, column {issue.column}: '{issue.value}': {issue.reason} {issue.fix}"
        for issue in refused[:_FIRST_ROWS]
    )
    raise LoadRefusedError(
        f"{len(refused):,} rows would be refused, and the load is strict; nothing was published. {shown}"
    )


def _publish(generations: Generations, stage: Path, manifest: Manifest, settings: Settings) -> str:
    shutil.rmtree(stage / "triples")
    numbered = generations.publish(stage, manifest)
    try:
        generations.prune(settings.generations)
    except OSError as error:
        raise StoreError(
            f"Generation {numbered.number} is published, but older ones could not be removed ({error.strerror}); remove them with: hubgraph generations prune"
        ) from None
    return numbered.number
