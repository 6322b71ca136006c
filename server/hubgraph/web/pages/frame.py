"""What stands around every page: navigation, data date, licences, the fictional-data banner; and its answer to HTTP."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from pathlib import Path
from typing import Final, ParamSpec

from flask import Response, render_template, request, url_for

from hubgraph.errors import HubgraphError
from hubgraph.web.caching import Kept
from hubgraph.web.links import local
from hubgraph.web.memory import once, sources
from hubgraph.web.pages.formatting import long_date
from hubgraph.web.representation import Representation, respond
from hubgraph.web.world import world

_P = ParamSpec("_P")
_HTML: Final = "text/html; charset=utf-8"
_STATIC: Final = Path(__file__).resolve().parent.parent / "static"
GOVUK: Final = "vendor/govuk-frontend-6.3.0/govuk-frontend.min.css"
NAVIGATION: Final = (
    ("questions", "/queries", "Questions"),
    ("search", "/search", "Search"),
    ("editor", "/editor", "SPARQL"),
    ("data", "/data/", "Data"),
    ("vocabulary", "/ns", "Vocabulary"),
    ("about", "/about", "About"),
)
"""Section, path and label, in the order of the bar."""
LICENCES: Final = {
    "http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/": "Open Government Licence v3.0",
    "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/": "Open Government Licence v3.0",
    "https://creativecommons.org/licenses/by/4.0/": "CC BY 4.0",
    "https://creativecommons.org/publicdomain/zero/1.0/": "CC0 1.0",
}
"""Licence IRI → its name; others are shown as they are."""


@dataclass(frozen=True, slots=True)
class Site:
    """Facts of the generation that every page states; empty where the store cannot say."""

    data_date: str = ""
    generation: str = ""
    has_fictional: bool = False
    only_fictional: bool = False
    licences: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way to a page."""

    label: str
    href: str


def crumbs(*steps: tuple[str, str]) -> tuple[Crumb, ...]:
    """Return the way from the home page over (label, path) steps."""
    return tuple(Crumb(label, local(path)) for label, path in (("Home", "/"), *steps))


def licence_name(iri: str) -> str:
    """Return the name of a licence, or its IRI."""
    return LICENCES.get(iri, iri)


def site() -> Site:
    """Return the facts of the current generation; of a store that cannot answer, none, so that its error has a page."""
    try:
        return once("site", _read_site)
    except HubgraphError:
        return Site()


def _read_site() -> Site:
    info = world().store.info()
    found = tuple(sources().values())
    fictional = [source for source in found if "fictional" in f"{source.key} {source.title}".lower()]
    licences = sorted({source.licence for source in found if source.licence})
    return Site(
        data_date=long_date(info.data_date),
        generation=info.number,
        has_fictional=bool(fictional),
        only_fictional=bool(found) and len(fictional) == len(found),
        licences=tuple((licence_name(licence), licence) for licence in licences),
    )


def asset(name: str) -> str:
    """Return the link to a static file, with a mark of its content so that it may be kept for ever."""
    return url_for("static", filename=name, v=once(("asset", name), lambda: _mark(name)))


def _mark(name: str) -> str:
    return hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:10]


def page(template: str, *, status: int = 200, **values: object) -> Response:
    """Return a page: rendered template, with the facts of the site."""
    return Response(render_template(template, **values), status, content_type=_HTML)


def kept(view: Callable[_P, Response]) -> Callable[_P, Response]:
    """Keep what a view answers until the next generation, and answer 304 to who has it already.

    Only for views that depend on nothing but their address and the store. Errors and other statuses are not kept.
    """

    @wraps(view)
    def answered(*args: _P.args, **kwargs: _P.kwargs) -> Response:
        def make() -> Kept | Response:
            response = view(*args, **kwargs)
            if response.status_code != HTTPStatus.OK:
                return response
            return Kept(response.get_data(), _HTML, _links_of(response))

        whole = Representation(("page", request.full_path), make)
        return respond(lambda _: whole)

    return answered


def _links_of(response: Response) -> dict[str, str]:
    links = response.headers.getlist("Link")
    return {"Link": ", ".join(links)} if links else {}
