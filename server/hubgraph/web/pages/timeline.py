"""Roles on an axis of years, as a picture beside the table that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from hubgraph.records.dealings_model import Role
from hubgraph.web.pages.formatting import shortened

WIDTH: Final = 900
MOST: Final = 25
"""Roles in the picture; the table has all."""
_LEFT: Final = 320
_RIGHT: Final = 20
_ROW: Final = 26
_TOP: Final = 30
_TICKS: Final = 8
_LEAST: Final = 3.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One role: its words, and where its bar lies; is_open_start or is_open_end where that day is not known or not come."""

    label: str
    y: int
    x: float
    width: float
    current: bool
    is_open_start: bool
    is_open_end: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """The picture: size, bars, ticks as (year, x), roles left out, and its description."""

    width: int
    height: int
    left: int
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[int, float], ...]
    hidden: int
    title: str


def draw_timeline(roles: Sequence[Role], data_date: str, *, by_organisation: bool) -> Timeline | None:
    """Return the picture of roles with a known day, oldest first; None where fewer than two have one.

    by_organisation: label the bars with the organisation (page of a person) and not with the name.
    """
    dated = [role for role in roles if role.start or (role.end and not role.current)]
    if len(dated) < 2:  # noqa: PLR2004 (one bar says no more than its row)
        return None
    shown = sorted(dated, key=lambda role: (role.start, role.end or "9999"))[:MOST]
    today = _number(data_date)
    days = [_number(day) for role in shown for day in (role.start, role.end) if day]
    first = date.fromordinal(min(days)).year
    last = max(today, *days)
    start, end = date(first, 1, 1).toordinal(), date(date.fromordinal(last).year, 12, 31).toordinal()
    scale = (WIDTH - _LEFT - _RIGHT) / (end - start)

    def place(day: int) -> float:
        return round(_LEFT + (day - start) * scale, 1)

    bars = []
    for row, role in enumerate(shown):
        left = place(_number(role.start)) if role.start else float(_LEFT)
        right = place(_number(role.end)) if role.end else place(max(today, _number(role.start)))
        bars.append(
            Bar(
                label=shortened(_words(role, by_organisation=by_organisation), 46),
                y=_TOP + row * _ROW,
                x=left,
                width=max(round(right - left, 1), _LEAST),
                current=role.current,
                is_open_start=not role.start,
                is_open_end=not role.end,
            )
        )
    years = range(first, date.fromordinal(end).year + 1)
    step = max(1, -(-len(years) // _TICKS))
    return Timeline(
        width=WIDTH,
        height=_TOP + len(shown) * _ROW + 8,
        left=_LEFT,
        bars=tuple(bars),
        ticks=tuple((year, place(date(year, 1, 1).toordinal())) for year in years[::step]),
        hidden=len(roles) - len(shown),
        title=f"Timeline of {len(shown)} roles from {years[0]} to {years[-1]}; the table below says the same",
    )


def _number(day: str) -> int:
    return date.fromisoformat(day[:10]).toordinal()


def _words(role: Role, *, by_organisation: bool) -> str:
    who = role.organisation if by_organisation else role.name
    return f"{who.text}, {role.role}" if role.role else who.text
