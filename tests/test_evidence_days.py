"""What has no first day counts from its evidence day on, in every question, and the answer for an earlier day says so."""

from datetime import date
from pathlib import Path

import pytest

from hubgraph.measures.evidence import Begun, Undated, evidence_days
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.saved_queries.running import QueryAnswer, run
from hubgraph.settings import Settings
from hubgraph.store.embedded import EmbeddedStore
from loading import SCHOOL_FILE, SCHOOLS, values, write_files
from loading import run as load

CATALOGUE = Catalogue.read(content("queries"))
HUBS = "area,hub_name,website,lead_school_name,lead_school_urn,areas_served,districts\n"
LIST_DAY = "2025-10-02"
LEFT_OUT = (
    "Not counted on {day}, because no source says when they began and none speaks of them before the day given here: "
    "Teaching school hubs: 1 hub and 1 part ({known}). They may have been in force then."
)


@pytest.mark.parametrize(
    ("undated", "begun", "expected"),
    [
        (Undated(), {}, ("2026-01-30", "2026-01-30")),
        (Undated(filed={"2025-10-02"}), {}, ("2025-10-02", "2025-10-02")),
        (Undated(filed={"2025-10-02"}, cited={"2024-05-01"}), {}, ("2024-05-01", "2024-05-01")),
        (Undated(filed={"2027-01-01"}), {}, ("2026-01-30", "2026-01-30")),
        (Undated(filed={"2025-10-02"}, ends={"2017-01-01"}), {}, ("2017-01-01", "2017-01-01")),
        (
            Undated(to="h", filed={"2025-10-02"}),
            {"h": Begun(days={"2021-09-01"})},
            ("2021-09-01", "2025-10-02"),
        ),
        (
            Undated(to="h", filed={"2025-10-02"}),
            {"h": Begun(under={"p"}), "p": Begun(years={"2020", "2021"})},
            ("2021-12-31", "2025-10-02"),
        ),
        # A source that names it before the reported start vouches for it.
        (Undated(to="h", filed={"2021-03-01"}), {"h": Begun(years={"2021"})}, ("2021-03-01", "2021-03-01")),
        # A slip for a year says nothing; a circle of programmes ends.
        (Undated(to="h", filed={"2025-10-02"}), {"h": Begun(under={"h"})}, ("2025-10-02", "2025-10-02")),
        # A hub in which somebody has a dated part was there on that day.
        (Undated(filed={"2025-10-02"}), {"x": Begun(parts={"2019-09-01"})}, ("2019-09-01", "2025-10-02")),
    ],
)
def test_the_evidence_day_is_the_known_start_else_the_day_of_the_source(
    undated: Undated, begun: dict[str, Begun], expected: tuple[str, str]
) -> None:
    assert evidence_days("x", undated, begun, date(2026, 1, 30)) == expected


def test_nothing_but_memberships_of_groups_and_schools_is_held_since_ever(bundled_folder: Path) -> None:
    ever = '?period hg:firstDay "1000-01-01"^^<http://www.w3.org/2001/XMLSchema#date>'
    assert not values(
        bundled_folder,
        f"SELECT ?tie {{ ?tie hg:heldDuring ?period ; hg:tieTo ?to . {ever} FILTER NOT EXISTS {{ ?tie a hg:Affiliation }} }}",
    )
    kinds = "VALUES ?class { hg:Hub hg:Participation hg:SupportEngagement } ?record a ?class"
    assert not values(
        bundled_folder,
        f"SELECT ?record {{ {kinds} FILTER NOT EXISTS {{ ?record schema:startDate|hg:knownFrom ?day }} }}",
    )


def loaded(folder: Path, **more: str) -> EmbeddedStore:
    """A list of one teaching school hub without a first day, a school that closed in 2012, and other files."""
    files = {
        SCHOOL_FILE.removesuffix(".csv"): SCHOOLS
        + "100001,Alder,1,34,2,202,,\n100004,Dogwood,2,34,2,202,,31-08-2012\n",
        "teaching-school-hubs": HUBS + "EE1,Alder Hub,https://alder.example,Alder,100001,Camwick,Camwick\n",
    }
    load(folder / "store", write_files(folder / "in", **files, **more))
    return EmbeddedStore(folder / "store", Settings(workers=1))


def ask(store: EmbeddedStore, slug: str, **given: str) -> QueryAnswer:
    return run(store, CATALOGUE.get(slug), {name: [value] for name, value in given.items()})


QUESTIONS: tuple[tuple[str, dict[str, str]], ...] = (
    ("hubs-of-programme", {"programme": "teaching-school-hubs"}),
    ("schools-leading-hubs", {}),
    ("hub-members", {"hub": "teaching-school-hub-EE1"}),
)


def test_every_question_leaves_out_what_no_source_speaks_of_yet_and_says_so(tmp_path: Path) -> None:
    store = loaded(tmp_path)
    try:
        for slug, given in QUESTIONS:
            before = ask(store, slug, as_of="2025-10-01", **given)
            assert not before.rows, slug
            assert LEFT_OUT.format(day="2025-10-01", known=LIST_DAY) in before.notes, slug
            on = ask(store, slug, as_of=LIST_DAY, **given)
            assert len(on.rows) == 1, slug
            assert not any("Not counted on" in note for note in on.notes)
            assert len(ask(store, slug, **given).rows) == 1
        alone = ask(store, "isolated-schools", measure="no-hub", as_of="2025-10-01")
        assert [row["school"].value.rpartition("/")[2] for row in alone.rows] == ["100001"]
        assert LEFT_OUT.format(day="2025-10-01", known=LIST_DAY) in alone.notes
        assert not ask(store, "isolated-schools", measure="no-hub").rows
        assert not ask(store, "lost-ties", as_of="2025-10-01").rows
        # A question that rests on no hub says nothing of them.
        register = ask(store, "school-history", school="urn:100001").notes
        assert not any("Not counted" in note for note in register)
    finally:
        store.close()


def test_a_known_start_of_the_programme_counts_and_is_told_apart(tmp_path: Path) -> None:
    figures = "id,about,measure,value,unit,qualifier,period_start,period_end,source\n"
    store = loaded(
        tmp_path,
        figures=figures
        + "one,teaching-school-hubs,start-year,2020,year,exact,,,A newspaper\n"
        + "two,teaching-school-hubs,start-year,2021,year,exact,,,A blog\n",
    )
    try:
        for slug, given in QUESTIONS:
            assert not ask(store, slug, as_of="2021-12-30", **given).rows, slug
            then = ask(store, slug, as_of="2021-12-31", **given)
            assert len(then.rows) == 1, slug
            said = [
                note for note in then.notes if note.startswith("Counted on 2021-12-31 from the known start")
            ]
            assert len(said) == 1
            assert "Teaching school hubs: 1 hub and 1 part (2025-10-02)" in said[0]
            assert not any(note.startswith("Counted on") for note in ask(store, slug, **given).notes)
    finally:
        store.close()
