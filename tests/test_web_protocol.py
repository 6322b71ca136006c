"""`/sparql` answers queries in every format, refuses what is not one, and never says 200 to half an answer."""

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
import rdflib
from flask import Flask
from flask.testing import FlaskClient

from hubgraph.errors import ServerBusyError
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.settings import Settings
from hubgraph.store.base import Answer, Dataset, Limits, ResultFormat
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.web.app import create_app

SELECT = "SELECT ?s { ?s a <https://w3id.org/hubgraph/ns#Hub> } ORDER BY ?s"
CONSTRUCT = "CONSTRUCT { ?s a ?c } { ?s a ?c } LIMIT 5"
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (SELECT, "", "application/sparql-results+json"),
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, "application/json", "application/json"),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "text/csv", "text/csv"),
        (SELECT, "text/csv;q=0.5, text/tab-separated-values", "text/tab-separated-values"),
        (SELECT, "text/turtle, text/*;q=0.1", "text/csv"),
        (SELECT, "application/sparql-results+json;q=0, */*", "application/sparql-results+xml"),
        ("ASK {}", "text/turtle, application/sparql-results+xml;q=0.2", "application/sparql-results+xml"),
        (CONSTRUCT, "", "text/turtle"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/rdf+xml;q=0.9, text/html", "application/rdf+xml"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        ("DESCRIBE <https://w3id.org/hubgraph/id/la/202>", "application/*", "application/n-triples"),
    ],
)
def test_accept_decides_the_format(client: FlaskClient, query: str, accept: str, media_type: str) -> None:
    response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.mimetype == media_type
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize(
    ("query", "name", "media_type"),
    [
        (SELECT, "csv", "text/csv"),
        (SELECT, "srx", "application/sparql-results+xml"),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (CONSTRUCT, "json", "application/ld+json"),
        (CONSTRUCT, "rdf", "application/rdf+xml"),
    ],
)
@pytest.mark.parametrize("parameter", ["format", "output"])
def test_a_format_field_wins_over_accept(
    client: FlaskClient, query: str, name: str, media_type: str, parameter: str
) -> None:
    fields = {"query": query, parameter: name}
    response = client.get("/sparql", query_string=fields, headers={"Accept": "image/png"})
    assert (response.status_code, response.mimetype) == (200, media_type)


def test_all_three_ways_of_asking_give_the_same_rows(client: FlaskClient) -> None:
    got = client.get("/sparql", query_string={"query": SELECT})
    form = client.post("/sparql", data={"query": SELECT})
    direct = client.post("/sparql", data=SELECT, content_type="application/sparql-query; charset=UTF-8")
    assert got.data == form.data == direct.data
    assert int(got.headers["Hubgraph-Rows"]) == len(got.get_json()["results"]["bindings"]) > 0


