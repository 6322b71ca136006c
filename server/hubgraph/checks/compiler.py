"""Shapes to SPARQL: every constraint becomes one SELECT over all its focus nodes at once.

A focus is a function from a variable to a graph pattern that binds it to the focus nodes. Anti-joins are MINUS,
never a correlated NOT EXISTS. Terms enter only in N-Triples form (model.n3). Each SELECT returns DISTINCT
?this ?value ?path, of which the last two may be unbound.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from hubgraph.checks.datatypes import well_typed
from hubgraph.checks.model import Constraint, Shape, Shapes, n3, quote
from hubgraph.terms import RDF, SH

Focus = Callable[[str], str]

_COMPARE: Final = {"MinInclusive": ">=", "MaxInclusive": "<=", "MinExclusive": ">", "MaxExclusive": "<"}
_NODE_KINDS: Final = {
    "IRI": "isIRI({0})", "BlankNode": "isBLANK({0})", "Literal": "isLITERAL({0})",
    "BlankNodeOrIRI": "(isBLANK({0}) || isIRI({0}))", "BlankNodeOrLiteral": "(isBLANK({0}) || isLITERAL({0}))",
    "IRIOrLiteral": "(isIRI({0}) || isLITERAL({0}))",
}  # fmt: skip
VALUE_KINDS: Final = frozenset(
    {"Datatype", "NodeKind", "Pattern", "MinLength", "MaxLength", "LanguageIn", *_COMPARE}
)
"""Rules that look at one value and nothing else."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A pattern that binds the focus variable of every failing node; value, path: further variables, or empty."""

    pattern: str
    value: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Values:
    """The value nodes of a shape: pattern that binds focus and value variable (the same for node shapes)."""

    pattern: str
    this: str
    value: str


