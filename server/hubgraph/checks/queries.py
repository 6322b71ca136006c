"""sh:sparql constraints: one run over all focus nodes where that is sound, else one run per node (SHACL, section 5)."""

import re
from typing import Final

from hubgraph.checks.compiler import Focus
from hubgraph.checks.model import Constraint, Path
from hubgraph.sparql import bind, significant, tokenise

_PLACE: Final = "<urn:x-hubgraph:focus>"
_BLOCK: Final = f" VALUES ?this {{ {_PLACE} }}"
_IN_EXISTS: Final = re.compile(rf"(EXISTS\s*\{{){re.escape(_BLOCK)}", re.IGNORECASE)
_SINGLE: Final = frozenset(
    {
        "GROUP",
        "HAVING",
        "LIMIT",
        "OFFSET",
        "MINUS",
        "COUNT",
        "SUM",
        "MIN",
        "MAX",
        "AVG",
        "SAMPLE",
        "GROUP_CONCAT",
    }
)


def needs_shapes_graph(rule: Constraint) -> bool:
    """Tell whether a query uses $shapesGraph or $currentShape, which only the reference engine binds."""
    names = {token.text[1:] for token in tokenise(rule.text) if token.kind == "variable"}
    return bool(names & {"shapesGraph", "currentShape"})


def runs_once(rule: Constraint) -> bool:
    """Tell whether one run for all focus nodes gives what one run per node would: pre-binding is not a join."""
    words = [token.text.upper() for token in significant(tokenise(rule.text)) if token.kind == "word"]
    return words.count("SELECT") == 1 and not _SINGLE & set(words)


def for_all(rule: Constraint, path: Path | None, focus: Focus) -> str:
    """Return the query for all focus nodes: each group in which $this stands is joined with the focus."""
    text = bind(_prepared(rule, path), {"this": (_PLACE,)})
    text = _IN_EXISTS.sub(r"\1", text)
    opening = _first_group(text)
    if not text.startswith(_BLOCK, opening):
        text = f"{text[:opening]}{_BLOCK}{text[opening:]}"
    return text.replace(_BLOCK, f" {{ SELECT DISTINCT ?this WHERE {{ {focus('?this')} }} }} ")


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


def _prepared(rule: Constraint, path: Path | None) -> str:
    """Write the path in, use one spelling of variables, and project ?this."""
    parts: list[str] = []
    for token in tokenise(rule.text):
        if token.kind == "variable" and token.text == "$PATH" and path is not None:
            parts.append(path.text())
        else:
            parts.append(f"?{token.text[1:]}" if token.kind == "variable" else token.text)
    return "".join(parts)
