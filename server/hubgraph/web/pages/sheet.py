"""The parts of a record page as rows of text and links: facts, ties, history, figures, links in, sources, tags."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hubgraph.records.model import Fact, LinksIn, Record, Tie, Value
from hubgraph.records.names import kind_label
from hubgraph.saved_queries.sorting import INTEGERS, NUMBERS
from hubgraph.terms import DCTERMS, GEO, HG, ORG, XSD, shorten
from hubgraph.web.links import page_path
from hubgraph.web.pages.formatting import in_words, long_date, measure, money, number, period
from hubgraph.web.pages.frame import licence_name
from hubgraph.web.pages.links import link, path_of
from hubgraph.web.pages.table import Cell

_ELSEWHERE: Final = frozenset(
    {
        f"{GEO}lat", f"{GEO}long", f"{HG}easting", f"{HG}northing", f"{DCTERMS}source",
        f"{HG}lineage", f"{HG}listName", f"{HG}listPlace",
    }
)  # fmt: skip
"""Properties that the map, the list of sources and the history show, and those that only queries need."""
_TAGGED: Final = ("status", "groupStatus", "notCounted", "phase", "areaKind", "bodyKind")
_AMOUNTS: Final = (f"{HG}amount", f"{HG}amountAwarded", f"{HG}amountDisbursed")
_PERIOD: Final = "period"
_MANY: Final = 12
"""Values of one property that are shown before the rest is counted."""
_TIE_TITLES: Final = {
    ("participation", False): "Hubs and programmes",
    ("participation", True): "Who takes part",
    ("affiliation", False): "Trusts and groups",
    ("affiliation", True): "Members",
}
_RELATIONS: Final = {"predecessor": "Came before", "successor": "Came after", "other": "Linked"}


@dataclass(frozen=True, slots=True)
class FactRow:
    """A property with its values; more is the number of values left out."""

    label: str
    values: tuple[Cell, ...]
    more: int = 0
    property: str = ""


@dataclass(frozen=True, slots=True)
class TieRow:
    """A membership: the other one, the part, the period; node is the link to the membership's own record."""

    other: Cell
    part: str
    period: str
    current: bool
    source: str
    node: str


@dataclass(frozen=True, slots=True)
class TieTable:
    """Memberships of one sort; has_parts says whether any names a part."""

    anchor: str
    title: str
    rows: tuple[TieRow, ...]
    has_parts: bool


@dataclass(frozen=True, slots=True)
class EventRow:
    """One link between schools."""

    date: str
    relation: str
    other: Cell
    type: str
    source: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    """Deprivation of a small area in one index year."""

    area: Cell
    year: str
    idaci_decile: str
    idaci_rank: str
    imd_decile: str


