"""On the records that break each shape, the compiled engine and pySHACL report the same rows."""

from pathlib import Path

import pytest
from rdflib import Dataset, Graph, Literal

from hubgraph.checks import queries
from hubgraph.checks.compiled import check
from hubgraph.checks.lexical import restore
from hubgraph.checks.reference import check_graph
from hubgraph.checks.report import Report
from hubgraph.checks.shapes import read_shapes
from hubgraph.resources import content
from hubgraph.store.building import Builder

FIXTURES = Path(__file__).parent / "shapes"


def rows(report: Report) -> set[tuple[str, ...]]:
    return {(r.focus.value, str(r.path), str(r.value), r.shape.value, r.constraint) for r in report.results}


def well_typed_triples() -> Graph:
    """Return all fixtures; pySHACL fails on comparing ill-typed dates, so they are left out."""
    graph = Graph()
    for path in sorted(FIXTURES.rglob("*.trig")):
        for subject, predicate, value, _ in Dataset(default_union=True).parse(path, format="trig").quads():
            if not (isinstance(value, Literal) and value.ill_typed):
                graph.add((subject, predicate, value))
    return graph


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_engines_agree_on_every_broken_record(tmp_path: Path) -> None:
    shapes, data = read_shapes([content("shapes")]), well_typed_triples()
    builder = Builder(tmp_path / "store")
    text = data.serialize(format="nt").encode()
    builder.load_rdf(text, ".nt", "http://example.org/graph", "fixtures")
    ours = restore(check(builder, shapes), data)
    assert ours.results
    assert rows(ours) == rows(check_graph(data, shapes))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_query_for_many_records_gives_the_rows_of_one_for_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes, data = read_shapes([content("shapes")]), well_typed_triples()
    builder = Builder(tmp_path / "store")
    builder.load_rdf(data.serialize(format="nt").encode(), ".nt", "http://example.org/graph", "fixtures")
    few = rows(check(builder, shapes))
    monkeypatch.setattr(queries, "_MANY", 0)
    assert rows(check(builder, shapes)) == few
    assert few
