"""Bars beside the rows of an answer, drawn as SVG without a library."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from hubgraph.store.base import Row
from hubgraph.web.pages.table import Shown

_TELLING = ("ratio", "share")
"""Columns that say most where an answer has them; what follows them are bounds or counts."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Widths in per cent of the chart, one per row; mark is where the value 1 of a ratio stands, None for others."""

    label: str
    widths: tuple[str, ...]
    mark: str | None


def measured(columns: Sequence[Shown]) -> Shown | None:
    """Return the column that bars and maps show: a ratio or a share, else the last one that holds numbers."""
    numeric = [shown for shown in columns if shown.style == "num"]
    telling = [shown for shown in numeric if shown.column.name in _TELLING]
    return (telling or numeric)[-1] if numeric else None


def draw_bars(rows: Sequence[Row], everything: Sequence[Row], column: Shown) -> Bars:
    """Return bars for rows, to the scale of all rows; a share is measured against the whole."""
    name = column.column.name
    values = [_value(row, name) for row in everything]
    greatest = max((abs(value) for value in values), default=Decimal(0))
    if column.column.format == "percent":
        greatest = max(greatest, Decimal(1))
    scale = greatest or Decimal(1)
    widths = tuple(f"{max(_value(row, name), Decimal(0)) / scale * 100:.2f}" for row in rows)
    is_ratio = name == "ratio" and greatest >= 1
    return Bars(column.column.label or name, widths, f"{100 / scale:.2f}" if is_ratio else None)


def _value(row: Row, name: str) -> Decimal:
    try:
        value = Decimal(row[name].value)
    except (KeyError, InvalidOperation):
        return Decimal(0)
    return value if value.is_finite() else Decimal(0)
