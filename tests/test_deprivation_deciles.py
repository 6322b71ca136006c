"""Deciles of child poverty: as published, else ten equal groups of the ranks; years that cannot be answered are refused."""

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from hubgraph.errors import ParameterError
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.saved_queries.running import QueryAnswer
from hubgraph.saved_queries.running import run as ask
from hubgraph.settings import Settings
from hubgraph.store.embedded import EmbeddedStore
from loading import run, values, write_files

RANK: Final = "Income Deprivation Affecting Children Index (IDACI) Rank (where 1 is most deprived)"
DECILE: Final = (
    "Income Deprivation Affecting Children Index (IDACI) Decile (where 1 is most deprived 10% of LSOAs)"
)
NUMERATOR: Final = "Income Deprivation Affecting Children Index (IDACI) numerator"
SCHOOLS: Final = "URN,EstablishmentName,EstablishmentStatus (code),TypeOfEstablishment (code),PhaseOfEducation (code),LA (code),LSOA (code)\n"
SAVED: Final = Catalogue.read(content("queries")).get("deprivation-of-leads")
MADE: Final = "Deciles of {} are not published in these data: they are ten equal groups of the published ranks of {} areas, 1 the most deprived."


def table(year: str, column: str, entries: dict[int, int]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([f"LSOA code ({year})", f"LSOA name ({year})", column])
    writer.writerows([f"E{number:08d}", f"Area {number}", value] for number, value in entries.items())
    return text.getvalue()


def schools(*areas: int) -> str:
    return SCHOOLS + "".join(
        f"{100000 + n},School {n},1,1,2,202,E{area:08d}\n" for n, area in enumerate(areas)
    )


def deciles(store: Path) -> dict[str, int]:
    query = "SELECT ?area ?decile { ?o hg:area ?area ; hg:idaciDecile ?decile }"
    return {area.removeprefix("area/E").lstrip("0"): int(decile) for area, decile in values(store, query)}


def asked(store: Path, **given: str) -> QueryAnswer:
    opened = EmbeddedStore(store, Settings())
    try:
        return ask(opened, SAVED, {name: [value] for name, value in given.items()})
    finally:
        opened.close()


def counted(answer: QueryAnswer) -> dict[str, int]:
    return {row["idaci_decile"].value: int(row["schools"].value) for row in answer.rows}


def test_complete_ranks_are_cut_into_ten_equal_groups(tmp_path: Path) -> None:
    ranks = {area: area for area in range(1, 24)}
    write_files(
        tmp_path / "in", edubasealldata20260130=schools(1, 2, 3, 23, 99), idaci=table("2021", RANK, ranks)
    )
    run(tmp_path / "store", tmp_path / "in")
    found = deciles(tmp_path / "store")
    assert {area: found[str(area)] for area in (1, 2, 3, 4, 5, 22, 23)} == {
        1: 1,
        2: 1,
        3: 2,
        4: 2,
        5: 3,
        22: 10,
        23: 10,
    }
    assert set(Counter(found.values()).values()) == {2, 3}
    answer = asked(tmp_path / "store", year="2025")
    assert counted(answer) == {"1": 2, "2": 1, "10": 1, "unknown": 1}
    assert MADE.format(2025, 23) in answer.notes
    assert any(
        note.startswith("4 of 5 open schools lie in an area of the index of 2025") for note in answer.notes
    )


@pytest.mark.parametrize(
    ("layout", "areas", "edges"),
    [
        ("2011", 32_844, {1: 1, 3_284: 1, 3_285: 2, 6_568: 2, 6_569: 3, 9_853: 3, 9_854: 4, 16_422: 5, 16_423: 6, 29_559: 9, 29_560: 10, 32_844: 10}),
        ("2021", 33_755, {1: 1, 3_375: 1, 3_376: 2, 6_751: 2, 6_752: 3, 16_877: 5, 16_878: 6, 30_379: 9, 30_380: 10, 33_755: 10}),
    ],
)  # fmt: skip
def test_a_part_of_the_ranks_is_cut_by_the_number_of_areas_that_the_edition_ranked(
    tmp_path: Path, layout: str, areas: int, edges: dict[int, int]
) -> None:
    """For 2019 the limits are those that the published file has."""
    write_files(
        tmp_path / "in", edubasealldata20260130=schools(1), idaci=table(layout, RANK, {r: r for r in edges})
    )
    run(tmp_path / "store", tmp_path / "in")
    assert deciles(tmp_path / "store") == {str(rank): decile for rank, decile in edges.items()}
    answer = asked(tmp_path / "store")
    assert MADE.format(2019 if layout == "2011" else 2025, areas) in answer.notes


def test_equal_ranks_have_equal_deciles(tmp_path: Path) -> None:
    write_files(
        tmp_path / "in", a=table("2021", RANK, {1: 1, 2: 2, 3: 2, 4: 2, 5: 5, 6: 6, 7: 7, 8: 8, 9: 9, 10: 9})
    )
    run(tmp_path / "store", tmp_path / "in")
    assert deciles(tmp_path / "store") == {
        "1": 1,
        "2": 2,
        "3": 2,
        "4": 2,
        "5": 5,
        "6": 6,
        "7": 7,
        "8": 8,
        "9": 9,
        "10": 9,
    }


def test_ranks_beyond_the_edition_make_no_decile(tmp_path: Path) -> None:
    write_files(
        tmp_path / "in", edubasealldata20260130=schools(1), idaci=table("2021", RANK, {1: 1, 2: 40_000})
    )
    run(tmp_path / "store", tmp_path / "in")
    assert deciles(tmp_path / "store") == {}
    with pytest.raises(
        ParameterError, match="'2025' cannot be answered from these data; nothing can be asked for"
    ):
        asked(tmp_path / "store", year="2025")
    assert counted(asked(tmp_path / "store")) == {"unknown": 1}


def test_published_deciles_stay_and_only_years_with_deciles_can_be_asked_for(tmp_path: Path) -> None:
    write_files(
        tmp_path / "in",
        edubasealldata20260130=schools(1, 2),
        old=table("2011", DECILE, {1: 4, 2: 9}),
        new=table("2021", NUMERATOR, {1: 40, 2: 70}),
    )
    run(tmp_path / "store", tmp_path / "in")
    assert counted(asked(tmp_path / "store")) == {"4": 1, "9": 1}
    assert not any("ten equal groups" in note for note in asked(tmp_path / "store").notes)
    with pytest.raises(
        ParameterError, match="'2025' cannot be answered from these data; what can be asked for: 2019"
    ) as refused:
        asked(tmp_path / "store", year="2025")
    assert refused.value.example == "2019"
