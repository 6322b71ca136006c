"""The rules that every join without review keeps: stated once more here, by other means, and held against names and loads."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

import duckdb
import polars as pl
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import borough
from hubgraph.cli import cli
from hubgraph.people import scoring
from hubgraph.people.names import forenames, known_forenames, known_surnames, surname
from hubgraph.people.resolve import resolve
from hubgraph.people.rules import (
    Name,
    differences,
    forenames_agree,
    in_words,
    may_join,
    one_slip,
    put_together,
    surnames_agree,
    torn,
)
from loading import run, values
from people import BASE, World, persons
from plain_names import distance, may_be_one_person, may_be_one_surname

AGREE = [
    ("Bell", "BELL"),
    ("O'Neill", "O’Neill"),
    ("O'Neill", "ONeill"),
    ("O'Neill", "O Neill"),
    ("O´Neill", "O'Neill"),
    ("McTarn", "Mc Tarn"),
    ("MacTarnley", "McTarnley"),
    ("Bell-Carr", "Bell Carr"),
    ("Bell–Carr", "BellCarr"),
    ("Bell-Carr", "Bell"),
    ("Carr", "Bell-Carr"),
    ("Bell (nee Carr)", "Carr"),
    ("van der Tarn", "Van Der Tarn"),
    ("van der Tarn", "Tarn"),
    ("al-Tarni", "Al Tarni"),
    ("al-Tarni", "Tarni"),
    ("de la Peel", "Peel"),
    ("Müller", "Muller"),
    ("Sørli", "Sorli"),
    ("Łukasik", "Lukasik"),
    ("Peel OBE", "Peel"),
    ("Peel, JP", "PEEL"),
    ("Mrs Peel", "Peel"),
    ("Garrowby", "Garroby"),
    ("Garrowby", "Garrowbey"),
    ("Garrowby", "Garrobwy"),
    ("Garrowby", "Gorrowby"),
    ("Garrowby-Peel", "Garroby-Peel"),
    ("Peel Jnr", "Peel Junior"),
    ("Nguyễn", "Nguyen"),
]
DIFFER = [
    ("Bell", "Carr"),
    ("Bell-Carr", "Carr-Bell"),
    ("Bell-Carr", "Bell-Peel"),
    ("Bell", "Ball"),
    ("Bells", "Bell"),
    ("Garrowby", "Garrobey"),
    ("Bell", "Bellman"),
    ("Isabell", "Bell"),
    ("van Tarn", "van Peel"),
    ("Van", "van Tarn"),
    ("O", "O Neill"),
    ("Al", "al-Tarni"),
    ("de Souza", "da Souza"),
    ("Kaur", "Kaur Tarni"),
    ("Tarni Kaur", "Kaur"),
    ("Mrs", "Mrs Peel"),
    ("Peel Snr", "Peel Jnr"),
    ("Peel Snr", "Peel"),
    ("Parker", "Barker"),
    ("Hill-Peel", "Hall-Peel"),
    ("Peel B", "B"),
    ("", "Bell"),
    ("", ""),
]


@pytest.mark.parametrize(("one", "other"), AGREE)
def test_surnames_that_agree_however_they_are_written(one: str, other: str) -> None:
    assert surnames_agree(surname(one), surname(other))
    assert surnames_agree(surname(other), surname(one))


@pytest.mark.parametrize(("one", "other"), DIFFER)
def test_surnames_that_wait_for_review(one: str, other: str) -> None:
    assert not surnames_agree(surname(one), surname(other))
    assert not surnames_agree(surname(other), surname(one))


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("Liz", "Elizabeth", True),
        ("Dr Zoë", "Zoe", True),
        ("J.", "John", True),
        ("J", "Jane", True),
        ("Zephyrine", "Zephyryne", True),
        ("Mohammed", "Muhammad", True),
        ("John", "Jane", False),
        ("Julia", "Julian", False),
        ("Robert", "Roberta", False),
        ("Frances", "Francis", False),
        ("Ann", "Anne", True),
        ("Mali", "Moli", False),
        ("J", "Karen", False),
        ("Bethany", "Elizabeth", False),
        ("", "John", False),
        ("", "", False),
    ],
)
def test_forenames_agree_as_equal_nickname_initial_or_slip(one: str, other: str, *, agree: bool) -> None:
    assert forenames_agree(forenames(one).first, forenames(other).first) is agree
    assert forenames_agree(forenames(other).first, forenames(one).first) is agree


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (Name("ann", "", "bell"), Name("ann", "", "carr"), "surnames differ"),
        (Name("ann", "", "bell"), Name("ann", "", ""), "a surname is missing"),
        (Name("ann", "mary", "bell"), Name("ann", "jane", "bell"), "further forenames differ"),
        (Name("j", "", "bell", "m"), Name("j", "", "bell", "f"), "titles of a man and of a woman"),
        (Name("john", "", "bell"), Name("jane", "", "carr"), "surnames differ, forenames differ"),
        (Name("bell", "", "ann"), Name("ann", "", "bell"), "surnames differ, forenames differ"),
        (Name("j", "", "bell"), Name("john", "ann", "bell"), ""),
    ],
)
def test_what_differs_is_said_in_words(one: Name, other: Name, said: str) -> None:
    assert in_words(differences(one, other)) == said
    assert differences(one, other) == differences(other, one)


def test_names_of_a_person_may_differ_only_as_reviewed_ones_do() -> None:
    bell, carr, jane = Name("j", "", "bell"), Name("john", "", "carr"), Name("jane", "", "carr")
    assert not may_join([bell], [carr])
    assert may_join([bell], [carr], put_together([bell, carr]))
    assert not may_join([bell, carr], [jane], put_together([bell, carr]))


def test_a_record_that_may_be_either_of_two_people_is_joined_with_neither_unless_one_is_far_likelier() -> (
    None
):
    names = dict(enumerate([Name("j", "", "peel"), Name("john", "", "peel"), Name("jane", "", "peel")]))
    assert torn([(0, 1, 0.995), (0, 2, 0.993)], names, 0.99) == {(0, 1), (0, 2)}
    assert torn([(0, 1, 0.995), (0, 2, 0.60)], names, 0.99) == {(0, 1)}
    assert torn([(0, 1, 0.9999), (0, 2, 0.60)], names, 0.99) == frozenset()
    assert torn([(0, 1, 0.995)], names, 0.99) == frozenset()


_letters = st.text("abcdeor", min_size=1, max_size=9)
_surnames = st.lists(_letters, min_size=1, max_size=3).map(" ".join)


@given(_surnames, _surnames)
def test_surnames_agree_only_where_the_plain_statement_lets_them(one: str, other: str) -> None:
    assert surnames_agree(one, other) == surnames_agree(other, one)
    if surnames_agree(one, other):
        # A part may be written together: the plain statement is asked about every way to do so.
        assert any(may_be_one_surname(first, second) for first in _written(one) for second in _written(other))


def _written(text: str) -> Iterator[str]:
    """Yield a surname with each of its blanks left out or not."""
    head, blank, rest = text.partition(" ")
    if not blank:
        yield head
        return
    for end in _written(rest):
        yield f"{head} {end}"
        yield f"{head}{end}"


@given(_letters, _letters)
def test_one_slip_is_a_distance_of_at_most_one(one: str, other: str) -> None:
    assert one_slip(one, other) == (distance(one, other) <= 1)


@given(_letters, st.data())
def test_whoever_slips_once_is_forgiven_in_five_letters_and_more(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdeorxyz"))
    slips = {word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :]}
    slips.add(word[:at] + word[at : at + 2][::-1] + word[at + 2 :])
    for slip in slips - {word, ""}:
        long = min(len(word), len(slip)) >= 5
        known = word in known_surnames() and slip in known_surnames()
        assert surnames_agree(word, slip) == (long and not known)
        if min(len(word), len(slip)) > 1:
            both = word in known_forenames() and slip in known_forenames()
            assert forenames_agree(word, slip) == (long and not both)


SYLLABLES = (
    "ba",
    "ber",
    "cor",
    "dal",
    "en",
    "fyn",
    "gar",
    "hol",
    "is",
    "ker",
    "lo",
    "mor",
    "ny",
    "or",
    "pen",
    "row",
)


def test_millions_of_pairs_of_surnames_agree_as_columns_say() -> None:
    words = sorted(
        {
            first + second + third
            for first in SYLLABLES
            for second in SYLLABLES
            for third in ("", "a", "by", "en")
        }
    )
    doubles = [f"{one} {other}" for one, other in zip(words[::2], words[1::2], strict=False)]
    names = [name for name in (*words, *doubles) if name not in known_surnames()]
    connection = duckdb.connect()
    connection.register("names", pl.DataFrame({"name": names}).to_arrow())
    connection.execute(
        "create table pairs as select l.name as one, r.name as other from names l join names r on l.name < r.name"
    )
    rows = connection.sql("select count(*) from pairs").fetchall()[0][0]
    assert rows > 1_000_000
    connection.execute("""
        create macro slip(a, b) as
          a <> b and length(a) > 4 and length(b) > 4 and damerau_levenshtein(a, b) = 1;
        create macro agree(a, b) as
          replace(a, ' ', '') = replace(b, ' ', '') or list_contains(string_split(a, ' '), b) or list_contains(string_split(b, ' '), a)
          or case when contains(a, ' ') and contains(b, ' ') then
               (split_part(a, ' ', 1) = split_part(b, ' ', 1) and slip(split_part(a, ' ', 2), split_part(b, ' ', 2)))
               or (split_part(a, ' ', 2) = split_part(b, ' ', 2) and slip(split_part(a, ' ', 1), split_part(b, ' ', 1)))
             else slip(replace(a, ' ', ''), replace(b, ' ', '')) end
    """)
    agreeing = connection.sql("select one, other from pairs where agree(one, other)").fetchall()
    assert len(agreeing) > 1_000
    assert [pair for pair in agreeing if not surnames_agree(*pair)] == []
    sample = connection.sql(
        "select one, other from pairs where not agree(one, other) using sample reservoir(60000 rows) repeatable (7)"
    ).fetchall()
    near = connection.sql(
        "select one, other from pairs where not agree(one, other) and damerau_levenshtein(one, other) < 3 limit 60000"
    ).fetchall()
    assert [pair for pair in (*sample, *near) if surnames_agree(*pair)] == []


# A borough of other habits than those of `hubgraph synth`.

Rows = Mapping[str, Mapping[str, str]]


@pytest.fixture(scope="module")
def made() -> borough.Borough:
    return borough.make(3)


@pytest.fixture(scope="module")
def store(made: borough.Borough, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("borough")
    run(folder / "store", borough.write(made, folder / "files"))
    return folder / "store"


def _people(store: Path) -> Mapping[str, Sequence[str]]:
    """Return person → appointments."""
    found: dict[str, list[str]] = defaultdict(list)
    for appointment, person in values(store, "SELECT ?a ?p { ?a hg:holder ?p }"):
        found[person].append(appointment.partition("/")[2])
    return found


def test_every_two_records_of_a_person_keep_the_rule_as_stated_here(
    made: borough.Borough, store: Path
) -> None:
    rows = {row["id"]: row for row in made.rows}
    together = [pair for held in _people(store).values() for pair in combinations(held, 2)]
    assert len(together) >= 15
    assert [pair for pair in together if not may_be_one_person(rows[pair[0]], rows[pair[1]])] == []


def test_many_hats_names_nobody_who_is_two_people(made: borough.Borough, store: Path) -> None:
    people = _people(store)
    asked = ["query", "many-hats", "-p", "min_organisations=2", "--format", "csv", "--store", str(store)]
    answer = CliRunner().invoke(cli, asked, catch_exceptions=False)
    hats = [row["person"].rpartition("/id/")[2] for row in csv.DictReader(io.StringIO(answer.stdout))]
    assert len(hats) >= 20
    assert [person for person in hats if len({made.who[key] for key in people[person]}) > 1] == []


def test_no_finding_is_about_two_people(made: borough.Borough, store: Path) -> None:
    people = _people(store)
    involved = values(store, "SELECT DISTINCT ?p { ?f a hg:Finding ; hg:involves ?p . ?a hg:holder ?p }")
    assert [person for (person,) in involved if len({made.who[key] for key in people[person]}) > 1] == []


def test_what_a_rule_holds_back_is_still_there_to_review_and_says_why(
    made: borough.Borough, store: Path
) -> None:
    matches = values(
        store,
        "SELECT ?one ?other ?d ?held ?c { ?m hg:candidate ?one ; hg:match ?other ; hg:decision ?d ; hg:confidence ?c . OPTIONAL { ?m hg:heldBack ?held } }",
    )
    keys = [
        (one.removesuffix("#person").partition("/")[2], other.removesuffix("#person").partition("/")[2])
        for one, other, *_ in matches
    ]
    rows = {row["id"]: row for row in made.rows}
    sure = [
        (pair, decision.rpartition("/")[2], held)
        for pair, (_, _, decision, held, confidence) in zip(keys, matches, strict=True)
        if float(confidence) >= 0.99
    ]
    decided = [
        (pair, decision.rpartition("/")[2], held)
        for pair, (_, _, decision, held, _) in zip(keys, matches, strict=True)
    ]
    unlike = [
        entry for entry in decided if not may_be_one_surname(*(rows[key]["surname"] for key in entry[0]))
    ]
    assert sure
    assert {decision for _, decision, _ in unlike} <= {"proposed"}
    assert all("surnames differ" in held for entry in unlike if entry in sure for held in entry[2:])
    assert all(held for _, decision, held in sure if decision == "proposed")
    assert not any(held for _, decision, held in sure if decision == "automatic")


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("extra", [True, False])
def test_in_other_boroughs_too_nobody_is_joined_with_somebody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, *, extra: bool
) -> None:
    if not extra:
        monkeypatch.setattr(scoring, "available", lambda: False)
    made = borough.make(100 + seed)
    world = World()
    for urn in borough.SCHOOLS:
        world.school(urn, 410_000 + 900 * (urn % 6), 310_000 + 900 * (urn % 7))
        trust = borough.TRUSTS[urn % len(borough.TRUSTS)]
        world.say(
            f"<affiliation/{urn}> a hg:Affiliation ; org:member <school/{urn}> ; org:organization <trust/{trust}> ."
        )
    kinds = {"urn": "school", "uid": "trust"}
    for row in made.rows:
        kind, _, key = row["organisation"].rpartition(":")
        name = "|".join(row[column] for column in ("title", "forename_1", "forename_2", "surname"))
        world.holds(row["id"], name, f"{kinds.get(kind, 'organisation')}/{key}", row["role"].lower())
    people: dict[str, list[str]] = defaultdict(list)
    for appointment, person in persons(
        resolve(world.reader(), BASE, tmp_path, tmp_path).resolved.read_text()
    ).items():
        people[person].append(appointment)
    rows = {row["id"]: row for row in made.rows}
    together = [pair for held in people.values() for pair in combinations(held, 2)]
    assert [pair for pair in together if not may_be_one_person(rows[pair[0]], rows[pair[1]])] == []
    assert [pair for pair in together if made.who[pair[0]] != made.who[pair[1]]] == []
    assert together or not extra
