"""The table of questions names a saved query, or what is missing, for every number, and agrees with the heads."""

import re
from pathlib import Path
from typing import Final

from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue

ROOT: Final = Path(__file__).parent.parent
CATALOGUE: Final = {saved.slug: saved for saved in Catalogue.read(content("queries")).all()}
NUMBERS: Final = range(1, 53)


def _table() -> dict[int, tuple[str, str]]:
    """Return number → cells of the saved queries and of what else there is."""
    rows = {}
    for line in (ROOT / "docs" / "questions.md").read_text(encoding="utf-8").splitlines():
        found = re.fullmatch(r"\| (\d+) \| [^|]+ \| ([^|]*)\|([^|]*)\|", line)
        if found is not None:
            rows[int(found[1])] = (found[2].strip(), found[3].strip())
    return rows


def _slugs(cell: str) -> dict[str, list[str]]:
    """Return slug → names of parameters, as a cell writes them."""
    return {
        part[1]: [name.partition("=")[0] for name in part[2].split(", ") if name]
        for part in re.finditer(r"`([a-z-]+)` ?([^;]*)", cell)
    }


def test_every_question_has_a_row_that_says_something() -> None:
    table = _table()
    assert sorted(table) == list(NUMBERS)
    assert [number for number, cells in table.items() if not any(cells)] == []


def test_the_queries_of_the_table_are_in_the_catalogue() -> None:
    named = {slug for cell, _ in _table().values() for slug in _slugs(cell)}
    assert named - CATALOGUE.keys() == set()


def test_the_parameters_of_the_table_are_those_of_the_query() -> None:
    wrong = {
        (slug, name)
        for cell, _ in _table().values()
        for slug, names in _slugs(cell).items()
        if slug in CATALOGUE
        for name in names
        if CATALOGUE[slug].param(name) is None
    }
    assert wrong == set()


def test_a_query_that_says_it_answers_a_question_stands_in_its_row() -> None:
    table = _table()
    missing = [
        (saved.slug, number)
        for saved in CATALOGUE.values()
        for number in saved.answers
        if saved.slug not in _slugs(table[number][0])
    ]
    assert missing == []
