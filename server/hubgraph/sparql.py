"""SPARQL text seen as tokens: what kind of query it is, what it reaches for, and values bound into it.

Nothing here evaluates a query. Tokens follow the terminals of SPARQL 1.1 Query Language, section 19.8.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from hubgraph.errors import QueryForbiddenError, QuerySyntaxError, QueryTooLargeError

QueryForm = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]
TokenKind = Literal["iri", "string", "comment", "space", "variable", "word", "number", "language", "symbol"]

_TOKEN: Final = re.compile(
    r"""
      (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    | (?P<string>'''(?:(?:'|'')?(?:[^'\\]|\\.))*''' | \"\"\"(?:(?:"|"")?(?:[^"\\]|\\.))*\"\"\"
               | '(?:[^'\\\n\r]|\\.)*' | "(?:[^"\\\n\r]|\\.)*")
    | (?P<comment>\#[^\n\r]*)
    | (?P<space>\s+)
    | (?P<variable>[?$]\w+)
    | (?P<language>@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*)
    | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<word>[^\W\d][\w.-]*(?<!\.)(?::(?:[\w:%-]|\\[^\w\s]|\.(?=[\w:%\\-]))*)?|:(?:[\w:%-]|\\[^\w\s]|\.(?=[\w:%\\-]))*)
    | (?P<symbol>\^\^|&&|\|\||!=|<=|>=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_CODEPOINT: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES: Final = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
)


@dataclass(frozen=True, slots=True)
class Token:
    """One terminal: kind and the exact text."""

    kind: TokenKind
    text: str


@dataclass(frozen=True, slots=True)
class QueryFacts:
    """What a query text says about itself.

    form: SELECT, ASK, CONSTRUCT or DESCRIBE. from_graphs and from_named: IRIs or prefixed names as written.
    depth: deepest nesting of brackets. variables: names without the question mark, in order of first use.
    """

    form: QueryForm
    from_graphs: tuple[str, ...]
    from_named: tuple[str, ...]
    depth: int
    variables: tuple[str, ...]

    @property
    def has_dataset(self) -> bool:
        """True where the query names its own dataset with FROM or FROM NAMED."""
        return bool(self.from_graphs or self.from_named)


def tokenise(text: str) -> tuple[Token, ...]:
    """Split a query into tokens that together are the text again."""
    return tuple(Token(match.lastgroup, match.group()) for match in _TOKEN.finditer(text))  # type: ignore[arg-type]


def significant(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens without white space and comments."""
    return [token for token in tokens if token.kind not in ("space", "comment")]


def examine(text: str, *, max_bytes: int = 200_000, max_depth: int = 100) -> QueryFacts:
    """Return what the query is, or refuse it.

    Raises QueryTooLargeError (too long or too deep), QueryForbiddenError (SERVICE, an update, FROM a local
    file) and QuerySyntaxError (no query form at all). Full syntax is for the engine to judge.
    """
    if len(text.encode()) > max_bytes:
        raise QueryTooLargeError(f"The query is longer than {max_bytes:,} bytes; shorten it or ask in parts.")
    tokens = significant(tokenise(text))
    depth = _depth(tokens)
    if depth > max_depth:
        raise QueryTooLargeError(f"The query nests brackets {depth} deep; the limit is {max_depth}.")
    form = _form(tokens)
    _refuse_outgoing(tokens)
    _refuse_outgoing(tokenise(_decode_codepoints(text)))
    plain, named = _dataset(tokens)
    variables = dict.fromkeys(token.text[1:] for token in tokens if token.kind == "variable")
    return QueryFacts(form, plain, named, depth, tuple(variables))


def _depth(tokens: Sequence[Token]) -> int:
    depth = deepest = 0
    for token in tokens:
        if token.kind != "symbol":
            continue
        if token.text in "{([":
            depth += 1
            deepest = max(deepest, depth)
        elif token.text in "})]":
            depth -= 1
    return deepest


def _form(tokens: Sequence[Token]) -> QueryForm:
    for index, token in enumerate(tokens):
        word = token.text.upper()
        if token.kind != "word":
            continue
        if word in _FORMS:
            return word  # type: ignore[return-value]
        if word in _UPDATES and not _is_prefix_name(tokens, index):
            raise QueryForbiddenError("This is an update; this address answers queries only.")
    raise QuerySyntaxError("This is not a query: it has no SELECT, ASK, CONSTRUCT or DESCRIBE.")


def _is_prefix_name(tokens: Sequence[Token], index: int) -> bool:
    return index > 0 and tokens[index - 1].text.upper() == "PREFIX"


def _refuse_outgoing(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.kind == "word" and token.text.upper() == "SERVICE":
            raise QueryForbiddenError(
                "SERVICE is not allowed: queries here make no outgoing requests. Remove the SERVICE block."
            )


def _decode_codepoints(text: str) -> str:
    """Undo codepoint escapes (SPARQL 1.1, section 19.2), which could hide a keyword."""
    return _CODEPOINT.sub(lambda match: chr(min(int(match[1] or match[2], 16), 0x10FFFF)), text)


def _dataset(tokens: Sequence[Token]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    plain: list[str] = []
    named: list[str] = []
    for index, token in enumerate(tokens):
        if token.text == "{" and token.kind == "symbol":
            break
        if token.kind != "word" or token.text.upper() != "FROM" or index + 1 >= len(tokens):
            continue
        following = tokens[index + 1]
        is_named = following.kind == "word" and following.text.upper() == "NAMED" and index + 2 < len(tokens)
        target = tokens[index + 2] if is_named else following
        refuse_local_graph(target.text.strip("<>"))
        (named if is_named else plain).append(target.text)
    return tuple(plain), tuple(named)


def refuse_local_graph(iri: str) -> None:
    """Raise QueryForbiddenError for a graph IRI that names a local file."""
    if iri.lower().startswith("file:"):
        raise QueryForbiddenError("A graph may not be a local file (file:); name a graph of this store.")


def bind(text: str, values: Mapping[str, Sequence[str]]) -> str:
    """Bind variables to terms by a VALUES block at the start of each group that uses them.

    values: variable name without question mark → terms in N-Triples form (several: any of them). A variable
    that is not in values stays free. Blocks are added only to groups in which the variable stands itself, so
    that scopes which SPARQL keeps apart (MINUS, sub-SELECT, EXISTS; SPARQL 1.1, section 18.2) all see it.
    """
    tokens = tokenise(text)
    groups = _groups(tokens)
    wanted: dict[int, list[str]] = {}
    for opening, names in groups.items():
        present = [name for name in values if name in names]
        if present:
            wanted[opening] = present
    parts: list[str] = []
    for index, token in enumerate(tokens):
        parts.append(token.text)
        parts.extend(f" VALUES ?{name} {{ {' '.join(values[name])} }}" for name in wanted.get(index, ()))
    return "".join(parts)


@dataclass(slots=True)
class _Scope:
    """An open brace while groups are being read; bindable: a VALUES block may stand at its start."""

    opening: int
    bindable: bool
    names: set[str]


def _groups(tokens: Sequence[Token]) -> dict[int, set[str]]:
    """Return for each `{` of a group graph pattern (index) the names of variables that stand directly in it."""
    found: dict[int, set[str]] = {}
    stack: list[_Scope] = []
    previous: list[Token] = []
    for index, token in enumerate(tokens):
        if token.kind in ("space", "comment"):
            continue
        if token.kind == "symbol" and token.text == "{":
            scope = _Scope(index, _opens_group(previous) and not _starts_select(tokens, index), set())
            stack.append(scope)
        elif token.kind == "symbol" and token.text == "}" and stack:
            scope = stack.pop()
            if scope.bindable:
                found[scope.opening] = scope.names
        elif token.kind == "variable" and stack:
            stack[-1].names.add(token.text[1:])
        previous.append(token)
    return found


def _opens_group(previous: Sequence[Token]) -> bool:
    """Tell whether a brace after these tokens opens a group and not a VALUES block or CONSTRUCT template."""
    if not previous:
        return False
    last = previous[-1]
    if last.text.upper() == "CONSTRUCT":
        return False
    if last.kind == "variable" and len(previous) > 1 and previous[-2].text.upper() == "VALUES":
        return False
    if last.text == ")":
        depth = 0
        for position in range(len(previous) - 1, -1, -1):
            depth += {")": 1, "(": -1}.get(previous[position].text, 0)
            if depth == 0:
                return position == 0 or previous[position - 1].text.upper() != "VALUES"
    return True


def _starts_select(tokens: Sequence[Token], opening: int) -> bool:
    for token in tokens[opening + 1 :]:
        if token.kind in ("space", "comment"):
            continue
        return token.kind == "word" and token.text.upper() == "SELECT"
    return False
