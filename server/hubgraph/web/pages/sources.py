"""The page of the data: sources with dates and licences, and what can be downloaded."""

from dataclasses import dataclass

from flask import Blueprint, Response

from hubgraph.web.dumps import data_files
from hubgraph.web.links import page_path
from hubgraph.web.memory import sources
from hubgraph.web.pages.formatting import long_date
from hubgraph.web.pages.frame import crumbs, kept, licence_name, page
from hubgraph.web.pages.table import Cell
from hubgraph.web.world import world


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source with date, publisher and licence."""

    title: Cell
    date: str
    publisher: str
    licence: Cell | None


def register(blueprint: Blueprint) -> None:
    """Add the page of the data to a blueprint."""
    blueprint.add_url_rule("/data/", "data", data)


@kept
def data() -> Response:
    """Show sources and downloads."""
    info = world().store.info()
    return page(
        "data.html",
        info=info,
        loaded=tuple(
            _line(key) for key in sorted(sources(), key=lambda key: sources()[key].title.casefold())
        ),
        documents=data_files(),
        section="data",
        steps=crumbs(),
    )


def _line(key: str) -> SourceLine:
    source = sources()[key]
    return SourceLine(
        Cell(source.title, page_path(source.kind, source.key) if source.kind else ""),
        long_date(source.date),
        source.publisher,
        Cell(licence_name(source.licence), source.licence) if source.licence else None,
    )
