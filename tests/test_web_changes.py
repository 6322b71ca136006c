"""A generation says what it changed, and the page shows it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from hubgraph.errors import StoreError
from hubgraph.ingest import changes as module
from hubgraph.ingest.changes import Changes, read_changes
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.settings import Settings
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.web.app import create_app
from loading import BASE, GROUPS, IN_GROUPS, SCHOOLS, run, write_files

HUBS = "id,name,programme\nnorth,North,sums\n"
LEADS = "activity,organisation,part,start_date\n"


def january(folder: Path) -> Path:
    return write_files(
        folder,
        edubasealldata20260130=f"{SCHOOLS}100000,Elm,1,34,2,202,,\n100001,Oak,1,34,2,202,,\n100002,Ash,2,34,2,202,,\n",
        allgroupsdata20260130=f"{GROUPS}5001,North Trust,6,OPEN,,01-09-2011,\n5002,South Trust,6,OPEN,,01-09-2011,\n",
        grouplinks_edubaseallacademiesandfree20260130=f"{IN_GROUPS}100000,5001,North Trust,Multi-academy trust,,01-09-2012,Elm\n",
        programmes="id,name\nsums,Sums\n",
        hubs=HUBS,
        participations=f"{LEADS}north,urn:100000,lead,2019-01-01\n",
    )


def june(folder: Path) -> Path:
    return write_files(
        folder,
        edubasealldata20260601=f"{SCHOOLS}100000,Elm,1,34,2,202,,\n100001,Oak,2,34,2,202,,01-05-2026\n100003,Fir,1,34,2,202,01-04-2026,\n",
        allgroupsdata20260601=f"{GROUPS}5001,North Trust,6,OPEN,,01-09-2011,\n5002,South Trust,6,OPEN,,01-09-2011,\n",
        grouplinks_edubaseallacademiesandfree20260601=f"{IN_GROUPS}100000,5002,South Trust,Multi-academy trust,,01-04-2026,Elm\n",
        programmes="id,name\nsums,Sums\n",
        hubs=f"{HUBS}south,South,sums\n",
        participations=f"{LEADS}north,urn:100003,lead,2026-04-01\n",
    )


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("changes")
    run(folder / "store", january(folder / "january" / "in"))
    run(folder / "store", june(folder / "june" / "in"))
    return folder / "store"


@pytest.fixture(scope="module")
def found(stores: Path) -> Changes:
    return read_changes(stores / "current")


@pytest.fixture
def changed(stores: Path) -> Iterator[FlaskClient]:
    settings = Settings(store=str(stores), base_url="https://hubs.example.org", query_seconds=20.0)
    store = EmbeddedStore(stores, settings)
    yield create_app(store, Catalogue.read(content("queries")), settings).test_client()
    store.close()


def test_the_first_generation_has_nothing_to_compare_with(stores: Path) -> None:
    assert (
        read_changes(stores / "generations" / "000001").reason == "This is the first generation of the store."
    )


def test_lists_name_what_came_and_went(found: Changes) -> None:
    named = {entry.key: [(change.name, change.other_name) for change in entry.first] for entry in found.lists}
    assert named == {
        "schools-opened": [("Fir", "")],
        "schools-closed": [("Oak", "")],
        "hubs-gained": [("South", "")],
        "hubs-lost": [],
        "leads-gained": [("Fir", "North")],
        "leads-lost": [("Elm", "North")],
        "trusts-joined": [("Elm", "South Trust")],
        "trusts-left": [("Elm", "North Trust")],
    }
    assert all(entry.total == len(entry.first) for entry in found.lists)


def test_sources_and_counts_are_compared(found: Changes) -> None:
    how = {source.key: (source.how, source.before, source.after) for source in found.sources}
    assert how["gias-establishments"] == ("replaced", "2026-01-30", "2026-06-01")
    assert how["in-hubs"] == ("replaced", "", "")
    assert "in-programmes" not in how
    assert ("Hub", 1, 2) in found.counts
    assert (found.number, found.date_before) == ("000001", "2026-01-30")


def test_the_page_shows_sources_with_dates_counts_and_lists(changed: FlaskClient) -> None:
    page = changed.get("/changes").text
    assert "From generation 000001, data as of 30 January 2026, to this one, data as of 1 June 2026." in page
    assert '<td>replaced</td><td class="date">30 January 2026</td><td class="date">1 June 2026</td>' in page
    assert '<a class="govuk-link" href="/school/100003">Fir</a>' in page
    assert "Schools no longer open: 1" in page


def test_long_lists_are_cut_and_their_totals_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST", 2)
    run(tmp_path / "store", write_files(tmp_path / "a", programmes="id,name\nsums,Sums\n"))
    hubs = "id,name,programme\n" + "".join(f"hub-{number},Hub {number},sums\n" for number in range(5))
    run(tmp_path / "store", write_files(tmp_path / "b", programmes="id,name\nsums,Sums\n", hubs=hubs))
    lists = {entry.key: entry for entry in read_changes(tmp_path / "store" / "current").lists}
    assert lists["hubs-gained"].total == 5
    assert [change.iri for change in lists["hubs-gained"].first] == [
        f"{BASE}/id/hub/hub-0",
        f"{BASE}/id/hub/hub-1",
    ]


def test_a_generation_of_another_format_is_not_compared_and_not_misread(tmp_path: Path) -> None:
    store = tmp_path / "store"
    folder = write_files(tmp_path / "in", programmes="id,name\nsums,Sums\n")
    run(store, folder)
    path = store / "current" / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format_version": 1}))
    run(store, folder)
    assert "another version of hubgraph" in read_changes(store / "current").reason


def test_a_damaged_comparison_is_an_error_and_a_missing_one_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "quality").mkdir()
    assert read_changes(tmp_path).reason == "No comparison was kept with this generation."
    (tmp_path / "quality" / "changes.json").write_text("{}")
    with pytest.raises(StoreError, match="is damaged"):
        read_changes(tmp_path)
