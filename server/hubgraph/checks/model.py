"""Shapes as frozen records: what the compiler and the report writers read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from rdflib import BNode, Graph
from rdflib import Literal as RdfLiteral
from rdflib.term import Node

from hubgraph.store.base import Term
from hubgraph.terms import SH, XSD

PathKind = Literal["predicate", "inverse", "sequence", "alternative", "zeroOrMore", "oneOrMore", "zeroOrOne"]
TargetKind = Literal["class", "node", "subjectsOf", "objectsOf"]

SEVERITIES: Final[tuple[str, ...]] = (f"{SH}Info", f"{SH}Warning", f"{SH}Violation")
"""The three severities of SHACL, mildest first."""


@dataclass(frozen=True, slots=True)
class Path:
    """A property path (SHACL, section 2.3.1): iri for a predicate, parts for everything else."""

    kind: PathKind
    iri: str = ""
    parts: tuple["Path", ...] = ()

    def text(self) -> str:
        """Return the path in SPARQL 1.1 syntax."""
        inner = [part.text() for part in self.parts]
        match self.kind:
            case "predicate":
                return f"<{self.iri}>"
            case "inverse":
                return f"^({inner[0]})"
            case "sequence":
                return f"({'/'.join(inner)})"
            case "alternative":
                return f"({'|'.join(inner)})"
            case _:
                mark = {"zeroOrMore": "*", "oneOrMore": "+", "zeroOrOne": "?"}[self.kind]
                return f"({inner[0]}){mark}"


@dataclass(frozen=True, slots=True)
class Target:
    """One target declaration; term is a class, a node or a predicate."""

    kind: TargetKind
    term: Term


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint. kind: name of its component without `ConstraintComponent` (MinCount, Class, SPARQL …).

    terms: values that stand in the shape. shapes: keys of the shapes it refers to. number: a count or length.
    text: a pattern or a whole query. flags: of a pattern. siblings: shapes of a disjoint qualified value shape.
    source: the sh:sparql node. messages: of the constraint itself, which win over those of the shape.
    """

    kind: str
    terms: tuple[Term, ...] = ()
    shapes: tuple[str, ...] = ()
    number: int = 0
    text: str = ""
    flags: str = ""
    siblings: tuple[str, ...] = ()
    source: Term | None = None
    messages: tuple[str, ...] = ()

    @property
    def component(self) -> str:
        """Return the IRI of the constraint component."""
        return f"{SH}{self.kind}ConstraintComponent"


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape (path is None) or a property shape. key: its IRI or `_:` and the name of its blank node.

    uncovered: in words, what the compiler does not cover of this very shape.
    """

    key: str
    path: Path | None = None
    targets: tuple[Target, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    properties: tuple[str, ...] = ()
    severity: str = f"{SH}Violation"
    messages: tuple[str, ...] = ()
    name: str = ""
    deactivated: bool = False
    uncovered: tuple[str, ...] = ()

    @property
    def term(self) -> Term:
        """Return the shape as a term."""
        return key_term(self.key)


@dataclass(frozen=True, slots=True)
class Shapes:
    """All shapes that were read: by key, the keys of those with targets, and the graph they came from."""

    shapes: Mapping[str, Shape]
    roots: tuple[str, ...]
    graph: Graph = field(repr=False, compare=False)

    def reachable(self, key: str) -> tuple[str, ...]:
        """Return the keys of a shape and of all shapes that it uses, in order of first use."""
        found: dict[str, None] = {}
        waiting = [key]
        while waiting:
            current = waiting.pop(0)
            if current not in found:
                found[current] = None
                waiting.extend(self._used_by(current))
        return tuple(found)

    def recursive(self, key: str) -> bool:
        """Tell whether a shape uses itself, directly or through others."""
        return any(key in self.reachable(used) for used in self._used_by(key))

    def _used_by(self, key: str) -> list[str]:
        shape = self.shapes[key]
        used = [other for rule in shape.constraints for other in (*rule.shapes, *rule.siblings)]
        return [*used, *shape.properties]


def key_term(key: str) -> Term:
    """Return the term that a shape's key stands for."""
    return Term("bnode", key[2:]) if key.startswith("_:") else Term("iri", key)


def to_term(node: Node) -> Term:
    """Return an rdflib node as a term; xsd:string counts as a plain literal (RDF 1.1)."""
    if isinstance(node, RdfLiteral):
        datatype = str(node.datatype or "")
        plain = datatype == f"{XSD}string"
        return Term("literal", str(node), "" if plain else datatype, node.language or "")
    return Term("bnode" if isinstance(node, BNode) else "iri", str(node))


def to_node_key(node: Node) -> str:
    """Return the key of a shape that stands as a node in the shapes graph."""
    return f"_:{node}" if isinstance(node, BNode) else str(node)


def quote(text: str) -> str:
    """Return text as a quoted SPARQL and N-Triples string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r") + '"'


def n3(term: Term) -> str:
    """Return a term in N-Triples form, which SPARQL takes as well (blank nodes only as variables there)."""
    if term.kind == "iri":
        return f"<{term.value}>"
    if term.kind == "bnode":
        return f"_:{term.value}"
    if term.language:
        return f"{quote(term.value)}@{term.language}"
    return f"{quote(term.value)}^^<{term.datatype}>" if term.datatype else quote(term.value)
