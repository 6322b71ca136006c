"""`hubgraph person`: everything that a store says about one person, with its sources."""

import sys
from pathlib import Path

import click

from hubgraph.cli.files import whole_file
from hubgraph.cli.options import settings_from, store_option
from hubgraph.records.about_person import about_person_json, about_person_turtle
from hubgraph.store.opening import open_store


@click.command()
@click.argument("reference", metavar="REF")
@click.option("--format", "form", type=click.Choice(["json", "ttl"]), default="json", show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Write to FILE, not to standard output"
)
@store_option
def person(reference: str, form: str, out: Path | None, store: str | None) -> None:
    """Write all that is said about the person that REF means (gid:N, an appointment's id or a person's key)."""
    opened = open_store(settings_from(store=store))
    try:
        write = about_person_turtle if form == "ttl" else about_person_json
        body = write(opened, reference)
    finally:
        opened.close()
    if out is None:
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
        return
    with whole_file(out) as target:
        target.write(body)
    click.echo(f"{out}: {len(body):,} bytes")
