"""Addresses that the server writes: relative ones for pages, absolute ones from the settings and nothing else.

`Host` and `X-Forwarded-*` decide nothing (docs/decisions/0002) unless the server was told to trust one proxy.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, has_request_context, request

from hubgraph.settings import Settings
from hubgraph.terms import encode_key, split_record_iri
from hubgraph.web.world import world


def install(app: Flask) -> None:
    """Let the redirects that the router makes by itself stand under the public address."""
    app.after_request(_public_location)


def _public_location(response: Response) -> Response:
    """Replace the address that the router made from the Host field (it ends a path with a slash where one is missing)."""
    if response.status_code != HTTPStatus.PERMANENT_REDIRECT:
        return response
    target = urlsplit(response.headers["Location"])
    path = target.path.removeprefix(request.script_root)
    response.headers["Location"] = absolute(f"{path}{f'?{target.query}' if target.query else ''}")
    response.set_data(b"")
    return response


def server_root(settings: Settings) -> str:
    """Return the public address of the server without a trailing slash."""
    forwarded = has_request_context() and "X-Forwarded-Host" in request.headers
    if settings.trust_proxy and forwarded:
        return request.url_root.rstrip("/")
    return settings.base_url or f"http://{settings.host}:{settings.port}"


def absolute(path: str) -> str:
    """Return the absolute IRI of a path that starts with a slash and is already percent-encoded."""
    return f"{server_root(world().settings)}{path}"


def mount(settings: Settings) -> str:
    """Return the path under which a proxy shows the server, from base_url; empty at the top."""
    return urlsplit(settings.base_url).path.rstrip("/")


def local(path: str) -> str:
    """Return a link, relative to the host, to a path that starts with a slash and is already percent-encoded."""
    return f"{request.script_root}{path}"


def page_path(kind: str, key: str, suffix: str = "") -> str:
    """Return the link to the page of a record; suffix is for example `.ttl`, key is not yet encoded."""
    return local(f"/{kind}/{encode_key(key)}{suffix}")


def iri_path(iri: str, base: str) -> str:
    """Return the link to the page of a record given by IRI, or the IRI itself where it is not one of ours."""
    split = split_record_iri(iri, base)
    return page_path(*split) if split else iri
