"""Results of a report by rule, and the parts of sentences that every form of a report shares."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hubgraph.checks.model import Path
from hubgraph.checks.report import Report, Result, RowIssue, severity_word
from hubgraph.store.base import Term
from hubgraph.terms import shorten

_IRI: Final = re.compile(r"<([^<>]+)>")
Locate = Callable[[str], tuple[str, int] | None]
"""From the IRI of a record to the file and row it came from, where known."""


@dataclass(frozen=True, slots=True)
class Group:
    """The results of one rule of one shape, equal messages next to each other; checked: nodes, 0 where not counted."""

    severity: str
    title: str
    rule: str
    checked: int
    results: tuple[Result, ...]

    @property
    def records(self) -> int:
        """Return how many records fail."""
        return len({each.focus for each in self.results})


def nowhere(_iri: str) -> None:
    """Locate nothing."""


def grouped(report: Report) -> tuple[Group, ...]:
    """Return the results by severity, shape and constraint, in the order of the report."""
    same: dict[tuple[str, str, str, str], list[Result]] = {}
    for each in report.results:
        same.setdefault((each.severity, each.shape.value, each.constraint, each.message), []).append(each)
    merged: dict[tuple[str, str, str], list[Result]] = {}
    for (severity, shape, constraint, _), results in same.items():
        merged.setdefault((severity, shape, constraint), []).extend(results)
    return tuple(_group(report, results) for results in merged.values())


def _group(report: Report, results: list[Result]) -> Group:
    first = results[0]
    unnamed = shorten(first.shape.value) if first.shape.kind == "iri" else "A rule without a name"
    return Group(
        severity_word(first.severity),
        first.name or unnamed,
        rule_name(first.constraint),
        report.checked.get(key_of(first.shape), 0),
        tuple(results),
    )


def rule_name(constraint: str) -> str:
    """Return `MinCount` for sh:MinCountConstraintComponent and so on."""
    return shorten(constraint).removeprefix("sh:").removesuffix("ConstraintComponent")


def key_of(term: Term) -> str:
    """Return an IRI or the text of a literal as it is, a blank node with its `_:`."""
    return f"_:{term.value}" if term.kind == "bnode" else term.value


def path_text(path: Path) -> str:
    """Return a path for people: prefixed names in SPARQL syntax."""
    return _IRI.sub(lambda match: shorten(match[1]), path.text())


def counts(report: Report) -> dict[str, int]:
    """Return severity → number of results."""
    return dict(Counter(severity_word(each.severity) for each in report.results))


def verdict(report: Report) -> str:
    """Return in words what was found; empty where there is nothing to correct."""
    parts = [
        f"{number:,} {word if number == 1 or word == 'info' else word + 's'}"
        for word, number in counts(report).items()
    ]
    if report.refused:
        parts.append(f"{len(report.refused):,} {'row' if len(report.refused) == 1 else 'rows'} refused")
    return ", ".join(parts)


def row_sentence(issue: RowIssue) -> str:
    """Return an issue of a row as one line: where, what, why, and what to do."""
    where = f"{issue.file}, row {issue.row}" + (f", column {issue.column}" if issue.column else "")
    value = f" '{issue.value}'" if issue.value else ""
    return f"{where}:{value} {issue.action}: {issue.reason} {issue.fix}".rstrip()
