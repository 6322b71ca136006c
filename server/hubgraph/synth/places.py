"""Where things are: towns inside the outline of England, each in one of a number of fictional authorities."""

import json
import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from hubgraph.resources import content
from hubgraph.synth.model import Flags, Floats, Ints, Texts
from hubgraph.synth.parts import Parts, joined, rows_of

_SCHOOLS_PER_TOWN: Final = 11
_SCHOOLS_PER_AUTHORITY: Final = 176
_MOST_AUTHORITIES: Final = 153
_FIRST_AUTHORITY: Final = 500  # No authority of England or Wales has a code from 500 to 659.


@dataclass(frozen=True, slots=True)
class Places:
    """Towns (name, x, y, weight, row of their authority) and authorities (code, name, region code and name, local)."""

    town: Texts
    x: Floats
    y: Floats
    weight: Floats
    authority_of: Ints
    code: Texts
    authority: Texts
    region: Texts
    region_name: Texts
    local: Flags


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of England: its edges as columns x1, y1, x2, y2 in metres."""

    edges: Floats

    def holds(self, x: Floats, y: Floats) -> Flags:
        """Tell which points lie inside, by the number of edges that a ray to the east crosses."""
        x1, y1, x2, y2 = self.edges.T
        inside = np.zeros(len(x), dtype=np.int64)
        for start in range(0, len(x), 2_000):
            part = slice(start, start + 2_000)
            px, py = x[part, None], y[part, None]
            between = (y1 > py) != (y2 > py)
            cross = x1 + (py - y1) * (x2 - x1) / np.where(y2 == y1, 1.0, y2 - y1)
            inside[part] = (between & (px < cross)).sum(axis=1)
        odd: Flags = inside % 2 == 1
        return odd


def read_outline() -> Outline:
    """Read the bundled outline; its path holds absolute moves and relative lines, in hundred metres."""
    path = json.loads(content("data", "boundaries", "england-outline.json").read_text())["path"]
    edges = []
    for ring in re.findall(r"M([^Mz]*)", path):
        numbers = np.array(re.findall(r"-?\d+(?:\.\d+)?", ring), dtype=np.float64).reshape(-1, 2)
        points = numbers.cumsum(axis=0) * [100.0, -100.0]
        edges.append(np.hstack([points, np.roll(points, -1, axis=0)]))
    return Outline(np.vstack(edges))


def make_places(schools: int, parts: Parts, rng: np.random.Generator) -> Places:
    """Return towns and authorities enough for a number of schools."""
    regions = rows_of("regions")
    outline = read_outline()
    weights = np.array([float(row["weight"]) for row in regions])
    centres = np.array([[float(row["easting"]), float(row["northing"])] for row in regions])
    towns = max(60, schools // _SCHOOLS_PER_TOWN)
    x, y, nearest = _points(towns, _scaled(weights), centres, outline, rng)
    size: Floats = np.asarray(1.0 / (rng.permutation(towns) + 4.0), dtype=np.float64)
    count = min(max(schools // _SCHOOLS_PER_AUTHORITY, len(regions)), _MOST_AUTHORITIES)
    centre_towns, authority_of = _authorities(count, x, y, nearest, size)
    names = _place_names(towns, parts, rng)
    names[centre_towns] = _unique(names[centre_towns])
    local = np.zeros(len(centre_towns), dtype=np.bool_)
    local[rng.permutation(count)[: max(1, round(count * parts.share("authorities with local surnames")))]] = (
        True
    )
    return Places(
        names, x, y, _scaled(size), authority_of,
        np.array([str(_FIRST_AUTHORITY + row) for row in range(count)], dtype=object),
        np.array([f"{name} (fictional)" for name in names[centre_towns]], dtype=object),
        np.array([regions[row]["code"] for row in nearest[centre_towns]], dtype=object),
        np.array([regions[row]["name"] for row in nearest[centre_towns]], dtype=object),
        local,
    )  # fmt: skip


def _points(
    count: int, shares: Floats, centres: Floats, outline: Outline, rng: np.random.Generator
) -> tuple[Floats, Floats, Ints]:
    """Return points inside the outline with the region whose centre is nearest, as many per region as its share."""
    wanted = np.maximum(1, np.round(shares * count)).astype(np.int64)
    wanted[np.argmax(wanted)] += count - wanted.sum()
    low, high = outline.edges[:, :2].min(axis=0), outline.edges[:, :2].max(axis=0)
    points: list[list[Floats]] = [[] for _ in wanted]
    while any(len(found) < need for found, need in zip(points, wanted, strict=True)):
        tried = rng.uniform(low, high, size=(4_000, 2))
        tried = tried[outline.holds(tried[:, 0], tried[:, 1])]
        region = ((tried[:, None, :] - centres) ** 2).sum(axis=2).argmin(axis=1)
        for point, row in zip(tried, region, strict=True):
            if len(points[row]) < wanted[row]:
                points[row].append(point)
    flat = np.array([point for found in points for point in found])
    return flat[:, 0], flat[:, 1], np.repeat(np.arange(len(wanted)), wanted)


def _authorities(count: int, x: Floats, y: Floats, region: Ints, size: Floats) -> tuple[Ints, Ints]:
    """Return the towns that authorities are named after, and the authority of each town: the nearest of its region."""
    by_size = np.argsort(-size, kind="stable")
    first = [by_size[region[by_size] == row][0] for row in np.unique(region)]
    rest = [town for town in by_size if town not in set(first)]
    centres = np.array(sorted([*first, *rest[: count - len(first)]]), dtype=np.int64)
    away = (x[:, None] - x[centres]) ** 2 + (y[:, None] - y[centres]) ** 2
    away[region[:, None] != region[centres]] = np.inf
    return centres, away.argmin(axis=1)


def _place_names(count: int, parts: Parts, rng: np.random.Generator) -> Texts:
    stems = joined(parts.draw("place-first", rng, count), parts.draw("place-last", rng, count), by="")
    before, after = parts.draw("place-before", rng, count), parts.draw("place-after", rng, count)
    return joined(before, stems, after)


def _scaled(weights: Floats) -> Floats:
    scaled: Floats = weights / weights.sum()
    return scaled


def _unique(names: Texts) -> Texts:
    """Return names, with a number behind repeated ones."""
    seen: dict[str, int] = {}
    made = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        made.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return np.array(made, dtype=object)
