"""Options that several commands share."""

import os
from collections.abc import Callable

import click

from hubgraph.settings import SETTINGS, Settings, Value, read_settings

_HELP = {setting.name: setting.help for setting in SETTINGS}

Command = Callable[..., object]


def store_option(command: Command) -> Command:
    """Add `--store`, which every command takes."""
    option = click.option(
        "--store", metavar="DIR_OR_URL", help=f"{_HELP['store']} [default: hubgraph-data, or HUBGRAPH_STORE]"
    )
    return option(command)


def settings_from(**given: Value | None) -> Settings:
    """Return the settings of this run: defaults, environment, then what was given on the command line."""
    return read_settings(os.environ, **given)
