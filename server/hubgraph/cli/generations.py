"""`hubgraph generations`: list what the store keeps, go one back, throw old ones away."""

from pathlib import Path

import click

from hubgraph.cli.options import settings_from, store_option
from hubgraph.errors import NoGenerationError
from hubgraph.store.generations import Generations


@click.group(invoke_without_command=True)
@store_option
@click.pass_context
def generations(context: click.Context, store: str | None) -> None:
    """List, roll back or prune the generations of a store."""
    if context.invoked_subcommand is None:
        context.invoke(list_generations, store=store)
    elif store is not None:
        context.default_map = {name: {"store": store} for name in generations.commands}


@generations.command("list")
@store_option
def list_generations(store: str | None) -> None:
    """List the generations, newest first; the one being served is marked."""
    kept = Generations(Path(settings_from(store=store).store))
    entries = kept.entries()
    if not entries:
        raise NoGenerationError("The store has no generation yet; make one with: hubgraph load PATH…")
    current = kept.current().number
    for entry in entries:
        mark = "*" if entry.number == current else " "
        sources = f"{len(entry.sources)} sources"
        click.echo(
            f"{mark} {entry.number}  data of {entry.data_date}  loaded {entry.loaded}  {entry.triples:>11,} triples  {sources}"
        )


@generations.command()
@store_option
def rollback(store: str | None) -> None:
    """Serve the generation before the current one again."""
    kept = Generations(Path(settings_from(store=store).store))
    with kept.lock():
        entry = kept.rollback()
    click.echo(f"Generation {entry.number} with data of {entry.data_date} is published again.")


@generations.command()
@click.option("--keep", type=click.IntRange(min=1), help="How many to keep [default: the setting, 3]")
@store_option
def prune(store: str | None, keep: int | None) -> None:
    """Remove old generations; the current one always stays."""
    settings = settings_from(store=store, generations=keep)
    kept = Generations(Path(settings.store))
    with kept.lock():
        removed = kept.prune(settings.generations)
    click.echo(f"Removed {', '.join(removed)}." if removed else "Nothing to remove.")
