"""What-if says of rows what a load of all data with these rows then finds; checked over a fictional England."""

import csv
import json
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

import pytest

from hubgraph.ingest.progress import Silent
from hubgraph.ingest.whatif import Change, WhatIf, what_if
from hubgraph.settings import Settings
from hubgraph.store.generations import Generations
from hubgraph.synth.build import synthesise
from hubgraph.synth.model import SynthOptions
from loading import BASE, run, values
from plain_names import may_be_one_person

Row = dict[str, str]
Tables = Mapping[str, Sequence[Row]]
Shown = tuple[str, ...]

FINDINGS = (
    "SELECT ?f ?start ?end ?until ?severity ?state { ?f a hg:Finding ; hg:severity ?severity ; hg:state ?state . "
    "OPTIONAL { ?f hg:overlapStart ?start } OPTIONAL { ?f hg:overlapEnd ?end } OPTIONAL { ?f hg:countsUntil ?until } }"
)
SCHOOLS = 300


def _rows(path: Path) -> list[Row]:
    encoding = "utf-8" if "2026" not in path.name else "cp1252"
    with path.open(newline="", encoding=encoding) as source:
        return list(csv.DictReader(source))


def _findings(store: Path) -> dict[str, Shown]:
    return {key.removeprefix("finding/"): tuple(shown) for key, *shown in values(store, FINDINGS)}


