"""Decisions on matches as text files that people keep in git: SSSOM, the Simple Standard for Sharing Ontological Mappings.

A row is a decision where a person made it: `predicate_modifier` Not rejects, `skos:exactMatch` accepts, `skos:closeMatch`
leaves it open. Rows that hubgraph wrote itself, and that nobody changed, decide nothing.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from hubgraph.errors import InputError
from hubgraph.people.model import JOIN, Decision, Verdict

EXACT: Final = "skos:exactMatch"
CLOSE: Final = "skos:closeMatch"
DIFFERENT: Final = "owl:differentFrom"
NOT: Final = "Not"
MANUAL: Final = "semapv:ManualMappingCuration"
_IRIS: Final = {
    "http://www.w3.org/2004/02/skos/core#exactMatch": EXACT,
    "http://www.w3.org/2004/02/skos/core#closeMatch": CLOSE,
    "http://www.w3.org/2002/07/owl#differentFrom": DIFFERENT,
}
_NEEDED: Final = ("subject_id", "predicate_id", "object_id")
COLUMNS: Final = (
    "subject_id", "subject_label", "predicate_modifier", "predicate_id", "object_id", "object_label",
    "mapping_justification", "confidence", "reviewer_label", "mapping_date", "comment",
    "curation_rule_text",
)  # fmt: skip
_HEAD: Final = (
    "#curie_map:",
    "#  gid: https://get-information-schools.service.gov.uk/governor/",
    "#  semapv: https://w3id.org/semapv/vocab/",
    "#  skos: http://www.w3.org/2004/02/skos/core#",
    "#mapping_set_title: Person records that may be the same person",
)
_GID: Final = "gid:"


@dataclass(frozen=True, slots=True)
class MatchRow:
    """One line of a match file; confidence is empty where nothing was computed.

    held_back: the rule of names by which it waits for review, however sure it is; who accepts such a row decided it.
    """

    subject: str
    object: str
    subject_label: str = ""
    object_label: str = ""
    modifier: str = ""
    predicate: str = CLOSE
    justification: str = MANUAL
    confidence: str = ""
    reviewer: str = ""
    decided_on: str = ""
    comment: str = ""
    held_back: str = ""

    def cells(self) -> tuple[str, ...]:
        """Return the cells in the order of COLUMNS."""
        return (
            self.subject, self.subject_label, self.modifier, self.predicate, self.object, self.object_label,
            self.justification, self.confidence, self.reviewer, self.decided_on, self.comment,
            self.held_back,
        )  # fmt: skip


def key_of(identifier: str) -> str:
    """Return the key of the appointment that `gid:55` or an appointment id names."""
    return identifier.strip().removeprefix(_GID)


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """Return what people decided in a file, later rows over earlier ones; no file, no decisions. Raises InputError."""
    if not path.exists():
        return ()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} cannot be read as UTF-8 text: {error}; save it as UTF-8.") from None
    found: dict[tuple[str, str], Decision] = {}
    for number, row in _rows(path.name, text):
        decision = _decision(path.name, number, row)
        if decision is not None:
            found[decision.pair] = decision
    return tuple(found[pair] for pair in sorted(found))


def write_decisions(path: Path, decisions: Iterable[Decision], ids: dict[str, str]) -> None:
    """Write decisions in the order of their pairs, so that git shows what changed; ids: key → `gid:…` or key."""
    rows = [
        MatchRow(
            subject=ids.get(decision.pair[0], decision.pair[0]),
            object=ids.get(decision.pair[1], decision.pair[1]),
            modifier=NOT if decision.verdict == "rejected" else "",
            predicate=EXACT,
            reviewer=decision.reviewer,
            decided_on=decision.decided_on,
            comment=decision.comment,
        )
        for decision in sorted(decisions, key=lambda decision: decision.pair)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.with_suffix(".part")
    before.write_text(written(rows), encoding="utf-8")
    before.replace(path)


def written(rows: Sequence[MatchRow]) -> str:
    """Return rows as the text of a match file."""
    out = io.StringIO()
    out.write("\n".join(_HEAD) + "\n")
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(row.cells() for row in rows)
    return out.getvalue()


def _rows(name: str, text: str) -> Iterable[tuple[int, dict[str, str]]]:
    """Yield the line number and the cells by column of each row."""
    lines = text.splitlines()
    head = next(
        (number for number, line in enumerate(lines) if line.strip() and not line.startswith("#")), None
    )
    if head is None:
        return
    columns = next(csv.reader([lines[head]], delimiter="\t"))
    missing = [column for column in _NEEDED if column not in columns]
    if missing:
        raise InputError(
            f"{name}, row {head + 1}: the columns {', '.join(missing)} are missing; a match file is tab-separated with at least {', '.join(_NEEDED)}."
        )
    reader = csv.reader(lines[head + 1 :], delimiter="\t")
    for cells in reader:
        number = head + 1 + reader.line_num
        if not any(cells) or cells[0].startswith("#"):
            continue
        if len(cells) > len(columns):
            raise InputError(
                f"{name}, row {number}: there are {len(cells)} cells under {len(columns)} columns; part cells with one tab."
            )
        yield number, dict(zip(columns, [*cells, *[""] * (len(columns) - len(cells))], strict=True))


def _decision(name: str, number: int, row: dict[str, str]) -> Decision | None:
    keys = []
    for column in ("subject_id", "object_id"):
        keys.append(key_of(row[column]))
        if not keys[-1]:
            raise InputError(
                f"{name}, row {number}, column {column}: it is empty; write gid:55 or the id of an appointment."
            )
    if keys[0] == keys[1]:
        raise InputError(
            f"{name}, row {number}, column object_id: '{row['object_id']}' is matched with itself; name another appointment."
        )
    verdict = _verdict(name, number, row)
    if verdict is None:
        return None
    reviewer = row.get("reviewer_label") or row.get("reviewer_id") or row.get("author_label") or ""
    return Decision(keys[0], keys[1], verdict, reviewer, _day(name, number, row), row.get("comment", ""))


def _day(name: str, number: int, row: dict[str, str]) -> str:
    text = row.get("mapping_date", "").strip()
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise InputError(
            f"{name}, row {number}, column mapping_date: '{text}' is not a day of the calendar; write for example 2026-02-01."
        ) from None


def _verdict(name: str, number: int, row: dict[str, str]) -> Verdict | None:
    predicate = row["predicate_id"].strip()
    predicate = _IRIS.get(predicate, predicate)
    if predicate not in (EXACT, CLOSE, DIFFERENT):
        raise InputError(
            f"{name}, row {number}, column predicate_id: '{predicate}' decides nothing; write {EXACT} to accept, the same with predicate_modifier {NOT} to reject, or {CLOSE} to leave it open."
        )
    modifier = row.get("predicate_modifier", "").strip()
    if modifier not in ("", NOT):
        raise InputError(
            f"{name}, row {number}, column predicate_modifier: '{modifier}' is not known; write {NOT} or leave it empty."
        )
    if modifier == NOT or predicate == DIFFERENT:
        return "rejected"
    if predicate == CLOSE or _ours(name, number, row):
        return None
    return "accepted"


def _ours(name: str, number: int, row: dict[str, str]) -> bool:
    """Tell whether a row says no more than hubgraph did when it joined the pair itself; what a rule held back it did not join."""
    if row.get("mapping_justification", MANUAL) in ("", MANUAL) or row.get("curation_rule_text", ""):
        return False
    try:
        return float(row.get("confidence") or 0) >= JOIN
    except ValueError:
        raise InputError(
            f"{name}, row {number}, column confidence: '{row['confidence']}' is not a number; write for example 0.93."
        ) from None
