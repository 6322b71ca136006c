"""Which points are near which, without a spatial library: candidates along two space-filling curves."""

from typing import Final

import numpy as np

from hubgraph.synth.model import Floats, Ints

_SPAN: Final = 96
"""How many neighbours along each curve are looked at."""


def morton(x: Floats, y: Floats, shift: float = 0.0) -> Ints:
    """Return keys along a Z-curve of cells 50 m wide; points near each other mostly have keys near each other."""
    keys = np.zeros(len(x), dtype=np.int64)
    left = ((x + shift) / 50.0).clip(0, 2**16 - 1).astype(np.int64)
    up = ((y + shift) / 50.0).clip(0, 2**16 - 1).astype(np.int64)
    for bit in range(16):
        keys |= ((left >> bit) & 1) << (2 * bit) | ((up >> bit) & 1) << (2 * bit + 1)
    return keys


def neighbours(x: Floats, y: Floats, most: int) -> Ints:
    """Return, per point, the row numbers of about its nearest other points, nearest first.

    The result has one row per point and at most `most` columns; a point can stand twice in a row.
    """
    count = len(x)
    most = min(most, count - 1)
    found = np.empty((count, most), dtype=np.int64)
    orders = [np.argsort(morton(x, y, shift), kind="stable") for shift in (0.0, 31_415.0)]
    places = [_inverse(order) for order in orders]
    steps = np.concatenate([np.arange(-_SPAN, 0), np.arange(1, _SPAN + 1)])
    for start in range(0, count, 4_000):
        rows = np.arange(start, min(start + 4_000, count))
        near = np.hstack(
            [order[(place[rows, None] + steps) % count] for order, place in zip(orders, places, strict=True)]
        )
        away = (x[near] - x[rows, None]) ** 2 + (y[near] - y[rows, None]) ** 2
        away[near == rows[:, None]] = np.inf
        nearest = np.argsort(away, axis=1, kind="stable")[:, :most]
        found[rows] = np.take_along_axis(near, nearest, axis=1)
    return found


def nearest_to(x: Floats, y: Floats, to_x: Floats, to_y: Floats) -> Ints:
    """Return, per given place, the row number of about the nearest point."""
    keys = morton(x, y)
    order = np.argsort(keys, kind="stable")
    spots = np.searchsorted(keys[order], morton(to_x, to_y))
    found = np.empty(len(to_x), dtype=np.int64)
    for start in range(0, len(to_x), 20_000):
        part = slice(start, start + 20_000)
        near = order[(spots[part, None] + np.arange(-24, 24)) % len(x)]
        away = (x[near] - to_x[part, None]) ** 2 + (y[near] - to_y[part, None]) ** 2
        found[part] = near[np.arange(len(near)), away.argmin(axis=1)]
    return found


def _inverse(order: Ints) -> Ints:
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return place
