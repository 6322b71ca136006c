"""hubgraph: a knowledge graph of England's school-improvement landscape with a query interface."""

__version__ = "0.1.0"
