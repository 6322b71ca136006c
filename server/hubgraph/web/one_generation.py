"""Each request sees one generation from its first question to its last, so that nothing it answers is made of two."""

from contextlib import ExitStack
from typing import Final

from flask import Flask, g

from hubgraph.web.world import world

_HELD: Final = "one_generation"


def install(app: Flask) -> None:
    """Hold the generation that is published when a request comes in until it is answered; to be installed before what asks the store."""
    app.before_request(_hold)
    app.teardown_request(_let_go)


def _hold() -> None:
    held = ExitStack()
    held.enter_context(world().store.one_generation())
    setattr(g, _HELD, held)


def _let_go(_error: BaseException | None) -> None:
    held: ExitStack | None = g.pop(_HELD, None)
    if held is not None:
        held.close()
