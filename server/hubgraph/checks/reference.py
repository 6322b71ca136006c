"""The reference engine: pySHACL, with its report read back into the same records.

While pySHACL loads shapes, boolean handling of rdflib changes for the whole process: a server calls check_apart.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final

import pyshacl
from pyshacl.errors import ReportableRuntimeError, ShapeLoadError
from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SH

from hubgraph.checks.model import Shape, Shapes, to_node_key, to_term
from hubgraph.checks.paths import read_path
from hubgraph.checks.report import Report, Result, ordered
from hubgraph.errors import ShapesError

_TARGETS: Final = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf, SH.target)


def check_graph(data: Graph, shapes: Shapes, roots: Sequence[str] | None = None) -> Report:
    """Check a graph with pySHACL, without inference; roots: keys of the only shapes to start from (None: all)."""
    started = time.perf_counter()
    graph = shapes.graph if roots is None else _only(shapes, roots)
    try:
        _, found, text = pyshacl.validate(data, shacl_graph=graph, inference="none", advanced=True)
    except (ReportableRuntimeError, ShapeLoadError) as error:
        raise ShapesError(f"pySHACL cannot use these shapes: {' '.join(str(error).split())[:300]}") from None
    except TypeError as error:
        # pySHACL compares ill-typed literals with Python's operators, which raise.
        raise ShapesError(
            f"pySHACL cannot compare values of these data ({error}); use the compiled engine."
        ) from None
    if not isinstance(found, Graph):
        raise ShapesError(f"pySHACL could not check: {' '.join(str(found or text).split())[:300]}")
    results = ordered(read_report(found, shapes))
    return Report(results, {}, (), time.perf_counter() - started, "pyshacl")


def check_apart(data: Graph, shapes: Shapes, roots: Sequence[str] | None = None) -> Report:
    """Do the same in a process of its own, which ends afterwards."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(check_graph, data, shapes, roots).result()


def read_report(graph: Graph, shapes: Shapes) -> list[Result]:
    """Return the results of a sh:ValidationReport graph, without the details nested in them."""
    found: list[Result] = []
    for report in graph.subjects(RDF.type, SH.ValidationReport):
        for node in graph.objects(report, SH.result):
            source, path, value = (
                graph.value(node, name) for name in (SH.sourceShape, SH.resultPath, SH.value)
            )
            shape = shapes.shapes.get(to_node_key(source), Shape("")) if source is not None else Shape("")
            focus, query = graph.value(node, SH.focusNode), graph.value(node, SH.sourceConstraint)
            component = graph.value(node, SH.sourceConstraintComponent)
            assert focus is not None
            found.append(
                Result(
                    focus=to_term(focus),
                    path=read_path(graph, path) if path is not None else None,
                    value=to_term(value) if value is not None else None,
                    severity=str(graph.value(node, SH.resultSeverity) or SH.Violation),
                    shape=to_term(source) if source is not None else shape.term,
                    constraint=str(component or ""),
                    message=" ".join(sorted(str(each) for each in graph.objects(node, SH.resultMessage))),
                    name=shape.name,
                    source=to_term(query) if query is not None else None,
                )
            )
    return found


def _only(shapes: Shapes, roots: Sequence[str]) -> Graph:
    """Return the shapes graph in which no other shape has a target."""
    graph = Graph()
    others = set(shapes.roots) - set(roots)
    for subject, predicate, value in shapes.graph:
        away = to_node_key(subject) in others and (
            predicate in _TARGETS or (predicate == RDF.type and value in {RDFS.Class, OWL.Class})
        )
        if not away:
            graph.add((subject, predicate, value))
    for prefix, namespace in shapes.graph.namespaces():
        graph.bind(prefix, URIRef(namespace))
    return graph
