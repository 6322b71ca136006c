"""The literal types of a mapping: how text becomes a value, and how to say what is wrong with text that does not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from hubgraph.ingest import values


def _year(text: pl.Expr) -> pl.Expr:
    return values.literal(pl.when(text.str.contains(r"^\d{4}$")).then(text), "gYear")


def _day_or_year(text: pl.Expr) -> pl.Expr:
    return pl.coalesce(_year(text), values.literal(values.iso_date(text), "date"))


@dataclass(frozen=True, slots=True)
class Literal:
    """One type: text to N-Triples objects (null where it is not of the type), its name and the fix in words."""

    convert: Callable[[pl.Expr], pl.Expr]
    what: str
    fix: str = ""


DATE: Final = Literal(
    lambda iso: values.literal(iso, "date"),
    "a date that exists",
    "Write the date as 2024-09-01 or 01/09/2024.",
)
"""Converts ISO dates; text becomes ISO once for each distinct value, see values.iso_dates."""

LITERALS: Final[Mapping[str, Literal]] = {
    "string": Literal(lambda text: values.literal(values.escape(text)), "text"),
    "integer": Literal(
        lambda text: values.literal(values.plain_integer(text), "integer"),
        "a whole number",
        "Write digits only.",
    ),
    "decimal": Literal(
        lambda text: values.literal(values.plain_decimal(text), "decimal"),
        "a number",
        "Write digits and a decimal point only.",
    ),
    "boolean": Literal(
        lambda text: values.literal(values.truth(text), "boolean"), "yes or no", "Write true or false."
    ),
    "date": DATE,
    "date-or-year": Literal(
        _day_or_year, "a date that exists or a year", "Write 2024-09-01, 01/09/2024 or 2024."
    ),
    "gyear": Literal(_year, "a year", "Write four digits."),
    "url": Literal(values.url, "a web address", "Write the whole address, for example https://example.org."),
    "postcode": Literal(lambda text: values.literal(values.escape(values.postcode(text))), "a postcode"),
}
