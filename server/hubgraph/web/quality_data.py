"""Data quality as CSV: `/quality/rows.csv` and `/quality/{shape}.csv`."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, fields
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, request

from hubgraph.checks.quality import read_findings, read_issues
from hubgraph.checks.report import RowIssue
from hubgraph.errors import UnknownRecordError
from hubgraph.saved_queries.cells import safe_cell
from hubgraph.saved_queries.writing import MEDIA_TYPES
from hubgraph.store.base import GenerationInfo
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.terms import SHAPES
from hubgraph.web.caching import Kept
from hubgraph.web.representation import Representation, respond
from hubgraph.web.world import world

blueprint = Blueprint("quality_data", __name__)

FILE: Final = "file"
"""Field that names the file whose rows are wanted."""
COLUMNS: Final = ("severity", "rule", "record", "path", "value", "message", "file", "row", "fix")
"""Columns of the failing records of a shape."""


@blueprint.get("/quality/rows.csv")
def rows() -> Response:
    """Return the rows that were refused or repaired."""
    file = wanted_file()

    def make() -> Kept:
        names = [entry.name for entry in fields(RowIssue)]
        return _csv("rows", names, (astuple(issue) for issue in matching(_folder(), file)))

    return respond(lambda _: Representation(("quality rows", file), make))


@blueprint.get("/quality/<path:name>.csv")
def shape(name: str) -> Response:
    """Return the records that fail a shape; a shape that none fails gives the header alone."""
    iri = name if ":" in name else f"{SHAPES}{name}"

    def make() -> Kept:
        found = (
            (each.severity, each.name, each.focus, each.path, each.value, each.wrong, each.file, each.row or "", each.fix)
            for each in read_findings(_folder())
            if each.shape == iri
        )  # fmt: skip
        return _csv(name.rpartition("/")[2], COLUMNS, found)

    def prepare(_info: GenerationInfo) -> Representation:
        return Representation(("quality", iri), make)

    return respond(prepare)


def wanted_file() -> str:
    """Return the file whose rows are wanted, empty for all."""
    return request.args.get(FILE, "").strip()


def matching(generation: Path, file: str) -> Iterator[RowIssue]:
    """Yield the issues with rows of a file, or of all."""
    return (issue for issue in read_issues(generation) if not file or issue.file == file)


def _folder() -> Path:
    store = world().store
    if not isinstance(store, EmbeddedStore):
        raise UnknownRecordError("This server has no quality report; its data are in a store elsewhere.")
    return store.generation_folder()


def _csv(name: str, head: Sequence[str], lines: Iterable[Sequence[object]]) -> Kept:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([safe_cell(cell) if isinstance(cell, str) else cell for cell in line] for line in lines)
    shown = "".join(char for char in name if char.isascii() and (char.isalnum() or char in "-_"))
    headers = {"Content-Disposition": f'attachment; filename="quality-{shown}.csv"'}
    return Kept(out.getvalue().encode(), MEDIA_TYPES["csv"], headers)
