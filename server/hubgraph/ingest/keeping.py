"""An addition: what stays of the published generation, and which of its references new tables may use."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from hubgraph.errors import StoreError
from hubgraph.ingest.gathering import Gathered
from hubgraph.ingest.mapper import MapContext
from hubgraph.ingest.registry import Registry
from hubgraph.ingest.suppressions import FILE
from hubgraph.resources import content
from hubgraph.store.base import Row
from hubgraph.store.building import Builder
from hubgraph.store.generations import Manifest, SourceEntry
from hubgraph.terms import split_record_iri

_BARE: Final = ""


@dataclass(frozen=True, slots=True)
class Published:
    """The published generation that an addition starts from."""

    manifest: Manifest
    folder: Path


def refuse_other_base(published: Published, base: str) -> None:
    """Raise StoreError where the store's records have another base than this load would mint."""
    if published.manifest.base != base:
        raise StoreError(
            f"The published records start with {published.manifest.base}; add to them with --base {published.manifest.base}, or load everything anew."
        )


def leave_out_older(published: Published, gathered: Gathered) -> Gathered:
    """Return what was gathered without sources of which a newer snapshot is published; they are listed as skipped."""
    dates = {entry.key: entry.date for entry in published.manifest.sources if entry.date}
    tables, skipped = [], list(gathered.skipped)
    for source in gathered.tables:
        day = source.parts[0].date
        if day and dates.get(source.key, "") > day:
            skipped += [
                (part.file, f"its data are of {part.date}, and those published are of {dates[source.key]}")
                for part in source.parts
            ]
        else:
            tables.append(source)
    return replace(gathered, tables=tuple(tables), skipped=tuple(skipped))


def keep(
    builder: Builder, published: Published, gathered: Gathered, context: MapContext
) -> tuple[tuple[SourceEntry, ...], tuple[str, ...]]:
    """Copy the graphs of sources that are not replaced, without people who are left out, and register their references.

    Returns the sources, and a sentence where records were left out.
    """
    replaced = {*(source.key for source in gathered.tables), *(source.key for source in gathered.rdf)}
    kept = tuple(entry for entry in published.manifest.sources if entry.key not in replaced)
    left = builder.copy_graphs(
        published.folder / "rdf",
        dict.fromkeys(graph for entry in kept for graph in (entry.graph, *entry.graphs)),
        context.people,
    )
    query = content("queries", "internal", "known-references.rq").read_text(encoding="utf-8")
    register_references(builder.select(query).rows, context.registry)
    said = f"{left:,} records of what is published were left out by {FILE}."
    return kept, (said,) if left else ()


def register_references(rows: Iterable[Row], registry: Registry) -> None:
    """Tell a registry what the records of a generation are called by; rows: scheme, record, value, name."""
    for row in rows:
        iri, scheme = row["record"].value, row["scheme"].value
        split = split_record_iri(iri, registry.base)
        if split is None:
            continue
        if scheme == "gid":
            registry.add_keys(scheme, [row["value"].value])
        elif scheme == "under":
            registry.add(scheme, split[1], row["value"].value)
        else:
            name = row["name"].value if "name" in row else ""
            registry.add(scheme, split[1] if scheme == _BARE else row["value"].value, iri, name=name)
        if scheme == _BARE and split[0] == "programme":
            registry.add("under", split[1], iri)
