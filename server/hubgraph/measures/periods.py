"""Periods of whole days, both ends included, and what is left of one after others are taken out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

FIRST_DAY: Final = date(1000, 1, 1)
LAST_DAY: Final = date(9999, 12, 31)
"""Stand for a start or an end that is not known: held since ever, still held."""
_ONE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From the first to the last day, both included."""

    start: date = FIRST_DAY
    until: date = LAST_DAY

    @property
    def key(self) -> str:
        """Return the two days as text, with nothing for one that is not known: `2014-04-01--` still holds."""
        start = "" if self.start == FIRST_DAY else self.start.isoformat()
        until = "" if self.until == LAST_DAY else self.until.isoformat()
        return f"{start}--{until}"

    @property
    def label(self) -> str:
        """Return the period in words."""
        if self == EVER:
            return "always"
        if self.start == FIRST_DAY:
            return f"until {self.until.isoformat()}"
        if self.until == LAST_DAY:
            return f"from {self.start.isoformat()}"
        return f"{self.start.isoformat()} to {self.until.isoformat()}"

    def holds(self, day: date) -> bool:
        """Tell whether the day lies in the period."""
        return self.start <= day <= self.until

    def within(self, other: "Period") -> "Period | None":
        """Return the days that are in both, or None where there are none."""
        start, until = max(self.start, other.start), min(self.until, other.until)
        return Period(start, until) if start <= until else None

    def without(self, others: Iterable["Period"]) -> tuple["Period", ...]:
        """Return what is left of this period when all days of the others are taken out, in order of time."""
        left: list[Period] = []
        start = self.start
        for other in sorted(others):
            if other.until < start:
                continue
            if other.start > self.until:
                break
            if other.start > start:
                left.append(Period(start, other.start - _ONE))
            if other.until >= self.until:
                return tuple(left)
            start = other.until + _ONE
        left.append(Period(start, self.until))
        return tuple(left)


EVER: Final = Period()


def joined(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Return the same days as few periods, in order of time: those that touch or overlap become one."""
    made: list[Period] = []
    for period in sorted(periods):
        if made and (made[-1].until == LAST_DAY or period.start <= made[-1].until + _ONE):
            made[-1] = Period(made[-1].start, max(made[-1].until, period.until))
        else:
            made.append(period)
    return tuple(made)
