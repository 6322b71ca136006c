"""Three unlike fictional boroughs as files in the layouts of the register, with the truth of who is who beside them.

PYTHONPATH=server:tests python -m worlds.boroughs OUT    # then: hubgraph load OUT/two-surnames/files --store STORE
"""

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from worlds.ground import FIRST_UID
from worlds.recipe import recipes
from worlds.world import Made, make

BOROUGHS: Final = ("patronymics", "two-surnames", "everyday-names")
_DAY: Final = "20260130"
_ROLES: Final = {"1": "Chair of Governors", "2": "Governor", "3": "Chair of Trustees", "4": "Trustee"}
_SCHOOLS: Final = (
    "URN", "EstablishmentName", "EstablishmentStatus (code)", "TypeOfEstablishment (code)", "PhaseOfEducation (code)",
    "LA (code)", "OpenDate", "CloseDate", "Easting", "Northing",
)  # fmt: skip
_GROUPS: Final = (
    "Group UID", "Group Name", "Group Type (code)", "Group Status (code)", "Companies House Number", "Open date", "Closed Date",
)  # fmt: skip
_LINKS: Final = (
    "URN",
    "Group UID",
    "Group Name",
    "Group Type",
    "Closed Date",
    "Joined date",
    "EstablishmentName",
)
_POSTS: Final = (
    "GID", "URN", "UID", "Companies House Number", "Role", "Title", "Forename 1", "Forename 2", "Surname",
    "Date of appointment", "Date term of office ends/ended", "Appointing body",
)  # fmt: skip


def write_borough(name: str, folder: Path) -> Path:
    """Write the files of a borough into folder/files and folder/truth.json (person → GIDs); return folder/files."""
    made = make(next(recipe for recipe in recipes("unseen") if recipe.name == name))
    files = folder / "files"
    files.mkdir(parents=True)
    bodies = made.ground.bodies
    schools = [body for body in bodies if body.kind == "school"]
    trusts = [body for body in bodies if body.kind == "trust"]
    _write(
        files / f"edubasealldata{_DAY}.csv",
        _SCHOOLS,
        (
            (body.key, f"Fictional School {body.key}", "1", "34" if body.trust >= 0 else "1", "2", "301", "01-09-1990", "", str(round(body.x)), str(round(body.y)))
            for body in schools
        ),
    )  # fmt: skip
    _write(
        files / f"allgroupsdata{_DAY}.csv",
        _GROUPS,
        ((body.key, f"Fictional Trust {body.key}", "6", "OPEN", "", "", "") for body in trusts),
    )
    _write(
        files / f"alllinksdata{_DAY}.csv",
        _LINKS,
        (
            (body.key, str(FIRST_UID + body.trust), f"Fictional Trust {FIRST_UID + body.trust}", "Multi-academy trust", "", "2015-09-01", f"Fictional School {body.key}")
            for body in schools
            if body.trust >= 0
        ),
    )  # fmt: skip
    posts = list(_posts(made))
    _write(files / f"governancealldata{_DAY}.csv", _POSTS, (row for _, row in posts))
    people: dict[str, list[str]] = {}
    for person, row in posts:
        people.setdefault(str(person), []).append(row[0])
    (folder / "truth.json").write_text(json.dumps(people, indent=0) + "\n", encoding="utf-8")
    return files


def read_truth(folder: Path) -> Mapping[str, str]:
    """Return GID → person."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return {gid: person for person, gids in truth.items() for gid in gids}


def _posts(made: Made) -> Iterable[tuple[int, tuple[str, ...]]]:
    """Yield person and row of every post on the board of a school or trust."""
    for number, seat in enumerate(made.seats):
        body = made.ground.bodies[seat.body]
        if body.kind == "firm":
            continue
        names = (str(made.rows[name][number]) for name in ("title", "forename_1", "forename_2", "surname"))
        where = (body.key, "") if body.kind == "school" else ("", body.key)
        yield (
            seat.holder,
            (
                str(made.gids[number]),
                *where,
                "",
                _ROLES[seat.role],
                *names,
                _day(seat.start),
                _day(seat.end),
                "",
            ),
        )


def _day(day: int) -> str:
    return date.fromordinal(day).strftime("%d/%m/%Y") if day else ""


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(columns)
        writer.writerows(rows)


if __name__ == "__main__":
    for borough in BOROUGHS:
        write_borough(borough, Path(sys.argv[1]) / borough)
