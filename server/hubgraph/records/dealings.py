"""Read roles, money, figures, evaluations, publications, events and supports of one record.

Each kind costs one or two small queries that start from the record, and only where other records name it by one of the
properties that the kind is made of.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from hubgraph.records.dealings_model import (
    Assessment,
    Dealing,
    Dealings,
    HubOf,
    Meeting,
    Reported,
    Role,
    Sum,
    Writing,
)
from hubgraph.records.model import Record, Value
from hubgraph.records.reading import value_of
from hubgraph.resources import content
from hubgraph.sparql import bind
from hubgraph.store.base import GenerationInfo, Row, Store, Term
from hubgraph.terms import HG, ORG, XSD

MOST: Final = 50
"""Awards, payments, events and supports on one page."""
_MONEY: Final = frozenset(
    HG + name for name in ("funder", "recipient", "toHub", "underProgramme", "payer", "payee")
)
_MEETINGS: Final = frozenset(HG + name for name in ("host", "participant", "broker", "provider", "receiver"))
_ROLES: Final = frozenset({f"{ORG}organization", f"{ORG}member", f"{HG}holder"})
_ACTIVITIES: Final = ("hub", "project", "programme")


def read_dealings(store: Store, record: Record, *, limit: int, offset: int) -> Dealings:
    """Return what the page of a record shows beside its facts; limit and offset choose among the roles."""
    info = store.info()
    named_by = {links.property for links in record.links_in}
    has_roles, has_money = bool(_ROLES & named_by), bool(_MONEY & named_by)
    is_about = record.kind in _ACTIVITIES or f"{HG}about" in named_by
    total = _count_roles(store, record.iri) if has_roles else 0
    return Dealings(
        roles=_roles(store, info, record.iri, f"LIMIT {limit} OFFSET {offset}") if total else (),
        roles_total=total,
        money=_money(store, info, record.iri) if has_money else (),
        sums=_sums(store, record.iri) if has_money else (),
        reported=_reported(store, info, record.iri) if f"{HG}about" in named_by else (),
        assessments=_assessments(store, info, record.iri) if f"{HG}evaluates" in named_by else (),
        writings=_writings(store, info, record.iri) if is_about else (),
        hubs=_hubs(store, info, record.iri) if record.kind == "programme" else (),
        meetings=_meetings(store, info, record.iri) if _MEETINGS & named_by else (),
    )


def _internal(name: str) -> str:
    return content("queries", "internal", f"{name}.rq").read_text(encoding="utf-8")


def _saved(slug: str, group: str = "evidence") -> str:
    return content("queries", group, f"{slug}.rq").read_text(encoding="utf-8")


def _ask(store: Store, text: str, **given: str) -> tuple[Row, ...]:
    """Return the rows of a query whose variables are bound to IRIs or, where a term is given, to that."""
    terms = {name: [value if value.startswith('"') else f"<{value}>"] for name, value in given.items()}
    return store.select(bind(text, terms)).rows


def _text(row: Row, name: str) -> str:
    return row[name].value if name in row else ""


def _value(row: Row, name: str, label: str, base: str) -> Value | None:
    return value_of(row[name], _text(row, label), base) if name in row else None


def _or_unknown(value: Value | None) -> Value:
    return value or Value(Term("literal", ""), "not stated")


def _count_roles(store: Store, iri: str) -> int:
    rows = _ask(store, _internal("record-roles-count"), record=iri)
    return int(rows[0]["appointments"].value) if rows else 0


def _roles(store: Store, info: GenerationInfo, iri: str, page: str) -> tuple[Role, ...]:
    text = _internal("record-roles").replace("# page", page)
    found: dict[str, Role] = {}
    for row in _ask(store, text, record=iri, as_of=f'"{info.data_date}"^^<{XSD}date>'):
        name = _text(row, "name") or _text(row, "member_label")
        member = _value(row, "member", "member_label", info.base)
        # The name of a person is no record of its own; an organisation in a person's place is one.
        is_record = member is not None and bool(member.kind) and "#" not in member.term.value
        role = Role(
            node=value_of(row["appointment"], "", info.base),
            name=member if member and is_record else Value(Term("literal", name), name or "not stated"),
            holder=_value(row, "person", "name", info.base),
            organisation=_or_unknown(_value(row, "organisation", "organisation_label", info.base)),
            role=_text(row, "role"),
            start=_text(row, "start"),
            end=_text(row, "end"),
            knowledge=_text(row, "knowledge"),
            appointed_by=_text(row, "by_label"),
            current=row["past"].value == "false",
            source=_text(row, "cited_label") or _text(row, "cited") or _text(row, "source_label"),
        )
        found.setdefault(row["appointment"].value, role)
    return tuple(found.values())


def _money(store: Store, info: GenerationInfo, iri: str) -> tuple[Dealing, ...]:
    text = _internal("record-money").replace("# page", f"LIMIT {MOST}")
    found: dict[tuple[str, str], Dealing] = {}
    for row in _ask(store, text, record=iri):
        side = row["side"].value
        dealing = Dealing(
            node=value_of(row["item"], _text(row, "title"), info.base),
            side=side,
            giver=_or_unknown(_value(row, "giver", "giver_label", info.base)),
            taker=_or_unknown(_value(row, "taker", "taker_label", info.base)),
            amount=_text(row, "amount"),
            currency=_text(row, "currency"),
            date=_text(row, "date"),
            is_passed_on="regrant" in row,
        )
        found.setdefault((row["item"].value, side), dealing)
    return tuple(found.values())


def _sums(store: Store, iri: str) -> tuple[Sum, ...]:
    return tuple(
        Sum(
            side=row["side"].value,
            currency=_text(row, "currency"),
            is_passed_on=row["is_regrant"].value == "true",
            number=int(row["number"].value),
            amount=_text(row, "sum"),
        )
        for row in _ask(store, _internal("record-money-sums"), record=iri)
        if "side" in row
    )


def _reported(store: Store, info: GenerationInfo, iri: str) -> tuple[Reported, ...]:
    found: dict[str, Reported] = {}
    for row in _ask(store, _saved("figures-about"), about=iri):
        figure = Reported(
            node=value_of(row["figure"], "", info.base),
            measure=row["measure"].value,
            value=row["value"].value,
            unit=_text(row, "unit"),
            qualifier=_text(row, "qualifier"),
            start=_text(row, "period_start"),
            end=_text(row, "period_end"),
            source=_value(row, "source", "source_label", info.base),
        )
        found.setdefault(row["figure"].value, figure)
    alike = Counter(
        _alike(figure) for figure in {(_alike(one), one.value): one for one in found.values()}.values()
    )
    return tuple(replace(figure, disagrees=alike[_alike(figure)] > 1) for figure in found.values())


def _alike(figure: Reported) -> tuple[str, str, str, str]:
    return figure.measure, figure.unit, figure.start, figure.end


def _assessments(store: Store, info: GenerationInfo, iri: str) -> tuple[Assessment, ...]:
    found: dict[str, Assessment] = {}
    for row in _ask(store, _saved("evaluations"), programme=iri):
        assessment = Assessment(
            node=value_of(row["evaluation"], "", info.base),
            status=_text(row, "status"),
            independence=_text(row, "independence"),
            evaluator=_value(row, "evaluator", "evaluator_name", info.base),
            commissioned_by=_value(row, "commissioned_by", "commissioned_by_name", info.base),
            published_on=_text(row, "published_on"),
            source=_value(row, "source", "source_label", info.base),
        )
        found.setdefault(row["evaluation"].value, assessment)
    return tuple(found.values())


def _writings(store: Store, info: GenerationInfo, iri: str) -> tuple[Writing, ...]:
    found: dict[str, Writing] = {}
    for row in _ask(store, _saved("publications"), about=iri):
        writing = Writing(
            node=value_of(row["publication"], _text(row, "title"), info.base),
            kind=_text(row, "kind"),
            about=_or_unknown(_value(row, "about", "about_name", info.base)),
            published_on=_text(row, "published_on"),
            url=_text(row, "url"),
        )
        found.setdefault(row["publication"].value, writing)
    return tuple(found.values())


def _hubs(store: Store, info: GenerationInfo, iri: str) -> tuple[HubOf, ...]:
    found: dict[str, HubOf] = {}
    leads: dict[str, dict[str, Value]] = {}
    day = f'"{info.data_date}"^^<{XSD}date>'
    for row in _ask(store, _saved("hubs-of-programme", "hubs"), programme=iri, as_of=day):
        hub = row["hub"].value
        if (lead := _value(row, "lead", "lead_name", info.base)) is not None:
            leads.setdefault(hub, {}).setdefault(lead.term.value, lead)
        node = value_of(row["hub"], _text(row, "name"), info.base)
        found.setdefault(hub, HubOf(node, (), int(row["members"].value)))
    return tuple(replace(one, leads=tuple(leads.get(hub, {}).values())) for hub, one in found.items())


def _meetings(store: Store, info: GenerationInfo, iri: str) -> tuple[Meeting, ...]:
    text = _internal("record-meetings").replace("# page", f"LIMIT {MOST}")
    sides: dict[str, dict[tuple[str, str], Value]] = {}
    first: dict[str, Row] = {}
    for row in _ask(store, text, record=iri):
        item = row["item"].value
        first.setdefault(item, row)
        other = value_of(row["other"], _text(row, "other_label"), info.base)
        sides.setdefault(item, {}).setdefault((row["part"].value, row["other"].value), other)
    return tuple(_meeting(row, sides[item], info.base) for item, row in first.items())


def _meeting(row: Row, sides: Mapping[tuple[str, str], Value], base: str) -> Meeting:
    parts = tuple((part, other) for (part, _), other in sides.items())
    return Meeting(
        value_of(row["item"], _text(row, "label"), base), _text(row, "start"), _text(row, "end"), parts
    )
