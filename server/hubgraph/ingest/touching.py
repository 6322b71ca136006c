"""What rows that are laid over a store can mean there, and which findings they can touch."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import polars as pl

from hubgraph.findings.finding import Scope
from hubgraph.findings.model import Finding
from hubgraph.ingest.describe import iri, literal
from hubgraph.ingest.gathering import Gathered
from hubgraph.resources import content
from hubgraph.sparql import bind
from hubgraph.store.base import Row
from hubgraph.store.building import Builder
from hubgraph.terms import record_iri

_NAMED: Final = (
    "appointment", "award", "declaration", "hub", "organisation", "programme", "project", "source", "transaction",
)  # fmt: skip
"""Kinds of record that a bare id in a cell can mean."""
_LONGEST: Final = 200
"""Characters of a cell that can be a reference."""


def references(builder: Builder, gathered: Gathered, base: str) -> tuple[Row, ...]:
    """Return what the cells of tables can mean among the records of a store: scheme, record, value."""
    cells: set[str] = set()
    for source in gathered.tables:
        for part in source.parts:
            for column in part.table.header:
                cells.update(part.table.frame[column].cast(pl.String).drop_nulls().unique().to_list())
    texts = {text for cell in cells for text in _parts(cell.strip()) if text and len(text) <= _LONGEST}
    if not texts:
        return ()
    given = {
        "text": [literal(text) for text in sorted(texts)],
        "named": [iri(record_iri(base, kind, text)) for text in sorted(texts) for kind in _NAMED],
    }
    return builder.select(bind(_query("references-of-texts"), given)).rows


def _parts(cell: str) -> Iterable[str]:
    """Yield what a cell can mean: itself, the number after `urn:`, or that of an identifier such as GB-COH-01234567."""
    for piece in cell.split(";"):
        text = piece.strip()
        yield from (
            text,
            text.partition(":")[2].strip(),
            text.rpartition("-")[2],
            text.partition(":")[2].strip().zfill(8),
        )


def touched(builder: Builder, subjects: Sequence[str]) -> Scope:
    """Return where findings can change with these records: people, ties, first organisations; no focus: nowhere."""
    if not subjects:
        return Scope(())
    found: dict[str, list[str]] = {}
    rows = builder.select(bind(_query("what-if-touches"), {"record": [iri(each) for each in subjects]})).rows
    for row in rows:
        found.setdefault(row["kind"].value, []).append(iri(row["touched"].value))
    foci = [{kind: terms} for kind, terms in sorted(found.items())]
    bodies = dict.fromkeys(found.get("organisation_a", ()))
    for name in ("person", "tie"):
        if name in found:
            bound = bind(_query("what-if-bodies"), {name: found[name]})
            bodies.update(dict.fromkeys(iri(row["body"].value) for row in builder.select(bound).rows))
    bodies.update(dict.fromkeys(found.get("tie", ())))
    return Scope(foci, {"body": list(bodies), "payer": list(bodies)})


def names_of(builder: Builder, findings: Collection[Finding]) -> Mapping[str, str]:
    """Return IRI → name of the people, organisations and ties of findings."""
    iris = {
        each
        for finding in findings
        for each in (
            finding.parties.person,
            finding.parties.organisation_a,
            finding.parties.organisation_b,
            finding.parties.tie,
        )
        if each
    }
    if not iris:
        return {}
    rows = builder.select(bind(_query("labels-of"), {"record": [iri(each) for each in sorted(iris)]})).rows
    return {row["record"].value: row["name"].value for row in rows if "name" in row}


def _query(name: str) -> str:
    return content("queries", "internal", f"{name}.rq").read_text(encoding="utf-8")
