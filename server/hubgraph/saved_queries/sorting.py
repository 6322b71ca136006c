"""Rows in the order of one column: numbers as numbers, dates as dates, text without regard to case."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from hubgraph.store.base import Row, Term
from hubgraph.terms import XSD

INTEGERS: Final = frozenset(
    XSD + name
    for name in (
        "integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "negativeInteger",
        "nonPositiveInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte",
    )
)  # fmt: skip
FRACTIONS: Final = frozenset({XSD + "decimal", XSD + "double", XSD + "float"})
NUMBERS: Final = INTEGERS | FRACTIONS
_TIMES: Final = frozenset(XSD + name for name in ("date", "dateTime", "gYear", "gYearMonth"))


def sort_rows(rows: Sequence[Row], sort: str) -> tuple[Row, ...]:
    """Return rows by `column` or `-column` (descending); stable, rows without a value last in both."""
    name = sort.removeprefix("-")
    bound = [row for row in rows if name in row]
    unbound = [row for row in rows if name not in row]
    bound.sort(key=lambda row: _key(row[name]), reverse=sort.startswith("-"))
    return (*bound, *unbound)


def _key(term: Term) -> tuple[int, Decimal, str]:
    if term.datatype in NUMBERS:
        try:
            number = Decimal(term.value)
        except InvalidOperation:
            return (2, Decimal(0), term.value.casefold())
        if not number.is_nan():
            return (0, number, "")
    if term.datatype in _TIMES:
        return (1, Decimal(0), term.value)
    return (2, Decimal(0), term.value.casefold())
