"""Findings as triples of graph/findings, and read back from them."""

from collections.abc import Iterable, Iterator, Mapping

from hubgraph.findings.model import EVER, NEVER, Finding
from hubgraph.findings.patterns import Pattern
from hubgraph.terms import CODE, HG, RDF, RDFS, XSD, code_iri, record_iri

Triple = tuple[str, str, str]
"""Subject, predicate and object, each in N-Triples form."""

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def triples(findings: Iterable[Finding], patterns: Mapping[str, Pattern], base: str) -> Iterator[Triple]:
    """Yield the triples of findings."""
    for finding in findings:
        subject = f"<{record_iri(base, 'finding', finding.key)}>"
        label = f"{finding.parties.pattern} {patterns[finding.parties.pattern].label}"
        yield subject, f"<{RDF}type>", f"<{HG}Finding>"
        yield subject, f"<{RDFS}label>", _text(label)
        yield from ((subject, f"<{HG}{name}>", value) for name, value in _values(finding))


def _values(finding: Finding) -> Iterator[tuple[str, str]]:
    parties = finding.parties
    yield "pattern", f"<{CODE}conflict-pattern/{parties.pattern}>"
    for name, iri in (
        ("sameMatterAs", finding.same_matter),
        ("involves", parties.person),
        ("organisationA", parties.organisation_a),
        ("organisationB", parties.organisation_b),
        ("tie", parties.tie),
    ):
        if iri:
            yield name, f"<{iri}>"
    for name, day in (
        ("overlapStart", finding.start),
        ("overlapEnd", finding.end),
        ("countsUntil", finding.until),
    ):
        if day not in {EVER, NEVER}:
            yield name, f'"{day}"^^<{XSD}date>'
    yield "severity", f"<{code_iri('finding-severity', finding.severity)}>"
    yield "state", f"<{code_iri('finding-state', finding.state)}>"
    if finding.sum:
        yield "sum", _text(finding.sum)
    if finding.note:
        yield "stateNote", _text(finding.note)
    if finding.confidence:
        yield "confidence", f'"{finding.confidence}"^^<{XSD}decimal>'
    for name, iris in (
        ("underRule", finding.rules),
        ("concerns", finding.people),
        ("evidence", finding.evidence),
        ("coveredBy", finding.covered_by),
        ("mitigatedBy", finding.mitigated_by),
        ("dependsOnMatch", finding.matches),
    ):
        yield from ((name, f"<{iri}>") for iri in iris)


def _text(value: str) -> str:
    return f'"{value.translate(_ESCAPES)}"'
