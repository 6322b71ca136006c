"""From which day on the sources vouch for what has no first day: hubs, parts in them, and support.

A list of this year says who leads a hub this year. It does not say that they led it when there were no such hubs, so
what has no first day counts from its *evidence day* on, and before it the answer says what it leaves out. The evidence day is

1. the known start of the hub, else of its project or programme: its first day or, where sources report years, the last
   day of the last of them, by which all of them say that it had begun;
2. or, where it is earlier or the only one, the first day of the sources that state it: publication or retrieval of the
   source that its row cites, else the date of the file in which it stands;
3. else the date of the data.

It is never after the last day of the record itself or the date of the data, and a hub is known from the first day that a
part in it has. Of projects and programmes without a first day only those are known from a day whose year a source reports.
Memberships of trusts and federations have none: the register of groups dates nearly all of them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from hubgraph.measures.reading import rows, text
from hubgraph.measures.triples import Triple, literal, node, ours
from hubgraph.store.base import Row
from hubgraph.store.building import Builder

_YEAR: Final = re.compile(r"[12]\d{3}")


@dataclass(slots=True)
class Begun:
    """What sources say of the beginning of a hub, project or programme, in ISO days and years, and what it belongs to."""

    days: set[str] = field(default_factory=set)
    years: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    under: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Undated:
    """A record without a first day: what it is in (empty for a hub), its last days, and the days of its sources."""

    to: str = ""
    ends: set[str] = field(default_factory=set)
    cited: set[str] = field(default_factory=set)
    filed: set[str] = field(default_factory=set)


def evidence_facts(builder: Builder, last: date) -> Iterator[Triple]:
    """Yield the evidence day of every hub, part and support without a first day; last: the date of the data."""
    begun = _begun(rows(builder, "known-starts"))
    undated = _undated(rows(builder, "undated-records"))
    for record in sorted(undated):
        known, named = evidence_days(record, undated[record], begun, last)
        yield node(record), ours("knownFrom"), literal(known, "date")
        if known < named:
            yield node(record), ours("namedFrom"), literal(named, "date")
    for thing in sorted(begun.keys() - undated.keys()):
        started = begun[thing]
        if started.years and not started.days:
            day = min(known_start(thing, begun), *started.parts, last.isoformat())
            yield node(thing), ours("knownFrom"), literal(day, "date")


def evidence_days(record: str, undated: Undated, begun: Mapping[str, Begun], last: date) -> tuple[str, str]:
    """Return the ISO days from which on a record counts, by the rules of this module, and on which a source first names it."""
    latest = last.isoformat()
    named = min({latest, *(undated.cited or undated.filed), *undated.ends})
    started = known_start(undated.to or record, begun)
    own_parts = begun[record].parts if record in begun else set()
    return min({named, *own_parts, *({started} if started else ())}), named


def known_start(thing: str, begun: Mapping[str, Begun], seen: frozenset[str] = frozenset()) -> str:
    """Return the ISO day by which something had begun as its sources say, else what it belongs to; empty if none says it."""
    if thing not in begun or thing in seen:
        return ""
    known = begun[thing]
    if known.days:
        return min(known.days)
    if known.years:
        return _by(max(known.years))
    wider = (known_start(under, begun, seen | {thing}) for under in known.under)
    return max(wider, default="")


def _begun(found: Iterable[Row]) -> Mapping[str, Begun]:
    begun: dict[str, Begun] = defaultdict(Begun)
    for row in found:
        known = begun[row["thing"].value]
        for name, values in (
            ("start", known.days),
            ("year", known.years),
            ("part", known.parts),
            ("under", known.under),
        ):
            if name in row:
                values.add(text(row, name))
        known.years = {year for year in known.years if _YEAR.fullmatch(year)}
    return dict(begun)


def _undated(found: Iterable[Row]) -> Mapping[str, Undated]:
    records: dict[str, Undated] = defaultdict(Undated)
    for row in found:
        undated = records[row["record"].value]
        undated.to = text(row, "to")
        if "end" in row:
            undated.ends.add(text(row, "end"))
        # A text that was published and later retrieved says what it says from its publication on.
        cited = text(row, "cited") or text(row, "retrieved")
        if cited:
            undated.cited.add(_by(cited))
        if "filed" in row:
            undated.filed.add(_by(text(row, "filed")))
    return dict(records)


def _by(stated: str) -> str:
    """Return the day by which a source was there: of a year alone, its last."""
    return f"{stated}-12-31" if _YEAR.fullmatch(stated) else stated
