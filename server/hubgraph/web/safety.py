"""Headers that stand on every response, errors included, and what browsers of other sites may read."""

from typing import Final

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_ALWAYS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_READS: Final = ("GET", "HEAD", "OPTIONS")
_EXPOSED: Final = (
    "Content-Disposition, ETag, Hubgraph-As-Of, Hubgraph-Attribution, Hubgraph-Data-Date, Hubgraph-Generation, "
    "Hubgraph-Notes, Hubgraph-Query, Hubgraph-Request, Hubgraph-Rows, Hubgraph-Total, Link, Retry-After"
)


def install(app: Flask) -> None:
    """Put the headers on every response of an application."""
    app.after_request(_add_headers)


def is_open_read(method: str, path: str) -> bool:
    """Tell whether pages of other origins may read the answer; none of these takes credentials."""
    return method in _READS or (method == "POST" and path.rstrip("/") == "/sparql")


def _add_headers(response: Response) -> Response:
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    if is_open_read(request.method, request.path):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = _EXPOSED
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET, HEAD, OPTIONS")
        response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response
