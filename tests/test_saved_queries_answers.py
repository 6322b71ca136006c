"""Saved queries give the expected rows, near misses included, and the same rows on two engines."""

import json
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import pyoxigraph
import pytest
import rdflib
import yaml
from rdflib.plugins.sparql import prepareQuery

from engines import select_on
from hubgraph.errors import ParameterError
from hubgraph.ingest.deriving import derive
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.saved_queries.contradictions import implications, link_query, type_of
from hubgraph.saved_queries.model import SavedQuery
from hubgraph.saved_queries.running import bound_query, run
from hubgraph.saved_queries.writing import envelope, write
from hubgraph.store.base import (
    Answer,
    Dataset,
    GenerationInfo,
    Limits,
    ResultFormat,
    SearchPage,
    Store,
    Table,
)
from hubgraph.store.building import Builder

# rdflib warns of its own calls when it parses into a dataset.
pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning:rdflib")

BASE: Final = "https://w3id.org/hubgraph"
FIXTURES: Final = Path(__file__).parent / "queries"
CATALOGUE: Final = Catalogue.read(content("queries"))
DAY: Final = date(2026, 9, 1)


@cache
def _quads() -> bytes:
    """The shared fixtures with all that a load derives from them, as N-Quads of the named graphs."""
    with tempfile.TemporaryDirectory() as name:
        builder = Builder(Path(name))
        for path in (*sorted(FIXTURES.glob("*.ttl")), *sorted(FIXTURES.glob("*.trig"))):
            builder.load_rdf(path.read_bytes(), path.suffix, f"{BASE}/graph/source/fixture", path.name)
        ties = content("ontology", "ties.ttl")
        builder.load_rdf(ties.read_bytes(), ties.suffix, f"{BASE}/graph/ontology", ties.name)
        derive(builder, BASE, DAY)
        builder.close()
        quads = pyoxigraph.Store.read_only(name).quads_for_pattern(None, None, None, None)
        named = [quad for quad in quads if not isinstance(quad.graph_name, pyoxigraph.DefaultGraph)]
    return "\n".join(sorted(f"{quad} ." for quad in named)).encode()


class _MemoryStore(Store):
    """The shared fixtures with their derived facts, in the memory of one of two engines."""

    def __init__(self, engine: str) -> None:
        self.oxigraph = pyoxigraph.Store()
        self.oxigraph.load(_quads(), format=pyoxigraph.RdfFormat.N_QUADS)
        union = [pyoxigraph.Quad(quad.subject, quad.predicate, quad.object) for quad in self.oxigraph]
        self.oxigraph.extend(union)
        self.rdflib = rdflib.Dataset(default_union=True) if engine == "rdflib" else None
        if self.rdflib is not None:
            self.rdflib.parse(data=_quads(), format="nquads")

    def one_generation(self) -> AbstractContextManager[None]:
        return nullcontext()

    def info(self) -> GenerationInfo:
        return GenerationInfo("000007", "2026-09-01", len(self.oxigraph), BASE)

    def select(self, query: str, *, limits: Limits | None = None) -> Table:  # noqa: ARG002
        return select_on(self.oxigraph if self.rdflib is None else self.rdflib, query)

    def answer(
        self,
        query: str,
        result_format: ResultFormat,
        *,
        dataset: Dataset | None = None,
        limits: Limits | None = None,
    ) -> Answer:
        raise NotImplementedError

    def ask(self, query: str, *, limits: Limits | None = None) -> bool:
        raise NotImplementedError

    def search(self, text: str, *, kinds: Sequence[str] = (), limit: int = 20, offset: int = 0) -> SearchPage:
        raise NotImplementedError

    def close(self) -> None:
        self.oxigraph = pyoxigraph.Store()


@pytest.fixture(scope="module", params=["pyoxigraph", "rdflib"])
def store(request: pytest.FixtureRequest) -> Store:
    return _MemoryStore(request.param)


def _cases() -> list[Any]:
    return [
        pytest.param(path.parent.name, case, id=f"{path.parent.name}: {case['name']}")
        for path in sorted(FIXTURES.glob("*/cases.yaml"))
        for case in yaml.safe_load(path.read_text())
    ]


def _short(value: object) -> object:
    return value.removeprefix(f"{BASE}/") if isinstance(value, str) else value


@pytest.mark.parametrize(("slug", "case"), _cases())
def test_a_question_has_the_expected_rows_on_both_engines(
    store: Store, slug: str, case: dict[str, Any]
) -> None:
    answer = run(store, CATALOGUE.get(slug), {name: [value] for name, value in case["params"].items()})
    rows: Any = envelope(answer)["rows"]
    if "count" in case:
        assert len(rows) == case["count"]
        return
    asked = [row.keys() for row in case["rows"]]
    if len(asked) == len(rows):
        rows = [{name: _short(row[name]) for name in names} for names, row in zip(asked, rows, strict=True)]
    assert rows == case["rows"]
    for note in case.get("notes", ()):
        assert note in answer.notes


