"""The form of a saved question, built from its typed parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hubgraph.errors import ParameterError
from hubgraph.records.names import kind_label
from hubgraph.saved_queries.model import Param, SavedQuery
from hubgraph.saved_queries.references import choices
from hubgraph.saved_queries.values import example_of
from hubgraph.terms import KINDS
from hubgraph.web.memory import once
from hubgraph.web.world import world

Given = Mapping[str, Sequence[str]]
_INPUTS = {"integer": "numeric", "decimal": "decimal", "gYear": "numeric"}
_EMPTY_OPTION = {"la": "All of England", "region": "All of England"}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a list."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One field: shape is text, date, select or boxes; suggest is the kind of record that the search may fill in."""

    name: str
    label: str
    hint: str
    shape: str
    value: str
    options: tuple[Option, ...]
    required: bool
    error: str
    mode: str
    suggest: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of the error summary, with a link to the field."""

    text: str
    href: str = ""


def fields(saved: SavedQuery, given: Given, error: ParameterError | None) -> tuple[Field, ...]:
    """Return the fields, filled with what was given and with the error at the field that it is about."""
    return tuple(_field(saved, param, given.get(param.name, ()), error) for param in saved.params)


def fault_of(saved: SavedQuery, error: ParameterError) -> Fault:
    """Return the line of the error summary for an error."""
    param = saved.param(error.parameter)
    text = f"{param.label or param.name}: {error.rule}" if param else f"{error.parameter}: {error.rule}"
    return Fault(f"{text} For example: {error.example}", f"#{error.parameter}" if param else "")


def choice_labels(saved: SavedQuery, param: Param) -> Mapping[str, str]:
    """Return value → label of the choices of a parameter, empty where any value may be typed."""
    key = ("choices", param.type, param.of, param.enum, param.options_query)
    found = once(key, lambda: dict(choices(world().store, param, saved.options_texts)))
    if not param.enum:
        return found
    # A choice that is a kind of record is called as that kind is called elsewhere.
    return {value: kind_label(value).lower() if value in KINDS else label for value, label in found.items()}


def _field(saved: SavedQuery, param: Param, given: Sequence[str], error: ParameterError | None) -> Field:
    labels = choice_labels(saved, param)
    if param.type == "boolean" and not labels:
        labels = {"true": "yes", "false": "no"}
    chosen = list(given) or ([param.default] if param.default is not None else [])
    here = error if error is not None and error.parameter == param.name else None
    shape = ("boxes" if param.many else "select") if labels else "text"
    if param.type == "date" and here is None:
        shape = "date"
    options = tuple(Option(value, label, _is_chosen(value, label, chosen)) for value, label in labels.items())
    settled = param.required or param.default is not None or param.options_query is not None
    if shape == "select" and not settled:
        options = (
            Option("", _EMPTY_OPTION.get(param.of, "All"), not any(o.chosen for o in options)),
            *options,
        )
    return Field(
        name=param.name,
        label=param.label or param.name,
        hint=_hint(param, has_options=bool(labels)),
        shape=shape,
        value=chosen[0] if chosen else "",
        options=options,
        required=param.required,
        error=f"{here.rule} For example: {here.example}" if here else "",
        mode=_INPUTS.get(param.type, ""),
        suggest=param.of if param.type == "entity" and not labels else "",
    )


def _is_chosen(value: str, label: str, chosen: Sequence[str]) -> bool:
    """Tell whether a choice was given, by value, reference (la:202) or label."""
    wanted = {text.strip().casefold() for text in chosen}
    bare = {text.rpartition(":")[2] for text in wanted}
    return value.casefold() in wanted | bare or label.casefold() in wanted


def _hint(param: Param, *, has_options: bool) -> str:
    """Return the help of a parameter; where a list is offered, what may be typed is of no use, so only enum keeps it."""
    if has_options and not param.enum:
        return ""
    help_ = param.help
    if param.type == "date" or has_options:
        return help_
    example = example_of(param)
    return help_ if example in help_ else f"{help_} For example: {example}".strip()
