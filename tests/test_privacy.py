"""Who is left out of a load, how somebody is forgotten, what a person may see, and what is never read."""

import json
from pathlib import Path

import pyoxigraph
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from hubgraph.cli import cli
from hubgraph.errors import InputError, UnknownRecordError
from hubgraph.ingest.summary import LoadOptions
from hubgraph.people.resolve import FILE
from hubgraph.store.dumps import make_dump
from loading import BASE, SCHOOL_FILE, run, values, write_files

ORGANISATIONS = "id,name,kind\nbody,Body,charity\nother,Other,charity\nthird,Third,charity\n"
APPOINTMENTS = """id,title,forename_1,forename_2,surname,organisation,role,start_date,end_date,person
a-1,,Quinby,Ursa,Fernhollow,body,board-chair,2020-01-01,,quinby
a-2,,Quinby,Ursa,Fernhollow,other,director,2020-01-01,,quinby
b-1,,Perpetua,,Quillfeather,body,board-member,2020-01-01,,
"""
DECLARATIONS = "id,appointment,declared_to,interest_in,declared_on\nd-1,a-1,body,other,2021-01-01\nd-2,b-1,body,third,2021-01-01\n"
MITIGATIONS = "id,declaration,kind,note\nm-1,d-1,recused,Left the room\n"
GOVERNANCE = (
    "GID,URN,UID,Companies House Number,Role,Title,Forename 1,Forename 2,Surname,Date of appointment,"
    "Date term of office ends/ended,Appointing body,Telephone,Email address,Postcode,Date of birth\n"
)
PEOPLE = (
    "55,100001,,,Governor,Mx,Quinby,Ursa,Fernhollow,01/02/2020,,,020 7946 0001,quinby@example.org,QX1 1QX,01/02/1960\n"
    "71,100002,,,Governor,Mx,Perpetua,,Quillfeather,01/02/2020,,,020 7946 0002,perp@example.org,QX1 2QX,01/02/1961\n"
)
GOVERNED = "URN,EstablishmentName,EstablishmentStatus (code),TypeOfEstablishment (code),PhaseOfEducation (code),LA (code),OpenDate,CloseDate,HeadTitle (name),HeadFirstName,HeadLastName,HeadPreferredJobTitle\n"
SCHOOLS = "100001,One,1,1,2,202,,,Mx,Wilhelmina,Oxbarrow,Headteacher\n100002,Two,1,1,2,202,,,Mx,Ottoline,Marlpit,Headteacher\n"
SUPPRESSED = "id,action,reason,date\n"


def _files(folder: Path) -> Path:
    return write_files(
        folder,
        organisations=ORGANISATIONS,
        appointments=APPOINTMENTS,
        declarations=DECLARATIONS,
        mitigations=MITIGATIONS,
    )


def _registers(folder: Path) -> Path:
    return write_files(
        folder,
        **{
            SCHOOL_FILE.removesuffix(".csv"): GOVERNED + SCHOOLS,
            "governancealldata20260130": GOVERNANCE + PEOPLE,
        },
    )


def _suppress(store: Path, *rows: str) -> None:
    path = store / "decisions" / "suppressions.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SUPPRESSED + "".join(f"{row}\n" for row in rows), encoding="utf-8")


def _text(store: Path) -> str:
    """Return every statement of the published generation."""
    opened = pyoxigraph.Store.read_only(str(store / "current" / "rdf"))
    return "\n".join(str(quad) for quad in opened)


def _appointments(store: Path) -> list[str]:
    rows = values(store, "SELECT ?a { ?a a hg:Appointment } ORDER BY ?a")
    return [row[0].removeprefix("appointment/") for row in rows]


@pytest.mark.parametrize("action", ["hide", "erase"])
def test_rows_of_a_suppressed_number_make_no_triple(tmp_path: Path, action: str) -> None:
    store = tmp_path / "store"
    _suppress(store, f"gid:55,{action},Asked for it,2026-02-01")
    summary = run(store, _registers(tmp_path / "files"))
    assert _appointments(store) == ["71", "urn-100001-head", "urn-100002-head"]
    assert "Fernhollow" not in _text(store)
    assert "governancealldata20260130.csv: 1 rows were left out by suppressions.csv." in summary.warnings
    assert "Fernhollow" not in "\n".join(summary.lines())


