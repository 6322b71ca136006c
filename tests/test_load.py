"""A load publishes all or nothing, and says what became of every file and row."""

import csv
import fcntl
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from hubgraph.checks.quality import read_findings, read_issues
from hubgraph.errors import (
    HubgraphError,
    InputError,
    LoadRefusedError,
    NotRecognisedError,
    StoreBusyError,
    StoreError,
)
from hubgraph.ingest import load as loading
from hubgraph.ingest.summary import LoadOptions
from hubgraph.settings import Settings
from hubgraph.store.generations import Generations
from loading import BASE, GROUPS, IN_GROUPS, LINKS, SCHOOL_FILE, SCHOOLS, reasons, run, values, write_files

ONE = "100000,Hartsmead School,1,34,2,202,01-09-2011,\n"
TWO = "100001,Fennside School,1,34,2,202,,\n"


def schools(folder: Path, text: str, name: str = SCHOOL_FILE) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(SCHOOLS + text, encoding="utf-8")
    return folder


def published(store: Path) -> str:
    return str((store / "current").readlink())


def test_a_load_publishes_a_generation_with_its_manifest_index_and_reports(tmp_path: Path) -> None:
    summary = run(tmp_path / "store", schools(tmp_path / "in", ONE + TWO))
    folder = tmp_path / "store" / "current"
    assert published(tmp_path / "store") == "generations/000001"
    assert {path.name for path in folder.iterdir()} == {"rdf", "search.sqlite", "quality", "manifest.json"}
    assert {path.name for path in (folder / "quality").iterdir()} == {
        "rows.csv",
        "checks.csv",
        "changes.json",
    }
    manifest = Generations(tmp_path / "store").current()
    assert (manifest.data_date, manifest.counts["School"]) == ("2026-01-30", 2)
    (source,) = manifest.sources
    assert (source.key, source.file, source.date, source.rows_read) == (
        "gias-establishments", SCHOOL_FILE, "2026-01-30", 2,
    )  # fmt: skip
    assert len(source.sha256) == 64
    assert summary.triples == manifest.triples == len_of(tmp_path / "store")
    assert not list((tmp_path / "store" / "stages").iterdir())


def len_of(store: Path) -> int:
    return int(values(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0][0])


def test_each_source_graph_says_where_it_comes_from(tmp_path: Path) -> None:
    run(tmp_path / "store", schools(tmp_path / "in", ONE))
    found = values(
        tmp_path / "store",
        "SELECT ?graph ?date ?n { ?source a hg:SourceSnapshot ; hg:graph ?graph ; <http://purl.org/dc/terms/issued> ?date ; hg:rowsRead ?n . ?graph <http://www.w3.org/ns/prov#wasDerivedFrom> ?source }",
    )
    assert found == [(f"{BASE}/graph/source/gias-establishments", "2026-01-30", "1")]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("empty.csv", b"", "is empty"),
        ("wide.csv", "URN,Name\n".encode("utf-16"), "is saved as UTF-16"),
        ("odd.csv", SCHOOLS.encode() + b"100000,Caf\x81,1,34,2,202,,\n", "byte 0x81 at offset"),
        ("sheet.csv", b"PK\x03\x04rest", "is a spreadsheet or zip archive"),
        ("binary.csv", b"\x00\x01\x02\x03", "is not a text file"),
        ("other.csv", b"URN,EstablishmentName\n1,2\n", "is not recognised: its columns match no mapping"),
        ("picture.png", b"\x89PNG", "is neither a table"),
        ("bad.ttl", b"<a> <b> .", "is not valid Turtle"),
    ],
)
def test_a_named_file_that_cannot_be_read_is_an_error_that_says_why(
    tmp_path: Path, name: str, data: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=sentence) as caught:
        run(tmp_path / "store", path)
    assert name in str(caught.value)
    assert str(tmp_path) not in str(caught.value)
    assert not (tmp_path / "store" / "current").exists()


def test_a_missing_required_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_text(SCHOOLS.replace(",LA (code)", "") + "100000,A,1,34,2,,\n")
    with pytest.raises(NotRecognisedError, match=r"without the column 'LA \(code\)'"):
        run(tmp_path / "store", path)


def test_the_same_files_in_a_folder_are_skipped_with_the_reason(tmp_path: Path) -> None:
    folder = schools(tmp_path / "in", ONE)
    (folder / "empty.csv").write_bytes(b"")
    (folder / "notes.md").write_text("# hello")
    summary = run(tmp_path / "store", folder)
    assert dict(summary.skipped) == {
        "empty.csv": "is empty; save it again with a header row.",
        "notes.md": "it is a text for people",
    }


