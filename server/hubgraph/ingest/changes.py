"""What a new generation changes: sources, counts, schools, hubs, leads and trusts compared with the one before.

Kept in the generation as `quality/changes.json`; lists are bounded, their totals are not.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

from hubgraph.checks.quality import FOLDER
from hubgraph.errors import NoGenerationError, StoreError
from hubgraph.ingest.describe import literal
from hubgraph.resources import content
from hubgraph.sparql import bind
from hubgraph.store.finished import FinishedStore
from hubgraph.store.generations import Generations, Manifest, SourceEntry
from hubgraph.terms import XSD

FILE: Final = "changes.json"
LONGEST: Final = 200
"""Entries of one list that are kept."""
_LISTS: Final = (
    ("changes-open-schools", "schools-opened", "schools-closed"),
    ("changes-hubs", "hubs-gained", "hubs-lost"),
    ("changes-leads", "leads-gained", "leads-lost"),
    ("changes-trusts", "trusts-joined", "trusts-left"),
)
"""Query, name of the list of what only the newer generation has, and of what only the older one had."""

_Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One record, and the other side where the change is about a tie; names are empty where there is none."""

    iri: str
    name: str
    other: str = ""
    other_name: str = ""


@dataclass(frozen=True, slots=True)
class ChangeList:
    """One kind of change: how many in all, and the first of them."""

    key: str
    total: int
    first: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class SourceChange:
    """A source that came, went or has another file; before and after are ISO dates or empty."""

    key: str
    title: str
    how: Literal["added", "removed", "replaced"]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """The comparison of a generation with the one before.

    number, date_before, loaded_before: of the generation before. counts: class, records before, records now.
    reason: why nothing was compared, as a sentence; everything else is then empty.
    """

    reason: str = ""
    number: str = ""
    date_before: str = ""
    loaded_before: str = ""
    triples_before: int = 0
    triples: int = 0
    sources: tuple[SourceChange, ...] = ()
    same_sources: int = 0
    counts: tuple[tuple[str, int, int], ...] = ()
    lists: tuple[ChangeList, ...] = ()


def write_changes(stage: Path, generations: Generations, manifest: Manifest) -> None:
    """Compare a stage that is ready to be published with the published generation and write what changed."""
    try:
        before, folder = generations.current(), generations.current_folder()
    except NoGenerationError:
        changes = Changes(reason="This is the first generation of the store.")
    except StoreError:
        changes = Changes(reason="The generation before was written by another version of hubgraph.")
    else:
        if before.base == manifest.base:
            changes = compare(before, folder, manifest, stage)
        else:
            changes = Changes(reason="The records of the generation before have other addresses.")
    path = stage / FOLDER / FILE
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(asdict(changes), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_changes(generation: Path) -> Changes:
    """Return what a generation's folder says that it changed; one without a comparison says so as reason."""
    try:
        values: dict[str, Any] = json.loads((generation / FOLDER / FILE).read_text(encoding="utf-8"))
        lists = tuple(
            ChangeList(entry["key"], entry["total"], tuple(Change(**one) for one in entry["first"]))
            for entry in values.pop("lists")
        )
        sources = tuple(SourceChange(**entry) for entry in values.pop("sources"))
        counts = tuple((name, before, now) for name, before, now in values.pop("counts"))
        return Changes(**values, lists=lists, sources=sources, counts=counts)
    except FileNotFoundError:
        return Changes(reason="No comparison was kept with this generation.")
    except (ValueError, KeyError, TypeError):
        raise StoreError(
            f"{FOLDER}/{FILE} of generation {generation.name} is damaged; load the data again."
        ) from None


def compare(before: Manifest, folder_before: Path, manifest: Manifest, folder: Path) -> Changes:
    """Return what the generation in folder changes; each is looked at on its own data date."""
    sources, same = _sources(before.sources, manifest.sources)
    with FinishedStore(folder_before / "rdf", 1) as older, FinishedStore(folder / "rdf", 1) as newer:
        lists: list[ChangeList] = []
        for query, gained, lost in _LISTS:
            had, has = _pairs(older, query, before.data_date), _pairs(newer, query, manifest.data_date)
            lists += [_list(gained, has - had, newer, older), _list(lost, had - has, older, newer)]
    names = sorted({*before.counts, *manifest.counts})
    return Changes(
        number=before.number,
        date_before=before.data_date,
        loaded_before=before.loaded,
        triples_before=before.triples,
        triples=manifest.triples,
        sources=sources,
        same_sources=same,
        counts=tuple((name, before.counts.get(name, 0), manifest.counts.get(name, 0)) for name in names),
        lists=tuple(lists),
    )


def _sources(
    before: Sequence[SourceEntry], now: Sequence[SourceEntry]
) -> tuple[tuple[SourceChange, ...], int]:
    """Return what became of the sources, and how many have the same file."""
    old, new = ({entry.key: entry for entry in entries} for entries in (before, now))
    found = []
    for key in sorted({*old, *new}):
        if key not in old:
            found.append(SourceChange(key, new[key].title, "added", "", new[key].date))
        elif key not in new:
            found.append(SourceChange(key, old[key].title, "removed", old[key].date, ""))
        elif old[key].sha256 != new[key].sha256:
            found.append(SourceChange(key, new[key].title, "replaced", old[key].date, new[key].date))
    return tuple(found), len({*old, *new}) - len(found)


def _pairs(store: FinishedStore, name: str, as_of: str) -> set[_Pair]:
    text = content("queries", "internal", f"{name}.rq").read_text(encoding="utf-8")
    if "?as_of" in text:
        text = bind(text, {"as_of": [literal(as_of, f"{XSD}date")]})
    return {
        (row["one"].value, row["other"].value if "other" in row else "") for row in store.select(text).rows
    }


def _list(key: str, pairs: set[_Pair], first: FinishedStore, second: FinishedStore) -> ChangeList:
    """Return a list with the names of its first entries, from the first store that has one."""
    shown = sorted(pairs)[:LONGEST]
    iris = [iri for pair in shown for iri in pair if iri]
    names = {**_names(second, iris), **_names(first, iris)}
    changes = tuple(
        Change(one, names.get(one, ""), other, names.get(other, "") if other else "") for one, other in shown
    )
    return ChangeList(key, len(pairs), changes)


def _names(store: FinishedStore, iris: Iterable[str]) -> Mapping[str, str]:
    wanted = [f"<{iri}>" for iri in dict.fromkeys(iris)]
    if not wanted:
        return {}
    text = content("queries", "internal", "labels.rq").read_text(encoding="utf-8")
    return {
        row["record"].value: row["name"].value for row in store.select(bind(text, {"record": wanted})).rows
    }
