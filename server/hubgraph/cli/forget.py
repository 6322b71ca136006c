"""`hubgraph forget`: erase people from a store, see to it that no load brings them back, and prove it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from hubgraph.cli.load import run_load
from hubgraph.cli.options import settings_from, store_option
from hubgraph.errors import HubgraphError
from hubgraph.ingest.forgetting import Proof, prove, refuse_name_in, remove_older, scrub, whom
from hubgraph.ingest.summary import LoadOptions
from hubgraph.ingest.suppressions import FILE, Suppression, add_suppressions, suppressions_path
from hubgraph.store.backup import known_backups
from hubgraph.store.opening import is_remote, open_store


@click.command()
@click.argument("references", nargs=-1, required=True, metavar="REF…")
@click.option("--reason", default="", metavar="TEXT", help="Why, for suppressions.csv; without the name")
@store_option
def forget(references: Sequence[str], reason: str, store: str | None) -> None:
    """Erase the people that REFs mean (gid:N, an appointment's id or a person's key), all their appointments included."""
    settings = settings_from(store=store)
    if is_remote(settings.store):
        raise HubgraphError(
            "People are forgotten in the folder of a store; give --store DIR instead of an address."
        )
    root = Path(settings.store)
    opened = open_store(settings)
    try:
        base = opened.info().base
        who = whom(opened, references)
    finally:
        opened.close()
    refuse_name_in(reason, who)
    for unknown in who.unknown:
        click.echo(f"{unknown} is not in the store; no later load will bring it in")
    today = datetime.now(UTC).date().isoformat()
    rows = [Suppression(name, "erase", reason, today) for name in who.ids()]
    add_suppressions(suppressions_path(root), rows)
    click.echo(f"{FILE}: {', '.join(who.ids())}")
    scrubbed = scrub(root, who)
    click.echo(
        f"Taken out: {scrubbed.issues:,} rows of the quality report, {scrubbed.matches:,} decisions on matches, {scrubbed.findings:,} on findings"
    )
    again = settings_from(store=store, base=base)
    run_load((), again, LoadOptions(add=True))
    removed = remove_older(root)
    click.echo(f"Removed: {len(removed):,} older generations, all dumps")
    opened = open_store(again)
    try:
        proof = prove(opened, root, who)
    finally:
        opened.close()
    _tell(root, proof)


def _tell(root: Path, proof: Proof) -> None:
    """Say what was searched and found; exit 1 where something is left."""
    for path in known_backups(root):
        click.echo(f"The backup {path} may hold them: delete it, or restore it and make a new one")
    click.echo("Backups, exports and copies made elsewhere are not known here: delete them yourself.")
    if proof.namesakes:
        click.echo(
            f"The same forename and surname are on {len(proof.namesakes):,} other appointments, which may be the same person: {', '.join(proof.namesakes[:20])}"
        )
        click.echo("The name was therefore not searched for; forget these too if they are the same person.")
    searched = proof.searched
    click.echo(
        f"Searched: {searched.files:,} files with {searched.size:,} bytes, {searched.statements:,} statements, {searched.rows:,} rows of the search index"
    )
    for left in searched.left:
        click.echo(f"Left: {left.what} in {left.place}")
    if searched.left:
        raise click.exceptions.Exit(1)
    click.echo(f"Nothing is left but the row of {FILE}, which keeps later loads from bringing it back.")
