"""Schools outside England stay as records and are never counted: the same answers with and without them."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox
import pytest
import yaml
from rdflib import Graph, URIRef
from rdflib.namespace import SKOS

from hubgraph.ingest.deriving import derive
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.saved_queries.model import SavedQuery
from hubgraph.saved_queries.running import run
from hubgraph.saved_queries.writing import envelope
from hubgraph.settings import Settings
from hubgraph.sparql import bind, tokenise
from hubgraph.store.building import Builder
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.store.generations import FORMAT_VERSION, Generations, Manifest
from hubgraph.store.search import build_index
from hubgraph.terms import HG, RDF
from loading import run as run_load
from loading import values, write_files

BASE: Final = "https://w3id.org/hubgraph"
FIXTURES: Final = Path(__file__).parent / "queries"
CATALOGUE: Final = Catalogue.read(content("queries"))
DAY: Final = date(2026, 9, 1)
TIES: Final = tuple(ox.NamedNode(HG + name) for name in ("Participation", "Affiliation", "SupportEngagement"))
OUTSIDE: Final = "outside"
"""A word in the IRI of every school and tie that is added outside England."""
NUMBERED: Final = ("urn", "ukprn", "laestab", "localAuthority")
LISTED: Final = {
    "hub-members": "lists who takes part, wherever they are",
    "hubs-of-programme": "members are organisations, wherever they are",
    "hub-growth": "members are organisations, wherever they are",
    "hub-changes": "lists who came and went, wherever they are",
    "trust-schools": "lists the members of a trust, wherever they are",
    "federated-schools": "lists the members of federations, wherever they are",
    "trust-changes": "lists the members that came and went, wherever they are",
    "schools-leading-hubs": "lists leads with their hubs, wherever they are",
    "projects-with-hubs": "members are organisations, wherever they are",
    "brokers-for-school": "a broker of a school in England may be across the border",
    "hubs-serving-area": "lists hubs with their leads, wherever these are",
    "identifiers": "shows the identifiers of the record that is asked for",
}
"""Questions that list records, with why a school outside England may be among them; no question counts one."""


def _outsiders(source: bytes) -> str:
    """Return a copy of every school of the fixtures under an authority overseas, with a copy of each of its ties."""
    store = ox.Store()
    store.load(source, format=ox.RdfFormat.TURTLE, base_iri=f"{BASE}/id/")
    a = ox.NamedNode(f"{RDF}type")
    copies: dict[Any, ox.NamedNode] = {}
    for quad in store.quads_for_pattern(None, a, ox.NamedNode(f"{HG}School")):
        copies[quad.subject] = ox.NamedNode(re.sub(r"/school/", f"/school/{OUTSIDE}-", _iri(quad.subject)))
    schools = dict(copies)
    for tie in TIES:
        for quad in store.quads_for_pattern(None, a, tie):
            if any(other.object in schools for other in store.quads_for_pattern(quad.subject, None, None)):
                copies[quad.subject] = ox.NamedNode(f"{_iri(quad.subject)}-{OUTSIDE}")
    lines = []
    for quad in store:
        if quad.subject in copies and quad.predicate.value.removeprefix(HG) not in NUMBERED:
            value = schools.get(quad.object, quad.object)
            lines.append(f"{copies[quad.subject]} {quad.predicate} {value} .")
    for number, school in enumerate(sorted(schools.values(), key=str)):
        lines.append(f'{school} <{HG}urn> "{700001 + number}" .')
        lines.append(f"{school} <{HG}localAuthority> <{BASE}/id/la/704> .")
    return "\n".join(sorted(lines))


def _iri(term: object) -> str:
    assert isinstance(term, ox.NamedNode)
    return term.value


def _publish(root: Path, extra: str) -> EmbeddedStore:
    generations = Generations(root)
    with generations.lock():
        stage = generations.stage()
        builder = Builder(stage / "rdf")
        for path in (*sorted(FIXTURES.glob("*.ttl")), *sorted(FIXTURES.glob("*.trig"))):
            builder.load_rdf(path.read_bytes(), path.suffix, f"{BASE}/graph/source/fixture", path.name)
        for path in sorted(content("ontology", "codes").glob("*.ttl")):
            builder.load_rdf(path.read_bytes(), ".ttl", f"{BASE}/graph/ontology", path.name)
        builder.load_rdf(extra.encode(), ".ttl", f"{BASE}/graph/source/outside", "outside.ttl")
        derive(builder, BASE, DAY)
        builder.optimize()
        del builder
        build_index(stage / "search.sqlite", [])
        generations.publish(
            stage, Manifest(FORMAT_VERSION, "", "test", BASE, DAY.isoformat(), "2026-09-02", 1)
        )
    return EmbeddedStore(root, Settings())


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EmbeddedStore, EmbeddedStore]]:
    """The fixtures as they are, and with a copy of every school outside England."""
    extra = _outsiders(b"\n".join(path.read_bytes() for path in sorted(FIXTURES.glob("*.ttl"))))
    assert extra.count(OUTSIDE) > 50
    plain = _publish(tmp_path_factory.mktemp("plain"), "")
    more = _publish(tmp_path_factory.mktemp("more"), extra)
    yield plain, more
    plain.close()
    more.close()


@pytest.mark.parametrize("saved", CATALOGUE.all(), ids=lambda saved: saved.slug)
def test_no_question_counts_a_school_outside_england(
    stores: tuple[EmbeddedStore, EmbeddedStore], saved: SavedQuery
) -> None:
    for case in yaml.safe_load((FIXTURES / saved.slug / "cases.yaml").read_text()):
        given = {name: [value] for name, value in case["params"].items()}
        answers: list[Any] = [envelope(run(store, saved, given))["rows"] for store in stores]
        plain, more = answers
        if saved.slug in LISTED:
            columns = [column.name for column in saved.columns if column.format not in ("integer", "percent")]
            plain, more = (
                [{name: row[name] for name in columns} for row in rows if OUTSIDE not in str(row)]
                for rows in (plain, more)
            )
        assert more == plain, case["name"]


PLACED: Final = """\
URN,EstablishmentName,EstablishmentStatus (code),TypeOfEstablishment (code),PhaseOfEducation (code),LA (code),GOR (code)
100001,In Camden,1,1,2,202,H
100002,In Camden and closing,3,1,2,202,
100003,In Camden and closed,2,1,2,202,H
100004,Does not apply,1,11,2,000,
100005,Service children,1,26,2,702,
100006,Service children under an authority of England,1,26,2,202,
100007,Fieldwork,1,25,2,704,
100008,Guernsey,1,11,2,705,
100009,Isle of Man,1,11,2,707,
100010,Gibraltar,1,37,2,708,
100011,Offshore,1,25,2,,
100012,British school overseas,1,37,2,,
100013,Nowhere known,1,11,2,,H
100014,New authority,1,1,2,944,D
100015,Made-up authority without a region,1,1,2,990,
100016,Unlisted authority in Wales,1,1,2,690,W
400017,Number of Wales and an authority of England,1,1,2,202,H
400018,Number of Wales,1,30,2,,
400019,Cardiff,1,30,2,681,W
400020,Number of Wales alone,1,1,2,,
"""


def test_the_count_of_open_schools_is_the_recount_of_the_file(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "in", edubasealldata20260130=PLACED)
    run_load(tmp_path / "store", folder)
    assert {name for _, name in values(tmp_path / "store", "SELECT ?s ?n { ?s hg:openDuring ?p ; rdfs:label ?n }")} == {
        "In Camden", "In Camden and closing", "New authority", "Made-up authority without a region",
        "Number of Wales and an authority of England",
    }  # fmt: skip
    marked = values(tmp_path / "store", "SELECT ?n ?why { ?s hg:notCounted ?why ; rdfs:label ?n }")
    reasons = {name: why.rpartition("/")[2] for name, why in marked}
    assert len(marked) == len(reasons)
    assert reasons.pop("Nowhere known") == "no-authority"
    assert set(reasons.values()) == {"outside-england"}
    assert set(reasons) == {
        "Does not apply", "Service children", "Service children under an authority of England", "Fieldwork", "Guernsey",
        "Isle of Man", "Gibraltar", "Offshore", "British school overseas", "Unlisted authority in Wales", "Number of Wales",
        "Cardiff", "Number of Wales alone",
    }  # fmt: skip
    store = EmbeddedStore(tmp_path / "store", Settings())
    text = content("queries", "internal", "count-open-schools.rq").read_text()
    row = store.select(bind(text, {"as_of": ['"2026-01-30"^^<http://www.w3.org/2001/XMLSchema#date>']})).rows[
        0
    ]
    answer = run(store, CATALOGUE.get("coverage-by-area"), {"area_kind": ["la"]})
    store.close()
    assert row["open"].value == "5"
    assert [int(line["schools"].value) for line in answer.rows] == [3, 1, 1]
    assert any("1 open schools of which no source names the local authority" in note for note in answer.notes)


def test_a_school_of_unknown_status_outside_england_is_not_told_as_one_of_england(tmp_path: Path) -> None:
    rows = "100001,No status,,1,2,202,H\n100002,No status overseas,,37,2,704,\n100003,No status and no authority,,1,2,,\n"
    folder = write_files(tmp_path / "in", edubasealldata20260130=PLACED.splitlines()[0] + "\n" + rows)
    run_load(tmp_path / "store", folder)
    found = values(tmp_path / "store", "SELECT ?n { ?s hg:withoutStatus true ; rdfs:label ?n }")
    assert sorted(found) == [("No status",), ("No status and no authority",)]


def test_the_list_of_authorities_has_those_of_england_once_and_the_codes_elsewhere() -> None:
    graph = Graph().parse(content("ontology", "codes", "local-authority.ttl"))
    nation = {
        str(graph.value(code, SKOS.notation)): str(of).rpartition("/")[2]
        for code, of in graph.subject_objects(URIRef(f"{HG}nation"))
    }
    assert {code for code, of in nation.items() if of == "elsewhere"} == {
        "000",
        *(str(code) for code in range(701, 709)),
    }
    assert {code for code, of in nation.items() if of == "wales"} == {str(code) for code in range(660, 682)}
    england = {code for code, of in nation.items() if of == "england"}
    before = {"820", "835", "836", "837", "875", "909", "928"}
    assert before < england
    assert len(england - before) == 153


def test_a_list_that_may_name_schools_outside_england_exists() -> None:
    assert {saved.slug for saved in CATALOGUE.all()} >= set(LISTED)


def test_only_one_place_says_which_schools_are_open_and_in_england() -> None:
    """Questions start from hg:openDuring; a status that means open is named where that is derived, and nowhere else."""
    naming = {
        path.name
        for path in content("queries").rglob("*.rq")
        if re.search(r"establishment-status/[13]>|region/W>|\^40?\[0-9\]", _code(path))
    }
    assert naming == {"measured-schools.rq", "without-authority.rq", "outside-england.rq"}


def _code(path: Path) -> str:
    return "".join(token.text for token in tokenise(path.read_text()) if token.kind != "comment")
