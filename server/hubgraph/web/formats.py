"""Formats that answers are written in: names, media types and which of them a request asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hubgraph.errors import ParameterError
from hubgraph.sparql import QueryForm
from hubgraph.store.base import ResultFormat
from hubgraph.web.errors import NotAcceptableError
from hubgraph.web.negotiation import choose


@dataclass(frozen=True, slots=True)
class Format:
    """A format of the engine: its name there, media types (the first is the registered one) and other names."""

    name: ResultFormat
    media_types: tuple[str, ...]
    names: tuple[str, ...]


TABLES: Final = (
    Format("json", ("application/sparql-results+json", "application/json"), ("json", "srj")),
    Format("xml", ("application/sparql-results+xml", "application/xml", "text/xml"), ("xml", "srx")),
    Format("csv", ("text/csv",), ("csv",)),
    Format("tsv", ("text/tab-separated-values",), ("tsv",)),
)
"""Formats of SELECT and ASK, in the server's order."""

GRAPHS: Final = (
    Format("ttl", ("text/turtle", "application/x-turtle"), ("ttl", "turtle")),
    Format("nt", ("application/n-triples", "text/plain"), ("nt", "ntriples", "n-triples")),
    Format(
        "rdfxml", ("application/rdf+xml", "application/xml", "text/xml"), ("rdfxml", "rdf", "rdf+xml", "xml")
    ),
    Format("jsonld", ("application/ld+json", "application/json"), ("jsonld", "json-ld", "json")),
)
"""Formats of CONSTRUCT and DESCRIBE, in the server's order."""

EXTENSIONS: Final[Mapping[str, Format]] = {
    "ttl": GRAPHS[0],
    "nt": GRAPHS[1],
    "rdf": GRAPHS[2],
    "jsonld": GRAPHS[3],
}
"""Ending of an address → format of a graph."""

HTML: Final = "text/html"


def formats_of(form: QueryForm) -> tuple[Format, ...]:
    """Return the formats that answers to a form of query are written in."""
    return GRAPHS if form in ("CONSTRUCT", "DESCRIBE") else TABLES


def content_type(media_type: str) -> str:
    """Return the Content-Type field of a media type; text is always UTF-8."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def by_name(name: str, formats: Sequence[Format], parameter: str) -> tuple[Format, str]:
    """Return the format of a `format` parameter (a name or a media type) and its media type."""
    wanted = name.strip().lower()
    for known in formats:
        if wanted in known.names:
            return known, known.media_types[0]
        if wanted in known.media_types:
            return known, wanted
    names = ", ".join(known.names[0] for known in formats)
    raise ParameterError(
        parameter, f"'{name}' is not a format of this answer; it can be {names}.", formats[0].names[0]
    )


def by_accept(header: str | None, formats: Sequence[Format]) -> tuple[Format, str]:
    """Return the format that an Accept field likes best and its media type; raise NotAcceptableError for none."""
    offers = {media: known for known in formats for media in known.media_types[:1]}
    for known in formats:
        for media in known.media_types[1:]:
            offers.setdefault(media, known)
    chosen = choose(header, tuple(offers))
    if chosen is None:
        listed = ", ".join(known.media_types[0] for known in formats)
        raise NotAcceptableError(
            f"This answer cannot be written in a format that the request accepts; it can be {listed}."
        )
    return offers[chosen], chosen


def extension_by_accept(header: str | None) -> str:
    """Return the ending (`ttl`, `nt`, `rdf`, `jsonld`, `csv`) that an Accept field prefers to HTML, or empty text for HTML.

    What accepts neither HTML nor data gets HTML: a page that is not wanted is more use than a refusal.
    """
    offers = {HTML: "", "application/xhtml+xml": ""}
    for ending, known in EXTENSIONS.items():
        for media in known.media_types:
            if media not in ("text/plain", "text/xml", "application/xml"):
                offers.setdefault(media, ending)
    offers["text/csv"] = "csv"
    return offers.get(choose(header, tuple(offers)) or HTML, "")
