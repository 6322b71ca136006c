"""`hubgraph check` on files: RDF as it stands, tables as a load maps them, every finding with its file and row."""

import csv
import gzip
import io
import json
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
import rdflib

from hubgraph.cli import main
from loading import BASE, run, write_files

Check = Callable[..., tuple[int, str, str]]
PREFIXES = f"""
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix hg: <{BASE}/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
SHORT = f"""{PREFIXES}
<#short> a sh:NodeShape ; sh:targetClass hg:Programme ; sh:name "Short name" ; sh:property <#label> .
<#label> a sh:PropertyShape ; sh:path rdfs:label ; sh:maxLength 5 ; sh:message "Shorten the name." .
<#led> a sh:NodeShape ; sh:targetSubjectsOf hg:leadsHub ; sh:nodeKind sh:IRI .
<#known> a sh:NodeShape ; sh:targetClass owl:Class ; sh:nodeKind sh:IRI .
"""
PROGRAMMES = 'id,name,start_date\nsums,Sums,\nlong,"=Long & <name>",\nbad,Bad,31/02/2020\n'


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Check:
    def command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["hubgraph", "check", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            main()
        out, err = capfd.readouterr()
        return int(stopped.value.code or 0), out, err

    return command


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    path = tmp_path / "shapes.ttl"
    path.write_text(SHORT)
    return path


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return write_files(
        tmp_path / "in", programmes=PROGRAMMES, hubs="id,name,programme\nnorth,North,sums\n",
        participations="activity,organisation,part,start_date\nnorth,urn:100000,lead,2019-01-01\n",
    )  # fmt: skip


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.addresses: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_a_failing_record_of_a_table_is_named_with_file_and_row(
    check: Check, tables: Path, shapes: Path
) -> None:
    status, out, _ = check(tables, "--shapes", shapes)
    assert status == 1
    assert "[programmes.csv, row 3]: Shorten the name." in out
    assert "ROWS  refused: 1\n    programmes.csv, row 4, column start_date: '31/02/2020' refused:" in out


def test_with_shapes_exactly_the_rows_are_checked_and_nothing_derived(
    check: Check, tables: Path, shapes: Path
) -> None:
    _, out, _ = check(tables, "--shapes", shapes, "--format", "json")
    checked = {key.rpartition("#")[2]: number for key, number in json.loads(out)["checked"].items()}
    assert checked == {"short": 2, "label": 2, "led": 0, "known": 0}


def test_without_shapes_tables_are_checked_as_a_load_would_check_them(check: Check, tables: Path) -> None:
    status, out, _ = check(tables, "--format", "json")
    document = json.loads(out)
    assert status == 1
    assert document["checked"][f"{BASE}/shapes#SourceSnapshot"] == 3
    assert document["counts"].keys() == {"warning", "info"}
    assert [(row["file"], row["row"], row["action"]) for row in document["rows"]] == [
        ("programmes.csv", 4, "refused")
    ]


def test_good_tables_pass(check: Check, tmp_path: Path) -> None:
    status, out, _ = check(write_files(tmp_path / "in", programmes="id,name\nsums,Sums\n"))
    assert status == 0
    assert "ROWS" not in out


def test_a_store_is_checked_with_the_rows_that_its_load_knew(check: Check, tmp_path: Path) -> None:
    files = {"programmes": "id,name\nsums,Sums\n", "hubs": "id,name,programme\nnorth,North,sums\n"}
    run(tmp_path / "store", write_files(tmp_path / "in", **files))
    status, out, _ = check("--store", tmp_path / "store", "--format", "csv")
    rows = [row for row in csv.DictReader(io.StringIO(out)) if row["focus"].endswith("/hub/north")]
    assert status == 0
    assert {(row["file"], row["row"]) for row in rows} == {("hubs.csv", "2")}


def test_csv_has_refused_rows_as_lines_and_no_formulas(check: Check, tables: Path, shapes: Path) -> None:
    _, out, _ = check(tables, "--shapes", shapes, "--format", "csv")
    rows = {(row["file"], row["row"]): row for row in csv.DictReader(io.StringIO(out))}
    assert rows["programmes.csv", "3"]["value"] == "'=Long & <name>"
    assert rows["programmes.csv", "4"]["name"] == "Row refused"
    assert rows["programmes.csv", "4"]["path"] == "start_date"


def test_turtle_is_one_report_with_refused_rows_as_comments(check: Check, tables: Path, shapes: Path) -> None:
    _, out, _ = check(tables, "--shapes", shapes, "--format", "ttl")
    graph = rdflib.Graph().parse(data=out, format="turtle")
    assert len(list(graph.subjects(rdflib.RDF.type, rdflib.SH.ValidationReport))) == 1
    assert out.startswith("# programmes.csv, row 4, column start_date:")


def test_html_is_one_page_that_fetches_and_runs_nothing(check: Check, tables: Path, shapes: Path) -> None:
    _, out, _ = check(tables, "--shapes", shapes, "--format", "html")
    page = Tags()
    page.feed(out)
    assert not {"script", "link", "img", "iframe"} & set(page.found)
    assert page.addresses == [f"{BASE}/id/programme/long"]
    assert "=Long & <name>" in page.text
    assert "programmes.csv, row 3" in page.text
    assert "1 row refused" in page.text
    assert "31/02/2020" in page.text


def test_a_folder_is_checked_with_its_rdf_and_its_tables(check: Check, tables: Path, shapes: Path) -> None:
    triple = f'<{BASE}/id/programme/x> a <{BASE}/ns#Programme> ; <http://www.w3.org/2000/01/rdf-schema#label> "Far too long" .'
    with gzip.open(tables / "more.ttl.gz", "wt") as target:
        target.write(triple)
    (tables / "readme.md").write_text("A text.")
    _, out, _ = check(tables, "--shapes", shapes, "--format", "json")
    document = json.loads(out)
    assert [(each["value"], each["file"]) for each in document["results"]] == [
        ("=Long & <name>", "programmes.csv"),
        ("Far too long", None),
    ]
    assert "readme.md: not checked, it is a text for people" in document["notes"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.csv", "a,b\n1,2\n", "is not recognised"),
        ("x.rdf", '<!DOCTYPE r [<!ENTITY a "b">]><r/>', "document type or entities"),
        ("x.jsonld", '{"@context": "https://example.org/c"}', "fetches nothing"),
        ("x.ttl", "not turtle", "not valid"),
    ],
)
def test_what_cannot_be_checked_is_one_sentence_and_exit_2(
    check: Check, tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text)
    status, out, err = check(tmp_path / name)
    assert (status, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1


def test_tables_are_not_for_pyshacl(check: Check, tables: Path) -> None:
    status, _, err = check(tables, "--engine", "pyshacl")
    assert status == 2
    assert "only RDF is checked with pySHACL" in err
