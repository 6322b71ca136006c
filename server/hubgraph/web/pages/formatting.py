"""Values as people read them: dates, numbers, shares, counted words."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def long_date(text: str) -> str:
    """Return `2026-11-20` as `20 November 2026`; any other text, a bare year for example, as it is."""
    match = _ISO.match(text)
    if match is None:
        return text
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return text
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def number(text: str, places: int | None = None) -> str:
    """Return a number with commas between thousands, rounded to places where given; other text as it is."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    if not value.is_finite():
        return text
    if places is not None:
        value = round(value, places)
    return f"{value:,f}"


def percent(text: str) -> str:
    """Return a share between 0 and 1 as a percentage with one decimal."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    return f"{value * 100:.1f}%" if value.is_finite() else text


def formatted(text: str, style: str) -> str:
    """Return a value in the display format that the head of a saved query gives its column."""
    if style == "date":
        return long_date(text)
    if style == "percent":
        return percent(text)
    if style == "integer":
        return number(text)
    if style in ("decimal", "money"):
        return number(text, 2)
    return text


def counted(count: int, one: str, many: str = "") -> str:
    """Return `1 school`, `1,204 schools`; many is the plural where it is not one + s."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def period(start: str, end: str) -> str:
    """Return a period in words; empty where neither day is known."""
    if start and end:
        return f"{long_date(start)} to {long_date(end)}"
    if start:
        return f"since {long_date(start)}"
    return f"until {long_date(end)}" if end else ""


def shortened(text: str, length: int) -> str:
    """Return text cut at a word to at most length characters, with an ellipsis where something is left out."""
    if len(text) <= length:
        return text
    cut = text[: length - 1].rsplit(" ", 1)[0]
    return f"{cut or text[: length - 1]}…"
