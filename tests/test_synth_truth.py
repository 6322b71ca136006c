"""What truth.json says was planted is in the files, what it calls a near miss is not, and people are who it says."""

from collections import Counter
from typing import Any

import pytest

from hubgraph.synth.build import synthesise
from hubgraph.synth.model import SynthOptions
from synth_files import Files, Found, rows_of

PATTERNS = {f"C{number:02d}" for number in (*range(1, 15), 16, 17, 18)}
FURTHER = {"C13", "C16", "C17"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    out = tmp_path_factory.mktemp("synth") / "out"
    synthesise(out, SynthOptions(schools=300, seed=7))
    return Files(out)


@pytest.fixture(scope="module")
def found(files: Files) -> set[Found]:
    return files.found()


def _as_found(entry: dict[str, Any]) -> Found:
    """Return an entry as the reader of the files finds it; an undeclared overlap is found as the one under it."""
    who = entry["award"] if entry["pattern"] == "C10" else entry.get("person", "")
    pattern = entry["pattern"]
    if pattern in FURTHER:
        pattern = "C04" if "payment" in entry else "C07" if "award" in entry else "C05"
    return pattern, who, frozenset(entry["organisations"])


def test_every_pattern_is_planted_and_nothing_lacked_room(files: Files) -> None:
    planted = [entry for entry in files.truth["planted"] if entry["expected"] == "overlap"]
    assert {entry["pattern"] for entry in planted} == PATTERNS
    assert files.truth["unplanted"] == {}
    near = {entry["pattern"] for entry in files.truth["planted"] if entry["expected"] == "near miss"}
    assert near == PATTERNS - FURTHER


def test_planted_overlaps_are_in_the_files(files: Files, found: set[Found]) -> None:
    wanted = [entry for entry in files.truth["planted"] if entry["expected"] == "overlap"]
    assert [entry for entry in wanted if _as_found(entry) not in found] == []


def test_near_misses_are_not_in_the_files(files: Files, found: set[Found]) -> None:
    near = [entry for entry in files.truth["planted"] if entry["expected"] == "near miss"]
    assert all(entry["why"] for entry in near)
    assert [entry for entry in near if _as_found(entry) in found] == []
    assert {entry["why"].split(":")[0] for entry in near} >= {
        "a day short",
        "ex officio",
        "same name, different person",
    }


def test_each_planted_person_holds_the_appointments_of_the_entry(files: Files) -> None:
    for entry in files.truth["planted"]:
        holders = {files.holder[key] for key in entry.get("appointments", [])}
        if entry.get("person") and not entry.get("why", "").startswith("same name"):
            assert holders == {entry["person"]}, entry


def test_first_and_last_day_are_those_of_the_roles(files: Files) -> None:
    for entry in files.truth["planted"]:
        if entry["expected"] == "overlap" and entry["pattern"] in {"C02", "C03"}:
            roles = [held for held in files.held if held.key in entry["appointments"]]
            assert max(held.first for held in roles).isoformat() == entry["overlap_start"]
            assert "overlap_end" not in entry
    over = [entry for entry in files.truth["planted"] if entry["pattern"] == "C05" and "overlap_end" in entry]
    assert [entry["overlap_end"] < files.truth["as_of"] for entry in over] == [True]


def test_states_rest_on_declarations_and_mitigations(files: Files) -> None:
    declared = {
        (files.holder[row["appointment"].removeprefix("gid:")], row["interest_in"]): row["id"]
        for row in rows_of(files.folder, "declarations")
        if row["interest_in"]
    }
    mitigated = {row["declaration"] for row in rows_of(files.folder, "mitigations")}
    states: Counter[tuple[str, str]] = Counter()
    for entry in files.truth["planted"]:
        if entry.get("person") and entry.get("state"):
            of_person = [
                key
                for (person, other), key in declared.items()
                if person == entry["person"] and other in entry["organisations"]
            ]
            assert bool(of_person) == (entry["state"] != "potential"), entry
            assert any(key in mitigated for key in of_person) == (entry["state"] == "mitigated"), entry
            states[entry["pattern"], entry["state"]] += 1
    assert all(
        states[pattern, state]
        for pattern in ("C04", "C05", "C06", "C07", "C08")
        for state in ("potential", "declared", "mitigated")
    )


def test_undeclared_overlaps_have_a_register_and_potential_ones_have_none(files: Files) -> None:
    registers = {
        body for row in rows_of(files.folder, "sources") for body in row["register_of"].split(";") if body
    }
    undeclared = {entry["person"] for entry in files.truth["planted"] if entry["pattern"] == "C13"}
    for entry in files.truth["planted"]:
        if entry["pattern"] == "C04" and entry.get("state") == "potential":
            assert (entry["organisations"][0] in registers) == (entry["person"] in undeclared), entry


def test_every_row_of_the_register_has_a_holder_or_is_an_organisation(files: Files) -> None:
    organisations = {held.key for held in files.held if held.person.startswith("organisation ")}
    assert organisations == set(files.truth["organisations_as_members"])
    heads = {f"urn-{row['URN']}-head": row["HeadLastName"] for row in rows_of(files.folder, "edubasealldata")}
    of_heads = {key for key in files.holder if key.endswith("-head")}
    assert {key for key, name in heads.items() if name} == of_heads
    assert len(files.holder) == len(files.held) - len(organisations) + len(of_heads)


def test_people_hold_one_to_several_appointments_and_share_names(files: Files) -> None:
    held = Counter(len(keys) for keys in files.truth["people"].values())
    assert held[1] > held[2] > held[3] > held[4] > 0
    bearers: dict[tuple[str, str], set[str]] = {}
    for name in ("governancemat", "governanceacad", "governancela"):
        for row in rows_of(files.folder, name):
            if row["GID"] in files.holder:
                bearers.setdefault((row["Forename 1"], row["Surname"]), set()).add(files.holder[row["GID"]])
    assert max(map(len, bearers.values())) > 2


def test_namesakes_bear_one_name_and_are_two_people(files: Files) -> None:
    written: dict[str, set[tuple[str, str, str]]] = {}
    for name in ("governancemat", "governanceacad", "governancela"):
        for row in rows_of(files.folder, name):
            if row["GID"] in files.holder:
                full = (row["Forename 1"], row["Forename 2"], row["Surname"])
                written.setdefault(files.holder[row["GID"]], set()).add(full)
    for pair in files.truth["namesakes"]:
        ((one,), (other,)) = (written[person] for person in pair["people"])
        assert (one[0], one[2]) == (other[0], other[2])
        assert (one[1] != other[1]) if pair["middle_names"] == "different" else (one[1], other[1]) == ("", "")


def test_an_overlap_that_is_taken_away_is_missed(files: Files, found: set[Found]) -> None:
    entry = next(
        entry
        for entry in files.truth["planted"]
        if entry["pattern"] == "C03" and entry["expected"] == "overlap"
    )
    fewer = Files(files.folder)
    gone = entry["appointments"][0]
    for held in [held for held in fewer.held if held.key == gone]:
        for there in fewer.at.values():
            if held in there:
                there.remove(held)
    assert _as_found(entry) in found
    assert _as_found(entry) not in fewer.found()
