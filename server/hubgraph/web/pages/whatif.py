"""What if: rows typed or sent as a file, and which findings would appear or clear; nothing is stored."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from flask import Blueprint, Response, request

from hubgraph.errors import HubgraphError, InputError, ParameterError
from hubgraph.findings.model import EVER, NEVER, Finding
from hubgraph.ingest.whatif import Change, WhatIf, as_matters
from hubgraph.resources import content
from hubgraph.store.opening import is_remote
from hubgraph.web.links import page_path
from hubgraph.web.memory import once
from hubgraph.web.pages.account import unkept
from hubgraph.web.pages.form import Fault
from hubgraph.web.pages.formatting import long_date, period
from hubgraph.web.pages.frame import crumbs, page
from hubgraph.web.pages.links import link, path_of
from hubgraph.web.pages.table import Cell
from hubgraph.web.trial import try_rows
from hubgraph.web.world import world

_FIRST: Final = "appointments"
_ENCODED: Final = 4
"""How much longer a form may be than the rows in it, for they may be percent-encoded."""
_ISSUES: Final = 200
"""Most rows with a fault that are listed; the page says how many there are."""


@dataclass(frozen=True, slots=True)
class FindingShown:
    """One finding that appears, clears or changes; now: what it would be, empty where it is gone or new."""

    pattern: Cell
    who: Cell
    sides: tuple[Cell, ...]
    when: str
    state: str
    now: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to a check."""

    rows: int
    data_date: str
    appear: tuple[FindingShown, ...]
    clear: tuple[FindingShown, ...]
    change: tuple[FindingShown, ...]
    answer: WhatIf
    more_issues: int


def register(blueprint: Blueprint) -> None:
    """Add the check to a blueprint."""
    blueprint.add_url_rule("/whatif", "whatif", form)
    blueprint.add_url_rule("/whatif", "try_whatif", check, methods=["POST"])


def form() -> Response:
    """Show the form, filled with the example of a kind of row."""
    examples = _examples()
    kind = request.args.get("kind") or _FIRST
    if kind not in examples:
        raise ParameterError("kind", f"'{kind[:40]}' is not a kind of row.", _FIRST)
    return _page(kind, examples[kind])


def check() -> Response:
    """Run the check on the rows that were sent and show what it found."""
    settings = world().settings
    request.max_content_length = request.max_form_memory_size = _ENCODED * settings.whatif_bytes
    kind = request.form.get("kind", _FIRST)
    examples = _examples()
    if kind not in examples:
        raise ParameterError("kind", f"'{kind[:40]}' is not a kind of row.", _FIRST)
    given = request.form.get("rows", "")
    sent = request.files.get("file")
    body = sent.read() if sent is not None and sent.filename else given.encode()
    try:
        text = _table(body, examples[kind], settings.whatif_bytes)
        answer = try_rows(f"{kind}.csv", text, replace(settings, base=world().store.info().base, token=""))
    except InputError as error:
        return _page(kind, given, str(error), status=400)
    return _page(kind, given, outcome=_outcome(answer))


def _page(
    kind: str, rows: str, fault: str = "", *, outcome: Outcome | None = None, status: int = 200
) -> Response:
    settings = world().settings
    return unkept(
        page(
            "whatif.html",
            status=status,
            kinds=tuple(_examples()),
            kind=kind,
            rows=rows,
            fault=fault,
            faults=(Fault(f"Rows: {fault}", "#rows"),) if fault else (),
            outcome=outcome,
            bytes=settings.whatif_bytes,
            can_check=not is_remote(settings.store),
            section="questions",
            steps=crumbs(("Questions", "/queries"), ("Overlapping roles", "/queries/overlapping-roles")),
        )
    )


def _examples() -> Mapping[str, str]:
    """Return kind of row → example with its line of column names."""
    folder = content("data", "what-if")
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.csv"))}


def _table(body: bytes, example: str, longest: int) -> bytes:
    """Return rows with a line of column names: their own, else that of the kind."""
    if is_remote(world().settings.store):
        raise HubgraphError("This looks at a copy of a store folder; this server reads a store elsewhere.")
    if not body.strip():
        raise InputError("there are none; type or paste rows, or choose a file.")
    if len(body) > longest:
        raise InputError(f"they take {len(body):,} bytes; send at most {longest:,}, or use hubgraph whatif.")
    names = next(csv.reader(io.StringIO(example)))
    first = next(csv.reader(io.StringIO(body.lstrip(b"\xef\xbb\xbf").split(b"\n")[0].decode("latin-1"))), [])
    has_head = {cell.strip().casefold() for cell in first} & {name.casefold() for name in names}
    return body if has_head else f"{example.splitlines()[0]}\n".encode() + body.lstrip(b"\xef\xbb\xbf")


def _outcome(answer: WhatIf) -> Outcome:
    base = world().store.info().base
    return Outcome(
        rows=answer.rows,
        data_date=long_date(answer.data_date),
        appear=tuple(_shown(finding, answer, base, is_stored=False) for finding in as_matters(answer.appear)),
        clear=tuple(_cleared(entry, answer, base) for entry in as_matters(answer.clear)),
        change=tuple(_changed(entry, answer, base) for entry in as_matters(answer.change)),
        answer=replace(answer, issues=answer.issues[:_ISSUES]),
        more_issues=max(len(answer.issues) - _ISSUES, 0),
    )


def _cleared(entry: Change | Finding, answer: WhatIf, base: str) -> FindingShown:
    if isinstance(entry, Change):
        return _changed(entry, answer, base)
    return replace(_shown(entry, answer, base), now="gone")


def _changed(change: Change, answer: WhatIf, base: str) -> FindingShown:
    after = change.after
    return replace(
        _shown(change.before, answer, base), now=f"{after.severity}, {after.state}; {_when(after)}"
    )


def _shown(finding: Finding, answer: WhatIf, base: str, *, is_stored: bool = True) -> FindingShown:
    parties = finding.parties
    href = (
        page_path("finding", finding.key) if is_stored else link(f"/code/conflict-pattern/{parties.pattern}")
    )
    sub = finding.key if is_stored else parties.pattern
    sure = f"; rests on a match of probability {finding.confidence}" if finding.confidence else ""
    sides = dict.fromkeys(iri for iri in (parties.organisation_a, parties.organisation_b) if iri)

    def cell(iri: str) -> Cell:
        # A party that only the sent rows name has no page.
        return Cell(answer.names.get(iri, iri), path_of(iri, base) if is_stored else "")

    return FindingShown(
        pattern=Cell(_pattern_names().get(parties.pattern, parties.pattern), href, sub),
        who=cell(parties.person) if parties.person else Cell(""),
        sides=tuple(cell(iri) for iri in sides),
        when=_when(finding),
        state=f"{finding.severity}, {finding.state}{sure}",
        now="",
    )


def _pattern_names() -> Mapping[str, str]:
    """Return notation → label of the conflict patterns of this generation."""
    query = content("queries", "internal", "conflict-patterns.rq").read_text(encoding="utf-8")

    def read() -> Mapping[str, str]:
        return {row["notation"].value: row["label"].value for row in world().store.select(query).rows}

    return once("pattern names", read)


def _when(finding: Finding) -> str:
    start = "" if finding.start == EVER else finding.start
    end = "" if finding.end == NEVER else finding.end
    return period(start, end) or "no first or last day is stated"
