"""A SELECT on either of the two engines that saved queries are written for."""

import pyoxigraph
import rdflib

from hubgraph.store.base import Table
from hubgraph.store.results import read_table


def select_on(engine: rdflib.Graph | pyoxigraph.Store, query: str) -> Table:
    """Return the rows of a SELECT."""
    if isinstance(engine, pyoxigraph.Store):
        results = engine.query(query)
        assert isinstance(results, pyoxigraph.QuerySolutions)
        body = results.serialize(format=pyoxigraph.QueryResultsFormat.JSON)
    else:
        body = engine.query(query).serialize(format="json")
    assert body is not None
    return read_table(body)
