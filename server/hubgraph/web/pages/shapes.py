"""The page of the shapes: what each of them is about, asks for and says."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response

from hubgraph.checks.grouping import path_text
from hubgraph.checks.model import Shape, Shapes
from hubgraph.checks.report import severity_word
from hubgraph.checks.shapes import read_shapes
from hubgraph.checks.words import rules_words, target_words
from hubgraph.resources import content
from hubgraph.terms import SHAPES, encode_key, shorten
from hubgraph.web.links import local
from hubgraph.web.memory import once
from hubgraph.web.pages.frame import crumbs, kept, page

_FORMATS = (("ttl", "Turtle"), ("jsonld", "JSON-LD"), ("nt", "N-Triples"), ("rdf", "RDF/XML"))


@dataclass(frozen=True, slots=True)
class ShapeLine:
    """One shape that asks for something: key in addresses, name, path and rule in words, severity, message."""

    key: str
    name: str
    path: str
    rule: str
    severity: str
    message: str
    href: str


@dataclass(frozen=True, slots=True)
class ShapeGroup:
    """A shape with a target and everything that is asked of the records it selects."""

    key: str
    name: str
    targets: str
    lines: tuple[ShapeLine, ...]


def register(blueprint: Blueprint) -> None:
    """Add the page of the shapes to a blueprint."""
    blueprint.add_url_rule("/shapes", "shapes", shapes)


@kept
def shapes() -> Response:
    """Show every shape."""
    groups = once("shape groups", _groups)
    return page(
        "shapes.html",
        groups=groups,
        number=sum(len(group.lines) for group in groups),
        formats=tuple((label, local(f"/shapes.{ending}")) for ending, label in _FORMATS),
        section="vocabulary",
        steps=crumbs(("Vocabulary", "/ns")),
    )


def shape_lines() -> Mapping[str, ShapeLine]:
    """Return IRI → line of every shape that asks for something."""
    found = _read()
    return {key: _line(shape) for key, shape in found.shapes.items() if _is_shown(shape)}


def _read() -> Shapes:
    return once("shapes", lambda: read_shapes((content("shapes"),)))


def _groups() -> tuple[ShapeGroup, ...]:
    found = _read()
    groups = []
    for root in found.roots:
        shape = found.shapes[root]
        members = [found.shapes[key] for key in found.reachable(root)]
        groups.append(
            ShapeGroup(
                root.removeprefix(SHAPES),
                shape.name or shorten(root),
                " and ".join(target_words(target) for target in shape.targets),
                tuple(_line(member) for member in members if _is_shown(member)),
            )
        )
    return tuple(sorted(groups, key=lambda group: (group.targets.casefold(), group.key)))


def _is_shown(shape: Shape) -> bool:
    """Tell whether a shape asks for something itself and has a name; the others are parts of named ones."""
    return bool(shape.constraints) and not shape.key.startswith("_:")


def _line(shape: Shape) -> ShapeLine:
    key = shape.key.removeprefix(SHAPES)
    return ShapeLine(
        key,
        shape.name or shorten(shape.key),
        path_text(shape.path) if shape.path else "",
        rules_words(shape),
        severity_word(shape.severity),
        " ".join(shape.messages or tuple(text for rule in shape.constraints for text in rule.messages)),
        local(f"/quality/{encode_key(key)}"),
    )
