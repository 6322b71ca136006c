"""A store that is being built by one load: bulk loads, derived graphs, and questions to what is there so far."""

import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, Self, cast

import pyoxigraph as ox

from hubgraph.errors import InputError, QuerySyntaxError
from hubgraph.store.base import Table, Term
from hubgraph.store.leaving_out import NOBODY, LeaveOut, count_subjects, find_doomed, lines_without, without
from hubgraph.store.results import read_table

RDF_FORMATS: Final[dict[str, ox.RdfFormat]] = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
}

_SMALL: Final = 1_000_000
_MANY: Final = 400_000
"""Bytes of N-Triples up to which they are gathered, and quads that are gathered before they are written."""

_UNION_WITHOUT: Final = """
DELETE { ?s ?p ?o }
WHERE {
  GRAPH $graph { ?s ?p ?o }
  FILTER NOT EXISTS { GRAPH ?other { ?s ?p ?o } FILTER(?other != $graph) }
}
"""


class Builder:
    """The writable store of one load, in a private folder. Use from one thread.

    Each triple is written to its named graph and to the default graph, which so is the union of all named graphs as a
    set: the engine's own union counts a triple once for each graph that holds it.
    """

    def __init__(self, folder: Path) -> None:
        """Make or open the store in folder."""
        self._engine = ox.Store(str(folder))
        self._waiting: list[ox.Quad] = []

    @classmethod
    def checkpoint(cls, published: Path, folder: Path) -> Self:
        """Return a store in folder that starts as the published one: hard links, so that it takes no time and no room.

        folder must not exist and has to be on the same disk.
        """
        ox.Store.read_only(str(published)).backup(str(folder))
        return cls(folder)

    def close(self) -> None:
        """Write everything to disk and let the folder go, so that it can be opened for reading."""
        self._store.flush()
        del self._engine

    @property
    def _store(self) -> ox.Store:
        """The engine with nothing waiting to be written."""
        if self._waiting:
            # Each bulk write makes and syncs files of its own, so small ones are gathered.
            waiting, self._waiting = self._waiting, []
            self._engine.bulk_extend(waiting)
        return self._engine

    def load_triples(self, path: Path, graph: str) -> None:
        """Bulk-load an N-Triples file that we wrote ourselves into a graph."""
        if path.stat().st_size <= _SMALL:
            self._load_text(path.read_bytes(), ox.NamedNode(graph))
            return
        for target in (ox.NamedNode(graph), ox.DefaultGraph()):
            self._engine.bulk_load(
                path=str(path), format=ox.RdfFormat.N_TRIPLES, to_graph=target, lenient=True
            )

    def load_rdf(  # noqa: PLR0913, PLR0917 (what one document is and what of it is not wanted)
        self,
        data: bytes,
        suffix: str,
        graph: str,
        name: str,
        leave_out: Collection[str] = (),
        people: LeaveOut = NOBODY,
    ) -> dict[str, int]:
        """Load an RDF document: triples outside any graph go to graph, named graphs are kept.

        suffix: one of RDF_FORMATS. name: how the file is called in errors. leave_out: graphs whose triples are not
        loaded. people: whose statements are not loaded, nor counted. Returns triples per graph, those of left out graphs
        included. Raises InputError with the line.
        """
        try:
            quads = list(ox.parse(data, format=RDF_FORMATS[suffix], base_iri=f"{graph}#"))
        except SyntaxError as error:
            line = f", line {error.lineno}" if error.lineno else ""
            raise InputError(
                f"{name}{line}: this is not valid {RDF_FORMATS[suffix].name}: {error.msg}"
            ) from None
        outside = ox.NamedNode(graph)
        placed = [
            ox.Quad(quad.subject, quad.predicate, quad.object, outside)
            if isinstance(quad.graph_name, ox.DefaultGraph)
            else quad
            for quad in without(quads, people)
        ]
        self._extend([quad for quad in placed if _graph_of(quad) not in leave_out])
        return dict(Counter(_graph_of(quad) for quad in placed))

    def copy_graphs(self, folder: Path, graphs: Iterable[str], people: LeaveOut = NOBODY) -> int:
        """Copy graphs from the published store in folder; return the number of records left out.

        people: whose records are not copied, so that no byte of them reaches this store.
        """
        published = ox.Store.read_only(str(folder))
        doomed = find_doomed(published, people) if people else frozenset()
        left = 0
        for graph in graphs:
            node = ox.NamedNode(graph)
            buffer = io.BytesIO()
            published.dump(buffer, ox.RdfFormat.N_TRIPLES, from_graph=node)
            triples = buffer.getvalue()
            if doomed:
                left += count_subjects(triples, doomed)
                triples = lines_without(triples, doomed)
            self._load_text(triples, node)
        return left

    def add(self, triples: Iterable[tuple[str, str, str]], graph: str) -> int:
        """Add triples given as subject, predicate, object in N-Triples form; return how many were given."""
        lines = [f"{subject} {predicate} {value} .\n" for subject, predicate, value in triples]
        self._load_text("".join(lines).encode(), ox.NamedNode(graph))
        return len(lines)

    def construct_into(self, query: str, graph: str) -> int:
        """Add what a CONSTRUCT over the union of all graphs makes to a graph; return the number of triples."""
        triples = cast("ox.QueryTriples", self._query(query))
        made = dict.fromkeys(triples)
        target = ox.NamedNode(graph)
        self._extend([ox.Quad(triple.subject, triple.predicate, triple.object, target) for triple in made])
        return len(made)

    def construct(self, query: str) -> Iterator[tuple[Term, Term, Term]]:
        """Yield the triples that a CONSTRUCT over the union of all graphs makes, in the order of its solutions."""
        for triple in cast("ox.QueryTriples", self._query(query)):
            yield _term(triple.subject), _term(triple.predicate), _term(triple.object)

    def select(self, query: str) -> Table:
        """Return the rows of a SELECT over the union of all graphs; no limits."""
        results = cast("ox.QuerySolutions", self._query(query))
        return read_table(cast("bytes", results.serialize(format=ox.QueryResultsFormat.JSON)))

    def csv(self, query: str) -> bytes:
        """Return the rows of a SELECT over the union of all graphs as SPARQL results CSV; no limits."""
        results = cast("ox.QuerySolutions", self._query(query))
        return cast("bytes", results.serialize(format=ox.QueryResultsFormat.CSV))

    def remove_records(
        self, records: Iterable[str], but_in: Collection[str] = (), only_in: Collection[str] = ()
    ) -> int:
        """Remove every triple whose subject is one of these records; return how many, in all graphs and the union.

        but_in: graphs in which they stay. only_in: graphs from which they are removed (none: from all others).
        """
        removed = 0
        for record in records:
            named: list[ox.Quad] = []
            union: list[ox.Quad] = []
            for quad in self._store.quads_for_pattern(ox.NamedNode(record), None, None, None):
                (union if isinstance(quad.graph_name, ox.DefaultGraph) else named).append(quad)
            doomed = [
                quad
                for quad in named
                if _graph_of(quad) not in but_in and (not only_in or _graph_of(quad) in only_in)
            ]
            # The union holds each triple once more, and keeps what stays in a graph.
            staying = {quad.triple for quad in set(named) - set(doomed)}
            doomed += [quad for quad in union if quad.triple not in staying]
            for quad in doomed:
                self._store.remove(quad)
            removed += len(doomed)
        return removed

    def set_values(self, values: Mapping[tuple[str, str], Collection[str]], graph: str) -> None:
        """Give records other values in a graph: (record, property) → its values in N-Triples form, none to leave it out."""
        target = ox.NamedNode(graph)
        for record, prop in values:
            pattern = (ox.NamedNode(record), ox.NamedNode(prop), None)
            for quad in list(self._store.quads_for_pattern(*pattern, target)):
                self._store.remove(quad)
                if next(self._named(quad), None) is None:
                    self._store.remove(ox.Quad(quad.subject, quad.predicate, quad.object))
        self.add(
            (
                (f"<{record}>", f"<{prop}>", each)
                for (record, prop), given in values.items()
                for each in given
            ),
            graph,
        )

    def _named(self, quad: ox.Quad) -> Iterator[ox.Quad]:
        """Yield the named graphs' quads of a triple."""
        found = self._store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        return (each for each in found if not isinstance(each.graph_name, ox.DefaultGraph))

    def pointing_to(self, records: Collection[str]) -> int:
        """Return how many other records have one of these as a value."""
        found = {
            quad.subject
            for record in records
            for quad in self._store.quads_for_pattern(None, None, ox.NamedNode(record), ox.DefaultGraph())
        }
        return len(found - {ox.NamedNode(record) for record in records})

    def graphs_of(self, record: str) -> frozenset[str]:
        """Return the named graphs in which a record has a triple."""
        quads = self._store.quads_for_pattern(ox.NamedNode(record), None, None, None)
        return frozenset(_graph_of(quad) for quad in quads) - {str(ox.DefaultGraph())}

    def clear(self, graph: str) -> None:
        """Empty a graph; what other graphs hold too stays in the union."""
        node = str(ox.NamedNode(graph))
        self._store.update(_UNION_WITHOUT.replace("$graph", node))
        self._store.clear_graph(ox.NamedNode(graph))

    def optimize(self) -> None:
        """Compact the files; the last step before publishing."""
        self._store.flush()
        self._store.optimize()

    def _extend(self, quads: Iterable[ox.Quad]) -> None:
        for quad in quads:
            self._waiting += (quad, ox.Quad(quad.subject, quad.predicate, quad.object))
        if len(self._waiting) > _MANY:
            self._store.flush()

    def _load_text(self, triples: bytes, graph: ox.NamedNode) -> None:
        if len(triples) <= _SMALL:
            parsed = ox.parse(triples, ox.RdfFormat.N_TRIPLES, lenient=True)
            self._extend(ox.Quad(each.subject, each.predicate, each.object, graph) for each in parsed)
            return
        for target in (graph, ox.DefaultGraph()):
            self._engine.bulk_load(triples, ox.RdfFormat.N_TRIPLES, to_graph=target, lenient=True)

    def _query(self, query: str) -> object:
        try:
            return self._store.query(query)
        except SyntaxError as error:
            raise QuerySyntaxError(f"A query of the load is not valid SPARQL 1.1: {error}") from None


def _graph_of(quad: ox.Quad) -> str:
    return quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else str(quad.graph_name)


def _term(node: object) -> Term:
    if isinstance(node, ox.Literal):
        return Term("literal", node.value, node.datatype.value, node.language or "")
    if isinstance(node, ox.BlankNode):
        return Term("bnode", node.value)
    return Term("iri", cast("ox.NamedNode", node).value)
