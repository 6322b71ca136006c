"""All of England, in the official layouts: what the graph holds is what the files hold."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from hubgraph.ingest.summary import LoadSummary
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.saved_queries.running import run as ask
from hubgraph.settings import Settings
from hubgraph.store.embedded import EmbeddedStore
from loading import BASE, run, values

ENGLAND = Path(__file__).parent.parent.parent / "shared" / "data" / "england"
GIAS = ENGLAND / "gias"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.england,
    pytest.mark.skipif(not ENGLAND.is_dir(), reason="needs ../shared/data/england"),
]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LoadSummary]:
    store = tmp_path_factory.mktemp("england") / "store"
    return store, run(store, ENGLAND)


@pytest.fixture(scope="module")
def store(loaded: tuple[Path, LoadSummary]) -> Iterator[EmbeddedStore]:
    opened = EmbeddedStore(loaded[0], Settings())
    yield opened
    opened.close()


def rows(name: str) -> list[dict[str, str]]:
    with (GIAS / name).open(encoding="cp1252", newline="") as file:
        return list(csv.DictReader(file))


def counted(store: Path, query: str) -> dict[str, int]:
    return {key: int(number) for key, number in values(store, query)}


def test_every_file_is_read_or_skipped_with_a_reason(loaded: tuple[Path, LoadSummary]) -> None:
    _, summary = loaded
    named = {entry.file for entry in summary.files} | {name for name, _ in summary.skipped}
    assert {path.name for path in ENGLAND.rglob("*") if path.is_file()} == {
        name.split("/")[-1] for name in named
    }
    assert all(
        entry.rows == entry.refused or entry.triples or "2022" in entry.file for entry in summary.files
    )
    assert {name for name, reason in summary.skipped if "performance table" in reason} == {
        "utf8_bom_performance_table_2017.csv"
    }


def test_there_is_one_school_for_each_urn_of_the_register_by_status(loaded: tuple[Path, LoadSummary]) -> None:
    expected = Counter(row["EstablishmentStatus (code)"] for row in rows("edubasealldata20260130.csv"))
    found = counted(
        loaded[0],
        "SELECT ?code (COUNT(DISTINCT ?s) AS ?n) { ?s a hg:School OPTIONAL { ?s hg:status ?st } BIND(COALESCE(REPLACE(STR(?st), '^.*/', ''), '') AS ?code) } GROUP BY ?code",
    )
    assert found == expected


def test_open_schools_in_england_are_the_recount_of_the_file(
    loaded: tuple[Path, LoadSummary], store: EmbeddedStore
) -> None:
    """In the file, authorities of England have codes 201 to 420 and 800 to 943; what is elsewhere has other codes or none."""
    expected = Counter(
        row["LA (code)"]
        for row in rows("edubasealldata20260130.csv")
        if row["EstablishmentStatus (code)"] in {"1", "3"}
        and row["LA (code)"]
        and (201 <= int(row["LA (code)"]) <= 420 or 800 <= int(row["LA (code)"]) <= 943)
    )
    assert sum(expected.values()) == 25_085
    answer = ask(store, Catalogue.read(content("queries")).get("coverage-by-area"), {"area_kind": ["la"]})
    assert {
        row["area"].value.rpartition("/")[2]: int(row["schools"].value) for row in answer.rows
    } == expected
    counted_open = counted(
        loaded[0], "SELECT ('open' AS ?k) (COUNT(DISTINCT ?s) AS ?n) { ?s hg:openDuring ?p }"
    )
    assert counted_open == {"open": 25_085}


def test_there_is_one_group_for_each_uid_by_type(loaded: tuple[Path, LoadSummary]) -> None:
    refused = {
        issue.row
        for issue in loaded[1].issues
        if issue.file == "allgroupsdata20220718.csv" and issue.action == "refused"
    }
    expected = Counter(
        row["Group Type (code)"]
        for number, row in enumerate(rows("allgroupsdata20220718.csv"), start=2)
        if number not in refused
    )
    found = counted(
        loaded[0],
        "SELECT ?code (COUNT(DISTINCT ?g) AS ?n) { ?g hg:groupType ?t BIND(REPLACE(STR(?t), '^.*/', '') AS ?code) } GROUP BY ?code",
    )
    assert found == expected
    assert len(refused) == 1


def test_there_is_one_link_for_each_row_of_the_links_by_type(loaded: tuple[Path, LoadSummary]) -> None:
    expected = Counter(
        kind
        for _, _, kind, _ in {
            (row["URN"], row["LinkURN"], row["LinkType"].strip(), row["LinkEstablishedDate"])
            for row in rows("links_edubasealldata20250422.csv")
        }
    )
    found = counted(
        loaded[0],
        "SELECT ?label (COUNT(DISTINCT ?l) AS ?n) { ?l a hg:SchoolLink ; hg:linkType ?t . OPTIONAL { ?t rdfs:label ?known } BIND(COALESCE(STR(?known), STR(?t)) AS ?label) } GROUP BY ?label",
    )
    assert sum(found.values()) == sum(expected.values())
    assert {name.casefold(): number for name, number in found.items()} == {
        name.casefold(): number for name, number in expected.items()
    }


def test_there_is_one_affiliation_for_each_school_and_group_of_the_newest_links(
    loaded: tuple[Path, LoadSummary],
) -> None:
    expected = {(row["URN"], row["Group UID"]) for row in rows("alllinksdata20220718.csv")}
    found = values(
        loaded[0],
        "SELECT ?school ?group { ?a a hg:Affiliation ; org:member ?school ; org:organization ?group }",
    )
    pairs = {(school.split("/")[1], group.split("/")[1]) for school, group in found}
    assert expected <= pairs


def test_mangled_identifiers_are_read_and_reported(tmp_path: Path) -> None:
    summary = run(tmp_path / "store", GIAS / "as-found")
    repaired = [issue for issue in summary.issues if issue.action == "repaired"]
    assert any(issue.value == "7318714.0" and "07318714" in issue.reason for issue in repaired)
    assert any("performance table" in reason for _, reason in summary.skipped)
    assert values(tmp_path / "store", 'SELECT ?g { ?g hg:companiesHouseNumber "07318714" }')


def test_known_answers(store: EmbeddedStore) -> None:
    catalogue = Catalogue.read(content("queries"))
    trust = ask(store, catalogue.get("trust-schools"), {"trust": ["uid:5143"]})
    assert len(trust.rows) == 75
    hubs = ask(store, catalogue.get("hubs-of-programme"), {"programme": ["teaching-school-hubs"]})
    assert len(hubs.rows) == 87
    assert len({row["lead"].value for row in hubs.rows}) == 82
    leads = ask(store, catalogue.get("schools-leading-hubs"), {"min_hubs": ["2"]})
    assert all(int(row["hubs"].value) >= 2 for row in leads.rows)
    assert f"{BASE}/id/school/136609" in {row["school"].value for row in leads.rows}


@pytest.mark.parametrize("slug", sorted(Catalogue.read(content("queries")).queries))
def test_every_saved_query_answers_within_its_limits(store: EmbeddedStore, slug: str) -> None:
    given = {
        "trust": ["uid:5143"], "school": ["urn:136776"], "hub": ["teaching-school-hub-EE1"],
        "programme": ["teaching-school-hubs"], "from": ["urn:136776"], "to": ["uid:5143"], "la": ["la:202"],
        "organisation": ["uid:5143"], "about": ["teaching-school-hubs"],
    }  # fmt: skip
    saved = Catalogue.read(content("queries")).get(slug)
    if any(param.required and param.name == "person" for param in saved.params):
        pytest.skip("the England-wide files name no person")
    needed = {param.name: given[param.name] for param in saved.params if param.required}
    answer = ask(store, saved, needed)
    assert answer.as_of == "2026-01-30"
