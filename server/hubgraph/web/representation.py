"""From a representation of something in the store to a response: ETag, 304, kept answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flask import Response, request

from hubgraph.store.base import GenerationInfo
from hubgraph.web.caching import Kept, body_tag, etag, generation_mark, on_one_generation
from hubgraph.web.world import world

_FRESH = "no-cache"
"""Kept by browsers and proxies, but asked for again each time, for a load may publish at any moment; a 304 is cheap."""


@dataclass(frozen=True, slots=True)
class Representation:
    """What identifies an answer within a generation (query text, parameters, format), and how it is made."""

    parts: tuple[str, ...]
    make: Callable[[], Kept]


@dataclass(frozen=True, slots=True)
class _Answered:
    """A tag and the answer it names; None where the asker has it already."""

    tag: str
    parts: tuple[str, ...] = ()
    kept: Kept | None = None
    headers: Sequence[tuple[str, str]] = field(default_factory=tuple)


def respond(prepare: Callable[[GenerationInfo], Representation], *, vary: bool = False) -> Response:
    """Return 304 before anything is run, the kept answer, or a fresh one; vary: the format was chosen by Accept."""
    here = world()
    asked = request.if_none_match if request.method in ("GET", "HEAD") else None

    def work(info: GenerationInfo) -> _Answered:
        representation = prepare(info)
        mark = generation_mark(info)
        if not mark:
            kept = representation.make()
            return _Answered(body_tag(kept), kept=kept)
        tag = etag(mark, *representation.parts)
        if asked is not None and asked.contains_weak(tag) and not asked.star_tag:
            return _Answered(tag)
        found = here.cache.get(mark, representation.parts)
        return _Answered(tag, representation.parts, found or representation.make())

    info, answered = on_one_generation(here.store, work)
    if answered.kept is not None and answered.parts:
        here.cache.put(generation_mark(info), answered.parts, answered.kept)
    return _response(answered, info, vary=vary)


def _response(answered: _Answered, info: GenerationInfo, *, vary: bool) -> Response:
    asked = request.if_none_match if request.method in ("GET", "HEAD") else None
    if answered.kept is None or (asked is not None and asked.contains_weak(answered.tag)):
        response = Response(status=304)
        del response.headers["Content-Type"]
    else:
        response = Response(answered.kept.body, content_type=answered.kept.media_type)
        response.headers.extend(answered.kept.headers)
        response.headers["Hubgraph-Generation"] = info.number
        response.headers["Hubgraph-Data-Date"] = info.data_date
    if request.method in ("GET", "HEAD"):
        response.set_etag(answered.tag)
    response.headers["Cache-Control"] = _FRESH
    if vary:
        response.headers["Vary"] = "Accept"
    return response
