"""Whom a load leaves out: a text file beside the generations, read before any row is mapped.

STORE/decisions/suppressions.csv has the columns id, action, reason, date. `id` is gid:N, the id of an appointment, or a
person key of a source; action is hide or erase. Neither makes a triple: hide leaves the files of the store as they are,
erase is what `hubgraph forget` writes when it has removed everything else. The file never holds a name.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from hubgraph.errors import InputError
from hubgraph.store.decision_files import writing
from hubgraph.store.leaving_out import LeaveOut
from hubgraph.terms import record_iri

FILE: Final = "suppressions.csv"
COLUMNS: Final = ("id", "action", "reason", "date")
_ACTIONS: Final = ("hide", "erase")
_GID: Final = "gid:"


@dataclass(frozen=True, slots=True)
class Suppression:
    """One row: id as written, hide or erase, why, and the ISO date of the decision."""

    id: str
    action: str
    reason: str
    date: str

    @property
    def key(self) -> str:
        """Return the key of the appointment that the id means; of a person key, the key itself."""
        return self.id.removeprefix(_GID)


@dataclass(frozen=True, slots=True)
class Suppressions:
    """All rows of the file, the last one of each id."""

    rows: Mapping[str, Suppression] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Tell whether anybody is left out."""
        return bool(self.rows)

    def keys(self) -> frozenset[str]:
        """Return the keys of appointments that are left out."""
        return frozenset(row.key for row in self.rows.values())

    def person_keys(self) -> frozenset[str]:
        """Return the person keys that are left out: every id that is not the number of a register."""
        return frozenset(row.id for row in self.rows.values() if not row.id.startswith(_GID))

    def leave_out(self, base: str) -> LeaveOut:
        """Return what of a store or an RDF file is left out."""
        return LeaveOut(
            records=frozenset(
                record_iri(base, kind, key) for key in self.keys() for kind in ("appointment", "person")
            ),
            gids=frozenset(row.key for row in self.rows.values() if row.id.startswith(_GID)),
            person_keys=self.person_keys(),
        )


def suppressions_path(store: Path) -> Path:
    """Return the file of a store folder."""
    return store / "decisions" / FILE


def read_suppressions(path: Path) -> Suppressions:
    """Return who is left out; no file, nobody. Raises InputError with row, column, value and fix where it is damaged."""
    if not path.is_file():
        return Suppressions()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path.name} cannot be read as UTF-8 text: {error}; save it as CSV UTF-8."
        ) from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise InputError(
            f"{path.name}, row 1, column {missing[0]}: it is missing; the columns are {', '.join(COLUMNS)}."
        )
    found: dict[str, Suppression] = {}
    for row in reader:
        place = f"{path.name}, row {reader.line_num}"
        if None in row:
            raise InputError(
                f"{place}, column {COLUMNS[-1]}: there are more cells than columns; put quotes around a reason with a comma."
            )
        suppression = _suppression({name: (row[name] or "").strip() for name in COLUMNS}, place)
        found[suppression.id] = suppression
    return Suppressions(found)


def _suppression(row: Mapping[str, str], place: str) -> Suppression:
    number = row["id"].removeprefix(_GID)
    if not number or (row["id"].startswith(_GID) and not number.isdigit()):
        raise InputError(
            f"{place}, column id: '{row['id']}' names nobody; write gid:55, the id of an appointment or a person key."
        )
    if row["action"] not in _ACTIONS:
        raise InputError(f"{place}, column action: '{row['action']}' is not known; write hide or erase.")
    try:
        day = date.fromisoformat(row["date"]).isoformat() if row["date"] else ""
    except ValueError:
        raise InputError(
            f"{place}, column date: '{row['date']}' is not a day of the calendar; write for example 2026-02-01."
        ) from None
    return Suppression(row["id"], row["action"], row["reason"], day)


def add_suppressions(path: Path, rows: Iterable[Suppression]) -> Suppressions:
    """Add rows to the file, each over an earlier one of its id, and return all; the file is written whole or not at all."""
    with writing(path.parent):
        standing = dict(read_suppressions(path).rows)
        standing.update({row.id: row for row in rows})
        _write(path, standing)
    return Suppressions(standing)


def _write(path: Path, standing: Mapping[str, Suppression]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(astuple(standing[key]) for key in sorted(standing))
    part = path.with_suffix(".part")
    part.write_text(out.getvalue(), encoding="utf-8")
    part.replace(path)
