"""Keep search engines away from what is about people, whatever form it is asked in."""

from typing import Final

from flask import Flask, Response, request

ABOUT_PEOPLE: Final = ("person", "appointment")
"""Kinds of record whose pages and data ask search engines to stay away."""
_IDENTIFIERS: Final = "/id"


def install(app: Flask) -> None:
    """Put the header on every answer about people of an application, redirects and errors included."""
    app.after_request(_add_header)


def is_about_people(path: str) -> bool:
    """Tell whether a path is that of a record about people: its page, its data, or its identifier."""
    kind, slash, _ = path.removeprefix(_IDENTIFIERS).removeprefix("/").partition("/")
    return bool(slash) and kind in ABOUT_PEOPLE


def _add_header(response: Response) -> Response:
    if is_about_people(request.path):
        response.headers["X-Robots-Tag"] = "noindex"
    return response
