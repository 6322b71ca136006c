"""truth.json: who holds which appointment, what was planted, and what only looks like it."""

import json
from collections.abc import Iterable
from pathlib import Path

from hubgraph.synth.ground import Ground, Planted
from hubgraph.synth.model import SynthOptions, iso

Entry = dict[str, object]


def person_id(person: int) -> str:
    """Return the id of a person in the truth."""
    return f"p{person + 1:07d}"


def people_of(held: Iterable[tuple[str, int]]) -> dict[str, list[str]]:
    """Return person → keys of the appointments that they hold; keys that nobody or an organisation holds are left out."""
    found: dict[int, list[str]] = {}
    for key, person in held:
        if person >= 0:
            found.setdefault(person, []).append(key)
    return {person_id(person): sorted(keys) for person, keys in sorted(found.items())}


def planted_entry(planted: Planted, keys: list[str]) -> Entry:
    """Return what was planted as the truth states it; empty parts are left out."""
    first, last = planted.days
    entry: Entry = {
        "pattern": planted.pattern,
        "expected": "near miss" if planted.why else "overlap",
        "why": planted.why,
        "state": planted.state,
        "severity": planted.severity,
        "person": person_id(planted.person) if planted.person >= 0 else "",
        "organisations": list(planted.organisations),
        "appointments": [*(keys[seat] for seat in planted.seats), *planted.appointments],
        **dict(planted.ties),
        "overlap_start": iso(first),
        "overlap_end": iso(last),
    }
    if planted.why:
        entry["state"] = entry["severity"] = ""
    return {name: value for name, value in entry.items() if value not in ("", [])}


def write_truth(  # noqa: PLR0913, PLR0917 - the parts of the truth
    path: Path,
    options: SynthOptions,
    ground: Ground,
    keys: list[str],
    people: dict[str, list[str]],
    further: Entry,
) -> None:
    """Write the truth: one line per person and per planted entry, so that two runs can be compared as texts."""
    planted = [planted_entry(entry, keys) for entry in ground.planted]
    namesakes: list[Entry] = [
        {"people": [person_id(pair.one), person_id(pair.other)], "middle_names": pair.middle}
        for pair in ground.alike
    ]
    about: Entry = {
        "about": "Fictional data: no person, school or body exists. Appointments are numbers (GID), ids of appointments.csv, or urn-N-head for the head of school N.",
        "schools": options.schools,
        "seed": options.seed,
        "moves": options.moves,
        "as_of": ground.world.as_of.isoformat(),
        "unplanted": ground.unplanted,
        **further,
    }
    lines = [f"{_json(name)}: {_json(value)}" for name, value in about.items()]
    lines.append(_listed("namesakes", map(_json, namesakes)))
    lines.append(_listed("planted", map(_json, planted)))
    held = (f"{_json(person)}: {_json(keys)}" for person, keys in people.items())
    lines.append('"people": {\n' + ",\n".join(held) + "\n}")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _listed(name: str, entries: Iterable[str]) -> str:
    return f"{_json(name)}: [\n" + ",\n".join(entries) + "\n]"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
