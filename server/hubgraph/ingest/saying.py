"""What sources.csv says of other files: that a file in the layout of a register is of somebody else, and not the register's.

Its column `files` names files beside it; title, publisher, licence and url of the row then stand for those of the mapping.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from hubgraph.errors import InputError
from hubgraph.ingest.mapping import Source
from hubgraph.ingest.tables import ROW, RawTable

FILES: Final = "files"
_COLUMNS: Final = ("title", "publisher", "licence", "url")

Said = Mapping[Path, Mapping[str, str]]
"""File → title, publisher, licence and url, empty where the row has none."""


def what_is_said(tables: Sequence[tuple[Path, RawTable]]) -> Said:
    """Return what tables of sources, each with its path, say of files.

    Raises InputError with file, row and column where a name is that of no file beside the table.
    """
    said: dict[Path, Mapping[str, str]] = {}
    for path, table in tables:
        if FILES not in table.frame.columns:
            continue
        for row in table.frame.with_columns(pl.all().cast(pl.String)).iter_rows(named=True):
            names = [name.strip() for name in (row[FILES] or "").split(";") if name.strip()]
            about = {column: (row.get(column) or "").strip() for column in _COLUMNS}
            for name in names:
                file = (path.parent / name).resolve()
                if not file.is_file():
                    raise InputError(
                        f"{table.name}, row {row[ROW]}, column {FILES}: '{name}' is no file beside it; write the names of files in its folder, parted by semicolons."
                    )
                said[file] = about
    return said


def as_said(source: Source, about: Mapping[str, str]) -> Source:
    """Return a source as a row describes it; a licence that is no address is left out."""
    licence = about["licence"] if about["licence"].startswith(("http://", "https://")) else ""
    return replace(
        source, title=about["title"], publisher=about["publisher"], licence=licence, url=about["url"]
    )
