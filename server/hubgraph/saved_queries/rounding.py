"""Numbers without the noise of binary arithmetic in rows, and as people read them in sentences."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Final

from hubgraph.saved_queries.sorting import FRACTIONS
from hubgraph.store.base import Row, Term

PLACES: Final = 6
"""Decimals that are kept; a number with more of them was computed, no source writes it."""
_SMALL: Final = 3
"""Digits that a number keeps which would otherwise be rounded to nothing."""
_LONG: Final = re.compile(rf"\b\d+\.\d{{{PLACES + 1},}}(?![\d.])")

_AMOUNT: Final = re.compile(r"(?<=\bGBP )\d{4,}(?!\d)")


def rounded_rows(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return rows whose decimals and floating-point numbers have at most PLACES decimals."""
    return tuple(
        {name: rounded(term) for name, term in row.items()}
        if any(term.datatype in FRACTIONS for term in row.values())
        else row
        for row in rows
    )


def rounded(term: Term) -> Term:
    """Return a number with at most PLACES decimals, every other term as it is."""
    if term.datatype not in FRACTIONS:
        return term
    text = _short(term.value)
    return term if text == term.value else replace(term, value=text)


def readable(sentence: str) -> str:
    """Return a sentence whose numbers have at most PLACES decimals, and commas between the thousands of its amounts."""
    short = _LONG.sub(lambda match: _short(match[0]), sentence)
    return _AMOUNT.sub(lambda match: f"{int(match[0]):,}", short)


def _short(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite() or -int(number.as_tuple().exponent) <= PLACES:
        return text
    places = max(PLACES, _SMALL - 1 - number.adjusted())
    plain = f"{round(number, places):f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
