"""A fictional England has the layouts of the official files, numbers that nobody has, and the same bytes each time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hubgraph.errors import InputError
from hubgraph.ingest.mapping import read_mappings
from hubgraph.ingest.recognise import Recognised, recognise
from hubgraph.resources import content
from hubgraph.synth.build import synthesise
from hubgraph.synth.model import SynthOptions
from synth_files import Files, rows_of

GOVERNANCE = (
    "GID,URN,UID,Companies House Number,Role,Title,Forename 1,Forename 2,Surname,Date of appointment,"
    "Date term of office ends/ended,Appointing body,Original signatory member,Original chair of trustees"
)
HEADERS = {
    "appointments": "id,title,forename_1,forename_2,surname,organisation,role,start_date,end_date,appointed_by,person,source",
    "awards": "Identifier,Title,Currency,Amount Awarded,Award Date,Planned Dates:Start Date,Planned Dates:End Date,Recipient Org:Identifier,"
    "Recipient Org:Name,Funding Org:Identifier,Funding Org:Name,Grant Programme:Code,hub,regrant_of",
    "transactions": "id,payer,payee,amount,currency,date,purpose,at_cost,source",
    "declarations": "id,appointment,declared_to,interest_in,interest_type,start_date,end_date,declared_on,nil_return,close_family,share,source",
    "mitigations": "id,declaration,finding,kind,date,note,source",
    "evaluations": "id,programme,evaluator,commissioned_by,status,independence,published_on,url,source",
}
RECOGNISED = {
    "edubasealldata20260901": "gias-establishments",
    "allgroupsdata20260901": "gias-groups",
    "alllinksdata20260901": "gias-group-links",
    "links_edubasealldata20260901": "gias-establishment-links",
    "idaci2019_fictional": "idaci-2019",
    **{
        name: f"template-{name}"
        for name in ("sources", "organisations", "programmes", "hubs", "participations")
    },
}


@pytest.fixture(scope="module")
def near(tmp_path_factory: pytest.TempPathFactory) -> Files:
    out = tmp_path_factory.mktemp("synth") / "near"
    synthesise(out, SynthOptions(schools=600, seed=3))
    return Files(out)


def _header(path: Path) -> str:
    return path.read_bytes().split(b"\n", 1)[0].decode("cp1252").strip().replace('"', "")


def test_equal_options_give_equal_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from hubgraph.synth.build import synthesise; from hubgraph.synth.model import SynthOptions;"
        "synthesise(pathlib.Path(sys.argv[1]), SynthOptions(schools=250, seed=5))"
    )
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / seed)],
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    one, other = (
        {path.name: path.read_bytes() for path in (tmp_path / seed).iterdir()} for seed in ("1", "2")
    )
    assert len(one) == 20
    assert one == other
    synthesise(tmp_path / "3", SynthOptions(schools=250, seed=6))
    assert (tmp_path / "3" / "truth.json").read_bytes() != one["truth.json"]


@pytest.mark.parametrize("name", RECOGNISED)
def test_files_are_recognised_by_their_mapping(near: Files, name: str) -> None:
    found = recognise(near.folder / f"{name}.csv", read_mappings(content("data", "mappings")))
    assert isinstance(found, Recognised)
    assert found.mapping is not None
    assert found.mapping.source.key == RECOGNISED[name]


@pytest.mark.parametrize("name", HEADERS)
def test_templates_have_their_columns(near: Files, name: str) -> None:
    assert _header(near.folder / f"{name}.csv") == HEADERS[name]
    assert rows_of(near.folder, name)


@pytest.mark.parametrize("name", ["governancematdata", "governanceacaddata", "governanceladata"])
def test_governance_files_have_fourteen_quoted_columns_and_say_where_a_role_is_held(
    near: Files, name: str
) -> None:
    path = near.folder / f"{name}20260901.csv"
    assert _header(path) == GOVERNANCE
    data = path.read_bytes()
    assert data.count(b"\r\n") == data.count(b"\n")
    assert data.startswith(b'"GID",')
    rows = rows_of(near.folder, name)
    assert len({row["GID"] for row in rows}) == len(rows)
    assert all(bool(row["URN"]) != bool(row["UID"]) for row in rows)
    assert {row["Role"] for row in rows} >= {
        "governancematdata": {"Member", "Trustee", "Accounting Officer", "Shared Chair of Local Governing Body - Group"},
        "governanceacaddata": {"Local Governor", "Member", "Trustee", "Shared Chair of Local Governing Body - Establishment"},
        "governanceladata": {"Chair of Governors", "Governor"},
    }[name]  # fmt: skip


def test_establishments_have_the_official_columns_in_windows_1252(near: Files) -> None:
    path = near.folder / "edubasealldata20260901.csv"
    header = _header(path).split(",")
    assert len(header) == 139
    assert header[0] == "URN"
    assert header[-1] == "LSOA (code)"
    assert b"\x92" in path.read_bytes()
    rows = rows_of(near.folder, "edubasealldata")
    assert len(rows) == 600
    assert {row["EstablishmentStatus (code)"] for row in rows} == {"1", "2"}
    assert {row["GOR (code)"] for row in rows} == set("ABDEFGHJK")
    assert all(
        90_000 <= int(row["Easting"]) <= 655_000 and 10_000 <= int(row["Northing"]) <= 656_000 for row in rows
    )


def test_numbers_are_beyond_those_that_registers_have_issued(near: Files) -> None:
    schools, groups = rows_of(near.folder, "edubasealldata"), rows_of(near.folder, "allgroupsdata")
    assert min(int(row["URN"]) for row in schools) == 900_100
    assert all(
        500 <= int(row["LA (code)"]) < 660 and row["LA (name)"].endswith("(fictional)") for row in schools
    )
    assert min(int(row["Group UID"]) for row in groups) == 900_001
    assert all(row["Companies House Number"][:1] in {"", "9"} for row in groups)
    assert min(int(held.key) for held in near.held if held.key.isdigit()) == 9_000_001
    assert {row["companies_house_number"][:1] for row in rows_of(near.folder, "organisations")} == {"", "9"}


def test_titles_say_that_the_data_are_fictional(near: Files) -> None:
    assert "Fictional" in rows_of(near.folder, "sources")[0]["title"]
    for table, column in (("programmes", "name"), ("hubs", "name"), ("awards", "Title")):
        assert all("(fictional)" in row[column] for row in rows_of(near.folder, table))
    named = [row["name"] for row in rows_of(near.folder, "organisations")]
    assert all("ictional" in name for name in named)


def test_references_lead_somewhere(near: Files) -> None:
    known = {f"urn:{row['URN']}" for row in rows_of(near.folder, "edubasealldata")}
    known |= {f"uid:{row['Group UID']}" for row in rows_of(near.folder, "allgroupsdata")}
    for table in ("organisations", "programmes", "hubs"):
        known |= {row["id"] for row in rows_of(near.folder, table)}
    used = {row[column] for table, columns in (
        ("participations", ("activity", "organisation")), ("appointments", ("organisation",)), ("transactions", ("payer", "payee")),
        ("declarations", ("declared_to",)), ("hubs", ("programme",)), ("programmes", ("funder", "coordinator")),
    ) for row in rows_of(near.folder, table) for column in columns}  # fmt: skip
    assert used - known == set()
    held = {held.key for held in near.held}
    assert {row["appointment"].removeprefix("gid:") for row in rows_of(near.folder, "declarations")} <= held
    declarations = {row["id"] for row in rows_of(near.folder, "declarations")}
    assert {row["declaration"] for row in rows_of(near.folder, "mitigations")} <= declarations


def test_far_moves_lead_further_than_near_ones(near: Files, tmp_path: Path) -> None:
    synthesise(tmp_path / "far", SynthOptions(schools=600, seed=3, moves="far"))
    far = Files(tmp_path / "far")
    assert (near.folder / "edubasealldata20260901.csv").read_text("cp1252").splitlines()[0] == _header(
        tmp_path / "far" / "edubasealldata20260901.csv"
    )
    assert _same_body(near) > 1.2 * _same_body(far)


def _same_body(files: Files) -> float:
    """Return the share of people with two or more governance roles who hold them all in one body."""
    bodies: dict[str, list[str]] = {}
    for held in files.held:
        if held.key.isdigit():
            bodies.setdefault(held.person, []).append(held.body)
    several = [found for found in bodies.values() if len(found) > 1]
    return sum(len(set(found)) == 1 for found in several) / len(several)


def test_people_can_be_laid_over_given_schools(near: Files, tmp_path: Path) -> None:
    made = synthesise(tmp_path / "over", SynthOptions(schools=0, seed=1, over=near.folder))
    names = {path.name for path in (tmp_path / "over").iterdir()}
    assert "edubasealldata20260901.csv" not in names
    given = {row["URN"] for row in rows_of(near.folder, "edubasealldata")}
    trusts = {row["Group UID"] for row in rows_of(near.folder, "allgroupsdata")}
    rows = [
        row
        for name in ("governancemat", "governanceacad", "governancela")
        for row in rows_of(tmp_path / "over", name)
    ]
    assert {row["URN"] for row in rows} - {""} <= given
    assert {row["UID"] for row in rows} - {""} <= trusts
    assert len(rows) > 5_000
    assert made.unplanted == ()


def test_given_files_without_groups_are_refused_by_name(near: Files, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    (given / "edubasealldata20260901.csv").write_bytes(
        (near.folder / "edubasealldata20260901.csv").read_bytes()
    )
    with pytest.raises(InputError, match="lacks the register's groups and schools in groups"):
        synthesise(tmp_path / "over", SynthOptions(schools=0, seed=1, over=given))
    assert not (tmp_path / "over").exists()


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine")
    with pytest.raises(InputError, match="not an empty folder"):
        synthesise(tmp_path, SynthOptions(schools=300, seed=1))
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (SynthOptions(schools=249, seed=1), "249 schools cannot be made; ask for 250 to 99,000"),
        (SynthOptions(schools=99_001, seed=1), "99,001 schools cannot be made"),
        (SynthOptions(schools=300, seed=-1), "seed -1 is negative"),
        (SynthOptions(schools=300, seed=1, moves="sideways"), "choose one of near, far"),
    ],
)
def test_options_that_cannot_be_are_refused_in_a_sentence(
    tmp_path: Path, options: SynthOptions, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        synthesise(tmp_path / "out", options)
    assert not (tmp_path / "out").exists()
