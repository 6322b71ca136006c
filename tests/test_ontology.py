"""The ontology, its code lists, context and alignments are complete and agree with what uses them."""

import json
import re
from functools import cache
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, OWL, RDF, SKOS

ROOT = Path(__file__).parent.parent
ONTOLOGY = ROOT / "ontology"
HG = "https://w3id.org/hubgraph/ns#"
FILES = sorted([*ONTOLOGY.rglob("*.ttl"), *(ROOT / "shapes").rglob("*.ttl")])
# pySHACL still uses names that rdflib calls deprecated.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning"),
]
MAPPING = {SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch}


@cache
def ontology() -> Graph:
    graph = Graph()
    for path in sorted([*ONTOLOGY.glob("*.ttl"), *(ONTOLOGY / "codes").glob("*.ttl")]):
        graph.parse(path)
    return graph


def defined() -> set[str]:
    return {str(term).removeprefix(HG) for term in ontology().subjects(RDF.type) if str(term).startswith(HG)}


def check_terms(graph: Graph) -> tuple[bool, str]:
    shapes = Graph().parse(ROOT / "shapes" / "ontology" / "ontology.ttl")
    conforms, _, text = validate(graph, shacl_graph=shapes)
    return bool(conforms), str(text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_turtle_file_reads_and_survives_being_written(path: Path) -> None:
    graph = Graph().parse(path)
    assert len(graph) > 0
    assert isomorphic(graph, Graph().parse(data=graph.serialize(format="turtle"), format="turtle"))


def test_every_term_in_use_is_defined() -> None:
    users = [*(ROOT / "queries").rglob("*.rq"), *(ROOT / "data").rglob("*.yaml"), *FILES]
    used = {
        (term, path.name)
        for path in users
        for term in re.findall(r"\bhg:([A-Za-z]\w*)", path.read_text(encoding="utf-8"))
    }
    assert used
    assert {(term, name) for term, name in used if term not in defined()} == set()


def test_ontology_and_code_lists_pass_their_own_shapes() -> None:
    conforms, text = check_terms(ontology())
    assert conforms, text


@pytest.mark.parametrize(
    ("subject", "predicate"),
    [
        (HG + "Hub", "http://www.w3.org/2000/01/rdf-schema#label"),
        (HG + "Hub", "http://www.w3.org/2004/02/skos/core#definition"),
        (HG + "urn", "http://www.w3.org/2004/02/skos/core#example"),
        (HG + "status", "http://www.w3.org/2000/01/rdf-schema#isDefinedBy"),
        ("https://w3id.org/hubgraph/code/phase/2", "http://www.w3.org/2004/02/skos/core#notation"),
        ("https://w3id.org/hubgraph/code/phase/2", "http://www.w3.org/2004/02/skos/core#inScheme"),
        ("https://w3id.org/hubgraph/code/phase/2", "http://www.w3.org/2004/02/skos/core#prefLabel"),
        ("https://w3id.org/hubgraph/code/phase", "http://www.w3.org/2004/02/skos/core#definition"),
    ],
)
def test_term_that_lacks_a_part_fails_the_shapes(subject: str, predicate: str) -> None:
    graph = Graph()
    graph += ontology()
    graph.remove((URIRef(subject), URIRef(predicate), None))
    assert not check_terms(graph)[0]


def test_notation_used_twice_in_a_list_fails_the_shapes() -> None:
    graph = Graph()
    graph += ontology()
    first, second = (URIRef(f"https://w3id.org/hubgraph/code/phase/{n}") for n in (1, 2))
    notation = graph.value(first, SKOS.notation)
    assert notation is not None
    graph.set((second, SKOS.notation, notation))
    assert not check_terms(graph)[0]


def test_codes_are_addressed_by_list_and_notation() -> None:
    wrong = [
        str(code)
        for code, scheme in ontology().subject_objects(SKOS.inScheme)
        if str(code) != f"{scheme}/{ontology().value(code, SKOS.notation)}"
    ]
    assert wrong == []


def test_context_covers_every_class_and_property() -> None:
    context = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    assert defined() - set(context) == set()
    for name in ontology().subjects(RDF.type, OWL.ObjectProperty):
        assert context[str(name).removeprefix(HG)]["@type"] == "@id"


def test_context_turns_json_into_the_terms_of_the_ontology() -> None:
    context = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    record = {
        "@context": context,
        "id": "https://example.org/x",
        "type": "School",
        "urn": "100000",
        "lowAge": "4",
    }
    graph = Graph().parse(data=json.dumps(record), format="json-ld")
    assert (URIRef("https://example.org/x"), RDF.type, URIRef(HG + "School")) in graph
    assert {str(value) for value in graph.objects(None, URIRef(HG + "urn"))} == {"100000"}


def test_nothing_is_minted_under_gov_uk() -> None:
    assert [str(term) for term in set(ontology().subjects()) if "gov.uk" in str(term)] == []


@pytest.mark.parametrize("path", sorted((ONTOLOGY / "alignments").glob("*.ttl")), ids=lambda path: path.stem)
def test_alignment_maps_defined_terms_by_skos_only(path: Path) -> None:
    graph = Graph().parse(path)
    assert set(graph.predicates()) <= MAPPING
    assert {str(term).removeprefix(HG) for term in graph.subjects()} <= defined()


CODE = "https://w3id.org/hubgraph/code/"


def term(name: str) -> URIRef:
    return URIRef(HG + name)


def numbers(path: str) -> set[str]:
    return {
        str(code).removeprefix(f"{CODE}{path}/")
        for code in ontology().subjects(SKOS.inScheme, URIRef(CODE + path))
    }


def test_the_patterns_rest_on_rules_that_have_a_source() -> None:
    assert numbers("conflict-pattern") == {f"C{number:02}" for number in (*range(1, 15), 16, 17, 18)}
    graph = ontology()
    for pattern in graph.subjects(SKOS.inScheme, URIRef(f"{CODE}conflict-pattern")):
        rules = set(graph.objects(pattern, term("underRule")))
        assert rules, pattern
        assert all(graph.value(rule, DCTERMS.source) for rule in rules), pattern


@pytest.mark.parametrize(
    ("day", "rules"),
    [
        ("2019-03-31", []),
        ("2019-04-01", [("20000.0", "true")]),
        ("2023-08-31", [("20000.0", "true")]),
        ("2023-09-01", [("40000.0", "false")]),
        ("2026-01-30", [("40000.0", "false")]),
    ],
)
def test_one_threshold_for_related_parties_is_in_force_on_a_day(
    day: str, rules: list[tuple[str, str]]
) -> None:
    graph = ontology()
    found = [
        (str(graph.value(rule, term("threshold"))), str(cumulative))
        for rule, cumulative in graph.subject_objects(term("cumulative"))
        if str(rule).rpartition("/")[2].startswith("related-party-")
        and str(graph.value(rule, term("validFrom")))
        <= day
        <= str(graph.value(rule, term("validTo")) or "9999-12-31")
    ]
    assert found == rules


def test_roles_that_one_person_holds_are_those_of_the_register() -> None:
    held = {
        str(role).removeprefix(f"{CODE}governance-role/") for role in ontology().subjects(term("heldByOne"))
    }
    assert held == {"1", "3", "6", "7", "8", "11", "15", "16", "17", "18", "20", "23", "24"}


@pytest.mark.parametrize(
    ("role", "groups"),
    [
        ("3", {"chair", "board", "decision-making"}),
        ("4", {"board", "decision-making"}),
        ("board-chair", {"chair", "board", "decision-making"}),
        ("9", {"decision-making"}),
        ("22", {"member", "oversight"}),
        ("advisory-board-member", {"oversight"}),
        ("6", {"executive", "staff"}),
        ("18", {"clerk"}),
        ("14", set()),
    ],
)
def test_a_role_stands_in_its_groups_whatever_the_body(role: str, groups: set[str]) -> None:
    broader = ontology().objects(URIRef(f"{CODE}governance-role/{role}"), SKOS.broader)
    assert {str(group).removeprefix(f"{CODE}governance-role-group/") for group in broader} == groups