@dataclass(frozen=True, slots=True)
class LinkRow:
    """Records that name this one by a property: their number, the first of them, and a link to all."""

    label: str
    property: str
    count: int
    first: tuple[Cell, ...]
    href: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source with date, publisher and licence."""

    title: Cell
    date: str
    publisher: str
    licence: Cell | None


@dataclass(frozen=True, slots=True)
class Tag:
    """A word about the record as a whole."""

    text: str
    style: str = ""


def name_of(record: Record) -> str:
    """Return the name of a record; a membership without one is named by its two ends."""
    ends = [record.text(f"{ORG}member"), record.text(f"{ORG}organization")]
    if record.label == f"{kind_label(record.kind)} {record.key}" and all(ends):
        return " – ".join(ends)
    return record.label


def tags_of(record: Record) -> tuple[Tag, ...]:
    """Return the tags under the name: state, phase and sort, whether it is fictional or only named by others."""
    tags = []
    if record.is_fictional:
        tags.append(Tag("Fictional", "tag-fictional"))
    if record.is_stub:
        tags.append(Tag("Only named by others", "tag-stub"))
    words = [record.text(f"{HG}{name}") for name in _TAGGED]
    if record.is_closed and not any("closed" in word.lower() for word in words):
        tags.append(Tag("Ended", "tag-closed"))
    for word in filter(None, words):
        style = (
            "tag-closed"
            if "closed" in word.lower()
            else "tag-open"
            if word.lower().startswith("open")
            else ""
        )
        tags.append(Tag(word, style))
    return tuple(tags)


def facts_of(record: Record, base: str) -> tuple[FactRow, ...]:
    """Return the facts in their order, without those that stand elsewhere on the page."""
    rows = [_fact(fact, base) for fact in record.facts if fact.property not in _ELSEWHERE]
    return tuple(rows)


def _fact(fact: Fact, base: str) -> FactRow:
    cell = _amount_cell if fact.property in _AMOUNTS else value_cell
    values = tuple(cell(value, base) for value in fact.values[:_MANY])
    return FactRow(fact.label, values, max(len(fact.values) - _MANY, 0), fact.property)


def _amount_cell(value: Value, base: str) -> Cell:
    return Cell(money(value.term.value)) if value.term.datatype in NUMBERS else value_cell(value, base)


def label_of(value: Value) -> str:
    """Return the label of a value; of a record without one, its kind and key."""
    if value.kind == _PERIOD:
        return in_words(value.label)
    return value.label or (f"{kind_label(value.kind)} {value.key}" if value.kind else value.text)


def value_cell(value: Value, base: str) -> Cell:
    """Return a value as text with its link; dates and numbers in words and with commas."""
    term = value.term
    if value.kind:
        return Cell(label_of(value), page_path(value.kind, value.key))
    if term.kind == "iri":
        name = value.label or licence_name(term.value)
        return Cell(name if name != term.value else shorten(term.value), path_of(term.value, base))
    if term.datatype in (f"{XSD}date", f"{XSD}dateTime"):
        return Cell(long_date(term.value))
    if term.datatype == f"{XSD}boolean":
        return Cell("Yes" if term.value in ("true", "1") else "No")
    if term.datatype in NUMBERS:
        return Cell(number(term.value) if term.datatype in INTEGERS else measure(term.value))
    return Cell(term.value)


def ties_of(record: Record) -> tuple[TieTable, ...]:
    """Return the memberships as tables by their sort, those that hold first."""
    tables = []
    for (kind, inward), title in _TIE_TITLES.items():
        ties = [tie for tie in record.ties if tie.node.kind == kind and tie.inward == inward]
        if ties:
            rows = tuple(_tie(tie) for tie in sorted(ties, key=lambda tie: not tie.current))
            shown = (
                "Schools" if title == "Members" and all(tie.other.kind == "school" for tie in ties) else title
            )
            tables.append(
                TieTable(shown.lower().replace(" ", "-"), shown, rows, any(row.part for row in rows))
            )
    return tuple(tables)


def _tie(tie: Tie) -> TieRow:
    other = Cell(
        label_of(tie.other),
        page_path(tie.other.kind, tie.other.key) if tie.other.kind else "",
        _sub(tie.other),
    )
    words = period(tie.start, tie.end)
    if not tie.end and tie.knowledge and not tie.current:
        words = f"{words}, {tie.knowledge.lower()}" if words else tie.knowledge
    return TieRow(
        other=other,
        part=tie.role,
        period=words or ("dates not known" if tie.current else "ended"),
        current=tie.current,
        source=tie.source,
        node=page_path(tie.node.kind, tie.node.key) if tie.node.kind else "",
    )


def _sub(value: Value) -> str:
    return f"URN {value.key}" if value.kind == "school" else kind_label(value.kind) if value.kind else ""


def history_of(record: Record) -> tuple[EventRow, ...]:
    """Return the links to schools before and after, by date, those without one last."""
    rows = []
    for event in sorted(record.events, key=lambda event: event.date or "9"):
        href = page_path(event.other.kind, event.other.key) if event.other.kind else ""
        other = Cell(label_of(event.other), href, _sub(event.other))
        date = long_date(event.date) or "not known"
        rows.append(EventRow(date, _RELATIONS[event.relation], other, event.type, event.source))
    return tuple(rows)


def figures_of(record: Record) -> tuple[FigureRow, ...]:
    """Return the deprivation figures, each with its small area."""
    return tuple(
        FigureRow(
            Cell(
                label_of(figure.area),
                page_path(figure.area.kind, figure.area.key) if figure.area.kind else "",
            ),
            figure.year,
            figure.idaci_decile or "not known",
            number(figure.idaci_rank) or "not known",
            figure.imd_decile or "not known",
        )
        for figure in record.figures
    )


def links_of(record: Record, links: Sequence[LinksIn] | None = None) -> tuple[LinkRow, ...]:
    """Return the records that name this one, by property."""
    rows = []
    path = page_path(record.kind, record.key)
    for entry in record.links_in if links is None else links:
        short = shorten(entry.property)
        href = link(path, {"in": short}) if entry.count > len(entry.first) else ""
        first = tuple(
            Cell(
                label_of(value),
                page_path(value.kind, value.key) if value.kind else "",
                kind_label(value.kind) if value.kind else "",
            )
            for value in entry.first
        )
        rows.append(LinkRow(entry.label, short, entry.count, first, href))
    return tuple(rows)


def sources_of(record: Record) -> tuple[SourceRow, ...]:
    """Return the sources that state something about the record."""
    rows = []
    for source in record.sources:
        href = page_path(source.kind, source.key) if source.kind else ""
        licence = Cell(licence_name(source.licence), source.licence) if source.licence else None
        rows.append(SourceRow(Cell(source.title, href), long_date(source.date), source.publisher, licence))
    return tuple(rows)
