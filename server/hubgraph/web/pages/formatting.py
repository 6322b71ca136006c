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
_DAY: Final = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])")


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


def money(text: str) -> str:
    """Return an amount: whole pounds (or other units) without decimals, and two where there are pence."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    return number(text, 0 if value.is_finite() and value == value.to_integral_value() else 2)


def measure(text: str) -> str:
    """Return a decimal with no more digits than it needs: at most two after the point, under 1 at most four."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    if not value.is_finite():
        return text
    rounded = round(value, 4 if abs(value) < 1 else 2)
    return number(str(rounded.normalize() if rounded else Decimal(0)))


def in_words(sentence: str) -> str:
    """Return a sentence of an answer with its ISO dates as people write them, and commas in the number it starts with."""
    count, _, rest = sentence.partition(" ")
    told = f"{number(count)} {rest}" if count.isdigit() and rest else sentence
    return _DAY.sub(lambda match: long_date(match[0]), told)


def formatted(text: str, style: str) -> str:
    """Return a value in the display format that the head of a saved query gives its column."""
    if style == "date":
        return long_date(text)
    if style == "percent":
        return percent(text)
    if style == "integer":
        return number(text)
    if style == "decimal":
        return number(text, 2)
    return money(text) if style == "money" else text


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
