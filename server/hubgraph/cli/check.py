"""`hubgraph check`: validate a store or files against shapes; exit 0 passes, 1 fails, 2 could not check."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import rdflib
from rdflib import Graph

from hubgraph.checks.compiled import check as check_compiled
from hubgraph.checks.lexical import restore
from hubgraph.checks.model import Shapes
from hubgraph.checks.reference import check_graph
from hubgraph.checks.report import Report
from hubgraph.checks.shapes import read_shapes
from hubgraph.checks.writing import FORMATS, write
from hubgraph.cli.options import settings_from, store_option
from hubgraph.errors import HubgraphError, InputError, ShapesError
from hubgraph.resources import content
from hubgraph.settings import Settings
from hubgraph.store.base import Limits, Store, Table
from hubgraph.store.building import RDF_FORMATS, Builder
from hubgraph.store.opening import open_store

_SEVERITIES = ("violation", "warning", "info")
_LIMITS = Limits(seconds=600, rows=10**7, bytes=10**9)
_MEDIA = {
    ".ttl": "turtle", ".trig": "trig", ".nt": "nt", ".nq": "nquads", ".rdf": "xml", ".owl": "xml", ".jsonld": "json-ld",
}  # fmt: skip

ReadTables = Callable[[Sequence[Path], Builder], None]
"""Reads table files (CSV, XLSX) into a builder, as a load would."""


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
def check(
    paths: tuple[Path, ...],
    store: str | None,
    written: str,
    shapes: tuple[Path, ...],
    severity: str,
    fail_on: str | None,
    engine: str,
) -> None:
    """Check a store, or files, against hubgraph's shapes or your own."""
    try:
        found = read_shapes(shapes or (content("shapes"),))
        report = (
            check_paths(paths, found, engine)
            if paths
            else _check_store(settings_from(store=store), found, engine)
        )
    except HubgraphError as error:
        click.echo(f"hubgraph: {error}", err=True)
        raise click.exceptions.Exit(2) from None
    floor = fail_on or ("info" if shapes else "violation")
    failed = not report.at_least(floor).conforms
    click.echo(write(report.at_least(severity), written), nl=False)
    raise click.exceptions.Exit(1 if failed else 0)


def check_paths(
    paths: Sequence[Path], shapes: Shapes, engine: str = "compiled", read_tables: ReadTables | None = None
) -> Report:
    """Check exactly the triples of these files; raise InputError for a file that cannot be read."""
    files = _files(paths)
    tables = [path for path in files if path.suffix.lower() not in RDF_FORMATS]
    if tables and (read_tables is None or engine == "pyshacl"):
        accepted = ", ".join(RDF_FORMATS)
        raise InputError(
            f"{tables[0]}: only RDF files ({accepted}) are checked here; load tables into a store and check that."
        )
    if engine == "pyshacl":
        return check_graph(_graph(files), shapes)
    with tempfile.TemporaryDirectory(prefix="hubgraph-check-") as folder:
        builder = Builder(Path(folder))
        for path in files:
            if path not in tables:
                builder.load_rdf(_bytes(path), path.suffix.lower(), path.absolute().as_uri(), path.name)
        if tables and read_tables is not None:
            read_tables(tables, builder)
        data = _graph([path for path in files if path not in tables])
        return restore(check_compiled(builder, shapes, None if tables else data), data)


def _check_store(settings: Settings, shapes: Shapes, engine: str) -> Report:
    if engine == "pyshacl":
        raise ShapesError("A store is checked by the compiled engine; give files to check them with pySHACL.")
    opened = open_store(settings)
    try:
        return check_compiled(_Unlimited(opened), shapes, threads=settings.workers)
    finally:
        opened.close()


def _files(paths: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files.extend(sorted(each for each in path.rglob("*") if each.suffix.lower() in RDF_FORMATS))
        else:
            files.append(path)
    if not files:
        raise InputError("There is no RDF file in the folders given.")
    return files


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: the file cannot be read: {error.strerror}.") from None


def _graph(files: Sequence[Path]) -> Graph:
    graph = Graph()
    rdflib.NORMALIZE_LITERALS = False  # values are reported as they are written
    for path in files:
        try:
            graph.parse(
                data=_bytes(path), format=_MEDIA[path.suffix.lower()], publicID=path.absolute().as_uri()
            )
        except (SyntaxError, ValueError, LookupError) as error:
            raise InputError(
                f"{path.name}: this is not valid RDF: {' '.join(str(error).split())[:200]}"
            ) from None
    return graph
