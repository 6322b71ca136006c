"""Sentences beside an answer say what the data say, whatever is asked: each is recounted without its query."""

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pyoxigraph
import pytest
from jsonschema import Draft202012Validator

from hubgraph.errors import ParameterError, SavedQueryError
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue, read_query
from hubgraph.saved_queries.model import Param, SavedQuery
from hubgraph.saved_queries.references import choices
from hubgraph.saved_queries.rounding import readable, rounded
from hubgraph.saved_queries.running import run
from hubgraph.settings import Settings
from hubgraph.store.base import Store, Term
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.terms import CODE, HG, RDF, RDFS, XSD

CATALOGUE: Final = Catalogue.read(content("queries"))
NOTED: Final = tuple(saved for saved in CATALOGUE.all() if saved.notes_query)
"""Questions that have a query of notes."""
STATUS: Final = f"{CODE}evaluation-status/published"
INDEPENDENT: Final = f"{CODE}evaluation-independence/independent"


class Triples:
    """The published triples, read one pattern at a time and without SPARQL."""

    def __init__(self, folder: Path) -> None:
        self._store = pyoxigraph.Store.read_only(str(folder / "current" / "rdf"))

    def pairs(self, predicate: str) -> set[tuple[str, str]]:
        found = self._store.quads_for_pattern(
            None, pyoxigraph.NamedNode(predicate), None, pyoxigraph.DefaultGraph()
        )
        return {
            (str(getattr(quad.subject, "value", "")), str(getattr(quad.object, "value", "")))
            for quad in found
        }

    def of(self, predicate: str) -> dict[str, str]:
        return dict(self.pairs(predicate))


@pytest.fixture(scope="module")
def store(bundled_folder: Path) -> Iterator[Store]:
    opened = EmbeddedStore(bundled_folder, Settings(workers=1))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def triples(bundled_folder: Path) -> Triples:
    return Triples(bundled_folder)


def values(store: Store, saved: SavedQuery, param: Param) -> tuple[str, ...]:
    """Return every value that can be chosen, and of other parameters some that bind."""
    offered = tuple(value for value, _ in choices(store, param, saved.options_texts))
    return offered or {"date": ("2026-01-10",), "decimal": ("0", "5"), "gYear": ("2025",)}[param.type]


def statements(triples: Triples, _given: Mapping[str, str]) -> set[str]:
    """Recount programmes by what is published of them, by funder, whatever evaluation is asked for."""
    status, how = triples.of(f"{HG}evaluationStatus"), triples.of(f"{HG}independence")
    funders, names = triples.of(f"{HG}funder"), triples.of(f"{RDFS}label")
    best: dict[str, int] = {}
    for evaluation, programme in triples.pairs(f"{HG}evaluates"):
        rank = 0 if status.get(evaluation) != STATUS else 2 if how.get(evaluation) == INDEPENDENT else 1
        best[programme] = max(rank, best.get(programme, 0))
    said = set()
    for funder in {funders.get(programme, "") for programme in best}:
        ranks = [rank for programme, rank in best.items() if funders.get(programme, "") == funder]
        said.add(
            f"{names.get(funder, 'No funder known')}: of {len(ranks)} programmes with a statement about evaluation, "
            f"{ranks.count(2)} have an independent one published, {ranks.count(1)} another one, {ranks.count(0)} none."
        )
    return said


def unknown(triples: Triples, given: Mapping[str, str]) -> set[str]:
    """Recount the schools of unknown status in the area and phase that the question is about."""
    schools = {school for school, _ in triples.pairs(f"{HG}withoutStatus")}
    for name, predicate in (("la", "localAuthority"), ("region", "region"), ("phase", "phase")):
        if name in given:
            found = triples.of(f"{HG}{predicate}")
            schools = {school for school in schools if same(found.get(school, ""), given[name])}
    return {f"{len(schools)} schools of unknown status are not counted as open."}


def same(iri: str, asked: str) -> bool:
    return asked in (iri, iri.rpartition("/")[2])


def placed(triples: Triples, given: Mapping[str, str]) -> set[str]:
    """Recount the open schools that have a decile in the index of the year, the newest where none is given."""
    years, bands = triples.of(f"{HG}bandYear"), triples.pairs(f"{HG}deprivationBand")
    said = unknown(triples, {})
    if bands:
        year = given.get("year", max(years[band] for _, band in bands))
        first, last = triples.of(f"{HG}firstDay"), triples.of(f"{HG}lastDay")
        day = given.get("as_of") or max(triples.of(f"{HG}measuredOn").values())
        opened = {
            school
            for school, period in triples.pairs(f"{HG}openDuring")
            if first[period] <= day <= last[period]
        }
        inside = {school for school, band in bands if years[band] == year} & opened
        said.add(
            f"{len(inside)} of {len(opened)} open schools lie in an area of the index of {year}; "
            f"the {len(opened) - len(inside)} others"
        )
    return said


