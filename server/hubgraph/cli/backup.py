"""`hubgraph backup` and `hubgraph restore`: a store as one archive, and back."""

from datetime import UTC, datetime
from pathlib import Path

import click

from hubgraph.cli.files import whole_file
from hubgraph.cli.load import run_load
from hubgraph.cli.options import settings_from, store_option
from hubgraph.errors import HubgraphError, InputError
from hubgraph.ingest.forgetting import remove_older
from hubgraph.ingest.summary import LoadOptions
from hubgraph.ingest.suppressions import add_suppressions, read_suppressions, suppressions_path
from hubgraph.settings import Settings
from hubgraph.store.backup import backup as write_backup
from hubgraph.store.backup import note_backup
from hubgraph.store.backup import restore as read_backup
from hubgraph.store.generations import Generations
from hubgraph.store.opening import is_remote

_PACKED = (".gz", ".tgz")


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@store_option
def backup(out: Path, store: str | None) -> None:
    """Write the published generation and the decisions to OUT, one archive (.tar, or .tar.gz to pack it)."""
    settings = _local(store)
    with whole_file(out) as target:
        done = write_backup(Path(settings.store), target, packed=out.suffix.lower() in _PACKED)
    note_backup(Path(settings.store), out, done.manifest, datetime.now(UTC).date().isoformat())
    click.echo(
        f"{out}: generation {done.manifest.number} with data of {done.manifest.data_date}, {done.files:,} files, {done.decisions:,} of them decisions, {done.size:,} bytes"
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--replace-decisions",
    is_flag=True,
    help="Put the decisions of the backup in the place of those in the store that differ",
)
@store_option
def restore(file: Path, store: str | None, *, replace_decisions: bool) -> None:
    """Publish the generation in a backup as a new generation, and bring its decisions back."""
    settings = _local(store)
    if not file.is_file():
        raise InputError(f"{file} does not exist or is a folder; name a backup.")
    path = suppressions_path(Path(settings.store))
    before = read_suppressions(path)
    done = read_backup(Path(settings.store), file, replace_decisions=replace_decisions)
    if before:
        # Whoever was left out since the backup was made does not come back with it.
        add_suppressions(path, before.rows.values())
        run_load((), settings_from(store=store, base=done.manifest.base), LoadOptions(add=True))
        remove_older(Path(settings.store))
        click.echo(
            "The backup was published without the people in suppressions.csv; older generations were removed."
        )
        return
    kept = Generations(Path(settings.store))
    with kept.lock():
        kept.prune(settings.generations)
    click.echo(
        f"Published generation {done.manifest.number} with data of {done.manifest.data_date}: {done.manifest.triples:,} triples, {done.decisions:,} files of decisions."
    )


def _local(store: str | None) -> Settings:
    settings = settings_from(store=store)
    if is_remote(settings.store):
        raise HubgraphError(
            "A backup is of a folder on this machine; give --store DIR instead of an address."
        )
    return settings
