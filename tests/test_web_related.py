"""Questions that a record page offers ask about the record in the role that it has in the data."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from rdflib.plugins.sparql import prepareQuery

from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.saved_queries.model import SavedQuery
from hubgraph.saved_queries.roles import roles_query
from hubgraph.saved_queries.running import run
from hubgraph.settings import Settings
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.terms import split_record_iri
from hubgraph.web.links import page_path

CATALOGUE = Catalogue.read(content("queries"))
LACKS = {"hub-gaps", "isolated-schools", "lost-ties", "one-tie-schools"}
"""Questions about what is missing: that nothing is, is an answer and contradicts no page."""
RECORDS = """SELECT DISTINCT ?record WHERE {
  ?record a ?class FILTER(CONTAINS(STR(?record), "/id/") && !CONTAINS(STR(?record), "#"))
}"""


@pytest.fixture
def store(bundled_folder: Path) -> Iterator[EmbeddedStore]:
    opened = EmbeddedStore(bundled_folder, Settings(workers=1))
    yield opened
    opened.close()


def offered(client: FlaskClient, path: str) -> list[tuple[str, dict[str, list[str]]]]:
    """Return slug and parameters of each question that a page offers about its record."""
    text = client.get(path, headers={"Accept": "text/html"}).text
    part = re.search(r"<h2>Questions about this record</h2>(.*?)</ul>", text, flags=re.DOTALL)
    found = re.findall(r'href="([^"]+)"', part[1]) if part else []
    links = [urlsplit(unescape(href)) for href in found]
    return [(link.path.rpartition("/")[2], parse_qs(link.query)) for link in links]


def test_no_record_leads_to_a_question_that_knows_nothing_of_it(
    client: FlaskClient, store: EmbeddedStore
) -> None:
    base = store.info().base
    records = [split_record_iri(row["record"].value, base) for row in store.select(RECORDS).rows]
    asked, empty = 0, []
    with client.application.test_request_context():
        paths = [page_path(*record) for record in records if record is not None]
    for path in paths:
        for slug, given in offered(client, path):
            asked += 1
            if not run(store, CATALOGUE.get(slug), given, titles=()).rows and slug not in LACKS:
                empty.append((path, slug, given))
    assert empty == []
    assert asked > 200


@pytest.mark.parametrize(
    ("section", "slug", "name"),
    [
        ("Awards received", "funding-flows", "recipient"),
        ("Awards made", "funding-flows", "funder"),
        ("Reported figures", "figures-about", "about"),
        ("Evaluations", "evaluations", "programme"),
        ("Publications", "publications", "about"),
    ],
)
def test_what_a_page_shows_is_what_its_question_is_asked_about(
    client: FlaskClient, store: EmbeddedStore, section: str, slug: str, name: str
) -> None:
    base = store.info().base
    seen = 0
    for row in store.select(RECORDS).rows:
        record = split_record_iri(row["record"].value, base)
        assert record is not None
        with client.application.test_request_context():
            path = page_path(*record)
        text = client.get(path, headers={"Accept": "text/html"}).text
        # Figures and publications are also shown on pages of kinds that the question does not take.
        if re.search(rf"<h2[^>]*>{section}</h2>", text) and record[0] not in ("source", "area"):
            seen += 1
            assert (slug, [name]) in [(one, list(given)) for one, given in offered(client, path)], path
    assert seen > 0


def test_a_school_that_received_money_is_asked_about_as_recipient(client: FlaskClient) -> None:
    asked = offered(client, "/school/900002")
    assert ("funding-flows", {"recipient": ["urn:900002"]}) in asked
    assert all("funder" not in given for _, given in asked)


@pytest.mark.parametrize("saved", CATALOGUE.all(), ids=lambda saved: saved.slug)
def test_every_record_that_a_question_takes_has_its_role_declared(saved: SavedQuery) -> None:
    assert [param.name for param in saved.params if param.type == "entity" and not param.role] == []


@pytest.mark.parametrize("saved", CATALOGUE.all(), ids=lambda saved: saved.slug)
def test_every_role_is_a_graph_pattern(saved: SavedQuery) -> None:
    for param in saved.params:
        if param.role:
            prepareQuery(roles_query([param.role]))
