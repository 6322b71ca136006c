"""`hubgraph query`: a saved query, an ad-hoc one, or the list of what can be asked."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from hubgraph.cli.options import settings_from, store_option
from hubgraph.errors import HubgraphError, ParameterError
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import GROUPS, Catalogue
from hubgraph.saved_queries.running import run
from hubgraph.saved_queries.writing import MEDIA_TYPES, WITHOUT_NOTES, write
from hubgraph.sparql import examine
from hubgraph.store.base import ResultFormat, Store
from hubgraph.store.opening import open_store

_AD_HOC: Final[tuple[ResultFormat, ...]] = ("json", "xml", "csv", "tsv", "ttl", "nt", "rdfxml", "jsonld")
_SAME: Final = {"srj": "json", "srx": "xml"}
"""Endings of the W3C formats → their names here, for queries of one's own."""


@click.command()
@click.argument("slug", required=False)
@click.option(
    "-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter; may be repeated."
)
@click.option("--file", "file", metavar="F.rq", help="Run the SPARQL of a file, or of standard input (-).")
@click.option("--list", "listing", is_flag=True, help="List the saved queries and their parameters.")
@click.option("--sort", default="", metavar="COLUMN", help="Sort by a column; -COLUMN is descending.")
@click.option(
    "--format",
    "form",
    type=click.Choice([*dict.fromkeys((*MEDIA_TYPES, *_AD_HOC))]),
    help="Default: table for a saved query; JSON or Turtle for --file.",
)
@store_option
def query(
    slug: str | None,
    params: tuple[str, ...],
    file: str | None,
    listing: bool,
    sort: str,
    form: str | None,
    store: str | None,
) -> None:
    """Run a saved query (SLUG) or, with --file, a SPARQL query of your own."""
    if sum((listing, file is not None, slug is not None)) != 1:
        raise click.UsageError("Name one saved query, or use --file F.rq, or --list.")
    if listing:
        click.echo(_listing(Catalogue.read(content("queries"))), nl=False)
        return
    if file is not None and (params or sort):
        raise click.UsageError(
            "--param and --sort belong to saved queries; write them into the SPARQL of --file."
        )
    text = _read(file) if file is not None else ""
    saved = Catalogue.read(content("queries")).get(slug) if slug is not None else None
    given = _given(params)
    opened = open_store(settings_from(store=store))
    try:
        if saved is None:
            body = _ad_hoc(opened, text, form)
        else:
            answer = run(opened, saved, given, sort=sort)
            body = write(answer, form or "table")
            # A table has them above its rows.
            for warning in answer.warnings if form not in (None, "table") else ():
                click.echo(f"hubgraph: warning: {warning}", err=True)
            if form in WITHOUT_NOTES:
                others = [note for note in answer.notes if note not in answer.warnings]
                click.echo("\n".join(others), err=True, nl=bool(others))
    finally:
        opened.close()
    click.echo(body, nl=False)


def _given(params: Sequence[str]) -> dict[str, list[str]]:
    """Return name → values of `name=value` options."""
    given: dict[str, list[str]] = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals:
            raise ParameterError(name, "a parameter is written name=value.", "value")
        given.setdefault(name.strip(), []).append(value)
    return given


def _read(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise HubgraphError(f"The query file {file} cannot be read: {reason}.") from None


def _ad_hoc(store: Store, text: str, form: str | None) -> bytes:
    """Return the answer to a query of the user's own, serialised by the engine."""
    graph = examine(text).form in ("CONSTRUCT", "DESCRIBE")
    chosen = _SAME.get(form or "", form) or ("ttl" if graph else "json")
    usable = [
        name
        for name in _AD_HOC
        if name in (("ttl", "nt", "rdfxml", "jsonld") if graph else ("json", "xml", "csv", "tsv"))
    ]
    for name in usable:
        if name == chosen:
            return store.answer(text, name).body
    raise HubgraphError(f"This query cannot be written as {chosen}; choose {', '.join(usable)}.")


def _listing(catalogue: Catalogue) -> str:
    lines: list[str] = []
    for group, queries in catalogue.groups().items():
        lines += [GROUPS[group], ""]
        for saved in queries:
            lines.append(f"  {saved.slug}  {saved.title}")
            lines += [
                f"      {param.name} ({_type(param.type, param.of)}{', needed' if param.required else ''}): {param.label}"
                for param in saved.params
            ]
        lines.append("")
    return "\n".join(lines)


def _type(name: str, of: str) -> str:
    return f"{name} {of}" if of else name