@pytest.mark.parametrize("saved", CATALOGUE.all(), ids=lambda saved: saved.slug)
def test_every_question_has_a_fixture_with_two_cases(saved: SavedQuery) -> None:
    assert len(yaml.safe_load((FIXTURES / saved.slug / "cases.yaml").read_text())) >= 2


def test_the_date_of_the_data_is_the_default_and_is_echoed(store: Store) -> None:
    answer = run(store, CATALOGUE.get("hub-members"), {"hub": ["m1"], "as_of": [""]})
    assert answer.as_of == "2026-09-01"
    assert answer.params == {"hub": "m1", "as_of": "2026-09-01"}


@pytest.mark.parametrize(
    "reference",
    ["uid:5001", "coh:01234567", "coh:1234567", "5001", f"{BASE}/id/trust/5001", " uid:5001 "],
)
def test_every_form_of_reference_finds_the_trust(store: Store, reference: str) -> None:
    bound = bound_query(store, CATALOGUE.get("trust-schools"), {"trust": [reference]})
    assert bound.terms["trust"] == (f"<{BASE}/id/trust/5001>",)


@pytest.mark.parametrize(
    ("slug", "given", "said"),
    [
        ("trust-schools", {"trust": ["uid:1"]}, "there is no record of kind 'trust' with UID 1 in this data"),
        ("trust-schools", {"trust": ["uid:6001"]}, "not of kind 'trust'"),
        ("trust-schools", {"trust": ["http://a/ b"]}, "not an absolute IRI"),
        ("trust-schools", {"trust": ["xyz:1"]}, "not a kind of reference"),
        ("trust-schools", {}, "a value is needed"),
        ("trust-schools", {"trust": ["5001", "5002"]}, "it takes one"),
        ("trust-schools", {"trust": ["5001"], "as_off": ["2020-01-01"]}, "did you mean 'as_of'"),
        ("isolated-schools", {"region": ["Narnia"]}, "not a code of the list 'region'"),
        ("isolated-schools", {"measure": ["none"]}, "not one of no-tie, outside-own-trust, no-hub"),
        ("isolated-schools", {"as_of": ["2026-02-30"]}, "not a day of the calendar"),
        ("schools-leading-hubs", {"min_hubs": ["0"]}, "below the least value, 1"),
        ("schools-leading-hubs", {"min_hubs": ["two"]}, "not a whole number"),
    ],
)
def test_a_wrong_value_says_which_rule_it_breaks(
    store: Store, slug: str, given: dict[str, list[str]], said: str
) -> None:
    with pytest.raises(ParameterError) as raised:
        run(store, CATALOGUE.get(slug), given)
    assert said in str(raised.value)
    assert raised.value.example


def test_sorting_by_an_unknown_column_is_a_parameter_error(store: Store) -> None:
    with pytest.raises(ParameterError, match="no column 'size'"):
        run(store, CATALOGUE.get("sources"), {}, sort="-size")


def test_sorting_puts_numbers_in_order_and_the_unbound_last(store: Store) -> None:
    saved = CATALOGUE.get("hubs-of-programme")
    down = run(store, saved, {"programme": ["maths"]}, sort="-members")
    assert [row["members"].value for row in down.rows if "members" in row] == ["2"]
    assert "members" not in down.rows[-1]
    up = run(store, saved, {"programme": ["maths"]}, sort="lead")
    assert [("lead" in row) for row in up.rows] == [True, False]


def test_the_json_envelope_has_exactly_the_promised_keys(store: Store) -> None:
    document = json.loads(write(run(store, CATALOGUE.get("sources"), {}), "json"))
    assert list(document) == [
        "query", "title", "params", "columns", "rows", "count", "truncated",
        "generation", "as_of", "sources", "took_ms",
    ]  # fmt: skip
    assert document["count"] == 2
    assert document["truncated"] is False
    assert document["generation"] == "000007"
    assert document["sources"] == ["A newspaper", "Register of schools"]
    assert document["rows"][1]["triples"] == 120


def test_turtle_carries_rows_licence_date_and_query(store: Store) -> None:
    graph = rdflib.Graph()
    graph.parse(data=write(run(store, CATALOGUE.get("hub-members"), {"hub": ["m1"]}), "ttl"), format="turtle")
    rs = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
    assert len(list(graph.objects(None, rs.solution))) == 2
    assert rdflib.URIRef("https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/") in set(
        graph.objects(None, rdflib.DCTERMS.license)
    )
    assert [str(date) for date in graph.objects(None, rdflib.DCTERMS.valid)] == ["2026-09-01"]
    assert "hg:heldDuring" in str(next(graph.objects(None, rdflib.RDF.value)))


