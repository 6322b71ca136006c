"""Where nothing of a kind was loaded, no answer and no page says "none" without saying so first."""

import csv
import io
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any, Final, cast

import pyoxigraph
import pytest
import rdflib
import yaml
from flask import Flask
from jsonschema import Draft202012Validator
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue

from engines import select_on
from hubgraph.errors import SavedQueryError
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue, read_query
from hubgraph.saved_queries.model import SavedQuery
from hubgraph.saved_queries.needs import NONE, presence_query, read_coverage, read_kinds, sentences
from hubgraph.saved_queries.running import run
from hubgraph.saved_queries.writing import envelope, write
from hubgraph.settings import Settings
from hubgraph.store.base import Limits, Store, Table
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.terms import CODE, HG
from hubgraph.web.app import create_app
from loading import SCHOOL_FILE, SCHOOLS
from loading import run as load

QUERIES: Final = content("queries")
CATALOGUE: Final = Catalogue.read(QUERIES)
TABLE: Final[dict[str, Any]] = yaml.safe_load((QUERIES / "kinds.yaml").read_text())
KINDS: Final[dict[str, Any]] = TABLE["kinds"]
questions = pytest.mark.parametrize("saved", CATALOGUE.all(), ids=lambda saved: saved.slug)


def terms_of(part: object) -> Iterator[str]:
    """Yield the terms of ours that stand in a part of the algebra of a query, in patterns, paths, filters and values."""
    if isinstance(part, rdflib.URIRef):
        for prefix, namespace in (("hg", HG), ("code", CODE)):
            if part.startswith(namespace):
                yield f"{prefix}:{part.removeprefix(namespace)}"
    elif isinstance(part, CompValue | dict):
        for name, value in part.items():
            yield from terms_of(name)
            yield from terms_of(value)
    elif isinstance(part, list | tuple | set):
        for value in part:
            yield from terms_of(value)
    elif isinstance(part, rdflib.paths.Path):
        for name in ("arg", "args", "path"):
            yield from terms_of(getattr(part, name, ()))


@questions
def test_every_question_says_which_kinds_of_record_it_needs(saved: SavedQuery) -> None:
    assert re.search(r"^#\+ needs: \[.*\]$", saved.text, re.MULTILINE), "write needs, or needs: []"


@questions
def test_the_kinds_of_a_question_cover_what_its_query_reads(saved: SavedQuery) -> None:
    read = set(terms_of(prepareQuery(saved.text).algebra))
    named = {kind.name for kind in saved.needs}
    for term in sorted(read):
        asking = [name for name, kind in KINDS.items() if term in kind["terms"]]
        shared = TABLE["shared"].get(term, [])
        assert asking or shared or term in TABLE["plain"], f"say in kinds.yaml what {term} belongs to"
        assert set(asking) <= named, f"{term} needs {asking}"
        assert not shared or named.intersection(shared), f"{term} needs one of {shared}"


def test_the_guard_sees_terms_in_patterns_paths_filters_and_values() -> None:
    query = (
        f"PREFIX hg: <{HG}> SELECT ?s WHERE {{ ?s a hg:A ; hg:b/^hg:c ?o . VALUES ?v {{ hg:d }} "
        f"OPTIONAL {{ ?o hg:e+ ?x }} MINUS {{ ?s hg:f ?o }} FILTER(?o = <{CODE}g/h>) FILTER(?o IN (hg:i)) "
        "{ SELECT ?s (COUNT(?z) AS ?n) WHERE { ?s hg:j ?z } GROUP BY ?s } UNION { ?s !hg:k ?o } }"
    )
    found = set(terms_of(prepareQuery(query).algebra))
    assert found == {f"hg:{name}" for name in "Abcdefijk"} | {"code:g/h"}


