"""`hubgraph query` on a real store: saved questions, ad-hoc ones, and errors in one sentence."""

import io
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from hubgraph.ingest.deriving import derive
from hubgraph.store.building import Builder
from hubgraph.store.generations import FORMAT_VERSION, Generations, Manifest
from hubgraph.store.search import build_index

cli = pytest.importorskip("hubgraph.cli")
FIXTURES = Path(__file__).parent / "queries"
BASE = "https://w3id.org/hubgraph"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("store")
    generations = Generations(root)
    with generations.lock():
        stage = generations.stage()
        builder = Builder(stage / "rdf")
        data = (FIXTURES / "data.ttl").read_bytes()
        builder.load_rdf(data, ".ttl", f"{BASE}/graph/source/made-up", "data.ttl")
        derive(builder, BASE, date(2026, 9, 1))
        builder.optimize()
        del builder
        build_index(stage / "search.sqlite", [])
        manifest = Manifest(FORMAT_VERSION, "", "test", BASE, "2026-09-01", "2026-09-02", 300)
        generations.publish(stage, manifest)
    return root


@pytest.fixture
def hubgraph(folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["hubgraph", "query", *arguments, "--store", str(folder)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        out, err = capfd.readouterr()
        return int(stopped.value.code or 0), out, err

    return run


def test_a_saved_question_prints_a_table(hubgraph: Run) -> None:
    status, out, _ = hubgraph("trust-schools", "-p", "trust=uid:5001")
    assert status == 0
    assert out.splitlines()[2].split() == ["school/100003", "Cedar", "2018-01-01"]
    assert "2 rows, as of 2026-09-01" in out


def test_csv_and_json_come_in_the_asked_order(hubgraph: Run) -> None:
    _, out, _ = hubgraph("isolated-schools", "-p", "measure=no-tie", "--sort=-name", "--format", "json")
    names = [row["name"] for row in json.loads(out)["rows"]]
    assert names == ["Maple", "Larch", "Gorse", "Fir", "Elm", "Beech"]
    _, out, _ = hubgraph("schools-leading-hubs", "--format", "csv")
    assert out.splitlines()[1] == f"100001,Alder,English hubs; Maths hubs,2,{BASE}/id/school/100001"


def test_an_ad_hoc_query_answers_in_sparql_json(hubgraph: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("SELECT (1 AS ?one) WHERE {}"))
    status, out, _ = hubgraph("--file", "-")
    assert status == 0
    assert json.loads(out)["results"]["bindings"][0]["one"]["value"] == "1"


def test_the_list_names_every_question_and_parameter(hubgraph: Run) -> None:
    _, out, _ = hubgraph("--list")
    assert "  isolated-schools  Isolated schools" in out
    assert "trust (entity trust, needed)" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing-here",), "There is no saved query called 'nothing-here'"),
        (("trust-schools", "-p", "trust=uid:7"), "Parameter 'trust': there is no record"),
        (("trust-schools", "-p", "trust"), "written name=value"),
        (("--file", "/does/not/exist.rq"), "cannot be read"),
        ((), "Name one saved query"),
    ],
)
def test_an_error_is_one_sentence(hubgraph: Run, arguments: tuple[str, ...], said: str) -> None:
    status, out, err = hubgraph(*arguments)
    assert status != 0
    assert out == ""
    assert said in err
    assert "Traceback" not in err


def test_what_has_to_be_known_first_stands_above_a_table_and_beside_a_csv(hubgraph: Run) -> None:
    said = "These data hold no payment, so what one body pays another cannot show here."
    _, out, err = hubgraph("overlapping-roles")
    assert out.startswith("These data hold no register of interests")
    assert out.index(said) < out.index("\n---")
    assert err == ""
    for form in ("csv", "tsv", "srj", "xml"):
        _, out, err = hubgraph("overlapping-roles", "--format", form)
        assert said in err
        assert said not in out
    _, out, err = hubgraph("overlapping-roles", "--format", "json")
    assert said in json.loads(out)["notes"]
    assert err == ""
    _, _, err = hubgraph("sources", "--format", "csv")
    assert err == ""
