"""Tables as files: the official layouts in Windows-1252 with CRLF, the templates in UTF-8."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from hubgraph.errors import InputError
from hubgraph.synth.model import NO_DAY, Floats, Ints, Texts


def dates(days: Ints, form: str) -> pl.Series:
    """Return days since 1970 as text in a form of strftime; empty for NO_DAY."""
    shown = pl.Series(np.where(days == NO_DAY, 0, days).astype(np.int32)).cast(pl.Date).dt.strftime(form)
    return shown.zip_with(
        pl.Series(days != NO_DAY), pl.Series([""], dtype=pl.String).new_from_index(0, len(days))
    )


def texts(values: Texts | Ints | Floats) -> pl.Series:
    """Return values as a column of text."""
    return pl.Series([str(value) for value in values.tolist()], dtype=pl.String)


def official(columns: Sequence[str], filled: Mapping[str, pl.Series | str], height: int) -> pl.DataFrame:
    """Return a frame with the columns of a layout in their order; those that are not filled are empty."""
    unknown = set(filled) - set(columns)
    if unknown:
        raise InputError(
            f"data/synth/layouts.csv lacks {', '.join(sorted(unknown))}; add the columns to its layout."
        )
    series = {
        name: value if isinstance(value, pl.Series) else pl.Series([value]).new_from_index(0, height)
        for name, value in ((column, filled.get(column, "")) for column in columns)
    }
    return pl.DataFrame({name: value.cast(pl.String) for name, value in series.items()})


def write_official(path: Path, frame: pl.DataFrame, *, quoted: bool = False) -> int:
    """Write a table as the register does: Windows-1252, CRLF, dates as they stand; return its number of rows."""
    buffer = io.BytesIO()
    if quoted:
        frame.write_csv(buffer, line_terminator="\r\n", quote_style="always")
    else:
        # The register leaves missing cells bare; an empty text would be written as a pair of quotation marks.
        bare = frame.select(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)).name.keep())
        bare.write_csv(buffer, line_terminator="\r\n")
    path.write_bytes(buffer.getvalue().decode("utf-8").encode("cp1252"))
    return frame.height


def write_template(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> int:
    """Write template rows in UTF-8, columns in their order, missing cells empty; return the number of rows."""
    known = set(columns)
    strange = next((name for row in rows for name in row if name not in known), None)
    if strange is not None:
        raise InputError(
            f"data/synth/layouts.csv lacks {strange} for {path.name}; add the column to its layout."
        )
    shown = {name: [str(row.get(name, "")) or None for row in rows] for name in columns}
    pl.DataFrame(shown, schema=dict.fromkeys(columns, pl.String)).write_csv(path)
    return len(rows)
