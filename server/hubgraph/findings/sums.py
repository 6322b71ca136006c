"""How a finding adds up, in a sentence that the people and bodies it names can check."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from hubgraph.findings.model import EVER, NEVER, Sum

_SYMBOLS: Final = {"GBP": "£", "EUR": "€", "USD": "$"}


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences of a pattern: where the limit is exceeded, where it is not, and where none was found."""

    above: str
    within: str = ""
    without: str = ""


_SUMS: Final[Mapping[str, Words]] = {
    "C01": Words(
        "{part} of {whole} members of the trust are its trustees too: {share} per cent, more than {limit} per cent"
    ),
    "C04": Words(
        "{part} paid on that day; {whole} is compared with the threshold of {limit} and is above it",
        "{part} paid on that day; {whole} is compared with the threshold of {limit} and is not above it",
        "{part} paid on that day; no threshold in this currency was found that was in force",
    ),
    "C06": Words(
        "{part} of {whole} on the board serve the lead or its trust: {share} per cent, more than {limit} per cent",
        "the chair of the board serves the lead or its trust; of the board, {part} of {whole} do",
    ),
    "C07": Words("", without="{part} awarded"),
    "C09": Words("", without="{part} awarded"),
    "C10": Words(
        "{part} of {whole} was not passed on: {share} per cent, where the terms of the programme allow {limit} per cent"
    ),
    "C12": Words(
        "", without="{part} of {whole} trustees on that day were appointed by the body that was paid"
    ),
    "C16": Words(
        "{part} paid on that day, {whole} in the academy financial year up to it: above {limit}, from where on such supplies are to be at cost"
    ),
    "C17": Words(
        "a share of {part} per cent is declared, more than {limit} per cent",
        without="the declared interest is one of close family",
    ),
}
"""Pattern → its sentences; what compares per cents compares the share, what compares amounts the whole."""

_MONEY: Final = frozenset({"C04", "C07", "C09", "C10", "C16"})
_OF_AMOUNTS: Final = frozenset({"C04", "C16"})
"""Patterns that hold the whole itself against the limit, not the share."""


def said(pattern: str, sums: Iterable[Sum], start: str, end: str) -> str:
    """Return how a finding adds up: what is counted, against which limit, and which days make its period."""
    counted = _counted(pattern, sorted(sums, key=lambda each: (each.start, each.part)))
    return ". ".join(part[:1].upper() + part[1:] for part in (*counted, _days(start, end))) + "."


def _counted(pattern: str, sums: Sequence[Sum]) -> Sequence[str]:
    """Return the sentences of what is counted, with their first days where the numbers change."""
    texts: list[tuple[str, str]] = []
    for each in sums:
        text = _sentence(pattern, each)
        if text and (not texts or texts[-1][1] != text):
            texts.append((each.start, text))
    if len(texts) < 2:  # noqa: PLR2004 (one sentence needs no day of its own)
        return [text for _, text in texts]
    return [text if start == EVER else f"from {start} on, {text}" for start, text in texts]


def _sentence(pattern: str, each: Sum) -> str:
    words = _SUMS.get(pattern)
    if words is None:
        return ""
    part, whole, limit = each.part, each.part if each.whole is None else each.whole, each.limit
    text = words.without
    if limit is not None:
        compared = whole if pattern in _OF_AMOUNTS else 100 * part / whole
        text = words.above if compared > limit else words.within
    money = pattern in _MONEY
    return text.format(
        part=amount(part, each.currency) if money else _number(part),
        whole=amount(whole, each.currency) if money else _number(whole),
        share=_number(round(100 * part / whole, 1)) if whole else "",
        limit=_limit(pattern, each),
    )


def _limit(pattern: str, each: Sum) -> str:
    if each.limit is None:
        return ""
    return amount(each.limit, each.currency) if pattern in _OF_AMOUNTS else _number(each.limit)


def _days(start: str, end: str) -> str:
    if start == EVER and end == NEVER:
        return "no first or last day is stated"
    first = "no first day is stated" if start == EVER else f"the latest first day of these facts is {start}"
    last = "no last day is stated" if end == NEVER else f"the earliest last day is {end}"
    return f"{first}, and {last}"


def amount(value: Decimal, currency: str) -> str:
    """Return an amount with its currency; one without is in pounds."""
    symbol = _SYMBOLS.get(currency or "GBP", f"{currency} ")
    return f"{symbol}{_number(value)}"


def _number(value: Decimal) -> str:
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}".rstrip("0")
