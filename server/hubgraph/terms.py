"""Namespaces, IRIs of records and graphs, and the short references that people type.

IRI keys are the official number (URN, UID, code) or the id of the source row, percent-encoded with case kept.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from hubgraph.errors import InputError

HG: Final = "https://w3id.org/hubgraph/ns#"
SHAPES: Final = "https://w3id.org/hubgraph/shapes#"
CODE: Final = "https://w3id.org/hubgraph/code/"
DEFAULT_BASE: Final = "https://w3id.org/hubgraph"

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
ORG: Final = "http://www.w3.org/ns/org#"
FOAF: Final = "http://xmlns.com/foaf/0.1/"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
SCHEMA: Final = "https://schema.org/"
DCTERMS: Final = "http://purl.org/dc/terms/"
PROV: Final = "http://www.w3.org/ns/prov#"
DCAT: Final = "http://www.w3.org/ns/dcat#"
VOID: Final = "http://rdfs.org/ns/void#"
ADMS: Final = "http://www.w3.org/ns/adms#"
QB: Final = "http://purl.org/linked-data/cube#"
GEO: Final = "http://www.w3.org/2003/01/geo/wgs84_pos#"
SD: Final = "http://www.w3.org/ns/sparql-service-description#"
SH: Final = "http://www.w3.org/ns/shacl#"

PREFIXES: Final[tuple[tuple[str, str], ...]] = (
    ("adms", ADMS),
    ("dcat", DCAT),
    ("dcterms", DCTERMS),
    ("foaf", FOAF),
    ("geo", GEO),
    ("hg", HG),
    ("hgsh", SHAPES),
    ("org", ORG),
    ("owl", OWL),
    ("prov", PROV),
    ("qb", QB),
    ("rdf", RDF),
    ("rdfs", RDFS),
    ("schema", SCHEMA),
    ("sd", SD),
    ("sh", SH),
    ("skos", SKOS),
    ("void", VOID),
    ("xsd", XSD),
)
"""Prefix and namespace pairs, in alphabetical order, used wherever prefixes are written."""

KINDS: Final[tuple[str, ...]] = (
    "school", "trust", "group", "la", "area", "hub", "programme", "project", "organisation",
    "person", "appointment", "award", "transaction", "evaluation", "figure", "declaration", "mitigation",
    "event", "support", "publication", "finding", "source",
    "affiliation", "participation", "link", "lineage", "period",
)  # fmt: skip
"""Kinds of record that have an IRI `{base}/id/{kind}/{key}` and a page `/{kind}/{key}`."""

REFERENCE_SCHEMES: Final[tuple[str, ...]] = ("urn", "uid", "ukprn", "coh", "charity", "la", "gid")

REFERENCE_PREFIXES: Final[Mapping[str, str]] = {"school": "urn", "trust": "uid", "group": "uid", "la": "la"}
"""Kind of record whose key is an official number → the scheme of its short references."""

_REFERENCE = re.compile(r"(?P<scheme>[a-z]+):(?P<value>[^/\s].*)")


@dataclass(frozen=True, slots=True)
class Reference:
    """A short reference such as `urn:100000`; scheme is empty for the bare id of a template row."""

    scheme: str
    value: str


def day_or_year(text: str) -> str:
    """Return the datatype of an ISO date or, of four digits, of a year."""
    return f"{XSD}gYear" if len(text) == len("2025") else f"{XSD}date"


def encode_key(key: str) -> str:
    """Percent-encode a key for use as one path segment of an IRI."""
    return key if key.isascii() and key.isalnum() else quote(key, safe="-._~")


def record_iri(base: str, kind: str, key: str) -> str:
    """Return the IRI of a record: base has no trailing slash, key is not yet encoded."""
    return f"{base}/id/{kind}/{encode_key(key)}"


def split_record_iri(iri: str, base: str) -> tuple[str, str] | None:
    """Return (kind, decoded key) of a record IRI, or None where the IRI is not one of ours."""
    prefix = f"{base}/id/"
    if not iri.startswith(prefix):
        return None
    kind, _, key = iri[len(prefix) :].partition("/")
    if kind not in KINDS or not key or "/" in key or "#" in key:
        return None
    return kind, unquote(key)


def graph_iri(base: str, name: str) -> str:
    """Return the IRI of a named graph, for example `source/gias-establishments` or `derived`."""
    return f"{base}/graph/{name}"


def code_iri(scheme: str, notation: str) -> str:
    """Return the IRI of a concept in one of the code lists."""
    return f"{CODE}{encode_key(scheme)}/{encode_key(notation)}"


def slug(text: str) -> str:
    """Return text as lower-case words joined by hyphens, for keys made from names."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def parse_reference(text: str) -> Reference:
    """Split `urn:100000`, `uid:5143` … or a bare id; raise InputError for an unknown scheme or empty text."""
    stripped = text.strip()
    if not stripped:
        raise InputError("A reference is empty; write for example urn:100000, uid:5143 or the id of a row.")
    match = _REFERENCE.fullmatch(stripped)
    if match is None:
        return Reference("", stripped)
    scheme = match["scheme"]
    if scheme not in REFERENCE_SCHEMES:
        accepted = ", ".join(f"{name}:" for name in REFERENCE_SCHEMES)
        raise InputError(
            f"'{stripped}' starts with '{scheme}:', which is not a kind of reference; accepted are {accepted}"
        )
    return Reference(scheme, match["value"].strip())


def prefix_lines() -> str:
    """Return the prefixes as lines of SPARQL."""
    return "\n".join(f"PREFIX {prefix}: <{namespace}>" for prefix, namespace in PREFIXES)


def shorten(iri: str) -> str:
    """Return a prefixed name where a known prefix fits, else the IRI itself."""
    for prefix, namespace in PREFIXES:
        if iri.startswith(namespace) and re.fullmatch(r"[\w.-]+", iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
