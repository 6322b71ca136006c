"""Every pattern finds what its fixtures expect and nothing else, and the same on two engines.

A fixture is a Turtle file in the folder of its pattern. A line `# expect: person a b start end severity state` names one
finding of that pattern (a dash: none), `# expect: nothing` a near miss. Adding a file adds its test.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from hubgraph.findings.finding import Found, find
from hubgraph.findings.model import EVER, NEVER, Finding
from hubgraph.findings.patterns import (
    OVER_FINDINGS,
    pattern_files,
    preparing_files,
    read_patterns,
    run_pattern,
)
from hubgraph.findings.periods import merge
from hubgraph.findings.workbench import Workbench
from hubgraph.findings.writing import triples
from hubgraph.resources import content
from hubgraph.terms import graph_iri
from pattern_bench import Oxigraph, Rdflib

BASE: Final = "https://w3id.org/hubgraph"
AS_OF: Final = "2026-01-01"
FIXTURES: Final = sorted((Path(__file__).parent / "patterns").glob("*/*.ttl"))
DERIVED: Final = ("same-body", "serves-same-body", "sponsors")


def _derived(bench: Workbench) -> Workbench:
    for name in DERIVED:
        text = content("queries", "derive", f"{name}.rq").read_text()
        bench.construct_into(text, graph_iri(BASE, "derived"))
    return bench


def _found(text: str) -> Found:
    """Return the findings of a fixture; the placeholder @KEY@ stands for the key of the only one without it."""
    if "@KEY@" in text:
        (finding,) = find(_derived(Oxigraph(text.replace("@KEY@", "none"))), BASE, AS_OF, {}).findings
        text = text.replace("@KEY@", finding.key)
    return find(_derived(Oxigraph(text)), BASE, AS_OF, {})


def _line(finding: Finding) -> str:
    def short(iri: str) -> str:
        return iri.removeprefix(f"{BASE}/id/").removeprefix("person/") or "-"

    parties = finding.parties
    days = ["-" if day in {EVER, NEVER} else day for day in (finding.start, finding.end)]
    sides = [short(parties.person), short(parties.organisation_a), short(parties.organisation_b)]
    return " ".join([*sides, *days, finding.severity, finding.state])


def _expected(text: str) -> list[str]:
    lines = [line.removeprefix("# expect: ") for line in text.splitlines() if line.startswith("# expect: ")]
    assert lines, "a fixture says what is expected"
    return [] if lines == ["nothing"] else sorted(lines)


fixtures = pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}/{path.stem}")


@fixtures
def test_a_pattern_finds_what_is_expected_and_nothing_else(path: Path) -> None:
    text = path.read_text()
    found = [finding for finding in _found(text).findings if finding.parties.pattern == path.parent.name]
    assert sorted(_line(finding) for finding in found) == _expected(text)
    assert all(finding.evidence and finding.rules for finding in found)


@fixtures
def test_an_added_rule_is_one_matter_with_the_finding_under_it_and_counts_as_long(path: Path) -> None:
    found = {f"{BASE}/id/finding/{finding.key}": finding for finding in _found(path.read_text()).findings}
    for finding in found.values():
        assert not finding.same_matter or finding.parties.pattern in OVER_FINDINGS
        assert finding.same_matter or finding.parties.pattern not in {"C13", "C17"}
        if finding.same_matter:
            under = found[finding.same_matter]
            assert replace(finding.parties, pattern="") == replace(under.parties, pattern="")
            assert (finding.start, finding.end, finding.until) == (under.start, under.end, under.until)
            assert set(under.evidence) < set(finding.evidence)


def test_only_own_declarations_and_the_register_stand_beside_what_nobody_declared() -> None:
    path = Path(__file__).parent / "patterns" / "C13" / "payment-with-the-register-in-the-data.ttl"
    (finding,) = (each for each in _found(path.read_text()).findings if each.parties.pattern == "C13")
    kinds = {iri.rpartition("/id/")[2] for iri in finding.evidence if "/finding/" not in iri}
    assert kinds == {"appointment/t", "appointment/d", "transaction/x", "source/r"}


@fixtures
def test_a_pattern_makes_the_same_rows_on_both_engines(path: Path) -> None:
    rows = [_rows(engine, path) for engine in (Oxigraph, Rdflib)]
    assert rows[0] == rows[1]


def _rows(engine: Callable[[str], Workbench], path: Path) -> set[object]:
    bench = _derived(engine(path.read_text()))
    graph = graph_iri(BASE, "findings")
    if path.parent.name in OVER_FINDINGS:
        first = find(_derived(Oxigraph(path.read_text())), BASE, AS_OF, {})
        below = [finding for finding in first.findings if finding.parties.pattern not in OVER_FINDINGS]
        bench.add(_stored(below), graph)
    else:
        for prepare in preparing_files():
            bench.construct_into(prepare.read_text(), graph)
    (pattern,) = [file for file in pattern_files() if file.stem == path.parent.name]
    severity = read_patterns(bench)[pattern.stem].severity
    return set(merge(run_pattern(bench, pattern, severity)))


def _stored(findings: list[Finding]) -> list[tuple[str, str, str]]:
    from_ox = read_patterns(Oxigraph(""))
    return list(triples(findings, from_ox, BASE))


@pytest.mark.parametrize("path", pattern_files(), ids=lambda path: path.stem)
def test_a_pattern_has_two_fixtures_that_fit_and_two_that_nearly_fit(path: Path) -> None:
    texts = [fixture.read_text() for fixture in FIXTURES if fixture.parent.name == path.stem]
    near = [text for text in texts if "# expect: nothing" in text]
    assert len(near) >= 2
    assert len(texts) - len(near) >= 2


def test_every_pattern_of_the_code_list_has_its_file() -> None:
    assert sorted(path.stem for path in pattern_files()) == sorted(read_patterns(Oxigraph("")))
    assert {"C01", "C14", "C16", "C17", "C18"} <= {path.stem for path in pattern_files()}
