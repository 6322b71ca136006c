"""People through a whole load, the command that writes and decides matches, and the questions about people."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from hubgraph.cli import cli
from hubgraph.errors import InputError
from hubgraph.ingest.summary import LoadOptions
from hubgraph.people.resolve import FILE
from loading import run, values, write_files

ORGANISATIONS = "id,name,kind\nbody,Body,charity\nother,Other,charity\n"
HEAD = "id,title,forename_1,forename_2,surname,organisation,role,start_date,end_date\n"
ROWS = (
    "a-1,,Quinby,Ursa,Fernhollow,body,board-chair,2020-01-01,",
    "a-2,,Quinby,Ursa,Fernhollow,other,director,2020-01-01,",
    "b-1,,John,,Smith,body,board-member,2020-01-01,",
    "b-2,,John,,Smith,other,director,2020-01-01,",
)


def _files(folder: Path, rows: Sequence[str] = ROWS) -> Path:
    return write_files(folder, organisations=ORGANISATIONS, appointments=HEAD + "\n".join(rows) + "\n")


def _holders(store: Path) -> dict[str, str]:
    rows = values(store, "SELECT ?a ?p { ?a hg:holder ?p } ORDER BY ?a")
    return {appointment.partition("/")[2]: person for appointment, person in rows}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loaded")
    run(folder / "store", _files(folder / "files"))
    return folder


@pytest.fixture
def store(loaded: Path, tmp_path: Path) -> Path:
    shutil.copytree(loaded, tmp_path, symlinks=True, dirs_exist_ok=True)
    return tmp_path / "store"


def _hubgraph(*arguments: str) -> str:
    result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_load_makes_people(store: Path) -> None:
    assert _holders(store) == {
        "a-1": "person/a-1", "a-2": "person/a-1", "b-1": "person/b-1", "b-2": "person/b-2",
    }  # fmt: skip
    names = values(store, "SELECT ?n { ?p a <http://xmlns.com/foaf/0.1/Person> ; rdfs:label ?n } ORDER BY ?n")
    assert names == [("John Smith",), ("John Smith",), ("Quinby Ursa Fernhollow",)]


def test_a_person_in_two_organisations_says_in_how_many(store: Path) -> None:
    assert values(store, "SELECT ?p ?n { ?p hg:organisationCount ?n }") == [("person/a-1", "2")]


def test_the_iri_of_a_person_stays_when_later_appointments_come_and_the_summary_counts_people(
    store: Path, tmp_path: Path
) -> None:
    later = "c-9,,Quinby,Ursa,Fernhollow,body,employee,2024-01-01,"
    summary = run(store, _files(tmp_path / "more", (later, *reversed(ROWS))))
    assert "Derived people, from the records of appointments: 3" in list(summary.lines())
    assert _holders(store)["c-9"] == "person/a-1"
    assert _holders(store)["b-2"] == "person/b-2"


def test_pairs_are_written_reviewed_and_applied_and_decisions_outlive_loads(
    store: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.sssom.tsv"
    assert "1 pairs" in _hubgraph("match", "--out", str(out), "--store", str(store))
    line = next(text for text in out.read_text().splitlines() if text.startswith("a-1\t"))
    assert line.startswith(
        "a-1\tQuinby Ursa Fernhollow\t\tskos:exactMatch\ta-2\tQuinby Ursa Fernhollow\tsemapv:CompositeMatching\t0.99"
    )
    assert "0 new decisions" in _hubgraph("match", "--review", str(out), "--store", str(store))
    rejected = line.split("\t")
    rejected[2] = "Not"
    accepted = [
        "b-2",
        "",
        "",
        "skos:exactMatch",
        "b-1",
        "",
        "semapv:ManualMappingCuration",
        "",
        "Reviewer",
        "2026-02-01",
        "",
    ]
    reviewed = tmp_path / "reviewed.sssom.tsv"
    head = [text for text in out.read_text().splitlines() if text.startswith(("#", "subject_id"))]
    reviewed.write_text("\n".join([*head, "\t".join(rejected), "\t".join(accepted)]) + "\n")
    said = _hubgraph("match", "--review", str(reviewed), "--reviewer", "Clerk", "--store", str(store))
    assert "2 new decisions; 2 stand in all" in said
    apart = {"a-1": "person/a-1", "a-2": "person/a-2", "b-1": "person/b-1", "b-2": "person/b-1"}
    assert _holders(store) == apart
    run(store, tmp_path / "files")
    assert _holders(store) == apart
    decided = values(
        store,
        "SELECT ?d ?w ?on { ?m hg:decision ?d OPTIONAL { ?m hg:reviewer ?w } OPTIONAL { ?m hg:decidedOn ?on } } ORDER BY ?d",
    )
    assert [row[0].rpartition("/")[2] for row in decided] == ["accepted", "rejected"]
    assert decided[0][1:] == ("Reviewer", "2026-02-01")
    assert decided[1][1] == "Clerk"
    assert decided[1][2] != ""


def test_a_pair_that_a_rule_holds_back_says_so_in_the_file_and_is_joined_once_it_is_accepted(
    tmp_path: Path,
) -> None:
    rows = (
        "c-1,Mrs,Ursa,Quinby,Ockanger,body,board-chair,2020-01-01,",
        "c-2,Ms,Ursa,Quinby,Tarnwick,body,employee,2020-01-01,",
    )
    folder = tmp_path / "store"
    summary = run(folder, _files(tmp_path / "files", rows))
    assert "Derived pairs of records that may be the same person and wait for review: 1" in list(
        summary.lines()
    )
    out = tmp_path / "out.sssom.tsv"
    _hubgraph("match", "--out", str(out), "--store", str(folder))
    line = next(text for text in out.read_text().splitlines() if text.startswith("c-1\t"))
    assert line.split("\t")[3] == "skos:closeMatch"
    assert float(line.split("\t")[7]) >= 0.99
    assert line.split("\t")[-1] == "surnames differ"
    assert "0 new decisions" in _hubgraph("match", "--review", str(out), "--store", str(folder))
    assert _holders(folder) == {"c-1": "person/c-1", "c-2": "person/c-2"}
    out.write_text(out.read_text().replace("skos:closeMatch", "skos:exactMatch"))
    assert "1 new decisions" in _hubgraph("match", "--review", str(out), "--store", str(folder))
    assert _holders(folder) == {"c-1": "person/c-1", "c-2": "person/c-1"}


def test_a_decision_on_an_unknown_appointment_is_refused_and_nothing_is_written(
    store: Path, tmp_path: Path
) -> None:
    reviewed = tmp_path / "r.tsv"
    reviewed.write_text("subject_id\tpredicate_id\tobject_id\na-1\tskos:exactMatch\tgid:404\n")
    with pytest.raises(InputError, match=r"r.tsv: no appointment '404' of a person is in the store"):
        CliRunner().invoke(
            cli, ["match", "--review", str(reviewed), "--store", str(store)], catch_exceptions=False
        )
    assert not (store / "decisions" / FILE).exists()


def test_a_faulty_file_of_decisions_stops_a_load_and_the_published_data_stay(
    store: Path, tmp_path: Path
) -> None:
    (store / "decisions" / FILE).write_text("subject_id\tpredicate_id\tobject_id\na-1\tmaybe\ta-2\n")
    with pytest.raises(InputError, match=r"row 2, column predicate_id: 'maybe'"):
        run(store, tmp_path / "files", options=LoadOptions(add=True))
    assert (store / "current").readlink().name == "000001"


def test_exactly_one_of_writing_and_reviewing_is_asked_for(store: Path) -> None:
    result = CliRunner().invoke(cli, ["match", "--store", str(store)])
    assert result.exit_code != 0
    assert "--out FILE" in result.output


def test_questions_about_people_take_every_form_of_reference(store: Path) -> None:
    for person in ("a-2", "a-1", "https://w3id.org/hubgraph/id/person/a-1"):
        out = _hubgraph(
            "query", "roles-of-person", "-p", f"person={person}", "--format", "csv", "--store", str(store)
        )
        assert len(out.strip().splitlines()) == 3
        assert "Appointments (files)" in out
    assert "Quinby Ursa Fernhollow,2,2" in _hubgraph(
        "query", "many-hats", "--format", "csv", "--store", str(store)
    )


def test_a_load_without_person_records_does_not_import_splink(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "files", organisations=ORGANISATIONS)
    code = (
        "import sys; from pathlib import Path; from hubgraph.ingest.load import load; "
        "from hubgraph.ingest.progress import Silent; from hubgraph.ingest.summary import LoadOptions; "
        "from hubgraph.settings import Settings; "
        f"load([Path({str(folder)!r})], Settings(store={str(tmp_path / 'store')!r}), LoadOptions(), Silent()); "
        "print([name for name in ('splink', 'duckdb') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"if __name__ == '__main__':\n    {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
