"""From a setting to a store: a folder on this machine or the address of a SPARQL endpoint."""

from pathlib import Path

from hubgraph.settings import Settings
from hubgraph.store.base import Store
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.store.remote import RemoteStore


def is_remote(store: str) -> bool:
    """Tell whether a store setting is the address of an endpoint."""
    return store.startswith(("http://", "https://"))


def open_store(settings: Settings) -> Store:
    """Open the store that the settings name; raise NoGenerationError for a folder without a generation."""
    if is_remote(settings.store):
        return RemoteStore(settings.store, settings)
    return EmbeddedStore(Path(settings.store), settings)
