"""Pages of overlaps, of matches to review and of what-if, and who may decide there."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hubgraph.errors import QueryMemoryError, QueryTimeoutError
from hubgraph.findings.decisions import decisions_path, read_decisions
from hubgraph.ingest.load import load
from hubgraph.ingest.progress import Silent
from hubgraph.ingest.summary import LoadOptions
from hubgraph.people.sssom import read_decisions as read_matches
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.settings import Settings
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.web import trial
from hubgraph.web.app import create_app

HTML = {"Accept": "text/html"}
TOKEN = "a-long-secret-of-this-test"  # noqa: S105 (of a server that lives for a test)
KELP = "C04-0797a58d68fb9c21aead"
APPOINTMENTS = (
    "id,title,forename_1,forename_2,surname,organisation,role,start_date,end_date\n"
    "wait-1,Ms,Jane,,Smith,urn:900001,Governor,2020-01-01,2020-12-31\n"
    "wait-2,Ms,Jane,,Smith,urn:900004,Governor,2022-01-01,\n"
    "held-1,Mrs,Ottoline,Zephyrine,Ockanger,uid:990001,Member,2020-01-01,\n"
    "held-2,Ms,Ottoline,Zephyrine,Tarnwick,uid:990001,employee,2020-01-01,\n"
    "sure-1,Mr,Elvan,,Quillbarrow,uid:990001,Member,2020-01-01,\n"
    "sure-2,Mr,Elvan,,Quillbarrow,uid:990001,Trustee,2020-01-01,\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of its own, for these tests write decisions; some of its records are made-up rows without a key of persons."""
    extra = tmp_path_factory.mktemp("extra") / "appointments.csv"
    extra.write_text(APPOINTMENTS, encoding="utf-8")
    store = tmp_path_factory.mktemp("decisions")
    paths = [content("data", "example"), content("data", "facts"), extra]
    load(paths, Settings(store=str(store)), LoadOptions(), Silent())
    return store


@pytest.fixture(scope="module")
def app(folder: Path) -> Iterator[Flask]:
    settings = Settings(
        store=str(folder), base_url="https://hubs.example.org", workers=1, query_seconds=30.0, token=TOKEN
    )
    store = EmbeddedStore(folder, settings)
    yield create_app(store, Catalogue.read(content("queries")), settings)
    store.close()


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def reviewer(app: Flask) -> FlaskClient:
    """A client that is signed in."""
    client = app.test_client()
    answer = client.post("/sign-in", data={"token": TOKEN}, base_url="https://hubs.example.org")
    assert answer.status_code == 303
    cookie = answer.headers["Set-Cookie"].partition(";")[0].partition("=")
    client.set_cookie(cookie[0], cookie[2])
    return client


