"""Small graphs that the server makes itself, in every format of RDF."""

from typing import Final

from rdflib import Graph

from hubgraph.terms import PREFIXES
from hubgraph.web.caching import Kept
from hubgraph.web.formats import EXTENSIONS, content_type

_RDFLIB: Final = {"ttl": "turtle", "nt": "nt11", "rdf": "xml", "jsonld": "json-ld"}


def new_graph() -> Graph:
    """Return an empty graph with our prefixes."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES:
        graph.bind(prefix, namespace)
    return graph


def written(graph: Graph, ending: str) -> Kept:
    """Return a graph in the format of an ending; N-Triples are sorted, so that equal graphs give equal bytes."""
    body = graph.serialize(format=_RDFLIB[ending], encoding="utf-8")
    if ending == "nt":
        body = b"\n".join(sorted(line for line in body.splitlines() if line)) + b"\n"
    return Kept(body, content_type(EXTENSIONS[ending].media_types[0]))
