"""What rows that are laid over a store can mean there, and which findings they can touch."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import polars as pl

from hubgraph.findings.around import Touched
from hubgraph.findings.model import Finding
from hubgraph.findings.reach import Reach
from hubgraph.findings.stored import read_about
from hubgraph.ingest.describe import iri, literal
from hubgraph.ingest.gathering import Gathered
from hubgraph.resources import content
from hubgraph.sparql import bind
from hubgraph.store.base import Row
from hubgraph.store.building import Builder
from hubgraph.terms import HG, ORG, record_iri

_NAMED: Final = (
    "appointment", "award", "declaration", "hub", "organisation", "programme", "project", "source", "transaction",
)  # fmt: skip
"""Kinds of record that a bare id in a cell can mean."""
_ACTIVITIES: Final = ("Hub", "Programme", "Project")
_DELIVERING: Final = ("deliverer", "assurer")
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


def touched(builder: Builder, subjects: Sequence[str]) -> Touched:
    """Return whom and what findings can be about that change with these records, as the store has them now."""
    reach = Reach(builder)
    reach.describe(subjects)

    def of(name: str) -> Sequence[str]:
        return reach.having(f"{HG}{name}", subjects)

    activities = [each for name in _ACTIVITIES for each in of(name)]
    parts = _by_part(reach, of("Participation"), activities)
    return (
        _by_appointment(reach, of("Appointment"))
        | _by_declaration(reach, builder, of("InterestDeclaration"))
        | _by_register(reach, builder, of("Source"))
        | _by_mitigation(reach, of("Mitigation"))
        | _by_dealing(reach, of("Award"), of("Transaction"), of("Evaluation"))
        | parts
    )


def _by_appointment(reach: Reach, appointments: Sequence[str]) -> Touched:
    """Return who holds appointments, the trusts and boards that count them, and the hubs on whose boards the holders sit."""
    people = reach.values(appointments, f"{HG}holder")
    seats = (*appointments, *reach.linked(f"{HG}holder", people))
    bodies = reach.values(seats, f"{ORG}organization")
    reach.describe(bodies)
    counted = reach.values(appointments, f"{ORG}organization", f"{HG}alsoServes")
    return Touched(people, reach.having(f"{HG}Hub", bodies), counted)


def _by_declaration(reach: Reach, builder: Builder, declarations: Sequence[str]) -> Touched:
    """Return who declares, and what the findings about a body are about that was told."""
    about = _about(reach, builder, reach.values(declarations, f"{HG}declaredTo"))
    return Touched(_declaring(reach, declarations)) | about


def _by_register(reach: Reach, builder: Builder, sources: Sequence[str]) -> Touched:
    """Return whom the findings about a body are about whose whole register a source is."""
    return _about(reach, builder, reach.values(sources, f"{HG}registerOf"))


def _about(reach: Reach, builder: Builder, bodies: Sequence[str]) -> Touched:
    """Return people of the findings about bodies, and the ties of those that are about no one person."""
    reach.describe(bodies)
    same = (*reach.values(bodies, f"{HG}sameBodyAs"), *reach.linked(f"{HG}sameBodyAs", bodies))
    found = [
        finding.parties
        for name in ("organisationA", "organisationB")
        for finding in read_about(builder, name, (*bodies, *same))
    ]
    return Touched(
        tuple(dict.fromkeys(each.person for each in found if each.person)),
        tuple(dict.fromkeys(each.tie for each in found if each.tie and not each.person)),
    )


def _by_mitigation(reach: Reach, mitigations: Sequence[str]) -> Touched:
    about = reach.values(mitigations, f"{HG}mitigates")
    reach.describe(about)
    return Touched(
        (*reach.values(about, f"{HG}involves"), *_declaring(reach, about)),
        reach.values(about, f"{HG}tie"),
        reach.values(about, f"{HG}organisationA"),
    )


def _declaring(reach: Reach, declarations: Sequence[str]) -> Sequence[str]:
    seats = reach.values(declarations, f"{HG}declaredIn")
    reach.describe(seats)
    return reach.values(seats, f"{HG}holder")


def _by_dealing(
    reach: Reach, awards: Sequence[str], payments: Sequence[str], evaluations: Sequence[str]
) -> Touched:
    """Return dealings with what they pass on or are passed on from, payments between the same two, and what is evaluated."""
    passed = (*reach.values(awards, f"{HG}regrantOf"), *reach.linked(f"{HG}regrantOf", awards))
    payers = set(reach.values(payments, f"{HG}payer"))
    to_same = [
        payment
        for payment in reach.linked(f"{HG}payee", reach.values(payments, f"{HG}payee"))
        if payers & set(reach.values((payment,), f"{HG}payer"))
    ]
    evaluated = reach.values(evaluations, f"{HG}evaluates")
    return Touched(ties=(*awards, *passed, *payments, *to_same, *evaluations, *evaluated))


def _by_part(reach: Reach, parts: Sequence[str], activities: Sequence[str]) -> Touched:
    """Return activities, the awards to them, their evaluations, and what else the bodies that take part deliver or assure."""
    ties = (*activities, *reach.values(parts, f"{ORG}organization"))
    reach.describe(ties)
    awards = reach.linked(f"{HG}toHub", ties)
    passed = reach.linked(f"{HG}regrantOf", awards)
    programmes = reach.values(ties, f"{HG}underProgramme")
    evaluations = reach.linked(f"{HG}evaluates", (*ties, *programmes))
    others = reach.having(
        f"{HG}Participation", reach.linked(f"{ORG}member", reach.values(parts, f"{ORG}member"))
    )
    delivering = [
        part
        for part in others
        if any(role.rpartition("/")[2] in _DELIVERING for role in reach.values((part,), f"{ORG}role"))
    ]
    beside = reach.values(delivering, f"{ORG}organization")
    return Touched(ties=tuple(dict.fromkeys((*ties, *awards, *passed, *evaluations, *beside))))


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
