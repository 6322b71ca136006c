"""The W3C tests of the SPARQL 1.1 Protocol that concern queries, and of the service description."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
import rdflib
from flask import Flask
from flask.testing import FlaskClient
from rdflib.collection import Collection

from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.settings import Settings
from hubgraph.store.building import Builder
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.store.generations import FORMAT_VERSION, Generations, Manifest
from hubgraph.store.search import build_index
from hubgraph.web.app import create_app

SUITE: Final = Path(__file__).resolve().parents[2] / "shared" / "suites" / "w3c-sparql11-http"
MF: Final = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT: Final = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT: Final = rdflib.Namespace("http://www.w3.org/2011/content#")
SD: Final = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
DATA: Final = "http://kasei.us/2009/09/sparql/data"
FORMATS: Final = {
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
    "tabular": ("application/sparql-results+json", "application/sparql-results+xml"),
    "RDF": ("text/turtle", "application/n-triples", "application/rdf+xml"),
}

pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason="the W3C suite is not beside the checkout")


def _tests() -> list[Any]:
    if not SUITE.is_dir():
        return []
    graph = rdflib.Graph().parse(SUITE / "protocol" / "manifest.ttl")
    names = Collection(graph, next(graph.objects(None, MF.entries)))
    # Tests that a write succeeds do not concern an address that answers queries only; its refusals do.
    wanted = [test for test in names if not str(test).rpartition("#")[2].startswith("update_")]
    return [pytest.param(graph, test, id=str(test).rpartition("#")[2]) for test in wanted]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    root = tmp_path_factory.mktemp("w3c")
    kept = Generations(root)
    with kept.lock():
        stage = kept.stage()
        builder = Builder(stage / "rdf")
        for number in (1, 2, 3):
            builder.load_triples(SUITE / "protocol" / f"data{number}.nt", f"{DATA}/data{number}.rdf")
        builder.optimize()
        del builder
        build_index(stage / "search.sqlite", [])
        kept.publish(
            stage, Manifest(FORMAT_VERSION, "", "0", "https://w3id.org/hubgraph", "", "2026-02-01", 3)
        )
    settings = Settings(workers=1, base_url="https://hubs.example.org")
    store = EmbeddedStore(root, settings)
    yield create_app(store, Catalogue.read(content("queries")), settings)
    store.close()


@pytest.mark.parametrize(("graph", "test"), _tests())
def test_the_endpoint_passes_the_w3c_protocol_tests_for_queries(
    app: Flask, graph: rdflib.Graph, test: rdflib.URIRef
) -> None:
    action = graph.value(test, MF.action)
    requests = graph.value(action, HT.requests)
    assert requests is not None
    for request in Collection(graph, requests):
        _check(app.test_client(), graph, request)


def _check(client: FlaskClient, graph: rdflib.Graph, request: rdflib.term.Node) -> None:
    path = urlsplit(str(graph.value(request, HT.absolutePath)))
    body = graph.value(request, HT.body)
    data = None
    if body is not None:
        encoding = str(graph.value(body, CNT.characterEncoding) or "UTF-8")
        data = str(graph.value(body, CNT.chars)).encode(encoding)
    fields = graph.value(request, HT.headers)
    headers = {
        str(graph.value(field, HT.fieldName)): str(graph.value(field, HT.fieldValue))
        for field in (Collection(graph, fields) if fields is not None else ())
    }
    response = client.open(
        path.path,
        query_string=path.query,
        method=str(graph.value(request, HT.methodName)),
        data=data,
        headers=headers,
    )
    expected = graph.value(request, HT.resp)
    classes = {
        str(status).rpartition("StatusCode")[2][0] for status in graph.objects(expected, MF.expectedStatus)
    }
    assert str(response.status_code)[0] in classes, response.text
    wanted = graph.value(expected, MF.expectedFormat)
    if wanted is not None:
        assert response.mimetype in FORMATS[str(wanted)]
    truth = graph.value(expected, MF.expectedBoolean)
    if truth is not None:
        assert response.get_json()["boolean"] is truth.toPython()  # type: ignore[attr-defined]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize("media_type", ["text/turtle", "application/rdf+xml", "application/ld+json"])
def test_the_service_description_is_rdf_and_names_its_own_endpoint(app: Flask, media_type: str) -> None:
    response = app.test_client().get("/sparql", headers={"Accept": media_type})
    assert response.mimetype == media_type
    graph = rdflib.Graph().parse(data=response.data, format=media_type)
    endpoint = rdflib.URIRef("https://hubs.example.org/sparql")
    assert (endpoint, SD.endpoint, endpoint) in graph
    assert (endpoint, rdflib.RDF.type, SD.Service) in graph
    assert (endpoint, SD.supportedLanguage, SD.SPARQL11Query) in graph
    named = {str(name) for name in graph.objects(None, SD.name)}
    assert named == {f"{DATA}/data{number}.rdf" for number in (1, 2, 3)}
    dataset = graph.value(endpoint, SD.defaultDataset)
    assert (dataset, rdflib.RDF.type, SD.Dataset) in graph
