"""Shapes files to the frozen model; an ill-formed shape is an error that names file and shape."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path as FilePath
from typing import Final

from rdflib import BNode, Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.term import Node

from hubgraph.checks.constraints import read_constraints
from hubgraph.checks.model import SEVERITIES, Shape, Shapes, Target, TargetKind, to_node_key, to_term
from hubgraph.checks.paths import read_path
from hubgraph.errors import ShapesError
from hubgraph.resources import content
from hubgraph.terms import shorten

_FORMATS: Final = {
    ".ttl": "turtle", ".nt": "nt", ".rdf": "xml", ".owl": "xml", ".xml": "xml", ".jsonld": "json-ld",
    ".trig": "trig", ".nq": "nquads",
}  # fmt: skip
_TARGETS: Final[dict[URIRef, TargetKind]] = {
    SH.targetClass: "class",
    SH.targetNode: "node",
    SH.targetSubjectsOf: "subjectsOf",
    SH.targetObjectsOf: "objectsOf",
}


def read_shapes(paths: Sequence[FilePath]) -> Shapes:
    """Read shapes from files or folders; raise ShapesError where a file or a shape is not well-formed."""
    graph = Graph()
    origin: dict[str, str] = {}
    for path in _files(paths):
        part = _parse(path)
        for subject in set(part.subjects()):
            origin.setdefault(to_node_key(subject), path.name)
        graph += part
    return read_graph(graph, origin)


@cache
def own_shapes() -> Shapes:
    """Return hubgraph's own shapes, read once: their files do not change while a process runs."""
    return read_shapes((content("shapes"),))


def read_graph(graph: Graph, origin: dict[str, str] | None = None) -> Shapes:
    """Read shapes that are in a graph already; origin: shape key → file name, for errors."""
    roots = sorted({to_node_key(node): node for node in _roots(graph)}.items())
    found: dict[str, Shape] = {}
    waiting: list[Node] = [node for _, node in roots]
    waiting.extend(
        node for kind in (SH.NodeShape, SH.PropertyShape) for node in graph.subjects(RDF.type, kind)
    )
    while waiting:
        node = waiting.pop(0)
        key = to_node_key(node)
        if key in found:
            continue
        try:
            found[key], used = _read_shape(graph, node)
        except ShapesError as error:
            where = (origin or {}).get(key, "")
            raise ShapesError(f"{where + ': ' if where else ''}shape {_label(key)}: {error}") from None
        waiting.extend(used)
    return Shapes(found, tuple(key for key, _ in roots), graph)


def _label(key: str) -> str:
    return "(without a name of its own)" if key.startswith("_:") else shorten(key)


def _files(paths: Sequence[FilePath]) -> list[FilePath]:
    files: list[FilePath] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(each for each in path.rglob("*") if each.suffix.lower() in _FORMATS)
            if not inside:
                raise ShapesError(f"{path}: this folder has no shapes file ({', '.join(_FORMATS)}).")
            files.extend(inside)
        elif path.is_file():
            files.append(path)
        else:
            raise ShapesError(f"{path}: there is no such file or folder of shapes.")
    return files


def _parse(path: FilePath) -> Graph:
    media = _FORMATS.get(path.suffix.lower(), "turtle")
    graph = Graph()
    try:
        # rdflib's parsers raise many kinds of error; all of them mean that the file is not what it says.
        graph.parse(data=path.read_bytes(), format=media, publicID=path.absolute().as_uri())
    except (
        SyntaxError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        AssertionError,
        OSError,
    ) as error:
        reason = " ".join(str(error).split())[:200]
        raise ShapesError(f"{path.name}: this is not valid {media}: {reason}") from None
    return graph


def _roots(graph: Graph) -> set[Node]:
    roots = {node for predicate in (*_TARGETS, SH.target) for node in graph.subjects(predicate, None)}
    for kind in (SH.NodeShape, SH.PropertyShape):
        roots.update(node for node in graph.subjects(RDF.type, kind) if _is_class(graph, node))
    return roots


def _is_class(graph: Graph, node: Node) -> bool:
    kinds = {
        cls
        for kind in graph.objects(node, RDF.type)
        for cls in graph.transitive_objects(kind, RDFS.subClassOf)
    }
    return not isinstance(node, BNode) and bool(kinds & {RDFS.Class, OWL.Class})


def _read_shape(graph: Graph, node: Node) -> tuple[Shape, list[Node]]:
    path_nodes = list(graph.objects(node, SH.path))
    if len(path_nodes) > 1:
        raise ShapesError("has more than one sh:path.")
    kinds = set(graph.objects(node, RDF.type))
    if path_nodes and SH.NodeShape in kinds:
        raise ShapesError("is a sh:NodeShape and has a sh:path; only a property shape has one.")
    if not path_nodes and SH.PropertyShape in kinds:
        raise ShapesError("is a sh:PropertyShape and has no sh:path.")
    properties = sorted(graph.objects(node, SH.property), key=str)
    for each in properties:
        if (each, SH.path, None) not in graph:
            raise ShapesError("has a sh:property without a sh:path.")
    path = read_path(graph, path_nodes[0]) if path_nodes else None
    constraints, used, uncovered = read_constraints(graph, node, is_property=path is not None)
    shape = Shape(
        key=to_node_key(node),
        path=path,
        targets=_targets(graph, node),
        constraints=constraints,
        properties=tuple(to_node_key(each) for each in properties),
        severity=_severity(graph, node),
        messages=_messages(graph, node),
        name=str(graph.value(node, SH.name) or graph.value(node, RDFS.label) or ""),
        deactivated=_deactivated(graph, node),
        uncovered=uncovered,
    )
    return shape, [*properties, *used]


def _targets(graph: Graph, node: Node) -> tuple[Target, ...]:
    targets = [
        Target(kind, to_term(each)) for name, kind in _TARGETS.items() for each in graph.objects(node, name)
    ]
    for target in targets:
        if target.kind != "node" and target.term.kind != "iri":
            raise ShapesError(f"has a target {target.kind} that is not an IRI.")
    if {SH.NodeShape, SH.PropertyShape} & set(graph.objects(node, RDF.type)) and _is_class(graph, node):
        targets.append(Target("class", to_term(node)))
    return tuple(sorted(targets, key=lambda target: (target.kind, target.term.value)))


def _severity(graph: Graph, node: Node) -> str:
    given = list(graph.objects(node, SH.severity))
    if len(given) > 1 or any(not isinstance(each, URIRef) for each in given):
        raise ShapesError("needs at most one sh:severity, which is an IRI.")
    return str(given[0]) if given else SEVERITIES[-1]


def _messages(graph: Graph, node: Node) -> tuple[str, ...]:
    return tuple(sorted(str(each) for each in graph.objects(node, SH.message)))


def _deactivated(graph: Graph, node: Node) -> bool:
    given = [str(each) for each in graph.objects(node, SH.deactivated)]
    if len(given) > 1 or any(each not in ("true", "false", "1", "0") for each in given):
        raise ShapesError("needs at most one sh:deactivated, true or false.")
    return bool(given) and given[0] in ("true", "1")
