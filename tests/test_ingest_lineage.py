"""Lineage joins one-to-one chains only."""

from hypothesis import given
from hypothesis import strategies as st

from hubgraph.ingest.lineage import lineages


def test_a_chain_of_conversions_is_one_lineage_named_after_the_lowest_urn() -> None:
    assert lineages([("137000", "100001"), ("145000", "137000")]) == {
        "100001": "100001",
        "137000": "100001",
        "145000": "100001",
    }


def test_a_merger_starts_a_new_lineage() -> None:
    assert lineages([("300", "100"), ("300", "200")]) == {}


def test_a_split_starts_new_lineages() -> None:
    assert lineages([("200", "100"), ("300", "100")]) == {}


def test_a_chain_goes_on_after_a_merger() -> None:
    assert lineages([("300", "100"), ("300", "200"), ("400", "300")]) == {"300": "300", "400": "300"}


def test_a_two_way_cycle_is_one_lineage_and_ends() -> None:
    assert lineages([("2", "1"), ("1", "2")]) == {"1": "1", "2": "1"}


@given(st.lists(st.tuples(st.integers(100, 120).map(str), st.integers(100, 120).map(str)), max_size=40))
def test_every_lineage_is_named_after_its_lowest_member(pairs: list[tuple[str, str]]) -> None:
    found = lineages(pairs)
    for root in set(found.values()):
        members = {school for school, oldest in found.items() if oldest == root}
        assert root == min(members, key=lambda urn: (len(urn), urn))
        assert len(members) > 1 or (root, root) in pairs
