"""The compiled engine and pySHACL give the same rows, for good and for bad records."""

from pathlib import Path

import pytest
from rdflib import Graph

from hubgraph.checks.compiled import check
from hubgraph.checks.reference import check_graph
from hubgraph.checks.report import Report
from hubgraph.checks.shapes import read_graph, read_shapes
from hubgraph.checks.writing import write
from hubgraph.errors import ShapesError
from hubgraph.store.building import Builder

HEAD = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
DATA = """
ex:Academy rdfs:subClassOf ex:School .
ex:good a ex:Academy ; ex:urn "100000" ; ex:opened "2001-02-03"^^xsd:date ; ex:closed "2010-01-01"^^xsd:date ;
  ex:in ex:la ; ex:name "School"@en, "Ysgol"@cy ; ex:pupils 20 .
ex:la a ex:Authority ; ex:region ex:north .
ex:bad a ex:School ; ex:urn "10", "200000" ; ex:opened "2019-02-31"^^xsd:date ; ex:closed "1999-01-01"^^xsd:date ;
  ex:in ex:good ; ex:name "One"@en, "Two"@en, "plain" ; ex:pupils -5 , "many" .
ex:late a ex:School ; ex:urn "300000" ; ex:opened "2019-02-01"^^xsd:date ; ex:closed "1999-01-01"^^xsd:date ; ex:in "text" .
"""
RULES = {
    "count": "sh:path ex:urn ; sh:minCount 1 ; sh:maxCount 1",
    "two at least": "sh:path ex:urn ; sh:minCount 2",
    "pattern": "sh:path ex:urn ; sh:pattern '^[0-9]{6}$' ; sh:minLength 3 ; sh:maxLength 5",
    "datatype": "sh:path ex:opened ; sh:datatype xsd:date",
    "class": "sh:path ex:in ; sh:class ex:Authority ; sh:nodeKind sh:IRI",
    "school class": "sh:path ex:in ; sh:class ex:School",
    "range": "sh:path ex:pupils ; sh:minInclusive 0 ; sh:maxExclusive 20",
    "in": "sh:path ex:urn ; sh:in ('100000' '200000')",
    "has": "sh:path ex:urn ; sh:hasValue '100000'",
    "languages": "sh:path ex:name ; sh:uniqueLang true ; sh:languageIn ('en')",
    "order": "sh:path ex:opened ; sh:lessThan ex:closed",
    "pairs": "sh:path ex:opened ; sh:equals ex:closed ; sh:disjoint ex:closed",
    "sequence": "sh:path (ex:in ex:region) ; sh:minCount 1",
    "inverse": "sh:path [sh:inversePath ex:in] ; sh:maxCount 0",
    "alternative": "sh:path [sh:alternativePath (ex:urn ex:name)] ; sh:maxCount 2",
    "or": "sh:path ex:in ; sh:or ([sh:class ex:Authority] [sh:nodeKind sh:Literal])",
    "xone": "sh:path ex:pupils ; sh:xone ([sh:datatype xsd:integer] [sh:minInclusive 0])",
    "not": "sh:path ex:in ; sh:not [sh:class ex:School]",
    "node": "sh:path ex:in ; sh:node [sh:property [sh:path ex:region ; sh:minCount 1]]",
    "qualified": "sh:path ex:urn ; sh:qualifiedValueShape [sh:pattern '^[12]'] ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1",
    "folded": "sh:path ex:pupils ; sh:datatype xsd:byte",
    "far pattern": "sh:path ex:urn ; sh:pattern '^(?!10)'",
}
NODE_RULES = {
    "closed": "sh:closed true ; sh:property [sh:path ex:urn]",
    "query": """sh:sparql [ sh:message "late {?value}" ; sh:select
      "SELECT $this ?value WHERE { $this <http://example.org/urn> ?value FILTER NOT EXISTS { $this <http://example.org/name> ?n } }" ]""",
    "group": """sh:sparql [ sh:message "many" ; sh:select
      "SELECT $this WHERE { $this <http://example.org/urn> ?v } GROUP BY $this HAVING (COUNT(?v) > 1)" ]""",
    "limit": """sh:sparql [ sh:message "some" ; sh:select
      "SELECT $this WHERE { $this <http://example.org/urn> ?v } LIMIT 1" ]""",
}


