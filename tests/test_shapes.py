"""Every shape has a record that conforms and a change that it reports."""

from functools import cache
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import Dataset, Graph, URIRef
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.namespace import RDF, RDFS, SH, SKOS

ROOT = Path(__file__).parent.parent
FIXTURES = sorted((Path(__file__).parent / "shapes").glob("*.trig"))
SHAPES = "https://w3id.org/hubgraph/shapes#"
# The TriG parser of rdflib, and pySHACL, still use names that rdflib calls deprecated.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:NotImplemented should:DeprecationWarning"),
]
WITHOUT = URIRef("urn:x-hubgraph-test:without")


@cache
def all_shapes() -> Graph:
    graph = Graph()
    for path in sorted((ROOT / "shapes").glob("*.ttl")):
        graph.parse(path)
    return graph


@cache
def background() -> tuple[tuple[object, object, object], ...]:
    graph = Graph()
    for path in sorted((ROOT / "ontology").rglob("*.ttl")):
        graph.parse(path)
    return tuple(
        [(s, RDF.type, o) for s, o in graph.subject_objects(RDF.type) if o == SKOS.Concept]
        + list(graph.triples((None, RDFS.subClassOf, None)))
    )


def read(path: Path) -> tuple[Graph, dict[str, Graph]]:
    data = Dataset()
    data.parse(data=path.read_text(encoding="utf-8"), format="trig")
    good = Graph()
    changes: dict[str, Graph] = {}
    for subject, predicate, value, name in data.quads():
        target = good if name in {None, DATASET_DEFAULT_GRAPH_ID} else changes.setdefault(str(name), Graph())
        target.add((subject, predicate, value))
    return good, changes


def changed(good: Graph, change: Graph) -> Graph:
    graph = Graph()
    graph += good
    for subject, predicate, value in change:
        graph.remove((subject, value if predicate == WITHOUT else predicate, None))
    for triple in change:
        if triple[1] != WITHOUT:
            graph.add(triple)
    return graph


def reported(graph: Graph) -> set[str]:
    data = Graph()
    data += graph
    for triple in background():
        data.add(triple)  # type: ignore[arg-type]
    _, report, _ = validate(data, shacl_graph=all_shapes(), inplace=True, advanced=False)
    assert isinstance(report, Graph)
    return {str(shape) for shape in report.objects(None, SH.sourceShape)}


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_good_record_conforms(path: Path) -> None:
    good, _ = read(path)
    assert len(good) > 0
    assert {shape for shape in reported(good) if shape.startswith(SHAPES + path.stem)} == set()


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_each_change_is_reported_by_its_shape(path: Path) -> None:
    good, changes = read(path)
    silent = [name for name, change in changes.items() if name not in reported(changed(good, change))]
    assert silent == []


def test_every_shape_with_a_severity_has_a_change_that_it_must_report() -> None:
    shapes = {str(shape) for shape in all_shapes().subjects(SH.severity)}
    tried = {name for path in FIXTURES for name in read(path)[1]}
    assert shapes == tried


def test_every_shape_says_in_words_what_to_do() -> None:
    graph = all_shapes()
    for shape in graph.subjects(SH.severity):
        rule = graph.value(shape, SH.sparql)
        assert graph.value(rule or shape, SH.message), shape
        assert graph.value(shape, SH.name), shape
