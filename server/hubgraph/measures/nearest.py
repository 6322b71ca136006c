"""Straight lines from schools to hubs, in metres on the British National Grid."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from hubgraph.measures.model import School

_BLOCK: Final = 2_000_000
"""Distances computed at a time: 16 MB."""


@dataclass(frozen=True, slots=True)
class HubPlace:
    """A hub, the phases it takes (empty: all) and the points from which it can be reached (easting, northing)."""

    hub: str
    phases: frozenset[str]
    points: tuple[tuple[int, int], ...]

    def takes(self, phase: str) -> bool:
        """Tell whether the hub takes a school of this phase; one of unknown phase is taken where all are."""
        return not self.phases or phase in self.phases


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest hub of one school and how many metres it is away."""

    hub: str
    metres: float


def nearest_hubs(schools: Iterable[School], hubs: Sequence[HubPlace]) -> dict[str, Nearest]:
    """Return school IRI → nearest hub that takes its phase; schools without position, or with no such hub, have none.

    Of hubs at the same distance the first in the order of their IRIs counts.
    """
    by_phase: dict[str, list[School]] = defaultdict(list)
    for school in schools:
        if school.easting is not None and school.northing is not None:
            by_phase[school.phase].append(school)
    found: dict[str, Nearest] = {}
    for phase, group in by_phase.items():
        fitting = sorted((hub for hub in hubs if hub.takes(phase)), key=lambda hub: hub.hub)
        owners = [hub.hub for hub in fitting for _ in hub.points]
        points = np.array([point for hub in fitting for point in hub.points], dtype=np.float64)
        if owners:
            found |= _nearest(group, points, owners)
    return found


def _nearest(
    schools: Sequence[School], points: npt.NDArray[np.float64], owners: Sequence[str]
) -> Mapping[str, Nearest]:
    found: dict[str, Nearest] = {}
    step = max(1, _BLOCK // len(points))
    for start in range(0, len(schools), step):
        block = schools[start : start + step]
        places = np.array([(school.easting, school.northing) for school in block], dtype=np.float64)
        squares = ((places[:, None, :] - points[None, :, :]) ** 2).sum(axis=2)
        best = squares.argmin(axis=1)
        metres = np.sqrt(squares[np.arange(len(block)), best])
        for school, index, distance in zip(block, best.tolist(), metres.tolist(), strict=True):
            found[school.iri] = Nearest(owners[index], distance)
    return found
