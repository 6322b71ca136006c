"""Sources into the store of a load: tables are mapped and bulk-loaded, RDF files are read as they are."""

import hashlib
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hubgraph.ingest.gate import MappedFile
from hubgraph.ingest.gathering import Gathered, RdfSource, TablePart, TableSource
from hubgraph.ingest.limits import told
from hubgraph.ingest.mapper import MapContext, map_table
from hubgraph.ingest.progress import Progress
from hubgraph.ingest.rdf_files import read_rdf
from hubgraph.ingest.summary import FileSummary
from hubgraph.store.building import Builder
from hubgraph.store.generations import SourceEntry
from hubgraph.terms import graph_iri

WORKED_OUT: Final = ("derived", "resolved", "matches", "findings")
"""Graphs of what a load works out from its sources."""
_MADE: Final = (*WORKED_OUT, "quality", "ontology")
"""Graphs that each load makes itself; what a file says in them is left out."""


@dataclass(slots=True)
class Stored:
    """What was stored: one entry per source, the mapped files, a summary per file, and notes for people."""

    sources: list[SourceEntry] = field(default_factory=list)
    mapped: list[MappedFile] = field(default_factory=list)
    files: list[FileSummary] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def note_once(self, sentences: Iterable[str]) -> None:
        """Add notes that are not there yet."""
        self.notes += [sentence for sentence in sentences if sentence not in self.notes]


def store_all(
    builder: Builder, gathered: Gathered, context: MapContext, folder: Path, progress: Progress
) -> Stored:
    """Store every source; folder takes the N-Triples on their way. Raises InputError for RDF that is not valid.

    One file is bulk-loaded while the next is mapped: each keeps about one processor busy.
    """
    stored = Stored()
    progress.step("Mapping tables", sum(len(source.parts) for source in gathered.tables))
    folder.mkdir()
    with ThreadPoolExecutor(1, "bulk-load") as pool:
        loading: list[Future[None]] = []
        for source in gathered.tables:
            done = []
            for number, part in enumerate(source.parts):
                target = folder / f"{source.key}-{number}.nt"
                with told(f"{part.file} was mapped"):
                    mapped = map_table(part.table, source.mapping, context, target)
                graph = graph_iri(context.base, f"source/{source.key}")
                loading.append(pool.submit(_load, builder, target, graph, part.file))
                done.append(MappedFile(part.file, mapped))
                progress.advance()
            _note_tables(stored, source, done, context.base)
        for each in loading:
            each.result()
    if gathered.rdf:
        progress.step("Reading RDF", len(gathered.rdf))
    for entry in gathered.rdf:
        with told(f"{entry.file} was stored"):
            _store_rdf(stored, builder, entry, context)
        progress.advance()
    return stored


def _load(builder: Builder, path: Path, graph: str, file: str) -> None:
    with told(f"{file} was stored"):
        builder.load_triples(path, graph)
        path.unlink()


def _note_tables(stored: Stored, source: TableSource, done: Sequence[MappedFile], base: str) -> None:
    about = source.mapping.source
    stored.mapped += done
    for part, entry in zip(source.parts, done, strict=True):
        mapped = entry.mapped
        stored.notes += mapped.notes
        stored.files.append(
            FileSummary(
                entry.file, source.title, mapped.rows_read, mapped.rows_refused, mapped.rows_repaired,
                mapped.triples, part.date, mapped.rows_left_out,
            )
        )  # fmt: skip
    stored.sources.append(
        SourceEntry(
            key=source.key,
            title=source.title,
            graph=graph_iri(base, f"source/{source.key}"),
            file="; ".join(part.file for part in source.parts),
            sha256=_digest(source.parts),
            publisher=about.publisher,
            licence=about.licence,
            date=source.parts[0].date,
            url=about.url,
            rows_read=sum(entry.mapped.rows_read for entry in done),
            rows_refused=sum(entry.mapped.rows_refused for entry in done),
            rows_repaired=sum(entry.mapped.rows_repaired for entry in done),
        )
    )


def _digest(parts: Sequence[TablePart]) -> str:
    """Return the sha256 of the file, or of the digests of all files in order where a source has several."""
    if len(parts) == 1:
        return parts[0].sha256
    return hashlib.sha256("".join(part.sha256 for part in parts).encode()).hexdigest()


def _store_rdf(stored: Stored, builder: Builder, entry: RdfSource, context: MapContext) -> None:
    base = context.base
    graph = graph_iri(base, f"source/{entry.key}")
    made = [graph_iri(base, name) for name in _MADE]
    data = read_rdf(entry.path, entry.suffix, entry.file)
    found = builder.load_rdf(data, entry.suffix, graph, entry.file, made, context.people)
    for name in made:
        if name in found:
            stored.notes.append(
                f"{entry.file}: {found[name]:,} triples of the graph {name} were left out; every load makes it anew."
            )
    kept = {name: number for name, number in found.items() if name not in made}
    stored.files.append(FileSummary(entry.file, "RDF", 0, 0, 0, sum(kept.values()), entry.date))
    stored.sources.append(
        SourceEntry(
            key=entry.key,
            title=entry.file,
            graph=graph,
            file=entry.file,
            sha256=hashlib.sha256(entry.path.read_bytes()).hexdigest(),
            date=entry.date,
            graphs=tuple(sorted(name for name in kept if name != graph)),
        )
    )