def test_a_suppressed_head_leaves_the_school(tmp_path: Path) -> None:
    store = tmp_path / "store"
    _suppress(store, "urn-100001-head,erase,,")
    run(store, _registers(tmp_path / "files"))
    assert "Oxbarrow" not in _text(store)
    assert values(store, "SELECT ?n { <" + BASE + "/id/school/100001> rdfs:label ?n }") == [("One",)]
    assert _appointments(store) == ["55", "71", "urn-100002-head"]


def test_a_person_key_takes_all_appointments_and_what_hangs_on_them(tmp_path: Path) -> None:
    store = tmp_path / "store"
    _suppress(store, "quinby,erase,,")
    summary = run(store, _files(tmp_path / "files"))
    assert _appointments(store) == ["b-1"]
    assert values(store, "SELECT ?d { ?d a hg:InterestDeclaration }") == [("declaration/d-2",)]
    assert values(store, "SELECT ?m { ?m a hg:Mitigation }") == []
    assert summary.issues == ()
    assert "Fernhollow" not in _text(store)


def test_what_is_kept_by_an_addition_loses_suppressed_records(tmp_path: Path) -> None:
    store = tmp_path / "store"
    run(store, _files(tmp_path / "files"))
    assert "Fernhollow" in _text(store)
    _suppress(store, "quinby,hide,,")
    more = write_files(tmp_path / "more", organisations="id,name,kind\nnew,New,charity\n")
    summary = run(store, more, options=LoadOptions(add=True))
    assert _appointments(store) == ["b-1"]
    assert "Fernhollow" not in _text(store)
    assert "6 records of what is published were left out by suppressions.csv." in summary.warnings


def test_named_graphs_of_rdf_lose_suppressed_records(tmp_path: Path) -> None:
    store = tmp_path / "store"
    source = tmp_path / "extra.trig"
    source.write_text(
        f"""@prefix hg: <{BASE}/ns#> . @prefix org: <http://www.w3.org/ns/org#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
        @prefix x: <https://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        x:graph {{
          <{BASE}/id/appointment/55> rdfs:label "Fernhollow, Governor" ; org:member x:name .
          x:name a hg:PersonRecord ; foaf:name "Quinby Fernhollow" .
          x:stays rdfs:label "Stays" ; rdfs:seeAlso <{BASE}/id/appointment/55> .
        }}""",
        encoding="utf-8",
    )
    _suppress(store, "gid:55,erase,,")
    run(store, source)
    assert "Fernhollow" not in _text(store)
    assert f"{BASE}/id/appointment/55" not in _text(store)
    assert values(store, "SELECT ?n { <https://example.org/stays> rdfs:label ?n }") == [("Stays",)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,action,reason\ngid:55,erase,x\n", "row 1, column date: it is missing; the columns are"),
        (SUPPRESSED + "gid:55,drop,x,\n", "row 2, column action: 'drop' is not known; write hide or erase"),
        (SUPPRESSED + "gid:5x,erase,x,\n", "row 2, column id: 'gid:5x' names nobody; write gid:55"),
        (
            SUPPRESSED + "gid:55,erase,,\ngid:6,hide,x,1/2/2026\n",
            "row 3, column date: '1/2/2026' is not a day",
        ),
        (
            SUPPRESSED + "gid:55,erase,a, b,2026-01-01\n",
            "row 2, column date: there are more cells than columns",
        ),
    ],
)
def test_a_damaged_file_refuses_the_load(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "store" / "decisions" / "suppressions.csv"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"suppressions\.csv") as caught:
        run(tmp_path / "store", _files(tmp_path / "files"))
    assert message in str(caught.value)
    assert not (tmp_path / "store" / "current").exists()


def _everything(store: Path) -> bytes:
    """Return the bytes of every file of a store folder and the statements of what is published."""
    files = [path for path in sorted(store.rglob("*")) if path.is_file() and not path.is_symlink()]
    return b"\n".join(path.read_bytes() for path in files) + _text(store).encode()


def _hubgraph(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, catch_exceptions=False)


