"""`hubgraph match`: pairs of person records that may be the same person, out as a file and decided by one."""

from datetime import UTC, datetime
from pathlib import Path

import click

from hubgraph.cli.load import run_load
from hubgraph.cli.options import settings_from, store_option
from hubgraph.errors import HubgraphError, InputError
from hubgraph.ingest.summary import LoadOptions
from hubgraph.people.review import apply_review, match_rows
from hubgraph.people.sssom import CLOSE, written
from hubgraph.store.opening import is_remote, open_store


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.sssom.tsv",
    help="Write every pair with a probability of .50 or more",
)
@click.option(
    "--review",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.sssom.tsv",
    help="Apply the decisions of a reviewed file and publish the result",
)
@click.option(
    "--reviewer", default="", metavar="NAME", help="Who decided, for decisions of --review that name nobody"
)
@store_option
def match(out: Path | None, review: Path | None, reviewer: str, store: str | None) -> None:
    """Write the pairs of person records that may be the same person, or apply what reviewers decided of them."""
    if (out is None) == (review is None):
        raise click.UsageError(
            "Give either --out FILE, to write the pairs, or --review FILE, to apply decisions."
        )
    if reviewer and review is None:
        raise click.UsageError("--reviewer names who decided in the file of --review; give both.")
    if out is not None:
        _write(out, store)
    elif review is not None:
        _apply(review, reviewer, store)


def _write(out: Path, store: str | None) -> None:
    opened = open_store(settings_from(store=store))
    try:
        rows = match_rows(opened)
    finally:
        opened.close()
    try:
        out.write_text(written(rows), encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"{out} cannot be written: {error.strerror}; name a file in a folder that is there."
        ) from None
    open_pairs = sum(1 for row in rows if row.predicate == CLOSE)
    click.echo(f"{out}: {len(rows):,} pairs that may be the same person, {open_pairs:,} of them not joined")


def _apply(review: Path, reviewer: str, store: str | None) -> None:
    settings = settings_from(store=store)
    if is_remote(settings.store):
        raise HubgraphError(
            "Decisions are kept in the folder of a store; give --store DIR instead of an address."
        )
    opened = open_store(settings)
    base = opened.info().base
    try:
        today = datetime.now(UTC).date()
        done = apply_review(opened, review, Path(settings.store) / "decisions", today, reviewer)
    finally:
        opened.close()
    click.echo(f"{review}: {done.changed:,} new decisions; {done.total:,} stand in all")
    if done.changed:
        run_load((), settings_from(store=store, base=base), LoadOptions(add=True))
