"""Make data/boundaries/districts.json, the shapes of the district maps, from a TopoJSON file and an extract of schools.

    python scripts/simplify_districts.py districts.topojson edubasealldata20260130.csv

The first holds the local authority districts of the Office for National Statistics in metres of the British National Grid,
each with its name; the second (Get Information About Schools, cp1252) says which code a name has. Arcs between two districts are
thinned once for both, so that neighbours still meet. The result is a picture, not a boundary. Run twice, it is the same.
"""

import argparse
import csv
import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

OUT: Final = Path(__file__).resolve().parent.parent / "data" / "boundaries" / "districts.json"
UNIT: Final = 100
"""Metres to one unit of the picture."""
TOLERANCE: Final = 2.0
"""Greatest distance, in units, of a left out point from the line that replaces it."""
SMALLEST: Final = 200
"""Area, in square units, under which a ring is left out where the district has a greater one."""
CODE: Final = "DistrictAdministrative (code)"
NAME: Final = "DistrictAdministrative (name)"
ATTRIBUTION: Final = (
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right 2024."
)
LICENCE: Final = "http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"

Point = tuple[int, int]
Line = list[Point]


def main() -> None:
    """Read the two files, write the third and say how large it became."""
    parser = argparse.ArgumentParser(description="Make the shapes of the district maps.")
    parser.add_argument("topojson", type=Path)
    parser.add_argument("schools", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    topology = json.loads(given.topojson.read_text(encoding="utf-8"))
    made = simplified(topology, read_codes(given.schools))
    text = json.dumps(made, ensure_ascii=False, indent=1, separators=(",", ":"))
    given.out.write_text(compact(text) + "\n", encoding="utf-8")
    print(f"{given.out}: {len(made['areas'])} districts, {given.out.stat().st_size:,} bytes")


def read_codes(path: Path) -> Mapping[str, str]:
    """Return name → code of the districts in England that the schools of an extract lie in."""
    codes: dict[str, str] = {}
    with path.open(encoding="cp1252", newline="") as lines:
        for row in csv.DictReader(lines):
            name, code = row[NAME], row[CODE]
            if code.startswith("E") and codes.setdefault(name, code) != code:
                raise SystemExit(f"{path}: '{name}' has the codes {codes[name]} and {code}; use one extract.")
    return codes


def simplified(topology: Mapping[str, Any], codes: Mapping[str, str]) -> dict[str, Any]:
    """Return attribution, box, arcs (start, then steps) and, by code, name and rings of every district."""
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [thinned(placed(arc, scale, shift)) for arc in topology["arcs"]]
    (shapes,) = topology["objects"].values()
    rings = {shape["properties"]["name"]: kept_rings(shape, arcs) for shape in shapes["geometries"]}
    lost = sorted(name for name in rings if name not in codes)
    if lost:
        raise SystemExit(f"No school of the extract says which code these have: {', '.join(lost)}.")
    used = sorted(
        {index if index >= 0 else ~index for some in rings.values() for ring in some for index in ring}
    )
    position = {old: new for new, old in enumerate(used)}
    corners = [point for index in used for point in arcs[index]]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    width, height = max(x for x, _ in corners) - left, max(y for _, y in corners) - top
    return {
        "attribution": ATTRIBUTION,
        "licence": LICENCE,
        "crs": "EPSG:27700",
        "unit": "hundred metres; x = easting / 100, y = -northing / 100",
        "viewBox": f"{left} {top} {width} {height}",
        "arcs": [written(arcs[index]) for index in used],
        "areas": {
            codes[name]: {
                "name": name,
                "rings": [[moved(index, position) for index in ring] for ring in some],
            }
            for name, some in sorted(rings.items(), key=lambda pair: codes[pair[0]])
        },
    }


def placed(arc: Iterable[Sequence[int]], scale: Sequence[float], shift: Sequence[float]) -> Line:
    """Return the points of an arc in units of the picture, north up; equal neighbours once."""
    x = y = 0
    points: Line = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        point = (
            round((x * scale[0] + shift[0]) / UNIT),
            -round((y * scale[1] + shift[1]) / UNIT),
        )
        if not points or points[-1] != point:
            points.append(point)
    return points


def thinned(points: Line) -> Line:
    """Return a line without the points that hardly change it (Douglas and Peucker, 1973); ends stay."""
    if len(points) < 3:  # noqa: PLR2004 (nothing between two ends)
        return points
    first, last = points[0], points[-1]
    distances = [distance(point, first, last) for point in points[1:-1]]
    farthest = max(distances)
    if farthest <= TOLERANCE:
        return [first, last]
    middle = distances.index(farthest) + 1
    return thinned(points[: middle + 1])[:-1] + thinned(points[middle:])


def distance(point: Point, first: Point, last: Point) -> float:
    """Return how far a point is from a line between two others, or from both where they are one."""
    wide, high = last[0] - first[0], last[1] - first[1]
    length = (wide * wide + high * high) ** 0.5
    east, north = point[0] - first[0], point[1] - first[1]
    if length == 0:
        return float((east * east + north * north) ** 0.5)
    return float(abs(wide * north - high * east) / length)


def kept_rings(shape: Mapping[str, Any], arcs: Sequence[Line]) -> list[list[int]]:
    """Return the rings of a district, holes too, without those that are too small to be seen; the largest stays."""
    polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
    rings: list[list[int]] = [ring for polygon in polygons for ring in polygon]
    sizes = [area(ring, arcs) for ring in rings]
    largest = max(sizes)
    return [ring for ring, size in zip(rings, sizes, strict=True) if size == largest or size >= SMALLEST]


def area(ring: Iterable[int], arcs: Sequence[Line]) -> float:
    """Return the area of a ring in square units, by the shoelace formula."""
    points: Line = []
    for index in ring:
        points += arcs[index] if index >= 0 else arcs[~index][::-1]
    turned = points[1:] + points[:1]
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(points, turned, strict=True))) / 2


def moved(index: int, position: Mapping[int, int]) -> int:
    """Return the new number of an arc; a negative one (~number) is walked backwards."""
    return position[index] if index >= 0 else ~position[~index]


def written(points: Line) -> str:
    """Return a line as text: its start, then the steps from point to point."""
    steps = [(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in itertools.pairwise(points)]
    return " ".join(f"{x} {y}" for x, y in [points[0], *steps])


def compact(text: str) -> str:
    """Return JSON with one line to an arc or a district rather than to a number."""
    lines: list[str] = []
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip())
        if depth > 2 or (depth == 2 and line.strip()[0] in "]}"):  # noqa: PLR2004 (arcs and districts stand at 2)
            lines[-1] += line.strip()
        else:
            lines.append(line)
    return "\n".join(lines)


if __name__ == "__main__":
    main()
