"""The path of an overlap as a picture: who serves, the two sides, what ties them; always in the same place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hubgraph.findings.explaining import FindingPage, Named
from hubgraph.findings.text import VERBS
from hubgraph.terms import split_record_iri
from hubgraph.web.pages.formatting import shortened
from hubgraph.web.pages.links import path_of

WIDTH: Final = 900
_ROW: Final = 120
_TOP: Final = 50
_COLUMNS: Final = {1: (450,), 2: (180, 640), 3: (130, 450, 770)}
_LABEL: Final = 34
_BOW: Final = 110


@dataclass(frozen=True, slots=True)
class Stop:
    """A person, body or activity: name, link, kind and place."""

    label: str
    title: str
    href: str
    kind: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Step:
    """A fact, or several between the same two stops: its line as an SVG path, and its word with its place."""

    line: str
    word: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Chain:
    """The picture with a title and a description that says every step."""

    width: int
    height: int
    stops: tuple[Stop, ...]
    steps: tuple[Step, ...]
    title: str
    description: str


def draw_chain(found: FindingPage, base: str) -> Chain | None:
    """Return the picture of the facts of a finding, or None where they tie nobody to anybody."""
    steps = _between(found)
    ends = [_whole(one, found) for fact in found.path for one in (fact.from_, fact.to)]
    named = {one.iri: one for one in ends if one.iri}
    if not steps:
        return None
    columns = [column for column in _columns(found, named) if column]
    across = _COLUMNS[len(columns)]
    tallest = max(len(column) for column in columns)
    stops = {}
    for x, column in zip(across, columns, strict=True):
        for position, one in enumerate(column):
            y = _TOP + int((position + (tallest - len(column)) / 2) * _ROW)
            stops[one.iri] = _stop(one, base, x, y)
    return Chain(
        width=WIDTH,
        height=_TOP + (tallest - 1) * _ROW + 60,
        stops=tuple(stops.values()),
        steps=tuple(_step(stops[a], stops[b], words) for (a, b), words in steps.items()),
        title=f"Path of this overlap: {len(stops)} parties and {len(steps)} ties",
        description=". ".join(
            f"{stops[a].title}, {', '.join(words)}, {stops[b].title}" for (a, b), words in steps.items()
        ),
    )


def _between(found: FindingPage) -> dict[tuple[str, str], list[str]]:
    """Return (from, to) → words of the facts between them, in the order of the path."""
    steps: dict[tuple[str, str], list[str]] = {}
    for fact in found.path:
        start, end = _whole(fact.from_, found).iri, _whole(fact.to, found).iri
        if start and end and start != end:
            words = steps.setdefault((start, end), [])
            word = fact.what or VERBS.get(fact.kind, fact.kind)
            if word not in words:
                words.append(word)
    return steps


def _whole(one: Named, found: FindingPage) -> Named:
    """Return the person of the finding in the place of the records of their appointments."""
    return found.person if one.iri.endswith("#person") and found.person.iri else one


def _columns(found: FindingPage, named: dict[str, Named]) -> Sequence[Sequence[Named]]:
    """Return who serves, the two sides, and everything else that the facts name."""
    sides = (found.organisation_a.iri, found.organisation_b.iri)
    drawn = {iri for pair in _between(found) for iri in pair}
    people = [one for one in named.values() if one.iri == found.person.iri or "/id/person/" in one.iri]
    middle = [named[iri] for iri in dict.fromkeys(sides) if iri in named]
    placed = {one.iri for one in (*people, *middle)}
    rest = [one for one in named.values() if one.iri not in placed]
    return [[one for one in column if one.iri in drawn] for column in (people, middle, rest)]


def _stop(one: Named, base: str, x: int, y: int) -> Stop:
    split = split_record_iri(one.iri.partition("#")[0], base)
    title = one.name or ("/".join(split) if split else one.iri)
    return Stop(
        shortened(title, _LABEL), title, path_of(one.iri, base), split[0] if split else "organisation", x, y
    )


def _step(start: Stop, end: Stop, words: Sequence[str]) -> Step:
    """Return the line between two stops; one between stops above each other bows out, past what is between."""
    middle = (start.x + end.x) // 2, (start.y + end.y) // 2
    word = shortened(" and ".join(words), 40)
    if start.x != end.x:
        return Step(f"M{start.x} {start.y}L{end.x} {end.y}", word, middle[0], middle[1] - 6)
    line = f"M{start.x} {start.y}Q{start.x + _BOW} {middle[1]} {end.x} {end.y}"
    return Step(line, word, start.x + _BOW // 2, middle[1])
