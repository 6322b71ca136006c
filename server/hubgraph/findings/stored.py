"""Stored findings read back, as far as a comparison needs them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from hubgraph.findings.model import EVER, NEVER, Finding, Parties, State
from hubgraph.findings.patterns import Focus
from hubgraph.findings.workbench import Workbench
from hubgraph.resources import content
from hubgraph.sparql import bind
from hubgraph.store.base import Row
from hubgraph.terms import HG

_BATCH = 1_000
_PROPERTIES = {"person": "involves", "tie": "tie", "organisation_a": "organisationA"}
"""Variable of a focus → property of a finding."""


def read_stored(store: Workbench, foci: Sequence[Focus]) -> Mapping[str, Finding]:
    """Return key → finding of the findings that one of the foci names; without rules, evidence and matches."""
    query = content("queries", "internal", "findings-of.rq").read_text(encoding="utf-8")
    found: dict[str, Finding] = {}
    for focus in foci:
        for part in _parts(focus):
            for row in store.select(bind(query, part)).rows:
                finding = _finding(row)
                found[finding.key] = finding
    return found


def in_scope(finding: Finding, foci: Sequence[Focus]) -> bool:
    """Tell whether one of the foci names a party of the finding."""
    return any(
        f"<{getattr(finding.parties, name)}>" in terms for focus in foci for name, terms in focus.items()
    )


def _parts(focus: Focus) -> Iterator[Focus]:
    for name, terms in focus.items():
        for at in range(0, len(terms), _BATCH):
            yield {"property": [f"<{HG}{_PROPERTIES[name]}>"], "value": terms[at : at + _BATCH]}


def _finding(row: Row) -> Finding:
    def text(name: str, default: str = "") -> str:
        return row[name].value if name in row else default

    return Finding(
        key=text("finding").rpartition("/")[2],
        parties=Parties(
            text("pattern").rpartition("/")[2],
            text("person"),
            text("organisation_a"),
            text("organisation_b"),
            text("tie"),
        ),
        start=text("start", EVER),
        end=text("end", NEVER),
        until=text("until", NEVER),
        severity=text("severity").rpartition("/")[2],
        rules=(),
        evidence=(),
        state=cast("State", text("state").rpartition("/")[2]),
    )
