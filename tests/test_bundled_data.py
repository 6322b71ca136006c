"""The bundled facts, example borough and templates agree with the documented tables and with themselves."""

import csv
import json
from collections.abc import Mapping
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
    "sources": "id title publisher url published retrieved licence register_of",
    "organisations": "id name kind urn uid ukprn companies_house_number charity_number homepage start_date end_date source",
    "programmes": "id name subject funder coordinator start_date end_date replaces phases keep_share_max source",
    "projects": "id name programme lead start_date end_date source",
    "hubs": "id name programme area start_date end_date source",
    "participations": "activity organisation part start_date end_date source",
    "appointments": "id title forename_1 forename_2 surname organisation role start_date end_date appointed_by person source",
    "transactions": "id payer payee amount currency date purpose at_cost source",
    "declarations": "id appointment declared_to interest_in interest_type start_date end_date declared_on nil_return close_family share source",
    "mitigations": "id declaration finding kind date note source",
    "evaluations": "id programme evaluator commissioned_by status independence published_on url source",
    "figures": "id about measure value unit qualifier period_start period_end source",
    "publications": "id title about kind published_on url source",
    "events": "id name host participants date source",
    "supports": "id broker provider receiver start_date end_date source",
}
AWARDS: Final = (
    "Identifier,Title,Currency,Amount Awarded,Award Date,Planned Dates:Start Date,Planned Dates:End Date,"
    "Recipient Org:Identifier,Recipient Org:Name,Funding Org:Identifier,Funding Org:Name,Grant Programme:Code,hub,regrant_of"
)
TEMPLATES: Final = frozenset([*COLUMNS, "awards"])
REQUIRED: Final = {
    "sources": ("id", "title"),
    "organisations": ("id", "name", "kind"),
    "programmes": ("id", "name"),
    "projects": ("id", "name", "programme"),
    "hubs": ("id", "name", "programme"),
    "participations": ("activity", "organisation", "part"),
    "appointments": ("id", "forename_1", "surname", "organisation", "role"),
    "awards": (
        "Identifier",
        "Currency",
        "Amount Awarded",
        "Award Date",
        "Recipient Org:Identifier",
        "Funding Org:Identifier",
    ),
    "transactions": ("id", "payer", "payee", "amount", "date"),
    "declarations": ("id", "appointment", "declared_to"),
    "mitigations": ("id", "kind"),
    "evaluations": ("id", "programme", "status"),
    "figures": ("id", "about", "measure", "value"),
    "publications": ("id", "title", "about"),
    "events": ("id", "name"),
    "supports": ("id", "provider", "receiver"),
}
DATES: Final = (
    "start_date", "end_date", "published", "retrieved", "date", "declared_on", "published_on", "period_start",
    "period_end", "Award Date", "Planned Dates:Start Date", "Planned Dates:End Date",
)  # fmt: skip
PERIODS: Final = (
    ("start_date", "end_date"),
    ("period_start", "period_end"),
    ("Planned Dates:Start Date", "Planned Dates:End Date"),
)
# Column → tables whose ids it may hold; organisations, schools and trusts are always there under "agents".
REFERENCES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "appointments": {"organisation": ("agents", "hubs", "programmes")},
    "transactions": {"payer": ("agents",), "payee": ("agents",)},
    "declarations": {
        "appointment": ("appointments",),
        "declared_to": ("agents", "hubs"),
        "interest_in": ("agents", "hubs"),
    },
    "mitigations": {"declaration": ("declarations",)},
    "evaluations": {"programme": ("programmes",), "evaluator": ("agents",), "commissioned_by": ("agents",)},
    "figures": {"about": ("agents", "hubs", "programmes")},
    "publications": {"about": ("hubs", "programmes", "projects")},
    "events": {"host": ("agents", "hubs"), "participants": ("agents", "hubs")},
    "supports": {"broker": ("agents",), "provider": ("agents",), "receiver": ("agents",)},
    "awards": {
        "Recipient Org:Identifier": ("agents",),
        "Funding Org:Identifier": ("agents",),
        "Grant Programme:Code": ("programmes",),
        "hub": ("hubs",),
        "regrant_of": ("awards",),
    },
}
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
    return {row.get("id") or row["Identifier"] for name in names for row in _table(folder, name)}


