"""The graphs that every load writes itself beside its sources: the ontology, and what is known of the sources."""

from collections.abc import Sequence
from datetime import date

from hubgraph.ingest.describe import describe_sources
from hubgraph.resources import content
from hubgraph.store.building import RDF_FORMATS, Builder
from hubgraph.store.generations import SourceEntry
from hubgraph.terms import graph_iri


def add_ontology(builder: Builder, base: str) -> None:
    """Add the ontology with its code lists."""
    graph = graph_iri(base, "ontology")
    for path in sorted(content("ontology").rglob("*.ttl")):
        builder.load_rdf(path.read_bytes(), next(iter(RDF_FORMATS)), graph, path.name)


def add_descriptions(builder: Builder, base: str, sources: Sequence[SourceEntry]) -> None:
    """Write the graph of the sources anew."""
    graph = graph_iri(base, "sources")
    builder.clear(graph)
    builder.add(describe_sources(base, sources), graph)


def newest_day(builder: Builder) -> date | None:
    """Return the newest day on which a source was published or retrieved."""
    query = content("queries", "internal", "newest-date.rq").read_text(encoding="utf-8")
    rows = builder.select(query).rows
    return date.fromisoformat(rows[0]["newest"].value[:10]) if rows and "newest" in rows[0] else None
