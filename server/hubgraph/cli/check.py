"""`hubgraph check`: validate a store or files against shapes; exit 0 passes, 1 fails, 2 could not check."""

from dataclasses import dataclass
from pathlib import Path

import click

from hubgraph.checks.compiled import check as check_compiled
from hubgraph.checks.grouping import Locate, nowhere
from hubgraph.checks.model import Shapes
from hubgraph.checks.quality import places
from hubgraph.checks.report import Report
from hubgraph.checks.shapes import read_shapes
from hubgraph.checks.writing import FORMATS, write
from hubgraph.cli.options import settings_from, store_option
from hubgraph.errors import HubgraphError, ShapesError
from hubgraph.ingest.checking import FileCheck, check_files
from hubgraph.resources import content
from hubgraph.settings import Settings
from hubgraph.store.base import Limits, Store, Table
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.store.opening import open_store

_SEVERITIES = ("violation", "warning", "info")
_LIMITS = Limits(seconds=600, rows=10**7, bytes=10**9)


@dataclass(frozen=True, slots=True)
class _Unlimited:
    """A store as a source of checks, with the limits of ad-hoc queries lifted."""

    store: Store

    def select(self, query: str) -> Table:
        """Return the rows of a SELECT."""
        return self.store.select(query, limits=_LIMITS)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@store_option
@click.option("--format", "written", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--shapes", multiple=True, type=click.Path(path_type=Path), help="Only these shapes (files or folders)"
)
@click.option(
    "--severity",
    type=click.Choice(_SEVERITIES),
    default="info",
    show_default=True,
    help="Mildest that is reported",
)
@click.option("--fail-on", type=click.Choice(_SEVERITIES), help="[default: violation; with --shapes: info]")
@click.option("--engine", type=click.Choice(["compiled", "pyshacl"]), default="compiled", show_default=True)
@click.option(
    "--mapping",
    "mappings",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A further mapping file (YAML) for tables",
)
def check(
    paths: tuple[Path, ...],
    store: str | None,
    written: str,
    shapes: tuple[Path, ...],
    severity: str,
    fail_on: str | None,
    engine: str,
    mappings: tuple[Path, ...],
) -> None:
    """Check a store, or files (RDF and tables), against hubgraph's shapes or your own."""
    try:
        settings = settings_from(store=store)
        found = read_shapes(shapes or (content("shapes"),))
        if paths:
            how = FileCheck(engine, surroundings=not shapes, base=settings.base, mappings=mappings)
            report, locate = check_files(paths, found, how)
        else:
            report, locate = _check_store(settings, found, engine)
    except HubgraphError as error:
        click.echo(f"hubgraph: {error}", err=True)
        raise click.exceptions.Exit(2) from None
    floor = fail_on or ("info" if shapes else "violation")
    failed = not report.at_least(floor).conforms or bool(report.refused)
    click.echo(write(report.at_least(severity), written, locate), nl=False)
    raise click.exceptions.Exit(1 if failed else 0)


def _check_store(settings: Settings, shapes: Shapes, engine: str) -> tuple[Report, Locate]:
    if engine == "pyshacl":
        raise ShapesError("A store is checked by the compiled engine; give files to check them with pySHACL.")
    opened = open_store(settings)
    try:
        report = check_compiled(_Unlimited(opened), shapes, threads=settings.workers)
        # What the load found is known with its row; for other shapes these are the rows that are known.
        known = places(opened.generation_folder()) if isinstance(opened, EmbeddedStore) else {}
        return report, known.get if known else nowhere
    finally:
        opened.close()