def test_the_table_of_kinds_names_known_terms_and_kinds() -> None:
    defined: set[str] = set()
    for module in (*QUERIES.parent.glob("ontology/*.ttl"), *QUERIES.parent.glob("ontology/codes/*.ttl")):
        graph = rdflib.Graph()
        graph.parse(module)
        defined |= {term for subject in graph.subjects() for term in terms_of(subject)}
    used = {term for kind in KINDS.values() for term in kind["terms"]}
    used |= {*TABLE["shared"], *TABLE["plain"]}
    assert {term for term in used if term not in defined} <= {
        "code:tie-kind/hub",
        "code:tie-kind/hub-lead",
        "code:tie-kind/federation",
    }
    wider = [kind["within"] for kind in KINDS.values() if "within" in kind]
    shared = [name for names in TABLE["shared"].values() for name in names]
    assert {*wider, *shared} <= KINDS.keys()
    assert not set(TABLE["plain"]).intersection(TABLE["shared"])


def test_every_kind_is_needed_by_a_question_or_shown_on_a_page() -> None:
    needed = {kind.name for saved in CATALOGUE.all() for kind in saved.needs}
    assert {name for name, kind in KINDS.items() if name not in needed and not kind.get("pages")} == set()


class _Memory:
    """A store of a few triples in memory, on one of two engines."""

    def __init__(self, turtle: str, engine: str = "pyoxigraph") -> None:
        self.engine: rdflib.Graph | pyoxigraph.Store = rdflib.Graph()
        if engine == "rdflib":
            self.engine.parse(data=turtle, format="turtle")
        else:
            self.engine = pyoxigraph.Store()
            self.engine.load(turtle.encode(), format=pyoxigraph.RdfFormat.TURTLE)

    def select(self, query: str, *, limits: Limits | None = None) -> Table:  # noqa: ARG002
        return select_on(self.engine, query)


def memory(turtle: str, engine: str = "pyoxigraph") -> Store:
    """Return a store that can select and nothing else."""
    return cast("Store", _Memory(turtle, engine))


SAMPLES: Final = {
    "schools": "<s> hg:openDuring <p> .",
    "successions": "<l> a hg:SchoolLink .",
    "trusts": "<t> a hg:AcademyTrust .",
    "federations": "<f> a hg:Federation .",
    "hubs": "<h> a hg:Hub .",
    "member-lists": "<h> a hg:Hub . <p> a hg:Participation ; org:organization <h> ; org:role part:partner .",
    "served-areas": "<h> hg:servesPartOfArea <a> .",
    "programmes": "<p> a hg:Programme .",
    "projects": "<p> a hg:Project .",
    "contractors": "<p> a hg:Participation ; org:role part:deliverer .",
    "eligible-lists": "<p> a hg:Participation ; org:role part:eligible .",
    "supports": "<s> a hg:SupportEngagement .",
    "appointments": "<a> a hg:Appointment .",
    "hub-roles": "<h> a hg:Hub . <a> a hg:Appointment ; hg:holder <p> ; org:organization <h> .",
    "declarations": "<d> a hg:InterestDeclaration .",
    "awards": "<a> a hg:Award .",
    "transactions": "<t> a hg:Transaction .",
    "figures": "<f> a hg:ReportedFigure .",
    "evaluations": "<e> a hg:Evaluation .",
    "publications": "<p> a hg:Publication .",
    "events": "<e> a hg:Event .",
    "deprivation": "<s> hg:deprivationBand <b> .",
    "positions": "<s> hg:easting 1 .",
}
"""The least that counts as one record of a kind."""
HEAD: Final = (
    f"@base <http://example.org/> . @prefix hg: <{HG}> . @prefix org: <http://www.w3.org/ns/org#> . "
    f"@prefix part: <{CODE}participation-role/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . "
)


@pytest.mark.parametrize("engine", ["pyoxigraph", "rdflib"])
@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_there_with_one_record_and_not_without(name: str, engine: str) -> None:
    kinds = CATALOGUE.kinds.values()
    some = read_coverage(memory(HEAD + SAMPLES[name], engine), kinds)
    assert name not in some.absent
    # Nothing but the hub that a member or a role needs comes with it.
    also = {"member-lists": {"hubs"}, "hub-roles": {"hubs", "appointments"}}.get(name, set())
    assert set(KINDS) - some.absent == {name, *also}


@pytest.mark.parametrize("part", ["lead", "co-lead", "host", "eligible"])
def test_leads_hosts_and_eligible_schools_are_no_list_of_members(part: str) -> None:
    turtle = f"<h> a hg:Hub . <p> a hg:Participation ; org:organization <h> ; org:role part:{part} ."
    assert "member-lists" in read_coverage(memory(HEAD + turtle), CATALOGUE.kinds.values()).absent


