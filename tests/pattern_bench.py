"""Two engines in memory that keep the contract of a workbench, for the tests of the patterns."""

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph
import rdflib

from hubgraph.resources import content
from hubgraph.store.base import Table, Term
from hubgraph.store.results import read_table

CODES: Final = ("appointing-body", "conflict-pattern", "governance-role", "rule")
"""Code lists that the patterns read."""
GRAPH: Final = "https://w3id.org/hubgraph/graph/source/fixture"


class Oxigraph:
    """An Oxigraph store in memory."""

    def __init__(self, fixture: str) -> None:
        self.store = pyoxigraph.Store()
        for text in (*(_code(name) for name in CODES), fixture):
            self.store.load(
                text.encode(), format=pyoxigraph.RdfFormat.TURTLE, to_graph=pyoxigraph.NamedNode(GRAPH)
            )

    def select(self, query: str) -> Table:
        found = self.store.query(query, use_default_graph_as_union=True)
        assert isinstance(found, pyoxigraph.QuerySolutions)
        body = found.serialize(format=pyoxigraph.QueryResultsFormat.JSON)
        assert body is not None
        return read_table(body)

    def construct(self, query: str) -> Iterator[tuple[Term, Term, Term]]:
        found = self.store.query(query, use_default_graph_as_union=True)
        assert isinstance(found, pyoxigraph.QueryTriples)
        for triple in found:
            yield _ox_term(triple.subject), _ox_term(triple.predicate), _ox_term(triple.object)

    def construct_into(self, query: str, graph: str) -> int:
        found = self.store.query(query, use_default_graph_as_union=True)
        assert isinstance(found, pyoxigraph.QueryTriples)
        node = pyoxigraph.NamedNode(graph)
        quads = [pyoxigraph.Quad(each.subject, each.predicate, each.object, node) for each in found]
        self.store.extend(quads)
        return len(quads)

    def add(self, triples: Iterable[tuple[str, str, str]], graph: str) -> int:
        lines = [f"{' '.join(triple)} .\n" for triple in triples]
        self.store.load(
            "".join(lines).encode(),
            format=pyoxigraph.RdfFormat.N_TRIPLES,
            to_graph=pyoxigraph.NamedNode(graph),
        )
        return len(lines)

    def clear(self, graph: str) -> None:
        self.store.clear_graph(pyoxigraph.NamedNode(graph))


class Rdflib:
    """One rdflib graph in memory that holds the union, with a note of what belongs to which named graph."""

    def __init__(self, fixture: str) -> None:
        self.union = rdflib.Graph()
        self.parts: dict[str, rdflib.Graph] = {}
        for text in (*(_code(name) for name in CODES), fixture):
            self.union.parse(data=text, format="turtle")

    def select(self, query: str) -> Table:
        body = self.union.query(query).serialize(format="json")
        assert body is not None
        return read_table(body)

    def construct(self, query: str) -> Iterator[tuple[Term, Term, Term]]:
        graph = self.union.query(query).graph
        assert graph is not None
        for subject, predicate, value in graph:
            yield _rdflib_term(subject), _rdflib_term(predicate), _rdflib_term(value)

    def construct_into(self, query: str, graph: str) -> int:
        made = self.union.query(query).graph
        assert made is not None
        return self._add(made, graph)

    def add(self, triples: Iterable[tuple[str, str, str]], graph: str) -> int:
        lines = [f"{' '.join(triple)} .\n" for triple in triples]
        return self._add(rdflib.Graph().parse(data="".join(lines), format="nt"), graph)

    def clear(self, graph: str) -> None:
        self.union -= self.parts.pop(graph, rdflib.Graph())

    def _add(self, made: rdflib.Graph, graph: str) -> int:
        part = self.parts.setdefault(graph, rdflib.Graph())
        part += made
        self.union += made
        return len(made)


def _code(name: str) -> str:
    return content("ontology", "codes", f"{name}.ttl").read_text(encoding="utf-8")


def _ox_term(node: object) -> Term:
    if isinstance(node, pyoxigraph.Literal):
        return Term("literal", node.value, node.datatype.value)
    if isinstance(node, pyoxigraph.BlankNode):
        return Term("bnode", node.value)
    assert isinstance(node, pyoxigraph.NamedNode)
    return Term("iri", node.value)


def _rdflib_term(node: object) -> Term:
    if isinstance(node, rdflib.Literal):
        return Term("literal", str(node), str(node.datatype or ""))
    return Term("bnode" if isinstance(node, rdflib.BNode) else "iri", str(node))
