"""The review of matches: every pair out of a store as a match file, and the decisions of a reviewed file into the store's own."""

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from hubgraph.errors import InputError
from hubgraph.people.model import Decision
from hubgraph.people.pairs import EVERY_PAIR
from hubgraph.people.records import query
from hubgraph.people.resolve import FILE
from hubgraph.people.sssom import CLOSE, EXACT, NOT, MatchRow, read_decisions, write_decisions
from hubgraph.sparql import bind
from hubgraph.store.base import Store
from hubgraph.store.decision_files import writing
from hubgraph.terms import code_iri, record_iri, split_record_iri

_DECISION: Final = code_iri("match-decision", "")
_BATCH: Final = 2_000


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a reviewed file changed: decisions that are new or other than before, and all that now stand."""

    changed: int
    total: int


def match_rows(store: Store) -> tuple[MatchRow, ...]:
    """Return every pair that was kept, the most probable first; decided ones with what was decided."""
    base = store.info().base
    pairs, sides = _frame(store, "match-assertions"), _frame(store, "match-sides")
    for side, name in (("one", "candidate"), ("other", "match")):
        columns = {"appointment": name, "gid": f"{name}_gid", "name": f"{name}_name"}
        pairs = pairs.join(sides.rename(columns), left_on=side, right_on="record")
    rows = [_row(entry, base) for entry in pairs.iter_rows(named=True)]
    return tuple(sorted(rows, key=lambda row: (-float(row.confidence or 0), row.subject, row.object)))


def apply_review(store: Store, reviewed: Path, decisions: Path, today: date, reviewer: str = "") -> Reviewed:
    """Add the decisions of a reviewed file to those of the store.

    decisions: folder of decisions of the store. today, reviewer: of decisions that state no day and nobody. Raises InputError for a faulty file, or a row that names an appointment
    that the store does not have; nothing is written then.
    """
    if not reviewed.is_file():
        raise InputError(f"{reviewed} is not a file; name a match file such as hubgraph match --out writes.")
    return decide(store, read_decisions(reviewed), decisions, today, reviewer, place=f"{reviewed.name}: ")


def decide(  # noqa: PLR0913 (what was decided, where it goes, and how it is signed)
    store: Store,
    made: Sequence[Decision],
    decisions: Path,
    today: date,
    reviewer: str = "",
    *,
    place: str = "",
) -> Reviewed:
    """Add decisions to those of the store; they take effect with the next load.

    place: what an error names first. Raises InputError for an appointment that the store does not have, and writes nothing then.
    """
    with writing(decisions):
        standing = {decision.pair: decision for decision in read_decisions(decisions / FILE)}
        names = _names(store, {key for pair in (*standing, *(each.pair for each in made)) for key in pair})
        changed = 0
        for decision in made:
            _require_known(decision, names, place)
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


def _require_known(decision: Decision, names: Mapping[str, str], place: str) -> None:
    for key in decision.pair:
        if key not in names:
            raise InputError(
                f"{place}no appointment '{key}' of a person is in the store; write gid:N or the id of an appointment, or remove its row."
            )


def _names(store: Store, keys: Collection[str]) -> dict[str, str]:
    """Return key → `gid:N` or the key of those appointments of a person that the store has."""
    base = store.info().base
    ordered = sorted(keys)
    found: dict[str, str] = {}
    for at in range(0, len(ordered), _BATCH):
        iris = [f"<{record_iri(base, 'appointment', key)}>" for key in ordered[at : at + _BATCH]]
        for row in store.select(bind(query("appointment-ids"), {"appointment": iris})).rows:
            key = _key(row["appointment"].value, base)
            found[key] = _id(row["gid"].value if "gid" in row else None, key)
    return found


def _frame(store: Store, name: str) -> pl.DataFrame:
    return pl.read_csv(
        io.BytesIO(store.answer(query(name), "csv", limits=EVERY_PAIR).body), infer_schema_length=0
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
        held_back=entry["held_back"] or "",
    )


def _key(iri: str, base: str) -> str:
    split = split_record_iri(iri, base)
    return split[1] if split is not None else iri


def _id(gid: str | None, key: str) -> str:
    return f"gid:{gid}" if gid else key
