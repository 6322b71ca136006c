"""Derived facts written as N-Triples terms."""

from decimal import Decimal
from typing import Final

from hubgraph.terms import HG, XSD

Triple = tuple[str, str, str]
"""Subject, predicate and object, each in N-Triples form."""

_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def node(iri: str) -> str:
    """Return an IRI in N-Triples form."""
    return f"<{iri}>"


def ours(name: str) -> str:
    """Return a term of our own ontology in N-Triples form."""
    return f"<{HG}{name}>"


def literal(value: str | int | Decimal, datatype: str = "") -> str:
    """Return a literal in N-Triples form; integers and decimals get their datatype."""
    if isinstance(value, str):
        text = f'"{value.translate(_ESCAPES)}"'
        return f"{text}^^<{XSD}{datatype}>" if datatype else text
    kind = "integer" if isinstance(value, int) else "decimal"
    return f'"{value}"^^<{XSD}{kind}>'
