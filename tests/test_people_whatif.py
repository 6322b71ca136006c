"""What-if joins rows by the rules of a load: by the names of all records of a person, or not at all."""

from pathlib import Path

import pytest

from hubgraph.ingest.progress import Silent
from hubgraph.ingest.whatif import what_if
from hubgraph.settings import Settings
from loading import GROUPS, run, values, write_files

HEAD = "id,title,forename_1,forename_2,surname,organisation,role,start_date,end_date,source\n"
LOADED = (
    "m-1,Mrs,Ottoline,Zephyrine,Ockanger,uid:9001,Member,2020-01-01,,s\n"
    "m-2,Mrs,Ottoline,Zephyrine,Ockanger,uid:9001,Trustee,2020-01-01,,s\n"
    "d-1,Mrs,Peregrina,Isaura,Skirmere,uid:9001,Member,2020-01-01,,s\n"
    "d-2,Mrs,Peregrina,Isaura,Skirmere-Trelwick,uid:9001,Trustee,2020-01-01,,s\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("rules")
    files = write_files(
        root / "in",
        sources="id,title\ns,Fictional example\n",
        allgroupsdata20260101=GROUPS + "9001,Example Trust (fictional),6,OPEN,,,\n",
        appointments=HEAD + LOADED,
    )
    run(root / "store", files)
    return root / "store"


def test_a_surname_and_a_double_one_of_it_are_joined_by_the_load(folder: Path) -> None:
    holders = {row[0]: row[1] for row in values(folder, "SELECT ?a ?p { ?a hg:holder ?p }")}
    assert holders["appointment/m-1"] == holders["appointment/m-2"]
    assert holders["appointment/d-1"] == holders["appointment/d-2"]


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["Mrs,Ottoline,Zephyrine,Ockanger"], True),
        (["Mrs,Ottoline,,Ockanger"], True),
        (["Ms,Ottoline,Zephyrine,Tarnwick"], False),
        (["Mr,Ottoline,Zephyrine,Ockanger"], False),
        (["Mrs,Peregrina,Isaura,Skirmere"], True),
        (["Mrs,Peregrina,Isaura,Trelwick"], False),
        (["Mrs,Peregrina,Isaura,Trelwick", "Mrs,Peregrina,Isaura,Trelwick-Skirmere"], False),
    ],
)
def test_a_row_is_laid_upon_a_person_only_where_all_names_agree(
    folder: Path, tmp_path: Path, names: list[str], *, found: bool
) -> None:
    rows = [f"e-{at},{name},uid:9001,employee,2021-01-01,,s\n" for at, name in enumerate(names)]
    files = write_files(tmp_path / "rows", appointments=HEAD + "".join(rows))
    answer = what_if([files], Settings(store=str(folder)), Silent())
    assert answer.issues == ()
    assert ("C02" in {finding.parties.pattern for finding in answer.appear}) is found
