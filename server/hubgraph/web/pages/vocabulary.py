"""The ontology, the code lists and single codes as pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from hubgraph.errors import UnknownRecordError
from hubgraph.records.names import property_label
from hubgraph.resources import content
from hubgraph.sparql import bind
from hubgraph.terms import CODE, HG, code_iri, shorten
from hubgraph.web.links import local
from hubgraph.web.memory import once
from hubgraph.web.pages.frame import crumbs, kept, page
from hubgraph.web.pages.links import path_of
from hubgraph.web.pages.table import Cell
from hubgraph.web.world import world

_FORMATS: Final = (("ttl", "Turtle"), ("jsonld", "JSON-LD"), ("nt", "N-Triples"), ("rdf", "RDF/XML"))
_SECTIONS: Final = (
    ("Classes", (OWL.Class,)),
    ("Properties that link records", (OWL.ObjectProperty,)),
    ("Properties with values", (OWL.DatatypeProperty, OWL.AnnotationProperty)),
)


@dataclass(frozen=True, slots=True)
class VocabularyTerm:
    """A class or property: definition, example, and what it is related to as (label, links)."""

    name: str
    label: str
    iri: str
    definition: str
    example: str
    relations: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Terms of one sort."""

    title: str
    anchor: str
    terms: tuple[VocabularyTerm, ...]


@dataclass(frozen=True, slots=True)
class CodeList:
    """A code list with its name and definition."""

    scheme: str
    label: str
    definition: str


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list."""

    notation: str
    label: str
    href: str


def register(blueprint: Blueprint) -> None:
    """Add the pages of the vocabulary to a blueprint."""
    blueprint.add_url_rule("/ns", "ontology", ontology)
    blueprint.add_url_rule("/code/", "code_lists", code_lists)
    blueprint.add_url_rule("/code/<scheme>", "code_list", code_list)
    blueprint.add_url_rule("/code/<scheme>/<path:notation>", "code", code)


@kept
def ontology() -> Response:
    """Show every class and property with its definition."""
    return page(
        "ontology.html",
        sections=once("ontology", _sections),
        schemes=once("code lists", _schemes),
        formats=_files("/ns"),
        namespace=HG,
        section="vocabulary",
        steps=crumbs(),
    )


@kept
def code_lists() -> Response:
    """Show the code lists."""
    return page(
        "code_lists.html",
        schemes=once("code lists", _schemes),
        section="vocabulary",
        steps=crumbs(("Vocabulary", "/ns")),
    )


@kept
def code_list(scheme: str) -> Response:
    """Show the codes of a list: those of the ontology, and those that only the data know."""
    about = _scheme(scheme)
    rows = world().store.select(bind(_text("concepts-of-scheme"), {"scheme": [f"<{CODE}{scheme}>"]})).rows
    codes = {
        row["concept"].value: Code(
            row["notation"].value,
            row["label"].value if "label" in row else "",
            path_of(row["concept"].value, world().store.info().base),
        )
        for row in rows
    }
    return page(
        "code_list.html",
        about=about,
        codes=tuple(codes.values()),
        formats=_files(f"/code/{scheme}"),
        section="vocabulary",
        steps=crumbs(("Vocabulary", "/ns"), ("Code lists", "/code/")),
    )


@kept
def code(scheme: str, notation: str) -> Response:
    """Show one code: what it means, and how many records use it by which property."""
    about = _scheme(scheme)
    store = world().store
    iri = code_iri(scheme, notation)
    statements = store.select(bind(_text("record-statements"), {"record": [f"<{iri}>"]})).rows
    if not statements:
        raise UnknownRecordError(f"The code list '{about.label}' has no code '{notation}' in this data.")
    said = {row["property"].value: row["value"].value for row in statements}
    uses = store.select(bind(_text("record-links-in"), {"record": [f"<{iri}>"]})).rows
    counted: dict[str, tuple[str, str, int]] = {}
    for row in uses:
        name = row["property"].value
        label = property_label(name, row["property_label"].value if "property_label" in row else "")
        counted.setdefault(name, (label, shorten(name), int(row["subjects"].value)))
    return page(
        "code.html",
        about=about,
        iri=iri,
        notation=said.get(str(SKOS.notation), notation),
        label=said.get(str(RDFS.label), notation),
        definition=said.get(str(SKOS.definition), ""),
        uses=tuple(counted.values()),
        formats=_files(f"/code/{scheme}/{notation}"),
        section="vocabulary",
        steps=crumbs(("Vocabulary", "/ns"), ("Code lists", "/code/"), (about.label, f"/code/{scheme}")),
    )


def _text(name: str) -> str:
    return content("queries", "internal", f"{name}.rq").read_text(encoding="utf-8")


def _files(path: str) -> tuple[tuple[str, str], ...]:
    return tuple((label, local(f"{path}.{ending}")) for ending, label in _FORMATS)


def _scheme(scheme: str) -> CodeList:
    found = [entry for entry in once("code lists", _schemes) if entry.scheme == scheme]
    if not found:
        raise UnknownRecordError(f"There is no code list '{scheme}'; /code/ lists them all.")
    return found[0]


def _read(*parts: str) -> Graph:
    graph = Graph()
    for path in sorted(content(*parts).glob("*.ttl")):
        graph.parse(path, format="turtle")
    return graph


def _schemes() -> tuple[CodeList, ...]:
    graph = _read("ontology", "codes")
    lists = [
        CodeList(
            str(iri).removeprefix(CODE), _word(graph, iri, RDFS.label), _word(graph, iri, SKOS.definition)
        )
        for iri in graph.subjects(RDF.type, SKOS.ConceptScheme)
        if isinstance(iri, URIRef)
    ]
    return tuple(sorted(lists, key=lambda entry: entry.label.casefold()))


def _sections() -> tuple[Section, ...]:
    graph = _read("ontology")
    sections: list[Section] = []
    for title, types in _SECTIONS:
        found = {iri for type_ in types for iri in graph.subjects(RDF.type, type_) if str(iri).startswith(HG)}
        terms = [_term(graph, iri) for iri in found if isinstance(iri, URIRef)]
        ordered = tuple(sorted(terms, key=lambda term: term.name.casefold()))
        sections.append(Section(title, title.split()[0].lower() + f"-{len(sections)}", ordered))
    return tuple(sections)


def _term(graph: Graph, iri: URIRef) -> VocabularyTerm:
    related = (
        ("Kind of", graph.objects(iri, RDFS.subClassOf)),
        ("Narrower than", graph.objects(iri, RDFS.subPropertyOf)),
        ("Of", graph.objects(iri, RDFS.domain)),
        ("Value", graph.objects(iri, RDFS.range)),
        ("Inverse of", graph.objects(iri, OWL.inverseOf)),
    )
    relations = [(label, _cells(values)) for label, values in related]
    return VocabularyTerm(
        name=str(iri).removeprefix(HG),
        label=_word(graph, iri, RDFS.label),
        iri=str(iri),
        definition=_word(graph, iri, SKOS.definition),
        example=_word(graph, iri, SKOS.example),
        relations=tuple((label, cells) for label, cells in relations if cells),
    )


def _cells(values: Iterable[object]) -> tuple[Cell, ...]:
    iris = sorted(str(value) for value in values if isinstance(value, URIRef))
    base = world().store.info().base
    return tuple(Cell(shorten(iri), path_of(iri, base)) for iri in iris)


def _word(graph: Graph, iri: URIRef, property_: URIRef) -> str:
    values = sorted(str(value) for value in graph.objects(iri, property_) if isinstance(value, Literal))
    return values[0] if values else ""
