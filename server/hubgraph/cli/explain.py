"""`hubgraph explain`: why there is a finding, as text; and the decision that it is none."""

from datetime import UTC, datetime
from pathlib import Path

import click

from hubgraph.cli.options import settings_from, store_option
from hubgraph.errors import HubgraphError
from hubgraph.findings.decisions import decisions_path, dismiss
from hubgraph.findings.explaining import read_finding
from hubgraph.findings.text import lines
from hubgraph.store.opening import is_remote, open_store


@click.command()
@click.argument("finding")
@click.option(
    "--dismiss",
    "reason",
    metavar="REASON",
    help="Decide that the finding is none, for the next load to read.",
)
@click.option("--who", default="", metavar="NAME", help="Who decides, written beside the reason.")
@store_option
def explain(finding: str, reason: str | None, who: str, store: str | None) -> None:
    """Show the evidence path of a finding: facts, rule, sources, declarations and matches."""
    settings = settings_from(store=store)
    if who and reason is None:
        raise click.UsageError("--who belongs to --dismiss.")
    if reason is not None and is_remote(settings.store):
        raise HubgraphError("Decisions stand in a store folder; give --store DIR instead of an address.")
    opened = open_store(settings)
    try:
        page = read_finding(opened, finding)
    finally:
        opened.close()
    if reason is None:
        for line in lines(page):
            click.echo(line)
        return
    path = decisions_path(Path(settings.store))
    dismiss(path, page.key, reason, who, datetime.now(UTC).date())
    click.echo(f"Noted in {path}: {page.key} is dismissed from the next load on.")