def _agents(folder: str) -> set[str]:
    numbers = {
        f"{scheme}:{row[scheme]}"
        for row in _table(folder, "organisations")
        for scheme in ("urn", "uid")
        if row[scheme]
    }
    return _ids(folder, "organisations") | numbers | ({"la:999"} if folder == "example" else set())


def _name(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


@pytest.fixture(scope="module")
def details() -> rdflib.Graph:
    return rdflib.Graph().parse(DATA / "example" / "school-details.ttl", format="turtle")


@pytest.mark.parametrize("path", TABLES, ids=_name)
def test_header_is_the_documented_one(path: Path) -> None:
    header = path.read_text(encoding="utf-8").split("\n", 1)[0]
    assert header == (AWARDS if path.stem == "awards" else COLUMNS[path.stem].replace(" ", ","))


@pytest.mark.parametrize("path", TABLES, ids=_name)
def test_rows_are_whole_and_required_columns_are_filled(path: Path) -> None:
    for row in _rows(path):
        assert None not in row
        assert None not in row.values()
        assert all(row[column] for column in REQUIRED[path.stem]), row


@pytest.mark.parametrize("path", [path for path in TABLES if path.stem != "participations"], ids=_name)
def test_ids_are_unique(path: Path) -> None:
    ids = [row.get("id") or row["Identifier"] for row in _rows(path)]
    assert len(ids) == len(set(ids))


YEARS = ("published", "published_on")
"""Columns that take a year alone."""


@pytest.mark.parametrize("path", TABLES, ids=_name)
def test_dates_are_days_and_in_order(path: Path) -> None:
    for row in _rows(path):
        given = {column: row[column] for column in DATES if row.get(column)}
        days = {
            column: _day(text) for column, text in given.items() if not (column in YEARS and text.isdigit())
        }
        for first, last in PERIODS:
            if first in days and last in days:
                assert days[first] <= days[last], row


def _day(text: str) -> date:
    """The filled templates show both forms."""
    return date.fromisoformat("-".join(reversed(text.split("/"))))


@pytest.mark.parametrize("path", [path for path in TABLES if path.parent.name != "filled"], ids=_name)
def test_dates_of_facts_and_of_the_borough_are_iso(path: Path) -> None:
    assert not any("/" in row[column] for row in _rows(path) for column in DATES if row.get(column))


def test_every_template_has_an_empty_and_a_filled_copy() -> None:
    for folder in ("empty", "filled"):
        assert {path.stem for path in (DATA / "templates" / folder).glob("*.csv")} == TEMPLATES
    assert {path.stem for path in (DATA / "example").glob("*.csv")} == TEMPLATES
    assert not any(_rows(path) for path in (DATA / "templates" / "empty").glob("*.csv"))
    assert all(2 <= len(_rows(path)) <= 4 for path in (DATA / "templates" / "filled").glob("*.csv"))


@pytest.mark.parametrize("folder", FILLED)
def test_kinds_and_parts_come_from_the_closed_lists(folder: str) -> None:
    assert {row["kind"] for row in _table(folder, "organisations")} <= KINDS
    assert {row["part"] for row in _table(folder, "participations")} <= PARTS


@pytest.mark.parametrize("folder", FILLED)
def test_references_resolve_within_the_folder(folder: str) -> None:
    agents = _agents(folder)
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
@pytest.mark.parametrize("name", REFERENCES)
def test_people_money_and_evidence_refer_to_rows_of_the_folder(folder: str, name: str) -> None:
    for column, tables in REFERENCES[name].items():
        accepted = {"", *_ids(folder, *(table for table in tables if table != "agents"))}
        accepted |= _agents(folder) if "agents" in tables else set()
        given = {part for row in _table(folder, name) for part in row[column].split(";")}
        assert given <= accepted, column


@pytest.mark.parametrize("folder", FILLED)
def test_sources_resolve_and_all_are_used(folder: str) -> None:
    used = {row["source"] for name in COLUMNS if name != "sources" for row in _table(folder, name)} - {""}
    assert used - {"Annual letter of the hub"} == _ids(folder, "sources")


def test_facts_hold_the_fixed_programme_keys_and_claims_name_a_source() -> None:
    assert _ids("facts", "programmes") >= PROGRAMMES
    listed_only = {row["id"] for row in _table("facts", "programmes") if not row["source"]}
    assert listed_only == {"rise", "pp50", "itt"}
    for name in COLUMNS.keys() - {"sources", "programmes"}:
        assert all(row["source"] for row in _table("facts", name)), name


def test_facts_keep_claims_that_contradict_each_other_side_by_side() -> None:
    claims: dict[tuple[str, str, str], set[str]] = {}
    for row in _table("facts", "figures"):
        claims.setdefault((row["about"], row["measure"], row["period_start"]), set()).add(row["value"])
    assert {key[:2]: values for key, values in claims.items() if len(values) > 1} == {
        ("teaching-schools", "teaching-schools"): {"750", "745"},
        ("teaching-school-hubs", "start-year"): {"2020", "2021"},
    }


def test_facts_report_spending_as_figures_and_never_as_awards() -> None:
    spend = {
        row["about"]: int(row["value"]) for row in _table("facts", "figures") if row["measure"] == "spend"
    }
    assert spend == {
        "maths-hubs": 185_400_000,
        "english-hubs": 100_000_000,
        "behaviour-hubs": 9_000_000,
        "teaching-school-hubs": 60_000_000,
    }
    assert not _table("facts", "awards")


def test_of_thirteen_schemes_seven_have_no_independent_evaluation_published() -> None:
    rows = _table("facts", "evaluations")
    independent = {
        row["programme"]
        for row in rows
        if (row["status"], row["independence"]) == ("published", "independent")
    }
    by_funder = {row["programme"] for row in rows if row["independence"] == "by-funder"}
    assert (len({row["programme"] for row in rows}), len(independent), len(by_funder)) == (13, 4, 2)
    assert len({row["programme"] for row in rows} - independent - by_funder) == 7


@pytest.mark.parametrize("folder", ["example", "templates/filled"])
def test_fictional_data_touch_no_real_programme_school_or_trust(folder: str) -> None:
    assert not _ids(folder, "programmes") & _ids("facts", "programmes")
    assert all(key.startswith("example-") for key in _ids(folder, "programmes"))
    assert not _ids(folder, "organisations") & _ids("facts", "organisations")
    for row in _table(folder, "organisations"):
        assert not row["urn"] or 900_000 < int(row["urn"]) < 900_100
        assert not row["uid"] or int(row["uid"]) > 990_000


def test_every_fictional_row_names_the_fictional_source() -> None:
    fictional = {row["id"] for row in _table("example", "sources") if "ictional" in row["title"]}
    for name in COLUMNS:
        assert {row.get("source", "fictional-borough") for row in _table("example", name)} <= fictional
    assert "ictional" in _table("example", "sources")[0]["title"]


def test_example_appointments_lie_within_the_life_of_hub_and_school() -> None:
    hubs = {row["id"]: row for row in _table("example", "hubs")}
    for row in _table("example", "appointments"):
        hub = hubs.get(row["organisation"])
        if hub:
            assert row["start_date"] >= hub["start_date"], row
            assert (row["end_date"] or "9999") <= (hub["end_date"] or "9999"), row


def test_persons_with_one_key_have_one_name_and_several_roles() -> None:
    for folder in ("example", "templates/filled"):
        people: dict[str, list[tuple[str, ...]]] = {}
        for row in _table(folder, "appointments"):
            if row["person"]:
                name = tuple(row[column] for column in ("title", "forename_1", "forename_2", "surname"))
                people.setdefault(row["person"], []).append(name)
        assert people
        for key, names in people.items():
            assert len(names) > 1, key
            assert len(set(names)) == 1, key


def test_regrants_stay_within_the_award_that_they_pass_on() -> None:
    awards = {row["Identifier"]: row for row in _table("example", "awards")}
    passed: dict[str, int] = {}
    for row in awards.values():
        if row["regrant_of"]:
            passed[row["regrant_of"]] = passed.get(row["regrant_of"], 0) + int(row["Amount Awarded"])
    kept = {key: 1 - total / int(awards[key]["Amount Awarded"]) for key, total in passed.items()}
    assert {key: round(share, 2) for key, share in kept.items()} == {
        "360G-example-number-2021": 0.2,
        "360G-example-reading-2022": 0.04,
    }


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
        row[column].removeprefix("urn:")
        for row in _table("example", "supports")
        for column in ("provider", "receiver")
        if not row["end_date"]
    }
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
