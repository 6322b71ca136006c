"""Read one record from a store: a handful of small queries, none of which grows with the data."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from hubgraph.errors import UnknownRecordError
from hubgraph.records.model import Event, Fact, Figure, LinksIn, Place, Record, Relation, Source, Tie, Value
from hubgraph.records.names import ORDER, kind_label, property_label
from hubgraph.resources import content
from hubgraph.sparql import bind
from hubgraph.store.base import Row, Store, Term
from hubgraph.terms import CODE, DCTERMS, HG, ORG, RDF, RDFS, record_iri, split_record_iri

TIES: Final = 100
"""Memberships on one page; the rest is on the pages of links in."""
FIRST_LINKS: Final = 5
"""Records that are named beside the count of a property of links in."""
_CLOSED: Final = frozenset({f"{CODE}establishment-status/2", f"{CODE}group-status/CLOSED"})
_NAMED_APART: Final = frozenset({f"{RDF}type", f"{RDFS}label", f"{HG}isStub"})


def read_record(store: Store, kind: str, key: str) -> Record:
    """Return what the page of a record shows; raise UnknownRecordError where nothing is said about it."""
    info = store.info()
    iri = record_iri(info.base, kind, key)
    statements = _rows(store, "record-statements", iri)
    links_in = _links_in(store, iri)
    if not statements and not links_in:
        raise UnknownRecordError(
            f"There is no {kind_label(kind).lower()} with the identifier '{key}' in this data."
        )
    facts = _facts(statements, info.base)
    known = read_sources(store, info.base)
    sources = _sources_of(statements, facts, known)
    ties = _ties(store, iri, info.base, info.data_date, links_in)
    events = _events(store, iri, info.base) if kind == "school" else ()
    is_stub = any(row["value"].value == f"{HG}Stub" for row in statements)
    record = Record(
        kind=kind,
        key=key,
        iri=iri,
        label=_name(statements, kind, key),
        classes=_classes(statements),
        facts=facts,
        ties=ties,
        ties_total=_ties_total(links_in, len(ties)),
        events=events,
        links_in=_with_first(store, iri, info.base, links_in),
        figures=_figures(store, iri, info.base) if kind in ("school", "area") else (),
        sources=sources,
        place=_place(facts),
        is_stub=is_stub,
        is_closed=_is_closed(statements, info.data_date),
        is_fictional=any("fictional" in f"{source.key} {source.title}".lower() for source in sources),
    )
    return _with_warnings(record)


def links_to(  # noqa: PLR0913 (the page is given by name)
    store: Store, kind: str, key: str, property_iri: str, *, limit: int, offset: int
) -> tuple[LinksIn, ...]:
    """Return one page of the records that name this one by a property; empty where none does."""
    base = store.info().base
    iri = record_iri(base, kind, key)
    counted = [links for links in _links_in(store, iri) if links.property == property_iri]
    return tuple(
        LinksIn(
            links.property,
            links.label,
            links.count,
            _subjects(store, iri, base, property_iri, limit=limit, offset=offset),
        )
        for links in counted
    )


def describe_query(base: str, kind: str, key: str) -> str:
    """Return the CONSTRUCT that gives a record as data."""
    return bind(_text("record-describe"), {"record": [f"<{record_iri(base, kind, key)}>"]})


def read_sources(store: Store, base: str) -> Mapping[str, Source]:
    """Return graph IRI → source, by title; sources without a graph stand under their own IRI."""
    found: dict[str, Source] = {}
    for row in store.select(_text("record-sources")).rows:
        split = split_record_iri(row["source"].value, base) or ("", "")
        source = Source(
            row["source"].value,
            row["title"].value,
            _value(row, "date"),
            _value(row, "publisher"),
            _value(row, "licence"),
            *split,
        )
        found[_value(row, "graph") or source.iri] = source
    return found


def value_of(term: Term, label: str, base: str) -> Value:
    """Return a term as a value that knows whether it is a record of this base, or a node inside one (`…#person`)."""
    split = split_record_iri(term.value.partition("#")[0], base) if term.kind == "iri" else None
    return Value(term, label, *split) if split else Value(term, label)


def _text(name: str) -> str:
    return content("queries", "internal", f"{name}.rq").read_text(encoding="utf-8")


def _rows(store: Store, name: str, iri: str) -> tuple[Row, ...]:
    return store.select(bind(_text(name), {"record": [f"<{iri}>"]})).rows


def _value(row: Row, name: str) -> str:
    return row[name].value if name in row else ""


def _name(statements: Sequence[Row], kind: str, key: str) -> str:
    names = [row["value"].value for row in statements if row["property"].value == f"{RDFS}label"]
    return names[0] if names else f"{kind_label(kind)} {key}"


def _classes(statements: Sequence[Row]) -> tuple[str, ...]:
    found = {
        _value(row, "value_label") or property_label(row["value"].value)
        for row in statements
        if row["property"].value == f"{RDF}type"
    }
    return tuple(sorted(found))


def _facts(statements: Sequence[Row], base: str) -> tuple[Fact, ...]:
    values: dict[str, dict[Term, Value]] = {}
    labels: dict[str, str] = {}
    for row in statements:
        iri = row["property"].value
        if iri in _NAMED_APART:
            continue
        labels.setdefault(iri, property_label(iri, _value(row, "property_label")))
        values.setdefault(iri, {}).setdefault(
            row["value"], value_of(row["value"], _value(row, "value_label"), base)
        )
    facts = [Fact(iri, labels[iri], tuple(found.values())) for iri, found in values.items()]
    return tuple(
        sorted(facts, key=lambda fact: (ORDER.get(fact.property, len(ORDER)), fact.label.casefold()))
    )


def _sources_of(
    statements: Sequence[Row], facts: Sequence[Fact], known: Mapping[str, Source]
) -> tuple[Source, ...]:
    graphs = dict.fromkeys(row["graph"].value for row in statements if "graph" in row)
    found = {known[graph].iri: known[graph] for graph in graphs if graph in known}
    for fact in facts:
        if fact.property == f"{DCTERMS}source":
            for value in fact.values:
                iri = value.term.value
                cited = Source(iri, value.text, kind=value.kind, key=value.key)
                found.setdefault(iri, known.get(iri, cited))
    return tuple(found.values())


def _ties(store: Store, iri: str, base: str, data_date: str, links_in: Sequence[LinksIn]) -> tuple[Tie, ...]:
    if not any(links.property in (f"{ORG}member", f"{ORG}organization") for links in links_in):
        return ()
    query = bind(_text("record-ties"), {"record": [f"<{iri}>"]})
    ties: dict[tuple[str, str], Tie] = {}
    for row in store.select(query.replace("# page", f"LIMIT {TIES}")).rows:
        start, end = _value(row, "start"), _value(row, "end")
        role = _value(row, "role_label")
        tie = Tie(
            node=value_of(row["tie"], "", base),
            other=value_of(row["other"], _value(row, "other_label"), base),
            inward=row["side"].value == "in",
            role=role,
            start=start,
            end=end,
            knowledge=_value(row, "knowledge"),
            current=(not start or start <= data_date) and (not end or end >= data_date),
            source=_value(row, "source_label"),
        )
        ties.setdefault((tie.node.term.value, tie.other.term.value), tie)
    return tuple(ties.values())


def _ties_total(links_in: Sequence[LinksIn], shown: int) -> int:
    counts = (links.count for links in links_in if links.property in (f"{ORG}member", f"{ORG}organization"))
    return max(sum(counts), shown)


def _events(store: Store, iri: str, base: str) -> tuple[Event, ...]:
    events: dict[tuple[str, str, str], Event] = {}
    for row in _rows(store, "record-events", iri):
        relation: Relation = "other"
        if _value(row, "original") == row["other"].value:
            relation = "predecessor"
        elif _value(row, "original") == iri:
            relation = "successor"
        date = _value(row, "date")
        event = Event(
            node=value_of(row["link"], "", base),
            relation=relation,
            type=_value(row, "type"),
            other=value_of(row["other"], _value(row, "other_label") or _value(row, "name"), base),
            date=date,
            source=_value(row, "source_label"),
        )
        events.setdefault((relation, row["other"].value, date), event)
    return tuple(events.values())


def _links_in(store: Store, iri: str) -> tuple[LinksIn, ...]:
    found: dict[str, LinksIn] = {}
    for row in _rows(store, "record-links-in", iri):
        name = row["property"].value
        label = property_label(name, _value(row, "property_label"))
        found.setdefault(name, LinksIn(name, label, int(row["subjects"].value)))
    return tuple(found.values())


def _with_first(store: Store, iri: str, base: str, links_in: Iterable[LinksIn]) -> tuple[LinksIn, ...]:
    return tuple(
        LinksIn(
            links.property,
            links.label,
            links.count,
            _subjects(store, iri, base, links.property, limit=FIRST_LINKS, offset=0),
        )
        for links in links_in
    )


def _subjects(  # noqa: PLR0913 (the page is given by name)
    store: Store, iri: str, base: str, property_iri: str, *, limit: int, offset: int
) -> tuple[Value, ...]:
    given = {"record": [f"<{iri}>"], "property": [f"<{property_iri}>"]}
    query = bind(_text("record-subjects"), given).replace("# page", f"LIMIT {limit} OFFSET {offset}")
    found: dict[str, Value] = {}
    for row in store.select(query).rows:
        ends = [_value(row, name) for name in ("member_label", "organisation_label")]
        label = _value(row, "label") or _value(row, "person_name") or " – ".join(end for end in ends if end)
        found.setdefault(row["subject"].value, value_of(row["subject"], label, base))
    return tuple(found.values())


def _figures(store: Store, iri: str, base: str) -> tuple[Figure, ...]:
    return tuple(
        Figure(
            value_of(row["area"], _value(row, "area_label"), base),
            *(_value(row, name) for name in ("year", "idaci_decile", "idaci_rank", "imd_decile")),
        )
        for row in _rows(store, "record-figures", iri)
    )


def _place(facts: Sequence[Fact]) -> Place | None:
    metres: list[float] = []
    for name in ("easting", "northing"):
        found = [fact.values[0].term.value for fact in facts if fact.property == f"{HG}{name}"]
        try:
            metres.append(float(found[0]))
        except (IndexError, ValueError):
            return None
    return Place(*metres)


def _is_closed(statements: Sequence[Row], data_date: str) -> bool:
    ends = (f"{HG}closeDate", "https://schema.org/endDate")
    return any(
        row["value"].value in _CLOSED or (row["property"].value in ends and row["value"].value < data_date)
        for row in statements
    )


def _with_warnings(record: Record) -> Record:
    warnings: list[str] = []
    if record.is_stub:
        warnings.append(
            "No source in this data describes this record; other records link to it. "
            "What stands here is what they say."
        )
    doubled = [
        fact.label
        for fact in record.facts
        if fact.property in (f"{HG}status", f"{HG}localAuthority", f"{HG}closeDate") and len(fact.values) > 1
    ]
    warnings += [f"The sources disagree: {label} has more than one value." for label in doubled]
    if not warnings:
        return record
    return Record(
        **{name: getattr(record, name) for name in Record.__slots__} | {"warnings": tuple(warnings)}
    )