def both(rule: str, folder: Path) -> tuple[Report, Report]:
    data = Graph().parse(data=HEAD + DATA, format="turtle")
    shapes = read_graph(
        Graph().parse(
            data=f"{HEAD} ex:S a sh:NodeShape ; sh:targetClass ex:School ; {rule} .", format="turtle"
        )
    )
    builder = Builder(folder / "store")
    builder.load_rdf((HEAD + DATA).encode(), ".ttl", "http://example.org/graph", "data.ttl")
    return check(builder, shapes, data), check_graph(data, shapes)


def rows(report: Report) -> list[tuple[object, ...]]:
    return sorted(
        (r.focus.value, str(r.path), str(r.value), r.severity, r.constraint) for r in report.results
    )


@pytest.mark.parametrize("name", RULES)
def test_engines_agree_on_a_property_rule(name: str, tmp_path: Path) -> None:
    ours, theirs = both(f"sh:property [ {RULES[name]} ]", tmp_path)
    assert rows(ours) == rows(theirs)
    assert ours.results


@pytest.mark.parametrize("name", RULES)
def test_screens_leave_the_report_as_it_is(name: str, tmp_path: Path) -> None:
    outsider = 'ex:outsider ex:urn "1", "2" ; ex:opened "soon" ; ex:in "nowhere" ; ex:pupils -1 .'
    shapes = read_graph(
        Graph().parse(
            data=f"{HEAD} ex:S a sh:NodeShape ; sh:targetClass ex:School ; sh:property [ {RULES[name]} ] .",
            format="turtle",
        )
    )
    text = HEAD + DATA + outsider
    builder = Builder(tmp_path / "store")
    builder.load_rdf(text.encode(), ".ttl", "http://example.org/graph", "data.ttl")
    data = Graph().parse(data=text, format="turtle")
    screened, full = check(builder, shapes, data), check(builder, shapes, data, screens=False)
    assert screened.results == full.results
    assert screened.checked == full.checked


@pytest.mark.parametrize("name", NODE_RULES)
def test_engines_agree_on_a_rule_of_the_record(name: str, tmp_path: Path) -> None:
    ours, theirs = both(NODE_RULES[name], tmp_path)
    assert rows(ours) == rows(theirs)
    assert ours.results


def test_a_query_grouped_by_the_record_runs_once(tmp_path: Path) -> None:
    ours, _ = both(NODE_RULES["group"], tmp_path)
    assert not ours.notes


def test_a_query_with_a_limit_says_that_it_runs_for_each_record(tmp_path: Path) -> None:
    ours, _ = both(NODE_RULES["limit"], tmp_path)
    assert any("ran once for each of 3 nodes" in note for note in ours.notes)


def test_what_falls_to_the_reference_engine_is_named(tmp_path: Path) -> None:
    ours, _ = both(f"sh:property [ {RULES['far pattern']} ]", tmp_path)
    assert any("run by pySHACL" in note for note in ours.notes)


def test_a_shape_that_no_record_meets_is_noted(tmp_path: Path) -> None:
    ours, _ = both(
        "sh:nodeKind sh:IRI . ex:T a sh:NodeShape ; sh:targetClass ex:Nothing ; sh:nodeKind sh:IRI", tmp_path
    )
    assert ours.conforms
    assert any("no node was checked" in note for note in ours.notes)


@pytest.mark.parametrize(
    "rule", ["sh:minCount 1", "sh:property [sh:path ex:p ; sh:minCount 'x']", "sh:property [sh:minCount 1]"]
)
def test_ill_formed_shapes_name_the_file_and_the_shape(rule: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.ttl"
    path.write_text(f"{HEAD} ex:S a sh:NodeShape ; sh:targetClass ex:School ; {rule} .", encoding="utf-8")
    with pytest.raises(ShapesError, match=r"shape "):
        read_shapes([path])


@pytest.mark.parametrize("written", ["text", "json", "csv", "ttl"])
def test_a_report_is_written_in_every_format(written: str, tmp_path: Path) -> None:
    ours, _ = both(f"sh:property [ {RULES['range']} ]", tmp_path)
    text = write(ours, written)
    assert "bad" in text
    if written == "ttl":
        assert "sh:conforms false" in text
        Graph().parse(data=text, format="turtle")
