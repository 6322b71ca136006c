"""Cells to values: one Polars expression per type, so that a column is converted at once.

Each function takes a column of trimmed text (null = missing) and returns a column of N-Triples objects, null where the
text is not of the type. What is missing in GIAS has many spellings; the mapping names those of each column.
"""

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl
import pyproj

from hubgraph.terms import XSD

ALWAYS_MISSING: Final = ("", "Not applicable", "Not recorded", "Not Applicable", "NULL", "null", "N/A", "n/a")
UNKNOWN_DATE: Final = "1900-01-01"
_DATE_SHAPES: Final = (
    (r"^\d{4}-\d{2}-\d{2}$", "%Y-%m-%d"),
    (r"^\d{2}-\d{2}-\d{4}$", "%d-%m-%Y"),
    (r"^\d{1,2}/\d{1,2}/\d{4}$", "%d/%m/%Y"),
    (r"^\d{8}$", "%Y%m%d"),
    (r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", "%Y-%m-%d"),
)
POSTCODE: Final = r"^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$"


def escape(text: pl.Expr) -> pl.Expr:
    """Return text with the escapes of N-Triples literals (RDF 1.1 N-Triples, section 2.4)."""
    return (
        text.str.replace_all("\\", "\\\\", literal=True)
        .str.replace_all('"', '\\"', literal=True)
        .str.replace_all("\n", "\\n", literal=True)
        .str.replace_all("\r", "\\r", literal=True)
    )


def literal(text: pl.Expr, datatype: str = "") -> pl.Expr:
    """Return an N-Triples literal; datatype is the local name in XML Schema, empty for a plain string."""
    suffix = f'"^^<{XSD}{datatype}>' if datatype else '"'
    return pl.concat_str(pl.lit('"'), text, pl.lit(suffix))


def iso_date(text: pl.Expr) -> pl.Expr:
    """Return ISO dates from dd-mm-yyyy, dd/mm/yyyy, yyyy-mm-dd, yyyymmdd or ISO date-times."""
    candidates = []
    for shape, pattern in _DATE_SHAPES:
        fitting = pl.when(text.str.contains(shape)).then(text.str.slice(0, 10) if "T" in shape else text)
        candidates.append(fitting.otherwise(None).str.to_date(pattern, strict=False))
    parsed = pl.coalesce(candidates)
    in_range = parsed.dt.year().is_between(1000, 2200)
    return pl.when(in_range).then(parsed).otherwise(None).dt.strftime("%Y-%m-%d")


def iso_dates(text: pl.Series) -> pl.Series:
    """Return ISO dates of a column, each distinct text converted once: a register has far fewer days than rows."""
    distinct = text.drop_nulls().unique()
    dates = pl.DataFrame({"text": distinct}).select(iso_date(pl.col("text"))).to_series()
    if distinct.is_empty():
        return pl.Series([None] * text.len(), dtype=pl.String)
    return text.replace_strict(distinct, dates, default=None, return_dtype=pl.String)


def postcode(text: pl.Expr) -> pl.Expr:
    """Return a postcode in capitals with one space before its last three characters."""
    bare = text.str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
    return pl.concat_str(bare.str.head(-3), pl.lit(" "), bare.str.tail(3))


def plain_integer(text: pl.Expr) -> pl.Expr:
    """Return the digits of an integer, without a plus sign, thousands commas or a `.0` that a spreadsheet left."""
    bare = text.str.replace_all(",", "", literal=True).str.replace(r"\.0+$", "").str.strip_prefix("+")
    return (
        pl.when(bare.str.contains(r"^-?\d{1,18}$"))
        .then(bare.cast(pl.Int64, strict=False).cast(pl.String))
        .otherwise(None)
    )


def plain_decimal(text: pl.Expr) -> pl.Expr:
    """Return a decimal number as XML Schema writes it, without zeros at its end, so that 10.50 and 10.5 are one."""
    bare = text.str.replace_all(",", "", literal=True).str.strip_prefix("+").str.strip_suffix("%")
    short = bare.str.replace(r"(\.\d*?)0+$", "$1").str.strip_suffix(".")
    return pl.when(bare.str.contains(r"^-?(\d+(\.\d+)?|\.\d+)$")).then(short).otherwise(None)


def truth(text: pl.Expr) -> pl.Expr:
    """Return true or false from yes and no, true and false, y and n, 1 and 0, in any case."""
    folded = text.str.to_lowercase()
    return (
        pl.when(folded.is_in(["true", "yes", "y", "1"]))
        .then(pl.lit("true"))
        .when(folded.is_in(["false", "no", "n", "0"]))
        .then(pl.lit("false"))
        .otherwise(None)
    )


def url(text: pl.Expr) -> pl.Expr:
    """Return an http or https IRI in angle brackets; a bare host name gets http://, other schemes and e-mail are none."""
    full = (
        pl.when(text.str.contains(r"^(?i)https?://"))
        .then(text)
        .otherwise(pl.concat_str(pl.lit("http://"), text))
    )
    host = r"[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+"
    rest = r"(?::[0-9]{1,5})?(?:[/?#][^\s<>\"{}|\\^`\x00-\x20]*)?"
    good = full.str.contains(rf"^(?i)https?://{host}{rest}$")
    return pl.when(good).then(pl.concat_str(pl.lit("<"), full, pl.lit(">"))).otherwise(None)


def coordinates(easting: pl.Series, northing: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return latitude and longitude (WGS 84, six decimals, as text) of easting and northing in metres (EPSG:27700)."""
    transformer = pyproj.Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    known = easting.is_not_null() & northing.is_not_null()
    longitudes, latitudes = transformer.transform(
        easting.filter(known).cast(pl.Float64).to_list(), northing.filter(known).cast(pl.Float64).to_list()
    )
    return _spread(known, latitudes), _spread(known, longitudes)


def _spread(known: pl.Series, values: list[float]) -> pl.Series:
    """Return values as text with six decimals at the places that are known, null elsewhere."""
    given = iter(values)
    return pl.Series([f"{next(given):.6f}" if place else None for place in known], dtype=pl.String)


REPAIRS: Final[Mapping[str, Callable[[pl.Expr], pl.Expr]]] = {
    "strip-float": lambda text: text.str.replace(r"^(\d+)\.0+$", "$1"),
    "zero-fill-8": lambda text: (
        pl.when(text.str.contains(r"^\d{1,8}(\.0+)?$"))
        .then(text.str.replace(r"\.0+$", "").str.zfill(8))
        .otherwise(text.str.to_uppercase())
    ),
    "upper": lambda text: text.str.to_uppercase(),
    "lower": lambda text: text.str.to_lowercase(),
}
"""Named repairs; a cell that one of them changes is reported as repaired."""
