"""The head of a saved query: `#+` lines that together are YAML, checked by a JSON Schema."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from hubgraph.errors import SavedQueryError
from hubgraph.saved_queries.model import Column, Param, QueryLimits

_MARK: Final = "#+"
_PARAM_TYPE: Final = re.compile(r"(?P<type>\w+)(?:\((?P<of>[a-z0-9-]+)\))?")
_TIMESTAMP: Final = "tag:yaml.org,2002:timestamp"


class _Loader(yaml.SafeLoader):
    """YAML in which dates stay text."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (as the parent declares it)
        first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read_head(path: Path, text: str, validator: Draft202012Validator) -> Mapping[str, Any]:
    """Return the head of a query file as plain data; raise SavedQueryError naming file, line and rule."""
    lines = [
        (number, line) for number, line in enumerate(text.splitlines(), start=1) if line.startswith(_MARK)
    ]
    if not lines:
        raise SavedQueryError(
            f"{path}, line 1: the file has no head; write its title and summary in lines that start with #+."
        )
    numbers = [number for number, _ in lines]
    document = "\n".join(line.removeprefix(_MARK).removeprefix(" ") for _, line in lines)
    try:
        node = yaml.compose(document, Loader=_Loader)
        head = yaml.load(document, Loader=_Loader)  # noqa: S506 (a SafeLoader that leaves dates alone)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = numbers[min(mark.line, len(numbers) - 1)] if mark else numbers[0]
        raise SavedQueryError(f"{path}, line {line}: the head is not YAML: {error.problem}.") from None
    if node is not None:
        _refuse_duplicates(path, node, numbers)
    found = best_match(validator.iter_errors(head))
    if found is not None:
        line = numbers[_line_of(node, list(found.absolute_path))] if node is not None else numbers[0]
        place = ".".join(str(part) for part in found.absolute_path) or "head"
        raise SavedQueryError(f"{path}, line {line}: {place}: {found.message}.")
    checked: Mapping[str, Any] = head
    return checked


def _refuse_duplicates(path: Path, node: yaml.Node, numbers: Sequence[int]) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                line = numbers[key.start_mark.line]
                raise SavedQueryError(f"{path}, line {line}: '{key.value}' is given twice.")
            seen.add(key.value)
            _refuse_duplicates(path, value, numbers)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_duplicates(path, item, numbers)


def _line_of(node: yaml.Node, path: Sequence[str | int]) -> int:
    """Return the line, from 0, of the value that a path of keys and positions leads to."""
    line = node.start_mark.line
    for part in path:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line
    return line


def read_params(head: Mapping[str, Any]) -> tuple[Param, ...]:
    """Return the parameters of a checked head, in the order in which it names them."""
    return tuple(_param(name, given) for name, given in head.get("params", {}).items())


def _param(name: str, given: Mapping[str, Any]) -> Param:
    match = _PARAM_TYPE.fullmatch(given["type"])
    assert match is not None, "the schema has checked the type"
    return Param(
        name=name,
        type=match["type"],  # type: ignore[arg-type]
        of=match["of"] or "",
        many=given.get("many", False),
        label=given["label"],
        help=given["help"],
        default=_text(given.get("default")),
        required=given.get("required", False),
        minimum=_text(given.get("min")),
        maximum=_text(given.get("max")),
        pattern=given.get("pattern"),
        enum=tuple(str(_text(value)) for value in given.get("enum", ())),
        options_query=given["options"]["query"] if "options" in given else None,
        example=_text(given.get("example")) or "",
        before=given.get("before", ""),
        role=" ".join(given.get("role", "").split()),
    )


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def read_columns(head: Mapping[str, Any]) -> tuple[Column, ...]:
    """Return the columns of a checked head."""
    return tuple(
        Column(
            name,
            given["label"],
            given.get("entity", ""),
            given.get("format", ""),
            given.get("empty", ""),
            tuple(given.get("needs", ())),
        )
        for name, given in head["columns"].items()
    )


def read_limits(head: Mapping[str, Any]) -> QueryLimits:
    """Return the limits of a checked head."""
    given = head.get("limits", {})
    return QueryLimits(given.get("seconds"), given.get("rows"), given.get("bytes"))
