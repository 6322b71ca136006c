"""Periods, keys, matches, decisions, and what a load, explain and what-if make of findings."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from hubgraph.errors import HubgraphError, InputError, UnknownRecordError
from hubgraph.findings.decisions import decisions_path, dismiss, read_decisions
from hubgraph.findings.explaining import FindingPage, read_finding
from hubgraph.findings.matches import Match, with_matches
from hubgraph.findings.model import EVER, NEVER, Finding, Fragment, Parties
from hubgraph.findings.periods import key_of, merge
from hubgraph.findings.text import lines
from hubgraph.ingest.progress import Silent
from hubgraph.ingest.whatif import Change, WhatIf, as_matters, what_if
from hubgraph.settings import Settings
from hubgraph.store.embedded import EmbeddedStore
from loading import BASE, run, values, write_files

PARTIES = Parties("C05", "p", "a", "b", "h")

SOURCES = "id,title\ns,Fictional example\n"
ORGANISATIONS = (
    "id,name,kind,source\nfund,Example Fund (fictional),charity,s\nkiln,Example Kiln (fictional),company,s\n"
)
TRUSTS = "Group UID,Group Name,Group Type (code),Group Status (code),Companies House Number,Open date,Closed Date\n9001,Example Trust (fictional),6,OPEN,,,\n"
APPOINTMENTS = (
    "id,forename_1,surname,organisation,role,start_date,end_date,person,source\n"
    "t1,Ansel,Exampleby,uid:9001,Trustee,2020-01-01,,one,s\n"
    "d1,Ansel,Exampleby,kiln,director,2019-01-01,,one,s\n"
    "f1,Ansel,Exampleby,fund,advisory-board-member,2021-01-01,2021-12-31,one,s\n"
)
TRANSACTIONS = (
    "id,payer,payee,amount,currency,date,at_cost,source\nx1,uid:9001,kiln,45000,GBP,2024-03-01,yes,s\n"
)


def fragment(start: str, end: str, severity: str = "medium", *evidence: str) -> Fragment:
    return Fragment(PARTIES, start, end, end, severity, frozenset(evidence))


def test_rows_that_touch_or_overlap_are_one_period_with_all_evidence_and_the_worse_severity() -> None:
    rows = [
        fragment("2021-01-01", "2021-12-31", "medium", "x"),
        fragment("2020-01-01", "2020-12-31", "high", "y"),
        fragment("2022-01-02", NEVER, "info"),
    ]
    merged = sorted(merge(rows), key=lambda row: row.start)
    assert [(row.start, row.end, row.severity) for row in merged] == [
        ("2020-01-01", "2021-12-31", "high"),
        ("2022-01-02", NEVER, "info"),
    ]
    assert merged[0].evidence == {"x", "y"}


def test_a_key_depends_on_pattern_parties_and_first_day_and_on_nothing_else() -> None:
    key = key_of(PARTIES, "2020-01-01", "https://x")
    assert key == key_of(PARTIES, "2020-01-01", "https://y")
    assert key.startswith("C05-")
    assert key != key_of(PARTIES, "2020-01-02", "https://x")
    assert key != key_of(replace(PARTIES, person="q"), "2020-01-01", "https://x")


def _on(*appointments: str) -> Finding:
    return Finding(
        "k", PARTIES, EVER, NEVER, NEVER, "high", (), tuple(f"/id/appointment/{a}" for a in appointments)
    )


def _match(name: str, one: str, other: str, confidence: str) -> Match:
    return Match(
        name, f"/id/appointment/{one}#person", f"/id/appointment/{other}#person", Decimal(confidence)
    )


def test_a_finding_rests_on_the_surest_path_between_its_records_and_on_its_weakest_match() -> None:
    matches = [_match("m1", "a", "b", "0.991"), _match("m2", "a", "c", "0.999"), _match("m3", "c", "b", "0.995"), _match("m4", "b", "d", "0.99")]  # fmt: skip
    found = with_matches(_on("a", "b"), matches)
    assert (found.matches, found.confidence) == (("m2", "m3"), "0.995")


def test_a_finding_of_records_with_one_key_of_their_source_rests_on_no_match() -> None:
    stated = Match("", "/id/appointment/a#person", "/id/appointment/b#person", Decimal(1))
    found = with_matches(_on("a", "b"), [_match("m", "a", "b", "0.999"), stated])
    assert (found.matches, found.confidence) == ((), "")


def test_the_last_decision_about_a_finding_counts(tmp_path: Path) -> None:
    path = decisions_path(tmp_path)
    assert read_decisions(path) == {}
    dismiss(path, "C05-1", "Both roles  are unpaid", "clerk", date(2026, 2, 1))
    with path.open("a") as handle:
        handle.write("https://x/id/finding/C05-1,potential,Looked at again,clerk,2026-03-01\n")
    assert read_decisions(path)["C05-1"].state == "potential"
    assert path.read_text().splitlines()[1] == "C05-1,dismissed,Both roles are unpaid,clerk,2026-02-01"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",dismissed,why,,", "row 2, column finding: it is empty"),
        ("C05-1,solved,why,,", "row 2, column state: 'solved' is not a decision"),
        ("C05-1,dismissed,,,", "row 2, column reason: it is empty"),
        ("C05-1,dismissed,why,,1 May", "row 2, column date: '1 May' is not a date"),
    ],
)
def test_a_faulty_decision_is_an_error_that_names_row_and_column(tmp_path: Path, row: str, said: str) -> None:
    path = tmp_path / "findings.csv"
    path.write_text(f"finding,state,reason,who,date\n{row}\n")
    with pytest.raises(InputError, match=said):
        read_decisions(path)


def test_a_dismissal_needs_a_reason_and_a_file_its_columns(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="with a reason"):
        dismiss(tmp_path / "findings.csv", "C05-1", "  ", "", date(2026, 2, 1))
    (tmp_path / "findings.csv").write_text("finding,state\n")
    with pytest.raises(InputError, match="lacks the column reason"):
        read_decisions(tmp_path / "findings.csv")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which a trustee's company is paid."""
    root = tmp_path_factory.mktemp("findings")
    files = write_files(
        root / "in", sources=SOURCES, organisations=ORGANISATIONS, appointments=APPOINTMENTS,
        transactions=TRANSACTIONS, allgroupsdata20260101=TRUSTS,
    )  # fmt: skip
    run(root / "store", files)
    return root / "store"


