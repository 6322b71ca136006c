"""Roles, money, figures, evaluations, publications, events and supports on record pages."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from hubgraph.records.dealings import read_dealings
from hubgraph.records.dealings_model import Role
from hubgraph.records.model import Value
from hubgraph.records.reading import read_record
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.settings import Settings
from hubgraph.store.base import Limits, Table, Term
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.web.app import create_app
from hubgraph.web.pages.timeline import draw_timeline
from loading import GROUPS, write_files
from loading import run as load

HTML = {"Accept": "text/html"}
NOTHING = Value(Term("literal", ""), "")


def words(client: FlaskClient, path: str) -> str:
    """Return the text of a page without pictures and tags, white space squeezed."""
    text = re.sub(r"<svg.*?</svg>", "", client.get(path, headers=HTML).text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def role(start: str = "", end: str = "", *, current: bool = True, name: str = "A. Name") -> Role:
    who = Value(Term("literal", name), name)
    where = Value(Term("literal", "A body"), "A body")
    return Role(NOTHING, who, None, where, "Trustee", start, end, "", "", current, "")


@pytest.fixture
def store(bundled_folder: Path) -> Iterator[EmbeddedStore]:
    opened = EmbeddedStore(bundled_folder, Settings(workers=1))
    yield opened
    opened.close()


def test_a_programme_keeps_awards_and_reported_figures_apart(client: FlaskClient) -> None:
    text = words(client, "/programme/example-number-hubs")
    assert "Awards 1 award, GBP 100,000 awarded. 2 awards passed on out of another award, GBP 80,000" in text
    assert "Spend nearly GBP 140,000 1 September 2021 to 31 August 2024" in text
    assert "figures are not added up and never added to awards" in text
    assert "Hubs Name Lead Organisations Fennmouth Number Hub Fennmouth Lighthouse Academy 6" in text


def test_figures_that_disagree_stand_side_by_side_with_their_sources(client: FlaskClient) -> None:
    text = words(client, "/programme/teaching-schools")
    assert "The sources disagree on teaching schools; both claims stand here." in text
    assert "745 schools not stated £700m spent on DfE’s hubs" in text
    assert "750 schools not stated Place and Hubs" in text


def test_figures_that_agree_are_not_said_to_disagree(client: FlaskClient) -> None:
    text = words(client, "/programme/maths-hubs")
    assert "about GBP 185,400,000" in text
    assert "disagree" not in text


def test_an_award_that_names_only_a_hub_is_on_the_page_of_the_programme(client: FlaskClient) -> None:
    assert "South reading hub, passed on to North Pier (fictional)" in words(
        client, "/programme/example-reading-hubs"
    )


def test_a_hub_shows_events_awards_and_roles(client: FlaskClient) -> None:
    text = words(client, "/hub/fennmouth-number-hub")
    assert (
        "Events Name Host Participants Date Meeting of hub leads (fictional) Fennmouth (fictional borough)"
        in text
    )
    assert "Awards 1 award, GBP 100,000 awarded." in text
    assert "Roles 3 roles." in text


def test_a_school_shows_awards_received_and_made_and_support(client: FlaskClient) -> None:
    text = words(client, "/school/900001")
    assert "Awards received 2 awards, GBP 160,000 received." in text
    assert "Awards made 4 awards passed on out of another award, GBP 92,000: no new money" in text
    assert "Support given and received Given by Received by Broker When" in text


def test_a_trust_shows_roles_by_the_name_of_the_source_and_payments(client: FlaskClient) -> None:
    response = client.get("/trust/990001", headers=HTML)
    text = words(client, "/trust/990001")
    assert "12 roles. Names stand as the source writes them" in text
    assert "Lowena Marshlantern Accounting officer since 1 September 2018" in text
    assert "3 payments, GBP 58,500 paid." in text
    assert (
        'role="img" aria-label="Timeline of 12 roles from 2018 to 2026; the table below says the same"'
        in response.text
    )


def test_a_person_has_a_timeline_and_asks_search_engines_to_stay_away(client: FlaskClient) -> None:
    response = client.get("/person/number-board-chair", headers=HTML)
    assert '<meta name="robots" content="noindex">' in response.text
    assert "Timeline of 3 roles from 2020 to 2026" in response.text
    assert "This record is made up for demonstration." in response.text
    assert "Fennmouth Number Hub Board chair since 1 January 2022" in words(
        client, "/person/number-board-chair"
    )
    assert "noindex" not in client.get("/trust/990001", headers=HTML).text


@pytest.mark.parametrize(
    "path",
    [
        "/person/number-board-chair",
        "/person/number-board-chair.ttl",
        "/person/number-board-chair.csv",
        "/id/person/number-board-chair",
        "/appointment/tw-accounting-officer.jsonld",
        "/person/nobody.ttl",
    ],
)
def test_data_about_people_ask_search_engines_to_stay_away(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["X-Robots-Tag"] == "noindex"
    again = client.get(path, headers={"If-None-Match": client.get(path).headers.get("ETag", '"x"')})
    assert again.headers["X-Robots-Tag"] == "noindex"


def test_data_negotiated_about_people_ask_search_engines_to_stay_away(client: FlaskClient) -> None:
    response = client.get("/person/number-board-chair", headers={"Accept": "text/turtle"})
    assert response.mimetype == "text/turtle"
    assert response.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("path", ["/school/900001.ttl", "/id/hub/fennmouth-number-hub", "/personal/x.ttl"])
def test_data_about_other_things_may_be_found(client: FlaskClient, path: str) -> None:
    assert "X-Robots-Tag" not in client.get(path).headers


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/award/360G-example-number-pass-1", "Recipient Fennmouth Quayside Primary School"),
        ("/award/360G-example-number-pass-1", "Amount awarded 45,000 Award date 1 October 2021 Currency GBP"),
        ("/transaction/pay-kelp-2024", "Payee Fennmouth Kelp Catering Limited (fictional) Amount 45,000 Currency GBP"),
        ("/evaluation/science-evaluation-isos", "Status of the evaluation Published Independence Independent Evaluator"),
        ("/figure/hub-schemes-spend", "Measure spend-on-hub-schemes Value 686,000,000 Unit GBP"),
        ("/event/peer-review-day", "Host Fennmouth Lighthouse Academy Participant"),
        ("/support/support-quayside-dunes", "Provider Fennmouth Quayside Primary School Receiver"),
        ("/appointment/tw-accounting-officer", "Member Lowena Marshlantern"),
    ],
)  # fmt: skip
def test_a_record_shows_its_facts_in_a_sensible_order(client: FlaskClient, path: str, said: str) -> None:
    assert said in words(client, path)


def test_a_link_to_a_name_inside_an_appointment_leads_to_the_appointment(client: FlaskClient) -> None:
    text = client.get("/person/number-board-chair", headers=HTML).text
    assert 'href="/appointment/tw-trustee-3">Tamsy Brinepetal</a>' in text
    assert "%23person" not in text


def test_many_roles_have_pages(bundled_folder: Path, store: EmbeddedStore) -> None:
    settings = Settings(store=str(bundled_folder), page_rows=5)
    client = create_app(store, Catalogue.read(content("queries")), settings).test_client()
    first, last = words(client, "/trust/990001"), words(client, "/trust/990001?page=3")
    assert "12 roles, page 1 of 3." in first
    assert "Lowena Marshlantern" not in first
    assert "Lowena Marshlantern" in last
    assert client.get("/trust/990001?page=4", headers=HTML).status_code == 400
    assert client.get("/trust/990001?page=x", headers=HTML).status_code == 400


@pytest.mark.parametrize(
    ("kind", "key", "most"),
    [
        ("trust", "990001", 6),
        ("programme", "maths-hubs", 7),
        ("award", "360G-example-code-2020", 0),
        ("la", "999", 6),
    ],
)
def test_a_page_asks_few_questions_and_only_those_that_links_in_call_for(
    store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch, kind: str, key: str, most: int
) -> None:
    record = read_record(store, kind, key)
    asked: list[str] = []
    select = store.select

    def counting(query: str, *, limits: Limits | None = None) -> Table:
        asked.append(query)
        return select(query, limits=limits)

    monkeypatch.setattr(store, "select", counting)
    read_dealings(store, record, limit=50, offset=0)
    assert len(asked) <= most
    assert all(record.iri in query for query in asked)


def test_an_organisation_in_a_persons_place_is_a_link_and_a_person_is_a_name(tmp_path: Path) -> None:
    folder = write_files(
        tmp_path / "in",
        allgroupsdata20260130=f"{GROUPS}5143,Copse Trust,6,OPEN,01234567,01-01-2015,\n",
        governancematdata20260130=(
            "GID,URN,UID,Companies House Number,Role,Title,Forename 1,Forename 2,Surname,Date of appointment,"
            "Date term of office ends/ended,Appointing body,Original signatory member,Original chair of trustees\n"
            "1,,5143,01234567,Member,,,,Lodestar Foundation Limited,01/09/2020,,N/A,,\n"
            "2,,5143,01234567,Trustee,Mrs,Ada,,Example,01/09/2019,,N/A,,\n"
        ),
    )
    load(tmp_path / "store", folder)
    store = EmbeddedStore(tmp_path / "store", Settings(workers=1))
    try:
        found = read_dealings(store, read_record(store, "trust", "5143"), limit=50, offset=0)
    finally:
        store.close()
    assert found.roles_total == 2
    assert [(role.name.text, role.name.kind) for role in found.roles] == [
        ("Lodestar Foundation Limited", "organisation"),
        ("Ada Example", ""),
    ]


def test_a_timeline_goes_from_the_first_day_to_the_day_of_the_data() -> None:
    roles = (role("2020-01-01", "2021-12-31", current=False), role("2022-06-30"))
    drawn = draw_timeline(roles, "2026-01-15", by_organisation=False)
    assert drawn is not None
    assert [year for year, _ in drawn.ticks] == list(range(2020, 2027))
    past, now = drawn.bars
    assert (past.current, past.is_open_end, now.current, now.is_open_end) == (False, False, True, True)
    assert past.x == 320
    assert past.x + past.width <= now.x
    assert now.x + now.width < drawn.width


def test_a_role_without_a_first_day_starts_at_the_edge_and_says_so() -> None:
    drawn = draw_timeline(
        (role("", "2021-12-31", current=False), role("2019-05-01")), "2026-01-15", by_organisation=True
    )
    assert drawn is not None
    first = drawn.bars[0]
    assert (first.label, first.is_open_start, first.x) == ("A body, Trustee", True, 320.0)


def test_one_dated_role_or_none_has_no_timeline() -> None:
    assert draw_timeline((role("2020-01-01"), role()), "2026-01-15", by_organisation=False) is None


def test_a_timeline_of_many_roles_says_how_many_are_left_out() -> None:
    roles = tuple(replace(role("2020-01-01"), start=f"20{year:02}-01-01") for year in range(30))
    drawn = draw_timeline(roles, "2030-01-15", by_organisation=False)
    assert drawn is not None
    assert (len(drawn.bars), drawn.hidden) == (25, 5)
