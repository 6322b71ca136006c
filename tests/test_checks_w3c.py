"""The core cases of the W3C SHACL test suite on the compiled engine."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from rdflib import BNode, Graph, URIRef
from rdflib.namespace import RDF, SH, Namespace
from rdflib.term import Node

from hubgraph.checks.compiled import check
from hubgraph.checks.reference import read_report
from hubgraph.checks.report import Result
from hubgraph.checks.shapes import read_graph
from hubgraph.store.base import Term
from hubgraph.store.building import Builder

SUITE = Path(__file__).parents[2] / "shared" / "suites" / "w3c-shacl" / "tests" / "core"
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
KNOWN = {
    "property-datatype-001": "rdflib rewrites an ill-typed dateTime while the expected report is read",
    "property-property-001": "a value node that two records share is reported once",
    "property-uniqueLang-002": "rdflib reads the boolean 1 as true",
}

CASES = sorted(path for path in SUITE.rglob("*.ttl") if "sht:Validate" in path.read_text(encoding="utf-8"))


def file_of(node: Node | None) -> Path:
    return Path(str(node).removeprefix("file://"))


def parsed(path: Path) -> Graph:
    return Graph().parse(path, format="turtle", publicID=path.absolute().as_uri())


def shown(term: Term | None) -> str:
    if term is None:
        return ""
    if term.datatype.endswith("#decimal"):
        return f"{Decimal(term.value).normalize()} decimal"
    return "blank" if term.kind == "bnode" else f"{term.value} {term.datatype} {term.language}"


def row(result: Result) -> tuple[str, ...]:
    path = result.path.text() if result.path else ""
    parts = (shown(result.focus), path, shown(result.value), result.severity, result.constraint)
    return (*parts, shown(result.shape))


@pytest.mark.skipif(not CASES, reason="the W3C suite is not beside this checkout")
@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_core_case_gives_the_expected_report(path: Path, tmp_path: Path) -> None:
    name = f"{path.parent.name}-{path.stem}"
    if name in KNOWN:
        pytest.xfail(KNOWN[name])
    manifest = parsed(path)
    case = next(manifest.subjects(RDF.type, SHT.Validate))
    action = manifest.value(case, MF.action)
    data_file = file_of(manifest.value(action, SHT.dataGraph))
    shapes = read_graph(parsed(file_of(manifest.value(action, SHT.shapesGraph))))
    builder = Builder(tmp_path / "store")
    builder.load_rdf(data_file.read_bytes(), ".ttl", data_file.absolute().as_uri(), data_file.name)
    report = check(builder, shapes, parsed(data_file))
    expected = manifest.value(case, MF.result)
    wanted = Graph()
    wanted += manifest
    for other in list(wanted.subjects(RDF.type, SH.ValidationReport)):
        if other != expected:
            wanted.remove((other, None, None))
    assert Counter(map(row, report.results)) == Counter(map(row, read_report(wanted, shapes)))
    assert report.conforms == (str(manifest.value(expected, SH.conforms)) == "true")
    assert isinstance(expected, (BNode, URIRef))
