"""From paths to sources: which files are read by which mapping, which of two snapshots is the current one.

Everything that can be told without writing a triple happens here, so that a load that cannot work ends at once.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Final

from hubgraph.errors import InputError, NotRecognisedError
from hubgraph.ingest.limits import told
from hubgraph.ingest.mapper import MapContext, prepare, register
from hubgraph.ingest.mapping import Mapping
from hubgraph.ingest.progress import Progress
from hubgraph.ingest.reading import read_part
from hubgraph.ingest.recognise import (
    ACCEPTED,
    Recognised,
    Skipped,
    data_date,
    date_in_name,
    name_without_date,
    parts,
    walk,
)
from hubgraph.ingest.saying import Said, as_said, what_is_said
from hubgraph.ingest.snapshots import ended_links
from hubgraph.ingest.tables import RawTable
from hubgraph.terms import slug

_TEMPLATE: Final = "template-"
_SOURCES: Final = "template-sources"


@dataclass(frozen=True, slots=True)
class TablePart:
    """One table of a source: prepared rows, how the file is called, its digest, the ISO date of its data, where it is."""

    table: RawTable
    file: str
    sha256: str
    date: str
    path: Path = Path()


@dataclass(frozen=True, slots=True)
class TableSource:
    """A source made of tables; the first part is the newest, rows of older snapshots are only links that ended."""

    key: str
    title: str
    mapping: Mapping
    parts: tuple[TablePart, ...]


@dataclass(frozen=True, slots=True)
class RdfSource:
    """A source that is one RDF file; suffix names its format."""

    key: str
    path: Path
    file: str
    suffix: str
    date: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a load is made of; skipped: file and reason, as the end of a sentence; size: bytes of the files."""

    tables: tuple[TableSource, ...]
    rdf: tuple[RdfSource, ...]
    skipped: tuple[tuple[str, str], ...]
    size: int = 0


@dataclass(slots=True)
class _Heap:
    """Sources while they are being collected: mapping key, folder and name → parts."""

    keys: set[str] = field(default_factory=set)
    tables: dict[tuple[str, Path | None, str], tuple[str, Mapping, list[TablePart]]] = field(
        default_factory=dict
    )
    rdf: list[RdfSource] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)


def gather(
    paths: Sequence[Path],
    mappings: Sequence[Mapping],
    context: MapContext,
    progress: Progress,
    as_at: date | None,
) -> Gathered:
    """Read every file that can be read and tell the registry of context what its rows provide.

    Raises NotRecognisedError for a named file that is none of the accepted kinds and InputError for one that cannot
    be read; the same files inside a folder are skipped with the reason.
    """
    found = list(walk(paths))
    names = _names([path for path, _ in found])
    progress.step("Reading files", len(found))
    heap = _Heap()
    for path, named in found:
        with told(f"{names[path]} was read"):
            _take(heap, path, named=named, name=names[path], mappings=mappings, as_at=as_at)
        progress.advance()
    said = what_is_said(
        [
            (part.path, part.table)
            for (kind, _, _), (_, _, parts) in heap.tables.items()
            if kind == _SOURCES
            for part in parts
        ]
    )
    tables = tuple(
        _current(heap, key, mapping, parts, said) for (key, mapping, parts) in heap.tables.values() if parts
    )
    if not tables and not heap.rdf:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in heap.skipped[:5]) or "the folder is empty"
        raise NotRecognisedError(f"There is nothing to load ({reasons}). Accepted are {ACCEPTED}.")
    for source in tables:
        for part in source.parts:
            register(part.table, source.mapping, context)
    size = sum(path.stat().st_size for path, _ in found)
    return Gathered(tables, tuple(heap.rdf), tuple(heap.skipped), size)