def test_a_folder_with_nothing_to_load_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(NotRecognisedError, match="nothing to load"):
        run(tmp_path / "store", tmp_path / "in")


def test_a_path_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        run(tmp_path / "store", tmp_path / "nowhere")


def test_bad_rows_are_kept_in_the_report_and_the_good_ones_load(tmp_path: Path) -> None:
    text = (
        ONE
        + "100001,B,1,34,2,202,31-02-2001,\n100000,Again,1,34,2,202,,\n,No number,1,34,2,202,,\n100004,E,77,34,2,202,,\n"
    )
    summary = run(tmp_path / "store", schools(tmp_path / "in", text))
    assert reasons(summary) == [
        (SCHOOL_FILE, 3, "OpenDate", "This is not a date that exists."),
        (SCHOOL_FILE, 4, "URN", "An earlier row has the same URN; the first row counts."),
        (SCHOOL_FILE, 5, "URN", "The column 'URN' is empty."),
        (
            SCHOOL_FILE, 6, "EstablishmentStatus (code)",
            "The list 'establishment-status' does not know this code; it was loaded as it is.",
        ),
    ]  # fmt: skip
    with (tmp_path / "store" / "current" / "quality" / "rows.csv").open(newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == ["file", "row", "column", "value", "action", "reason", "fix"]
    assert [line[4] for line in lines[1:]] == ["refused", "refused", "refused", "repaired"]
    assert values(tmp_path / "store", "SELECT ?s { ?s a hg:School } ORDER BY ?s") == [
        ("school/100000",), ("school/100004",),
    ]  # fmt: skip


def test_rows_are_numbered_as_a_spreadsheet_does_after_a_quoted_line_end(tmp_path: Path) -> None:
    text = '100000,"Two\nlines",1,34,2,202,,\n100001,B,1,34,2,202,31-02-2001,\n'
    summary = run(tmp_path / "store", schools(tmp_path / "in", text))
    assert [(row, column) for _, row, column, _ in reasons(summary)] == [(3, "OpenDate")]


def test_a_file_cut_short_loses_only_its_last_row_and_says_so(tmp_path: Path) -> None:
    summary = run(tmp_path / "store", schools(tmp_path / "in", ONE + "100001,Fenns"))
    assert [reason for *_, reason in reasons(summary)] == [
        "The last row has 2 of 8 cells; the file was cut short."
    ]


def test_strict_refuses_the_whole_load_and_names_the_row(tmp_path: Path) -> None:
    run(tmp_path / "store", schools(tmp_path / "in", ONE))
    bad = schools(tmp_path / "bad", ONE + "100001,B,1,34,2,202,31-02-2001,\n")
    with pytest.raises(LoadRefusedError, match=r"row 3, column OpenDate: '31-02-2001'"):
        run(tmp_path / "store", bad, options=LoadOptions(strict=True))
    assert published(tmp_path / "store") == "generations/000001"


def test_a_dry_run_reads_and_checks_everything_and_writes_nothing(tmp_path: Path) -> None:
    summary = run(tmp_path / "store", schools(tmp_path / "in", ONE), options=LoadOptions(dry_run=True))
    assert summary.generation == ""
    assert summary.triples > 0
    assert not (tmp_path / "store").exists()
    assert any("nothing was changed" in line for line in summary.lines())


def test_cyclic_and_dangling_links_load_as_they_are(tmp_path: Path) -> None:
    folder = schools(tmp_path / "in", ONE + TWO)
    links = "100000,100001,B,Predecessor,\n100001,100000,A,Predecessor,\n100000,999999,Gone School,Successor,01-09-2012\n"
    write_files(folder, links_edubasealldata20260130=LINKS + links)
    summary = run(tmp_path / "store", folder)
    assert summary.issues == ()
    assert values(
        tmp_path / "store", "SELECT ?s ?name { ?s a hg:Stub ; hg:isStub true ; rdfs:label ?name }"
    ) == [("school/999999", "Gone School")]


def test_a_record_that_breaks_a_violation_shape_is_refused_with_its_row(tmp_path: Path) -> None:
    folder = write_files(
        tmp_path / "in",
        programmes="id,name\nsums,Sums\n",
        hubs="id,name,programme\nnorth,North,sums\nsouth,South,gone\n",
    )
    summary = run(tmp_path / "store", folder)
    assert [(file, row) for file, row, *_ in reasons(summary)] == [("hubs.csv", 3)]
    assert values(tmp_path / "store", "SELECT ?h { ?h a hg:Hub }") == [("hub/north",)]


def test_rdf_that_breaks_a_violation_shape_stops_the_load(tmp_path: Path) -> None:
    path = tmp_path / "hub.ttl"
    path.write_text(f"<{BASE}/id/hub/x> a <{BASE}/ns#Hub> .")
    with pytest.raises(LoadRefusedError, match="no row of a table explains it"):
        run(tmp_path / "store", path)
    assert not (tmp_path / "store" / "current").exists()


def test_rdf_with_any_vocabulary_is_kept_graph_by_graph(tmp_path: Path) -> None:
    path = tmp_path / "things.trig"
    path.write_text(
        f"<http://x/a> <http://x/p> 1 . <http://x/g> {{ <http://x/b> <http://x/p> 2 }} <{BASE}/graph/derived> {{ <http://x/c> <http://x/p> 3 }}"
    )
    summary = run(tmp_path / "store", path)
    found = values(tmp_path / "store", "SELECT ?g ?o { GRAPH ?g { ?s <http://x/p> ?o } } ORDER BY ?o")
    assert found == [(f"{BASE}/graph/source/things", "1"), ("http://x/g", "2")]
    assert any("left out" in note for note in summary.warnings)


def test_a_newer_snapshot_is_current_and_the_older_one_dates_the_ends_of_links(tmp_path: Path) -> None:
    folder = schools(tmp_path / "in", ONE + TWO)
    write_files(
        folder,
        allgroupsdata20250101=GROUPS + "5143,North Trust,6,OPEN,,,\n",
        grouplinks20240101=IN_GROUPS
        + "100000,5143,North Trust,Multi-academy trust,,,A\n100001,5143,North Trust,Multi-academy trust,,,B\n",
        grouplinks20250101=IN_GROUPS + "100000,5143,North Trust,Multi-academy trust,,,A\n",
    )
    run(tmp_path / "store", folder)
    assert values(
        tmp_path / "store",
        "SELECT ?school ?end { ?a a hg:Affiliation ; org:member ?school OPTIONAL { ?a schema:endDate ?end } } ORDER BY ?school",
    ) == [("school/100000", ""), ("school/100001", "2024-01-01")]


def test_an_older_snapshot_of_a_register_is_skipped_with_the_reason(tmp_path: Path) -> None:
    folder = schools(tmp_path / "in", ONE)
    schools(folder, TWO, "edubasealldata20240101.csv")
    summary = run(tmp_path / "store", folder)
    assert summary.skipped == (
        ("edubasealldata20240101.csv", f"its data are of 2024-01-01, and {SCHOOL_FILE} is newer"),
    )


def test_add_keeps_other_sources_and_lets_new_rows_refer_to_them(tmp_path: Path) -> None:
    run(tmp_path / "store", write_files(tmp_path / "one", programmes="id,name\nsums,Sums\n"))
    hubs = write_files(
        tmp_path / "two", hubs="id,name,programme\nnorth,North,sums\n",
        participations="activity,organisation,part\nnorth,urn:100000,lead\n",
    )  # fmt: skip
    summary = run(tmp_path / "store", hubs, options=LoadOptions(add=True))
    assert summary.issues == ()
    assert summary.kept == ("Programmes (one)",)
    assert values(tmp_path / "store", "SELECT ?h ?p { ?h hg:underProgramme ?p }") == [
        ("hub/north", "programme/sums")
    ]


def test_the_quality_report_names_rows_and_keeps_what_is_known_of_sources_that_stay(tmp_path: Path) -> None:
    hubs = write_files(
        tmp_path / "one", programmes="id,name,start_date\nsums,Sums,\nbad,Bad,31/02/2020\n",
        hubs="id,name,programme\nnorth,North,sums\n",
    )  # fmt: skip
    run(tmp_path / "store", hubs)

    def known() -> tuple[set[tuple[str, int]], set[tuple[str, int]]]:
        folder = tmp_path / "store" / "current"
        found = {(each.file, each.row) for each in read_findings(folder) if each.focus.endswith("/hub/north")}
        return found, {(issue.file, issue.row) for issue in read_issues(folder)}

    assert known() == ({("hubs.csv", 2)}, {("programmes.csv", 3)})
    run(tmp_path / "store", schools(tmp_path / "two", ONE), options=LoadOptions(add=True))
    assert known() == ({("hubs.csv", 2)}, {("programmes.csv", 3)})


def test_add_replaces_a_source_by_its_newer_snapshot_and_not_by_an_older_one(tmp_path: Path) -> None:
    run(tmp_path / "store", schools(tmp_path / "one", ONE))
    newer = schools(tmp_path / "two", TWO, "edubasealldata20260601.csv")
    run(tmp_path / "store", newer, options=LoadOptions(add=True))
    assert values(tmp_path / "store", "SELECT ?s { ?s a hg:School }") == [("school/100001",)]
    older = schools(tmp_path / "three", ONE, "edubasealldata20250101.csv")
    summary = run(tmp_path / "store", older, options=LoadOptions(add=True))
    assert "those published are of 2026-06-01" in summary.skipped[0][1]
    assert values(tmp_path / "store", "SELECT ?s { ?s a hg:School }") == [("school/100001",)]


def test_without_add_a_generation_is_made_of_exactly_the_paths_given(tmp_path: Path) -> None:
    run(tmp_path / "store", schools(tmp_path / "one", ONE))
    run(tmp_path / "store", write_files(tmp_path / "two", programmes="id,name\nsums,Sums\n"))
    assert values(tmp_path / "store", "SELECT ?s { ?s a hg:School }") == []


def test_three_generations_are_kept_and_rollback_goes_one_back(tmp_path: Path) -> None:
    folder = schools(tmp_path / "in", ONE)
    for _ in range(4):
        run(tmp_path / "store", folder)
    kept = Generations(tmp_path / "store")
    assert [entry.number for entry in kept.entries()] == ["000004", "000003", "000002"]
    assert kept.rollback().number == "000003"
    assert published(tmp_path / "store") == "generations/000003"


def test_data_without_a_date_are_of_the_day_they_were_loaded(tmp_path: Path) -> None:
    summary = run(tmp_path / "store", write_files(tmp_path / "in", programmes="id,name\nsums,Sums\n"))
    assert summary.data_date == Generations(tmp_path / "store").current().loaded
    given = LoadOptions(as_at=date(2024, 5, 6))
    assert run(tmp_path / "store", tmp_path / "in", options=given).data_date == "2024-05-06"


def test_a_second_load_at_the_same_time_is_refused_in_one_sentence(tmp_path: Path) -> None:
    folder = schools(tmp_path / "in", ONE)
    run(tmp_path / "store", folder)
    with (tmp_path / "store" / "lock").open("a+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(StoreBusyError, match="Another load"):
            run(tmp_path / "store", folder)


def test_a_disk_without_room_is_told_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "_SPARE_BYTES", 10**18)
    with pytest.raises(StoreError, match="make room"):
        run(tmp_path / "store", schools(tmp_path / "in", ONE))


def test_an_addition_with_another_base_is_refused(tmp_path: Path) -> None:
    folder = schools(tmp_path / "in", ONE)
    run(tmp_path / "store", folder)
    settings = Settings(store=str(tmp_path / "store"), base="https://example.org")
    with pytest.raises(HubgraphError, match="add to them with --base"):
        loading.load([folder], settings, LoadOptions(add=True), _Silent())


class _Silent:
    def step(self, title: str, total: int = 0) -> None: ...
    def advance(self, parts: int = 1) -> None: ...
    def say(self, sentence: str) -> None: ...


def start(store: Path, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "hubgraph", "load", str(folder), "--store", str(store)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("moment", ["Reading", "Mapping", "Deriving", "Checking", "Indexing", "Describing"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_load_stopped_at_any_step_leaves_what_is_published(
    tmp_path: Path, moment: str, number: signal.Signals
) -> None:
    store = tmp_path / "store"
    run(store, schools(tmp_path / "in", ONE))
    process = start(store, schools(tmp_path / "more", ONE + TWO))
    assert process.stdout is not None
    reached = any(line.startswith(moment) for line in process.stdout)
    assert reached, "the load ended before that step"
    process.send_signal(number)
    process.communicate(timeout=30)
    assert process.returncode != 0
    assert published(store) == "generations/000001"
    assert values(store, "SELECT ?s { ?s a hg:School }") == [("school/100000",)]
    assert run(store, tmp_path / "more").generation == "000002"
    assert not list((store / "stages").iterdir())
