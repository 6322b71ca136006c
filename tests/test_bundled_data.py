"""The bundled facts, example borough and templates agree with the documented tables and with themselves."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Final

import pytest
import rdflib
from rdflib.namespace import RDF, RDFS

DATA: Final = Path(__file__).parents[1] / "data"
ID: Final = "https://w3id.org/hubgraph/id/"
HG: Final = rdflib.Namespace("https://w3id.org/hubgraph/ns#")
ORG: Final = rdflib.Namespace("http://www.w3.org/ns/org#")
SCHEMA: Final = rdflib.Namespace("https://schema.org/")

COLUMNS: Final = {
    "sources": "id title publisher url published retrieved licence",
    "organisations": "id name kind urn uid ukprn companies_house_number charity_number homepage start_date end_date source",
    "programmes": "id name subject funder coordinator start_date end_date replaces phases keep_share_max source",
    "projects": "id name programme lead start_date end_date source",
    "hubs": "id name programme area start_date end_date source",
    "participations": "activity organisation part start_date end_date source",
}
REQUIRED: Final = {
    "sources": ("id", "title"),
    "organisations": ("id", "name", "kind"),
    "programmes": ("id", "name"),
    "projects": ("id", "name", "programme"),
    "hubs": ("id", "name", "programme"),
    "participations": ("activity", "organisation", "part"),
}
DATES: Final = ("start_date", "end_date", "published", "retrieved")
KINDS: Final = frozenset(
    [
        "school",
        "trust",
        "local-authority",
        "government",
        "charity",
        "company",
        "university",
        "alliance",
        "other",
    ]
)
PARTS: Final = frozenset(
    [
        "lead",
        "co-lead",
        "partner",
        "supported",
        "contractor",
        "coordinator",
        "deliverer",
        "assurer",
        "broker",
        "host",
        "associate",
        "eligible",
    ]
)
PROGRAMMES: Final = frozenset(
    [
        "maths-hubs",
        "english-hubs",
        "computing-hubs",
        "science-learning-partnerships",
        "music-hubs",
        "language-hubs",
        "behaviour-hubs",
        "attendance-hubs",
        "teaching-schools",
        "teaching-school-hubs",
        "research-schools",
        "edtech-demonstrators",
        "flexible-working-ambassadors",
        "leadership-equality-diversity-hubs",
        "careers-hubs",
        "lsef",
        "challenge-partners-hubs",
        "rise",
        "pp50",
        "itt",
    ]
)
FILLED: Final = ("facts", "example", "templates/filled")
TABLES: Final = sorted(
    path for folder in (*FILLED, "templates/empty") for path in (DATA / folder).glob("*.csv")
)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as source:
        return list(csv.DictReader(source))


def _table(folder: str, name: str) -> list[dict[str, str]]:
    path = DATA / folder / f"{name}.csv"
    return _rows(path) if path.exists() else []


def _ids(folder: str, *names: str) -> set[str]:
    return {row["id"] for name in names for row in _table(folder, name)}


def _name(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


@pytest.fixture(scope="module")
def details() -> rdflib.Graph:
    return rdflib.Graph().parse(DATA / "example" / "school-details.ttl", format="turtle")


@pytest.mark.parametrize("path", TABLES, ids=_name)
def test_header_is_the_documented_one(path: Path) -> None:
    header = path.read_text(encoding="utf-8").split("\n", 1)[0]
    assert header.split(",") == COLUMNS[path.stem].split()


@pytest.mark.parametrize("path", TABLES, ids=_name)
def test_rows_are_whole_and_required_columns_are_filled(path: Path) -> None:
    for row in _rows(path):
        assert None not in row
        assert None not in row.values()
        assert all(row[column] for column in REQUIRED[path.stem]), row


@pytest.mark.parametrize("path", [path for path in TABLES if path.stem != "participations"], ids=_name)
def test_ids_are_unique(path: Path) -> None:
    ids = [row["id"] for row in _rows(path)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", TABLES, ids=_name)
def test_dates_are_iso_and_in_order(path: Path) -> None:
    for row in _rows(path):
        days = {column: date.fromisoformat(row[column]) for column in DATES if row.get(column)}
        if "start_date" in days and "end_date" in days:
            assert days["start_date"] <= days["end_date"], row


def test_every_template_has_an_empty_and_a_filled_copy() -> None:
    for folder in ("empty", "filled"):
        assert {path.stem for path in (DATA / "templates" / folder).glob("*.csv")} == set(COLUMNS)
    assert not any(_rows(path) for path in (DATA / "templates" / "empty").glob("*.csv"))
    assert all(2 <= len(_rows(path)) <= 4 for path in (DATA / "templates" / "filled").glob("*.csv"))


@pytest.mark.parametrize("folder", FILLED)
def test_kinds_and_parts_come_from_the_closed_lists(folder: str) -> None:
    assert {row["kind"] for row in _table(folder, "organisations")} <= KINDS
    assert {row["part"] for row in _table(folder, "participations")} <= PARTS


@pytest.mark.parametrize("folder", FILLED)
def test_references_resolve_within_the_folder(folder: str) -> None:
    bodies = _ids(folder, "organisations")
    numbers = {
        f"{scheme}:{row[scheme]}"
        for row in _table(folder, "organisations")
        for scheme in ("urn", "uid")
        if row[scheme]
    }
    agents = bodies | numbers | ({"la:999"} if folder == "example" else set())
    programmes, projects, hubs = _ids(folder, "programmes"), _ids(folder, "projects"), _ids(folder, "hubs")
    for row in _table(folder, "programmes"):
        assert {row["funder"], row["coordinator"]} <= agents | {""}, row
        assert row["replaces"] in programmes | {""}, row
    for row in _table(folder, "projects"):
        assert row["programme"] in programmes, row
        assert row["lead"] in agents | {""}, row
    for row in _table(folder, "hubs"):
        assert row["programme"] in programmes | projects, row
    for row in _table(folder, "participations"):
        assert row["activity"] in programmes | projects | hubs, row
        assert row["organisation"] in agents, row


@pytest.mark.parametrize("folder", FILLED)
def test_sources_resolve_and_all_are_used(folder: str) -> None:
    used = {row["source"] for name in COLUMNS if name != "sources" for row in _table(folder, name)} - {""}
    assert used == _ids(folder, "sources")


def test_facts_hold_the_fixed_programme_keys_and_claims_name_a_source() -> None:
    assert _ids("facts", "programmes") >= PROGRAMMES
    listed_only = {row["id"] for row in _table("facts", "programmes") if not row["source"]}
    assert listed_only == {"rise", "pp50", "itt"}
    for name in ("organisations", "hubs", "participations"):
        assert all(row["source"] for row in _table("facts", name))


@pytest.mark.parametrize("folder", ["example", "templates/filled"])
def test_fictional_data_touch_no_real_programme_school_or_trust(folder: str) -> None:
    assert not _ids(folder, "programmes") & _ids("facts", "programmes")
    assert all(key.startswith("example-") for key in _ids(folder, "programmes"))
    assert not _ids(folder, "organisations") & _ids("facts", "organisations")
    for row in _table(folder, "organisations"):
        assert not row["urn"] or 900_000 < int(row["urn"]) < 900_100
        assert not row["uid"] or int(row["uid"]) > 990_000


def test_every_fictional_row_names_the_fictional_source() -> None:
    for name in COLUMNS:
        assert all(
            row.get("source", "fictional-borough") == "fictional-borough" for row in _table("example", name)
        )
    assert "ictional" in _table("example", "sources")[0]["title"]


def test_participations_lie_within_the_life_of_their_activity() -> None:
    activities = {
        row["id"]: row for name in ("hubs", "projects", "programmes") for row in _table("example", name)
    }
    for row in _table("example", "participations"):
        activity = activities[row["activity"]]
        assert row["start_date"] >= activity["start_date"], row
        assert (row["end_date"] or "9999") <= (activity["end_date"] or "9999"), row


def test_every_example_hub_has_a_lead_on_its_first_and_last_day() -> None:
    rows = [row for row in _table("example", "participations") if row["part"] == "lead"]
    for hub in _table("example", "hubs"):
        for day in (hub["start_date"], hub["end_date"] or "2026-01-15"):
            leads = [
                row
                for row in rows
                if row["activity"] == hub["id"] and row["start_date"] <= day <= (row["end_date"] or "9999")
            ]
            assert len(leads) == 1, (hub["id"], day)


def test_one_example_school_leads_three_hubs_and_some_schools_have_no_tie(details: rdflib.Graph) -> None:
    rows = [
        row
        for row in _table("example", "participations")
        if not row["end_date"] and row["part"] != "eligible"
    ]
    leads = [row["organisation"] for row in rows if row["part"] in {"lead", "co-lead"}]
    assert leads.count("urn:900001") == 3
    tied = {row["organisation"].removeprefix("urn:") for row in rows}
    tied |= {
        str(details.value(member, HG.urn))
        for node, member in details.subject_objects(ORG.member)
        if details.value(node, SCHEMA.endDate) is None
    }
    still_open = {
        str(details.value(school, HG.urn))
        for school in details.subjects(RDF.type, HG.School)
        if str(details.value(school, HG.status)).endswith("/1")
    }
    assert still_open - tied == {"900016", "900017", "900018", "900019", "900023"}


def test_turtle_and_tables_name_schools_and_trusts_alike(details: rdflib.Graph) -> None:
    for row in _table("example", "organisations"):
        if row["urn"] or row["uid"]:
            subject = rdflib.URIRef(ID + (f"school/{row['urn']}" if row["urn"] else f"trust/{row['uid']}"))
            assert [str(label) for label in details.objects(subject, RDFS.label)] == [row["name"]]
    described = set(details.subjects(RDF.type, HG.School)) | set(details.subjects(RDF.type, HG.AcademyTrust))
    assert len(described) == sum(bool(row["urn"] or row["uid"]) for row in _table("example", "organisations"))


def test_turtle_links_only_described_records_and_uses_schema_https(details: rdflib.Graph) -> None:
    subjects = set(details.subjects()) | {rdflib.URIRef(ID + "source/fictional-borough")}
    linked = {node for node in details.objects() if isinstance(node, rdflib.URIRef) and node.startswith(ID)}
    assert linked <= subjects
    assert not any("http://schema.org" in str(term) for triple in details for term in triple)
    assert (
        (DATA / "example" / "school-details.ttl").read_text(encoding="utf-8").startswith("# FICTIONAL DATA")
    )


def test_turtle_codes_are_in_the_code_lists(details: rdflib.Graph) -> None:
    lists = rdflib.Graph()
    for path in sorted((DATA.parent / "ontology" / "codes").glob("*.ttl")):
        lists.parse(path, format="turtle")
    codes = {node for node in details.objects() if str(node).startswith("https://w3id.org/hubgraph/code/")}
    assert codes
    assert codes <= set(lists.subjects())


def test_no_described_record_has_two_values_of_one_property(details: rdflib.Graph) -> None:
    pairs = [(subject, predicate) for subject, predicate, _ in details]
    assert len(pairs) == len(set(pairs))


def test_outline_is_small_and_attributed() -> None:
    path = DATA / "boundaries" / "england-outline.json"
    outline = json.loads(path.read_text(encoding="utf-8"))
    assert path.stat().st_size <= 16_000
    assert "Open Government Licence v3.0" in outline["attribution"]
    assert "Contains OS data © Crown copyright and database right 2024" in outline["attribution"]
    assert outline["crs"] == "EPSG:27700"
    assert outline["path"].startswith("M")
    assert outline["path"].endswith("z")


def test_example_schools_lie_inside_the_picture_of_the_outline(details: rdflib.Graph) -> None:
    outline = json.loads((DATA / "boundaries" / "england-outline.json").read_text(encoding="utf-8"))
    left, top, width, height = (int(part) for part in outline["viewBox"].split())
    for school in details.subjects(RDF.type, HG.School):
        x, y = (
            int(str(details.value(school, HG.easting))) / 100,
            -int(str(details.value(school, HG.northing))) / 100,
        )
        assert left < x < left + width
        assert top < y < top + height
