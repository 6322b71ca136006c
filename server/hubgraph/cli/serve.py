"""`hubgraph serve`: answer pages and queries on this machine."""

import logging
import signal
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from hubgraph.cli.load import run_load
from hubgraph.cli.options import settings_from, store_option
from hubgraph.errors import HubgraphError
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.settings import Settings
from hubgraph.store.generations import Generations
from hubgraph.store.opening import is_remote, open_store
from hubgraph.web.app import create_app
from hubgraph.web.serving import listen

if TYPE_CHECKING:
    from flask import Flask
    from waitress.server import MultiSocketServer

    from hubgraph.web.serving import Server

BUNDLED = ("facts", "example")
"""Folders of data/ that are built where a store is still empty."""


@click.command()
@store_option
@click.option("--host", help="Address to listen on [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on [default: 8000]")
@click.option("--workers", type=click.IntRange(min=1), help="Query worker processes [default: 2]")
@click.option(
    "--base-url", help="Public address, used in every absolute link [default: the address listened on]"
)
@click.option(
    "--trust-proxy", is_flag=True, default=None, help="Believe X-Forwarded headers of one proxy in front"
)
@click.option(
    "--token", metavar="SECRET", help="Secret that signs in on the pages [default: HUBGRAPH_TOKEN, or none]"
)
def serve(
    store: str | None,
    host: str | None,
    port: int | None,
    workers: int | None,
    base_url: str | None,
    trust_proxy: bool | None,
    token: str | None,
) -> None:
    """Serve the store; one that is still empty is first filled with the bundled data."""
    settings = settings_from(
        store=store,
        host=host,
        port=port,
        workers=workers,
        base_url=base_url,
        trust_proxy=None if trust_proxy is None else int(trust_proxy),
        token=token,
    )
    if not is_remote(settings.store):
        _fill_empty_store(settings)
    address = f"http://{settings.host}:{settings.port}"
    if not settings.base_url:
        settings = replace(settings, base_url=address)
    world = open_store(settings)
    try:
        app = create_app(world, Catalogue.read(content("queries")), settings)
        server = _listen(app, settings)
        signal.signal(signal.SIGTERM, _stop)
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
        click.echo(f"hubgraph answers at {address} (stop with Ctrl-C)")
        server.run()
    except KeyboardInterrupt:
        click.echo("stopped")
    finally:
        world.close()


def _listen(app: "Flask", settings: Settings) -> "Server | MultiSocketServer":
    try:
        return listen(app, settings)
    except OSError:
        raise HubgraphError(
            f"Port {settings.port} on {settings.host} is in use or not allowed; choose another with --port."
        ) from None


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _fill_empty_store(settings: Settings) -> None:
    if Generations(Path(settings.store)).entries():
        return
    click.echo("The store is empty: building it from the bundled data.")
    run_load([content("data", name) for name in BUNDLED], settings)
