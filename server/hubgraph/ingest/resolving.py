"""People in a load: matched once, settled and stored again where the gate takes out appointments."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from hubgraph.people.kept import keep
from hubgraph.people.model import Resolution
from hubgraph.people.resolve import Found, find, settle
from hubgraph.store.building import Builder
from hubgraph.terms import graph_iri


@dataclass(slots=True)
class People:
    """What was found in one load, and the appointments that were taken out since."""

    found: Found
    base: str
    decisions: Path
    folder: Path
    removed: set[str]

    @staticmethod
    def of(builder: Builder, base: str, decisions: Path, folder: Path) -> "People":
        """Match the person records of a store; decisions: folder of the store, folder: for files on their way."""
        return People(find(builder, base), base, decisions, folder, set())

    def store(self, builder: Builder, taken_out: Collection[str] = ()) -> Resolution:
        """Store people and matches in their graphs anew, without appointments that were taken out."""
        self.removed.update(taken_out)
        keep(self.found, self.removed, self.folder.parent)
        resolution = settle(self.found, self.base, self.decisions, self.folder, self.removed)
        for name, path in (("resolved", resolution.resolved), ("matches", resolution.matches)):
            graph = graph_iri(self.base, name)
            builder.clear(graph)
            builder.load_triples(path, graph)
            path.unlink()
        return resolution
