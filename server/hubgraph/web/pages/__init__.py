"""The HTML pages: one module per kind of page, view models as frozen records, markup in templates/."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from hubgraph.records.names import kind_label
from hubgraph.web.memory import EXTENSION, Memory
from hubgraph.web.pages import (
    account,
    changes,
    editor,
    findings,
    home,
    matches,
    prose,
    quality,
    questions,
    records,
    searching,
    shapes,
    sources,
    vocabulary,
    whatif,
)
from hubgraph.web.pages.formatting import counted, long_date, number, period
from hubgraph.web.pages.frame import GOVUK, NAVIGATION, asset, site
from hubgraph.web.pages.links import link
from hubgraph.web.throttle import Throttle

blueprint = Blueprint("pages", __name__)

for _module in (
    home,
    searching,
    questions,
    editor,
    sources,
    quality,
    changes,
    vocabulary,
    shapes,
    prose,
    account,
    findings,
    matches,
    whatif,
    records,
):
    _module.register(blueprint)


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    app = state.app
    app.extensions[EXTENSION] = Memory()
    app.extensions[account.THROTTLE] = Throttle()
    app.jinja_env.globals |= {
        "asset": asset,
        "counted": counted,
        "govuk_css": GOVUK,
        "kind_label": kind_label,
        "link": link,
        "long_date": long_date,
        "navigation": NAVIGATION,
        "number": number,
        "period": period,
        "site": site,
    }
