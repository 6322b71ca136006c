"""The constraints of one shape, read from a shapes graph (SHACL, sections 4 and 5)."""

import re
from typing import Final

from pyparsing import ParseBaseException
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SH, XSD
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.term import Node

from hubgraph.checks.model import Constraint, to_node_key, to_term
from hubgraph.checks.paths import read_list
from hubgraph.errors import ShapesError
from hubgraph.terms import shorten

_COUNTS: Final = {
    SH.minCount: "MinCount", SH.maxCount: "MaxCount", SH.minLength: "MinLength", SH.maxLength: "MaxLength",
}  # fmt: skip
_IRIS: Final = {
    SH["class"]: "Class", SH.datatype: "Datatype", SH.nodeKind: "NodeKind", SH.equals: "Equals",
    SH.disjoint: "Disjoint", SH.lessThan: "LessThan", SH.lessThanOrEquals: "LessThanOrEquals",
}  # fmt: skip
_LITERALS: Final = {
    SH.minInclusive: "MinInclusive", SH.maxInclusive: "MaxInclusive",
    SH.minExclusive: "MinExclusive", SH.maxExclusive: "MaxExclusive",
}  # fmt: skip
_LISTS: Final = {SH["in"]: "In", SH.languageIn: "LanguageIn"}
_SHAPE_LISTS: Final = {SH["or"]: "Or", SH["and"]: "And", SH.xone: "Xone"}
_SHAPES: Final = {SH["not"]: "Not", SH.node: "Node"}
_ONLY_PROPERTY: Final = (
    SH.minCount, SH.maxCount, SH.uniqueLang, SH.lessThan, SH.lessThanOrEquals, SH.qualifiedValueShape,
)  # fmt: skip
_ONCE: Final = (
    *_COUNTS, SH.datatype, SH.nodeKind, *_LITERALS, *_LISTS, SH.uniqueLang, SH.closed, SH.ignoredProperties,
)  # fmt: skip
_NODE_KINDS: Final = ("BlankNode", "IRI", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
_SILENT: Final = frozenset(
    SH[name]
    for name in (
        "path", "property", "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "severity",
        "message", "deactivated", "name", "description", "order", "group", "defaultValue", "flags",
        "ignoredProperties", "qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint",
        "declare", "prefixes",
    )
)  # fmt: skip
_OWN: Final = frozenset(
    {SH.hasValue, SH.pattern, SH.uniqueLang, SH.closed, SH.qualifiedValueShape, SH.sparql}
)
_FAR_REGEX: Final = re.compile(r"\(\?[=!<P]|(?<!\\)\\[1-9]|\\[pPiIcC]|-\[")

_DERIVED: Final = frozenset(
    str(XSD[name])
    for name in (
        "long", "int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte",
        "positiveInteger", "nonNegativeInteger", "negativeInteger", "nonPositiveInteger",
    )
)  # fmt: skip
FOLDED: Final = "sh:datatype with a type derived from xsd:integer"
"""The store keeps such literals as xsd:integer, so only the files themselves can answer."""

Read = tuple[tuple[Constraint, ...], list[Node], tuple[str, ...]]


def read_constraints(graph: Graph, node: Node, *, is_property: bool) -> Read:
    """Return constraints, the shapes they use, and in words what is not covered; raise ShapesError if ill-formed."""
    given = {predicate for predicate in graph.predicates(node, None) if isinstance(predicate, URIRef)}
    _check_form(graph, node, given, is_property=is_property)
    found: list[Constraint] = []
    used: list[Node] = []
    for predicate in sorted(given):
        for value in sorted(graph.objects(node, predicate), key=str):
            found.extend(_simple(graph, predicate, value))
            found.extend(_shape_based(graph, predicate, value, used))
    found.extend(_own(graph, node, used))
    return tuple(found), used, tuple(_uncovered(graph, node, given, found, is_property=is_property))


def _check_form(graph: Graph, node: Node, given: set[URIRef], *, is_property: bool) -> None:
    for predicate in _ONLY_PROPERTY:
        if predicate in given and not is_property:
            raise ShapesError(f"is a node shape and has {shorten(str(predicate))}, which needs a path.")
    for predicate in _ONCE:
        if len(list(graph.objects(node, predicate))) > 1:
            raise ShapesError(f"has more than one {shorten(str(predicate))}.")


def _simple(graph: Graph, predicate: URIRef, value: Node) -> list[Constraint]:
    name = shorten(str(predicate))
    if predicate in _COUNTS:
        return [Constraint(_COUNTS[predicate], number=_count(value, name))]
    if predicate in _IRIS:
        if not isinstance(value, URIRef):
            raise ShapesError(f"has {name} with a value that is not an IRI.")
        if predicate == SH.nodeKind and str(value) not in {str(SH) + kind for kind in _NODE_KINDS}:
            raise ShapesError(f"has {name} with {shorten(str(value))}, which is no kind of node.")
        return [Constraint(_IRIS[predicate], terms=(to_term(value),))]
    if predicate in _LITERALS:
        if not isinstance(value, Literal):
            raise ShapesError(f"has {name} with a value that is not a literal.")
        return [Constraint(_LITERALS[predicate], terms=(to_term(value),))]
    if predicate in _LISTS:
        members = read_list(graph, value)
        return [Constraint(_LISTS[predicate], terms=tuple(to_term(each) for each in members))]
    if predicate == SH.hasValue:
        return [Constraint("HasValue", terms=(to_term(value),))]
    return []


def _count(value: Node, name: str) -> int:
    if not isinstance(value, Literal) or value.datatype != XSD.integer or value.ill_typed:
        raise ShapesError(f"has {name} with a value that is not an xsd:integer.")
    return int(value)


def _shape_based(graph: Graph, predicate: URIRef, value: Node, used: list[Node]) -> list[Constraint]:
    if predicate in _SHAPE_LISTS:
        members = read_list(graph, value)
    elif predicate in _SHAPES:
        members = [value]
    else:
        return []
    if any(isinstance(each, Literal) for each in members):
        raise ShapesError(f"has {shorten(str(predicate))} with a literal where a shape is needed.")
    used.extend(members)
    kind = (_SHAPE_LISTS | _SHAPES)[predicate]
    return [Constraint(kind, shapes=tuple(to_node_key(each) for each in members))]


def _own(graph: Graph, node: Node, used: list[Node]) -> list[Constraint]:
    found: list[Constraint] = []
    flags = str(graph.value(node, SH.flags) or "")
    for pattern in sorted(graph.objects(node, SH.pattern), key=str):
        try:
            re.compile(str(pattern))
        except re.error as error:
            raise ShapesError(f"has a sh:pattern that is not a regular expression: {error}.") from None
        found.append(Constraint("Pattern", text=str(pattern), flags=flags))
    if _truth(graph, node, SH.uniqueLang):
        found.append(Constraint("UniqueLang"))
    if _truth(graph, node, SH.closed):
        found.append(_closed(graph, node))
    found.extend(_qualified(graph, node, used))
    found.extend(_sparql(graph, each) for each in sorted(graph.objects(node, SH.sparql), key=str))
    return [rule for rule in found if rule.kind]


def _truth(graph: Graph, node: Node, predicate: URIRef) -> bool:
    value = graph.value(node, predicate)
    if value is None:
        return False
    if not isinstance(value, Literal) or value.datatype != XSD.boolean:
        raise ShapesError(f"has {shorten(str(predicate))} with a value that is not true or false.")
    # Only the literal "true" switches sh:uniqueLang on (SHACL, section 4.4.2).
    return str(value) == "true"


def _closed(graph: Graph, node: Node) -> Constraint:
    allowed = {path for each in graph.objects(node, SH.property) for path in graph.objects(each, SH.path)}
    ignored = graph.value(node, SH.ignoredProperties)
    members = [*allowed, *(read_list(graph, ignored) if ignored is not None else [])]
    return Constraint(
        "Closed", terms=tuple(to_term(each) for each in sorted(members, key=str) if isinstance(each, URIRef))
    )


def _qualified(graph: Graph, node: Node, used: list[Node]) -> list[Constraint]:
    found: list[Constraint] = []
    disjoint = _truth(graph, node, SH.qualifiedValueShapesDisjoint)
    for value in sorted(graph.objects(node, SH.qualifiedValueShape), key=str):
        used.append(value)
        siblings: set[Node] = set()
        for parent in graph.subjects(SH.property, node) if disjoint else ():
            siblings |= {
                s
                for each in graph.objects(parent, SH.property)
                for s in graph.objects(each, SH.qualifiedValueShape)
            }
        keys = tuple(sorted(to_node_key(each) for each in siblings - {value}))
        used.extend(siblings)
        for predicate, kind in (
            (SH.qualifiedMinCount, "QualifiedMinCount"),
            (SH.qualifiedMaxCount, "QualifiedMaxCount"),
        ):
            number = graph.value(node, predicate)
            if number is not None:
                count = _count(number, shorten(str(predicate)))
                found.append(Constraint(kind, shapes=(to_node_key(value),), number=count, siblings=keys))
    return found


def _sparql(graph: Graph, node: Node) -> Constraint:
    if str(graph.value(node, SH.deactivated) or "") == "true":
        return Constraint("")
    text = graph.value(node, SH.select)
    if text is None:
        raise ShapesError("has sh:sparql without a sh:select.")
    declared = [part for each in graph.objects(node, SH.prefixes) for part in _prefixes(graph, each)]
    query = "\n".join([*dict.fromkeys(declared), str(text)])
    try:
        parseQuery(query.replace("$PATH", "<urn:x-hubgraph:path>"))
    except (ParseBaseException, ValueError) as error:
        raise ShapesError(
            f"has a sh:select that is not SPARQL 1.1: {' '.join(str(error).split())[:160]}"
        ) from None
    messages = tuple(sorted(str(each) for each in graph.objects(node, SH.message)))
    return Constraint("SPARQL", text=query, source=to_term(node), messages=messages)


def _prefixes(graph: Graph, node: Node) -> list[str]:
    declared = sorted(graph.objects(node, SH.declare), key=str)
    return sorted(
        f"PREFIX {graph.value(each, SH.prefix)}: <{graph.value(each, SH.namespace)}>" for each in declared
    )


def _uncovered(
    graph: Graph, node: Node, given: set[URIRef], found: list[Constraint], *, is_property: bool
) -> list[str]:
    known = {*_COUNTS, *_IRIS, *_LITERALS, *_LISTS, *_SHAPE_LISTS, *_SHAPES, *_OWN, *_SILENT}
    custom = {
        path
        for component in graph.subjects(RDF.type, SH.ConstraintComponent)
        for parameter in graph.objects(component, SH.parameter)
        for path in graph.objects(parameter, SH.path)
    }
    far = [
        f"{shorten(str(each))}"
        for each in sorted(given)
        if each in custom or (each in SH and each not in known)
    ]
    far.extend(
        f"sh:pattern {rule.text!r}, which needs a fuller regular-expression engine"
        for rule in found
        if rule.kind == "Pattern" and (_FAR_REGEX.search(rule.text) or set(rule.flags) - set("ismx"))
    )
    far.extend(FOLDED for rule in found if rule.kind == "Datatype" and rule.terms[0].value in _DERIVED)
    if is_property and any(rule.kind == "Closed" for rule in found):
        far.append("sh:closed on a property shape")
    if any(term.kind == "bnode" for rule in found for term in rule.terms):
        far.append("a blank node as a value of a constraint")
    if any(to_term(each).kind == "bnode" for each in graph.objects(node, SH.targetNode)):
        far.append("a blank node as a target")
    return far
