"""Governance rows become appointments of person records, and organisations in their columns are no people."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hubgraph.ingest.making import make_columns
from hubgraph.ingest.mapping import Made

HEADER = (
    "GID,URN,UID,Companies House Number,Role,Title,Forename 1,Forename 2,Surname,Date of appointment,"
    "Date term of office ends/ended,Appointing body,Original signatory member,Original chair of trustees\n"
)
XSD = "^^<w3:2001/XMLSchema#"
MapFiles = Callable[..., Any]


def write(folder: Path, name: str, *rows: str, header: str = HEADER) -> Path:
    path = folder / name
    path.write_bytes((header + "".join(f"{row}\r\n" for row in rows)).encode("cp1252"))
    return path


def test_a_row_is_an_appointment_with_its_role_body_flags_and_period(
    tmp_path: Path, map_files: MapFiles
) -> None:
    row = "11,,2044.0,07557886,Chair of Trustees,Mr,Alban,Quill,O\u2019Example,01/09/2020,31/08/2024,Appointed by GB/board,Yes,No"
    done = map_files(write(tmp_path, "governancematdata20260130.csv", row))
    assert [(issue.column, issue.action) for issue in done.issues] == [("UID", "repaired")]
    me = "<id/appointment/11>"
    assert {
        f'{me} <w3:2000/01/rdf-schema#label> "Alban Quill O\u2019Example, Chair of Trustees"',
        f'{me} <ns#gid> "11"',
        f"{me} <w3:ns/org#member> <id/appointment/11#person>",
        f"{me} <w3:ns/org#organization> <id/trust/2044>",
        f"{me} <w3:ns/org#role> <code/governance-role/3>",
        f'{me} <https://schema.org/startDate> "2020-09-01"{XSD}date>',
        f'{me} <https://schema.org/endDate> "2024-08-31"{XSD}date>',
        f"{me} <ns#endKnowledge> <code/end-knowledge/known>",
        f"{me} <ns#appointedBy> <code/appointing-body/1>",
        f'{me} <ns#originalSignatory> "true"{XSD}boolean>',
        f'{me} <ns#originalChair> "false"{XSD}boolean>',
        '<id/appointment/11#person> <http://xmlns.com/foaf/0.1/name> "Alban Quill O\u2019Example"',
    } <= done.triples


@pytest.mark.parametrize(
    ("numbers", "organisation"),
    [
        (",5143,07557886", "<id/trust/5143>"),
        ("100000,,", "<id/school/100000>"),
        (",,7557886", "<id/organisation/coh-07557886>"),
    ],
)
def test_the_organisation_is_the_group_else_the_school_else_the_company(
    tmp_path: Path, map_files: MapFiles, numbers: str, organisation: str
) -> None:
    done = map_files(write(tmp_path, "g.csv", f"1,{numbers},4,Ms,Ann,,Example,01/09/2020,,,,"))
    assert f"<id/appointment/1> <w3:ns/org#organization> {organisation}" in done.triples
    assert "<id/appointment/1> <w3:ns/org#role> <code/governance-role/4>" in done.triples
    assert "<id/appointment/1> <ns#endKnowledge> <code/end-knowledge/open>" in done.triples


def test_a_federation_and_a_companys_trust_are_found_in_the_groups(
    tmp_path: Path, map_files: MapFiles
) -> None:
    groups = "Group UID,Group Name,Group Type (code),Group Status (code),Companies House Number\n7,Fed,1,OPEN,\n8,Trust,6,OPEN,7557886\n"
    done = map_files(
        write(tmp_path, "x-groups.csv", header=groups),
        write(
            tmp_path,
            "a-governance.csv",
            "1,,7,,2,Ms,Ann,,Example,01/09/2020,,,,",
            "2,,,07557886,4,Ms,Ann,,Example,01/09/2020,,,,",
        ),
    )
    assert {
        "<id/appointment/1> <w3:ns/org#organization> <id/group/7>",
        "<id/appointment/2> <w3:ns/org#organization> <id/trust/8>",
    } <= done.triples


def test_an_organisation_in_the_columns_of_a_person_is_the_member_itself(
    tmp_path: Path, map_files: MapFiles
) -> None:
    rows = [
        "1,,9,,Member,,,,Diocese of Fennmouth,01/09/2020,,,,",
        "2,,9,,Member,,The Fennmouth,Learning,Trust,01/09/2020,,,,",
        "3,,9,,Member - Organisation,Mr,Ann,,Example,01/09/2020,,,,",
        "4,,9,,Member,Ms,Ann,,Council,01/09/2020,,,,",
    ]
    done = map_files(write(tmp_path, "g.csv", *rows))
    member = {line.split()[2] for line in done.triples if "<w3:ns/org#member>" in line}
    assert member == {
        "<id/organisation/name-diocese-of-fennmouth>",
        "<id/organisation/name-the-fennmouth-learning-trust>",
        "<id/organisation/name-mr-ann-example>",
        "<id/appointment/4#person>",
    }
    assert sum("ns#PersonRecord" in line for line in done.triples) == 1
    assert (
        '<id/organisation/name-diocese-of-fennmouth> <w3:2000/01/rdf-schema#label> "Diocese of Fennmouth"'
        in done.triples
    )
    assert done.files["g.csv"].notes == (
        "g.csv: 3 rows name an organisation in the columns of a person; it is the member itself, and no person is made of it.",
    )
    assert done.issues == []


@pytest.mark.parametrize(
    ("title", "forename", "surname", "found"),
    [
        ("", "", "Fennmouth", True),
        ("", "Hartsmead", "Limited", True),
        ("Mr", "Fennmouth Harbour", "Ltd", True),
        ("", "Hartsmead Example", "LLP", True),
        ("", "Fennmouth", "Academy", True),
        ("Ms", "Ann", "Trust", False),
        ("", "Ann", "Church", False),
        ("Dr", "Ann", "Boardman", False),
        ("Mrs", "Ann", "Scholes-Counsel", False),
    ],
)
def test_the_words_of_a_name_tell_organisations_from_people(
    title: str, forename: str, surname: str, *, found: bool
) -> None:
    frame = pl.DataFrame(
        {"t": [title or None], "f": [forename or None], "s": [surname]},
        schema=dict.fromkeys("tfs", pl.String),
    )
    made = Made(
        "(organisation)", ("t", "f", "s"), organisation=True, title="t", forenames=("f",), surname="s"
    )
    assert (make_columns(frame, [made])["(organisation)"][0] is not None) is found


def test_three_files_of_one_layout_are_three_sources_and_one_gid_counts_once(
    tmp_path: Path, map_files: MapFiles
) -> None:
    row = "1,100000,,,9,Ms,Ann,,Example,01/09/2020,,,,"
    done = map_files(
        write(tmp_path, "governanceacaddata20260130.csv", row),
        write(tmp_path, "governancelamaintaineddata20260130.csv", row.replace("1,100000", "2,100001")),
        write(tmp_path, "governancematdata20260130.csv", row),
    )
    assert done.keys == (
        "gias-governance-governanceacaddata",
        "gias-governance-governancelamaintaineddata",
        "gias-governance-governancematdata",
    )
    assert [(issue.file, issue.row, issue.value) for issue in done.issues] == [
        ("governancematdata20260130.csv", 2, "1")
    ]


def test_bad_governance_rows_are_refused_and_unknown_codes_are_kept(
    tmp_path: Path, map_files: MapFiles
) -> None:
    rows = [
        "1,,9,,4,Ms,Ann,,Example,31/02/2020,,,,",
        "2,,9,,4,Ms,Ann,,Example,01/09/2020,31/08/2020,,,",
        "3,,,,4,Ms,Ann,,Example,01/09/2020,,,,",
        "4,,9,,4,Ms,Ann,,,01/09/2020,,,,",
        "5,,9,,,Ms,Ann,,Example,01/09/2020,,,,",
        "x,,9,,4,Ms,Ann,,Example,01/09/2020,,,,",
        "6,,9,,Harbour master,Ms,Ann,,Example,01/09/2020,,Appointed by the tide,,",
        "6,,9,,4,Ms,Ann,,Example,01/09/2020,,,,",
    ]
    done = map_files(write(tmp_path, "g.csv", *rows))
    assert [(issue.row, issue.column, issue.action) for issue in done.issues] == [
        (2, "Date of appointment", "refused"),
        (3, "Date term of office ends/ended", "refused"),
        (4, "UID", "refused"),
        (5, "Surname", "refused"),
        (6, "Role", "refused"),
        (7, "GID", "refused"),
        (8, "Appointing body", "repaired"),
        (8, "Role", "repaired"),
        (9, "GID", "refused"),
    ]
    assert "<id/appointment/6> <w3:ns/org#role> <code/governance-role/harbour-master>" in done.triples


def test_a_declaration_may_name_the_gid_of_a_governance_row(tmp_path: Path, map_files: MapFiles) -> None:
    write(tmp_path, "governance.csv", "55,100000,,,9,Ms,Ann,,Example,01/09/2020,,,,")
    (tmp_path / "declarations.csv").write_text(
        "id,appointment,declared_to\nd,gid:55,urn:100000\ne,gid:56,urn:100000\n"
    )
    done = map_files(tmp_path)
    assert "<id/declaration/d> <ns#declaredIn> <id/appointment/55>" in done.triples
    assert [(issue.row, issue.value) for issue in done.issues] == [(3, "gid:56")]


def test_contact_columns_leave_no_trace(tmp_path: Path, map_files: MapFiles) -> None:
    extra = HEADER.strip() + ",Telephone,Direct email address,Postcode,Date of birth,Nationality\n"
    schools = (
        "URN,EstablishmentName,EstablishmentStatus (code),TypeOfEstablishment (code),PhaseOfEducation (code),LA (code),"
        "TelephoneNum,MainEmail,HeadEmail,HeadTitle (name),HeadFirstName,HeadLastName,HeadPreferredJobTitle\n"
        "100000,School,1,1,2,202,02079460000,office@secret.example,head@secret.example,Ms,Ann,Example,Principal\n"
    )
    (tmp_path / "edubasealldata.csv").write_text(schools)
    row = "1,100000,,,9,Ms,Ann,,Example,01/09/2020,,,,,02079460000,ann@secret.example,ZZ1 1ZZ,01/01/1970,Utopian"
    write(tmp_path, "governance.csv", row, header=extra)
    done = map_files(tmp_path)
    text = "\n".join([*done.triples, *(str(issue) for issue in done.issues)])
    assert "Ann Example" in text
    for trace in ("secret", "0207946", "ZZ1", "1970", "Utopian"):
        assert trace not in text


def test_the_head_of_a_school_holds_a_headteachers_appointment(tmp_path: Path, map_files: MapFiles) -> None:
    (tmp_path / "edubasealldata.csv").write_text(
        "URN,EstablishmentName,EstablishmentStatus (code),TypeOfEstablishment (code),PhaseOfEducation (code),LA (code),CloseDate,"
        "HeadTitle (name),HeadFirstName,HeadLastName,HeadPreferredJobTitle\n"
        "100000,School,1,1,2,202,,Ms,Ann,Example,Principal\n100001,Closed,2,1,2,202,31-08-2020,,Ben,Sample,\n100002,None,1,1,2,202,,,,,\n"
    )
    done = map_files(tmp_path)
    heads = "<id/appointment/urn-10000"
    assert {
        f'{heads}0-head> <w3:2000/01/rdf-schema#label> "Ann Example, Principal"',
        f"{heads}0-head> <w3:ns/org#member> {heads}0-head#person>",
        f"{heads}0-head> <w3:ns/org#organization> <id/school/100000>",
        f"{heads}0-head> <w3:ns/org#role> <code/governance-role/headteacher>",
        f"{heads}0-head> <ns#endKnowledge> <code/end-knowledge/open>",
        f'{heads}1-head> <https://schema.org/endDate> "2020-08-31"{XSD}date>',
        f"{heads}1-head> <ns#endKnowledge> <code/end-knowledge/inferred>",
        f'{heads}1-head#person> <http://xmlns.com/foaf/0.1/name> "Ben Sample"',
    } <= done.triples
    assert not any("100002-head" in line for line in done.triples)
