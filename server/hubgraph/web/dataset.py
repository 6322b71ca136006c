"""What this server offers, for programs: datasets, distributions and partitions (DCAT 3, VoID), and its questions."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, request
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, SH, VOID, XSD, Graph, Literal, Namespace, URIRef

from hubgraph.records.model import Source
from hubgraph.records.reading import read_sources
from hubgraph.saved_queries.catalogue import GROUPS
from hubgraph.saved_queries.model import SavedQuery
from hubgraph.saved_queries.values import is_iri
from hubgraph.saved_queries.writing import MEDIA_TYPES
from hubgraph.store.base import GenerationInfo
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.terms import HG, PREFIXES, SHAPES, day_or_year, record_iri, shorten
from hubgraph.web.caching import Kept
from hubgraph.web.downloads import ENDINGS
from hubgraph.web.dumps import data_files
from hubgraph.web.formats import EXTENSIONS, GRAPHS, by_accept
from hubgraph.web.graphs import new_graph, written
from hubgraph.web.links import absolute
from hubgraph.web.representation import Representation, respond
from hubgraph.web.world import world

blueprint = Blueprint("dataset", __name__)

_MEDIA: Final = "https://www.iana.org/assignments/media-types/"
_HYDRA: Final = Namespace("http://www.w3.org/ns/hydra/core#")
_PROTOCOL: Final = "https://www.w3.org/TR/sparql11-protocol/"
_TITLE: Final = "England's school-improvement landscape as linked records"
_TEXT: Final = (
    "Hubs, trusts, programmes, schools and what ties them, joined from published lists; every statement stands in the "
    "graph of the source that makes it."
)
_ENGLISH: Final = "en"


@blueprint.get("/.well-known/void")
def well_known() -> Response:
    """Return the description of the dataset in the format that Accept likes best."""
    chosen, _ = by_accept(request.headers.get("Accept"), GRAPHS)
    ending = next(name for name, known in EXTENSIONS.items() if known is chosen)
    return catalogue_response(ending, vary=True)


@blueprint.get("/data/catalogue.<any(ttl, nt, jsonld, rdf):ending>")
def catalogue(ending: str) -> Response:
    """Return the description of the dataset."""
    return catalogue_response(ending)


@blueprint.get("/queries.<any(ttl, nt, jsonld, rdf):ending>")
def queries(ending: str) -> Response:
    """Return the saved questions."""

    def prepare(info: GenerationInfo) -> Representation:
        return Representation(
            ("query catalogue", ending, absolute("")), lambda: written(_questions(info), ending)
        )

    return respond(prepare)


def catalogue_response(ending: str, *, vary: bool = False) -> Response:
    """Return the description of the dataset in the format of an ending."""

    def prepare(info: GenerationInfo) -> Representation:
        return Representation(("catalogue", ending, absolute("")), lambda: _describe(info, ending))

    return respond(prepare, vary=vary)


def _describe(info: GenerationInfo, ending: str) -> Kept:
    graph = new_graph()
    dataset = URIRef(absolute("/data/#dataset"))
    _add_catalogue(graph, dataset)
    _add_dataset(graph, dataset, info)
    store = world().store
    _add_sources(graph, dataset, read_sources(store, info.base), info)
    _add_distributions(graph, dataset)
    _add_partitions(graph, dataset, info.counts, VOID.classPartition, VOID["class"], VOID.entities)
    if isinstance(store, EmbeddedStore):
        properties = store.manifest().properties
        _add_partitions(graph, dataset, properties, VOID.propertyPartition, VOID.property, VOID.triples)
    return written(graph, ending)


def _add_catalogue(graph: Graph, dataset: URIRef) -> None:
    top, service = URIRef(absolute("/data/")), URIRef(absolute("/sparql"))
    graph.add((top, RDF.type, DCAT.Catalog))
    graph.add((top, DCTERMS.title, Literal("hubgraph", _ENGLISH)))
    graph.add((top, DCAT.dataset, dataset))
    graph.add((top, DCAT.service, service))
    graph.add((service, RDF.type, DCAT.DataService))
    graph.add((service, DCTERMS.title, Literal("SPARQL endpoint", _ENGLISH)))
    graph.add((service, DCAT.endpointURL, service))
    graph.add((service, DCAT.endpointDescription, URIRef(absolute("/openapi.json"))))
    graph.add((service, DCAT.servesDataset, dataset))
    graph.add((service, DCTERMS.conformsTo, URIRef(_PROTOCOL)))


def _add_dataset(graph: Graph, dataset: URIRef, info: GenerationInfo) -> None:
    for type_ in (DCAT.Dataset, VOID.Dataset):
        graph.add((dataset, RDF.type, type_))
    graph.add((dataset, DCTERMS.title, Literal(_TITLE, _ENGLISH)))
    graph.add((dataset, DCTERMS.description, Literal(_TEXT, _ENGLISH)))
    if info.data_date:
        graph.add((dataset, DCTERMS.modified, Literal(info.data_date, datatype=XSD.date)))
    if info.number:
        graph.add((dataset, URIRef(f"{DCAT}version"), Literal(info.number)))
    graph.add((dataset, DCAT.landingPage, URIRef(absolute("/data/"))))
    graph.add((dataset, VOID.sparqlEndpoint, URIRef(absolute("/sparql"))))
    graph.add((dataset, VOID.triples, Literal(info.triples)))
    graph.add((dataset, VOID.uriSpace, Literal(f"{info.base}/id/")))
    for namespace in (
        HG,
        *(namespace for prefix, namespace in PREFIXES if prefix in ("org", "schema", "prov")),
    ):
        graph.add((dataset, VOID.vocabulary, URIRef(namespace)))
    for standard in (HG, SHAPES):
        graph.add((dataset, DCTERMS.conformsTo, URIRef(standard.removesuffix("#"))))


def _add_sources(graph: Graph, dataset: URIRef, sources: Mapping[str, Source], info: GenerationInfo) -> None:
    for graph_iri, source in sources.items():
        one = URIRef(record_iri(info.base, source.kind, source.key) if source.kind else source.iri)
        graph.add((dataset, DCTERMS.source, one))
        graph.add((dataset, VOID.subset, URIRef(graph_iri)))
        graph.add((URIRef(graph_iri), RDF.type, VOID.Dataset))
        graph.add((URIRef(graph_iri), DCTERMS.source, one))
        graph.add((one, RDF.type, DCAT.Dataset))
        graph.add((one, DCTERMS.title, Literal(source.title)))
        if source.date:
            graph.add((one, DCTERMS.issued, Literal(source.date, datatype=URIRef(day_or_year(source.date)))))
        if is_iri(source.licence):
            graph.add((one, DCTERMS.license, URIRef(source.licence)))
        if source.publisher:
            publisher = URIRef(absolute(f"/data/#publisher-{quote(source.publisher, safe='')}"))
            graph.add((one, DCTERMS.publisher, publisher))
            graph.add((publisher, RDF.type, FOAF.Agent))
            graph.add((publisher, FOAF.name, Literal(source.publisher)))


def _add_distributions(graph: Graph, dataset: URIRef) -> None:
    dump = [file for file in data_files() if file.path.endswith(".gz")]
    for file in dump:
        address = URIRef(absolute(file.path))
        one = URIRef(absolute("/data/#dump"))
        graph.add((dataset, DCAT.distribution, one))
        graph.add((dataset, VOID.dataDump, address))
        graph.add((one, RDF.type, DCAT.Distribution))
        graph.add((one, DCTERMS.title, Literal(file.title, _ENGLISH)))
        graph.add((one, DCTERMS.description, Literal(file.description, _ENGLISH)))
        graph.add((one, DCAT.accessURL, URIRef(absolute("/data/"))))
        graph.add((one, DCAT.downloadURL, address))
        graph.add((one, DCAT.mediaType, URIRef(f"{_MEDIA}application/n-quads")))
        graph.add((one, DCAT.compressFormat, URIRef(f"{_MEDIA}application/gzip")))


def _add_partitions(  # noqa: PLR0913, PLR0917 (the three terms of a kind of partition)
    graph: Graph, dataset: URIRef, counts: Mapping[str, int], partition: URIRef, names: URIRef, size: URIRef
) -> None:
    for name, number in counts.items():
        iri = name if ":" in name else f"{HG}{name}"
        kind = "class" if partition == VOID.classPartition else "property"
        one = URIRef(absolute(f"/data/#{kind}-{quote(shorten(iri), safe='')}"))
        graph.add((dataset, partition, one))
        graph.add((one, names, URIRef(iri)))
        graph.add((one, size, Literal(number)))


def _questions(info: GenerationInfo) -> Graph:
    graph = new_graph()
    graph.bind("hydra", _HYDRA)
    top = URIRef(absolute("/queries"))
    graph.add((top, RDF.type, DCAT.Catalog))
    graph.add((top, DCTERMS.title, Literal("Saved questions", _ENGLISH)))
    if info.data_date:
        graph.add((top, DCTERMS.modified, Literal(info.data_date, datatype=XSD.date)))
    for saved in world().catalogue.queries.values():
        _add_question(graph, top, saved)
    return graph


def _add_question(graph: Graph, top: URIRef, saved: SavedQuery) -> None:
    one = URIRef(absolute(f"/queries/{saved.slug}"))
    selects = saved.form == "SELECT"
    graph.add((top, DCTERMS.hasPart, one))
    graph.add((one, RDF.type, SH.SPARQLSelectExecutable if selects else SH.SPARQLConstructExecutable))
    graph.add((one, DCTERMS.title, Literal(saved.title, _ENGLISH)))
    graph.add((one, DCTERMS.description, Literal(saved.summary, _ENGLISH)))
    graph.add((one, DCTERMS.identifier, Literal(saved.slug)))
    graph.add((one, DCTERMS.subject, Literal(GROUPS[saved.group], _ENGLISH)))
    graph.add((one, SH.select if selects else SH.construct, Literal(saved.text)))
    for ending in ENDINGS:
        file = URIRef(absolute(f"/queries/{saved.slug}.{ending}"))
        graph.add((one, DCTERMS.hasFormat, file))
        graph.add((file, DCTERMS["format"], Literal(MEDIA_TYPES[ending].partition(";")[0])))
    template = URIRef(f"{one}#template")
    names = ",".join(param.name + ("*" if param.many else "") for param in saved.params)
    graph.add((one, _HYDRA.search, template))
    graph.add((template, RDF.type, _HYDRA.IriTemplate))
    graph.add((template, _HYDRA.template, Literal(f"{one}{{?{names}}}" if names else str(one))))
    _add_parameters(graph, template, one, saved)


def _add_parameters(graph: Graph, template: URIRef, one: URIRef, saved: SavedQuery) -> None:
    for param in saved.params:
        mapping = URIRef(f"{one}#{param.name}")
        graph.add((template, _HYDRA.mapping, mapping))
        graph.add((mapping, RDF.type, _HYDRA.IriTemplateMapping))
        graph.add((mapping, _HYDRA.variable, Literal(param.name)))
        graph.add((mapping, _HYDRA.required, Literal(param.required)))
        for term, text in _words((RDFS.label, param.label), (RDFS.comment, param.help)):
            graph.add((mapping, term, Literal(text, _ENGLISH)))


def _words(*pairs: tuple[URIRef, str]) -> Iterable[tuple[URIRef, str]]:
    return ((term, text) for term, text in pairs if text)
