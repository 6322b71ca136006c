"""Files are recognised by what is in them, and the others are skipped with the reason."""

import csv
import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from hubgraph.errors import InputError
from hubgraph.ingest.mapping import read_mappings
from hubgraph.ingest.rdf_files import read_rdf
from hubgraph.ingest.recognise import (
    Recognised,
    Skipped,
    choose,
    data_date,
    date_in_name,
    name_without_date,
    recognise,
    walk,
)
from hubgraph.ingest.tables import decode, read_table
from hubgraph.resources import content

MAPPINGS = read_mappings(content("data", "mappings"))
ENGLAND = content().parent / "shared" / "data" / "england"


def key_of(name: str, header: str) -> str:
    found = choose(Path(name), header.split(","), MAPPINGS)
    return found.mapping.source.key if isinstance(found, Recognised) and found.mapping else "skipped"


@pytest.mark.parametrize(
    ("name", "header", "key"),
    [
        ("x.csv", "URN,Linked UID,Group Name,Joined date", "gias-group-links"),
        ("x.csv", "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate", "gias-establishment-links"),
        ("x.csv", "Group UID,Group Name,Group Type (code),Group Status (code)", "gias-groups"),
        ("x.csv", "URN,name_gias", "rise"),
        ("hubs.csv", "id,name,programme", "template-hubs"),
        ("projects.csv", "id,name,programme", "template-projects"),
        ("my projects.csv", "id,name,programme", "template-projects"),
        ("x.csv", "id,name,programme", "skipped"),
        ("x.csv", "id,name,programme,area", "template-hubs"),
        ("programmes.csv", "id,name", "template-programmes"),
        ("x.csv", "id,name,kind", "template-organisations"),
        ("publications.csv", "id,title,about,kind", "template-publications"),
        ("events.csv", "id,name,host,participants", "template-events"),
        ("x.csv", "id,name,host,participants", "template-events"),
        ("appointments.csv", "id,title,forename_1,surname,organisation,role", "template-appointments"),
        ("evaluations.csv", "id,programme,status", "template-evaluations"),
        ("mitigations.csv", "id,finding,kind", "template-mitigations"),
        ("mitigations.csv", "id,note,kind", "skipped"),
        ("publications.csv", "id,title,kind", "skipped"),
        ("x.csv", "GID,URN,UID,Role,Surname,Date of appointment", "gias-governance"),
        (
            "x.csv",
            "Identifier,Currency,Amount Awarded,Award Date,Recipient Org:Identifier,Funding Org:Identifier",
            "template-awards",
        ),
        ("teaching-school-hubs.csv", "area,hub_name,lead_school_urn", "teaching-school-hubs"),
        ("hubs.csv", "id,name,programme,status,lead", "template-hubs"),
    ],
)
def test_the_header_decides_and_a_template_name_breaks_a_tie(name: str, header: str, key: str) -> None:
    assert key_of(name, header) == key


def test_a_missing_required_column_is_named_with_what_was_found() -> None:
    found = choose(Path("x.csv"), ["Group UID", "Group Name", "Group Type (code)"], MAPPINGS)
    assert isinstance(found, Skipped)
    assert found.reason == (
        "its columns match no mapping; closest is 'Get Information About Schools, groups', without the column "
        "'Group Status (code)'; it has 'Group UID', 'Group Name', 'Group Type (code)'"
    )


def test_a_performance_table_is_told() -> None:
    found = choose(Path("x.csv"), ["RECTYPE", "ALPHAIND", "LEA", "ESTAB", "URN"], MAPPINGS)
    assert found == Skipped(Path("x.csv"), "it is a DfE performance table, which hubgraph does not read")


def test_other_files_of_a_folder_are_skipped_with_a_reason(tmp_path: Path) -> None:
    for name, text in {
        "README.md": "#", "checksums.txt": f"{'0' * 64}  a.csv\n", "grants.json": '{"grants": []}',
        "b.geojson": "{}", "c.xls": "x", "picture.png": "x", ".hidden.csv": "a", "data.ttl": "", "d.nt.gz": "",
    }.items():  # fmt: skip
        (tmp_path / name).write_text(text)
    found = {path.name: recognise(path, MAPPINGS) for path, _ in walk([tmp_path])}
    assert {name for name, entry in found.items() if isinstance(entry, Recognised)} == {
        "data.ttl",
        "d.nt.gz",
        "grants.json",
    }
    skipped = {name: entry.reason for name, entry in found.items() if isinstance(entry, Skipped)}
    assert set(skipped) == {"README.md", "checksums.txt", "b.geojson", "c.xls", "picture.png"}
    assert skipped["c.xls"] == "it is a spreadsheet of an old form; save it as XLSX"


