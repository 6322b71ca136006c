"""One line per request: id, method, path, status, milliseconds; query strings only where the settings ask for them."""

import logging
import secrets
import time
from typing import Final

from flask import Flask, Response, g, request

from hubgraph.web.world import world

_LOGGER: Final = logging.getLogger("hubgraph.access")


def install(app: Flask) -> None:
    """Log the requests of an application; to be installed first, so that every other step is within the time."""
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.request_id = secrets.token_hex(4)
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    milliseconds = (time.perf_counter() - g.started) * 1000
    path = request.full_path if world().settings.log_queries else request.path
    line = path.encode("unicode_escape").decode("ascii")
    _LOGGER.info(
        "%s %s %s %d %.1f ms", g.request_id, request.method, line, response.status_code, milliseconds
    )
    response.headers["Hubgraph-Request"] = g.request_id
    return response
