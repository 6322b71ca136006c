"""The page of a finding: the path as picture and list, rule, declaration, matches, what would clear it; and its dismissal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from flask import Blueprint, Response, request

from hubgraph.errors import InputError
from hubgraph.findings.decisions import decisions_path, dismiss, read_decisions
from hubgraph.findings.explaining import EvidenceFact, FindingPage, Named, RuleText, read_finding
from hubgraph.findings.text import VERBS
from hubgraph.people.pairs import read_pairs
from hubgraph.store.opening import is_remote
from hubgraph.terms import split_record_iri
from hubgraph.web.links import absolute, page_path
from hubgraph.web.pages.account import decisions_folder, folder_to_write, see_other, unkept
from hubgraph.web.pages.chain import draw_chain
from hubgraph.web.pages.form import Fault
from hubgraph.web.pages.formatting import long_date, money, number, period
from hubgraph.web.pages.frame import crumbs, kept, page
from hubgraph.web.pages.links import link, path_of
from hubgraph.web.pages.pairs import shown_pairs
from hubgraph.web.pages.sheet import Tag
from hubgraph.web.pages.table import Cell
from hubgraph.web.signin import can_sign_in, form_mark, is_signed_in, require_sign_in
from hubgraph.web.world import world

FORMATS: Final = (
    ("ttl", "Turtle"),
    ("jsonld", "JSON-LD"),
    ("nt", "N-Triples"),
    ("rdf", "RDF/XML"),
    ("csv", "CSV"),
)
_STATES: Final = {
    "potential": Tag("potential conflict", "tag-warning"),
    "declared": Tag("declared", "tag-info"),
    "mitigated": Tag("mitigated", "tag-open"),
    "dismissed": Tag("dismissed", ""),
}
_LONGEST: Final = 1_000
_NAMED_BY: Final = {"Programme": "funds"}
"""Kind of a record that is no relation → what the body that it names does for it."""


@dataclass(frozen=True, slots=True)
class FactShown:
    """One fact as a row: who, what they do, to whom, as what, when, source; more is amount or note."""

    start: Cell
    verb: str
    end: Cell
    what: str
    more: str
    when: str
    source: str
    href: str


@dataclass(frozen=True, slots=True)
class RuleShown:
    """A rule: title with link, text, threshold and days in words, source."""

    title: Cell
    text: str
    threshold: str
    days: str
    source: str


def register(blueprint: Blueprint) -> None:
    """Add the dismissal to a blueprint; the page itself is a record page."""
    blueprint.add_url_rule("/finding/<finding>/dismiss", "dismiss", dismissed, methods=["POST"])


def finding_page(key: str) -> Response:
    """Show a finding; who is signed in gets a form that no other visitor gets."""
    if is_signed_in():
        return unkept(_show(key))
    return _kept(key)


@kept
def _kept(key: str) -> Response:
    return _show(key)


def dismissed(finding: str) -> Response:
    """Note the decision that a finding is none, and show its page."""
    require_sign_in()
    found = read_finding(world().store, finding)
    folder = folder_to_write()
    reason, who = (request.form.get(name, "") for name in ("reason", "who"))
    if len(reason) > _LONGEST or len(who) > _LONGEST:
        return unkept(_show(finding, f"write at most {_LONGEST:,} characters.", status=400))
    try:
        path = decisions_path(folder.parent)
        dismiss(path, found.key, reason, " ".join(who.split()), datetime.now(UTC).date())
    except InputError as error:
        return unkept(_show(finding, str(error), status=400))
    return see_other(f"/finding/{found.key}#decide")


def _show(key: str, fault: str = "", *, status: int = 200) -> Response:
    here = world()
    base = here.store.info().base
    found = read_finding(here.store, key)
    signed_in = is_signed_in()
    facts = (*found.path, *found.declarations, *found.mitigations)
    response = page(
        "finding.html",
        status=status,
        finding=found,
        tags=(_STATES.get(found.state, Tag(found.state, "")), Tag(f"severity {found.severity}", "")),
        pattern=link(f"/code/conflict-pattern/{found.pattern}"),
        parties=_parties(found, base),
        also=tuple(_cell(other, base) for other in found.also),
        overlap=period(found.start, found.end) or "no first or last day is stated",
        chain=draw_chain(found, base),
        path=_rows(found.path, base),
        rules=tuple(_rule(rule, base) for rule in found.rules),
        declarations=_rows(found.declarations, base),
        mitigations=_rows(found.mitigations, base),
        pairs=shown_pairs(read_pairs(here.store, [match.iri for match in found.matches]), base),
        resting={match.iri: match.findings for match in found.matches},
        formats=tuple((label, page_path("finding", found.key, f".{suffix}")) for suffix, label in FORMATS),
        faults=(Fault(f"Reason: {fault}", "#reason"),) if fault else (),
        fault=fault,
        given={name: request.form.get(name, "") for name in ("reason", "who")},
        signed_in=signed_in,
        can_sign_in=can_sign_in() and not is_remote(here.settings.store),
        mark=form_mark(),
        noted=_noted(found) if signed_in else "",
        steps=crumbs(("Questions", "/queries"), ("Overlapping roles", "/queries/overlapping-roles")),
        fictional="record" if any("fictional" in fact.source.lower() for fact in facts) else "none",
        section="questions",
    )
    address = absolute(page_path("finding", found.key, ".ttl"))
    response.headers.add("Link", f'<{address}>; rel="alternate"; type="text/turtle"')
    return response


def _noted(found: FindingPage) -> str:
    """Return a dismissal that the next load will read, empty where there is none."""
    folder = decisions_folder()
    decision = read_decisions(decisions_path(folder.parent)).get(found.key) if folder is not None else None
    waits = decision is not None and decision.state == "dismissed" and found.state != "dismissed"
    return decision.note if decision is not None and waits else ""


def _parties(found: FindingPage, base: str) -> tuple[tuple[str, Cell], ...]:
    sides = dict.fromkeys(side for side in (found.organisation_a, found.organisation_b) if side.iri)
    rows = [("Person", found.person)] if found.person.iri else []
    rows += [("Organisation", side) for side in sides]
    rows += [("Tied by", found.tie)] if found.tie.iri else []
    return tuple((label, _cell(one, base)) for label, one in rows)


def _cell(one: Named, base: str) -> Cell:
    split = split_record_iri(one.iri.partition("#")[0], base)
    return Cell(
        one.name or (" ".join(split) if split else one.iri), path_of(one.iri, base) if one.iri else ""
    )


def _rows(facts: Sequence[EvidenceFact], base: str) -> tuple[FactShown, ...]:
    return tuple(_fact(fact, base) for fact in facts)


def _fact(fact: EvidenceFact, base: str) -> FactShown:
    record = _cell(Named(fact.iri), base)
    amount = f"{fact.currency} {money(fact.amount)}".strip() if fact.amount else ""
    start, what = _cell(fact.from_, base), fact.what
    if not fact.from_.iri and not fact.to.iri:
        start, what = replace(record, text=fact.what or record.text), ""
    words = VERBS.get(fact.kind, "") or _NAMED_BY.get(fact.kind, "")
    # A programme is evidence by itself: who stands in it acts on it, and it has no second party.
    end = record if fact.kind in _NAMED_BY and not fact.to.iri else _cell(fact.to, base)
    is_derived = fact.kind == "Finding"
    source = f"{fact.source}, data of {long_date(fact.source_date)}" if fact.source_date else fact.source
    when = period(fact.start, fact.end) or long_date(fact.date)
    return FactShown(
        start=start,
        verb=words or what,
        end=end,
        what=what if words else "",
        more="; ".join(part for part in (amount, fact.note) if part),
        when=when or ("as it lasts" if is_derived else "dates not known"),
        source=source or ("derived from the facts above" if is_derived else "not stated"),
        href=record.href,
    )


def _rule(rule: RuleText, base: str) -> RuleShown:
    return RuleShown(
        title=Cell(rule.title, path_of(rule.iri, base)),
        text=rule.text,
        threshold=f"{number(rule.threshold)} {rule.unit}".strip() if rule.threshold else "",
        days=period(rule.valid_from, rule.valid_to),
        source=rule.source,
    )
