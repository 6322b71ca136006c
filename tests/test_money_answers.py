"""Money, evidence and disagreement as the bundled facts and a real file of grants tell them."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.saved_queries.running import QueryAnswer, run
from hubgraph.saved_queries.writing import envelope
from hubgraph.settings import Settings
from hubgraph.store.base import Store
from hubgraph.store.embedded import EmbeddedStore
from loading import BASE
from loading import run as load

CATALOGUE = Catalogue.read(content("queries"))
GRANTS = (
    Path(__file__).parent.parent.parent / "shared" / "data" / "england" / "grants" / "wolfson-360giving.json"
)


@pytest.fixture(scope="module")
def store(bundled_folder: Path) -> Iterator[Store]:
    opened = EmbeddedStore(bundled_folder, Settings())
    yield opened
    opened.close()


def ask(store: Store, slug: str, **given: str) -> QueryAnswer:
    return run(store, CATALOGUE.get(slug), {name: (value,) for name, value in given.items()})


def rows(answer: QueryAnswer) -> list[dict[str, Any]]:
    """Return the rows that are not of the fictional borough, records as kind/key."""
    short = [
        {
            name: value.removeprefix(f"{BASE}/id/") if isinstance(value, str) else value
            for name, value in row.items()
        }
        for row in envelope(answer)["rows"]  # type: ignore[attr-defined]
    ]
    return [row for row in short if "example-" not in str(row)]


def test_the_two_contradictions_of_the_articles_stand_side_by_side(store: Store) -> None:
    found = {
        (row["about"], row["measure"]): (row["values"], row["sources"])
        for row in rows(ask(store, "disagreeing-sources"))
    }
    newspaper_first = "£700m spent on DfE’s hubs, but to what effect?; Place and Hubs: what do we know about hubs and how they work?"
    assert found == {
        ("programme/teaching-schools", "teaching-schools"): ("745; 750", newspaper_first),
        ("programme/teaching-school-hubs", "start-year"): ("2020; 2021", newspaper_first),
    }


def test_of_thirteen_schemes_seven_have_nothing_published(store: Store) -> None:
    answer = ask(store, "programme-evidence")
    schemes = rows(answer)
    published = {row["programme"] for row in schemes if row["status"] == "published"}
    independent = {
        row["programme"]
        for row in schemes
        if (row["status"], row["independence"]) == ("published", "independent")
    }
    none_known = {row["programme"] for row in rows(ask(store, "programme-evidence", status="none-known"))}
    assert (len({row["programme"] for row in schemes}), len(published), len(independent)) == (13, 6, 4)
    assert len(none_known) == 7
    assert not none_known & published
    assert answer.notes[:2] == (
        (
            "Department for Education: of 13 programmes with a statement about evaluation, 4 have an independent one "
            "published, 2 another one, 7 none."
        ),
        (
            "Department for Education: spending is reported of 4 of these 13 programmes, GBP 354,400,000; 0 per cent of it "
            "(GBP 0) is of programmes with an independent evaluation published. Of the other 9 no figure is in these data, so "
            "the share of all that was spent is not known."
        ),
    )


def test_the_reported_total_stands_beside_the_programmes_and_in_none_of_them(store: Store) -> None:
    answer = ask(store, "programme-money")
    assert [(row["programme"], row["reported"], row["awards"]) for row in rows(answer)] == [
        ("programme/maths-hubs", 185_400_000, 0),
        ("programme/english-hubs", 100_000_000, 0),
        ("programme/teaching-school-hubs", 60_000_000, 0),
        ("programme/behaviour-hubs", 9_000_000, 0),
    ]
    assert answer.notes == (
        (
            "Department for Education, spend on hub schemes: about GBP 686,000,000 (£700m spent on DfE’s hubs, but to what "
            "effect?); part of no row."
        ),
        # The contract is wider than the partnerships, whose hubs it paid for too.
        (
            "Science learning partnerships, spend on the wider science cpd contract: about GBP 106,000,000 (£700m spent on DfE’s "
            "hubs, but to what effect?); part of no row."
        ),
    )


def test_what_a_lead_passes_on_is_not_awarded_twice(store: Store) -> None:
    money = envelope(ask(store, "programme-money", programme="example-number-hubs"))["rows"]
    flows = envelope(ask(store, "funding-flows", programme="example-number-hubs"))["rows"]
    assert [(row["awarded"], row["awards"]) for row in money] == [(100_000, 1)]  # type: ignore[attr-defined]
    assert sorted(row["amount"] for row in flows) == [35_000, 45_000, 100_000]  # type: ignore[attr-defined]


def every_row(store: Store, slug: str, **given: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = envelope(ask(store, slug, **given))["rows"]  # type: ignore[assignment]
    return found


def test_no_pound_that_a_lead_passes_on_is_new_money_in_any_answer(store: Store) -> None:
    passed = {row["hub"]: row["passed_on"] for row in every_row(store, "money-passed-on")}
    hubs = every_row(store, "hub-money")
    assert {row["hub"]: row["passed_on"] for row in hubs if row["passed_on"]} == passed
    new = sum(row["amount"] for row in every_row(store, "funding-flows") if not row["passed_on_from"])
    assert sum(row["awarded"] or 0 for row in every_row(store, "programme-money")) == new
    assert sum(row["awarded"] for row in every_row(store, "funders-and-recipients")) == new
    # What the lead of the code hub gave out of its 60,000 without naming the award is in them once.
    (code,) = every_row(store, "programme-money", programme="example-code-hubs")
    assert code["awarded"] == 60_000


def test_what_a_source_reports_of_a_hub_whose_members_nobody_names_is_its_growth(store: Store) -> None:
    growth = every_row(store, "hub-growth", hub="camden-hub")
    assert [row["members"] for row in growth] == [1, 5, 13]
    assert {row["source_label"] for row in growth} == {"The Camden Hub story"}
    assert all(row["day"] is None for row in growth)


def test_starts_and_closures_of_programmes_are_dated_by_year_with_their_sources(store: Store) -> None:
    changes = {(row["what"], row["event"], row["date"]) for row in rows(ask(store, "hub-changes"))}
    assert {
        ("programme/teaching-schools", "started", "2010"),
        ("programme/maths-hubs", "started", "2014"),
        ("programme/teaching-school-hubs", "started", "2020"),
        ("programme/teaching-school-hubs", "started", "2021"),
        ("programme/science-learning-partnerships", "closed", "2024"),
    } <= changes
    in_2014 = rows(ask(store, "hub-changes", since="2014-06-01", until="2014-06-30"))
    assert [row["what"] for row in in_2014] == ["programme/maths-hubs"]


def test_every_figure_of_a_lower_bound_says_so(store: Store) -> None:
    (figure,) = rows(ask(store, "figures-about", about="lsef", measure="projects-with-a-hub-model"))
    assert (figure["value"], figure["qualifier"]) == (22, "At least")


@pytest.mark.slow
@pytest.mark.england
@pytest.mark.skipif(not GRANTS.is_file(), reason="needs ../shared/data/england")
def test_every_question_about_money_gives_the_total_of_the_file_of_grants(tmp_path: Path) -> None:
    grants = json.loads(GRANTS.read_text(encoding="utf-8"))["grants"]
    total = sum(Decimal(str(grant["amountAwarded"])) for grant in grants)
    load(tmp_path / "store", GRANTS)
    store = EmbeddedStore(tmp_path / "store", Settings())
    try:
        assert (total, len(grants)) == (Decimal(31_178_456), 379)
        for slug, column in (
            ("programme-money", "awarded"),
            ("funding-flows", "amount"),
            ("funders-and-recipients", "awarded"),
        ):
            answer = ask(store, slug)
            assert sum(Decimal(row[column].value) for row in answer.rows) == total, slug
        assert [row["awards"].value for row in ask(store, "programme-money").rows] == ["379"]
    finally:
        store.close()