class Compiler:
    """Compiles the shapes of one check. subclasses: class IRI → itself and its subclasses in the data."""

    def __init__(self, shapes: Shapes, subclasses: Mapping[str, tuple[str, ...]]) -> None:
        """Take the shapes and what the data say of subclasses."""
        self._shapes = shapes
        self._subclasses = subclasses
        self._count = 0

    def target_focus(self, shape: Shape) -> Focus:
        """Return the focus of a shape's own targets."""
        if len(shape.targets) == 1 and shape.targets[0].kind == "class":
            classes = self._classes(shape.targets[0].term.value)
            if len(classes) == 1:
                return lambda var: f"{var} <{RDF}type> <{classes[0]}> ."
        return lambda var: _distinct(
            var, _union(self._target(shape, index, var) for index in range(len(shape.targets)))
        )

    def nested_focus(self, shape: Shape, focus: Focus) -> Focus:
        """Return the focus of the property shapes of a shape: its value nodes."""
        if shape.path is None:
            return focus

        def inner(var: str) -> str:
            values = self._values(shape, focus, self._fresh("outer"), var)
            return _distinct(var, values.pattern)

        return inner

    def select(self, rule: Constraint, shape: Shape, focus: Focus) -> str | None:
        """Return the SELECT for one constraint, or None where it cannot fail."""
        found = self._violation(rule, shape, focus, "?this")
        if found is None:
            return None
        value = "?value" if found.value == "?value" else f"({found.value} AS ?value)" if found.value else ""
        if found.value == "?this":
            value = "(?this AS ?value)"
        extra = (
            "?other" if rule.kind.startswith("LessThan") else "?language" if rule.kind == "UniqueLang" else ""
        )
        return f"SELECT DISTINCT ?this {value} {found.path} {extra} WHERE {{ {found.pattern} }}"

    def count(self, focus: Focus) -> str:
        """Return the SELECT that counts focus nodes as ?n."""
        return f"SELECT (COUNT(DISTINCT ?this) AS ?n) WHERE {{ {focus('?this')} }}"

    def nodes(self, focus: Focus) -> str:
        """Return the SELECT that lists focus nodes as ?this."""
        return f"SELECT DISTINCT ?this WHERE {{ {focus('?this')} }}"

    def _fresh(self, stem: str) -> str:
        self._count += 1
        return f"?{stem}_{self._count}"

    def _classes(self, iri: str) -> tuple[str, ...]:
        return self._subclasses.get(iri, (iri,))

    def _target(self, shape: Shape, index: int, var: str) -> str:
        target = shape.targets[index]
        match target.kind:
            case "class":
                return self.instances(target.term.value, var)
            case "node":
                return f"VALUES {var} {{ {n3(target.term)} }}"
            case "subjectsOf":
                return f"{var} {n3(target.term)} {self._fresh('object')} ."
            case "objectsOf":
                return f"{self._fresh('subject')} {n3(target.term)} {var} ."

    def instances(self, iri: str, var: str) -> str:
        """Return the pattern that binds var to the instances of a class and its subclasses."""
        classes = self._classes(iri)
        if len(classes) == 1:
            return f"{var} <{RDF}type> <{classes[0]}> ."
        kind = self._fresh("class")
        return f"VALUES {kind} {{ {' '.join(f'<{each}>' for each in classes)} }} {var} <{RDF}type> {kind} ."

    def _values(self, shape: Shape, focus: Focus, this: str, value: str) -> Values:
        if shape.path is None:
            return Values(focus(value), value, value)
        return Values(f"{focus(this)} {this} {shape.path.text()} {value} .", this, value)

    def _failing(self, key: str, focus: Focus, var: str) -> str | None:
        """Return a group that binds var to the nodes of focus that do not conform to a shape; None: all conform."""
        shape = self._shapes.shapes[key]
        if shape.deactivated:
            return None
        parts: list[str] = []
        for rule in shape.constraints:
            found = self._violation(rule, shape, focus, var)
            if found is not None:
                parts.append(_distinct(var, found.pattern))
        for other in shape.properties:
            if shape.path is None:
                inner = self._failing(other, focus, var)
                parts.extend([inner] if inner else [])
                continue
            value = self._fresh("value")
            inner = self._failing(other, self.nested_focus(shape, focus), value)
            if inner:
                parts.append(_distinct(var, f"{self._values(shape, focus, var, value).pattern} {inner}"))
        return _distinct(var, _union(parts)) if parts else None

    def _violation(self, rule: Constraint, shape: Shape, focus: Focus, this: str) -> Violation | None:  # noqa: PLR0911 - one branch per component
        value = this if shape.path is None else "?value" if this == "?this" else self._fresh("value")
        values = self._values(shape, focus, this, value)
        if rule.kind in VALUE_KINDS:
            return Violation(f"{values.pattern} FILTER(!COALESCE({self.holds(rule, value)}, false))", value)
        match rule.kind:
            case "Class":
                return Violation(
                    f"{values.pattern} MINUS {{ {self.instances(rule.terms[0].value, value)} }}", value
                )
            case "In":
                allowed = (
                    f"MINUS {{ VALUES {value} {{ {' '.join(n3(term) for term in rule.terms)} }} }}"
                    if rule.terms
                    else ""
                )
                return Violation(f"{values.pattern} {allowed}", value)
            case "HasValue":
                return self._has_value(rule, shape, focus, this)
            case "MinCount" | "MaxCount":
                return self._counted(values, shape, focus, rule)
            case "Equals" | "Disjoint" | "LessThan" | "LessThanOrEquals":
                return self._pair(rule, values, focus)
            case "UniqueLang":
                grouped = f'SELECT {this} ?language WHERE {{ {values.pattern} BIND(LCASE(LANG({value})) AS ?language) FILTER(?language != "") }}'
                return Violation(
                    f"{{ {grouped} GROUP BY {this} ?language HAVING(COUNT(DISTINCT {value}) > 1) }}"
                )
            case "Closed":
                return self._closed(rule, focus, this)
            case "QualifiedMinCount" | "QualifiedMaxCount":
                return self._qualified(rule, shape, focus, values)
            case _:
                return self._logical(rule, shape, focus, values)

    def holds(self, rule: Constraint, value: str) -> str:  # noqa: PLR0911 - one branch per component
        """Return the condition under which a value keeps a rule that looks at nothing else."""
        match rule.kind:
            case "Datatype":
                return well_typed(value, rule.terms[0].value)
            case "NodeKind":
                return _NODE_KINDS[rule.terms[0].value.removeprefix(SH)].format(value)
            case "Pattern":
                flags = f", {quote(rule.flags)}" if rule.flags else ""
                return f"!isBLANK({value}) && REGEX(STR({value}), {quote(rule.text)}{flags})"
            case "MinLength":
                return f"!isBLANK({value}) && STRLEN(STR({value})) >= {rule.number}"
            case "MaxLength":
                return f"!isBLANK({value}) && STRLEN(STR({value})) <= {rule.number}"
            case "LanguageIn":
                tags = [
                    f"COALESCE(LANGMATCHES(LANG({value}), {quote(term.value)}), false)" for term in rule.terms
                ]
                return " || ".join(tags) or "false"
            case _:
                return f"{value} {_COMPARE[rule.kind]} {n3(rule.terms[0])}"

    def _has_value(self, rule: Constraint, shape: Shape, focus: Focus, this: str) -> Violation:
        term = n3(rule.terms[0])
        if shape.path is None:
            return Violation(f"{focus(this)} MINUS {{ VALUES {this} {{ {term} }} }}")
        wanted = self._fresh("wanted")
        has = f"VALUES {wanted} {{ {term} }} {focus(this)} {this} {shape.path.text()} {wanted} ."
        return Violation(f"{focus(this)} MINUS {{ {has} }}")

    def _counted(self, values: Values, shape: Shape, focus: Focus, rule: Constraint) -> Violation | None:
        this, value = values.this, values.value
        grouped = f"SELECT {this} WHERE {{ {values.pattern} }} GROUP BY {this} HAVING(COUNT(DISTINCT {value})"
        if rule.kind == "MaxCount":
            return Violation(f"{{ {grouped} > {rule.number}) }}")
        if rule.number <= 0:
            return None
        enough = values.pattern if rule.number == 1 else f"{{ {grouped} >= {rule.number}) }}"
        if rule.number == 1 and shape.path is not None and shape.path.kind == "predicate":
            # Taking away subjects that are no focus nodes changes nothing and spares the join.
            enough = f"{this} {shape.path.text()} {value} ."
        return Violation(f"{focus(this)} MINUS {{ {enough} }}")

    def _pair(self, rule: Constraint, values: Values, focus: Focus) -> Violation:
        this, value, other = values.this, values.value, f"<{rule.terms[0].value}>"
        if rule.kind == "Disjoint":
            return Violation(f"{values.pattern} {this} {other} {value} .", value)
        if rule.kind == "Equals":
            if this == value:
                second = self._fresh("value")
                same = f"{focus(this)} {this} {other} {this} ."
                more = f"{focus(this)} {this} {other} {second} . FILTER(!sameTerm({this}, {second}))"
                missing = f"{focus(this)} MINUS {{ {same} }} BIND({this} AS {second})"
                return Violation(_union((missing, more)), second)
            missing = f"{values.pattern} MINUS {{ {focus(this)} {this} {other} {value} . }}"
            more = f"{focus(this)} {this} {other} {value} . MINUS {{ {values.pattern} }}"
            return Violation(_union((missing, more)), value)
        sign = "<" if rule.kind == "LessThan" else "<="
        late = "?other" if this == "?this" else self._fresh("other")
        return Violation(
            f"{values.pattern} {this} {other} {late} . FILTER(!COALESCE({value} {sign} {late}, false))", value
        )

    def _closed(self, rule: Constraint, focus: Focus, this: str) -> Violation:
        path, value = ("?path", "?value") if this == "?this" else (self._fresh("path"), self._fresh("value"))
        allowed = " ".join(n3(term) for term in rule.terms)
        fits = f"FILTER({path} NOT IN ({', '.join(n3(term) for term in rule.terms)}))" if allowed else ""
        return Violation(f"{focus(this)} {this} {path} {value} . {fits}", value, path)

    def _logical(self, rule: Constraint, shape: Shape, focus: Focus, values: Values) -> Violation | None:
        value = values.value
        nodes = self.nested_focus(shape, focus)
        failing = [self._failing(key, nodes, value) for key in rule.shapes]
        bad = [each for each in failing if each is not None]
        match rule.kind:
            case "Node" | "And":
                return Violation(f"{values.pattern} {_distinct(value, _union(bad))}", value) if bad else None
            case "Not":
                return Violation(f"{values.pattern} MINUS {{ {bad[0]} }}" if bad else values.pattern, value)
            case "Or":
                if len(bad) < len(failing):
                    return None
                return Violation(f"{values.pattern} {' '.join(bad)}", value)
            case "Xone":
                return self._xone(values, failing)
            case _:
                raise AssertionError(rule.kind)

    def _xone(self, values: Values, failing: list[str | None]) -> Violation | None:
        value, mark = values.value, self._fresh("member")
        wanted = len(failing) - 1
        marked = [f"{each} BIND({index} AS {mark})" for index, each in enumerate(failing) if each is not None]
        if wanted == 0:
            return Violation(f"{values.pattern} {failing[0]}", value) if failing[0] else None
        if not marked:
            return Violation(values.pattern, value)
        grouped = f"SELECT {value} WHERE {{ {_union(marked)} }} GROUP BY {value} HAVING(COUNT(DISTINCT {mark}) = {wanted})"
        return Violation(f"{values.pattern} MINUS {{ {{ {grouped} }} }}", value)

    def _qualified(self, rule: Constraint, shape: Shape, focus: Focus, values: Values) -> Violation | None:
        this, value = values.this, values.value
        nodes = self.nested_focus(shape, focus)
        failing = self._failing(rule.shapes[0], nodes, value)
        fits = f"{values.pattern} MINUS {{ {failing} }}" if failing else values.pattern
        for sibling in rule.siblings:
            fails = self._failing(sibling, nodes, value)
            # A value counts only if it fits no sibling: it stays where it is among the sibling's failures.
            fits = f"{{ {fits} }} {fails}" if fails else f"{fits} FILTER(false)"
        grouped = f"SELECT {this} WHERE {{ {fits} }} GROUP BY {this} HAVING(COUNT(DISTINCT {value})"
        if rule.kind == "QualifiedMaxCount":
            return Violation(f"{{ {grouped} > {rule.number}) }}")
        if rule.number <= 0:
            return None
        return Violation(f"{focus(this)} MINUS {{ {{ {grouped} >= {rule.number}) }} }}")


def _distinct(var: str, pattern: str) -> str:
    return f"{{ SELECT DISTINCT {var} WHERE {{ {pattern} }} }}"


def _union(parts: Iterable[str]) -> str:
    return " UNION ".join(f"{{ {part} }}" for part in parts)
