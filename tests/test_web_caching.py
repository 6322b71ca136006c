"""Answers are kept per generation, named by strong ETags, and absolute links come from the settings alone."""

import gzip
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from hubgraph.ingest.load import load
from hubgraph.ingest.progress import Silent
from hubgraph.ingest.summary import LoadOptions
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.settings import Settings
from hubgraph.store.base import GenerationInfo
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.web.app import create_app
from hubgraph.web.caching import Kept, ResultCache, generation_mark
from hubgraph.web.world import EXTENSION, World

READS = [
    "/sparql",
    "/sparql?query=SELECT%20*%20%7B%20%3Fs%20a%20%3Fc%20%7D%20ORDER%20BY%20%3Fs%20%3Fc%20LIMIT%205",
    "/queries/schools-leading-hubs.csv",
    "/queries/schools-leading-hubs.json?min_hubs=2&sort=-name",
    "/queries/schools-leading-hubs.rq",
    "/school/900001.ttl",
    "/school/900001.csv",
    "/search.json?q=fenn",
    "/suggest?q=fenn",
    "/ns.ttl",
    "/shapes.ttl",
    "/code/phase.nt",
    "/data/hubgraph.nq.gz",
]


@pytest.mark.parametrize("address", READS)
def test_everything_that_reads_has_a_strong_tag_and_answers_304_to_it(
    client: FlaskClient, address: str
) -> None:
    first = client.get(address, buffered=True)
    assert first.status_code == 200
    tag = first.headers["ETag"]
    assert tag.startswith('"')
    assert client.get(address, buffered=True).data == first.data
    for method in ("GET", "HEAD"):
        again = client.open(address, method=method, headers={"If-None-Match": f'"x", {tag}'})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == tag
    assert client.get(address, headers={"If-None-Match": '"other"'}, buffered=True).status_code == 200
    assert client.get(address, headers={"If-None-Match": "*"}, buffered=True).status_code == 304


def test_format_parameters_and_sort_each_change_the_tag(client: FlaskClient) -> None:
    addresses = [
        "/queries/schools-leading-hubs.csv",
        "/queries/schools-leading-hubs.tsv",
        "/queries/schools-leading-hubs.csv?min_hubs=2",
        "/queries/schools-leading-hubs.csv?sort=name",
        "/queries/schools-leading-hubs.csv?sort=-name",
        "/queries/trusts-leading-hubs.csv",
    ]
    assert len({client.get(address).headers["ETag"] for address in addresses}) == len(addresses)
    same = [f"/queries/schools-leading-hubs.csv{query}" for query in ("", "?page=3", "?min_hubs=1")]
    assert len({client.get(address).headers["ETag"] for address in same}) == 1


def test_a_304_is_given_without_running_the_query(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%22in%20no%20data%22%20%7D"
    tag = client.get(address).headers["ETag"]

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the query was run")

    monkeypatch.setattr(EmbeddedStore, "answer", refuse)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(address).get_json() == {"head": {}, "boolean": False}


INFO = GenerationInfo("000001", "2026-01-01", 5, "https://example.org")


def test_the_cache_lets_go_of_the_least_recently_used_and_of_other_generations() -> None:
    cache = ResultCache(400)
    for number in range(5):
        cache.get("a", number)
        cache.put("a", number, Kept(b"x" * 100, "text/plain"))
    assert cache.get("a", 0) is None
    assert cache.get("a", 1) is not None
    cache.put("a", 5, Kept(b"x" * 100, "text/plain"))
    assert (cache.get("a", 1) is None, cache.get("a", 2) is None) == (False, True)
    cache.put("a", 6, Kept(b"x" * 101, "text/plain"))
    assert cache.get("a", 6) is None
    cache.put("b", 7, Kept(b"x", "text/plain"))
    assert cache.get("b", 7) is None
    assert cache.get("a", 1) is None


def test_a_generation_of_the_same_number_in_another_store_has_another_mark() -> None:
    marks = {
        generation_mark(info)
        for info in (
            INFO,
            replace(INFO, triples=6),
            replace(INFO, data_date=""),
            replace(INFO, base="https://b.org"),
        )
    }
    assert len(marks) == 4
    assert generation_mark(replace(INFO, number="")) == ""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[FlaskClient, Settings]]:
    """A client of a store that the test may load into."""
    settings = Settings(store=str(tmp_path), workers=1, base_url="https://hubs.example.org/at")
    load([content("data", "facts")], settings, LoadOptions(), Silent())
    store = EmbeddedStore(tmp_path, settings)
    yield create_app(store, Catalogue.read(content("queries")), settings).test_client(), settings
    store.close()


