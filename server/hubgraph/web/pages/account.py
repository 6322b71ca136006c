"""Signing in and out, and the folder that decisions made on pages are written to."""

from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Response, current_app, request

from hubgraph.errors import HubgraphError
from hubgraph.store.opening import is_remote
from hubgraph.web.links import local
from hubgraph.web.pages.form import Fault
from hubgraph.web.pages.frame import crumbs, page
from hubgraph.web.signin import (
    can_sign_in,
    form_mark,
    is_signed_in,
    is_token,
    require_sign_in,
    sign_in,
    sign_out,
)
from hubgraph.web.world import world

if TYPE_CHECKING:
    from hubgraph.web.throttle import Throttle

THROTTLE: Final = "hubgraph.throttle"
"""Key of the throttle of sign-ins in `app.extensions`."""


def register(blueprint: Blueprint) -> None:
    """Add the pages to a blueprint."""
    blueprint.add_url_rule("/sign-in", "sign_in", show, methods=["GET", "POST"])
    blueprint.add_url_rule("/sign-out", "sign_out", leave, methods=["POST"])


def show() -> Response:
    """Ask for the token; with the right one sign in and lead back to where the visitor was."""
    back = _safe(request.values.get("back", ""))
    if request.method != "POST" or not can_sign_in():
        return _form(back)
    address = request.remote_addr or ""
    throttle = cast("Throttle", current_app.extensions[THROTTLE])
    seconds = throttle.wait(address)
    if seconds:
        response = _form(back, f"too many wrong ones came from here; wait {seconds} seconds.", status=429)
        response.headers["Retry-After"] = str(seconds)
        return response
    if not is_token(request.form.get("token", "")):
        throttle.fail(address)
        return _form(back, "this is not the token of this server.", status=403)
    response = see_other(back)
    sign_in(response)
    return response


def _form(back: str, fault: str = "", *, status: int = 200) -> Response:
    faults = (Fault(f"Token: {fault}", "#token"),) if fault else ()
    return unkept(
        page(
            "sign_in.html",
            status=status,
            back=back,
            fault=fault,
            faults=faults,
            can_sign_in=can_sign_in(),
            is_signed_in=is_signed_in(),
            mark=form_mark(),
            steps=crumbs(),
        )
    )


def leave() -> Response:
    """Sign out."""
    require_sign_in()
    response = see_other("/")
    sign_out(response)
    return response


def see_other(path: str) -> Response:
    """Return a redirect after a form to a path of this server.

    The address is relative: browsers check a redirect after a form against form-action, and stay where they were signed in.
    """
    response = Response(status=303)
    response.headers["Location"] = local(path)
    response.headers["Cache-Control"] = "no-store"
    return response


def unkept(response: Response) -> Response:
    """Return a response that nobody keeps, because it depends on who is signed in or on what is decided."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.vary.add("Cookie")
    return response


def decisions_folder() -> Path | None:
    """Return the folder of decisions of the store, None for a store elsewhere."""
    store = world().settings.store
    return None if is_remote(store) else Path(store) / "decisions"


def folder_to_write() -> Path:
    """Return the folder of decisions; raise where the store has none."""
    folder = decisions_folder()
    if folder is None:
        raise HubgraphError("Decisions stand in a store folder; this server reads a store elsewhere.")
    return folder


def _safe(path: str) -> str:
    """Return a path of this server; anything else is the review page."""
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if plain else "/matches"
