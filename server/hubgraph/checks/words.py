"""Rules of shapes as people read them: what a value has to be, and what a shape is about."""

from typing import Final

from hubgraph.checks.messages import readable
from hubgraph.checks.model import Constraint, Shape, Target
from hubgraph.terms import shorten

_RULES: Final[dict[str, str]] = {
    "MinCount": "at least {n}",
    "MaxCount": "at most {n}",
    "MinLength": "at least {n} characters",
    "MaxLength": "at most {n} characters",
    "Datatype": "a valid {terms}",
    "Class": "a {terms}",
    "NodeKind": "of the kind {terms}",
    "Pattern": "in the form {text}",
    "MinInclusive": "{terms} or more",
    "MaxInclusive": "{terms} or less",
    "MinExclusive": "more than {terms}",
    "MaxExclusive": "less than {terms}",
    "In": "one of {terms}",
    "HasValue": "{terms} among the values",
    "LanguageIn": "in one of the languages {terms}",
    "UniqueLang": "one value in each language",
    "Equals": "the same as {terms}",
    "Disjoint": "other than {terms}",
    "LessThan": "less than {terms}",
    "LessThanOrEquals": "less than or equal to {terms}",
    "Closed": "no other properties",
    "Not": "not what the shape {shapes} describes",
    "And": "what all of the shapes {shapes} describe",
    "Or": "what one of the shapes {shapes} describes",
    "Xone": "what exactly one of the shapes {shapes} describes",
    "Node": "what the shape {shapes} describes",
    "QualifiedMinCount": "at least {n} that the shape {shapes} describes",
    "QualifiedMaxCount": "at most {n} that the shape {shapes} describes",
    "SPARQL": "a rule written as a query",
}
_TARGETS: Final[dict[str, str]] = {
    "class": "every {term}",
    "node": "{term}",
    "subjectsOf": "everything that has {term}",
    "objectsOf": "every value of {term}",
}
_SHOWN: Final = 6


def rule_words(rule: Constraint) -> str:
    """Return what a constraint asks for."""
    terms = ", ".join(readable(term) for term in rule.terms[:_SHOWN])
    shapes = ", ".join("(unnamed)" if key.startswith("_:") else shorten(key) for key in rule.shapes)
    sentence = _RULES[rule.kind]
    more = " …" if len(rule.terms) > _SHOWN else ""
    for name, text in (
        ("n", str(rule.number)),
        ("terms", terms + more),
        ("shapes", shapes),
        ("text", rule.text),
    ):
        sentence = sentence.replace(f"{{{name}}}", text)
    return sentence


def rules_words(shape: Shape) -> str:
    """Return everything that a shape asks for itself."""
    return "; ".join(rule_words(rule) for rule in shape.constraints)


def target_words(target: Target) -> str:
    """Return what a target selects."""
    return _TARGETS[target.kind].replace("{term}", readable(target.term))
