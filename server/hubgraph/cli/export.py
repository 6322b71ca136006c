"""`hubgraph export`: the published generation as one file of RDF."""

import sys
from pathlib import Path
from typing import IO, cast

import click

from hubgraph.cli.files import whole_file
from hubgraph.cli.options import settings_from, store_option
from hubgraph.errors import HubgraphError
from hubgraph.store.exporting import EXPORT_FORMATS, format_of
from hubgraph.store.exporting import export as write_export
from hubgraph.store.generations import Generations
from hubgraph.store.opening import is_remote


@click.command()
@click.argument("out", metavar="OUT")
@click.option(
    "--format",
    "form",
    type=click.Choice([*EXPORT_FORMATS]),
    help="Default: what the ending of OUT says, else nq. nq, trig and jsonld keep the named graphs.",
)
@store_option
def export(out: str, form: str | None, store: str | None) -> None:
    """Write all statements to OUT (- is standard output); an ending .gz packs them."""
    settings = settings_from(store=store)
    if is_remote(settings.store):
        raise HubgraphError("An export reads a folder on this machine; ask the endpoint itself for its data.")
    generation = Generations(Path(settings.store)).current_folder()
    if out == "-":
        write_export(generation, form or "nq", cast("IO[bytes]", sys.stdout.buffer))
        sys.stdout.buffer.flush()
        return
    path = Path(out)
    chosen = form or format_of(path) or "nq"
    with whole_file(path) as target:
        done = write_export(generation, chosen, target, packed=path.suffix.lower() == ".gz")
    graphs = f" in {done.graphs:,} graphs" if done.graphs else ", the union of all graphs"
    click.echo(f"{out}: {done.statements:,} statements{graphs} of generation {generation.name}")
