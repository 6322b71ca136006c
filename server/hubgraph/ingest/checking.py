"""Files checked without a store: RDF as it stands, tables mapped as a load would into a store that is thrown away."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import rdflib
from rdflib import Graph

from hubgraph.checks.compiled import check
from hubgraph.checks.grouping import Locate, nowhere
from hubgraph.checks.lexical import restore
from hubgraph.checks.model import Shapes
from hubgraph.checks.reference import check_graph
from hubgraph.checks.report import Report
from hubgraph.errors import InputError
from hubgraph.findings.finding import find
from hubgraph.ingest.codes import own_codes
from hubgraph.ingest.deriving import derive
from hubgraph.ingest.ends import settle_ends
from hubgraph.ingest.gate import rows_of
from hubgraph.ingest.gathering import Gathered, gather
from hubgraph.ingest.mapper import MapContext
from hubgraph.ingest.mapping import read_mappings
from hubgraph.ingest.own_graphs import add_descriptions, add_ontology, newest_day
from hubgraph.ingest.progress import Silent
from hubgraph.ingest.rdf_files import read_rdf
from hubgraph.ingest.recognise import RDF_SUFFIXES, walk
from hubgraph.ingest.registry import Registry
from hubgraph.ingest.resolving import resolve_people
from hubgraph.ingest.storing import Stored, store_all
from hubgraph.resources import content
from hubgraph.store.building import Builder
from hubgraph.store.finished import FinishedStore

_PROCESSES: Final = 2
_MEDIA: Final = {
    ".ttl": "turtle", ".trig": "trig", ".nt": "nt", ".nq": "nquads", ".rdf": "xml", ".owl": "xml", ".jsonld": "json-ld",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileCheck:
    """How to check files.

    engine: compiled or pyshacl. surroundings: give tables what a load gives them (ontology, descriptions of the
    sources, derived facts); without, the shapes see exactly what the rows say. base: of the records that rows make.
    mappings: further mapping files. as_at: data date of sources that state none.
    """

    engine: str = "compiled"
    surroundings: bool = True
    base: str = ""
    mappings: Sequence[Path] = ()
    as_at: date | None = None


@dataclass(frozen=True, slots=True)
class _RdfFile:
    """An RDF file: its document, the suffix of its format, its address and its name."""

    data: bytes
    suffix: str
    address: str
    name: str


def check_files(paths: Sequence[Path], shapes: Shapes, how: FileCheck) -> tuple[Report, Locate]:
    """Check files and folders; return the report and what finds the row that made a record.

    Raises InputError or NotRecognisedError for a named file that cannot be read.
    """
    found = list(walk(paths))
    documents = [_read(path, suffix) for path, _ in found if (suffix := rdf_suffix(path))]
    if len(documents) == len(found) and found:
        return _check_rdf(documents, shapes, how.engine), nowhere
    if how.engine == "pyshacl":
        first = next(path for path, _ in found if not rdf_suffix(path)) if found else paths[0]
        raise InputError(
            f"{first.name} is not RDF, and only RDF is checked with pySHACL; leave --engine out."
        )
    return _check_tables([path for path in paths if not rdf_suffix(path)], documents, shapes, how)


def rdf_suffix(path: Path) -> str:
    """Return the suffix of a file's RDF format, without .gz; empty where it is no RDF."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".gz"]:
        suffixes.pop()
    return suffixes[-1] if suffixes and suffixes[-1] in RDF_SUFFIXES else ""


def _read(path: Path, suffix: str) -> _RdfFile:
    try:
        data = read_rdf(path, suffix, path.name)
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror}; check its permissions.") from None
    return _RdfFile(data, suffix, path.absolute().as_uri(), path.name)


def _check_rdf(documents: Sequence[_RdfFile], shapes: Shapes, engine: str) -> Report:
    data = _graph(documents)
    if engine == "pyshacl":
        return check_graph(data, shapes)
    with tempfile.TemporaryDirectory(prefix="hubgraph-check-") as folder:
        builder = Builder(Path(folder))
        _load(builder, documents)
        return restore(check(builder, shapes, data), data)


def _check_tables(
    paths: Sequence[Path], documents: Sequence[_RdfFile], shapes: Shapes, how: FileCheck
) -> tuple[Report, Locate]:
    mappings = read_mappings(content("data", "mappings"), how.mappings)
    context = MapContext(how.base, own_codes(), Registry(how.base))
    gathered = replace(gather(paths, mappings, context, Silent(), how.as_at), rdf=())
    with tempfile.TemporaryDirectory(prefix="hubgraph-check-") as folder:
        builder = Builder(Path(folder) / "rdf")
        _load(builder, documents)
        stored = store_all(builder, gathered, context, Path(folder) / "triples", Silent())
        if how.surroundings:
            _surround(builder, how.base, stored, Path(folder))
        builder.close()
        with FinishedStore(Path(folder) / "rdf", _PROCESSES) as source:
            report = check(source, shapes, threads=_PROCESSES)
    report = restore(_with_rows(report, gathered, stored), _graph(documents))
    places: Mapping[str, tuple[str, int]] = rows_of(
        [each.focus.value for each in report.results], stored.mapped
    )
    return report, places.get


def _surround(builder: Builder, base: str, stored: Stored, folder: Path) -> None:
    """Add what a load adds to its sources; decisions of a store play no part."""
    add_ontology(builder, base)
    add_descriptions(builder, base, stored.sources)
    as_of = newest_day(builder) or datetime.now(UTC).date()
    settle_ends(builder)
    builder.optimize()
    resolve_people(builder, base, folder / "decisions", folder / "triples")
    derive(builder, base, as_of)
    find(builder, base, as_of.isoformat(), {})


def _with_rows(report: Report, gathered: Gathered, stored: Stored) -> Report:
    """Return the report with what was wrong with rows, and notes about files that were left out."""
    issues = tuple(issue for entry in stored.mapped for issue in entry.mapped.issues)
    skipped = tuple(f"{name}: not checked, {reason}" for name, reason in gathered.skipped)
    return replace(report, rows=issues, notes=(*report.notes, *stored.notes, *skipped))


def _load(builder: Builder, documents: Sequence[_RdfFile]) -> None:
    for document in documents:
        builder.load_rdf(document.data, document.suffix, document.address, document.name)


def _graph(documents: Sequence[_RdfFile]) -> Graph:
    graph = Graph()
    rdflib.NORMALIZE_LITERALS = False  # values are reported as they are written
    for document in documents:
        try:
            graph.parse(data=document.data, format=_MEDIA[document.suffix], publicID=document.address)
        except (SyntaxError, ValueError, LookupError) as error:
            reason = " ".join(str(error).split())[:200]
            raise InputError(f"{document.name}: this is not valid RDF: {reason}") from None
    return graph
