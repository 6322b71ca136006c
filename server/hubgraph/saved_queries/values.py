"""From the text of a parameter to one RDF term in N-Triples form.

Each rule that a text can break is a ParameterError with parameter, rule and an example.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from hubgraph.errors import ParameterError
from hubgraph.saved_queries.model import Param
from hubgraph.terms import XSD

_LONGEST: Final = 2_000
_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_UCS: Final = (
    "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd"
)
_NAME_CHAR: Final = rf"(?:[A-Za-z0-9._~!$&'()*+,;=\-{_UCS}]|%[0-9A-Fa-f]{{2}})"
_PATH_CHAR: Final = rf"(?:{_NAME_CHAR}|[:@/])"
_IRI: Final = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.-]*:"
    rf"(?://(?:{_NAME_CHAR}*@)?{_NAME_CHAR}+(?::[0-9]{{1,5}})?(?:/{_PATH_CHAR}*)?|(?!//){_PATH_CHAR}+)"
    rf"(?:\?(?:{_PATH_CHAR}|\?)*)?(?:\#(?:{_PATH_CHAR}|\?)*)?"
)
"""RFC 3987 without IP literals and private-use characters, so that every engine takes it."""
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{1,12})?|\.[0-9]{1,12})")
_YEAR: Final = re.compile(r"[0-9]{4}")
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_BRITISH: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_EXAMPLES: Final[Mapping[str, str]] = {
    "string": "Camden",
    "integer": "3",
    "decimal": "2.5",
    "boolean": "true",
    "date": "2026-09-01",
    "gYear": "2019",
    "iri": "https://w3id.org/hubgraph/id/school/100000",
    "school": "urn:100000",
    "trust": "uid:5143",
    "group": "uid:5143",
    "la": "la:202",
    "code": "4",
}


def literal(text: str, datatype: str = "") -> str:
    """Return a literal in N-Triples form; datatype is an IRI, empty for a plain string."""
    body = f'"{text.translate(_ESCAPES)}"'
    return f"{body}^^<{datatype}>" if datatype else body


def is_iri(text: str) -> bool:
    """Tell whether a text is an absolute IRI that may stand between angle brackets."""
    return _IRI.fullmatch(text) is not None


def example_of(param: Param) -> str:
    """Return an accepted value of a parameter, for messages and forms."""
    if param.example or param.default or param.enum:
        return param.example or param.default or param.enum[0]
    return _EXAMPLES.get(param.of) or _EXAMPLES.get(param.type) or "the-id-of-a-record"


def fault(param: Param, rule: str) -> ParameterError:
    """Return the error for a broken rule."""
    return ParameterError(param.name, rule, example_of(param))


def parse(param: Param, text: str) -> tuple[str, str]:
    """Return (canonical text, term in N-Triples form) of a value that needs no store; entity and code do."""
    value = checked_text(param, text)
    if param.enum and value not in param.enum:
        raise fault(param, f"'{_short(value)}' is not one of {', '.join(param.enum)}.")
    canonical = _PARSERS[param.type](param, value)
    if param.pattern is not None and re.fullmatch(param.pattern, canonical) is None:
        raise fault(param, f"'{_short(value)}' does not fit the pattern {param.pattern}.")
    _check_range(param, canonical)
    if param.type == "iri":
        return canonical, f"<{canonical}>"
    return canonical, literal(canonical, "" if param.type == "string" else XSD + param.type)


def checked_text(param: Param, text: str) -> str:
    """Return text without outer white space, unless it is a string; refuse what is no text at all."""
    value = text if param.type == "string" else text.strip()
    if len(value) > _LONGEST:
        raise fault(param, f"the value is longer than {_LONGEST:,} characters.")
    if _CONTROL.search(value):
        raise fault(param, "the value contains a control character.")
    if not value:
        raise fault(param, "the value is empty.")
    return value


def _short(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:57]}..."  # noqa: PLR2004 (a sentence stays readable)


def _string(_: Param, value: str) -> str:
    return value


def _integer(param: Param, value: str) -> str:
    if _INTEGER.fullmatch(value) is None:
        raise fault(param, f"'{_short(value)}' is not a whole number.")
    return str(int(value))


def _decimal(param: Param, value: str) -> str:
    if _DECIMAL.fullmatch(value) is None:
        raise fault(param, f"'{_short(value)}' is not a number with a point for decimals.")
    return format(Decimal(value), "f")


def _boolean(param: Param, value: str) -> str:
    known = {"true": "true", "1": "true", "yes": "true", "false": "false", "0": "false", "no": "false"}
    if value.lower() not in known:
        raise fault(param, f"'{_short(value)}' is neither true nor false.")
    return known[value.lower()]


def _date(param: Param, value: str) -> str:
    iso, british = _ISO.fullmatch(value), _BRITISH.fullmatch(value)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3])).isoformat()
        if british:
            return date(int(british[3]), int(british[2]), int(british[1])).isoformat()
    except ValueError:
        raise fault(param, f"'{_short(value)}' is not a day of the calendar.") from None
    raise fault(param, f"'{_short(value)}' is not a date; write year-month-day or day/month/year.")


def _year(param: Param, value: str) -> str:
    if _YEAR.fullmatch(value) is None or value == "0000":
        raise fault(param, f"'{_short(value)}' is not a year of four digits.")
    return value


def _iri(param: Param, value: str) -> str:
    if not is_iri(value):
        raise fault(param, f"'{_short(value)}' is not an absolute IRI.")
    return value


_PARSERS: Final[Mapping[str, Callable[[Param, str], str]]] = {
    "string": _string,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "gYear": _year,
    "iri": _iri,
}


def _check_range(param: Param, canonical: str) -> None:
    if param.minimum is None and param.maximum is None:
        return
    below, above = (param.minimum, param.maximum)
    if param.type in ("integer", "decimal"):
        too_low = below is not None and Decimal(canonical) < Decimal(below)
        too_high = above is not None and Decimal(canonical) > Decimal(above)
    else:
        too_low = below is not None and canonical < below
        too_high = above is not None and canonical > above
    if too_low:
        raise fault(param, f"{canonical} is below the least value, {below}.")
    if too_high:
        raise fault(param, f"{canonical} is above the greatest value, {above}.")