def test_a_new_generation_changes_tags_empties_the_cache_and_has_its_own_dump(
    own: tuple[FlaskClient, Settings],
) -> None:
    client, settings = own
    address = "/queries/sources.json"
    before = client.get(address)
    dump = client.get("/data/hubgraph.nq.gz", buffered=True)
    assert len(gzip.decompress(dump.data).splitlines()) == client.get("/healthz").get_json()["triples"]
    world: World = client.application.extensions[EXTENSION]
    assert world.cache._kept
    load([content("data", "example")], settings, LoadOptions(add=True), Silent())
    deadline = time.monotonic() + 10
    while client.get("/healthz").get_json()["generation"] != "000002":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    after = client.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.get_json()["generation"] == after.headers["Hubgraph-Generation"] == "000002"
    assert len(world.cache._kept) == 1
    later = client.get("/data/hubgraph.nq.gz", headers={"If-None-Match": dump.headers["ETag"]}, buffered=True)
    assert later.status_code == 200
    assert len(later.data) > len(dump.data)
    assert [folder.name for folder in (Path(settings.store) / "dumps").iterdir()] == ["000002"]


@pytest.mark.parametrize(("address", "target"), [("/data", "/data/"), ("/data?x=%2F", "/data/?x=%2F")])
def test_a_missing_slash_is_added_under_the_public_address(
    client: FlaskClient, address: str, target: str
) -> None:
    response = client.get(address)
    assert (response.status_code, response.headers["Location"]) == (308, f"https://hubs.example.org{target}")


HOSTILE = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}


@pytest.mark.parametrize(
    "address", ["/id/school/1", "/sparql", "/queries/sources.json", "/school/900001.ttl", "/data"]
)
def test_the_host_field_decides_nothing(client: FlaskClient, address: str) -> None:
    response = client.get(address, headers=HOSTILE)
    assert "evil" not in f"{response.headers}{response.text}"


def test_a_trusted_proxy_names_the_public_host_and_nobody_else_does(
    web_settings: Settings, bundled_folder: Path
) -> None:
    settings = replace(web_settings, trust_proxy=1, workers=1)
    store = EmbeddedStore(bundled_folder, settings)
    try:
        client = create_app(store, Catalogue.read(content("queries")), settings).test_client()
        forwarded = {"X-Forwarded-Host": "public.example", "X-Forwarded-Proto": "https"}
        found = client.get("/id/school/1", headers=forwarded).headers["Location"]
        assert found == "https://public.example/school/1"
        plain = client.get("/id/school/1", headers={"Host": "evil.example"}).headers["Location"]
        assert plain == "https://hubs.example.org/school/1"
    finally:
        store.close()


def test_a_public_address_with_a_path_is_kept_in_links(own: tuple[FlaskClient, Settings]) -> None:
    client, _ = own
    for address in ("/id/school/1", "/at/id/school/1"):
        assert client.get(address).headers["Location"] == "https://hubs.example.org/at/school/1"


def test_static_files_are_kept_for_ever_only_where_the_address_names_their_content(
    client: FlaskClient,
) -> None:
    vendor = client.get("/static/vendor/govuk-frontend-6.3.0/govuk-frontend.min.css", buffered=True)
    assert "immutable" in vendor.headers["Cache-Control"]
    assert vendor.headers["ETag"]
