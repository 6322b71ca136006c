"""Records are joined along the strongest pairs, and never past what forbids it."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from hubgraph.people.clusters import Edges, cluster
from hubgraph.people.rules import Name, differences

RECORDS = 9
_pair = st.integers(0, RECORDS - 2).flatmap(
    lambda low: st.tuples(st.just(low), st.integers(low + 1, RECORDS - 1))
)
_likely = st.lists(
    _pair.flatmap(lambda pair: st.tuples(st.just(pair[0]), st.just(pair[1]), st.floats(0.99, 0.9999)))
)
_middles = st.dictionaries(
    st.integers(0, RECORDS - 1), st.sampled_from(["ann", "jane", "a", "j", "ann mary"])
)
_names = st.fixed_dictionaries(
    {
        number: st.builds(
            Name,
            first=st.sampled_from(["", "j", "john", "jane", "johnny", "lizzie", "elizabeth"]),
            middle=st.sampled_from(["", "", "ann", "jane"]),
            last=st.sampled_from(["", "bell", "carr", "bell carr", "thornquil", "thornquill"]),
            gender=st.sampled_from(["", "", "f", "m"]),
        )
        for number in range(RECORDS)
    }
)
Likely = Sequence[tuple[int, int, float]]


def _together(first: Sequence[int], one: int, other: int) -> bool:
    return first[one] == first[other]


def _bearing(middle: Mapping[int, str]) -> dict[int, Name]:
    """Return names that are equal but for further forenames."""
    return {number: Name("ruth", middle.get(number, ""), "peel") for number in range(RECORDS)}


def test_a_chain_that_a_rejected_pair_breaks_is_split_at_its_weakest_edge() -> None:
    likely = [(0, 1, 0.999), (1, 2, 0.991), (2, 3, 0.998)]
    made = cluster(4, Edges(likely=likely, rejected=[(0, 3)]))
    assert made.first == (0, 0, 2, 2)
    assert made.confidence == {0: 0.999, 2: 0.998}


def test_a_person_is_as_sure_as_the_weakest_pair_that_holds_it_together() -> None:
    made = cluster(3, Edges(likely=[(0, 1, 0.9999), (1, 2, 0.993), (0, 2, 0.995)]))
    assert made.confidence == {0: 0.995}


def test_an_accepted_pair_that_a_rejection_forbids_is_refused_and_named() -> None:
    made = cluster(3, Edges(accepted=[(0, 1), (1, 2)], rejected=[(0, 2)]))
    assert made.first == (0, 0, 2)
    assert made.refused == ((1, 2),)


def test_a_person_key_overrules_a_rejection_and_that_is_named() -> None:
    made = cluster(2, Edges(stated=[[0, 1]], rejected=[(0, 1)]))
    assert made.first == (0, 0)
    assert made.overruled == ((0, 1),)


def test_an_accepted_pair_may_have_differing_middle_names_and_a_likely_one_may_not() -> None:
    names = _bearing({0: "ann", 1: "jane"})
    assert cluster(2, Edges(accepted=[(0, 1)], names=names)).first == (0, 0)
    assert cluster(2, Edges(likely=[(0, 1, 0.9999)], names=names)).first == (0, 1)


@given(_likely, st.lists(_pair), st.lists(_pair), _middles)
def test_no_rejected_pair_is_together_and_an_accepted_one_is_unless_it_is_named(
    likely: Likely, accepted: list[tuple[int, int]], rejected: list[tuple[int, int]], middle: dict[int, str]
) -> None:
    made = cluster(
        RECORDS, Edges(accepted=accepted, rejected=rejected, likely=likely, names=_bearing(middle))
    )
    assert not any(_together(made.first, *pair) for pair in rejected)
    assert all(_together(made.first, *pair) or pair in made.refused for pair in accepted)
    assert made.overruled == ()


@given(_likely, st.lists(_pair), _middles, st.randoms(use_true_random=False))
def test_people_do_not_depend_on_the_order_of_the_pairs(
    likely: Likely, rejected: list[tuple[int, int]], middle: dict[int, str], chance: Random
) -> None:
    shuffled = list(likely)
    chance.shuffle(shuffled)
    one = cluster(RECORDS, Edges(rejected=rejected, likely=likely, names=_bearing(middle)))
    other = cluster(RECORDS, Edges(rejected=rejected, likely=shuffled, names=_bearing(middle)))
    assert one.first == other.first


@given(_likely)
def test_without_anything_that_forbids_people_are_the_connected_records(likely: Likely) -> None:
    made = cluster(RECORDS, Edges(likely=likely))
    assert all(_together(made.first, one, other) for one, other, _ in likely)
    assert all(made.first[first] == first <= record for record, first in enumerate(made.first))
    joined = {first for first in made.first if made.first.count(first) > 1}
    assert set(made.confidence) == joined
    seen = dict.fromkeys(range(RECORDS))
    edges = {frozenset(pair[:2]) for pair in likely}
    for record in seen:
        reached = {made.first[record]}
        while more := {end for edge in edges if edge & reached for end in edge} - reached:
            reached |= more
        assert record in reached


@given(_likely, _middles)
def test_no_person_has_two_differing_full_middle_names(likely: Likely, middle: dict[int, str]) -> None:
    made = cluster(RECORDS, Edges(likely=likely, names=_bearing(middle)))
    for first in set(made.first):
        names = {text for record, text in middle.items() if made.first[record] == first}
        assert not {"ann", "jane"} <= names
        assert not {"jane", "ann mary"} <= names


@given(_likely, _names)
def test_every_two_records_that_nobody_reviewed_agree_in_all_their_names(
    likely: Likely, names: dict[int, Name]
) -> None:
    made = cluster(RECORDS, Edges(likely=likely, names=names))
    for one, other in combinations(range(RECORDS), 2):
        assert not _together(made.first, one, other) or not differences(names[one], names[other])


@given(_likely, st.lists(_pair), _names)
def test_with_reviews_two_records_of_a_person_differ_only_as_reviewed_ones_do(
    likely: Likely, accepted: list[tuple[int, int]], names: dict[int, Name]
) -> None:
    made = cluster(RECORDS, Edges(likely=likely, accepted=accepted, names=names))
    reviewed = cluster(RECORDS, Edges(accepted=accepted, names=names))
    for one, other in combinations(range(RECORDS), 2):
        if not _together(made.first, one, other):
            continue
        allowed = {
            difference
            for first, second in combinations(range(RECORDS), 2)
            if _together(reviewed.first, first, second) and _together(made.first, first, one)
            for difference in differences(names[first], names[second])
        }
        assert differences(names[one], names[other]) <= allowed


def test_what_a_reviewer_put_together_does_not_keep_later_rows_of_either_name_away() -> None:
    names = dict(enumerate([Name("ann", "", "bell"), Name("ann", "", "carr")] * 2))
    likely = [(0, 2, 0.999), (1, 3, 0.999)]
    assert cluster(4, Edges(likely=likely, names=names)).first == (0, 1, 0, 1)
    assert cluster(4, Edges(likely=likely, accepted=[(0, 1)], names=names)).first == (0, 0, 0, 0)


def test_an_initial_that_a_reviewer_led_to_one_name_is_no_bridge_to_another() -> None:
    names = dict(enumerate([Name("j", "", "peel"), Name("john", "", "peel"), Name("jane", "", "peel")]))
    made = cluster(3, Edges(likely=[(0, 2, 0.9999)], accepted=[(0, 1)], names=names))
    assert made.first == (0, 0, 2)
