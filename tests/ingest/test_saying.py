"""A row of sources.csv that names files says whose they are."""

from pathlib import Path

import pytest

from hubgraph.errors import InputError
from hubgraph.store.generations import Generations, SourceEntry
from loading import GROUPS, run, write_files

HEAD = "id,title,publisher,url,published,retrieved,licence,files\n"
TRUSTS = f"{GROUPS}9001,Example Trust (fictional),6,OPEN,,,\n"


def _sources(tmp_path: Path, sources: str) -> dict[str, SourceEntry]:
    folder = write_files(
        tmp_path / "in", sources=sources, allgroupsdata20260101=TRUSTS, allgroupsdata20250101=TRUSTS
    )
    run(tmp_path / "store", folder)
    return {source.key: source for source in Generations(tmp_path / "store").current().sources}


def test_title_publisher_and_licence_of_a_row_stand_for_those_of_the_register(tmp_path: Path) -> None:
    row = "x,Invented groups,Somebody,,2026-01-01,,https://example.org/free,allgroupsdata20260101.csv\n"
    source = _sources(tmp_path, HEAD + row)["gias-groups"]
    assert (source.title, source.publisher, source.licence, source.url, source.date) == (
        "Invented groups", "Somebody", "https://example.org/free", "", "2026-01-01",
    )  # fmt: skip


@pytest.mark.parametrize("files", ["", "allgroupsdata20250101.csv"])
def test_a_register_of_which_nothing_is_said_keeps_its_title(tmp_path: Path, files: str) -> None:
    source = _sources(tmp_path, f"{HEAD}x,Invented groups,,,,,,{files}\n")["gias-groups"]
    assert source.title.startswith("Get Information About Schools")


def test_a_licence_in_words_is_no_address_and_is_left_out(tmp_path: Path) -> None:
    row = "x,Invented groups,Somebody,,,,free,allgroupsdata20250101.csv; allgroupsdata20260101.csv\n"
    assert _sources(tmp_path, HEAD + row)["gias-groups"].licence == ""


def test_a_file_that_is_not_there_is_an_error_with_its_row(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"sources.csv, row 3, column files: 'other.csv' is no file beside it"
    ):
        _sources(tmp_path, f"{HEAD}s,Sample,,,,,,\nx,Invented,,,,,,other.csv\n")
