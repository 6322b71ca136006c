"""The compiled engine: every rule is one SELECT over the whole source, and what it cannot do goes to pySHACL."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from hubgraph.checks import queries
from hubgraph.checks.compiler import Compiler, Focus
from hubgraph.checks.constraints import FOLDED
from hubgraph.checks.messages import message_of
from hubgraph.checks.model import Constraint, Path, Shape, Shapes, n3
from hubgraph.checks.reference import check_apart
from hubgraph.checks.report import Report, Result, ordered, severity_rank
from hubgraph.checks.screening import Screen, Source, groups
from hubgraph.errors import ShapesError
from hubgraph.store.base import Row, Term
from hubgraph.terms import RDFS, shorten

_SUBCLASSES: Final = f"SELECT DISTINCT ?sub ?class WHERE {{ ?sub <{RDFS}subClassOf> ?class }}"
_COUNT: Final = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
_TRIPLES: Final = "SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o }"
_MOST_TRIPLES: Final = 200_000
"""Above this many triples pySHACL would take many minutes; the check says so instead of trying."""


def check(  # noqa: PLR0913 (what to check, and how)
    source: Source,
    shapes: Shapes,
    data: Graph | None = None,
    *,
    threads: int = 1,
    screens: bool = True,
    least: str = "info",
) -> Report:
    """Check a source against shapes; raise ShapesError where a shape can be checked by neither engine.

    data: the same triples as read from files, for the shapes that pySHACL checks (None: read from the source).
    threads: how many shapes are checked at once, for sources that answer at once. screens: False runs every rule in
    full, which gives the same report more slowly. least: severity below which rules are not run (info, warning or
    violation); the report is then that of all rules at this severity and above.
    """
    started = time.perf_counter()
    subclasses = _subclasses(source)
    screen = Screen(source) if screens else None
    near, far = _parted(shapes, least)

    def run(shape: Shape) -> _Run:
        one = _Run(source, shapes, subclasses, screen, least)
        one.root(shape)
        return one

    with ThreadPoolExecutor(threads, "check") as pool:
        runs = list(pool.map(run, near))
    results = [result for one in runs for result in one.results]
    notes = [note for one in runs for note in one.notes]
    checked: dict[str, int] = {}
    for one in runs:
        for key, number in one.checked.items():
            checked[key] = checked.get(key, 0) + number
    if far:
        other = _by_reference(source, shapes, far, data)
        results.extend(other.results)
        notes.extend(
            f"{_name(key)}: run by pySHACL, because of {', '.join(reasons)}." for key, reasons in far.items()
        )
        counter = _Run(source, shapes, subclasses, None)
        for key in far:
            counter.count(shapes.shapes[key], checked)
    notes.extend(f"{_name(key)}: no node was checked." for key in shapes.roots if checked.get(key) == 0)
    report = Report(ordered(results), checked, tuple(notes), time.perf_counter() - started, "compiled")
    return report.at_least(least)


def _parted(shapes: Shapes, least: str) -> tuple[list[Shape], dict[str, tuple[str, ...]]]:
    """Return the root shapes of a severity that are compiled, and those that pySHACL has to run, with the reasons."""
    near: list[Shape] = []
    far: dict[str, tuple[str, ...]] = {}
    for key in shapes.roots:
        if not severe(shapes, key, least):
            continue
        reasons = uncovered(shapes, key)
        if reasons and not shapes.shapes[key].deactivated:
            far[key] = reasons
        else:
            near.append(shapes.shapes[key])
    return near, far


def uncovered(shapes: Shapes, key: str) -> tuple[str, ...]:
    """Return in words what the compiler does not cover of a shape and the shapes it uses; empty: all is covered."""
    reasons: dict[str, None] = {}
    chain = _reported(shapes, key)
    for each in shapes.reachable(key):
        shape = shapes.shapes[each]
        reasons.update(dict.fromkeys(shape.uncovered))
        if shapes.recursive(each):
            reasons["a shape that uses itself"] = None
        for rule in shape.constraints:
            if rule.kind == "SPARQL" and (each not in chain or _used_as_value(shapes, key, each)):
                reasons["sh:sparql inside another constraint"] = None
            if rule.kind == "SPARQL" and queries.needs_shapes_graph(rule):
                reasons["$shapesGraph or $currentShape"] = None
    return tuple(reasons)


def severe(shapes: Shapes, key: str, least: str) -> bool:
    """Return whether a shape, or a property shape of it, gives results of this severity (or above)."""
    floor = severity_rank(least)
    return any(severity_rank(shapes.shapes[each].severity) >= floor for each in _reported(shapes, key))


def _reported(shapes: Shapes, key: str) -> set[str]:
    """Return the shapes whose results are reported themselves: the shape and its property shapes, all the way down."""
    found = {key}
    waiting = [key]
    while waiting:
        for each in shapes.shapes[waiting.pop()].properties:
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found


def _used_as_value(shapes: Shapes, root: str, key: str) -> bool:
    for each in shapes.reachable(root):
        for rule in shapes.shapes[each].constraints:
            if any(key in shapes.reachable(used) for used in (*rule.shapes, *rule.siblings)):
                return True
    return False


def _name(key: str) -> str:
    return "An unnamed shape" if key.startswith("_:") else shorten(key)


class _Run:
    """The check of one root shape while it runs."""

    def __init__(
        self,
        source: Source,
        shapes: Shapes,
        subclasses: Mapping[str, tuple[str, ...]],
        screen: Screen | None,
        least: str = "info",
    ) -> None:
        self._source = source
        self._shapes = shapes
        self._screen = screen
        self._least = least
        self._compiler = Compiler(shapes, subclasses)
        self.results: list[Result] = []
        self.checked: dict[str, int] = {}
        self.notes: list[str] = []

    def root(self, shape: Shape) -> None:
        """Check one shape with its targets and all its property shapes."""
        if shape.deactivated:
            self.notes.append(f"{_name(shape.key)}: is deactivated and was not checked.")
            return
        self._shape(shape, self._compiler.target_focus(shape))

    def count(self, shape: Shape, checked: dict[str, int]) -> None:
        """Add how many nodes the targets of a shape select."""
        if shape.targets:
            table = self._source.select(self._compiler.count(self._compiler.target_focus(shape)))
            checked[shape.key] = int(table.rows[0]["n"].value)

    def _shape(self, shape: Shape, focus: Focus, known: int | None = None) -> None:
        if shape.deactivated:
            return
        if known is None:
            known = int(self._source.select(self._compiler.count(focus)).rows[0]["n"].value)
        self.checked[shape.key] = self.checked.get(shape.key, 0) + known
        if not known:
            for key in shape.properties:
                self.checked.setdefault(key, 0)
            return
        loud = severity_rank(shape.severity) >= severity_rank(self._least)
        narrowed = self._screened(shape, focus) if loud else {}
        for rule in shape.constraints if loud else ():
            nearer = narrowed.get(id(rule), focus)
            if nearer is None:
                continue
            if rule.kind == "SPARQL":
                rows = self._queried(rule, shape, focus, known)
            else:
                query = self._compiler.select(rule, shape, nearer)
                rows = self._source.select(query).rows if query else ()
            self.results.extend(_result(rule, shape, row) for row in rows)
        for key in shape.properties:
            if not severe(self._shapes, key, self._least):
                continue
            inner = self._compiler.nested_focus(shape, focus)
            self._shape(self._shapes.shapes[key], inner, known if shape.path is None else None)

    def _screened(self, shape: Shape, focus: Focus) -> dict[int, Focus | None]:
        """Return for the rules that were screened (by identity) the focus they are still to be run for."""
        if self._screen is None:
            return {}
        found: dict[int, Focus | None] = {}
        for rules in groups(shape):
            nearer = self._screen.narrow(rules, shape, focus, self._compiler)
            found.update((id(rule), nearer) for rule in rules)
        return found

    def _queried(self, rule: Constraint, shape: Shape, focus: Focus, known: int) -> tuple[Row, ...]:
        if queries.runs_once(rule):
            return self._source.select(queries.for_all(rule, shape.path, focus, known)).rows
        nodes = [row["this"] for row in self._source.select(self._compiler.nodes(focus)).rows]
        self.notes.append(
            f"{_name(shape.key)}: its query has LIMIT, MINUS, a sub-SELECT or an aggregate not grouped by $this and ran once for each of {len(nodes)} nodes."
        )
        if any(node.kind == "bnode" for node in nodes):
            raise ShapesError(
                f"Shape {_name(shape.key)}: its query must run node by node and some nodes are blank; use --engine pyshacl."
            )
        found: list[Row] = []
        for node in nodes:
            rows = self._source.select(queries.for_one(rule, shape.path, n3(node))).rows
            found.extend({**row, "this": node} for row in rows)
        return tuple(found)


def _result(rule: Constraint, shape: Shape, row: Row) -> Result:
    value = row.get("value")
    path = shape.path
    if rule.kind == "SPARQL" and value is None and shape.path is None:
        value = row["this"]
    given = row.get("path")
    if given is not None and given.kind == "iri" and rule.kind in ("SPARQL", "Closed"):
        path = Path("predicate", given.value)
    return Result(
        row["this"], path, value, shape.severity, shape.term, rule.component,
        message_of(rule, shape, row), shape.name, rule.source,
    )  # fmt: skip


def _subclasses(source: Source) -> Mapping[str, tuple[str, ...]]:
    direct: dict[Term, set[Term]] = {}
    for row in source.select(_SUBCLASSES).rows:
        direct.setdefault(row["class"], set()).add(row["sub"])
    found: dict[str, tuple[str, ...]] = {}
    for top in direct:
        seen, waiting = {top}, [top]
        while waiting:
            fresh = direct.get(waiting.pop(), set()) - seen
            seen |= fresh
            waiting.extend(fresh)
        if top.kind == "iri":
            found[top.value] = tuple(sorted(each.value for each in seen if each.kind == "iri"))
    return found


def _by_reference(
    source: Source, shapes: Shapes, far: Mapping[str, tuple[str, ...]], data: Graph | None
) -> Report:
    folded = [key for key, reasons in far.items() if any(reason.startswith(FOLDED) for reason in reasons)]
    if folded and data is None:
        raise ShapesError(
            f"Shape {_name(folded[0])} asks for a datatype derived from xsd:integer, which a store keeps as xsd:integer; "
            "ask for xsd:integer with sh:minInclusive and sh:maxInclusive instead."
        )
    size = int(source.select(_COUNT).rows[0]["n"].value)
    if size > _MOST_TRIPLES:
        first, reasons = next(iter(far.items()))
        raise ShapesError(
            f"Shape {_name(first)} uses {', '.join(reasons)}, which only pySHACL checks, "
            f"and {size:,} triples are too many for it; rewrite the shape or check fewer data."
        )
    if data is not None:
        return check_apart(data, shapes, tuple(far))
    data = Graph()
    for row in source.select(_TRIPLES).rows:
        data.add((_node(row["s"]), _node(row["p"]), _node(row["o"])))
    return check_apart(data, shapes, tuple(far))


def _node(term: Term) -> Node:
    if term.kind == "iri":
        return URIRef(term.value)
    if term.kind == "bnode":
        return BNode(term.value)
    return Literal(
        term.value, lang=term.language or None, datatype=URIRef(term.datatype) if term.datatype else None
    )
