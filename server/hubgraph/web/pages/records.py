"""The page of a record, and the pages of the records that name it."""

from dataclasses import replace
from typing import Final

from flask import Blueprint, Response, request

from hubgraph.errors import UnknownRecordError
from hubgraph.people.pairs import joining
from hubgraph.records.dealings import read_dealings
from hubgraph.records.model import Record
from hubgraph.records.names import kind_label
from hubgraph.records.reading import links_to, read_record
from hubgraph.saved_queries.needs import missing_on
from hubgraph.terms import HG, shorten
from hubgraph.web.links import absolute, page_path
from hubgraph.web.memory import coverage
from hubgraph.web.pages.fact_groups import grouped_facts
from hubgraph.web.pages.findings import finding_page
from hubgraph.web.pages.frame import Crumb, crumbs, kept, page
from hubgraph.web.pages.links import expand, link
from hubgraph.web.pages.maps import draw_map
from hubgraph.web.pages.network import draw_network
from hubgraph.web.pages.paging import page_number, paging
from hubgraph.web.pages.pairs import shown_pairs
from hubgraph.web.pages.positions import hub_places, outline
from hubgraph.web.pages.related import related
from hubgraph.web.pages.sections import roles_section, sections_of
from hubgraph.web.pages.sheet import (
    figures_of,
    history_of,
    links_of,
    name_of,
    sources_of,
    tags_of,
    ties_of,
)
from hubgraph.web.pages.timeline import draw_timeline
from hubgraph.web.robots import ABOUT_PEOPLE
from hubgraph.web.world import world

FORMATS: Final = (
    ("ttl", "Turtle"),
    ("jsonld", "JSON-LD"),
    ("nt", "N-Triples"),
    ("rdf", "RDF/XML"),
    ("csv", "CSV"),
)
"""Suffix and name of the data of a record."""
_NUMBERED: Final = {"school": "URN", "trust": "UID", "group": "UID", "la": "code"}
_WAY: Final = {"school": "localAuthority", "hub": "underProgramme", "project": "partOfProgramme"}
"""Kind of record → property of the record that stands above it on the way from the home page."""


def register(blueprint: Blueprint) -> None:
    """Add the pages of records to a blueprint."""
    blueprint.add_url_rule("/<kind:kind>/<key:key>", "record", record)


def record(kind: str, key: str) -> Response:
    """Show a record; a finding has a page of its own kind."""
    if kind == "finding" and "in" not in request.args:
        return finding_page(key)
    return _record(kind, key)


@kept
def _record(kind: str, key: str) -> Response:
    """Show a record; with `in`, the records that name it by that property, a page at a time."""
    here = world()
    found = read_record(here.store, kind, key)
    if "in" in request.args:
        return _naming(found, request.args["in"])
    place = found.place or (hub_places().get(found.iri) if kind == "hub" else None)
    info = here.store.info()
    size = here.settings.page_rows
    number = page_number(request.args.get("page"))
    dealings = read_dealings(here.store, found, limit=size, offset=(number - 1) * size)
    if kind == "person" and any("fictional" in role.source.lower() for role in dealings.roles):
        found = replace(found, is_fictional=True)
    path = page_path(found.kind, found.key).removeprefix(request.script_root)
    response = page(
        "record.html",
        record=found,
        name=name_of(found),
        kind=_kind_line(found),
        tags=tags_of(found),
        facts=grouped_facts(found, info.base),
        roles=roles_section(found, dealings, info.base) if dealings.roles_total else None,
        roles_total=dealings.roles_total,
        roles_pages=paging(dealings.roles_total, size, number, path, {}),
        timeline=draw_timeline(dealings.roles, info.data_date, by_organisation=kind == "person"),
        sections=sections_of(found, dealings, info.base),
        pairs=shown_pairs(joining(here.store, found.iri), info.base) if kind == "person" else (),
        noindex=kind in ABOUT_PEOPLE,
        missing=missing_on(here.catalogue.kinds.values(), coverage(), kind),
        ties=ties_of(found),
        history=history_of(found),
        figures=figures_of(found),
        links_in=links_of(found),
        sources=sources_of(found),
        network=draw_network(found),
        picture=draw_map(outline(), (), place) if place else None,
        place=place,
        formats=tuple((label, page_path(kind, key, f".{suffix}")) for suffix, label in FORMATS),
        related=related(here.store, here.catalogue, kind, key, found.iri),
        query=link("/editor", {"query": _query_about(found.iri)}),
        steps=_steps(found),
        fictional=_fictional(found),
    )
    for suffix, media_type in (("ttl", "text/turtle"), ("jsonld", "application/ld+json")):
        address = absolute(page_path(kind, key, f".{suffix}"))
        response.headers.add("Link", f'<{address}>; rel="alternate"; type="{media_type}"')
    return response


def _naming(found: Record, asked: str) -> Response:
    iri = expand(asked)
    here = world()
    size = here.settings.page_rows
    number = page_number(request.args.get("page"))
    named = links_to(here.store, found.kind, found.key, iri, limit=size, offset=(number - 1) * size)
    if not named:
        raise UnknownRecordError(f"No record names {name_of(found)} by the property '{asked}' in this data.")
    path = page_path(found.kind, found.key).removeprefix(request.script_root)
    return page(
        "record_links.html",
        record=found,
        name=name_of(found),
        named=named[0],
        rows=links_of(found, named)[0].first,
        first=(number - 1) * size + 1,
        numbers=paging(named[0].count, size, number, path, {"in": shorten(iri)}),
        steps=(*_steps(found), Crumb(name_of(found), page_path(found.kind, found.key))),
        fictional=_fictional(found),
    )


def _fictional(found: Record) -> str:
    """Return which banner the page carries: one about the record, or none."""
    return "record" if found.is_fictional else "none"


def _kind_line(found: Record) -> str:
    label = kind_label(found.kind)
    return f"{label}, {_NUMBERED[found.kind]} {found.key}" if found.kind in _NUMBERED else label


def _steps(found: Record) -> tuple[Crumb, ...]:
    fact = found.fact(f"{HG}{_WAY[found.kind]}") if found.kind in _WAY else None
    above = [value for value in fact.values if value.kind] if fact else []
    return (
        *crumbs(("Search", "/search")),
        *(Crumb(value.text, page_path(value.kind, value.key)) for value in above[:1]),
    )


def _query_about(iri: str) -> str:
    return (
        f"PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n\n"
        f"SELECT ?property ?value ?label\nWHERE {{\n  <{iri}> ?property ?value .\n"
        f"  OPTIONAL {{ ?value rdfs:label ?label }}\n}}\nORDER BY ?property ?value\n"
    )
