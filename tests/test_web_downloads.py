"""Saved queries as files carry all rows, and what has to go with them."""

import csv
import io
import json

import fastexcel
import pyoxigraph as ox
import pytest
import rdflib
from flask.testing import FlaskClient

from hubgraph.saved_queries.running import SourceTitle
from hubgraph.web.downloads import attribution, license_links

SLUG = "/queries/schools-leading-hubs"


def test_every_ending_gives_the_same_rows(client: FlaskClient) -> None:
    document = client.get(f"{SLUG}.json").get_json()
    assert document["count"] == len(document["rows"]) > 0
    table = list(csv.DictReader(io.StringIO(client.get(f"{SLUG}.csv").text)))
    assert [row["school"] for row in table] == [row["school"] for row in document["rows"]]
    lines = client.get(f"{SLUG}.tsv").text.splitlines()
    assert lines[0] == "?school\t?name\t?hubs\t?programmes"
    assert len(lines) == document["count"] + 1
    graph = rdflib.Graph().parse(data=client.get(f"{SLUG}.ttl").data, format="turtle")
    size = rdflib.URIRef("http://www.w3.org/2001/sw/DataAccess/tests/result-set#size")
    assert [int(str(found)) for found in graph.objects(None, size)] == [document["count"]]
    srj = client.get(f"{SLUG}.srj")
    assert srj.mimetype == "application/sparql-results+json"
    bindings = srj.get_json(force=True)["results"]["bindings"]
    assert [row["school"]["value"] for row in bindings] == [row["school"] for row in document["rows"]]
    srx = client.get(f"{SLUG}.srx")
    assert srx.mimetype == "application/sparql-results+xml"
    parsed = ox.parse_query_results(srx.data, format=ox.QueryResultsFormat.XML)
    assert isinstance(parsed, ox.QuerySolutions)
    assert len(list(parsed)) == document["count"]
    sheet = fastexcel.read_excel(client.get(f"{SLUG}.xlsx").data).load_sheet("Answer").to_polars()
    assert sheet["school"].to_list() == [row["school"] for row in document["rows"]]


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx", "json", "ttl", "srj", "srx"])
def test_rows_date_credit_and_question_go_with_every_file(client: FlaskClient, ending: str) -> None:
    response = client.get(f"{SLUG}.{ending}?min_hubs=2&as_of=1/1/2026")
    assert response.headers["Hubgraph-As-Of"] == "2026-01-01"
    assert response.headers["Hubgraph-Generation"] == "000001"
    assert response.headers["Hubgraph-Query"] == f"https://hubs.example.org{SLUG}?as_of=2026-01-01&min_hubs=2"
    sources = len(client.get("/queries/sources.json").get_json()["sources"])
    credit = f"{sources} sources: https://hubs.example.org/queries/sources"
    assert response.headers["Hubgraph-Attribution"] == credit
    assert f'filename="schools-leading-hubs-2026-01-01.{ending}"' in response.headers["Content-Disposition"]
    assert int(response.headers["Hubgraph-Rows"]) >= 0


def test_the_query_text_has_its_values_in_it_and_runs_at_the_endpoint(client: FlaskClient) -> None:
    response = client.get(f"{SLUG}.rq?min_hubs=3")
    assert response.mimetype == "application/sparql-query"
    assert 'VALUES ?min_hubs { "3"' in response.text
    rows = client.post("/sparql", data=response.data, content_type="application/sparql-query").get_json()
    asked = client.get(f"{SLUG}.json?min_hubs=3").get_json()
    assert len(rows["results"]["bindings"]) == asked["count"]


def test_sort_orders_the_rows_and_page_and_view_change_nothing(client: FlaskClient) -> None:
    up = client.get(f"{SLUG}.json?sort=name").get_json()["rows"]
    down = client.get(f"{SLUG}.json?sort=-name&page=7&view=map").get_json()["rows"]
    assert [row["name"] for row in up] == sorted((row["name"] for row in up), key=str.casefold)
    assert [row["name"] for row in down] == [row["name"] for row in reversed(up)]


def test_credit_and_licences_fit_into_header_fields() -> None:
    ogl = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
    credits_ = (
        SourceTitle("Schools – all\r\nX: 1", "Department", ogl),
        SourceTitle("Ünï", "", ogl),
        SourceTitle("Plain", "", "not an IRI"),
    )
    assert attribution(credits_) == "Schools %E2%80%93 all%0D%0AX: 1 (Department); %C3%9Cn%C3%AF; Plain"
    assert license_links(credits_) == f'<{ogl}>; rel="license"'


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        (f"{SLUG}.csv?x=1", 400, "has no such parameter"),
        (f"{SLUG}.csv?as_off=2026-01-01", 400, "did you mean 'as_of'"),
        (f"{SLUG}.csv?sort=x", 400, "there is no column 'x'"),
        (f"{SLUG}.rq?sort=-x", 400, "there is no column 'x'"),
        (f"{SLUG}.csv?sort=name&sort=hubs", 400, "more than once"),
        (f"{SLUG}.csv?min_hubs=two", 400, "not a whole number"),
        (f"{SLUG}.csv?min_hubs=1&min_hubs=2", 400, "it takes one"),
        ("/queries/trust-schools.json", 400, "a value is needed"),
        ("/queries/trust-schools.json?trust=uid:1", 400, "there is no record"),
        ("/queries/school-leading-hubs.csv", 404, "did you mean"),
        (f"{SLUG}.exe", 404, ""),
    ],
)
def test_a_wrong_value_or_name_is_a_problem_that_says_so(
    client: FlaskClient, address: str, status: int, said: str
) -> None:
    response = client.get(address)
    assert response.status_code == status
    document = response.get_json()
    assert said in document["detail"]
    if status == 400:
        assert document["parameter"]
        assert document["example"]


def test_numbers_are_numbers_and_the_values_are_echoed(client: FlaskClient) -> None:
    document = json.loads(client.get(f"{SLUG}.json").data)
    assert document["params"] == {"as_of": document["as_of"], "min_hubs": "1"}
    assert all(isinstance(row["hubs"], int) for row in document["rows"])
    keys = [
        "query",
        "title",
        "params",
        "columns",
        "rows",
        "count",
        "truncated",
        "generation",
        "as_of",
        "sources",
        "took_ms",
    ]
    assert list(document)[: len(keys)] == keys
