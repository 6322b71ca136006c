"""Finding overlaps: prepare, run every pattern, merge, look up declarations and matches, store; the last patterns after.

The same steps serve a load and the question what would be if: there the store is the part that could change.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hubgraph.findings.coverage import Register, read_register
from hubgraph.findings.decisions import Decision
from hubgraph.findings.matches import with_all_matches
from hubgraph.findings.model import Finding, Fragment
from hubgraph.findings.patterns import (
    OVER_FINDINGS,
    Pattern,
    pattern_files,
    preparing_files,
    read_patterns,
    run_pattern,
)
from hubgraph.findings.periods import key_of, merge
from hubgraph.findings.sums import said
from hubgraph.findings.workbench import Workbench
from hubgraph.findings.writing import triples
from hubgraph.terms import graph_iri, record_iri


@dataclass(frozen=True, slots=True)
class Context:
    """What stays the same for all patterns of one run; as_of is an ISO date."""

    base: str
    as_of: str
    decisions: Mapping[str, Decision]
    patterns: Mapping[str, Pattern]
    register: Register


@dataclass(frozen=True, slots=True)
class Found:
    """The findings that were stored, and keys of decisions about findings that these data do not have."""

    findings: tuple[Finding, ...]
    unknown_decisions: tuple[str, ...]

    def counts(self) -> Mapping[str, int]:
        """Return pattern → number of findings, by pattern."""
        counted: dict[str, int] = {}
        for finding in self.findings:
            counted[finding.parties.pattern] = counted.get(finding.parties.pattern, 0) + 1
        return dict(sorted(counted.items()))


def find(store: Workbench, base: str, as_of: str, decisions: Mapping[str, Decision]) -> Found:
    """Fill graph/findings anew from all other graphs and return what is in it."""
    graph = graph_iri(base, "findings")
    store.clear(graph)
    context = Context(base, as_of, decisions, read_patterns(store), read_register(store))
    for path in preparing_files():
        store.construct_into(path.read_text(encoding="utf-8"), graph)
    plain = [path for path in pattern_files() if path.stem not in OVER_FINDINGS]
    first = _findings(store, context, _fragments(store, context, plain))
    store.clear(graph)
    store.add(triples(first, context.patterns, base), graph)
    over = [path for path in pattern_files() if path.stem in OVER_FINDINGS]
    second = _findings(store, context, _fragments(store, context, over))
    second = _with_states_below(first, second, base)
    store.add(triples(second, context.patterns, base), graph)
    found = tuple(sorted((*first, *second), key=lambda finding: finding.key))
    keys = {finding.key for finding in found}
    return Found(found, tuple(key for key in decisions if key not in keys))


def _fragments(store: Workbench, context: Context, paths: Iterable[Path]) -> Iterator[Fragment]:
    for path in paths:
        yield from run_pattern(store, path, context.patterns[path.stem].severity)


def _findings(store: Workbench, context: Context, fragments: Iterable[Fragment]) -> tuple[Finding, ...]:
    """Return findings with state and matches; what no rule in force speaks of is none."""
    found = [_finding(fragment, context) for fragment in merge(fragments)]
    ruled = [finding for finding in found if finding.rules]
    return with_all_matches(store, ruled)


def _finding(fragment: Fragment, context: Context) -> Finding:
    parties = fragment.parties
    finding = Finding(
        key=key_of(parties, fragment.start, context.base),
        parties=parties,
        start=fragment.start,
        end=fragment.end,
        until=fragment.until,
        severity=fragment.severity,
        rules=context.patterns[parties.pattern].rules_on(fragment.start),
        evidence=tuple(sorted(fragment.evidence)),
        people=tuple(sorted(fragment.people)),
        same_matter=fragment.same_matter,
        sum=said(parties.pattern, fragment.sums, fragment.start, fragment.end),
        through=tuple(sorted(fragment.through)),
    )
    finding = context.register.apply(finding, context.base, context.as_of, tuple(sorted(fragment.openly)))
    decision = context.decisions.get(finding.key)
    if decision is not None and decision.state == "dismissed":
        finding = replace(finding, state="dismissed", note=decision.note)
    return finding


def _with_states_below(below: Sequence[Finding], above: Sequence[Finding], base: str) -> tuple[Finding, ...]:
    """Return findings about findings: one about a dismissed finding is dismissed with it."""
    dismissed = {
        record_iri(base, "finding", finding.key): finding.note
        for finding in below
        if finding.state == "dismissed"
    }
    return tuple(
        replace(finding, state="dismissed", note=dismissed[under])
        if (under := next((iri for iri in finding.evidence if iri in dismissed), ""))
        and finding.state != "dismissed"
        else finding
        for finding in above
    )
