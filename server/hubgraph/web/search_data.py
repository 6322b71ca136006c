"""Search as data: `/search.json` and `/suggest`."""

from typing import Final

from flask import Blueprint, Response, json, request

from hubgraph.errors import ParameterError
from hubgraph.store.base import GenerationInfo, SearchHit, SearchPage
from hubgraph.terms import KINDS
from hubgraph.web.caching import Kept
from hubgraph.web.representation import Representation, respond
from hubgraph.web.world import world

blueprint = Blueprint("search_data", __name__)

JSON: Final = "application/json"
LONGEST: Final = 200
"""Longest text that is searched for, in characters."""
_MOST: Final = 100
_DEEPEST: Final = 10_000
_FIELDS: Final = ("q", "kind", "limit", "offset")


@blueprint.get("/search.json")
def search() -> Response:
    """Return found records, best first; Hubgraph-Total says how many there are in all."""
    return _found(default_limit=20)


@blueprint.get("/suggest")
def suggest() -> Response:
    """Return the first few records, for a box that suggests while one types."""
    return _found(default_limit=8)


def _found(default_limit: int) -> Response:
    unknown = [name for name in request.args if name not in _FIELDS]
    if unknown:
        raise ParameterError(unknown[0], f"the search takes {', '.join(_FIELDS)}.", "(leave it out)")
    text = search_text()
    kinds = tuple(kind for kind in request.args.getlist("kind") if kind)
    for kind in kinds:
        if kind not in KINDS:
            raise ParameterError(
                "kind", f"'{kind}' is not a kind of record; kinds are {', '.join(KINDS)}.", "school"
            )
    limit = whole_number("limit", default_limit, 1, _MOST)
    offset = whole_number("offset", 0, 0, _DEEPEST)
    here = world()

    def prepare(_info: GenerationInfo) -> Representation:
        parts = ("search", text, *kinds, str(limit), str(offset))
        return Representation(
            parts, lambda: _kept(here.store.search(text, kinds=kinds, limit=limit, offset=offset))
        )

    return respond(prepare)


def search_text() -> str:
    """Return the field q without spaces around it; raise ParameterError where it is too long."""
    text = request.args.get("q", "").strip()
    if len(text) > LONGEST:
        raise ParameterError("q", f"a search is at most {LONGEST} characters long.", "Camden")
    return text


def whole_number(name: str, default: int, least: int, most: int) -> int:
    """Return a field that is a whole number between bounds; raise ParameterError where it is none."""
    text = request.args.get(name, "").strip()
    if not text:
        return default
    if text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most:
        return int(text)
    raise ParameterError(name, f"it is a whole number from {least} to {most:,}.", str(default))


def _kept(page: SearchPage) -> Kept:
    body = json.dumps([_hit(hit) for hit in page.hits]) + "\n"
    return Kept(body.encode(), JSON, {"Hubgraph-Total": str(page.total)})


def _hit(hit: SearchHit) -> dict[str, object]:
    return {
        "kind": hit.kind,
        "key": hit.key,
        "iri": hit.iri,
        "name": hit.name,
        "type": hit.type,
        "place": hit.place,
        "state": hit.state,
        "score": hit.score,
    }
