"""What the register says of a school arrives: each column once, as a code, a number, a date or a name, and no UPRN."""

from pathlib import Path
from typing import Final

import pytest

from loading import reasons, run, values, write_files

ROW: Final = {
    "URN": "100001",
    "EstablishmentName": "Hartsmead School",
    "EstablishmentStatus (code)": "1",
    "TypeOfEstablishment (code)": "1",
    "PhaseOfEducation (code)": "4",
    "LA (code)": "940",
    "StatutoryLowAge": "11",
    "StatutoryHighAge": "18",
    "Gender (code)": "3",
    "ReligiousCharacter (code)": "2",
    "ReligiousCharacter (name)": "Church of England",
    "AdmissionsPolicy (code)": "2",
    "AdmissionsPolicy (name)": "Selective",
    "Boarders (code)": "1",
    "Boarders (name)": "No boarders",
    "NurseryProvision (name)": "No Nursery Classes",
    "OfficialSixthForm (code)": "1",
    "SpecialClasses (code)": "2",
    "SchoolCapacity": "1200",
    "NumberOfPupils": "1180",
    "PercentageFSM": "12.5",
    "SchoolWebsite": "https://example.org/",
    "LastChangedDate": "04-05-2021",
    "UrbanRural (code)": "E1",
    "UrbanRural (name)": "(England/Wales) Rural village",
    "ParliamentaryConstituency (name)": "Northfold",
    "AdministrativeWard (name)": "Millbrook",
    "MSOA (name)": "Northfold 001",
    "PreviousLA (code)": "928",
    "UPRN": "200000071925",
}
EXPECTED: Final = {
    "lowAge": "11", "highAge": "18", "gender": "gender/3", "religiousCharacter": "religious-character/2",
    "admissionsPolicy": "admissions-policy/selective", "boarding": "boarding/1", "hasNursery": "false",
    "hasSixthForm": "true", "hasSpecialClasses": "false", "capacity": "1200", "numberOfPupils": "1180",
    "percentageFSM": "12.5", "lastChanged": "2021-05-04", "urbanRural": "urban-rural/E1", "constituency": "Northfold",
    "ward": "Millbrook", "msoa": "Northfold 001", "previousAuthority": "local-authority/928",
}  # fmt: skip


def load(tmp_path: Path, **changed: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Load one row with changes; return property → value without its namespace, and column and reason of each issue."""
    row = {**ROW, **changed}
    text = (
        ",".join(f'"{name}"' for name in row) + "\n" + ",".join(f'"{value}"' for value in row.values()) + "\n"
    )
    folder = write_files(tmp_path / "in", edubasealldata20260130=text)
    summary = run(tmp_path / "store", folder)
    query = 'SELECT ?p ?o { ?s hg:urn "100001" ; ?p ?o }'
    said = {
        name.rpartition("#")[2].rpartition("/")[2]: value.removeprefix("https://w3id.org/hubgraph/code/")
        for name, value in values(tmp_path / "store", query)
    }
    return said, [(column, reason) for _, _, column, reason in reasons(summary)]


def test_each_column_arrives_and_no_uprn(tmp_path: Path) -> None:
    said, issues = load(tmp_path)
    assert {name: said.get(name) for name in EXPECTED} == EXPECTED
    assert said["homepage"] == "https://example.org/"
    assert "200000071925" not in said.values()
    assert issues == []


def test_names_alone_are_enough(tmp_path: Path) -> None:
    said, issues = load(
        tmp_path,
        **{
            "ReligiousCharacter (code)": "",
            "ReligiousCharacter (name)": "Christian",
            "UrbanRural (code)": "",
        },
    )
    assert (said["religiousCharacter"], said["urbanRural"]) == (
        "religious-character/christian",
        "urban-rural/E1",
    )
    assert issues == []


def test_codes_alone_are_enough(tmp_path: Path) -> None:
    said, _ = load(
        tmp_path, **{"ReligiousCharacter (name)": "", "UrbanRural (code)": "RSF1", "UrbanRural (name)": ""}
    )
    assert (said["religiousCharacter"], said["urbanRural"]) == ("religious-character/2", "urban-rural/RSF1")


def test_what_is_missing_by_convention_says_nothing(tmp_path: Path) -> None:
    said, issues = load(
        tmp_path,
        **{
            "UrbanRural (code)": "99", "AdmissionsPolicy (name)": "Not applicable", "Boarders (name)": "",
            "NurseryProvision (name)": "Not applicable", "OfficialSixthForm (code)": "0", "PreviousLA (code)": "999",
            "AdministrativeWard (name)": "", "LastChangedDate": "",
        },
    )  # fmt: skip
    gone = {
        "urbanRural",
        "admissionsPolicy",
        "boarding",
        "hasNursery",
        "hasSixthForm",
        "previousAuthority",
        "ward",
        "lastChanged",
    }
    assert gone & set(said) == set()
    assert issues == []


@pytest.mark.parametrize(
    "text",
    [
        "ftp://example.org/",
        "mailto:office@example.org",
        "office@example.org",
        "javascript:alert(1).x",
        "none",
    ],
)
def test_a_website_that_is_no_address_is_left_out_and_told(tmp_path: Path, text: str) -> None:
    said, issues = load(tmp_path, SchoolWebsite=text)
    assert "homepage" not in said
    assert [column for column, _ in issues] == ["SchoolWebsite"]


def test_a_policy_on_no_list_loads_with_a_warning(tmp_path: Path) -> None:
    said, issues = load(tmp_path, **{"AdmissionsPolicy (name)": "By lottery"})
    assert said["admissionsPolicy"] == "admissions-policy/by-lottery"
    assert issues[0][0] == "AdmissionsPolicy (name)"
