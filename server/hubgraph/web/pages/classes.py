"""Classes of numbers for coloured maps: few, of equal width, with bounds that people can say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from hubgraph.web.pages.formatting import number

_MOST: Final = 5
_NICE: Final = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
NOTHING: Final = "c0"
"""Style of the value 0."""
ABSENT: Final = "none"
"""Style of what has no value."""


@dataclass(frozen=True, slots=True)
class Band:
    """One class: values over `over` up to and including `to`; style names its colour."""

    style: str
    label: str
    over: Decimal
    to: Decimal


def bands(values: Iterable[Decimal], *, percent: bool = False) -> tuple[Band, ...]:
    """Return at most five classes that hold all values above 0, and before them one for 0 where that occurs.

    percent: values are shares of 1, and the labels say per cent.
    """
    known = list(values)
    greatest = max(known, default=Decimal(0))
    found = [Band(NOTHING, _say(Decimal(0), percent=percent), Decimal(-1), Decimal(0))] if 0 in known else []
    if greatest <= 0:
        return tuple(found)
    step = _step(greatest / _MOST)
    count = int((greatest / step).to_integral_value(ROUND_CEILING))
    for position in range(count):
        over, to = step * position, step * (position + 1)
        label = f"over {_say(over, percent=percent)} to {_say(to, percent=percent)}"
        found.append(Band(_style(position, count), label, over, to))
    return tuple(found)


def counts(values: Sequence[int]) -> tuple[Band, ...]:
    """Return classes of counts from 1 on, each about three times as wide as the one before, up to the greatest value."""
    greatest = max(values, default=0)
    starts = [1]
    while (following := _next_start(starts[-1])) <= greatest and len(starts) < _MOST:
        starts.append(following)
    found = []
    for position, start in enumerate(starts):
        last = starts[position + 1] - 1 if position + 1 < len(starts) else greatest
        label = f"{start:,}" if last == start else f"{start:,} to {last:,}"
        found.append(Band(_style(position, len(starts)), label, Decimal(start - 1), Decimal(last)))
    return tuple(found)


def band_of(value: Decimal, among: Iterable[Band]) -> Band | None:
    """Return the class of a value, None where none holds it."""
    return next((band for band in among if band.over < value <= band.to), None)


def _step(least: Decimal) -> Decimal:
    """Return the smallest of 1, 2, 2.5 and 5 times a power of ten that is not less."""
    power = Decimal(1).scaleb(least.adjusted())
    return next(power * factor for factor in _NICE if power * factor >= least)


def _next_start(start: int) -> int:
    """Return 1, 3, 10, 30, 100 … one after the other."""
    return start * 3 if str(start)[0] == "1" else start // 3 * 10


def _style(position: int, count: int) -> str:
    """Return c1 (light) to c5 (dark), spread over as many classes as there are."""
    if count == 1:
        return "c3"
    place = Decimal(position * (_MOST - 1)) / (count - 1)
    return f"c{1 + int((place + Decimal('0.5')).to_integral_value(ROUND_FLOOR))}"


def _say(value: Decimal, *, percent: bool) -> str:
    shown = (value * 100 if percent else value).normalize()
    return f"{number(str(shown))}%" if percent else number(str(shown))
