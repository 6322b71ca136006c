"""The review of matches: every pair out of a store as a match file, and the decisions of a reviewed file into the store's own."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from hubgraph.errors import InputError
from hubgraph.people.records import query
from hubgraph.people.resolve import FILE
from hubgraph.people.sssom import CLOSE, EXACT, NOT, MatchRow, read_decisions, write_decisions
from hubgraph.store.base import Limits, Store
from hubgraph.terms import code_iri, split_record_iri

_LIMITS: Final = Limits(seconds=600, rows=10_000_000, bytes=2_000_000_000)
"""All pairs of England are about 250,000; they are read at once, by the person who asks for the file."""
_DECISION: Final = code_iri("match-decision", "")
_JOINED: Final = ("automatic", "accepted")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a reviewed file changed: decisions that are new or other than before, and all that now stand."""

    changed: int
    total: int


def match_rows(store: Store) -> tuple[MatchRow, ...]:
    """Return every pair that was kept, the most probable first; decided ones with what was decided."""
    base = store.info().base
    frame = _frame(store, "match-assertions")
    rows = [_row(entry, base) for entry in frame.iter_rows(named=True)]
    return tuple(sorted(rows, key=lambda row: (-float(row.confidence or 0), row.subject, row.object)))


def apply_review(store: Store, reviewed: Path, decisions: Path, today: date, reviewer: str = "") -> Reviewed:
    """Add the decisions of a reviewed file to those of the store.

    decisions: folder of decisions of the store. today, reviewer: of decisions that state no day and nobody. Raises InputError for a faulty file, or a row that names an appointment
    that the store does not have; nothing is written then.
    """
    if not reviewed.is_file():
        raise InputError(f"{reviewed} is not a file; name a match file such as hubgraph match --out writes.")
    base = store.info().base
    ids = {
        _key(entry["appointment"], base): entry
        for entry in _frame(store, "appointment-ids").iter_rows(named=True)
    }
    found = read_decisions(reviewed)
    for decision in found:
        for key in decision.pair:
            if key not in ids:
                raise InputError(
                    f"{reviewed.name}: no appointment '{key}' of a person is in the store; write gid:N or the id of an appointment, or remove its row."
                )
    names = {key: _id(entry["gid"], key) for key, entry in ids.items()}
    standing = {decision.pair: decision for decision in read_decisions(decisions / FILE)}
    changed = 0
    for decision in found:
        before = standing.get(decision.pair)
        if before is None or before.verdict != decision.verdict:
            changed += 1
            standing[decision.pair] = replace(
                decision,
                decided_on=decision.decided_on or today.isoformat(),
                reviewer=decision.reviewer or reviewer,
            )
    write_decisions(decisions / FILE, standing.values(), names)
    return Reviewed(changed, len(standing))


def _frame(store: Store, name: str) -> pl.DataFrame:
    return pl.read_csv(
        io.BytesIO(store.answer(query(name), "csv", limits=_LIMITS).body), infer_schema_length=0
    )


def _row(entry: Mapping[str, str | None], base: str) -> MatchRow:
    decision = (entry["decision"] or "").removeprefix(_DECISION)
    return MatchRow(
        subject=_id(entry["candidate_gid"], _key(entry["candidate"] or "", base)),
        object=_id(entry["match_gid"], _key(entry["match"] or "", base)),
        subject_label=entry["candidate_name"] or "",
        object_label=entry["match_name"] or "",
        modifier=NOT if decision == "rejected" else "",
        predicate=CLOSE if decision == "proposed" else EXACT,
        justification=entry["justification"] or "",
        confidence=entry["confidence"] or "",
        reviewer=entry["reviewer"] or "",
        decided_on=entry["decided_on"] or "",
    )


def _key(iri: str, base: str) -> str:
    split = split_record_iri(iri, base)
    return split[1] if split is not None else iri


def _id(gid: str | None, key: str) -> str:
    return f"gid:{gid}" if gid else key