def _take(  # noqa: PLR0913 (what is known of one file)
    heap: _Heap, path: Path, *, named: bool, name: str, mappings: Sequence[Mapping], as_at: date | None
) -> None:
    try:
        found = parts(path, mappings)
        tables = [
            (what, what.mapping, read_part(what, what.mapping, f"{name}{what.place}"))
            for what in found
            if isinstance(what, Recognised) and what.mapping is not None
        ]
    except InputError as error:
        if named:
            raise
        heap.skipped.append((name, str(error).removeprefix(f"{path.name} ").removeprefix(f"{path.name}, ")))
        return
    except PermissionError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}; check its permissions.") from None
    skipped = [what for what in found if isinstance(what, Skipped)]
    if named and len(skipped) == len(found):
        reasons = "; ".join(f"{name}{what.place} is not recognised: {what.reason}" for what in skipped)
        raise NotRecognisedError(f"{reasons or f'{name} has no sheets'}. Accepted are {ACCEPTED}.")
    heap.skipped += [(f"{name}{what.place}", what.reason) for what in skipped]
    for recognised, mapping, table in tables:
        _take_table(heap, recognised, table, mapping, as_at)
    for what in found:
        if isinstance(what, Recognised) and what.kind == "rdf":
            day = date_in_name(path.name) or (as_at.isoformat() if as_at else "")
            key = _unique(heap.keys, slug(path.name.partition(".")[0]) or "rdf")
            heap.rdf.append(RdfSource(key, path, name, what.suffix, day))


def _take_table(
    heap: _Heap, found: Recognised, table: RawTable, mapping: Mapping, as_at: date | None
) -> None:
    part = TablePart(
        prepare(table, mapping),
        table.name,
        hashlib.sha256(found.path.read_bytes()).hexdigest(),
        data_date(mapping, found.path.name, as_at),
        found.path.resolve(),
    )
    # The sheets of a workbook belong together like the files of a folder.
    place = found.path.resolve() if found.sheet else found.path.resolve().parent
    folder = place if mapping.source.per_folder else None
    called = name_without_date(found.path.name) if mapping.source.per_name else ""
    if (mapping.source.key, folder, called) not in heap.tables:
        key = mapping.source.key.removeprefix(_TEMPLATE) if folder is not None else mapping.source.key
        prefix = (
            (slug(folder.stem if found.sheet else folder.name) or "tables",) if folder is not None else ()
        )
        suffix = (called,) if called and called not in key else ()
        key = "-".join([*prefix, key, *suffix])
        heap.tables[mapping.source.key, folder, called] = (_unique(heap.keys, key), mapping, [])
    heap.tables[mapping.source.key, folder, called][2].append(part)


def _current(heap: _Heap, key: str, mapping: Mapping, parts: Sequence[TablePart], said: Said) -> TableSource:
    """Return a source from its files: those of the newest date, and ended links from older snapshots.

    said: what sources.csv says of a newest file stands for what the mapping says of all such files.
    """
    title = mapping.source.title
    if mapping.source.per_folder or (mapping.source.per_name and key != mapping.source.key):
        title = f"{title} ({key.removesuffix('-' + mapping.source.key.removeprefix(_TEMPLATE))})"
    newest_date = max(part.date for part in parts)
    newest = [part for part in parts if part.date == newest_date]
    older = sorted(
        (part for part in parts if part.date != newest_date), key=lambda part: part.date, reverse=True
    )
    chosen = list(newest)
    for part in older:
        if mapping.snapshot and part.date:
            ended = ended_links(part.table, [each.table for each in chosen], mapping, part.date)
            chosen.append(replace(part, table=ended))
        else:
            heap.skipped.append(
                (
                    part.file,
                    f"its data are of {part.date or 'an unknown date'}, and {newest[0].file} is newer",
                )
            )
    about = next((said[part.path] for part in newest if part.path in said), None)
    if about is not None:
        mapping = replace(mapping, source=as_said(mapping.source, about))
        title = mapping.source.title
    return TableSource(key, title, mapping, tuple(chosen))


def _unique(keys: set[str], wanted: str) -> str:
    key, number = wanted, 2
    while key in keys:
        key, number = f"{wanted}-{number}", number + 1
    keys.add(key)
    return key


def _names(paths: Sequence[Path]) -> dict[Path, str]:
    """Return how each file is called in messages: its name, with as many folders as tell it from the others."""
    names: dict[Path, str] = {}
    for path in paths:
        others = [other for other in paths if other != path and other.name == path.name]
        names[path] = next(_longer(path, others), path.name)
    return names


def _longer(path: Path, others: Sequence[Path]) -> Iterator[str]:
    for depth in range(1, len(path.parts) + 1):
        tail = path.parts[-depth:]
        if all(other.parts[-depth:] != tail for other in others):
            yield "/".join(tail)
