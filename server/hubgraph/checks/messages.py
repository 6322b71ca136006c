"""What a result says: the message of the rule or shape, else one plain sentence per component."""

import re
from collections.abc import Mapping
from typing import Final

from hubgraph.checks.model import Constraint, Shape
from hubgraph.store.base import Term
from hubgraph.terms import shorten

_VARIABLE: Final = re.compile(r"\{[?$](\w+)\}")
_SENTENCES: Final[dict[str, str]] = {
    "MinCount": "There are fewer than {n} values.",
    "MaxCount": "There are more than {n} values.",
    "MinLength": "The value is shorter than {n} characters.",
    "MaxLength": "The value is longer than {n} characters.",
    "Datatype": "The value is not a valid {terms}.",
    "Class": "The value is not a {terms}.",
    "NodeKind": "The value is not of the kind {terms}.",
    "Pattern": "The value does not match the pattern {text}.",
    "MinInclusive": "The value is not {terms} or more.",
    "MaxInclusive": "The value is not {terms} or less.",
    "MinExclusive": "The value is not more than {terms}.",
    "MaxExclusive": "The value is not less than {terms}.",
    "In": "The value is none of: {terms}.",
    "HasValue": "The value {terms} is missing.",
    "LanguageIn": "The language is none of: {terms}.",
    "UniqueLang": "There is more than one value in the same language.",
    "Equals": "The values are not the same as those of {terms}.",
    "Disjoint": "The value is also a value of {terms}.",
    "LessThan": "The value is not less than that of {terms}.",
    "LessThanOrEquals": "The value is not less than or equal to that of {terms}.",
    "Closed": "This property is not allowed here.",
    "Not": "The value keeps a shape that it must not keep.",
    "And": "The value does not keep all of the shapes.",
    "Or": "The value keeps none of the shapes.",
    "Xone": "The value does not keep exactly one of the shapes.",
    "Node": "The value does not keep the shape {shapes}.",
    "QualifiedMinCount": "Fewer than {n} values keep the shape {shapes}.",
    "QualifiedMaxCount": "More than {n} values keep the shape {shapes}.",
    "SPARQL": "The record fails a rule.",
}
_SHOWN: Final = 8


def message_of(rule: Constraint, shape: Shape, row: Mapping[str, Term]) -> str:
    """Return the message with {?name} and {$name} filled from the row; several messages stand after each other."""
    given = rule.messages or shape.messages
    if given:
        return " ".join(_VARIABLE.sub(lambda match: _fill(match, row), text) for text in given)
    terms = ", ".join(readable(term) for term in rule.terms[:_SHOWN]) + (
        " …" if len(rule.terms) > _SHOWN else ""
    )
    shapes = ", ".join("(unnamed)" if key.startswith("_:") else shorten(key) for key in rule.shapes)
    sentence = _SENTENCES[rule.kind]
    for name, text in (("n", str(rule.number)), ("terms", terms), ("shapes", shapes), ("text", rule.text)):
        sentence = sentence.replace(f"{{{name}}}", text)
    return sentence


def _fill(match: re.Match[str], row: Mapping[str, Term]) -> str:
    term = row.get(match[1])
    return match[0] if term is None else readable(term)


def readable(term: Term) -> str:
    """Return a term for people: a short name, the text of a literal, or `(unnamed)`."""
    if term.kind == "iri":
        return shorten(term.value)
    return term.value if term.kind == "literal" else "(unnamed)"
