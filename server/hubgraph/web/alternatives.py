"""Pages that are also data: where Accept prefers data to HTML, the address of the page gives the data itself."""

from collections.abc import Callable, Mapping
from typing import Final

from flask import Flask, Response, request

from hubgraph.web.dataset import catalogue_response
from hubgraph.web.formats import extension_by_accept
from hubgraph.web.record_data import CSV, record_response, split_path
from hubgraph.web.vocabulary import code_response, ontology_response, shapes_response

_CODE: Final = "/code/"
_WHOLE: Final[Mapping[str, Callable[..., Response]]] = {
    "/data/": catalogue_response,
    "/ns": ontology_response,
    "/shapes": shapes_response,
}
"""Address of a page → what gives the same as data, from an ending."""


def install(app: Flask) -> None:
    """Negotiate before the pages of records, the ontology, shapes and code lists are made."""
    app.before_request(_data_instead)
    app.after_request(_say_vary)


def _data_instead() -> Response | None:
    """Return data where Accept prefers them, None where the page is to answer."""
    if request.method not in ("GET", "HEAD") or not _has_alternatives(request.path):
        return None
    ending = extension_by_accept(request.headers.get("Accept"))
    record = split_path(request.path)
    if ending and record is not None:
        return record_response(*record, ending, vary=True)
    if not ending or ending == CSV:
        return None
    if request.path.startswith(_CODE):
        return code_response(request.path.removeprefix(_CODE), ending, vary=True)
    return _WHOLE[request.path](ending, vary=True)


def _has_alternatives(path: str) -> bool:
    last = path.rpartition("/")[2]
    is_code = (
        path.startswith(_CODE)
        and len(path) > len(_CODE)
        and not last.endswith((".ttl", ".nt", ".rdf", ".jsonld"))
    )
    return path in _WHOLE or is_code or split_path(path) is not None


def _say_vary(response: Response) -> Response:
    if _has_alternatives(request.path):
        response.vary.add("Accept")
    return response
