"""What a fictional England is made of: options, the world of schools and groups, and what one run wrote."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]

AS_OF: Final = date(2026, 9, 1)
"""The day of the data, unless the files of --over state their own; never the clock."""

MIN_SCHOOLS: Final = 250
MAX_SCHOOLS: Final = 99_000
"""Below the first there are too few trusts and hubs for every pattern; above the second, numbers reach seven digits."""

FIRST_URN: Final = 900_100
FIRST_UID: Final = 900_001
FIRST_GID: Final = 9_000_001
FIRST_COMPANY: Final = 90_000_001
FIRST_UKPRN: Final = 90_000_001
"""First numbers of each kind. No register has issued numbers this high, and the example borough's end at 900099."""

NO_DAY: Final = -1_000_000
"""Stands for a date that is not known. Days are counted from 1 January 1970, as Polars counts them."""

_EPOCH: Final = date(1970, 1, 1).toordinal()


def day_of(day: date) -> int:
    """Return a date as days since 1970."""
    return day.toordinal() - _EPOCH


def iso(day: int) -> str:
    """Return days since 1970 as an ISO date; empty for NO_DAY."""
    return "" if day == NO_DAY else date.fromordinal(day + _EPOCH).isoformat()


@dataclass(frozen=True, slots=True)
class SynthOptions:
    """What to make; over: a folder or file of given schools and groups, which then are not made up."""

    schools: int
    seed: int
    moves: str = "near"
    over: Path | None = None


@dataclass(frozen=True, slots=True)
class Schools:
    """Schools as columns of equal length; trust and federation are row numbers of groups, -1 for none.

    body: academy, maintained or none (no governance in the register). x, y: easting and northing in metres.
    """

    urn: Ints
    name: Texts
    authority: Texts
    region: Texts
    phase: Texts
    body: Texts
    is_open: Flags
    x: Floats
    y: Floats
    opened: Ints
    trust: Ints
    federation: Ints
    local: Flags


@dataclass(frozen=True, slots=True)
class Groups:
    """Open groups as columns: kind is trust (several schools), single, federation or sponsor.

    schools: row numbers of the schools in each. sponsors: trust row → row of a sponsor of another name.
    """

    uid: Ints
    name: Texts
    kind: Texts
    company: Texts
    schools: tuple[Ints, ...]
    sponsors: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Merger:
    """A school that closed into another on a day, as row numbers of schools."""

    closed: int
    into: int
    day: int


@dataclass(frozen=True, slots=True)
class World:
    """The schools and groups that people are laid over, and the day of the data."""

    schools: Schools
    groups: Groups
    mergers: tuple[Merger, ...]
    as_of: date

    @property
    def today(self) -> int:
        """Return the day of the data as days since 1970."""
        return day_of(self.as_of)


@dataclass(frozen=True, slots=True)
class SynthSummary:
    """What a run wrote: rows per file, and how much of each kind; unplanted: pattern → why it could not be made."""

    out: Path
    rows: tuple[tuple[str, int], ...]
    people: int
    appointments: int
    planted: int
    near_misses: int
    unplanted: tuple[tuple[str, str], ...]
