"""Grants by the 360Giving standard: JSON and the flat form give the same awards, and sums are those of the file."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hubgraph.errors import HubgraphError
from hubgraph.resources import content

WOLFSON = content().parent / "shared" / "data" / "england" / "grants" / "wolfson-360giving.json"
MapFiles = Callable[..., Any]
GRANT = {
    "id": "360G-fund-1",
    "title": "Books",
    "currency": "GBP",
    "amountAwarded": 40000.0,
    "awardDate": "05/06/2014",
    "plannedDates": [{"startDate": "2014-07-01T00:00:00Z", "endDate": "2015-06-30"}],
    "recipientOrganization": [{"id": "360G-fund:org-7", "name": "Hartsmead Example School"}],
    "fundingOrganization": [{"id": "GB-CHC-1234567", "name": "Example Fund"}],
    "grantProgramme": [{"code": "E"}],
    "Open Call?": "YES",
    "description": "A text that is not read",
}


def save(folder: Path, *grants: object, name: str = "grants.json", root: str = "grants") -> Path:
    path = folder / name
    path.write_text(json.dumps({"license": "x", root: list(grants)}), encoding="utf-8")
    return path


def test_a_grant_of_json_becomes_an_award_and_its_organisations_bodies(
    tmp_path: Path, map_files: MapFiles
) -> None:
    done = map_files(save(tmp_path, GRANT))
    award = "<id/award/360G-fund-1>"
    assert {
        f'{award} <w3:2000/01/rdf-schema#label> "Books"',
        f"{award} <ns#recipient> <id/organisation/360G-fund%3Aorg-7>",
        f"{award} <ns#funder> <id/organisation/charity-1234567>",
        f'{award} <ns#amountAwarded> "40000"^^<w3:2001/XMLSchema#decimal>',
        f'{award} <ns#awardDate> "2014-06-05"^^<w3:2001/XMLSchema#date>',
        f'{award} <https://schema.org/startDate> "2014-07-01"^^<w3:2001/XMLSchema#date>',
        '<id/organisation/360G-fund%3Aorg-7> <w3:2000/01/rdf-schema#label> "Hartsmead Example School"',
        '<id/organisation/charity-1234567> <w3:2000/01/rdf-schema#label> "Example Fund"',
    } <= done.triples
    assert not any("not read" in line or "YES" in line for line in done.triples)
    assert [(issue.row, issue.column, issue.action) for issue in done.issues] == [
        (2, "Grant Programme:Code", "repaired")
    ]


def test_the_flat_form_gives_the_same_triples(tmp_path: Path, map_files: MapFiles) -> None:
    flat = tmp_path / "grants.csv"
    flat.write_text(
        "Identifier,Title,Description,Currency,Amount Awarded,Award Date,Planned Dates:Start Date,Planned Dates:End Date,"
        "Recipient Org:Identifier,Recipient Org:Name,Funding Org:Identifier,Funding Org:Name,Grant Programme:Code\n"
        '360G-fund-1,Books,Text,GBP,"40,000",2014-06-05,01/07/2014,2015-06-30,360G-fund:org-7,Hartsmead Example School,'
        "GB-CHC-1234567,Example Fund,E\n"
    )
    assert map_files(flat).triples == map_files(save(tmp_path, GRANT)).triples


@pytest.mark.parametrize(
    ("identifier", "record"),
    [
        ("GB-EDU-100000", "school/100000"),
        ("GB-COH-01234567", "trust/12"),
        ("GB-COH-1234567", "trust/12"),
        ("GB-UKPRN-10012345", "trust/12"),
        ("GB-CHC-7654321", "organisation/charity-7654321"),
        ("urn:100001", "school/100001"),
        ("US-EIN-12-345", "organisation/US-EIN-12-345"),
    ],
)
def test_a_recipient_is_the_school_or_group_that_its_identifier_denotes(
    tmp_path: Path, map_files: MapFiles, identifier: str, record: str
) -> None:
    (tmp_path / "groups.csv").write_text(
        "Group UID,Group Name,Group Type (code),Group Status (code),Companies House Number,UKPRN\n12,Trust,6,OPEN,01234567,10012345\n"
    )
    save(tmp_path, {**GRANT, "recipientOrganization": [{"id": identifier, "name": "Name in the grant"}]})
    done = map_files(tmp_path)
    assert f"<id/award/360G-fund-1> <ns#recipient> <id/{record}>" in done.triples
    named = any("Name in the grant" in line for line in done.triples)
    assert named is record.startswith("organisation")


@pytest.mark.parametrize(
    ("change", "column", "said"),
    [
        ({"amountAwarded": "lots"}, "Amount Awarded", "not a number"),
        ({"awardDate": "June"}, "Award Date", "not a date that exists"),
        ({"awardDate": None}, "Award Date", "is empty"),
        ({"currency": "£"}, "Currency", "form of this column"),
        ({"recipientOrganization": []}, "Recipient Org:Identifier", "is empty"),
        (
            {"recipientOrganization": [{"id": "a"}, {"id": "b"}]},
            "recipientOrganization/0/id",
            "has 2 entries",
        ),
        ({"title": {"en": "Books"}}, "title", "not a single value"),
    ],
)
def test_a_bad_grant_is_refused_with_its_row_and_column(
    tmp_path: Path, map_files: MapFiles, change: dict[str, object], column: str, said: str
) -> None:
    done = map_files(save(tmp_path, {**GRANT, "id": "360G-fund-0"}, {**GRANT, **change}))
    wrong = [issue for issue in done.issues if issue.action == "refused"]
    assert [(issue.row, issue.column) for issue in wrong] == [(3, column)]
    assert said in wrong[0].reason
    assert wrong[0].fix
    assert not any("360G-fund-1>" in line for line in done.triples)


def test_a_grant_that_is_there_twice_counts_once(tmp_path: Path, map_files: MapFiles) -> None:
    done = map_files(save(tmp_path, GRANT, {**GRANT, "amountAwarded": 1}))
    assert [(issue.row, issue.column) for issue in done.issues if issue.action == "refused"] == [
        (3, "Identifier")
    ]
    assert sum("amountAwarded" in line for line in done.triples) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"grants": {"id": 1}}', "no list 'grants'"),
        ('{"grants": [7]}', "entry 1 of 'grants'"),
        ('{"grants": [', "not valid JSON"),
        ('{"people": []}', "JSON of a kind that hubgraph does not read"),
    ],
)
def test_json_of_another_shape_is_refused_in_a_sentence(
    tmp_path: Path, map_files: MapFiles, text: str, said: str
) -> None:
    path = tmp_path / "grants.json"
    path.write_text(text)
    with pytest.raises(HubgraphError, match=said):
        map_files(path)


def test_two_publishers_in_one_folder_are_two_sources(tmp_path: Path, map_files: MapFiles) -> None:
    save(tmp_path, GRANT, name="fund-2016.json")
    save(tmp_path, {**GRANT, "id": "360G-other-1"}, name="other-2020.json")
    assert len(map_files(tmp_path).keys) == 2


@pytest.mark.england
@pytest.mark.skipif(not WOLFSON.is_file(), reason="the England-wide files are not beside the checkout")
def test_the_sum_of_a_published_file_is_its_own(map_files: MapFiles) -> None:
    grants = json.loads(WOLFSON.read_text(encoding="utf-8"), parse_float=Decimal)["grants"]
    done = map_files(WOLFSON)
    amounts = [Decimal(line.split('"')[1]) for line in done.triples if " <ns#amountAwarded> " in line]
    assert len(amounts) == len(grants) == 379
    assert sum(amounts) == sum(Decimal(grant["amountAwarded"]) for grant in grants)
    assert not [issue for issue in done.issues if issue.action == "refused"]
