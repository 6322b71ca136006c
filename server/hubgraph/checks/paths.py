"""Property paths of a shapes graph (SHACL, section 2.3.1)."""

from typing import Final

from rdflib import BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from hubgraph.checks.model import Path, PathKind
from hubgraph.errors import ShapesError

_MARKS: Final[dict[URIRef, PathKind]] = {
    SH.inversePath: "inverse",
    SH.zeroOrMorePath: "zeroOrMore",
    SH.oneOrMorePath: "oneOrMore",
    SH.zeroOrOnePath: "zeroOrOne",
}
_FEWEST = 2


def read_path(graph: Graph, node: Node, above: tuple[Node, ...] = ()) -> Path:
    """Return the path that a node of a shapes graph stands for; raise ShapesError if it is not well-formed."""
    if isinstance(node, URIRef):
        return Path("predicate", str(node))
    if not isinstance(node, BNode) or node in above:
        raise ShapesError("has a sh:path that is not a well-formed path.")
    inside = (*above, node)
    if (node, RDF.first, None) in graph:
        return Path("sequence", parts=_list(graph, node, inside))
    alternatives = list(graph.objects(node, SH.alternativePath))
    if len(alternatives) == 1:
        return Path("alternative", parts=_list(graph, alternatives[0], inside))
    found = [(kind, each) for mark, kind in _MARKS.items() for each in graph.objects(node, mark)]
    if len(found) != 1:
        raise ShapesError("has a sh:path that is not a well-formed path.")
    kind, each = found[0]
    return Path(kind, parts=(read_path(graph, each, inside),))


def _list(graph: Graph, head: Node, above: tuple[Node, ...]) -> tuple[Path, ...]:
    members = read_list(graph, head)
    if len(members) < _FEWEST:
        raise ShapesError("has a sh:path list with fewer than two members.")
    return tuple(read_path(graph, each, above) for each in members)


def read_list(graph: Graph, head: Node) -> list[Node]:
    """Return the members of an RDF list; raise ShapesError for a list that is not well-formed."""
    current, seen = head, set[Node]()
    while current != RDF.nil:
        if current in seen or len(list(graph.objects(current, RDF.first))) != 1:
            raise ShapesError("has a list that is not well-formed.")
        seen.add(current)
        rest = list(graph.objects(current, RDF.rest))
        if len(rest) != 1:
            raise ShapesError("has a list that is not well-formed.")
        current = rest[0]
    return list(Collection(graph, head)) if head != RDF.nil else []
