"""Records as data: `/id/{kind}/{key}` leads to page or data, `/{kind}/{key}.ttl` and the like give the data."""

import csv
import io
from collections.abc import Iterable
from typing import Final

from flask import Blueprint, Response, request

from hubgraph.records.reading import describe_query
from hubgraph.records.statements import Statement, read_statements, require_record
from hubgraph.saved_queries.cells import safe_cell
from hubgraph.saved_queries.running import SourceTitle
from hubgraph.saved_queries.sorting import NUMBERS
from hubgraph.saved_queries.writing import MEDIA_TYPES
from hubgraph.store.base import GenerationInfo
from hubgraph.terms import KINDS, encode_key, record_iri
from hubgraph.web.caching import Kept
from hubgraph.web.downloads import attribution, license_links
from hubgraph.web.formats import EXTENSIONS, content_type, extension_by_accept
from hubgraph.web.links import absolute
from hubgraph.web.representation import Representation, respond
from hubgraph.web.world import world

blueprint = Blueprint("record_data", __name__)

CSV: Final = "csv"
COLUMNS: Final = ("property", "value", "label", "source")
"""Columns of a record as CSV."""


@blueprint.get("/id/<kind:kind>/<key:key>")
def identify(kind: str, key: str) -> Response:
    """Lead from the thing to the document about it that Accept prefers (303, as for all things that are not documents)."""
    ending = extension_by_accept(request.headers.get("Accept"))
    path = f"/{kind}/{encode_key(key)}{f'.{ending}' if ending else ''}"
    response = Response(status=303)
    response.headers["Location"] = absolute(path)
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/<kind:kind>/<key:key>.<any(ttl, nt, jsonld, rdf, csv):ending>")
def document(kind: str, key: str, ending: str) -> Response:
    """Return a record as data."""
    return record_response(kind, key, ending)


def record_response(kind: str, key: str, ending: str, *, vary: bool = False) -> Response:
    """Return a record in the format of an ending; raises UnknownRecordError."""

    def prepare(info: GenerationInfo) -> Representation:
        parts = ("record", ending, record_iri(info.base, kind, key))
        return Representation(parts, lambda: _make(info, kind, key, ending))

    return respond(prepare, vary=vary)


def _make(info: GenerationInfo, kind: str, key: str, ending: str) -> Kept:
    store = world().store
    require_record(store, kind, key)
    statements = read_statements(store, kind, key)
    headers = _headers(statements, kind, key, ending)
    if ending == CSV:
        return Kept(_csv(statements), MEDIA_TYPES[CSV], headers)
    chosen = EXTENSIONS[ending]
    answer = store.answer(describe_query(info.base, kind, key), chosen.name)
    return Kept(answer.body, content_type(chosen.media_types[0]), headers)


def _headers(statements: Iterable[Statement], kind: str, key: str, ending: str) -> dict[str, str]:
    sources = dict.fromkeys(
        SourceTitle(one.source, one.publisher, one.licence) for one in statements if one.source
    )
    page = absolute(f"/{kind}/{encode_key(key)}")
    links = [f'<{page}>; rel="alternate"; type="text/html"', license_links(tuple(sources))]
    headers = {
        "Content-Disposition": f'inline; filename="{kind}-{encode_key(key)}.{ending}"',
        "Hubgraph-Attribution": attribution(tuple(sources)),
        "Link": ", ".join(link for link in links if link),
    }
    return {name: value for name, value in headers.items() if value}


def _csv(statements: Iterable[Statement]) -> bytes:
    """Return statements as CSV; cells that a spreadsheet would take for a formula start with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in statements:
        value = safe_cell(one.value.value, number=one.value.datatype in NUMBERS)
        writer.writerow((one.property, value, safe_cell(one.label), safe_cell(one.source)))
    return out.getvalue().encode()


def split_path(path: str) -> tuple[str, str] | None:
    """Return (kind, key) of the path of a record page, None for every other path and for documents with an ending."""
    kind, slash, key = path.removeprefix("/").partition("/")
    if kind not in KINDS or not slash or not key:
        return None
    if key.rpartition(".")[2] in {*EXTENSIONS, CSV} and "." in key:
        return None
    return kind, key
