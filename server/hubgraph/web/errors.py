"""From errors to statuses: one table, one problem document (RFC 9457) or page, one handler for what nobody foresaw."""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, current_app, json, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.http import HTTP_STATUS_CODES

from hubgraph.errors import (
    HubgraphError,
    InputError,
    ParameterError,
    QueryError,
    QueryForbiddenError,
    QueryFormatError,
    QueryMemoryError,
    QuerySyntaxError,
    QueryTimeoutError,
    QueryTooLargeError,
    ServerBusyError,
    StoreError,
    UnknownQueryError,
    UnknownRecordError,
)
from hubgraph.web.negotiation import prefers_html
from hubgraph.web.signin import NotSignedInError

STATUSES: Final[Mapping[type[HubgraphError], int]] = {
    ParameterError: 400,
    QuerySyntaxError: 400,
    QueryForbiddenError: 400,
    InputError: 400,
    UnknownQueryError: 404,
    UnknownRecordError: 404,
    QueryFormatError: 406,
    QueryTooLargeError: 413,
    QueryError: 502,
    QueryMemoryError: 503,
    ServerBusyError: 503,
    StoreError: 503,
    QueryTimeoutError: 504,
}
"""Type of error → status; a type that is not named has the status of its nearest ancestor that is."""

RETRY_SECONDS: Final = 2
"""What Retry-After says when all workers are busy."""

_SUGGESTIONS: Final[Mapping[int, str]] = {
    400: "Check what was asked; the sentence above says what is wrong with it.",
    403: "Sign in with the token of the server, or decide on the command line.",
    404: "Look for it with the search, or start from the home page.",
    405: "Open the address in a browser, or ask with one of the methods that it allows.",
    406: "Ask for another format.",
    413: "Ask for less: narrow the query or add a LIMIT.",
    415: "Send the body in another format.",
    503: "Try again in a few seconds.",
    504: "Narrow the query, or ask for less at once.",
}
_LOGGER: Final = logging.getLogger("hubgraph.web")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: status, title and one sentence; parameter and example for a wrong value; error_id for the log."""

    status: int
    title: str
    detail: str
    type: str = "about:blank"
    parameter: str = ""
    example: str = ""
    error_id: str = ""
    suggestion: str = ""


class NotAcceptableError(HubgraphError):
    """None of the formats that the request accepts can be written."""


class UnsupportedMediaTypeError(HubgraphError):
    """The request carries its body in a format that is not taken."""


_WEB_STATUSES: Final[Mapping[type[HubgraphError], int]] = {
    NotSignedInError: 403,
    NotAcceptableError: 406,
    UnsupportedMediaTypeError: 415,
}


def install(app: Flask) -> None:
    """Let an application answer every error with a problem document or a page."""
    app.register_error_handler(HubgraphError, _known)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def status_of(error: HubgraphError) -> int:
    """Return the status of an error by its nearest ancestor in the table."""
    for ancestor in type(error).__mro__:
        status = STATUSES.get(ancestor) or _WEB_STATUSES.get(ancestor)
        if status is not None:
            return status
    return 500


def problem_response(problem: Problem) -> Response:
    """Return a problem as a page for a browser, else as problem+json."""
    if prefers_html(request.headers.get("Accept")):
        # The frame of other pages asks the store, which may be what is broken.
        template = "fault.html" if problem.error_id else "error.html"
        body = render_template(template, **{name: getattr(problem, name) for name in Problem.__slots__})
        response = Response(body, problem.status, mimetype="text/html")
    else:
        document = {
            "type": problem.type,
            "title": problem.title,
            "status": problem.status,
            "detail": problem.detail,
        }
        extra = {"parameter": problem.parameter, "example": problem.example, "error_id": problem.error_id}
        document |= {name: value for name, value in extra.items() if value}
        response = Response(
            json.dumps(document) + "\n", problem.status, content_type="application/problem+json"
        )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept"
    return response


def _problem(status: int, detail: str, **more: str) -> Problem:
    title = HTTP_STATUS_CODES.get(status, "Error")
    return Problem(status, title, detail, suggestion=_SUGGESTIONS.get(status, ""), **more)


def _known(error: HubgraphError) -> Response:
    status = status_of(error)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return _unforeseen(error)
    if isinstance(error, ParameterError):
        problem = _problem(status, str(error), parameter=error.parameter, example=error.example)
        return problem_response(problem)
    response = problem_response(_problem(status, str(error)))
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _http(error: HTTPException) -> Response:
    """Answer what Flask itself refuses."""
    status = error.code or 500
    detail = _DETAILS.get(status, error.description or HTTP_STATUS_CODES.get(status, ""))
    response = problem_response(_problem(status, detail))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


_DETAILS: Final[Mapping[int, str]] = {
    404: "There is nothing at this address.",
    405: "This address does not take that method; Allow names those that it takes.",
    413: "The body of the request is too long.",
}


def _unforeseen(error: Exception) -> Response:
    """Log what nobody foresaw under an id, and say no more than the id."""
    error_id = secrets.token_hex(4)
    _LOGGER.error("error %s: %s %s", error_id, request.method, request.path, exc_info=error)
    if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    detail = f"The server could not answer because of a fault of its own. It is in the log as {error_id}."
    return problem_response(_problem(500, detail, error_id=error_id))