def test_graphs_of_the_request_win_over_those_of_the_query(client: FlaskClient) -> None:
    graph = "https://w3id.org/hubgraph/graph/ontology"
    query = "ASK { ?s ?p ?o }"
    for field, asked, truth in (
        ("default-graph-uri", query, True),
        ("named-graph-uri", query, False),
        ("named-graph-uri", "ASK { GRAPH ?g { ?s ?p ?o } }", True),
    ):
        response = client.post("/sparql", data={"query": asked, field: graph})
        assert response.get_json()["boolean"] is truth
    body = "ASK FROM <https://example.org/none> { ?s ?p ?o }"
    address = f"/sparql?default-graph-uri={quote(graph)}"
    response = client.post(address, data=body, content_type="application/sparql-query")
    assert response.get_json()["boolean"] is True
    absent = client.get(
        "/sparql", query_string={"query": query, "default-graph-uri": "https://example.org/none"}
    )
    assert absent.get_json()["boolean"] is False


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ([("default-graph-uri", "https://example.org/g")], "exactly one query is needed, and none"),
        ([("query", "ASK {}"), ("query", "ASK {}")], "2 were given"),
        ([("update", "CLEAR ALL")], "takes no update"),
        ([("query", "ASK {}"), ("update", "CLEAR ALL")], "takes no update"),
        ([("query", "DELETE WHERE { ?s ?p ?o }")], "This is an update"),
        ([("query", "ASK {")], "not valid SPARQL 1.1"),
        ([("query", "hello")], "not a query"),
        ([("query", "")], "not a query"),
        ([("query", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")], "SERVICE is not allowed"),
        ([("query", "ASK FROM <file:///etc/passwd> {}")], "local file"),
        ([("query", "ASK {}"), ("default-graph-uri", "file:///etc/passwd")], "local file"),
        ([("query", "ASK {}"), ("named-graph-uri", "not an iri")], "not an absolute IRI"),
        ([("query", "ASK {}"), ("format", "ttl")], "not a format of this answer"),
        ([("query", "ASK {}"), ("format", "csv"), ("output", "json")], "two formats"),
        ([("query", "ASK { <a\x00b> ?p ?o }")], "not valid SPARQL"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_bad_request_is_400_and_says_why(
    client: FlaskClient, fields: list[tuple[str, str]], said: str, method: str
) -> None:
    encoded = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields)
    if method == "GET":
        response = client.get(f"/sparql?{encoded}")
    else:
        response = client.post("/sparql", data=encoded, content_type=FORM)
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    document = response.get_json()
    assert document["status"] == 400
    assert said in document["detail"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("CLEAR ALL", "application/sparql-update", 415),
        ("ASK {}", "text/plain", 415),
        ("ASK {}", "", 415),
        ("ASK {}", "multipart/form-data; boundary=x", 415),
        ("ASK {}".encode("utf-16"), "application/sparql-query; charset=UTF-16", 415),
        (b"ASK { ?s ?p '\xff' }", "application/sparql-query", 400),
        (b"query=ASK%7B%7D%FF", FORM, 400),
        (b"", FORM, 400),
        (b"&a=1" * 2_000, FORM, 400),
        (b"ASK {} #" + b"x" * 300_000, "application/sparql-query", 413),
        (b"x" * 3_000_000, "application/sparql-query", 413),
        ("SELECT * " + "{" * 500 + "}" * 500, "application/sparql-query", 413),
    ],
)
def test_a_bad_body_is_refused_by_its_kind(
    client: FlaskClient, body: str | bytes, content_type: str, status: int
) -> None:
    response = client.post("/sparql", data=body, content_type=content_type or None)
    assert response.status_code == status, response.text
    assert response.get_json()["status"] == status


def test_a_format_that_cannot_be_written_is_406_and_the_possible_ones_are_named(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "text/csv" in response.get_json()["detail"]


def test_a_relative_iri_is_read_against_the_address_of_the_endpoint(client: FlaskClient) -> None:
    query = 'CONSTRUCT { <s> <p> "<o>" } {}'
    response = client.get("/sparql", query_string={"query": query, "format": "nt"})
    assert response.text == '<https://hubs.example.org/s> <https://hubs.example.org/p> "<o>" .\n'


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_another_method_is_405_with_allow(client: FlaskClient, method: str) -> None:
    response = client.open("/sparql", method=method)
    assert response.status_code == 405
    assert {"GET", "HEAD", "POST"} <= set(response.headers["Allow"].split(", "))


def test_a_browser_without_a_query_goes_to_the_editor(client: FlaskClient) -> None:
    response = client.get("/sparql", headers={"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8"})
    assert response.status_code == 303
    assert response.headers["Location"] == "https://hubs.example.org/editor"
    assert response.headers["Vary"] == "Accept"


def test_the_description_counts_the_statements_of_the_generation(client: FlaskClient) -> None:
    graph = rdflib.Graph().parse(data=client.get("/sparql").data, format="turtle")
    counts = list(graph.objects(None, rdflib.VOID.triples))
    assert [count.toPython() for count in counts] == [client.get("/healthz").get_json()["triples"]]  # type: ignore[attr-defined]


def test_other_origins_may_ask_without_credentials(client: FlaskClient) -> None:
    for response in (
        client.get("/sparql", query_string={"query": "ASK {}"}),
        client.post("/sparql", data={"query": "ASK {}"}),
        client.get("/sparql", query_string={"query": "ASK {"}),
    ):
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers
    before = client.options(
        "/sparql", headers={"Access-Control-Request-Method": "POST", "Origin": "https://a.org"}
    )
    assert before.status_code == 200
    assert "POST" in before.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in before.headers["Access-Control-Allow-Headers"]


def test_head_gives_the_fields_of_get_without_a_body(client: FlaskClient) -> None:
    got = client.get("/sparql", query_string={"query": SELECT})
    head = client.head("/sparql", query_string={"query": SELECT})
    assert head.data == b""
    for name in ("Content-Length", "Content-Type", "ETag", "Hubgraph-Rows"):
        assert head.headers[name] == got.headers[name]


def test_limits_are_errors_and_never_an_answer_cut_short(bundled_folder: Path) -> None:
    settings = Settings(workers=1, query_rows=10, query_seconds=1.0, query_bytes=100_000)
    store = EmbeddedStore(bundled_folder, settings)
    try:
        client = create_app(store, Catalogue.read(content("queries")), settings).test_client()
        rows = client.get("/sparql", query_string={"query": "SELECT * { ?s ?p ?o }"})
        assert (rows.status_code, "more than 10 rows" in rows.get_json()["detail"]) == (413, True)
        runaway = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
        late = client.get("/sparql", query_string={"query": runaway})
        assert (late.status_code, "was stopped" in late.get_json()["detail"]) == (504, True)
        assert client.get("/sparql", query_string={"query": "ASK {}"}).status_code == 200
    finally:
        store.close()


class _BusyStore(EmbeddedStore):
    def answer(
        self,
        query: str,  # noqa: ARG002
        result_format: ResultFormat,  # noqa: ARG002
        *,
        dataset: Dataset | None = None,  # noqa: ARG002
        limits: Limits | None = None,  # noqa: ARG002
    ) -> Answer:
        raise ServerBusyError("Too many queries are waiting; try again in a few seconds.")


def test_a_busy_server_is_503_and_says_when_to_come_back(
    bundled_folder: Path, web_settings: Settings
) -> None:
    store = _BusyStore(bundled_folder, replace(web_settings, workers=1))
    try:
        client = create_app(store, Catalogue.read(content("queries")), web_settings).test_client()
        response = client.get("/sparql", query_string={"query": "ASK {}"})
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        assert client.get("/healthz").status_code == 503
    finally:
        store.close()


def test_cells_of_the_protocol_are_left_as_they_are(web_app: Flask) -> None:
    query = 'SELECT ?x { VALUES ?x { "=1+1" } }'
    response = web_app.test_client().get("/sparql", query_string={"query": query, "format": "csv"})
    assert response.data == b"x\r\n=1+1\r\n"
    assert json.loads(web_app.test_client().post("/sparql", data={"query": query}).data)["head"] == {
        "vars": ["x"]
    }
