"""Matching keeps the promises of the thresholds in a load of a few hundred rows, with and without the extra."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from hubgraph.people import scoring
from hubgraph.people.inside import NOTE
from hubgraph.people.kept import find_beside, keep, read_kept
from hubgraph.people.resolve import FILE, Found, find, resolve, settle
from people import BASE, World, persons

NORTH, SOUTH, WEST = "school/700001", "school/700002", "school/700003"
Pairs = Mapping[frozenset[str], float]

COMMON = ("John||Smith", "Sarah||Jones", "Mohammed||Khan", "David||Patel", "Susan||Taylor")


def _world() -> World:
    world = World()
    world.fill(320, 40)
    world.school(700_001, 420_000, 560_000)
    world.school(700_002, 520_000, 180_000)
    world.school(700_003, 290_000, 90_000)
    world.say("<affiliation/1> a hg:Affiliation ; org:member <school/700001> ; org:organization <trust/10> .")
    world.say(
        f"<participation/1> a hg:Participation ; org:member <{SOUTH}> ; org:organization <hub/h> ; org:role <{BASE}/code/participation-role/partner> ."
    )
    world.say("<hub/h> a hg:Hub . <transaction/1> hg:payer <trust/10> ; hg:payee <organisation/caterer> .")
    world.holds("rare-1", "|Peter|James|Quillfeather", NORTH)
    world.holds("rare-2", "|Peter|James|Quillfeather", SOUTH)
    for pair, (one, other) in {
        "trust": (NORTH, "trust/10"),
        "hub": (SOUTH, "hub/h"),
        "school": (WEST, WEST),
        "paid": ("trust/10", "organisation/caterer"),
    }.items():
        first, last = {
            "trust": ("John", "Smith"),
            "hub": ("Sarah", "Jones"),
            "school": ("David", "Brown"),
            "paid": ("Karen", "Evans"),
        }[pair]
        world.holds(f"{pair}-1", f"|{first}|Mary|{last}", one)
        world.holds(f"{pair}-2", f"|{first}|Mary|{last}", other, "4")
    for number, name in enumerate(COMMON):
        world.holds(f"common-{number}-1", f"|{name.replace('||', '||')}", SOUTH)
        world.holds(f"common-{number}-2", f"|{name}", WEST)
    world.holds("differ-1", "|Paul|Henry|Marrowby", WEST)
    world.holds("differ-2", "|Paul|George|Marrowby", WEST, "4")
    world.holds("chain-1", "|Ruth|Anwen|Tidelark", WEST)
    world.holds("chain-2", "|Ruth||Tidelark", WEST, "4")
    world.holds("chain-3", "|Ruth|Bronnen|Tidelark", WEST, "5")
    world.holds("nick-1", "|Elizabeth||Thornquill", WEST)
    world.holds("nick-2", "|Liz||THORNQUILL OBE", WEST, "4")
    world.holds("twice-1", "|Mark||Wilson", WEST, days="2020-01-01/2024-01-01")
    world.holds("twice-2", "|Mark||Wilson", WEST, days="2021-01-01/2025-01-01")
    world.holds("after-1", "|Mark||Wright", WEST, days="2016-01-01/2019-12-31")
    world.holds("after-2", "|Mark||Wright", WEST, days="2020-01-01/2023-12-31")
    world.holds("title-1", "|Dr Alan||Greenshore", WEST)
    world.holds("title-2", "Dr|Alan||Greenshore", WEST, "4")
    world.holds("key-1", "|Anna||Peel", NORTH, person="p")
    world.holds("key-2", "|Zoe|Kim|Ostler", SOUTH, person="p")
    world.holds("key-3", "|Tim||Ferrow", SOUTH, person="p", source="other")
    return world


@pytest.fixture(scope="module")
def world() -> World:
    return _world()


@pytest.fixture(scope="module")
def pairs(world: World) -> Pairs:
    found = find(world.reader(), BASE)
    keys = found.records["key"].to_list()
    rows = found.scored.pairs.select("one", "other", "probability").iter_rows()
    return {frozenset((keys[one], keys[other])): probability for one, other, probability in rows}


@pytest.fixture(scope="module")
def people(world: World, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    folder = tmp_path_factory.mktemp("people")
    return persons(resolve(world.reader(), BASE, folder, folder).resolved.read_text())


def _of(pairs: Pairs, name: str) -> float:
    return pairs.get(frozenset((f"{name}-1", f"{name}-2")), 0.0)


def test_three_equal_names_of_which_one_is_rare_join_wherever_the_roles_are(pairs: Pairs) -> None:
    assert _of(pairs, "rare") >= 0.99


@pytest.mark.parametrize("place", ["trust", "hub", "school", "paid"])
def test_three_equal_common_names_join_in_one_school_trust_or_hub_or_bodies_tied_to_them(
    pairs: Pairs, people: Mapping[str, str], place: str
) -> None:
    assert _of(pairs, place) >= 0.99
    assert people[f"{place}-1"] == people[f"{place}-2"]


@pytest.mark.parametrize("number", range(len(COMMON)))
def test_a_common_first_and_last_name_alone_in_different_places_never_joins(
    pairs: Pairs, people: Mapping[str, str], number: int
) -> None:
    assert _of(pairs, f"common-{number}") < 0.9
    assert people[f"common-{number}-1"] != people[f"common-{number}-2"]


def test_differing_full_middle_names_never_join(people: Mapping[str, str]) -> None:
    assert people["differ-1"] != people["differ-2"]


def test_differing_full_middle_names_do_not_join_over_a_third_record(
    pairs: Pairs, people: Mapping[str, str]
) -> None:
    assert pairs[frozenset(("chain-1", "chain-2"))] >= 0.5
    assert people["chain-1"] != people["chain-3"]


def test_nicknames_capitals_and_letters_after_a_name_are_seen_through(pairs: Pairs) -> None:
    assert _of(pairs, "nick") >= 0.9


def test_a_title_among_the_forenames_is_a_title(pairs: Pairs) -> None:
    assert _of(pairs, "title") >= 0.99


def test_one_role_twice_at_a_time_speaks_against_and_one_term_after_another_does_not(pairs: Pairs) -> None:
    assert _of(pairs, "twice") < _of(pairs, "after")


def test_equal_person_keys_of_one_source_are_one_person_whatever_the_names(people: Mapping[str, str]) -> None:
    assert people["key-1"] == people["key-2"]
    assert people["key-3"] == "key-3"


def test_every_record_has_a_person_named_after_its_first_appointment(
    world: World, people: Mapping[str, str]
) -> None:
    assert set(people) == set(world.keys)
    assert all(people[person] == person for person in people.values())


def test_only_new_records_are_scored_where_that_is_asked(world: World) -> None:
    found = find(world.reader(), BASE, [f"{BASE}/id/appointment/rare-2"])
    keys = found.records["key"].to_list()
    assert [
        {keys[one], keys[other]} for one, other in found.scored.pairs.select("one", "other").iter_rows()
    ] == [{"rare-1", "rare-2"}]


@pytest.mark.parametrize("extra", [True, False])
def test_new_records_are_scored_beside_kept_ones_as_in_a_store_that_has_both(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, extra: bool
) -> None:
    if not extra:
        monkeypatch.setattr(scoring, "available", lambda: False)
    new = World()
    new.holds("rare-3", "|Peter|James|Quillfeather", WEST, source="new")
    new.holds("school-3", "|David|Mary|Brown", WEST, "5", source="new")
    new.holds("200", "|Liz||Thornquill", WEST, "5", source="new")
    new.holds("hub-2", "|Sarah|Mary|Jones", "trust/10", source="new")
    new.say("<transaction/2> hg:payer <trust/10> ; hg:payee <hub/h> .")
    appointments = [f"{BASE}/id/appointment/{key}" for key in new.keys]
    keep(find(world.reader(), BASE), tmp_path)
    kept = read_kept(tmp_path)
    assert kept is not None

    both = World(list(world.text), list(world.keys))
    both.text = [text for text in both.text if "<appointment/hub-2>" not in text]
    both.text += new.text

    def pairs_of(found: Found) -> list[tuple[object, ...]]:
        keys = found.records["key"].to_list()
        return [(keys[one], keys[other], *rest) for one, other, *rest in found.scored.pairs.iter_rows()]

    beside = find_beside(kept, new.reader(), BASE, appointments)
    whole = find(both.reader(), BASE, appointments)
    assert beside.records["key"].to_list() == whole.records["key"].to_list()
    assert pairs_of(beside) == pairs_of(whole)
    assert pairs_of(beside)


def test_data_without_people_keep_none(tmp_path: Path) -> None:
    world = World()
    world.school(700_001, 420_000, 560_000)
    keep(find(world.reader(), BASE), tmp_path)
    assert read_kept(tmp_path) is None


def test_a_pair_says_what_each_part_of_the_evidence_adds(world: World, tmp_path: Path) -> None:
    found = find(world.reader(), BASE)
    keys = found.records["key"].to_list()
    row = next(
        entry
        for entry in found.scored.pairs.iter_rows(named=True)
        if {keys[entry["one"]], keys[entry["other"]]} == {"rare-1", "rare-2"}
    )
    assert row["weight_surname"] > row["weight_forename"] > 0
    assert row["weight_middle_name"] > 0 > row["weight_place"]
    assert row["weight_role"] == 0
    text = settle(found, BASE, tmp_path, tmp_path).matches.read_text()
    subject = f"<{BASE}/id/appointment/rare-1#match-rare-2>"
    for prop in ("Surname", "Forename", "MiddleName", "Place", "Role"):
        assert f"{subject} <{BASE}/ns#weight{prop}>" in text


def test_a_decision_overrules_the_probability_and_a_rejected_pair_stays_apart(
    world: World, tmp_path: Path, write_matches: Callable[[str], None]
) -> None:
    write_matches(
        "common-0-1\tskos:exactMatch\t\tcommon-0-2\nrare-1\tskos:exactMatch\tNot\trare-2\n"
        "gone-1\tskos:exactMatch\t\trare-2\n"
    )
    resolution = resolve(world.reader(), BASE, tmp_path, tmp_path)
    found = persons(resolution.resolved.read_text())
    assert found["common-0-1"] == found["common-0-2"]
    assert found["rare-1"] != found["rare-2"]
    assert "1 decisions on matches name appointments that are not in this data" in resolution.notes[0]
    matches = resolution.matches.read_text()
    assert (
        f"<{BASE}/id/appointment/rare-1#match-rare-2> <{BASE}/ns#decision> <{BASE}/code/match-decision/rejected>"
        in matches
    )
    assert (
        f"<{BASE}/id/appointment/common-0-1#match-common-0-2> <{BASE}/ns#decision> <{BASE}/code/match-decision/accepted>"
        in matches
    )
    assert "sameAs" not in matches + resolution.resolved.read_text()


@pytest.fixture
def write_matches(tmp_path: Path) -> Callable[[str], None]:
    def write(rows: str) -> None:
        head = "subject_id\tpredicate_id\tpredicate_modifier\tobject_id\n"
        (tmp_path / FILE).write_text(head + rows)

    return write


@pytest.fixture
def without_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "find_spec", lambda name: None if name == "splink" else object())


@pytest.mark.usefixtures("without_extra")
def test_without_the_extra_only_equal_names_in_one_organisation_join_and_the_summary_says_so(
    world: World, tmp_path: Path
) -> None:
    resolution = resolve(world.reader(), BASE, tmp_path, tmp_path)
    found = persons(resolution.resolved.read_text())
    assert resolution.notes == (NOTE,)
    assert found["school-1"] == found["school-2"]
    assert found["title-1"] == found["title-2"]
    assert found["after-1"] == found["after-2"]
    assert found["twice-1"] != found["twice-2"]
    assert found["rare-1"] != found["rare-2"]
    assert found["nick-1"] != found["nick-2"]
    assert found["chain-1"] != found["chain-3"]
    assert found["key-1"] == found["key-2"]


def test_data_without_person_records_have_no_people_and_nothing_is_matched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never() -> None:
        raise AssertionError

    monkeypatch.setattr("hubgraph.people.resolve.scorer", never)
    world = World()
    world.school(700_001, 420_000, 560_000)
    resolution = resolve(world.reader(), BASE, tmp_path, tmp_path)
    assert resolution.counts == ()
    assert resolution.resolved.read_text() == resolution.matches.read_text() == ""


def test_appointments_that_name_no_organisation_have_people_too(tmp_path: Path) -> None:
    world = World()
    world.say(
        "<appointment/x> a hg:Appointment ; org:member <appointment/x#person> . GRAPH <g> { <appointment/x> org:member <appointment/x#person> . "
        '<appointment/x#person> a hg:PersonRecord ; foaf:familyName "Peel" ; foaf:name "Peel" . }'
    )
    assert persons(resolve(world.reader(), BASE, tmp_path, tmp_path).resolved.read_text()) == {"x": "x"}


def test_a_person_record_without_an_iri_belongs_to_nobody_and_the_summary_says_so(tmp_path: Path) -> None:
    world = World()
    world.holds("a-1", "|Ann||Peel", "school/1")
    world.say("GRAPH <g> { <appointment/x> org:member [ a hg:PersonRecord ; foaf:name 'Bo' ] . }")
    resolution = resolve(world.reader(), BASE, tmp_path, tmp_path)
    assert persons(resolution.resolved.read_text()) == {"a-1": "a-1"}
    assert resolution.notes[0].startswith("1 person records or their appointments are blank nodes")