def test_derived_facts_follow_dates_and_stubs_have_a_name() -> None:
    store = _MemoryStore("pyoxigraph")
    query = (
        "PREFIX hg: <https://w3id.org/hubgraph/ns#> SELECT ?s ?p ?o WHERE "
        "{ VALUES ?p { hg:inHub hg:leadsHub hg:inGroup hg:hasPredecessor } ?s ?p ?o } ORDER BY ?p ?s ?o"
    )
    facts = {(row["p"].value.rpartition("#")[2], row["s"].value[-6:], row["o"].value.rpartition("/")[2])
             for row in store.select(query).rows}  # fmt: skip
    assert facts == {
        ("inHub", "100001", "m1"), ("inHub", "100001", "e1"), ("inHub", "100010", "m1"), ("inHub", "100010", "e1"),
        ("leadsHub", "100001", "m1"), ("leadsHub", "100001", "e1"), ("leadsHub", "100010", "e1"),
        ("inGroup", "100003", "5001"), ("inGroup", "100004", "5001"), ("inGroup", "100010", "5001"),
        ("inGroup", "100008", "6001"),
        ("hasPredecessor", "100001", "100004"), ("hasPredecessor", "100004", "90001"),
    }  # fmt: skip
    stubs = store.select(
        "PREFIX hg: <https://w3id.org/hubgraph/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        "SELECT ?urn ?name WHERE { ?stub a hg:Stub ; hg:urn ?urn ; rdfs:label ?name } ORDER BY ?urn"
    )
    assert [(row["urn"].value, row["name"].value) for row in stubs.rows] == [("90001", "Old Dogwood")]


@pytest.mark.parametrize(
    ("slug", "given", "names", "said"),
    [
        ("isolated-schools", {"la": "la:202", "region": "A"}, ("la", "region"), "Camwick"),
        ("isolated-schools", {"la": "Camwick", "region": "a"}, ("la", "region"), "is in London"),
        ("funding-flows", {"hub": "m1", "programme": "english"}, ("hub", "programme"), "Maths hubs"),
        ("overlapping-roles", {"programme": "english", "hub": "m1"}, ("hub", "programme"), "Maths one"),
        ("hubs-serving-area", {"school": "urn:100003", "area": "la:203"}, ("school", "area"), "Camwick"),
        ("hubs-serving-area", {"school": "urn:100003", "area": "E07009901"}, ("school", "area"), "Fen Edge"),
        ("hub-changes", {"since": "2026-02-01", "until": "2026-01-31"}, ("since", "until"), "2026-01-31"),
        (
            "trust-changes",
            {"trust": "uid:5001", "since": "2026-02-01", "until": "2026-01-31"},
            ("since", "until"),
            "after",
        ),
    ],
)
def test_parameters_that_contradict_each_other_are_refused_by_both_names(
    store: Store, slug: str, given: dict[str, str], names: tuple[str, str], said: str
) -> None:
    with pytest.raises(ParameterError) as refused:
        run(store, CATALOGUE.get(slug), {name: [value] for name, value in given.items()})
    assert all(f"'{name}'" in str(refused.value) for name in names)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("slug", "given"),
    [
        ("isolated-schools", {"la": "la:202", "region": "H"}),
        ("isolated-schools", {"la": "la:203", "region": "A"}),
        ("isolated-schools", {"la": "la:202", "region": "", "phase": "4"}),
        ("funding-flows", {"hub": "m1", "programme": "maths"}),
        ("funding-flows", {"funder": "fund", "programme": "english"}),
        # No source says where this school is, so nothing contradicts.
        ("hubs-serving-area", {"school": "urn:100013", "area": "la:202"}),
        ("hubs-serving-area", {"school": "urn:100003", "area": "E07009902"}),
        ("hub-changes", {"since": "2026-01-31", "until": "2026-01-31"}),
        ("chain-between", {"from": "m1", "to": "english"}),
    ],
)
def test_parameters_that_can_hold_together_are_answered(
    store: Store, slug: str, given: dict[str, str]
) -> None:
    run(store, CATALOGUE.get(slug), {name: [value] for name, value in given.items()})


def test_kinds_of_implications_are_types_that_parameters_have() -> None:
    known = {type_of(param) for saved in CATALOGUE.all() for param in saved.params}
    used = {kind for implied in implications() for kind in (*implied.one, *implied.other)}
    assert known & used >= {"entity(la)", "code(region)", "entity(hub)", "entity(programme)"}
    for implied in implications():
        prepareQuery(link_query(implied.link, of_one_class=True))
