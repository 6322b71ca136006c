"""Ontology, shapes and code lists can be had as data."""

import pytest
import rdflib
from flask.testing import FlaskClient

from hubgraph.resources import content
from hubgraph.terms import CODE, HG

NAMES = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize("ending", list(NAMES))
@pytest.mark.parametrize("name", ["ns", "shapes"])
def test_every_format_is_the_whole_of_the_files(client: FlaskClient, name: str, ending: str) -> None:
    folder = {"ns": "ontology", "shapes": "shapes"}[name]
    expected = rdflib.Graph()
    for path in content(folder).glob("*.ttl"):
        expected.parse(path)
    found = rdflib.Graph().parse(data=client.get(f"/{name}.{ending}").data, format=NAMES[ending])
    assert len(found) == len(expected) > 100


@pytest.mark.parametrize(
    ("accept", "media_type"), [("text/turtle", "text/turtle"), ("application/rdf+xml", "application/rdf+xml")]
)
def test_the_namespace_itself_is_the_ontology(client: FlaskClient, accept: str, media_type: str) -> None:
    response = client.get("/ns", headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (200, media_type)
    graph = rdflib.Graph().parse(data=response.data, format=media_type)
    assert (rdflib.URIRef(f"{HG}Hub"), rdflib.RDF.type, rdflib.OWL.Class) in graph
    assert "Accept" in response.headers["Vary"]


def test_a_code_list_has_its_codes_and_a_code_only_itself(client: FlaskClient) -> None:
    scheme = rdflib.Graph().parse(data=client.get("/code/phase.ttl").data, format="turtle")
    codes = set(scheme.subjects(rdflib.SKOS.inScheme, rdflib.URIRef(f"{CODE}phase")))
    assert len(codes) > 5
    one = client.get("/code/phase/2", headers={"Accept": "application/n-triples"})
    graph = rdflib.Graph().parse(data=one.data, format="nt")
    assert set(graph.subjects()) == {rdflib.URIRef(f"{CODE}phase/2")}


@pytest.mark.parametrize(
    "address", ["/code/nothing.ttl", "/code/phase/none.nt", "/code/a/b/c.ttl", "/code/%22%3E.ttl"]
)
def test_an_unknown_code_is_404(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404
