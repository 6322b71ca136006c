"""What several test modules share: a store of the bundled data, and the application over it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings

from hubgraph.ingest.load import load
from hubgraph.ingest.progress import Silent
from hubgraph.ingest.summary import LoadOptions
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.settings import Settings
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.web.app import create_app

# No test depends on how fast a machine is.
hypothesis_settings.register_profile("unhurried", deadline=None)
hypothesis_settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def bundled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store folder with one generation: the sourced facts and the fictional borough."""
    folder = tmp_path_factory.mktemp("bundled")
    paths = [content("data", name) for name in ("facts", "example")]
    load(paths, Settings(store=str(folder)), LoadOptions(), Silent())
    return folder


@pytest.fixture(scope="session")
def web_settings(bundled_folder: Path) -> Settings:
    return Settings(
        store=str(bundled_folder), base_url="https://hubs.example.org", workers=2, query_seconds=20.0
    )


@pytest.fixture(scope="session")
def web_app(bundled_folder: Path, web_settings: Settings) -> Iterator[Flask]:
    """The application over the bundled data, with the public address https://hubs.example.org."""
    store = EmbeddedStore(bundled_folder, web_settings)
    yield create_app(store, Catalogue.read(content("queries")), web_settings)
    store.close()


@pytest.fixture
def client(web_app: Flask) -> FlaskClient:
    return web_app.test_client()
