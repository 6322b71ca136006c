"""Links of pages to pages, relative to the host."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from hubgraph.terms import CODE, HG, PREFIXES, REFERENCE_PREFIXES, split_record_iri
from hubgraph.web.links import local, page_path

Query = Mapping[str, str | Sequence[str]]
_NAMESPACES: Final = dict(PREFIXES)


def link(path: str, query: Query | None = None, suffix: str = "") -> str:
    """Return the link to a path with a query string; parameters without a value are left out."""
    pairs = [(name, value) for name, value in (query or {}).items() if value]
    asked = f"?{urlencode(pairs, doseq=True)}" if pairs else ""
    return f"{local(path)}{asked}{suffix}"


def path_of(iri: str, base: str) -> str:
    """Return the link to the page about an IRI, the IRI itself on the web, or empty text where there is neither."""
    # A node inside a record, such as the name on an appointment, is shown where its record is.
    split = split_record_iri(iri.partition("#")[0], base)
    if split is not None:
        return page_path(*split)
    if iri.startswith(CODE):
        return local(f"/code/{iri.removeprefix(CODE)}")
    if iri.startswith(HG):
        return local(f"/ns#{iri.removeprefix(HG)}")
    return iri if iri.startswith(("https://", "http://")) else ""


def expand(name: str) -> str:
    """Return the IRI of a prefixed name such as `hg:inGroup`; any other text as it is."""
    prefix, colon, rest = name.partition(":")
    namespace = _NAMESPACES.get(prefix)
    return f"{namespace}{rest}" if colon and namespace else name


def reference(kind: str, key: str) -> str:
    """Return the short reference to a record that an entity parameter takes."""
    return f"{REFERENCE_PREFIXES[kind]}:{key}" if kind in REFERENCE_PREFIXES else key
