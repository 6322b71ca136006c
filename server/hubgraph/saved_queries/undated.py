"""What an answer for an earlier day says of hubs, parts and support whose first day no source gives."""

from collections.abc import Mapping
from typing import Final

from hubgraph.resources import content
from hubgraph.saved_queries.model import AS_OF, SavedQuery
from hubgraph.sparql import bind
from hubgraph.store.base import Row, Store

_RESTS_ON: Final = frozenset(
    {"hubs", "member-lists", "programmes", "projects", "contractors", "eligible-lists", "supports"}
)
"""Kinds of record that can be without a first day and then count from their evidence day."""
_NARROWS: Final = ("programme", "hub")
_ELIGIBLE: Final = "eligible-lists"
_COUNTED: Final[tuple[tuple[str, str, str], ...]] = (
    ("hubs", "hub", "hubs"),
    ("parts", "part", "parts"),
    ("eligible", "eligible school", "eligible schools"),
    ("supports", "support", "supports"),
)
_SENTENCES: Final = {
    "left-out": (
        "Not counted on {day}, because no source says when they began and none speaks of them before the day given here: "
        "{items}. They may have been in force then."
    ),
    "counted": (
        "Counted on {day} from the known start of their programme or hub, though the source that names them is of a later "
        "day: {items}. Others may have held these parts then."
    ),
}


def without_first_day(
    store: Store, saved: SavedQuery, terms: Mapping[str, tuple[str, ...]], as_of: str, data_date: str
) -> tuple[str, ...]:
    """Return what is left out on a day before the date of the data, and what counts on it by inference; by programme."""
    needs = {kind.name for kind in saved.needs}
    if saved.param(AS_OF) is None or not needs & _RESTS_ON or not as_of < data_date:
        return ()
    query = content("queries", "internal", "without-first-day.rq").read_text(encoding="utf-8")
    given = {name: terms[name] for name in (*_NARROWS, AS_OF) if name in terms}
    kinds = [each for each in _COUNTED if each[0] != "eligible" or _ELIGIBLE in needs]
    said: dict[str, list[str]] = {}
    for row in store.select(bind(query, given)).rows:
        item = _item(row, kinds)
        if item:
            said.setdefault(row["why"].value, []).append(item)
    return tuple(
        sentence.format(day=as_of, items="; ".join(said[why]))
        for why, sentence in _SENTENCES.items()
        if why in said
    )


def _item(row: Row, kinds: list[tuple[str, str, str]]) -> str:
    counts = {name: int(row[name].value) for name, _, _ in kinds}
    amounts = [
        f"{counts[name]:,} {one if counts[name] == 1 else many}" for name, one, many in kinds if counts[name]
    ]
    if not amounts:
        return ""
    of = f"{row['name'].value}: " if row["name"].value else ""
    return f"{of}{' and '.join(amounts)} ({row['from'].value})"