def test_a_path_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        list(walk([tmp_path / "nothing"]))


def test_a_missing_column_of_a_template_is_named_with_the_template() -> None:
    found = choose(Path("publications.csv"), ["id", "title", "kind"], MAPPINGS)
    assert isinstance(found, Skipped)
    assert "closest is 'Publications', without the column 'about'" in found.reason


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("governancematdata20260130.csv", "governancematdata"),
        ("governance-la-2026-01-30.csv", "governance-la"),
        ("Fund A grants 2020.json", "fund-a-grants"),
    ],
)
def test_a_name_without_its_date_tells_files_of_one_layout_apart(name: str, key: str) -> None:
    assert name_without_date(name) == key


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("edubasealldata20260130.csv", "2026-01-30"),
        ("list-2025-10-02.csv", "2025-10-02"),
        ("pp50-2025-autumn.csv", "2025-09-01"),
        ("rise-schools-2025.csv", "2025"),
        ("grouplinks_2017_linked_uid.csv", "2017"),
        ("edubasealldata20261345.csv", ""),
        ("hubs.csv", ""),
    ],
)
def test_the_date_of_the_data_is_read_from_the_file_name(name: str, day: str) -> None:
    assert date_in_name(name) == day


def test_the_mapping_may_state_the_date_and_as_at_fills_the_gap() -> None:
    by_key = {mapping.source.key: mapping for mapping in MAPPINGS}
    assert data_date(by_key["computing-hubs"], "any-2030.csv", None) == "2024-01-09"
    assert data_date(by_key["gias-groups"], "groups.csv", date(2026, 1, 30)) == "2026-01-30"


@pytest.mark.parametrize(
    ("suffix", "data", "said"),
    [
        (".rdf", b'<?xml version="1.0"?><!DOCTYPE rdf [<!ENTITY a "b">]><rdf/>', "document type or entities"),
        (".rdf", '<?xml version="1.0"?><!DOCTYPE a>'.encode("utf-16"), "NUL bytes"),
        (".jsonld", b'{"@graph": [{"@context": ["https://example.org/c.jsonld"]}]}', "fetches nothing"),
        (".jsonld", b"{", "not valid JSON"),
        (".ttl", b'<a:a> <a:b> "' + b"x" * 1_000_001 + b'" .', "more than a million characters"),
    ],
)
def test_dangerous_rdf_is_refused(tmp_path: Path, suffix: str, data: bytes, said: str) -> None:
    path = tmp_path / f"file{suffix}"
    path.write_bytes(data)
    with pytest.raises(InputError, match=said):
        read_rdf(path, suffix, path.name)


def test_a_decompression_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.nt.gz"
    path.write_bytes(gzip.compress(b"#" * 30_000_000))
    with pytest.raises(InputError, match="unpacks to more than"):
        read_rdf(path, ".nt", path.name)


def test_packed_rdf_is_unpacked_and_a_damaged_archive_refused(tmp_path: Path) -> None:
    path = tmp_path / "data.nt.gz"
    packed = gzip.compress(b"<a:a> <a:b> <a:c> .\n")
    path.write_bytes(packed)
    assert read_rdf(path, ".nt", path.name) == b"<a:a> <a:b> <a:c> .\n"
    path.write_bytes(packed[:-10])
    with pytest.raises(InputError, match="damaged"):
        read_rdf(path, ".nt", path.name)


@pytest.mark.england
@pytest.mark.skipif(not ENGLAND.is_dir(), reason="the England-wide files are not beside the checkout")
def test_every_england_table_has_the_rows_that_the_standard_library_counts() -> None:
    counted = 0
    for path, _ in walk([ENGLAND]):
        found = recognise(path, MAPPINGS)
        if isinstance(found, Recognised) and path.suffix == ".csv":
            rows = csv.reader(decode(path.read_bytes(), path.name).splitlines(keepends=True))
            table = read_table(path, path.name)
            assert table.rows == sum(1 for row in rows if any(row)) - 1, path.name
            assert table.issues == () or {issue.action for issue in table.issues} == {"repaired"}
            counted += 1
    assert counted == 13


def test_every_part_of_the_mapping_language_is_in_its_documentation() -> None:
    schema = json.loads(content("data", "mappings", "mapping.schema.json").read_text())
    page = content("docs", "mappings.md").read_text()
    field = schema["$defs"]["field"]["anyOf"][1]["properties"]
    record = schema["properties"]["records"]["items"]["properties"]
    words = {*field, *record, *schema["properties"], *schema["$defs"]["repair"]["enum"]} - {"columns"}
    assert [word for word in sorted(words) if f"`{word}" not in page] == []
