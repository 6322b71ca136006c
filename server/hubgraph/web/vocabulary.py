"""Ontology, code lists and shapes as data."""

from typing import Final

import rdflib
from flask import Blueprint, Response

from hubgraph.errors import UnknownRecordError
from hubgraph.resources import content
from hubgraph.sparql import bind
from hubgraph.store.base import GenerationInfo
from hubgraph.terms import CODE, encode_key
from hubgraph.web.caching import Kept
from hubgraph.web.formats import EXTENSIONS, content_type
from hubgraph.web.representation import Representation, respond
from hubgraph.web.world import world

blueprint = Blueprint("vocabulary", __name__)

_RDFLIB: Final = {"nt": "nt11", "rdf": "xml", "jsonld": "json-ld"}
_TURTLE: Final = "ttl"


@blueprint.get("/ns.<any(ttl, nt, jsonld, rdf):ending>")
def ontology(ending: str) -> Response:
    """Return the ontology."""
    return ontology_response(ending)


@blueprint.get("/shapes.<any(ttl, nt, jsonld, rdf):ending>")
def shapes(ending: str) -> Response:
    """Return the shapes that a load passes."""
    return shapes_response(ending)


@blueprint.get("/code/<path:name>.<any(ttl, nt, jsonld, rdf):ending>")
def code(name: str, ending: str) -> Response:
    """Return a code list, or one code of it, as the store has it: codes that only the data know included."""
    return code_response(name, ending)


def ontology_response(ending: str, *, vary: bool = False) -> Response:
    """Return the ontology in the format of an ending."""
    return respond(
        lambda _: Representation(("ontology", ending), lambda: _files("ontology", ending)), vary=vary
    )


def shapes_response(ending: str, *, vary: bool = False) -> Response:
    """Return the shapes in the format of an ending."""
    return respond(lambda _: Representation(("shapes", ending), lambda: _files("shapes", ending)), vary=vary)


def code_response(name: str, ending: str, *, vary: bool = False) -> Response:
    """Return `scheme` or `scheme/notation` in the format of an ending; raises UnknownRecordError."""
    scheme, slash, notation = name.partition("/")
    iri = f"{CODE}{encode_key(scheme)}{slash}{encode_key(notation)}"
    text = content("queries", "internal", "code-describe.rq").read_text(encoding="utf-8")
    query = bind(text, {"code": [f"<{iri}>"]})
    chosen = EXTENSIONS[ending]

    def make() -> Kept:
        store = world().store
        if not store.ask(f"ASK {{ <{iri}> ?p ?o }}"):
            raise UnknownRecordError(f"There is no code list or code '{name}' in this data.")
        return Kept(store.answer(query, chosen.name).body, content_type(chosen.media_types[0]))

    def prepare(_info: GenerationInfo) -> Representation:
        return Representation(("code", ending, query), make)

    return respond(prepare, vary=vary)


def _files(folder: str, ending: str) -> Kept:
    """Return the Turtle files of a content folder as one document; as Turtle they keep their order and comments."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(content(folder).glob("*.ttl"))]
    media_type = content_type(EXTENSIONS[ending].media_types[0])
    joined = "\n".join(texts)
    if ending == _TURTLE:
        return Kept(joined.encode(), media_type)
    graph = rdflib.Graph().parse(data=joined, format="turtle")
    return Kept(graph.serialize(format=_RDFLIB[ending], encoding="utf-8"), media_type)
