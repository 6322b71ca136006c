"""When a literal's text fits its datatype (XML Schema part 2), as SPARQL conditions."""

from typing import Final

from hubgraph.checks.model import quote
from hubgraph.terms import XSD

_INTEGER: Final = r"^[+-]?[0-9]+$"
_ZONE: Final = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?$"
_YEAR: Final = r"^-?([1-9][0-9]{3,}|0[0-9]{3})"
_CAST: Final = ("date", "dateTime", "time", "gYearMonth", "gMonthDay")

_LEXICAL: Final[dict[str, str]] = {
    "boolean": r"^(true|false|1|0)$",
    "decimal": r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$",
    "double": r"^([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN)$",
    "float": r"^([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN)$",
    "date": _YEAR + r"-[0-9]{2}-[0-9]{2}" + _ZONE,
    "dateTime": _YEAR + r"-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?" + _ZONE,
    "time": r"^[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?" + _ZONE,
    "gYear": _YEAR + _ZONE,
    "gYearMonth": _YEAR + r"-[0-9]{2}" + _ZONE,
    "gMonthDay": r"^--[0-9]{2}-[0-9]{2}" + _ZONE,
    "gMonth": r"^--(0[1-9]|1[0-2])" + _ZONE,
    "gDay": r"^---(0[1-9]|[12][0-9]|3[01])" + _ZONE,
    "hexBinary": r"^([0-9a-fA-F]{2})*$",
    "language": r"^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$",
} | dict.fromkeys(
    (
        "integer", "long", "int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte",
        "positiveInteger", "nonNegativeInteger", "negativeInteger", "nonPositiveInteger",
    ),
    _INTEGER,
)  # fmt: skip
_LEXICAL["duration"] = r"^-?P([0-9]+[YMD])*(T([0-9]+(\.[0-9]+)?[HMS])+)?$"

_BOUNDS: Final[dict[str, tuple[int | None, int | None]]] = {
    "long": (-(2**63), 2**63 - 1), "int": (-(2**31), 2**31 - 1), "short": (-(2**15), 2**15 - 1), "byte": (-128, 127),
    "unsignedLong": (0, None), "unsignedInt": (0, 2**32 - 1), "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255), "positiveInteger": (1, None), "nonNegativeInteger": (0, None),
    "negativeInteger": (None, -1), "nonPositiveInteger": (None, 0),
}  # fmt: skip


def well_typed(variable: str, datatype: str) -> str:
    """Return a SPARQL condition that holds when variable has this datatype and a text that fits it."""
    conditions = [f"DATATYPE({variable}) = <{datatype}>"]
    name = datatype.removeprefix(XSD) if datatype.startswith(XSD) else ""
    if name in _LEXICAL:
        conditions.append(f"REGEX(STR({variable}), {quote(_LEXICAL[name])})")
    if name in _CAST:
        conditions.append(f"BOUND({variable}) && STRLEN(STR(<{datatype}>(STR({variable})))) > 0")
    low, high = _BOUNDS.get(name, (None, None))
    number = f"<{XSD}integer>(STR({variable}))"
    conditions.extend([f"{number} >= {low}"] if low is not None else [])
    conditions.extend([f"{number} <= {high}"] if high is not None else [])
    return " && ".join(conditions)