def text_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def mark_of(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="form_mark" value="([0-9a-f]+)"', text_of(client, path))
    assert found is not None
    return found[1]


def test_a_finding_says_path_rule_source_declaration_and_what_clears_it(visitor: FlaskClient) -> None:
    text = text_of(visitor, f"/finding/{KELP}")
    for words in (
        "potential conflict",
        "does not reflect on the integrity of anybody",
        "Merrin Gullfeather",
        "GBP 45,000",
        "15 March 2024",
        "Academy Trust Handbook, part 5",
        "Nothing in these data covers it",
        "What would clear it",
        f"/finding/{KELP}.ttl",
        'content="noindex"',
    ):
        assert words in text, words


def test_a_finding_that_rests_on_a_match_shows_both_records_and_what_goes_if_it_is_wrong(
    visitor: FlaskClient,
) -> None:
    listed = text_of(visitor, "/queries/overlapping-roles?pattern=C01")
    (found,) = set(re.findall(r"/finding/C01-[0-9a-f]+", listed))
    text = text_of(visitor, found)
    assert "Matches it rests on" in text
    assert "If one of these matches is wrong" in text
    assert "sure-1" in text
    assert "sure-2" in text


def test_the_picture_of_a_path_joins_the_records_of_one_person_and_says_its_steps_in_words(
    visitor: FlaskClient,
) -> None:
    text = text_of(visitor, f"/finding/{KELP}")
    picture = text[text.index("<svg viewBox", text.index('id="path"')) :].partition("</svg>")[0]
    assert picture.count("<circle") == 3
    assert "Merrin Gullfeather, Director, Fennmouth Kelp Catering Limited (fictional)" in picture
    assert "Tidewell Example Learning Trust, pays, Fennmouth Kelp Catering Limited (fictional)" in picture


def test_a_finding_is_data_where_accept_prefers_them(visitor: FlaskClient) -> None:
    answer = visitor.get(f"/finding/{KELP}", headers={"Accept": "text/turtle"})
    assert answer.mimetype == "text/turtle"
    assert KELP in answer.get_data(as_text=True)


def test_an_unknown_finding_is_404(visitor: FlaskClient) -> None:
    assert visitor.get("/finding/C04-none", headers=HTML).status_code == 404


def test_the_page_of_a_person_says_why_its_roles_stand_together(visitor: FlaskClient) -> None:
    text = text_of(visitor, "/person/kelp-director")
    assert "Why these roles stand together" in text
    assert re.search(r"They may be the same person: probability 0\.99\d\d; joined without review\.", text)
    assert "Surname: speaks strongly for one person" in text
    assert 'content="noindex"' in text


def test_a_pair_that_a_rule_holds_back_waits_and_says_which(visitor: FlaskClient) -> None:
    text = text_of(visitor, "/matches")
    pair = next(part for part in text.split('<div class="pair">') if "held-1" in part)
    assert "waits for review." in pair
    assert "Surnames differ: waits for review, however probable." in pair


def test_a_sign_in_cookie_is_closed_to_scripts_other_sites_and_plain_http(visitor: FlaskClient) -> None:
    answer = visitor.post("/sign-in", data={"token": TOKEN, "back": "/matches?page=1"})
    assert answer.headers["Location"] == "/matches?page=1"
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "Secure", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert TOKEN not in cookie


def test_a_wrong_token_signs_nobody_in(visitor: FlaskClient) -> None:
    answer = visitor.post("/sign-in", data={"token": f"{TOKEN}x"}, headers=HTML)
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


def test_guessing_the_token_has_to_wait_and_another_visitor_does_not(visitor: FlaskClient) -> None:
    guesser = {"REMOTE_ADDR": "192.0.2.7"}
    for _ in range(5):
        answer = visitor.post("/sign-in", data={"token": "guess"}, headers=HTML, environ_base=guesser)
        assert answer.status_code == 403
    for token in ("guess", TOKEN):
        answer = visitor.post("/sign-in", data={"token": token}, headers=HTML, environ_base=guesser)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 60
        assert "Too many wrong ones came from here; wait" in answer.get_data(as_text=True)
        assert "Set-Cookie" not in answer.headers
    assert visitor.post("/sign-in", data={"token": TOKEN}).status_code == 303


@pytest.mark.parametrize("back", ["//evil.example.org", "https://evil.example.org", "/\\evil.example.org"])
def test_signing_in_never_leads_to_another_site(visitor: FlaskClient, back: str) -> None:
    answer = visitor.post("/sign-in", data={"token": TOKEN, "back": back})
    assert answer.headers["Location"] == "/matches"


@pytest.mark.parametrize("value", ["", "9999999999.x.00", "soon.x.y", "²³.x.y", "9999999999"])
def test_a_cookie_that_this_server_did_not_sign_is_none(app: Flask, value: str) -> None:
    client = app.test_client()
    client.set_cookie("hubgraph-sign-in", value)
    assert "Sign out" not in text_of(client, "/sign-in")


def test_a_cookie_ends_after_twelve_hours(reviewer: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Sign out" in text_of(reviewer, "/sign-in")
    monkeypatch.setattr("hubgraph.web.signin.time.time", lambda: 9_999_999_999.0)
    assert "Sign out" not in text_of(reviewer, "/sign-in")


def test_a_decision_needs_a_sign_in_and_the_mark_of_its_form(
    visitor: FlaskClient, reviewer: FlaskClient, folder: Path
) -> None:
    for client in (visitor, reviewer):
        sent = {"reason": "Not the same company", "form_mark": "0" * 64}
        assert client.post(f"/finding/{KELP}/dismiss", data=sent).status_code == 403
        pair = {"one": "wait-1", "other": "wait-2", "decision": "accept"}
        assert client.post("/matches", data=pair).status_code == 403
    assert not decisions_path(folder).exists() or KELP not in read_decisions(decisions_path(folder))


def test_a_dismissal_needs_a_reason_is_written_down_and_waits_for_the_next_load(
    reviewer: FlaskClient, visitor: FlaskClient, folder: Path
) -> None:
    key = "C03-5edef2f893aa27709591"
    path = f"/finding/{key}"
    sent = {"form_mark": mark_of(reviewer, path), "reason": " ", "who": "Data team"}
    refused = reviewer.post(f"{path}/dismiss", data=sent, headers=HTML)
    assert refused.status_code == 400
    assert "A finding is dismissed with a reason" in refused.get_data(as_text=True)
    answer = reviewer.post(f"{path}/dismiss", data={**sent, "reason": "An acting post\nfor a week"})
    assert answer.headers["Location"] == f"{path}#decide"
    decision = read_decisions(decisions_path(folder))[key]
    assert (decision.state, decision.reason, decision.who) == (
        "dismissed",
        "An acting post for a week",
        "Data team",
    )
    assert "Dismissed from the next load on: An acting post for a week" in text_of(reviewer, path)
    assert "An acting post" not in text_of(visitor, path)


def test_pages_of_who_is_signed_in_are_not_kept(reviewer: FlaskClient) -> None:
    answer = reviewer.get(f"/finding/{KELP}", headers=HTML)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]


def test_matches_show_both_records_and_a_decision_is_written_down(
    reviewer: FlaskClient, visitor: FlaskClient, folder: Path
) -> None:
    text = text_of(visitor, "/matches")
    for words in (
        "Ms Jane Smith and Ms Jane Smith",
        "wait-1",
        "wait-2",
        "Forename: ",
        "takes effect at the next load",
    ):
        assert words in text, words
    assert "Same person" not in text
    sent = {
        "one": "wait-1",
        "other": "wait-2",
        "decision": "reject",
        "reviewer": "Data team",
        "comment": "Sisters",
    }
    sent["form_mark"] = mark_of(reviewer, "/matches")
    answer = reviewer.post("/matches", data=sent)
    assert answer.headers["Location"] == "/matches"
    found = read_matches(folder / "decisions" / "matches.sssom.tsv")
    decided = {entry.pair: entry for entry in found}["wait-1", "wait-2"]
    assert (decided.verdict, decided.reviewer, decided.comment) == ("rejected", "Data team", "Sisters")
    assert date.fromisoformat(decided.decided_on).isoformat() == decided.decided_on
    assert '<strong class="tag tag-info">rejected</strong>' in text_of(reviewer, "/matches")


def test_a_decision_on_a_record_that_the_store_lacks_is_refused(reviewer: FlaskClient) -> None:
    sent = {
        "one": "wait-1",
        "other": "nobody",
        "decision": "accept",
        "form_mark": mark_of(reviewer, "/matches"),
    }
    answer = reviewer.post("/matches", data=sent)
    assert answer.status_code == 400
    assert "no appointment 'nobody'" in answer.get_json()["detail"]


def test_signing_out_takes_the_cookie(reviewer: FlaskClient) -> None:
    reviewer.post("/sign-out", data={"form_mark": mark_of(reviewer, "/sign-in")})
    assert "Sign out" not in text_of(reviewer, "/sign-in")


def test_without_a_token_pages_say_that_decisions_are_made_on_the_command_line(client: FlaskClient) -> None:
    for path in ("/matches", "/sign-in"):
        assert "command line" in text_of(client, path)
    answer = client.post("/matches", data={"one": "a", "other": "b", "decision": "accept"})
    assert answer.status_code == 403
    assert client.post("/sign-in", data={"token": ""}).status_code == 200


@pytest.mark.parametrize("path", sorted(content("data", "what-if").glob("*.csv")), ids=lambda path: path.stem)
def test_every_example_of_what_if_is_taken_and_leaves_nothing_behind(
    visitor: FlaskClient, folder: Path, path: Path
) -> None:
    assert path.stem in text_of(visitor, f"/whatif?kind={path.stem}")
    before = sorted(entry.name for entry in folder.iterdir())
    sent = {"kind": path.stem, "rows": path.read_text(encoding="utf-8")}
    answer = visitor.post("/whatif", data=sent, headers=HTML)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "1 row laid over the data" in text
    assert "Rows with a fault" not in text
    assert sorted(entry.name for entry in folder.iterdir()) == before


def test_a_declaration_would_clear_what_it_covers(visitor: FlaskClient) -> None:
    rows = content("data", "what-if", "declarations.csv").read_text(encoding="utf-8")
    text = visitor.post("/whatif", data={"kind": "declarations", "rows": rows}, headers=HTML).get_data(
        as_text=True
    )
    cleared = text[text.index('id="clear"') : text.index('id="change"')]
    assert f"/finding/{KELP}" in cleared
    assert "high, declared" in cleared


def test_a_file_wins_over_what_is_typed_and_needs_no_line_of_column_names(visitor: FlaskClient) -> None:
    row = content("data", "what-if", "appointments.csv").read_text(encoding="utf-8").splitlines()[1]
    broken = row.replace("uid:990001", "no-such-body")
    sent = {"kind": "appointments", "rows": "nonsense", "file": (io.BytesIO(broken.encode()), "mine.csv")}
    text = visitor.post("/whatif", data=sent, headers=HTML).get_data(as_text=True)
    assert "1 row laid over" in text
    assert "refused" in text
    assert "no-such-body" in text


@pytest.mark.parametrize(
    ("rows", "words"), [("", "type or paste rows"), ("id\n" + "x" * 200_001, "send at most 200,000")]
)
def test_no_rows_and_too_many_are_explained(visitor: FlaskClient, rows: str, words: str) -> None:
    answer = visitor.post("/whatif", data={"kind": "appointments", "rows": rows}, headers=HTML)
    assert answer.status_code == 400
    assert words in answer.get_data(as_text=True)


def test_one_check_runs_at_a_time(visitor: FlaskClient) -> None:
    rows = content("data", "what-if", "awards.csv").read_text(encoding="utf-8")
    with trial._RUNNING:
        answer = visitor.post("/whatif", data={"kind": "awards", "rows": rows})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_a_check_that_takes_too_long_is_stopped_and_cleaned_up(folder: Path) -> None:
    settings = replace(Settings(store=str(folder)), whatif_seconds=0.01)
    with pytest.raises(QueryTimeoutError):
        trial.try_rows("awards.csv", content("data", "what-if", "awards.csv").read_bytes(), settings)
    assert not list(folder.glob(".what-if-*"))


def test_a_check_without_memory_says_so(folder: Path) -> None:
    settings = replace(Settings(store=str(folder)), whatif_memory_mb=16)
    with pytest.raises(QueryMemoryError):
        trial.try_rows("awards.csv", content("data", "what-if", "awards.csv").read_bytes(), settings)
