"""`hubgraph synth`: a fictional England of any size in the official layouts, with the truth beside it."""

from pathlib import Path

import click

from hubgraph.synth.build import synthesise
from hubgraph.synth.model import SynthOptions


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--schools", type=int, help="How many schools, open and closed.")
@click.option("--seed", type=int, default=1, show_default=True, help="Equal seeds give equal files.")
@click.option(
    "--moves",
    default="near",
    show_default=True,
    help="near: a further appointment is mostly nearby; far: it may be many kilometres away.",
)
@click.option(
    "--over",
    type=click.Path(path_type=Path),
    help="Lay fictional people over the schools and groups of these files.",
)
def synth(out: Path, schools: int | None, seed: int, moves: str, over: Path | None) -> None:
    """Write fictional schools, groups, people, hubs and money into OUT, and truth.json beside them."""
    if (schools is None) == (over is None):
        raise click.UsageError(
            "Give either --schools N or --over DIR: how many schools to make up, or whose to take."
        )
    made = synthesise(out, SynthOptions(schools or 0, seed, moves, over))
    for name, rows in made.rows:
        click.echo(f"{name}: {rows:,} rows")
    click.echo(f"truth.json: {made.people:,} people hold {made.appointments:,} appointments")
    click.echo(f"planted: {made.planted:,} overlaps, {made.near_misses:,} near misses")
    for pattern, reason in made.unplanted:
        click.echo(f"not planted: {pattern}, {reason}")