@pytest.fixture(scope="module")
def england(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of a fictional England, and a store of them."""
    root = tmp_path_factory.mktemp("what-if")
    synthesise(root / "files", SynthOptions(schools=SCHOOLS, seed=7))
    run(root / "store", root / "files")
    return root


def made_up(folder: Path, before: Mapping[str, Shown], seed: int) -> Tables:
    """Return rows of every kind about people and bodies who already have to do with each other."""
    chance = random.Random(seed)  # noqa: S311 - repeatable rows, no secret
    held = [row for path in sorted(folder.glob("governance*.csv")) for row in _rows(path) if row["Surname"]]
    known = {name: _rows(folder / f"{name}.csv") for name in ("awards", "transactions", "participations", "declarations", "appointments", "evaluations")}  # fmt: skip
    planted = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["planted"]
    hubs = sorted({row["activity"] for row in known["participations"]})
    supported = [row for row in known["participations"] if row["part"] == "supported"]

    def body(row: Row) -> str:
        return f"urn:{row['URN']}" if row["URN"] else f"uid:{row['UID']}"

    def seat(number: int, row: Row, where: str, role: str) -> Row:
        return {
            "id": f"new-{number}", "title": row["Title"], "forename_1": row["Forename 1"], "forename_2": row["Forename 2"],
            "surname": row["Surname"], "organisation": where, "role": role, "start_date": "2020-01-01",
        }  # fmt: skip

    trusts = [row for row in held if row["UID"] and row["Role"] in {"Trustee", "Member"}]
    appointments = [
        seat(number, row, f"uid:{row['UID']}", "Member" if row["Role"] == "Trustee" else "Trustee")
        for number, row in enumerate(chance.sample(trusts, 6))
    ]
    appointments += [
        seat(100 + number, row, chance.choice(supported)["organisation"], "Governor")
        for number, row in enumerate(chance.sample(held, 6))
    ]
    appointments += [seat(200 + number, row, chance.choice(hubs), "board-chair") for number, row in enumerate(chance.sample(held, 4))]  # fmt: skip
    seats = {key for entry in planted for key in entry.get("appointments", ())}
    overlapping = [row for row in known["appointments"] if row["id"] in seats]
    others = [row for row in known["appointments"] if row["id"] not in seats]
    ended = [
        dict(row) | {"end_date": "2019-01-01", "start_date": "2018-01-01"}
        for row in (*chance.sample(overlapping, 6), *chance.sample(others, 2))
    ]
    awards = [
        dict(row) | {"Identifier": f"new-award-{number}", "Funding Org:Identifier": other["Funding Org:Identifier"]}
        for number, (row, other) in enumerate(zip(chance.sample(known["awards"], 8), chance.sample(known["awards"], 8), strict=True))
    ]  # fmt: skip
    again = [dict(row) | {"Award Date": "2010-01-01", "Planned Dates:End Date": "2010-02-01", "Planned Dates:Start Date": "2010-01-01"} for row in chance.sample(known["awards"], 4)]  # fmt: skip
    payments = [dict(row) | {"id": f"new-payment-{number}", "amount": "39000"} for number, row in enumerate(chance.sample(known["transactions"], 12))]  # fmt: skip
    dealt = {str(entry[name]) for entry in planted for name in ("award", "payment") if name in entry}
    awards += [dict(row) | {"Identifier": f"again-{row['Identifier']}"} for row in known["awards"] if row["Identifier"] in dealt][:6]  # fmt: skip
    payments += [dict(row) | {"id": f"again-{row['id']}"} for row in known["transactions"] if row["id"] in dealt][:6]  # fmt: skip
    parts = [
        {"activity": chance.choice(hubs), "organisation": row["organisation"], "part": part, "start_date": "2016-01-01"}
        for part in ("supported", "lead", "assurer", "deliverer")
        for row in chance.sample(known["participations"], 4)
    ]  # fmt: skip
    declarations = [dict(row) | {"id": f"new-declaration-{number}", "declared_to": body(chance.choice(trusts))} for number, row in enumerate(chance.sample(known["declarations"], 2))]  # fmt: skip
    declarations += [dict(row) | {"end_date": "2017-01-01", "start_date": "2016-01-01"} for row in chance.sample(known["declarations"], 2)]  # fmt: skip
    mitigations = [
        {"id": f"new-mitigation-{number}", "finding": key, "kind": "recused", "date": "2026-08-01"}
        for number, key in enumerate(chance.sample(sorted(before), 6))
    ]
    evaluations = [dict(row) | {"id": f"new-evaluation-{number}", "published_on": ""} for number, row in enumerate(chance.sample(known["evaluations"], 1))]  # fmt: skip
    open_payers = sorted({entry["organisations"][0] for entry in planted if entry["pattern"] == "C04" and entry.get("state") == "potential"})  # fmt: skip
    sources = [
        {"id": "new-register", "title": "A whole register (fictional)", "register_of": ";".join(open_payers)}
    ]
    return {
        "sources": sources, "appointments": [*appointments, *ended], "awards": [*awards, *again], "transactions": payments, "participations": parts,
        "declarations": declarations, "mitigations": mitigations, "evaluations": evaluations,
    }  # fmt: skip


KEYS = {"awards": "Identifier", "participations": ""}


def _write(path: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.DictWriter(target, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def _laid_and_loaded(england: Path, folder: Path, tables: Tables) -> tuple[WhatIf, dict[str, Shown]]:
    """Return what-if's answer about rows, and the findings of a load of all files with these rows in them."""
    rows, files = folder / "rows", folder / "files"
    rows.mkdir(parents=True)
    files.mkdir()
    for path in (england / "files").iterdir():
        (files / path.name).write_bytes(path.read_bytes())
    for name, made in tables.items():
        before = _rows(england / "files" / f"{name}.csv")
        columns = list(before[0])
        _write(rows / f"{name}.csv", columns, made)
        key = KEYS.get(name, "id")
        replaced = {row[key] for row in made} if key else set()
        _write(files / f"{name}.csv", columns, [*made, *(row for row in before if not key or row[key] not in replaced)])  # fmt: skip
    answer = what_if([rows], Settings(store=str(england / "store")), Silent())
    run(folder / "store", files)
    return answer, _findings(folder / "store")


def _on_old_people(before: Path, after: Path, tables: Tables) -> frozenset[str]:
    """Return findings of a load that rest on a join of two rows that were there before and were not joined then.

    New rows may tie two bodies and so make it more likely that a role-holder of one is one of the other. What-if says what
    the rows do to people as they are, and settles nobody anew.
    """
    laid = {
        row[KEYS.get(name, "id")] for name, made in tables.items() for row in made if KEYS.get(name, "id")
    }
    joined = f"SELECT ?m {{ ?m hg:decision <{BASE}/code/match-decision/automatic> }}"
    earlier = {match for (match,) in values(before, joined)}
    found = set()
    for finding, match in values(after, "SELECT ?f ?m { ?f hg:dependsOnMatch ?m }"):
        one, _, other = match.removeprefix("appointment/").partition("#match-")
        if match not in earlier and not {one, other} & laid:
            found.add(finding.removeprefix("finding/"))
    return frozenset(found)


def test_every_source_of_a_fictional_england_says_that_it_is_fictional(england: Path) -> None:
    manifest = Generations(england / "store").current()
    assert len(manifest.sources) == len(list((england / "files").glob("*.csv")))
    assert [
        source for source in manifest.sources if not source.title.startswith("Fictional England of ")
    ] == []
    assert {(source.publisher, source.licence, source.url) for source in manifest.sources} == {
        ("hubgraph synth", "", "")
    }


def test_every_two_records_of_a_person_keep_the_rule_of_names(england: Path) -> None:
    rows = values(
        england / "store",
        "PREFIX foaf: <http://xmlns.com/foaf/0.1/> SELECT ?person ?forename_1 ?forename_2 ?surname { ?r hg:resolvedAs ?person "
        "OPTIONAL { ?r hg:forename1 ?forename_1 } OPTIONAL { ?r hg:forename2 ?forename_2 } OPTIONAL { ?r foaf:familyName ?surname } }",
    )
    people: dict[str, list[Row]] = defaultdict(list)
    for person, *names in rows:
        people[person].append(dict(zip(("forename_1", "forename_2", "surname"), names, strict=True)))
    pairs = [pair for held in people.values() for pair in combinations(held, 2)]
    assert len(pairs) > 500
    assert [pair for pair in pairs if not may_be_one_person(*pair)] == []


def test_what_if_answers_what_a_load_of_all_then_finds(england: Path, tmp_path: Path) -> None:
    before = _findings(england / "store")
    tables = made_up(england / "files", before, 1)
    answer, after = _laid_and_loaded(england, tmp_path, tables)
    assert answer.issues == ()
    old = _on_old_people(england / "store", tmp_path / "store", tables)
    assert len(old) < len(answer.appear) / 10
    after = {key: shown for key, shown in after.items() if key not in old - before.keys()}
    changes = [*answer.change, *(each for each in answer.clear if isinstance(each, Change))]
    assert {finding.key for finding in answer.appear} == after.keys() - before.keys()
    gone = {finding.key for finding in answer.clear if not isinstance(finding, Change)}
    assert gone == before.keys() - after.keys()
    changed = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    assert {change.after.key for change in changes} == changed
    assert gone
    assert changed
    assert {finding.parties.pattern for finding in answer.appear} >= {"C04", "C07", "C12", "C13"}
