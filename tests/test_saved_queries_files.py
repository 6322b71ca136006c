"""Every query file keeps the house rules, and a faulty head is refused with file, line and rule."""

import json
import re
from pathlib import Path
from typing import Final

import pyoxigraph
import pytest
import rdflib
from jsonschema import Draft202012Validator
from rdflib.plugins.sparql import prepareQuery

from hubgraph.errors import SavedQueryError, UnknownQueryError
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue, read_query
from hubgraph.saved_queries.model import SavedQuery
from hubgraph.sparql import significant, tokenise
from hubgraph.terms import HG, PREFIXES

QUERIES: Final = content("queries")
MINE: Final = sorted(QUERIES.glob("*/*.rq"))
CATALOGUE: Final = Catalogue.read(QUERIES)
DOCS: Final = Path(__file__).parent.parent / "docs" / "saved-queries.md"
VALIDATOR: Final = Draft202012Validator(json.loads((QUERIES / "head.schema.json").read_text()))
HEAD: Final = """\
#+ title: A question
#+ summary: What is asked here.
#+ group: hubs
#+ params:
#+   n: { type: integer, label: Number, help: How many. }
#+ columns:
#+   s: { label: Subject }
SELECT ?s WHERE { ?s ?p ?n } ORDER BY ?s
"""
files = pytest.mark.parametrize("path", MINE, ids=lambda path: f"{path.parent.name}/{path.name}")
questions = pytest.mark.parametrize("saved", CATALOGUE.all(), ids=lambda saved: saved.slug)


@files
def test_a_query_file_is_sparql_for_both_engines(path: Path) -> None:
    text = path.read_text()
    prepareQuery(text)
    pyoxigraph.Store().query(text)


@files
def test_prefixes_are_those_of_the_house_and_all_are_used(path: Path) -> None:
    text = path.read_text()
    declared = dict(re.findall(r"^PREFIX (\w+): <([^>]+)>$", text, re.MULTILINE))
    assert declared.items() <= dict(PREFIXES).items()
    assert list(declared) == sorted(declared)
    body = "".join(token.text for token in tokenise(text) if token.kind != "comment")
    assert all(body.count(f"{prefix}:") > 1 for prefix in declared)


@files
def test_only_defined_terms_are_used(path: Path) -> None:
    modules = sorted(content("ontology").glob("*.ttl"))
    if not modules:
        pytest.skip("the ontology is not there yet")
    defined = set()
    for module in modules:
        graph = rdflib.Graph()
        graph.parse(module)
        defined |= {str(term).removeprefix(HG) for term in graph.subjects() if str(term).startswith(HG)}
    used = {token.text[3:] for token in tokenise(path.read_text()) if token.text.startswith("hg:")} - {""}
    assert used <= defined


@questions
def test_a_parameter_stands_only_inside_groups(saved: SavedQuery) -> None:
    names = {f"?{param.name}" for param in saved.params}
    columns = {f"?{column.name}" for column in saved.columns}
    depth = 0
    for token in significant(tokenise(saved.text)):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if depth == 0 and token.kind == "variable" and token.text in names:
            assert token.text in columns, f"{token.text} outside the WHERE clause is not a column"
    upper = [token.text.upper() for token in significant(tokenise(saved.text))]
    assert "HAVING" not in upper


@questions
def test_columns_are_the_projected_variables_in_order(saved: SavedQuery) -> None:
    results = pyoxigraph.Store().query(saved.text)
    assert isinstance(results, pyoxigraph.QuerySolutions)
    assert [variable.value for variable in results.variables] == [column.name for column in saved.columns]


@questions
def test_a_question_and_its_parameters_are_documented(saved: SavedQuery) -> None:
    text = DOCS.read_text()
    start = text.index(f"### {saved.slug}\n")
    section = text[start:].split("\n### ", 1)[0]
    assert all(f"`{param.name}`" in section for param in saved.params)
    assert all(f"`{column.name}`" in section for column in saved.columns)


def _write(folder: Path, text: str, name: str = "a-question.rq") -> Path:
    path = folder / "hubs" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def test_a_good_file_is_read(tmp_path: Path) -> None:
    saved = read_query(_write(tmp_path, HEAD), VALIDATOR)
    assert (saved.slug, saved.group, saved.form, saved.view) == ("a-question", "hubs", "SELECT", "table")
    assert saved.params[0].type == "integer"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("#+ group: hubs", "#+ group: clubs", "line 3: group: 'clubs' is not one of"),
        ("#+ group: hubs", "#+ group: money", "the group is 'money', but the folder is 'hubs'"),
        ("#+ columns:", "#+ colour: red\n#+ columns:", "'colour' was unexpected"),
        ("#+ title: A question\n", "", "'title' is a required property"),
        ("#+ summary:", "#+ title: Twice\n#+ summary:", "line 2: 'title' is given twice"),
        ("#+ summary: What", "#+ summary: [What", "line 3: the head is not YAML"),
        ("type: integer", "type: number", "line 5: params.n.type: 'number' does not match"),
        ("help: How many.", "help: How many., unit: kg", "line 5: params.n"),
        ("?p ?n", "?p ?o", "no variable ?n for its parameter"),
        ("#+   s: {", "#+   t: {", "no variable ?t for its column"),
        (" ORDER BY ?s", "", "needs ORDER BY"),
        ("SELECT ?s WHERE", "LOAD ?s WHERE", "this address answers queries only"),
        ("#+ columns:", "#+ notes: { query: nowhere }\n#+ columns:", "names the query 'nowhere'"),
    ],
)
def test_a_faulty_head_names_file_line_and_rule(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = _write(tmp_path, HEAD.replace(old, new))
    with pytest.raises(SavedQueryError) as raised:
        read_query(path, VALIDATOR)
    assert str(raised.value).startswith(str(path))
    assert said in str(raised.value)


def test_a_file_without_head_and_a_name_that_is_no_slug_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SavedQueryError, match="has no head"):
        read_query(_write(tmp_path, "SELECT * WHERE { ?s ?p ?o }"), VALIDATOR)
    with pytest.raises(SavedQueryError, match="the file name is the slug"):
        read_query(_write(tmp_path, HEAD, "A_Question.rq"), VALIDATOR)


def test_dates_in_a_head_stay_text(tmp_path: Path) -> None:
    text = HEAD.replace("type: integer, ", "type: date, default: 2020-01-02, ")
    assert read_query(_write(tmp_path, text), VALIDATOR).params[0].default == "2020-01-02"


def test_an_unknown_query_names_its_neighbours() -> None:
    with pytest.raises(UnknownQueryError, match="did you mean hub-members"):
        CATALOGUE.get("hub-member")
