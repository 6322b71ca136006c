"""Which way of matching this installation has: by weights of evidence with the extra `match`, else inside one organisation."""

import importlib
from importlib.util import find_spec
from typing import Final, cast

from hubgraph.people import inside
from hubgraph.people.model import Scorer

_NEEDED: Final = ("duckdb", "splink")
_WEIGHING: Final = "hubgraph.people.linking"
"""Loaded by name, and only when there are records to match: it imports 300 MB of the extra."""


def available() -> bool:
    """Tell whether the extra `match` is installed."""
    return all(find_spec(name) is not None for name in _NEEDED)


def scorer() -> Scorer:
    """Return the best way of matching that is installed."""
    if not available():
        return inside.score
    return cast("Scorer", importlib.import_module(_WEIGHING).score)
