"""What findings need of a store while they are made: a store that is being built keeps this contract."""

from collections.abc import Iterable
from typing import Protocol

from hubgraph.store.base import Table, Term


class Workbench(Protocol):
    """A writable store that answers over the union of its graphs."""

    def select(self, query: str) -> Table:
        """Return the rows of a SELECT."""
        ...

    def construct(self, query: str) -> Iterable[tuple[Term, Term, Term]]:
        """Return the triples that a CONSTRUCT makes, those of one blank node together."""
        ...

    def construct_into(self, query: str, graph: str) -> int:
        """Add what a CONSTRUCT makes to a graph; return the number of triples."""
        ...

    def add(self, triples: Iterable[tuple[str, str, str]], graph: str) -> int:
        """Add triples in N-Triples form to a graph."""
        ...

    def clear(self, graph: str) -> None:
        """Empty a graph."""
        ...
