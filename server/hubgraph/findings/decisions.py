"""What people decided about findings: a text file beside the generations, read by every load.

STORE/decisions/findings.csv has the columns finding, state, reason, who, date. `finding` is the key or the IRI of a finding;
state is dismissed, or potential to take an earlier dismissal back; of several rows for one finding the last one counts.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from hubgraph.errors import InputError
from hubgraph.store.decision_files import writing

COLUMNS: Final = ("finding", "state", "reason", "who", "date")
_STATES: Final = ("dismissed", "potential")


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: key of the finding, state, reason, who decided, ISO date."""

    finding: str
    state: str
    reason: str
    who: str
    date: str

    @property
    def note(self) -> str:
        """Return reason, who and when in one sentence."""
        signed = ", ".join(part for part in (self.who, self.date) if part)
        return f"{self.reason} ({signed})" if signed else self.reason


def decisions_path(store: Path) -> Path:
    """Return the file of decisions of a store folder."""
    return store / "decisions" / "findings.csv"


def read_decisions(path: Path) -> Mapping[str, Decision]:
    """Return key → the last decision; raise InputError with row, column, value and fix where a row is wrong."""
    if not path.is_file():
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path.name} is not UTF-8 text; save it as CSV UTF-8.") from None
    rows = csv.DictReader(io.StringIO(text))
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise InputError(f"{path.name} lacks the column {missing[0]}; its columns are {', '.join(COLUMNS)}.")
    found: dict[str, Decision] = {}
    for number, row in enumerate(rows, start=2):
        decision = _decision(row, f"{path.name}, row {number}")
        found[decision.finding] = decision
    return found


def dismiss(path: Path, finding: str, reason: str, who: str, day: date) -> Decision:
    """Add the decision that a finding is none; it takes effect with the next load. Raises InputError without a reason."""
    if not reason.strip():
        raise InputError("A finding is dismissed with a reason; write one that others can check.")
    decision = Decision(finding, "dismissed", " ".join(reason.split()), who.strip(), day.isoformat())
    with writing(path.parent):
        _append(path, decision)
    return decision


def _append(path: Path, decision: Decision) -> None:
    """Add a row, under the names of the columns where there are none yet, in one write."""
    read_decisions(path)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    rows = io.StringIO("\n" if text and not text.endswith("\n") else "", newline="")
    rows.seek(0, io.SEEK_END)
    writer = csv.writer(rows, lineterminator="\n")
    if not text:
        writer.writerow(COLUMNS)
    writer.writerow([getattr(decision, name) for name in COLUMNS])
    with path.open("a", encoding="utf-8", newline="") as handle:
        handle.write(rows.getvalue())


def _decision(row: Mapping[str, str | None], place: str) -> Decision:
    values = {name: (row[name] or "").strip() for name in COLUMNS}
    key = values["finding"].rpartition("/")[2]
    if not key:
        raise InputError(f"{place}, column finding: it is empty; give the key of a finding, such as C05-….")
    if values["state"] not in _STATES:
        raise InputError(
            f"{place}, column state: '{values['state']}' is not a decision; write dismissed, or potential to take a dismissal back."
        )
    if not values["reason"]:
        raise InputError(f"{place}, column reason: it is empty; say why, so that others can check it.")
    if values["date"]:
        try:
            date.fromisoformat(values["date"])
        except ValueError:
            raise InputError(
                f"{place}, column date: '{values['date']}' is not a date; write it like 2026-01-30."
            ) from None
    return Decision(key, values["state"], values["reason"], values["who"], values["date"])
