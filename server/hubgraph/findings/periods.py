"""From the rows of a pattern to findings: rows of the same parties whose days touch or overlap are one period."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from hubgraph.findings.model import NEVER, SEVERITIES, Fragment, Parties

_KEY_LETTERS = 20


def merge(fragments: Iterable[Fragment]) -> Iterator[Fragment]:
    """Yield one row per parties and unbroken period; the most serious severity and all evidence stand.

    Two terms of office that follow each other without a day between them are one period.
    """
    by_parties: dict[Parties, list[Fragment]] = {}
    for fragment in fragments:
        by_parties.setdefault(fragment.parties, []).append(fragment)
    for same in by_parties.values():
        yield from _merge_same(sorted(same, key=lambda fragment: (fragment.start, fragment.end)))


def _merge_same(ordered: Sequence[Fragment]) -> Iterator[Fragment]:
    current = ordered[0]
    for fragment in ordered[1:]:
        if fragment.start <= _day_after(current.end):
            current = replace(
                current,
                end=max(current.end, fragment.end),
                until=max(current.until, fragment.until),
                severity=min(current.severity, fragment.severity, key=SEVERITIES.index),
                evidence=current.evidence | fragment.evidence,
                people=current.people | fragment.people,
                sums=current.sums | fragment.sums,
                openly=current.openly | fragment.openly,
                through=current.through | fragment.through,
            )
        else:
            yield current
            current = fragment
    yield current


def _day_after(day: str) -> str:
    return day if day >= NEVER else (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def key_of(parties: Parties, start: str, base: str) -> str:
    """Return the key of a finding: it depends on pattern, parties and first day, not on the base of the IRIs."""
    named = (parties.person, parties.organisation_a, parties.organisation_b, parties.tie)
    text = "\n".join([parties.pattern, *(iri.removeprefix(base) for iri in named), start])
    return f"{parties.pattern}-{hashlib.sha256(text.encode()).hexdigest()[:_KEY_LETTERS]}"