def test_an_appointment_at_a_hub_is_no_list_of_members() -> None:
    turtle = "<h> a hg:Hub . <a> a hg:Appointment ; org:organization <h> ; org:role <chair> ."
    assert "member-lists" in read_coverage(memory(HEAD + turtle), CATALOGUE.kinds.values()).absent


@questions
def test_over_an_empty_store_a_question_tells_every_kind_that_it_needs(saved: SavedQuery) -> None:
    said = sentences(saved, read_coverage(memory(HEAD), saved.needs))
    missing = {kind.name for kind in saved.needs}
    assert said == tuple(kind.absent for kind in saved.needs if kind.within not in missing)


def test_programmes_say_who_of_their_hubs_is_known() -> None:
    turtle = """
    <full> rdfs:label "Full" . <leads> rdfs:label "Leads" . <bare> rdfs:label "Bare" .
    <h1> a hg:Hub ; hg:underProgramme <full> . <h2> a hg:Hub ; hg:underProgramme <leads> . <h3> a hg:Hub ; hg:underProgramme <bare> .
    <p1> a hg:Participation ; org:organization <h1> ; org:role part:partner .
    <p2> a hg:Participation ; org:organization <h2> ; org:role part:lead .
    """
    coverage = read_coverage(memory(HEAD + turtle), CATALOGUE.kinds.values())
    assert coverage.scopes["hubs"] == (
        "Programmes whose hubs are in these data: Bare (1, nobody named), Full (1), Leads (1, leads only). "
        "Hubs of other programmes are not seen."
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two schools and nothing else."""
    root = tmp_path_factory.mktemp("bare")
    rows = (
        "100001,Ash Primary School,1,1,2,202,01-01-2000,\n100002,Birch Primary School,1,1,2,202,01-01-2000,\n"
    )
    (root / SCHOOL_FILE).write_text(SCHOOLS + rows)
    load(root / "store", root / SCHOOL_FILE)
    return root / "store"


@pytest.fixture(scope="module")
def bare(folder: Path) -> Iterator[Store]:
    opened = EmbeddedStore(folder, Settings(workers=1))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def app(bare: Store, folder: Path) -> Flask:
    return create_app(bare, CATALOGUE, Settings(store=str(folder), workers=1))


def test_what_is_missing_is_said_above_the_rows_in_every_format(bare: Store) -> None:
    answer = run(bare, CATALOGUE.get("isolated-schools"), {})
    person, hub = KINDS["appointments"]["absent"], KINDS["hubs"]["absent"]
    assert len(answer.rows) == 2
    assert hub in answer.notes
    assert person in answer.notes
    assert KINDS["member-lists"]["absent"] not in answer.notes, (
        "without hubs there is no list of members to miss"
    )
    table = write(answer, "table").decode()
    assert table.index(person) < table.index("Ash Primary School")
    notes = envelope(answer)["notes"]
    assert isinstance(notes, list)
    assert person in notes
    turtle = rdflib.Graph().parse(data=write(answer, "ttl"), format="turtle")
    assert rdflib.Literal(person) in set(turtle.objects(None, rdflib.DCTERMS.description))


def test_an_answer_without_rows_says_what_that_means(bare: Store) -> None:
    answer = run(bare, CATALOGUE.get("many-hats"), {})
    assert answer.rows == ()
    assert answer.notes == (KINDS["appointments"]["absent"], NONE)
    assert json.loads(write(answer, "json"))["notes"] == list(answer.notes)


def test_pages_and_files_say_it_too(app: Flask) -> None:
    client = app.test_client()
    person = KINDS["appointments"]["absent"]
    page = unescape(client.get("/queries/isolated-schools").text)
    assert page.index(person) < page.index('<table class="rows')
    assert person in json.loads(client.get("/queries/isolated-schools.json").text)["notes"]
    assert person in client.get("/queries/isolated-schools.csv").headers["Hubgraph-Notes"]


def test_the_page_of_a_record_says_what_it_could_not_show(app: Flask) -> None:
    page = unescape(app.test_client().get("/school/100001").text)
    start = page.index('id="missing"')
    said = page[start : page.index("</section>", start)]
    assert "people and their roles" in said
    assert "awards and grants" in said
    assert page.index("people and their roles") < page.index('id="facts"')


def test_a_measure_of_what_was_not_loaded_is_empty_and_not_nought(bundled_folder: Path) -> None:
    store = EmbeddedStore(bundled_folder, Settings(workers=1))
    saved = CATALOGUE.get("hub-pairs")
    try:
        known = read_coverage(store, saved.needs)
        without = type(known)(known.absent | {"appointments", "hub-roles"}, known.scopes)
        assert any("shared_people" in row for row in run(store, saved, {}).rows)
        blind = run(store, saved, {}, coverage=without)
    finally:
        store.close()
    assert blind.rows
    assert not any("shared_people" in row for row in blind.rows)
    assert KINDS["appointments"]["absent"] in blind.notes


def test_reach_is_not_nought_where_no_hub_is_known(bare: Store) -> None:
    row = run(bare, CATALOGUE.get("coverage-by-area"), {}).rows[0]
    assert row["schools"].value == "2"
    assert "with_hub" not in row
    assert "share" not in row
    tied = run(bare, CATALOGUE.get("coverage-by-area"), {"measure": ["no-tie"]}).rows[0]
    assert tied["with_hub"].value == "0"


def test_key_numbers_of_the_home_page_name_what_is_not_there(app: Flask) -> None:
    page = app.test_client().get("/").text
    assert re.search(r"<dt>hubs</dt>\s*<dd>none in these data</dd>", page)
    assert not re.search(r"<dd>0</dd>", page)


def test_a_sum_that_no_row_states_is_empty_and_says_so(bundled_folder: Path) -> None:
    store = EmbeddedStore(bundled_folder, Settings(workers=1))
    try:
        answers = [run(store, CATALOGUE.get(slug), {}) for slug in ("programme-money", "programme-evidence")]
    finally:
        store.close()
    for answer in answers:
        rows = csv.DictReader(io.StringIO(write(answer, "csv").decode()))
        assert {row["awarded"] for row in rows if "maths-hubs" in row["programme"]} == {""}
        assert not any(row["awarded"] == "0" for row in rows)
        assert "no award in these data" in write(answer, "table").decode()


def test_a_head_that_needs_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "hubs").mkdir()
    path = tmp_path / "hubs" / "a-question.rq"
    head = (
        "#+ title: A question\n#+ summary: What is asked here.\n#+ group: hubs\n#+ needs: [{}]\n"
        "#+ columns:\n#+   s: {{ label: Subject, needs: [{}] }}\nSELECT ?s WHERE {{ ?s ?p ?o }} ORDER BY ?s\n"
    )
    validator = Draft202012Validator(json.loads((QUERIES / "head.schema.json").read_text()))
    path.write_text(head.format("awards", "awards"))
    assert [kind.name for kind in read_query(path, validator, CATALOGUE.kinds).needs] == ["awards"]
    for own, column in (("unicorns", "awards"), ("awards", "hubs")):
        path.write_text(head.format(own, column))
        with pytest.raises(SavedQueryError, match="'needs' names the kind"):
            read_query(path, validator, CATALOGUE.kinds)


def test_a_faulty_table_of_kinds_names_place_and_rule(tmp_path: Path) -> None:
    for name in ("kinds.yaml", "kinds.schema.json"):
        (tmp_path / name).write_text((QUERIES / name).read_text())
    text = (tmp_path / "kinds.yaml").read_text()
    (tmp_path / "kinds.yaml").write_text(text.replace("query: programmes-with-hubs", "query: nowhere"))
    with pytest.raises(SavedQueryError, match="names the query 'nowhere'"):
        read_kinds(tmp_path)
    (tmp_path / "kinds.yaml").write_text(text.replace("    absent: ", "    absence: ", 1))
    with pytest.raises(SavedQueryError, match=r"kinds\.yaml: kinds\.schools"):
        read_kinds(tmp_path)


def test_what_a_store_has_is_read_in_one_query() -> None:
    text = presence_query(CATALOGUE.kinds.values())
    prepareQuery(text)
    assert text.count("LIMIT 1") == len(KINDS)
