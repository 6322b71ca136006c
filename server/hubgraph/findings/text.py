"""A finding as lines of text for a person."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from hubgraph.findings.explaining import EvidenceFact, FindingPage, RuleText
from hubgraph.findings.sums import amount

VERBS: Final = {
    "Appointment": "holds a role in",
    "Participation": "takes part in",
    "Affiliation": "belongs to",
    "Award": "gives an award to",
    "Transaction": "pays",
    "Evaluation": "evaluates",
    "InterestDeclaration": "declared an interest in",
    "NilReturn": "returned that there was nothing to declare, to",
    "Programme": "funds",
    "Source": "is the whole register of interests of",
    "Finding": "is the overlap itself",
}
"""Class of a fact → what it says of its first party and the other."""


def lines(page: FindingPage) -> Iterator[str]:
    """Yield the explanation of a finding, one line each."""
    state = "potential conflict" if page.state == "potential" else page.state
    yield f"{page.pattern} {page.title}: {state}, severity {page.severity}"
    yield f"Finding {page.key}, in the data of {page.as_of}"
    sides = [side.text for side in (page.organisation_a, page.organisation_b) if side.iri]
    who = f"{page.person.text}: " if page.person.iri else ""
    yield f"{who}{' and '.join(dict.fromkeys(sides))}"
    if page.tie.iri:
        yield f"Tied by {page.tie.text}"
    yield f"Overlap: {_period(page.start, page.end)}"
    if page.sum:
        yield f"How it adds up: {page.sum}"
    yield from (f"On the same matter: {other.text} ({other.iri.rpartition('/')[2]})" for other in page.also)
    yield ""
    yield page.definition
    yield ""
    yield "Facts:"
    yield from (f"  {fact_line(fact)}" for fact in page.path)
    yield "Rules:"
    yield from (f"  {_rule_line(rule)}" for rule in page.rules)
    yield from _declared(page)
    if page.matches:
        yield "Rests on matches of records that may be the same person:"
        yield from (
            f"  {match.one} and {match.other}: probability {match.confidence or 'unknown'}, {match.decision or 'undecided'}"
            for match in page.matches
        )
        yield f"  {page.if_a_match_is_wrong}"
    if page.clears:
        yield f"What would clear it: {page.clears}"
    yield "That roles overlap does not reflect on the integrity of anybody."


def fact_line(fact: EvidenceFact) -> str:
    """Return one fact as a sentence with its period and source."""
    verb = VERBS.get(fact.kind, fact.kind)
    what = f" ({fact.what})" if fact.what else ""
    said = f"{fact.from_.text} {verb} {fact.to.text}" if fact.from_.iri else fact.to.text
    parts = [f"{said}{what}".strip()]
    if fact.amount:
        parts.append(amount(Decimal(fact.amount), fact.currency))
    if fact.start or fact.end:
        parts.append(_period(fact.start, fact.end))
    elif fact.date:
        parts.append(f"on {fact.date}")
    if fact.note:
        parts.append(fact.note)
    if fact.source:
        parts.append(f"source: {fact.source}{f' of {fact.source_date}' if fact.source_date else ''}")
    return "; ".join(parts)


def _declared(page: FindingPage) -> Iterator[str]:
    if page.declarations:
        yield "Declared:"
        yield from (f"  {fact_line(fact)}" for fact in page.declarations)
    else:
        yield "Declared: nothing in these data covers it. A declaration may stand in a register that is not in these sources."
    if page.mitigations:
        yield "Done about it:"
        for fact in page.mitigations:
            said = "; ".join(part for part in (fact.what, fact.date, fact.note) if part)
            yield f"  {said}"
    if page.note:
        yield f"Dismissed: {page.note}"


def _rule_line(rule: RuleText) -> str:
    threshold = f" Threshold: {rule.threshold} {rule.unit}." if rule.threshold else ""
    dates = (
        f" In force {_period(rule.valid_from, rule.valid_to)}." if rule.valid_from or rule.valid_to else ""
    )
    return f"{rule.title}. {rule.text}{threshold}{dates} ({rule.source})"


def _period(start: str, end: str) -> str:
    if not start and not end:
        return "no first or last day is stated"
    first = f"from {start}" if start else "no first day is stated,"
    return f"{first} to {end}" if end else f"{first}, still lasting"
