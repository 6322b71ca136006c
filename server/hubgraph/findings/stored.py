"""Stored findings read back, as far as a comparison needs them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from hubgraph.findings.around import Touched
from hubgraph.findings.model import EVER, NEVER, Finding, Parties, State
from hubgraph.findings.workbench import Workbench
from hubgraph.resources import content
from hubgraph.sparql import bind
from hubgraph.store.base import Row
from hubgraph.terms import HG

_BATCH = 1_000


def read_stored(store: Workbench, touched: Touched) -> Mapping[str, Finding]:
    """Return key → finding of the findings about whom and what is touched; without rules, evidence and matches."""
    named = {"involves": touched.people, "tie": touched.ties, "organisationA": touched.counted}
    return {
        finding.key: finding
        for prop, iris in named.items()
        for finding in read_about(store, prop, iris)
        if touched.includes(finding)
    }


def read_about(store: Workbench, prop: str, iris: Sequence[str]) -> Iterator[Finding]:
    """Yield the findings that have one of these IRIs as value of a property of ours, such as tie."""
    query = content("queries", "internal", "findings-of.rq").read_text(encoding="utf-8")
    query = query.replace("<urn:property>", f"<{HG}{prop}>")
    for at in range(0, len(iris), _BATCH):
        bound = bind(query, {"value": [f"<{each}>" for each in iris[at : at + _BATCH]]})
        yield from map(_finding, store.select(bound).rows)


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
