"""Short texts: about, privacy, accessibility, corrections."""

from flask import Blueprint, Response

from hubgraph.web.pages.frame import crumbs, kept, page
from hubgraph.web.world import world


def register(blueprint: Blueprint) -> None:
    """Add the texts to a blueprint."""
    blueprint.add_url_rule("/about", "about", about)
    blueprint.add_url_rule("/privacy", "privacy", privacy)
    blueprint.add_url_rule("/accessibility", "accessibility", accessibility)
    blueprint.add_url_rule("/corrections", "corrections", corrections)


@kept
def about() -> Response:
    """Say what this is, what words mean and what is not in it."""
    return _text("about")


@kept
def privacy() -> Response:
    """Say what is kept about people and about visitors."""
    return _text("privacy")


@kept
def accessibility() -> Response:
    """Say what was done and tested for accessibility."""
    return _text("accessibility")


@kept
def corrections() -> Response:
    """Say how to have something put right."""
    return _text("corrections")


def _text(name: str) -> Response:
    return page(f"{name}.html", settings=world().settings, section=name, steps=crumbs())
