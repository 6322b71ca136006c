"""Addresses for those who run a server: health, robots, and how long static files may be kept."""

from typing import Final

from flask import Blueprint, Flask, Response, json, request

from hubgraph.errors import HubgraphError
from hubgraph.store.base import Limits
from hubgraph.web.world import world

blueprint = Blueprint("operations", __name__)

_HEALTH: Final = Limits(seconds=3.0, rows=1, bytes=10_000)
_FOREVER: Final = "public, max-age=31536000, immutable"
_ROBOTS: Final = """\
User-agent: *
Disallow: /sparql
Disallow: /editor
Disallow: /search
Disallow: /suggest
Disallow: /person/
Disallow: /appointment/
Disallow: /finding/
Disallow: /matches
Disallow: /sign-in
Disallow: /queries/*?
"""
"""Pages about people and addresses without end stay out of search engines."""


def install(app: Flask) -> None:
    """Let browsers keep static files whose address names their version or content."""
    app.after_request(_keep_static)


@blueprint.get("/healthz")
def health() -> Response:
    """Return status, generation, data date and triples; 503 where the store cannot answer."""
    store = world().store
    try:
        info = store.info()
        store.ask("ASK { }", limits=_HEALTH)
    except HubgraphError as error:
        return _health(503, {"status": "failing", "detail": str(error)})
    return _health(
        200,
        {
            "status": "ok",
            "generation": info.number,
            "data_date": info.data_date,
            "triples": info.triples,
        },
    )


def _health(status: int, document: dict[str, object]) -> Response:
    response = Response(json.dumps(document) + "\n", status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Return what search engines may visit."""
    return Response(_ROBOTS, content_type="text/plain; charset=utf-8")


def _keep_static(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 206, 304):
        versioned = "v" in request.args or "/vendor/" in request.path
        response.headers["Cache-Control"] = _FOREVER if versioned else "no-cache"
    return response
