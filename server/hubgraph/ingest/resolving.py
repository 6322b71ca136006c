"""People in a load: matched and settled once, after the gate has refused the records that cannot stand."""

from pathlib import Path

from hubgraph.people.kept import keep
from hubgraph.people.model import Resolution
from hubgraph.people.resolve import find, settle
from hubgraph.store.building import Builder
from hubgraph.terms import graph_iri


def resolve_people(builder: Builder, base: str, decisions: Path, folder: Path) -> Resolution:
    """Match the person records of a store and store people and matches in their graphs anew.

    decisions: the folder of what reviewers decided. folder: for files on their way; what a later question about new
    records needs is kept in the folder above it.
    """
    found = find(builder, base)
    keep(found, folder.parent)
    resolution = settle(found, base, decisions, folder)
    for name, path in (("resolved", resolution.resolved), ("matches", resolution.matches)):
        graph = graph_iri(base, name)
        builder.clear(graph)
        builder.load_triples(path, graph)
        path.unlink()
    return resolution