def together(triples: Triples, _given: Mapping[str, str]) -> set[str]:
    """Recount nothing but the figures of spending that are about no programme: one sentence each."""
    programmes = {thing for thing, kind in triples.pairs(f"{RDF}type") if kind == f"{HG}Programme"}
    about = triples.of(f"{HG}about")
    spending = {figure for figure, what in triples.pairs(f"{HG}measure") if what.startswith("spend")}
    names = triples.of(f"{RDFS}label")
    return {names[about[figure]] for figure in spending if about[figure] not in programmes}


RECOUNTS: Final = {
    "deprivation-notes": placed,
    "evidence-coverage": statements,
    "isolation-notes": unknown,
    "unknown-status-in-area": unknown,
    "spending-reported-together": together,
}


@pytest.mark.parametrize("saved", NOTED, ids=lambda saved: saved.slug)
def test_notes_are_true_for_every_value_of_every_filter(
    store: Store, triples: Triples, saved: SavedQuery
) -> None:
    recount = RECOUNTS[saved.notes_query]
    asked = [{param.name: value} for param in saved.params for value in values(store, saved, param)]
    both = [
        dict(zip(pair, chosen, strict=True))
        for pair in itertools.combinations(saved.notes_params, 2)
        for chosen in itertools.product(
            *(values(store, saved, param)[:4] for param in saved.params if param.name in pair)
        )
    ]
    needed = {param.name: values(store, saved, param)[0] for param in saved.params if param.required}
    for given in ({}, *asked, *both):
        full = {**needed, **given}
        try:
            answer = run(store, saved, {name: (value,) for name, value in full.items()})
        except ParameterError:
            continue
        for sentence in recount(triples, full):
            assert any(note.startswith(sentence) for note in answer.notes), (full, sentence, answer.notes)


@pytest.mark.parametrize(
    ("notes", "said"),
    [
        ("{ query: counted }", "the notes query 'counted' has a variable ?n, which is also a parameter"),
        ("{ query: counted, params: [n, m] }", "'notes' lists ?m, but it must be a parameter"),
    ],
)
def test_notes_that_a_parameter_would_reach_unasked_are_refused(
    tmp_path: Path, notes: str, said: str
) -> None:
    for folder in ("hubs", "internal"):
        (tmp_path / folder).mkdir()
    (tmp_path / "internal" / "counted.rq").write_text("SELECT ?said WHERE { ?n ?p ?said }")
    path = tmp_path / "hubs" / "a-question.rq"
    path.write_text(
        "#+ title: A question\n#+ summary: What is asked here.\n#+ group: hubs\n"
        "#+ params:\n#+   n: { type: integer, label: Number, help: How many. }\n"
        f"#+ columns:\n#+   s: {{ label: Subject }}\n#+ notes: {notes}\nSELECT ?s WHERE {{ ?s ?p ?n }} ORDER BY ?s\n"
    )
    validator = Draft202012Validator(json.loads(content("queries", "head.schema.json").read_text()))
    with pytest.raises(SavedQueryError, match=re.escape(said)):
        read_query(path, validator)


@pytest.mark.parametrize(
    ("value", "datatype", "shown"),
    [
        ("0.30000000000000004", "double", "0.3"),
        ("9.681999999999999E0", "double", "9.682"),
        ("24.950000000000002621", "decimal", "24.95"),
        ("3.0000000000000001", "decimal", "3"),
        ("-1.23456789", "decimal", "-1.234568"),
        ("0.00000001234567", "decimal", "0.0000000123"),
        ("0.123456", "decimal", "0.123456"),
        ("INF", "double", "INF"),
        ("1.0000000000001", "string", "1.0000000000001"),
    ],
)
def test_numbers_lose_the_noise_of_binary_arithmetic(value: str, datatype: str, shown: str) -> None:
    assert rounded(Term("literal", value, f"{XSD}{datatype}")).value == shown


def test_numbers_in_sentences_lose_it_too() -> None:
    assert (
        readable("GBP 0.30000000000000004 of 12.5, see 10.1234567.8") == "GBP 0.3 of 12.5, see 10.1234567.8"
    )


def test_amounts_in_sentences_have_commas_and_years_and_numbers_of_records_none() -> None:
    assert readable("GBP 354400000 of GBP 12000.50 in 2021, GBP 0, URN 100001, 1140 schools") == (
        "GBP 354,400,000 of GBP 12,000.50 in 2021, GBP 0, URN 100001, 1140 schools"
    )
