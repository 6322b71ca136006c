"""Every finding says how it adds up, in numbers that whom it names can check."""

from decimal import Decimal
from pathlib import Path

import pytest

from hubgraph.findings.finding import find
from hubgraph.findings.model import EVER, NEVER, Sum
from hubgraph.findings.sums import said
from pattern_bench import Oxigraph
from test_findings_patterns import AS_OF, BASE, FIXTURES, _derived

D = Decimal
DAYS = "The latest first day of these facts is 2024-03-01, and no last day is stated."


@pytest.mark.parametrize(
    ("pattern", "one", "words"),
    [
        ("C01", Sum("", D(4), D(7), D(50)), "4 of 7 members of the trust are its trustees too: 57.1 per cent, more than 50 per cent. "),
        ("C04", Sum("", D("12300"), D("12300"), D("2500.0"), "GBP"), "£12,300 paid on that day; £12,300 is compared with the threshold of £2,500 and is above it. "),
        ("C04", Sum("", D("900.5"), D("20000"), D(20000), "GBP"), "£900.5 paid on that day; £20,000 is compared with the threshold of £20,000 and is not above it. "),
        ("C04", Sum("", D(900), D(900), None, "EUR"), "€900 paid on that day; no threshold in this currency was found that was in force. "),
        ("C06", Sum("", D(1), D(3), D(50)), "The chair of the board serves the lead or its trust; of the board, 1 of 3 do. "),
        ("C10", Sum("", D(20000), D(100000), D(5), "GBP"), "£20,000 of £100,000 was not passed on: 20 per cent, where the terms of the programme allow 5 per cent. "),
        ("C12", Sum("", D(3), D(5)), "3 of 5 trustees on that day were appointed by the body that was paid. "),
    ],
)  # fmt: skip
def test_the_numbers_of_a_finding_stand_in_its_sum(pattern: str, one: Sum, words: str) -> None:
    assert said(pattern, [one], "2024-03-01", NEVER) == words + DAYS


def test_numbers_that_change_stand_with_the_day_from_which_they_hold() -> None:
    sums = [
        Sum("2022-01-01", D(3), D(4), D(50)),
        Sum("2021-01-01", D(2), D(3), D(50)),
        Sum("2021-06-01", D(2), D(3), D(50)),
    ]
    text = said("C01", sums, "2021-01-01", "2022-12-31")
    assert text.startswith("From 2021-01-01 on, 2 of 3 members")
    assert text.count("2 of 3") == 1
    assert "From 2022-01-01 on, 3 of 4 members" in text
    assert text.endswith("and the earliest last day is 2022-12-31.")


def test_days_that_nothing_states_are_said_to_be_unstated() -> None:
    assert said("C03", [], EVER, NEVER) == "No first or last day is stated."


COUNTED = {
    "C01": "members",
    "C04": "paid on that day",
    "C06": "board",
    "C07": "awarded",
    "C09": "",
    "C10": "not passed on",
    "C12": "appointed",
}


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_finding_has_its_sum(path: Path) -> None:
    for finding in find(_derived(Oxigraph(path.read_text())), BASE, AS_OF, {}).findings:
        assert COUNTED.get(finding.parties.pattern, "") in finding.sum
        assert finding.sum.endswith(".")
