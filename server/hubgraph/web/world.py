"""What every request can reach: store, catalogue, settings and kept answers; nothing of it is global."""

from dataclasses import dataclass
from typing import Final, cast

from flask import current_app

from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.settings import Settings
from hubgraph.store.base import Store
from hubgraph.web.caching import ResultCache

EXTENSION: Final = "hubgraph"
"""Key of the world in `app.extensions`."""


@dataclass(frozen=True, slots=True)
class World:
    """The arguments of create_app and the cache of one application."""

    store: Store
    catalogue: Catalogue
    settings: Settings
    cache: ResultCache


def world() -> World:
    """Return the world of the application that is answering."""
    return cast("World", current_app.extensions[EXTENSION])
