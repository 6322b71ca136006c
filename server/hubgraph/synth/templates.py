"""The template files: rows of the ground with references, dates and names as texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from hubgraph.synth.ground import Ground
from hubgraph.synth.model import FIRST_COMPANY, NO_DAY, Ints, SynthOptions, iso
from hubgraph.synth.parts import Parts
from hubgraph.synth.slots import Bodies, Roles, Seats
from hubgraph.synth.writing_names import Names

_DATES: Final = frozenset([
    "start_date", "end_date", "date", "declared_on", "Award Date", "Planned Dates:Start Date", "Planned Dates:End Date",
])  # fmt: skip
_SUPPLIER_NUMBERS: Final = FIRST_COMPANY + 5_000_000

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Known:
    """Names and 360Giving identifiers of what template rows refer to."""

    names: dict[str, str]
    identifiers: dict[str, str]


def source_rows(
    options: SynthOptions, as_of: str, files: Sequence[str], registers: Sequence[str]
) -> list[Row]:
    """Return the rows of sources.csv: one that template rows name, and one for each file, so that none passes for real.

    registers: references of the bodies whose whole register of interests is in the template rows.
    """
    title = f"Fictional England of {options.schools} schools, seed {options.seed}: invented data"
    common: Row = {"publisher": "hubgraph synth", "published": as_of, "retrieved": as_of}
    rows: list[Row] = [{"id": "synth", "title": title, **common, "register_of": ";".join(registers)}]
    for name in files:
        stem = name.partition(".")[0].rstrip("0123456789")
        rows.append({"id": f"synth-{stem}", "title": f"{title}, {stem}", "files": name, **common})
    return rows


def known(ground: Ground) -> Known:
    """Return the names of schools, groups and organisations by reference, and their identifiers in awards."""
    schools, groups = ground.world.schools, ground.world.groups
    names = {f"urn:{urn}": str(name) for urn, name in zip(schools.urn, schools.name, strict=True)}
    names |= {f"uid:{uid}": str(name) for uid, name in zip(groups.uid, groups.name, strict=True)}
    names |= {str(row["id"]): str(row["name"]) for row in ground.rows["organisations"]}
    identifiers = {f"urn:{urn}": f"GB-EDU-{urn}" for urn in schools.urn}
    identifiers |= {
        f"uid:{uid}": f"GB-COH-{company}"
        for uid, company in zip(groups.uid, groups.company, strict=True)
        if company
    }
    return Known(names, identifiers)


def name_suppliers(ground: Ground, parts: Parts) -> None:
    """Put the names of suppliers together from parts, and give them company numbers that no register has issued."""
    words, endings = parts.by_kind["company-word"].texts, parts.by_kind["company-ending"].texts
    for row in ground.rows["organisations"]:
        name = row["name"]
        if isinstance(name, tuple):
            row["name"] = (
                f"{words[name[0] % len(words)]} {endings[name[1] % len(endings)]} {row['companies_house_number']} (fictional)"
            )
            row["companies_house_number"] = _SUPPLIER_NUMBERS + int(str(row["companies_house_number"]))


def finished(table: str, ground: Ground, keys: list[str], about: Known) -> list[Row]:
    """Return the rows of a table with every date and reference as text."""
    made = []
    for row in ground.rows.get(table, []):
        shown = {
            name: iso(value) if name in _DATES and isinstance(value, int) else value
            for name, value in row.items()
        }
        if table == "awards":
            for side in ("Recipient Org", "Funding Org"):
                reference = str(row[f"{side}:Identifier"])
                shown[f"{side}:Name"] = about.names[reference]
                shown[f"{side}:Identifier"] = about.identifiers.get(reference, reference)
        if table == "declarations" and isinstance(row["appointment"], int):
            key = keys[row["appointment"]]
            shown["appointment"] = key if key.startswith("synth-") else f"gid:{key}"
        made.append(shown)
    return made


def seat_keys(gid: Ints) -> list[str]:
    """Return the key of every seat: its appointment number, or the id of its row of appointments.csv."""
    return [str(number) if number else f"synth-board-{row:07d}" for row, number in enumerate(gid.tolist())]


def appointment_rows(  # noqa: PLR0913, PLR0917 - seats of hubs, and rows that were planted, with their names
    ground: Ground, seats: Seats, bodies: Bodies, roles: Roles, keys: list[str], names: Names
) -> list[Row]:
    """Return the rows of appointments.csv: the boards of hubs, then funders, suppliers, evaluators and coordinators.

    names: those of the seats, followed by those of the ground's appointments.
    """
    first_hub = bodies.of_hub(0)
    made: list[Row] = []
    for row in np.flatnonzero(bodies.kind[seats.body] == "hub").tolist():
        end = int(seats.end[row])
        made.append({
            "id": keys[row], **_name(names, row), "organisation": ground.hubs[int(seats.body[row]) - first_hub].key,
            "role": roles.label[seats.role[row]], "start_date": iso(int(seats.start[row])),
            "end_date": "" if end == NO_DAY else iso(end), "source": "synth",
        })  # fmt: skip
    for number, entry in enumerate(ground.appointments):
        made.append({
            "id": entry.key, **_name(names, len(keys) + number), "organisation": entry.organisation, "role": entry.role,
            "start_date": iso(entry.start), "end_date": iso(entry.end), "source": "synth",
        })  # fmt: skip
    return made


def _name(names: Names, row: int) -> Row:
    return {field: str(values[row]).strip() for field, values in names.items()}
