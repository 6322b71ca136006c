"""From a representation of something in the store to a response: ETag, 304, kept answers."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, request

from hubgraph.store.base import GenerationInfo
from hubgraph.web.caching import Kept, body_tag, etag, generation_mark
from hubgraph.web.world import world

_FRESH = "no-cache"
"""Kept by browsers and proxies, but asked for again each time, for a load may publish at any moment; a 304 is cheap."""


@dataclass(frozen=True, slots=True)
class Representation:
    """What identifies an answer within a generation (query text, parameters, format), and how it is made.

    make may give a finished response instead of an answer to keep (a redirect, an error): it is sent as it is.
    """

    parts: tuple[str, ...]
    make: Callable[[], Kept | Response]


def respond(prepare: Callable[[GenerationInfo], Representation], *, vary: bool = False) -> Response:
    """Return 304 before anything is run, the kept answer, or a fresh one; vary: the format was chosen by Accept."""
    here = world()
    asked = request.if_none_match if request.method in ("GET", "HEAD") else None
    info = here.store.info()
    mark = generation_mark(info)
    representation = prepare(info)
    tag = etag(mark, *representation.parts) if mark else ""
    if tag and asked is not None and asked.contains_weak(tag) and not asked.star_tag:
        return _response(tag, None, info, vary=vary)
    answer = here.cache.get(mark, representation.parts) if mark else None
    if answer is None:
        made = representation.make()
        if isinstance(made, Response):
            return made
        here.cache.put(mark, representation.parts, made)
        answer = made
    return _response(tag or body_tag(answer), answer, info, vary=vary)


def _response(tag: str, kept: Kept | None, info: GenerationInfo, *, vary: bool) -> Response:
    asked = request.if_none_match if request.method in ("GET", "HEAD") else None
    if kept is None or (asked is not None and asked.contains_weak(tag)):
        response = Response(status=304)
        del response.headers["Content-Type"]
    else:
        response = Response(kept.body, content_type=kept.media_type)
        response.headers.extend(kept.headers)
        response.headers["Hubgraph-Generation"] = info.number
        response.headers["Hubgraph-Data-Date"] = info.data_date
    if request.method in ("GET", "HEAD"):
        response.set_etag(tag)
    response.headers["Cache-Control"] = _FRESH
    if vary:
        response.headers["Vary"] = "Accept"
    return response
