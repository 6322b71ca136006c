"""sh:sparql constraints: one run over all focus nodes where that is sound, else one run per node (SHACL, section 5)."""

import re
from typing import Final

from hubgraph.checks.compiler import Focus
from hubgraph.checks.model import Constraint, Path
from hubgraph.sparql import bind, significant, tokenise

_PLACE: Final = "<urn:x-hubgraph:focus>"
_BLOCK: Final = f" VALUES ?this {{ {_PLACE} }}"
_MANY: Final = 100_000
"""Above this many focus nodes, starting each group of a query from all of them costs more than it saves."""
_IN_EXISTS: Final = re.compile(rf"(EXISTS\s*\{{){re.escape(_BLOCK)}", re.IGNORECASE)
_SINGLE: Final = frozenset({"LIMIT", "OFFSET", "MINUS"})
_AGGREGATES: Final = frozenset(
    {"GROUP", "HAVING", "COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}
)
_GROUPED: Final = re.compile(r"\bGROUP\s+BY\s+[?$]this\b(?!\s+AS)", re.IGNORECASE)


def needs_shapes_graph(rule: Constraint) -> bool:
    """Tell whether a query uses $shapesGraph or $currentShape, which only the reference engine binds."""
    names = {token.text[1:] for token in tokenise(rule.text) if token.kind == "variable"}
    return bool(names & {"shapesGraph", "currentShape"})


def runs_once(rule: Constraint) -> bool:
    """Tell whether one run for all focus nodes gives what one run per node would: pre-binding is not a join.

    An aggregate over groups of which each has one $this gives the same rows either way.
    """
    tokens = significant(tokenise(rule.text))
    words = [token.text.upper() for token in tokens if token.kind == "word"]
    if words.count("SELECT") != 1 or _SINGLE & set(words):
        return False
    return not _AGGREGATES & set(words) or bool(_GROUPED.search(" ".join(token.text for token in tokens)))


def for_all(rule: Constraint, path: Path | None, focus: Focus, count: int) -> str:
    """Return the query for all of count focus nodes: each group in which $this stands is joined with the focus.

    Few nodes stand as a pattern in each group, from which the planner starts. Many only filter what the query finds:
    a group that holds $this in a triple pattern of its own is joined by that pattern.
    """
    text = _IN_EXISTS.sub(r"\1", bind(_prepared(rule, path), {"this": (_PLACE,)}))
    opening = _first_group(text)
    first, *others = text[opening:].removeprefix(_BLOCK).split(_BLOCK)
    nodes = focus("?this")
    # A pattern without braces is one class, whose nodes are distinct.
    joined = f" {{ SELECT DISTINCT ?this WHERE {{ {nodes} }} }} " if "{" in nodes else f" {nodes} "
    many = count > _MANY and "{" not in nodes
    filters = many and _binds_this("".join((first, *others)))
    parts = [text[:opening], f" FILTER EXISTS {{ {nodes} }} " if filters else joined, first]
    for index, part in enumerate(others):
        parts.extend(("" if many and _binds_this("".join(others[index:])) else joined, part))
    return "".join(parts)


def for_one(rule: Constraint, path: Path | None, node: str) -> str:
    """Return the query for one focus node, given in N-Triples form."""
    return bind(_prepared(rule, path), {"this": (node,)})


def _first_group(text: str) -> int:
    position = 0
    for token in tokenise(text):
        position += len(token.text)
        if token.kind == "symbol" and token.text == "{":
            return position
    return position


def _binds_this(group: str) -> bool:
    """Tell whether ?this stands in a triple pattern of the group whose content starts here, outside any brackets."""
    braces = brackets = 0
    for token in significant(tokenise(group)):
        if token.kind == "variable" and token.text == "?this" and not braces and not brackets:
            return True
        if token.kind == "symbol":
            braces += {"{": 1, "}": -1}.get(token.text, 0)
            brackets += {"(": 1, ")": -1}.get(token.text, 0)
        if braces < 0:
            break
    return False


def _prepared(rule: Constraint, path: Path | None) -> str:
    """Write the path in, use one spelling of variables, and project ?this."""
    parts: list[str] = []
    for token in tokenise(rule.text):
        if token.kind == "variable" and token.text == "$PATH" and path is not None:
            parts.append(path.text())
        else:
            parts.append(f"?{token.text[1:]}" if token.kind == "variable" else token.text)
    return "".join(parts)
