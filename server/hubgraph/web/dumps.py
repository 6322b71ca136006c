"""Everything at once: the files under `/data/` that hold a whole generation, the ontology and the shapes."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, current_app, request, send_file

from hubgraph.errors import ServerBusyError, UnknownRecordError
from hubgraph.saved_queries.running import source_titles
from hubgraph.store.dumps import FILE_NAME, dump_path, make_dump
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.web.caching import etag, generation_mark
from hubgraph.web.downloads import attribution, license_links
from hubgraph.web.world import world

blueprint = Blueprint("dumps", __name__)

_TYPE: Final = "application/gzip"
_WRITING: Final = "hubgraph.dumps"


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file that can be downloaded: path on this server, title, what is in it, bytes where the file is there already."""

    path: str
    title: str
    description: str
    size: int | None = None


@blueprint.record_once
def _prepare(state: object) -> None:
    """Give each application one lock, so that one dump is written at a time."""
    app = state.app  # type: ignore[attr-defined]
    app.extensions[_WRITING] = threading.Lock()


def data_files() -> tuple[DataFile, ...]:
    """Return what can be downloaded from this server; a remote store has no dump."""
    files = []
    store = world().store
    if isinstance(store, EmbeddedStore):
        path = dump_path(store.generation_folder())
        size = path.stat().st_size if path.is_file() else None
        text = "Every statement of this generation with the graph of its source, as compressed N-Quads."
        files.append(DataFile(f"/data/{FILE_NAME}", "All data", text, size))
    files.append(DataFile("/ns.ttl", "Ontology", "Classes and properties, as Turtle."))
    files.append(
        DataFile("/shapes.ttl", "Shapes", "The rules that data are checked against, as SHACL in Turtle.")
    )
    text = "Datasets, sources, licences, distributions and counts per class and property, as DCAT and VoID in Turtle."
    files.append(DataFile("/data/catalogue.ttl", "Catalogue", text))
    files.append(
        DataFile("/queries.ttl", "Saved questions", "Every question with its query, as RDF in Turtle.")
    )
    text = "Every operation with parameters and answers, as OpenAPI 3.1."
    files.append(DataFile("/openapi.json", "Programming interface", text))
    return tuple(files)


@blueprint.get(f"/data/{FILE_NAME}")
def everything() -> Response:
    """Return the whole generation as compressed N-Quads; the first who asks waits until it is written."""
    store = world().store
    if not isinstance(store, EmbeddedStore):
        raise UnknownRecordError("This server has no dump; its data are in a store elsewhere.")
    info = store.info()
    tag = etag(generation_mark(info), FILE_NAME)
    if tag in request.if_none_match and not request.if_none_match.star_tag:
        response = Response(status=304)
    else:
        lock: threading.Lock = current_app.extensions[_WRITING]
        if not lock.acquire(blocking=False):
            raise ServerBusyError("The dump is being written for somebody else; try again in a few seconds.")
        try:
            path = make_dump(store.generation_folder())
        finally:
            lock.release()
        response = send_file(path, _TYPE, as_attachment=True, download_name=FILE_NAME, etag=tag)
        response.headers.extend(_headers(info.data_date))
        response.headers["Hubgraph-Generation"] = info.number
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _headers(data_date: str) -> Mapping[str, str]:
    credits_ = source_titles(world().store)
    headers = {
        "Hubgraph-Data-Date": data_date,
        "Hubgraph-Attribution": attribution(credits_),
        "Link": license_links(credits_),
    }
    return {name: value for name, value in headers.items() if value}
