"""Three unlike fictional boroughs, loaded from files as a user loads them, and held against their truth."""

from itertools import combinations
from pathlib import Path

import pytest

from loading import run, values
from worlds.boroughs import BOROUGHS, read_truth, write_borough


@pytest.mark.parametrize("name", BOROUGHS)
def test_a_load_of_a_borough_joins_nobody_with_somebody_else(name: str, tmp_path: Path) -> None:
    files = write_borough(name, tmp_path / "in")
    truth = read_truth(tmp_path / "in")
    run(tmp_path / "store", files)
    rows = values(tmp_path / "store", "SELECT ?a ?p { ?a hg:holder ?p }")
    held: dict[str, list[str]] = {}
    for appointment, person in rows:
        held.setdefault(person, []).append(appointment.removeprefix("appointment/"))
    assert len(rows) > 0.95 * len(truth)
    together = [pair for same in held.values() for pair in combinations(same, 2)]
    assert len(together) > 10
    assert [pair for pair in together if truth[pair[0]] != truth[pair[1]]] == []
    matches = values(tmp_path / "store", "SELECT ?m { ?f a hg:Finding ; hg:dependsOnMatch ?m }")
    sides = [match.removeprefix("appointment/").split("#match-") for (match,) in matches]
    assert [side for side in sides if truth[side[0]] != truth[side[1]]] == []
