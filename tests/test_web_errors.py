"""Every error has its status, is a problem or a page, says nothing of the machine, and carries the safety headers."""

import logging
from dataclasses import replace
from pathlib import Path
from string import printable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubgraph import errors
from hubgraph.errors import HubgraphError, StoreError
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.settings import Settings
from hubgraph.store.base import GenerationInfo
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.terms import KINDS
from hubgraph.web.app import create_app
from hubgraph.web.errors import status_of

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("QuerySyntaxError", 400),
        ("QueryForbiddenError", 400),
        ("NotRecognisedError", 400),
        ("UnknownQueryError", 404),
        ("UnknownRecordError", 404),
        ("QueryTooLargeError", 413),
        ("QueryError", 502),
        ("QueryMemoryError", 503),
        ("ServerBusyError", 503),
        ("NoGenerationError", 503),
        ("StoreError", 503),
        ("QueryTimeoutError", 504),
        ("HubgraphError", 500),
    ],
)
def test_each_error_has_its_status(name: str, status: int) -> None:
    error: HubgraphError = getattr(errors, name)("x")
    assert status_of(error) == status


@pytest.mark.parametrize(
    "path",
    [
        "/healthz",
        "/nothing",
        "/sparql?query=ASK",
        "/static/none.css",
        "/queries/none.csv",
        "/ns.ttl",
        "/robots.txt",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_every_answer_has_the_safety_headers(client: FlaskClient, path: str, method: str) -> None:
    response = client.open(path, method=method)
    policy = response.headers["Content-Security-Policy"]
    for part in (
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "script-src 'self'",
    ):
        assert part in policy.split("; ")
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"]


def test_a_browser_gets_a_page_and_a_program_a_problem(client: FlaskClient) -> None:
    page = client.get("/queries/none.csv", headers=BROWSER)
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "There is no saved query called" in page.text
    problem = client.get("/queries/none.csv")
    assert problem.mimetype == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= set(problem.get_json())
    for response in (page, problem):
        assert response.headers["Vary"] == "Accept"
        assert response.headers["Cache-Control"] == "no-store"


def test_what_is_sent_is_escaped_in_the_page(client: FlaskClient) -> None:
    response = client.get("/sparql?query=ASK%20<script>alert(1)</script>", headers=BROWSER)
    assert response.status_code == 400
    assert "<script>alert" not in response.text


class _FaultyStore(EmbeddedStore):
    fault: Exception = RuntimeError("secret place /root/x")

    def info(self) -> GenerationInfo:
        raise self.fault


@pytest.fixture
def faulty(bundled_folder: Path, web_settings: Settings) -> Flask:
    store = _FaultyStore(bundled_folder, replace(web_settings, workers=1))
    store.close()
    return create_app(store, Catalogue.read(content("queries")), web_settings)


@pytest.mark.parametrize("headers", [{}, BROWSER])
def test_a_fault_of_our_own_is_500_with_an_id_that_the_log_explains(
    faulty: Flask, caplog: pytest.LogCaptureFixture, headers: dict[str, str]
) -> None:
    with caplog.at_level(logging.ERROR, "hubgraph.web"):
        response = faulty.test_client().get("/ns.ttl", headers=headers)
    assert response.status_code == 500
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    ids = [record.args[0] for record in caplog.records if record.args]  # type: ignore[index]
    assert str(ids[0]) in response.text
    assert "secret place" in caplog.text


def test_health_is_503_where_the_store_cannot_answer(faulty: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_FaultyStore, "fault", StoreError("The store is closed."))
    response = faulty.test_client().get("/healthz")
    assert response.status_code == 503
    assert response.get_json() == {"status": "failing", "detail": "The store is closed."}


def test_health_names_generation_date_and_triples(client: FlaskClient) -> None:
    document = client.get("/healthz").get_json()
    assert document["status"] == "ok"
    assert document["generation"] == "000001"
    assert document["triples"] > 1_000
    assert len(document["data_date"]) == 10


def test_the_log_has_one_line_per_request_and_no_query(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "hubgraph.access"):
        response = client.get("/sparql?query=ASK%20%7B%7D&x=Someone")
    lines = [record.getMessage() for record in caplog.records if record.name == "hubgraph.access"]
    assert len(lines) == 1
    assert lines[0].startswith(f"{response.headers['Hubgraph-Request']} GET /sparql 200 ")
    assert "Someone" not in lines[0]


def test_a_line_break_in_a_path_makes_no_second_line_in_the_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "hubgraph.access"):
        client.get("/a%0Ab")
    assert ["\n" in record.getMessage() for record in caplog.records] == [False]


_ROOTS = st.sampled_from(
    [
        "/",
        "/id/",
        "/queries/",
        "/code/",
        "/ns",
        "/static/",
        "/search.json?q=",
        "/suggest?q=",
        "/sparql?query=",
        "/data/",
    ]
    + [f"/{kind}/" for kind in KINDS[:4]]
    + [f"/id/{kind}/" for kind in KINDS[:2]]
)
_TAILS = st.one_of(
    st.text(max_size=40),
    st.text(alphabet=printable, max_size=40),
    st.binary(max_size=20).map(lambda raw: "".join(f"%{byte:02x}" for byte in raw)),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    root=_ROOTS,
    tail=_TAILS,
    ending=st.sampled_from(["", ".ttl", ".csv", ".json", "/", "?sort=x"]),
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT"]),
)
def test_no_path_is_a_fault_of_the_server(
    client: FlaskClient, root: str, tail: str, ending: str, method: str
) -> None:
    response = client.open(f"{root}{tail}{ending}", method=method)
    assert response.status_code < 500, f"{root}{tail}{ending}"
