"""The command line: one file per user verb, and the one place where errors become sentences and exit codes."""

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
    try:
        status = cli(standalone_mode=False)
    except HubgraphError as error:
        click.echo(f"hubgraph: {error}", err=True)
        sys.exit(2 if isinstance(error, _COULD_NOT_TRY) else 1)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("hubgraph: stopped", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output went away; leave quietly as other tools do.
        sys.stderr.close()
        sys.exit(141)
    sys.exit(status if isinstance(status, int) else 0)