FINDINGS = "SELECT ?f ?state { ?f a hg:Finding ; hg:state ?state } ORDER BY ?f"


def _key(store: Path) -> str:
    ((key, _),) = values(store, FINDINGS)
    return key.removeprefix("finding/")


def test_a_load_stores_findings_that_pass_the_shapes(folder: Path) -> None:
    assert [state.rpartition("/")[2] for _, state in values(folder, FINDINGS)] == ["potential"]


def test_a_second_load_gives_the_same_key_and_reads_the_decision(folder: Path, tmp_path: Path) -> None:
    key = _key(folder)
    dismiss(decisions_path(tmp_path / "again"), key, "At cost", "finance", date(2026, 2, 1))
    dismiss(decisions_path(tmp_path / "again"), "C05-unknown", "Gone", "", date(2026, 2, 1))
    summary = run(tmp_path / "again", folder.parent / "in")
    assert values(tmp_path / "again", "SELECT ?f ?state ?note { ?f a hg:Finding ; hg:state ?state ; hg:stateNote ?note }") == [
        (f"finding/{key}", f"{BASE}/code/finding-state/dismissed", "At cost (finance, 2026-02-01)")
    ]  # fmt: skip
    assert any("C05-unknown is not in these data" in warning for warning in summary.warnings)


@pytest.fixture
def page(folder: Path) -> Iterator[FindingPage]:
    store = EmbeddedStore(folder, Settings(store=str(folder), workers=1))
    yield read_finding(store, _key(folder))
    with pytest.raises(UnknownRecordError, match="no finding with the key 'C99-0'"):
        read_finding(store, "C99-0")
    store.close()


def test_a_finding_is_explained_with_facts_rules_sources_and_what_would_clear_it(page: FindingPage) -> None:
    assert (page.pattern, page.severity, page.state, page.person.name) == (
        "C04",
        "high",
        "potential",
        "Ansel Exampleby",
    )
    assert [(fact.kind, fact.start or fact.date, fact.source) for fact in page.path] == [
        ("Appointment", "2019-01-01", "Fictional example"),
        ("Appointment", "2020-01-01", "Fictional example"),
        ("Transaction", "2024-03-01", "Fictional example"),
    ]
    assert "40000" in {rule.threshold for rule in page.rules}
    assert all(rule.source for rule in page.rules)
    text = "\n".join(lines(page))
    assert "Declared: nothing in these data covers it. A declaration may stand in a register" in text
    assert "potential conflict" in text
    assert "conflicted" not in text
    assert page.clears in text


def _what_if(folder: Path, tmp_path: Path, **files: str) -> WhatIf:
    before = sorted(path.name for path in folder.iterdir())
    answer = what_if([write_files(tmp_path / "rows", **files)], Settings(store=str(folder)), Silent())
    assert sorted(path.name for path in folder.iterdir()) == before
    return answer


def _patterns(findings: Sequence[Finding | Change]) -> list[str]:
    return sorted(
        (entry.before if isinstance(entry, Change) else entry).parties.pattern for entry in findings
    )


HEAD = "id,forename_1,surname,organisation,role,start_date,end_date,person,source\n"


