"""Statements that are taken out of a store step by step are those of the store, whatever their terms are."""

from pathlib import Path

import pytest

from hubgraph.findings.reach import Reach, statements_of
from hubgraph.store.building import Builder
from hubgraph.terms import HG, ORG

GRAPH = "https://example.org/graph"
TURTLE = f"""
@prefix hg: <{HG}> . @prefix org: <{ORG}> . @prefix x: <https://example.org/> .
x:seat a hg:Appointment ; org:organization x:trust ; hg:holder x:ada ; x:note "Said \\"no\\",\\n\\ttwice \\\\ é"@en-GB ; x:paid 2.50 .
[] a hg:Appointment ; org:organization x:trust ; org:member [ x:name "Nobody" ] .
[] a hg:Participation ; org:organization x:hub ; org:member x:trust ; org:role <https://w3id.org/hubgraph/code/participation-role/lead> .
[] a hg:Participation ; org:organization x:hub ; org:member x:school ; org:role <https://w3id.org/hubgraph/code/participation-role/supported> .
x:trust hg:sameBodyAs x:school .
"""
X = "https://example.org/"


@pytest.fixture
def store(tmp_path: Path) -> Builder:
    builder = Builder(tmp_path / "store")
    builder.load_rdf(TURTLE.encode(), ".ttl", GRAPH, "in.ttl")
    return builder


def test_what_is_taken_can_be_stored_again_as_it_was(store: Builder, tmp_path: Path) -> None:
    copy = Builder(tmp_path / "copy")
    copy.add(statements_of(store, GRAPH), GRAPH)
    query = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?p ?o ?s"
    assert copy.select(query).rows == store.select(query).rows


def test_appointments_and_parts_without_addresses_are_taken_too(store: Builder) -> None:
    reach = Reach(store)
    seats = reach.appointments([f"{X}trust"])
    assert [seat for seat in seats if not seat.startswith("_:")] == [f"{X}seat"]
    assert len(seats) == 2
    (lead,) = reach.parts([f"{X}hub"])
    assert lead.startswith("_:")
    assert reach.values([lead], f"{ORG}member") == (f"{X}trust",)


def test_a_step_that_was_taken_gives_the_same_again_and_asks_nothing(
    store: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    reach = Reach(store)
    first = reach.linked(f"{HG}holder", [f"{X}ada"])
    taken = reach.statements()
    monkeypatch.setattr(store, "construct", lambda _query: pytest.fail("it was asked before"))
    assert reach.linked(f"{HG}holder", [f"{X}ada"]) == first == (f"{X}seat",)
    assert reach.statements() == taken


def test_records_are_of_a_class_as_far_as_they_were_taken(store: Builder) -> None:
    reach = Reach(store)
    assert reach.having(f"{HG}Appointment", [f"{X}seat"]) == ()
    reach.describe([f"{X}seat", f"{X}trust"])
    assert reach.having(f"{HG}Appointment", [f"{X}seat", f"{X}trust"]) == (f"{X}seat",)
    assert reach.all_values(f"{HG}sameBodyAs") == (f"{X}school",)
