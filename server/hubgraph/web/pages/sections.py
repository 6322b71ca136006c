"""Roles, money, figures, evaluations, publications, events and supports as tables of a record page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from hubgraph.records.dealings_model import Dealing, Dealings, Meeting, Reported, Role, Sum
from hubgraph.records.model import Record, Value
from hubgraph.records.names import kind_label
from hubgraph.web.links import page_path
from hubgraph.web.pages.formatting import counted, long_date, money, number, period
from hubgraph.web.pages.sheet import label_of, value_cell
from hubgraph.web.pages.table import Cell

_SIDES: Final = {
    "for": ("Awards", "awarded"),
    "received": ("Awards received", "received"),
    "made": ("Awards made", "awarded"),
    "paid": ("Payments made", "paid"),
    "was paid": ("Payments received", "received"),
}
"""Side of an award or payment → title of its table, and what its sum says."""


@dataclass(frozen=True, slots=True)
class Section:
    """A table with its heading; notes are sentences above it, more the number of rows left out, past whether a row is."""

    anchor: str
    title: str
    heads: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    more: int = 0
    past: frozenset[int] = frozenset()


def sections_of(record: Record, found: Dealings, base: str) -> tuple[Section, ...]:
    """Return the tables of a record in their order, without empty ones and without the roles."""
    made = [
        _hubs(found, base),
        *_money(found.money, found.sums, base),
        _figures(found.reported, base),
        _assessments(found, base),
        _writings(found, record.iri, base),
        *_meetings(found.meetings, base),
    ]
    return tuple(section for section in made if section.rows)


def roles_section(record: Record, found: Dealings, base: str) -> Section:
    """Return the appointments of an organisation, or of a person, as a table."""
    is_person = record.kind == "person"
    heads = ["Organisation" if is_person else "Name", "Role", "When", "Appointed by", "Source"]
    rows = tuple(_role(role, base, is_person=is_person) for role in found.roles)
    past = frozenset(position for position, role in enumerate(found.roles) if not role.current)
    notes = (
        ()
        if is_person
        else (
            "Names stand as the source writes them; equal names may be the same person or different people.",
        )
    )
    return Section("roles", "Roles", _heads(*heads), rows, notes, past=past)


def _role(role: Role, base: str, *, is_person: bool) -> tuple[Cell, ...]:
    who = _cell(role.organisation, base) if is_person else _cell(role.name, base)
    if not is_person and role.holder is not None:
        who = replace(_cell(role.holder, base), text=role.name.text)
    if not is_person and role.name.kind:
        who = replace(who, sub=kind_label(role.name.kind))
    words = period(role.start, role.end)
    if not role.end and role.knowledge and role.knowledge.lower() != "open":
        words = f"{words}, end {role.knowledge.lower()}" if words else f"end {role.knowledge.lower()}"
    when = Cell(
        words or "dates not known",
        page_path(role.node.kind, role.node.key),
        "" if role.current else "no longer in force",
    )
    return who, Cell(role.role), when, Cell(role.appointed_by), Cell(role.source)


def _heads(*labels: str, numeric: Sequence[str] = ()) -> tuple[Cell, ...]:
    return tuple(Cell(label, style="num" if label in numeric else "") for label in labels)


def _cell(value: Value | None, base: str) -> Cell:
    if value is None:
        return Cell("")
    return Cell(value.text) if value.term.kind != "iri" else value_cell(value, base)


def _hubs(found: Dealings, base: str) -> Section:
    rows = tuple(
        (
            _cell(hub.node, base),
            _several(hub.leads, base) if hub.leads else Cell("not known"),
            Cell(number(str(hub.members)), style="num"),
        )
        for hub in found.hubs
    )
    heads = _heads("Name", "Lead", "Organisations", numeric=("Organisations",))
    return Section("hubs", "Hubs", heads, rows)


def _money(found: Iterable[Dealing], sums: Sequence[Sum], base: str) -> Iterable[Section]:
    dealings = tuple(found)
    for side, (title, verb) in _SIDES.items():
        rows = [dealing for dealing in dealings if dealing.side == side]
        totals = [total for total in sums if total.side == side]
        if not totals:
            continue
        yield Section(
            title.lower().replace(" ", "-"),
            title,
            _heads(*_money_heads(side), numeric=("Amount",)),
            tuple(_dealing(dealing, side, base) for dealing in rows),
            tuple(_sum(total, verb) for total in totals),
            sum(total.number for total in totals) - len(rows),
        )


def _money_heads(side: str) -> tuple[str, ...]:
    others = {"for": ("From", "To"), "received": ("From",), "was paid": ("From",)}.get(side, ("To",))
    return ("For", *others, "Date", "Amount")


def _dealing(dealing: Dealing, side: str, base: str) -> tuple[Cell, ...]:
    name = replace(
        _cell(dealing.node, base), sub="passed on out of another award" if dealing.is_passed_on else ""
    )
    others = {
        "for": (dealing.giver, dealing.taker),
        "received": (dealing.giver,),
        "was paid": (dealing.giver,),
    }.get(side, (dealing.taker,))
    amount = Cell(f"{dealing.currency} {money(dealing.amount)}".strip(), style="num")
    return (
        name,
        *(_cell(other, base) for other in others),
        Cell(long_date(dealing.date), style="date"),
        amount,
    )


def _sum(total: Sum, verb: str) -> str:
    what = "payment" if total.side in ("paid", "was paid") else "award"
    amount = f"{total.currency} {money(total.amount)}".strip()
    if total.is_passed_on:
        return f"{counted(total.number, what)} passed on out of another award, {amount}: no new money, counted apart."
    return f"{counted(total.number, what)}, {amount} {verb}."


def _figures(figures: Sequence[Reported], base: str) -> Section:
    apart = sorted({figure.measure.replace("-", " ") for figure in figures if figure.disagrees})
    notes = ["Each figure is the claim of one source; figures are not added up and never added to awards."]
    if apart:
        notes.append(f"The sources disagree on {', '.join(apart)}; both claims stand here.")
    return Section(
        "figures",
        "Reported figures",
        _heads("What", "Figure", "Period", "Source", numeric=("Figure",)),
        tuple(_figure(figure, base) for figure in figures),
        tuple(notes),
    )


def _figure(figure: Reported, base: str) -> tuple[Cell, ...]:
    what = Cell(
        figure.measure.replace("-", " ").capitalize(),
        page_path(figure.node.kind, figure.node.key),
        "sources disagree" if figure.disagrees else "",
    )
    exact = figure.qualifier.lower()
    # A year is a name and not a quantity: no comma between its thousands.
    value = (
        number(figure.value).removesuffix(".0") if figure.unit != "year" else figure.value.removesuffix(".0")
    )
    words = f"{figure.unit} {value}" if figure.unit == "GBP" else f"{value} {figure.unit}".strip()
    shown = words if exact in ("", "exact") else f"{exact} {words}"
    return (
        what,
        Cell(shown if figure.unit != "year" else value, style="num"),
        Cell(period(figure.start, figure.end) or "not stated"),
        _cell(figure.source, base),
    )


def _assessments(found: Dealings, base: str) -> Section:
    rows = tuple(
        (
            replace(_cell(one.node, base), text=one.status.replace("-", " ").capitalize() or "Not stated"),
            Cell(one.independence.replace("-", " ")),
            _cell(one.evaluator, base),
            _cell(one.commissioned_by, base),
            Cell(long_date(one.published_on), style="date"),
            _cell(one.source, base),
        )
        for one in found.assessments
    )
    heads = _heads("Status", "Independence", "Evaluator", "Ordered by", "Published", "Source")
    return Section("evaluations", "Evaluations", heads, rows)


def _writings(found: Dealings, iri: str, base: str) -> Section:
    rows = tuple(
        (
            _cell(one.node, base),
            Cell(one.kind.replace("-", " ")),
            Cell("this record") if one.about.term.value == iri else _cell(one.about, base),
            Cell(long_date(one.published_on) or "not stated", style="date"),
        )
        for one in found.writings
    )
    return Section("publications", "Publications", _heads("Title", "Kind", "About", "Published"), rows)


def _meetings(meetings: Sequence[Meeting], base: str) -> Iterable[Section]:
    for kind, title in (("event", "Events"), ("support", "Support given and received")):
        rows = tuple(_meeting(one, base) for one in meetings if one.node.kind == kind)
        heads = (
            _heads("Name", "Host", "Participants", "Date")
            if kind == "event"
            else _heads("Given by", "Received by", "Broker", "When")
        )
        yield Section("events" if kind == "event" else "supports", title, heads, rows)


def _meeting(one: Meeting, base: str) -> tuple[Cell, ...]:
    when = Cell(long_date(one.start), style="date")
    if one.node.kind == "event":
        return _cell(one.node, base), _side(one, "host", base), _side(one, "participant", base), when
    words = Cell(period(one.start, one.end) or "dates not known", page_path(one.node.kind, one.node.key))
    return *(_side(one, part, base) for part in ("provider", "receiver", "broker")), words


def _side(one: Meeting, part: str, base: str) -> Cell:
    return _several([value for name, value in one.sides if name == part], base)


def _several(values: Sequence[Value], base: str) -> Cell:
    """Return one organisation as a link, several by name; the record of the event or hub links to each."""
    if len(values) == 1:
        return _cell(values[0], base)
    return Cell(", ".join(label_of(value) for value in values))