def test_an_award_would_make_a_finding_and_nothing_is_stored(folder: Path, tmp_path: Path) -> None:
    awards = "Identifier,Currency,Amount Awarded,Award Date,Recipient Org:Identifier,Funding Org:Identifier\n360G-x,GBP,100,{},uid:9001,fund\n"
    answer = _what_if(folder, tmp_path, awards=awards.format("2021-06-01"))
    assert (_patterns(answer.appear), answer.clear, answer.issues) == (["C07"], (), ())
    assert len(values(folder, FINDINGS)) == 1
    late = _what_if(folder, tmp_path / "late", awards=awards.format("2022-01-01"))
    assert late.appear == ()


def test_an_appointment_would_make_a_finding_of_the_person_who_is_there(folder: Path, tmp_path: Path) -> None:
    row = "n1,Ansel,Exampleby,uid:9001,Member,2022-01-01,,one,s\nn2,Ansel,Exampleby,uid:9001,employee,2023-01-01,,one,s\n"
    answer = _what_if(folder, tmp_path, appointments=HEAD + row)
    assert _patterns(answer.appear) == ["C01", "C02"]
    other = _what_if(
        folder,
        tmp_path / "other",
        appointments=HEAD + "n1,Orla,Elsewhere,uid:9001,employee,2022-01-01,,two,s\n",
    )
    assert other.appear == ()


def test_a_declaration_and_the_end_of_a_role_would_clear_a_finding(folder: Path, tmp_path: Path) -> None:
    declared = "id,appointment,declared_to,interest_in,start_date\nq,t1,uid:9001,kiln,2020-01-01\n"
    answer = _what_if(folder, tmp_path, declarations=declared)
    (change,) = answer.clear
    assert isinstance(change, Change)
    assert change.after.state == "declared"
    ended = _what_if(
        folder,
        tmp_path / "ended",
        appointments=HEAD + "d1,Ansel,Exampleby,kiln,director,2019-01-01,2024-02-29,one,s\n",
    )
    assert _patterns(ended.clear) == ["C04"]
    assert ended.appear == ()


def test_one_matter_is_shown_once_and_an_added_rule_alone_by_itself(folder: Path, tmp_path: Path) -> None:
    head = "id,payer,payee,amount,currency,date,at_cost,source\n"
    answer = _what_if(folder, tmp_path, transactions=head + "x2,uid:9001,kiln,3000,GBP,2024-04-01,,s\n")
    assert _patterns(answer.appear) == ["C04", "C16"]
    assert _patterns(as_matters(answer.appear)) == ["C04"]
    unstated = _what_if(
        folder, tmp_path / "unstated", transactions=head + "x1,uid:9001,kiln,45000,GBP,2024-03-01,,s\n"
    )
    assert _patterns(as_matters(unstated.appear)) == ["C16"]


def test_a_mitigation_that_names_a_finding_clears_it_and_a_load_of_it_does_the_same(
    folder: Path, tmp_path: Path
) -> None:
    mitigations = f"id,finding,kind,date\nm,{_key(folder)},recused,2024-02-01\n"
    answer = _what_if(folder, tmp_path, mitigations=mitigations)
    (change,) = answer.clear
    assert isinstance(change, Change)
    assert (change.before.state, change.after.state, change.after.mitigated_by) == (
        "potential", "mitigated", (f"{BASE}/id/mitigation/m",),
    )  # fmt: skip
    assert (answer.appear, answer.change, answer.issues) == ((), (), ())
    run(tmp_path / "loaded", folder.parent / "in", tmp_path / "rows")
    assert [state.rpartition("/")[2] for _, state in values(tmp_path / "loaded", FINDINGS)] == ["mitigated"]


def test_a_role_that_is_given_to_somebody_else_clears_what_was_about_who_held_it(
    folder: Path, tmp_path: Path
) -> None:
    answer = _what_if(
        folder, tmp_path, appointments=HEAD + "d1,Orla,Elsewhere,kiln,director,2019-01-01,,two,s\n"
    )
    assert _patterns(answer.clear) == ["C04"]
    assert answer.appear == ()


def test_rows_that_are_refused_are_named(folder: Path, tmp_path: Path) -> None:
    answer = _what_if(folder, tmp_path, appointments=HEAD + "n1,Ansel,Exampleby,nowhere,Member,,,one,s\n")
    assert [(issue.row, issue.column, issue.action) for issue in answer.issues] == [
        (2, "organisation", "refused")
    ]
    with pytest.raises(HubgraphError, match="nothing to load"):
        _what_if(folder, tmp_path / "bad", odd="a,b\n1,2\n")


def test_decisions_are_plain_csv(tmp_path: Path) -> None:
    path = decisions_path(tmp_path)
    dismiss(path, "C05-1", 'He said "no", twice', "", date(2026, 2, 1))
    with path.open() as handle:
        (row,) = csv.DictReader(handle)
    assert row["reason"] == 'He said "no", twice'
