"""A record leads to its page or its data, and the data come in every format."""

import csv
import io

import pytest
import rdflib
from flask.testing import FlaskClient

from hubgraph.terms import HG

SCHOOL = "/school/900001"
IRI = rdflib.URIRef("https://w3id.org/hubgraph/id/school/900001")


@pytest.mark.parametrize(
    ("accept", "ending"),
    [
        ("", ""),
        ("*/*", ""),
        ("text/html", ""),
        ("text/turtle", ".ttl"),
        ("application/n-triples", ".nt"),
        ("application/ld+json", ".jsonld"),
        ("application/rdf+xml", ".rdf"),
        ("text/csv", ".csv"),
    ],
)
def test_a_thing_leads_to_the_document_that_accept_prefers(
    client: FlaskClient, accept: str, ending: str
) -> None:
    response = client.get(f"/id{SCHOOL}", headers={"Accept": accept})
    assert response.status_code == 303
    assert response.headers["Location"] == f"https://hubs.example.org{SCHOOL}{ending}"
    assert response.headers["Vary"] == "Accept"


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize(
    ("ending", "media_type"),
    [
        ("ttl", "text/turtle"),
        ("nt", "application/n-triples"),
        ("jsonld", "application/ld+json"),
        ("rdf", "application/rdf+xml"),
    ],
)
def test_every_format_holds_the_same_statements(client: FlaskClient, ending: str, media_type: str) -> None:
    response = client.get(f"{SCHOOL}.{ending}")
    assert response.mimetype == media_type
    names = {"nt": "nt", "ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}
    graph = rdflib.Graph().parse(data=response.data, format=names[ending])
    assert (IRI, rdflib.RDF.type, rdflib.URIRef(f"{HG}School")) in graph
    plain = rdflib.Graph().parse(data=client.get(f"{SCHOOL}.nt").data, format="nt")
    assert len(graph) == len(plain)


def test_the_address_of_the_page_gives_data_to_who_prefers_them(client: FlaskClient) -> None:
    response = client.get(SCHOOL, headers={"Accept": "text/turtle"})
    assert (response.status_code, response.mimetype) == (200, "text/turtle")
    assert "Accept" in response.headers["Vary"]


def test_a_record_as_csv_names_the_source_of_each_statement(client: FlaskClient) -> None:
    response = client.get(f"{SCHOOL}.csv")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert list(rows[0]) == ["property", "value", "label", "source"]
    named = [row for row in rows if row["property"].endswith("#label")]
    assert {row["value"] for row in named} == {"Fennmouth Lighthouse Academy"}
    assert all(row["source"] for row in named)
    assert "Organisations (example)" in response.headers["Hubgraph-Attribution"]


@pytest.mark.parametrize(
    "address",
    ["/school/1.ttl", "/school/a%2Fb.csv", "/hub/%00.nt", "/person/%F0%9F.ttl", "/la/..%2f..%2fx.ttl"],
)
def test_a_record_that_is_not_there_is_404(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert "There is no" in response.get_json()["detail"]


def test_a_record_as_data_names_its_sources(client: FlaskClient) -> None:
    graph = rdflib.Graph().parse(data=client.get(f"{SCHOOL}.nt").data, format="nt")
    sources = set(graph.subjects(rdflib.URIRef(f"{HG}graph")))
    assert "Organisations (example)" in {str(graph.value(source, rdflib.RDFS.label)) for source in sources}


def test_a_key_with_a_slash_stays_one_key(client: FlaskClient) -> None:
    response = client.get("/id/award/360G-x%2F2019%2F%2F1", headers={"Accept": "text/turtle"})
    assert response.headers["Location"] == "https://hubs.example.org/award/360G-x%2F2019%2F%2F1.ttl"


def test_an_unknown_kind_is_404(client: FlaskClient) -> None:
    assert client.get("/id/castle/1").status_code == 404
    assert client.get("/castle/1.ttl").status_code == 404


def test_search_gives_a_list_best_first_and_counts_all(client: FlaskClient) -> None:
    response = client.get("/search.json?q=fennmouth&limit=3")
    hits = response.get_json()
    assert len(hits) == 3
    assert {"kind", "key", "iri", "name", "type", "place", "score"} <= set(hits[0])
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert int(response.headers["Hubgraph-Total"]) > 3
    following = client.get("/search.json?q=fennmouth&limit=3&offset=3").get_json()
    assert not {hit["iri"] for hit in hits} & {hit["iri"] for hit in following}
    hubs = client.get("/suggest?q=fennmouth&kind=hub").get_json()
    assert {hit["kind"] for hit in hubs} == {"hub"}
    assert client.get("/search.json?q=900001").get_json()[0]["name"] == "Fennmouth Lighthouse Academy"


@pytest.mark.parametrize(
    "address", ["/suggest", "/suggest?q=", "/search.json?q=%20%00", "/search.json?q=%22*%28-"]
)
def test_a_search_for_nothing_finds_nothing(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response.get_json()) == (200, [])


@pytest.mark.parametrize(
    "fields",
    [
        "limit=0",
        "limit=x",
        "limit=101",
        "limit=-1",
        "limit=²",
        "offset=99999",
        "kind=castle",
        "page=2",
        "q=" + "a" * 201,
    ],
)
def test_a_wrong_search_field_is_400(client: FlaskClient, fields: str) -> None:
    response = client.get(f"/search.json?{fields}")
    assert response.status_code == 400
    assert response.get_json()["parameter"] == fields.partition("=")[0]


def test_a_hub_of_which_nobody_is_named_is_not_said_to_have_no_tie(client: FlaskClient) -> None:
    page = client.get("/hub/camden-hub", headers={"Accept": "text/html"}).text
    assert "Nobody is named." in page
    assert "No tie in this data" not in page
    assert "Challenge Partners hubs" in page
    school = client.get("/organisation/ukie", headers={"Accept": "text/html"}).text
    assert "Nobody is named." not in school