def test_a_person_is_forgotten_everywhere(tmp_path: Path) -> None:
    store = tmp_path / "store"
    run(store, _files(tmp_path / "files"))
    (store / "decisions" / FILE).write_text(
        "subject_id\tsubject_label\tpredicate_modifier\tpredicate_id\tobject_id\nb-1\tPerpetua Quillfeather\tNot\tskos:exactMatch\ta-2\n",
        encoding="utf-8",
    )
    assert make_dump((store / "current").resolve()).is_file()
    backup = tmp_path / "old.tar"
    assert _hubgraph("backup", str(backup), "--store", str(store)).exit_code == 0
    result = _hubgraph("forget", "a-2", "--reason", "Asked for it", "--store", str(store))
    assert result.exit_code == 0, result.output
    assert "Fernhollow" not in result.output
    assert "Nothing is left but the row of suppressions.csv" in result.output
    assert f"The backup {backup} may hold them" in result.output
    everything = _everything(store)
    for text in (b"Fernhollow", b"fernhollow", b"appointment/a-2", b"appointment/a-1", b"person/a-1"):
        assert text not in everything
    assert b"Quillfeather" in everything
    assert [path.name for path in (store / "generations").iterdir()] == ["000002"]
    lines = (store / "decisions" / "suppressions.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[:3] for line in lines[1:]] == [
        ["a-1", "erase", "Asked for it"],
        ["a-2", "erase", "Asked for it"],
    ]
    run(store, tmp_path / "files")
    assert _appointments(store) == ["b-1"]


def test_what_is_left_is_named_and_fails(tmp_path: Path) -> None:
    store = tmp_path / "store"
    run(store, _files(tmp_path / "files"))
    note = store / "decisions" / "notes.txt"
    note.write_text("fernhollow, quinby asked on Monday\n", encoding="utf-8")
    result = _hubgraph("forget", "a-1", "--store", str(store))
    assert result.exit_code == 1
    assert "Left: the name of a-1 in decisions/notes.txt" in result.output


def test_a_backup_does_not_bring_back_who_was_forgotten(tmp_path: Path) -> None:
    store, backup = tmp_path / "store", tmp_path / "old.tar.gz"
    run(store, _files(tmp_path / "files"))
    assert _hubgraph("backup", str(backup), "--store", str(store)).exit_code == 0
    _suppress(store, "quinby,erase,,")
    result = _hubgraph("restore", str(backup), "--store", str(store))
    assert result.exit_code == 0, result.output
    assert _appointments(store) == ["b-1"]
    assert b"Fernhollow" not in _everything(store)


def test_a_person_can_see_all_that_is_said_with_its_sources(tmp_path: Path) -> None:
    store = tmp_path / "store"
    run(store, _files(tmp_path / "files"))
    document = json.loads(_hubgraph("person", "a-2", "--store", str(store)).output)
    subjects = {said["subject"].removeprefix(f"{BASE}/id/") for said in document["statements"]}
    assert {
        "person/a-1",
        "appointment/a-1",
        "appointment/a-2#person",
        "declaration/d-1",
        "mitigation/m-1",
    } <= subjects
    assert "appointment/b-1" not in subjects
    surnames = [said for said in document["statements"] if said["value"] == "Fernhollow"]
    assert {said["source"] for said in surnames} == {"Appointments (files)"}
    out = tmp_path / "me.ttl"
    assert (
        _hubgraph("person", "a-2", "--format", "ttl", "--out", str(out), "--store", str(store)).exit_code == 0
    )
    read = list(pyoxigraph.parse(out.read_bytes(), format=pyoxigraph.RdfFormat.TURTLE))
    assert any(getattr(triple.object, "value", "") == "Appointments (files)" for triple in read)
    missing = CliRunner().invoke(cli, ["person", "gid:999", "--store", str(store)])
    assert isinstance(missing.exception, UnknownRecordError)


def test_only_properties_of_the_ontology_are_said_about_people(tmp_path: Path) -> None:
    store = tmp_path / "store"
    run(store, _registers(tmp_path / "files"))
    said = values(store, "SELECT DISTINCT ?p { ?r a hg:PersonRecord ; ?p ?v } ORDER BY ?p")
    assert [row[0].rpartition("/")[2].rpartition("#")[2] for row in said] == [
        "type", "familyName", "name", "forename1", "forename2", "resolvedAs", "title",
    ]  # fmt: skip
    everything = _everything(store)
    for contact in (b"020 7946 0001", b"quinby@example.org", b"QX1 1QX", b"1960-02-01", b"01/02/1960"):
        assert contact not in everything


def test_pages_about_people_ask_not_to_be_listed(client: FlaskClient) -> None:
    person = client.get("/queries/many-hats.json").get_json()["rows"][0]["person"]
    page = client.get(f"/person/{person.rpartition('/')[2]}")
    assert page.status_code == 200
    assert '<meta name="robots" content="noindex">' in page.get_data(as_text=True)
