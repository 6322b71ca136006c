"""Signing in with the token of the server: a signed cookie and no session store, and a mark in forms against forgery.

The cookie is `expiry.nonce.signature`, signed with a key made from the token, so that another token ends every
sign-in. Nothing is kept on the server: signing out takes the cookie from the browser.
"""

import hmac
import secrets
import time
from typing import Final

from flask import Response, request

from hubgraph.errors import HubgraphError
from hubgraph.web.links import mount, server_root
from hubgraph.web.world import world

COOKIE: Final = "hubgraph-sign-in"
FIELD: Final = "form_mark"
"""Name of the form field that carries the mark."""
LASTS: Final = 12 * 60 * 60
"""Seconds that a sign-in lasts."""


class NotSignedInError(HubgraphError):
    """A decision was sent without a sign-in that holds, or by a form that this server did not write for it."""


def can_sign_in() -> bool:
    """Tell whether the server has a token at all."""
    return bool(world().settings.token)


def is_token(given: str) -> bool:
    """Tell whether what was typed is the token; takes as long for a near miss as for any other."""
    token = world().settings.token
    return bool(token) and hmac.compare_digest(_signed("typed", given.strip()), _signed("typed", token))


def is_signed_in() -> bool:
    """Tell whether the request carries a cookie that this server signed and that has not run out."""
    expiry, _, rest = request.cookies.get(COOKIE, "").partition(".")
    nonce, _, signature = rest.partition(".")
    if not can_sign_in() or not (expiry.isascii() and expiry.isdigit()):
        return False
    good = _signed("cookie", f"{expiry}.{nonce}")
    return hmac.compare_digest(signature.encode(), good.encode()) and int(expiry) > time.time()


def form_mark() -> str:
    """Return the mark that forms of this sign-in carry, empty where nobody is signed in."""
    return _signed("form", request.cookies[COOKIE]) if is_signed_in() else ""


def require_sign_in() -> None:
    """Raise NotSignedInError unless the form came from a page that this server wrote for this sign-in."""
    if not can_sign_in():
        raise NotSignedInError(
            "This server has no token, so decisions are made on the command line only; see hubgraph match and hubgraph explain."
        )
    if not is_signed_in():
        raise NotSignedInError("Only who is signed in can decide; sign in at /sign-in and send it again.")
    given = request.form.get(FIELD, "")
    if not hmac.compare_digest(given.encode(), form_mark().encode()):
        raise NotSignedInError(
            "The form does not belong to this sign-in; open its page again and decide there."
        )


def sign_in(response: Response) -> None:
    """Give the browser a signed cookie."""
    body = f"{int(time.time()) + LASTS}.{secrets.token_urlsafe(12)}"
    response.set_cookie(
        COOKIE,
        f"{body}.{_signed('cookie', body)}",
        max_age=LASTS,
        path=mount(world().settings) or "/",
        secure=server_root(world().settings).startswith("https:"),
        httponly=True,
        samesite="Strict",
    )


def sign_out(response: Response) -> None:
    """Take the cookie from the browser."""
    response.delete_cookie(COOKIE, path=mount(world().settings) or "/", httponly=True, samesite="Strict")


def _signed(purpose: str, text: str) -> str:
    """Return a signature that holds for one purpose only."""
    key = hmac.digest(world().settings.token.encode(), f"hubgraph {purpose}".encode(), "sha256")
    return hmac.new(key, text.encode(), "sha256").hexdigest()
