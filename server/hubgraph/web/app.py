"""The application factory."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from jinja2 import PackageLoader, StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.settings import Settings
from hubgraph.store.base import Store
from hubgraph.terms import KINDS
from hubgraph.web import (
    alternatives,
    dataset,
    downloads,
    dumps,
    errors,
    links,
    one_generation,
    openapi,
    operations,
    pages,
    protocol,
    quality_data,
    record_data,
    requestlog,
    robots,
    safety,
    search_data,
    vocabulary,
)
from hubgraph.web.caching import ResultCache
from hubgraph.web.links import absolute, iri_path, local, mount, page_path
from hubgraph.web.world import EXTENSION, World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class KindConverter(BaseConverter):
    """The kind of a record in a path."""

    regex = "|".join(KINDS)


class KeyConverter(BaseConverter):
    """The key of a record in a path: anything, slashes included, because servers decode %2F."""

    regex = ".+?"
    part_isolating = False


class _Mounted:
    """Serve under the path of the public address, whether or not the proxy in front takes it away."""

    def __init__(self, app: "WSGIApplication", prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == self._prefix or path.startswith(f"{self._prefix}/"):
            environ["PATH_INFO"] = path[len(self._prefix) :] or "/"
        environ["SCRIPT_NAME"] = self._prefix
        return self._app(environ, start_response)


def create_app(store: Store, catalogue: Catalogue, settings: Settings) -> Flask:
    """Return the application that answers from a store; the caller closes the store."""
    app = Flask("hubgraph.web", static_folder="static", template_folder="templates")
    app.extensions[EXTENSION] = World(
        store, catalogue, settings, ResultCache(settings.cache_mb * 1024 * 1024)
    )
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = 4 * settings.query_text_bytes
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.merge_slashes = False
    app.url_map.converters |= {"kind": KindConverter, "key": KeyConverter}
    _set_up_templates(app)
    requestlog.install(app)
    one_generation.install(app)
    errors.install(app)
    links.install(app)
    safety.install(app)
    robots.install(app)
    operations.install(app)
    alternatives.install(app)
    for module in (
        dataset,
        downloads,
        openapi,
        dumps,
        operations,
        protocol,
        quality_data,
        record_data,
        search_data,
        vocabulary,
        pages,
    ):
        app.register_blueprint(module.blueprint)
    if mount(settings):
        app.wsgi_app = _Mounted(app.wsgi_app, mount(settings))  # type: ignore[method-assign]
    if settings.trust_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1, x_prefix=1)  # type: ignore[method-assign]
    return app


def _set_up_templates(app: Flask) -> None:
    """Read the templates of the package strictly: an unknown name is an error."""
    app.jinja_loader = PackageLoader("hubgraph.web")
    app.jinja_options = {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "autoescape": True,
    }
    app.jinja_env.globals |= {
        "absolute": absolute,
        "iri_path": iri_path,
        "local": local,
        "page_path": page_path,
    }
