"""The command line: one file per user verb, and the one place where errors become sentences and exit codes."""

import os
import sys

import click

from hubgraph import __version__
from hubgraph.cli.backup import backup, restore
from hubgraph.cli.check import check
from hubgraph.cli.explain import explain
from hubgraph.cli.export import export
from hubgraph.cli.forget import forget
from hubgraph.cli.generations import generations
from hubgraph.cli.load import load
from hubgraph.cli.match import match
from hubgraph.cli.person import person
from hubgraph.cli.query import query
from hubgraph.cli.serve import serve
from hubgraph.cli.synth import synth
from hubgraph.cli.whatif import whatif
from hubgraph.errors import HubgraphError, MappingError, SavedQueryError, ShapesError
from hubgraph.faults import trace_of, unforeseen, words_for

_COULD_NOT_TRY = (ShapesError, MappingError, SavedQueryError)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hubgraph")
def cli() -> None:
    """Ask, check and browse a knowledge graph of England's school-improvement landscape."""


for command in (
    serve, load, check, query, explain, whatif, match, export, backup, restore, forget, person, generations, synth,
):  # fmt: skip
    cli.add_command(command)


def main() -> None:
    """Run the command line; every error is one sentence on stderr and an exit code that is not 0."""
    sys.exit(_status())


def _status() -> int:
    """Return the exit code of the command, whatever it ended in."""
    try:
        status = cli(standalone_mode=False)
        sys.stdout.flush()
        code = status if isinstance(status, int) else 0
    except HubgraphError as error:
        code = _failed(str(error), could_not_try=isinstance(error, _COULD_NOT_TRY))
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("hubgraph: stopped", err=True)
        code = 130
    except BrokenPipeError:
        # The reader of our output went away; leave quietly as other tools do.
        sys.stderr.close()
        code = 141
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 (the last net: a panic of a library is no Exception)
        words = words_for(error)
        code = _failed(words or unforeseen(_command(), type(error).__name__, trace_of(error)))
    return code


def _failed(sentence: str, *, could_not_try: bool = False) -> int:
    """Print a sentence and return the exit code: 2 where nothing was tried and for a check that could not be made."""
    click.echo(f"hubgraph: {sentence}", err=True)
    _forget_output()
    return 2 if could_not_try or _command() == check.name else 1


def _command() -> str:
    return next((word for word in sys.argv[1:] if word in cli.commands), "")


def _forget_output() -> None:
    """Leave nothing for the end of the process to write where writing is what failed."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
