"""Quality pages name every failing record and every bad row; the shapes are a page and data."""

import csv
import io
from collections.abc import Iterator

import pytest
import rdflib
from flask.testing import FlaskClient

from hubgraph.checks.shapes import read_shapes
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.settings import Settings
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.web.app import create_app
from loading import run, write_files

HUBS = "id,name,programme\n" + "".join(f"hub-{number:02d},Hub {number},sums\n" for number in range(60))


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Sixty hubs without a lead, and a programme with an impossible day and a formula for its name."""
    folder = tmp_path_factory.mktemp("faulty")
    programmes = "id,name,start_date\nsums,Sums,\nbad,=1+1,31/02/2020\nworse,Worse,+5\n"
    run(folder / "store", write_files(folder / "in", programmes=programmes, hubs=HUBS))
    settings = Settings(store=str(folder / "store"), base_url="https://hubs.example.org", query_seconds=20.0)
    store = EmbeddedStore(folder / "store", settings)
    yield create_app(store, Catalogue.read(content("queries")), settings).test_client()
    store.close()


def test_the_overview_counts_by_rule_and_by_source(faulty: FlaskClient) -> None:
    page = faulty.get("/quality").text
    assert (
        'href="/quality/Hub-lead">The hub is running and no organisation is recorded as its lead</a>' in page
    )
    assert "<dt>rows refused</dt><dd>2</dd>" in page
    assert 'href="/quality/rows?file=programmes.csv">2</a>' in page


def test_a_rule_lists_its_records_with_link_file_row_and_fix_a_page_at_a_time(faulty: FlaskClient) -> None:
    first = faulty.get("/quality/Hub-lead").text
    assert "60 results" in first
    assert 'href="/hub/hub-00">Hub 0</a>' in first
    assert "hubs.csv, row 2" in first
    assert "Add a participation with the part lead.</td>" in first
    assert 'href="/quality/Hub-lead?page=2"' in first
    second = faulty.get("/quality/Hub-lead?page=2").text
    assert "hubs.csv, row 61" in second
    assert faulty.get("/quality/Hub-lead?page=3").status_code == 400


def test_the_csv_of_a_rule_has_all_records(faulty: FlaskClient) -> None:
    response = faulty.get("/quality/Hub-lead.csv")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert response.mimetype == "text/csv"
    assert [row["row"] for row in rows] == [str(number) for number in range(2, 62)]
    assert rows[0]["record"] == "https://w3id.org/hubgraph/id/hub/hub-00"
    assert rows[0]["severity"] == "warning"
    assert rows[0]["message"].endswith("recorded as its lead.")
    assert rows[0]["fix"] == "Add a participation with the part lead."


def test_bad_rows_are_listed_with_why_and_what_to_do(faulty: FlaskClient) -> None:
    page = faulty.get("/quality/rows").text
    assert "<td>31/02/2020</td><td>refused</td>" in page
    rows = list(csv.DictReader(io.StringIO(faulty.get("/quality/rows.csv?file=programmes.csv").text)))
    assert [(row["file"], row["row"], row["column"], row["value"]) for row in rows] == [
        ("programmes.csv", "3", "start_date", "31/02/2020"),
        ("programmes.csv", "4", "start_date", "'+5"),
    ]
    assert list(csv.reader(io.StringIO(faulty.get("/quality/rows.csv?file=x.csv").text)))[1:] == []


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/quality/No-such-shape", 404),
        ("/quality/rows?file=x.csv", 400),
        ("/quality/rows?page=0", 400),
        ("/quality/Programme-label", 200),
    ],
)
def test_addresses_that_lead_nowhere_say_so(faulty: FlaskClient, address: str, status: int) -> None:
    assert faulty.get(address).status_code == status


def test_an_answer_is_kept_until_the_next_generation(faulty: FlaskClient) -> None:
    tag = faulty.get("/quality/rows.csv").headers["ETag"]
    assert faulty.get("/quality/rows.csv", headers={"If-None-Match": tag}).status_code == 304


def test_every_shape_with_a_rule_is_on_the_page_of_shapes_with_its_message(faulty: FlaskClient) -> None:
    page = faulty.get("/shapes").text
    shapes = read_shapes((content("shapes"),))
    for key, shape in shapes.shapes.items():
        if shape.constraints and not key.startswith("_:"):
            assert f'href="/quality/{key.rpartition("#")[2]}"' in page, key
    assert "at least 1" in page
    assert "every hg:Hub" in page


def test_shapes_are_data_for_those_who_ask_for_data(faulty: FlaskClient) -> None:
    response = faulty.get("/shapes", headers={"Accept": "text/turtle"})
    assert response.mimetype == "text/turtle"
    assert "Accept" in response.headers["Vary"]
    assert len(rdflib.Graph().parse(data=response.data, format="turtle")) > 100
    assert faulty.get("/shapes", headers={"Accept": "text/html"}).mimetype == "text/html"
