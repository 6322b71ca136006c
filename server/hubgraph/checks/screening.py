"""Screens: one cheap scan of a property that tells which subjects could break a rule at all.

A rule about single values, about too many values or about the class of values is first asked of every subject of the
property, without the join to the focus nodes, and for all such rules of a shape at once. Most scans find nobody, and
the rule need not be run; where they find a few, it is run for those alone. Screens never decide: what they leave out
keeps the rules whatever its class, so the answers are those of the plain queries (a test holds them together).
"""

from collections.abc import Sequence
from typing import Final, Protocol

from hubgraph.checks.compiler import VALUE_KINDS, Compiler, Focus
from hubgraph.checks.model import Constraint, Shape, n3
from hubgraph.store.base import Table

SCREENED: Final = frozenset({*VALUE_KINDS, "In", "Class", "MaxCount"})
_FEW: Final = 500
"""Up to so many suspects a rule is run for them alone; their IRIs stand in the query text."""


class Source(Protocol):
    """Anything that answers a SELECT."""

    def select(self, query: str) -> Table:
        """Return the rows of a SELECT."""
        ...


class Screen:
    """Screens of one check over one source; equal scans are made once."""

    def __init__(self, source: Source) -> None:
        """Take the source."""
        self._source = source
        self._known: dict[str, Table] = {}

    def narrow(
        self, rules: Sequence[Constraint], shape: Shape, focus: Focus, compiler: Compiler
    ) -> Focus | None:
        """Return the focus for rules that may fail: narrowed where only few can, None where nobody can."""
        assert shape.path is not None
        query = _scan(rules, shape, compiler)
        table = self._known.get(query)
        if table is None:
            table = self._known[query] = self._source.select(query)
        if not table.rows:
            return None
        suspects = [row["this"] for row in table.rows]
        if len(suspects) > _FEW or any(node.kind != "iri" for node in suspects):
            return focus
        listed = " ".join(n3(node) for node in suspects)
        return lambda var: f"VALUES {var} {{ {listed} }} {focus(var)}"


def groups(shape: Shape) -> tuple[tuple[Constraint, ...], ...]:
    """Return the rules of a shape that one scan screens together; empty where the path is not one predicate."""
    if shape.path is None or shape.path.kind != "predicate":
        return ()
    values = tuple(rule for rule in shape.constraints if rule.kind in VALUE_KINDS or rule.kind == "In")
    others = tuple((rule,) for rule in shape.constraints if rule.kind in ("Class", "MaxCount"))
    return ((values,) if values else ()) + others


def _scan(rules: Sequence[Constraint], shape: Shape, compiler: Compiler) -> str:
    assert shape.path is not None
    pattern = f"?this {shape.path.text()} ?value ."
    first = rules[0]
    if first.kind == "MaxCount":
        found = f"SELECT ?this WHERE {{ {pattern} }} GROUP BY ?this HAVING(COUNT(DISTINCT ?value) > {first.number})"
    elif first.kind == "Class":
        wrong = f"{{ SELECT DISTINCT ?value WHERE {{ {pattern} }} }} MINUS {{ {compiler.instances(first.terms[0].value, '?value')} }}"
        found = f"SELECT DISTINCT ?this WHERE {{ {{ SELECT ?value WHERE {{ {wrong} }} }} {pattern} }}"
    else:
        held = " && ".join(f"COALESCE({_holds(rule, compiler)}, false)" for rule in rules)
        found = f"SELECT DISTINCT ?this WHERE {{ {pattern} FILTER(!({held})) }}"
    return f"{found} LIMIT {_FEW + 1}"


def _holds(rule: Constraint, compiler: Compiler) -> str:
    if rule.kind == "In":
        return " || ".join(f"sameTerm(?value, {n3(term)})" for term in rule.terms) or "false"
    return compiler.holds(rule, "?value")
