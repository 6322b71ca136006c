"""`hubgraph load`: files and folders in, a new published generation out."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from hubgraph.cli.options import settings_from, store_option
from hubgraph.errors import HubgraphError
from hubgraph.ingest.load import load as load_files
from hubgraph.ingest.progress import Progress as Reporting
from hubgraph.ingest.summary import LoadOptions, LoadSummary
from hubgraph.settings import Settings
from hubgraph.store.generations import Generations
from hubgraph.store.opening import is_remote

_SHOWN_ROWS = 20


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@store_option
@click.option(
    "--add",
    is_flag=True,
    help="Start from what is published; a newer snapshot of a source replaces the older",
)
@click.option("--dry-run", is_flag=True, help="Read, map and check everything, publish nothing")
@click.option("--strict", is_flag=True, help="Refuse the whole load where one row would be refused")
@click.option(
    "--mapping",
    "mappings",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A further mapping file (YAML)",
)
@click.option(
    "--as-at", type=click.DateTime(["%Y-%m-%d"]), help="Date of sources that do not state their own"
)
@click.option("--base", help="Start of the record IRIs [default: https://w3id.org/hubgraph]")
def load(
    paths: tuple[Path, ...],
    store: str | None,
    add: bool,
    dry_run: bool,
    strict: bool,
    mappings: tuple[Path, ...],
    as_at: object,
    base: str | None,
) -> None:
    """Load files and folders into a new generation and publish it."""
    settings = settings_from(store=store, base=base)
    if is_remote(settings.store):
        raise HubgraphError(
            "A load writes to a folder on this machine; give --store DIR instead of an address."
        )
    day = as_at.date() if hasattr(as_at, "date") else None
    options = LoadOptions(strict=strict, dry_run=dry_run, add=add, mappings=mappings, as_at=day)
    run_load(paths, settings, options)


def run_load(paths: Sequence[Path], settings: Settings, options: LoadOptions | None = None) -> LoadSummary:
    """Run a load in a thread of its own, so that Ctrl-C and SIGTERM end it at once; print the summary."""
    with _reporting() as progress, ThreadPoolExecutor(1, "load") as pool, _stop_signals(settings):
        running = pool.submit(load_files, paths, settings, options or LoadOptions(), progress)
        while wait([running], timeout=0.2).not_done:
            pass
    result = running.result()
    _print_summary(result)
    return result


@contextmanager
def _stop_signals(settings: Settings) -> Iterator[None]:
    """End the process at once on SIGINT or SIGTERM; what is published stays as it was."""

    def stop(number: int, _frame: FrameType | None) -> None:
        Generations(Path(settings.store)).discard_stages_of(os.getpid())
        sys.stderr.write("\nhubgraph: the load was stopped; the published data are as they were.\n")
        sys.stderr.flush()
        os._exit(128 + number)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Lines(Reporting):
    """Plain lines, for logs and pipes."""

    def step(self, title: str, total: int = 0) -> None:
        click.echo(f"{title} …" if not total else f"{title} ({total}) …")

    def advance(self, parts: int = 1) -> None:
        """Lines do not move."""

    def say(self, sentence: str) -> None:
        click.echo(f"  {sentence}")


class _Bars(Reporting):
    """A progress bar per step, for terminals."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._task: TaskID | None = None

    def step(self, title: str, total: int = 0) -> None:
        if self._task is not None:
            self._bars.update(self._task, total=1, completed=1)
        self._task = self._bars.add_task(title, total=total or None)

    def advance(self, parts: int = 1) -> None:
        if self._task is not None:
            self._bars.advance(self._task, parts)

    def say(self, sentence: str) -> None:
        self._bars.console.print(f"  {sentence}", highlight=False, markup=False)


@contextmanager
def _reporting() -> Iterator[Reporting]:
    if not sys.stdout.isatty():
        yield _Lines()
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console()) as bars:
        yield _Bars(bars)


def _print_summary(summary: LoadSummary) -> None:
    for line in summary.lines(first_rows=_SHOWN_ROWS):
        click.echo(line)
