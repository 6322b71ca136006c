"""What if: rows of template files laid over the published graph for a moment; which findings appear, which clear.

The rows go through the mapping of a load into a checkpoint of the store that is thrown away; the patterns are the same
files, run over the part of it that findings about the people, ties and bodies of the rows rest on. Nothing is stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

from hubgraph.findings.around import Touched, take_around
from hubgraph.findings.decisions import Decision, decisions_path, read_decisions
from hubgraph.findings.finding import find
from hubgraph.findings.matches import with_all_matches
from hubgraph.findings.model import Finding, Parties
from hubgraph.findings.patterns import OVER_FINDINGS
from hubgraph.findings.reach import Reach
from hubgraph.findings.stored import read_stored
from hubgraph.ingest.codes import own_codes
from hubgraph.ingest.describe import iri
from hubgraph.ingest.gathering import Gathered, gather
from hubgraph.ingest.holders import Laid, find_holders, read_holders, settle_holders
from hubgraph.ingest.keeping import Published, refuse_other_base, register_references
from hubgraph.ingest.leaving_out import leave_out_rows
from hubgraph.ingest.mapper import MapContext
from hubgraph.ingest.mapping import read_mappings
from hubgraph.ingest.progress import Progress
from hubgraph.ingest.registry import Registry
from hubgraph.ingest.rows import RowIssue
from hubgraph.ingest.storing import Stored, store_all
from hubgraph.ingest.suppressions import read_suppressions, suppressions_path
from hubgraph.ingest.touching import names_of, references, touched
from hubgraph.resources import content
from hubgraph.settings import Settings
from hubgraph.sparql import bind
from hubgraph.store.building import Builder
from hubgraph.store.generations import Generations
from hubgraph.store.scratch import scratch
from hubgraph.terms import graph_iri, split_record_iri

_PREFIX: Final = "what-if-"
_REPLACED: Final = frozenset(
    {
        "appointment",
        "award",
        "transaction",
        "declaration",
        "mitigation",
        "participation",
        "evaluation",
        "support",
    }
)
"""Kinds of which a row with the id of a record that exists takes its place."""


@dataclass(frozen=True, slots=True)
class Change:
    """A finding that is there before and after, with another state, severity or period."""

    before: Finding
    after: Finding


_Entry = TypeVar("_Entry", bound=Finding | Change)


def as_matters(entries: Sequence[_Entry]) -> tuple[_Entry, ...]:
    """Return findings without those that only add a rule to another one of them: one matter is shown once."""
    matters = {_matter(entry) for entry in entries if not _adds_a_rule(entry)}
    return tuple(entry for entry in entries if not _adds_a_rule(entry) or _matter(entry) not in matters)


def _before(entry: Finding | Change) -> Finding:
    return entry.before if isinstance(entry, Change) else entry


def _adds_a_rule(entry: Finding | Change) -> bool:
    return _before(entry).parties.pattern in OVER_FINDINGS


def _matter(entry: Finding | Change) -> tuple[Parties, str]:
    finding = _before(entry)
    return replace(finding.parties, pattern=""), finding.start


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The answer: findings that appear, that clear (gone, or no longer potential) and that change otherwise.

    names: IRI → name of everybody and everything that the findings name. issues: rows that were refused or repaired.
    """

    appear: tuple[Finding, ...]
    clear: tuple[Change | Finding, ...]
    change: tuple[Change, ...]
    names: Mapping[str, str]
    issues: tuple[RowIssue, ...]
    rows: int
    data_date: str
    skipped: tuple[tuple[str, str], ...] = ()


def what_if(
    paths: Sequence[Path], settings: Settings, progress: Progress, *, place: Path | None = None
) -> WhatIf:
    """Return which findings appear and which clear if the rows of these files were added.

    place: folder on the disk of the store for the throw-away copy, the store's own where none is given.
    Raises InputError for files that cannot be read, StoreError where the store cannot be copied, NoGenerationError.
    """
    generations = Generations(Path(settings.store))
    published = Published(generations.current(), generations.current_folder())
    refuse_other_base(published, settings.base)
    suppressions = read_suppressions(suppressions_path(generations.root))
    codes = own_codes()
    context = MapContext(settings.base, codes, Registry(settings.base), suppressions.leave_out(settings.base))
    gathered = gather(paths, read_mappings(content("data", "mappings")), context, progress, None)
    gathered = _renamed(leave_out_rows(gathered, suppressions)[0])
    with scratch(place or generations.root) as folder:
        builder = Builder.checkpoint(published.folder / "rdf", folder / "rdf")
        register_references(references(builder, gathered, settings.base), context.registry)
        stored = store_all(builder, gathered, context, folder / "triples", progress)
        subjects = _subjects(stored)
        was = touched(builder, subjects)
        _lay_over(builder, stored, subjects, settings.base, published.folder, folder)
        progress.step("Finding overlaps")
        changed = was | touched(builder, subjects)
        before = read_stored(builder, changed)
        as_of = published.manifest.data_date or date.min.isoformat()
        decisions = read_decisions(decisions_path(generations.root))
        after = _find(builder, changed, folder / "around", settings.base, as_of, decisions)
        names = names_of(builder, [*before.values(), *after.values()])
        builder.close()
    return _compared(before, after, names, stored, gathered, as_of)


def _renamed(gathered: Gathered) -> Gathered:
    """Return the sources under keys of their own, so that no graph of the generation is touched."""
    return replace(
        gathered,
        tables=tuple(replace(source, key=f"{_PREFIX}{source.key}") for source in gathered.tables),
        rdf=tuple(replace(source, key=f"{_PREFIX}{source.key}") for source in gathered.rdf),
    )


def _subjects(stored: Stored) -> tuple[str, ...]:
    """Return the records that the rows make or change."""
    return tuple(
        dict.fromkeys(
            subject for entry in stored.mapped for subject in entry.mapped.subjects["subject"].to_list()
        )
    )


def _lay_over(  # noqa: PLR0913, PLR0917 (what is laid, over what, and where there is room)
    builder: Builder, stored: Stored, subjects: Sequence[str], base: str, generation: Path, folder: Path
) -> None:
    """Put new rows in the place of those with the same id, and say who holds new appointments."""
    replaced = [subject for subject in subjects if _kind(subject, base) in _REPLACED]
    appointments = [subject for subject in replaced if _kind(subject, base) == "appointment"]
    laid = Laid({graph_iri(base, f"source/{entry.key}") for entry in stored.sources}, subjects, appointments)
    held = read_holders(builder, appointments, laid.graphs)
    people = [f"{appointment}#person" for appointment in appointments]
    builder.remove_records([*replaced, *people], but_in=laid.graphs)
    if appointments:
        found = find_holders(builder, base, laid, generation, folder / "beside")
        settle_holders(builder, base, found, appointments, held)
        query = content("queries", "derive", "serves-same-body.rq").read_text(encoding="utf-8")
        bound = bind(query, {"appointment": [iri(each) for each in appointments]})
        builder.construct_into(bound, graph_iri(base, "derived"))


def _find(  # noqa: PLR0913, PLR0917 (where to look, for whom, and what decides)
    builder: Builder,
    changed: Touched,
    folder: Path,
    base: str,
    as_of: str,
    decisions: Mapping[str, Decision],
) -> Mapping[str, Finding]:
    """Return key → finding about who and what is touched, found in a small store of all that these findings rest on.

    In the whole store a pattern takes seconds to minutes, because the engine orders its steps without knowing their sizes.
    """
    reach = Reach(builder)
    take_around(reach, changed)
    around = Builder(folder)
    around.add(reach.statements(), graph_iri(base, "around"))
    found = [
        finding for finding in find(around, base, as_of, decisions).findings if changed.includes(finding)
    ]
    around.close()
    return {finding.key: finding for finding in with_all_matches(builder, found)}


def _kind(subject: str, base: str) -> str:
    split = split_record_iri(subject, base)
    return split[0] if split is not None and "#" not in subject else ""


def _compared(  # noqa: PLR0913, PLR0917 (what is compared and what stands beside it)
    before: Mapping[str, Finding],
    after: Mapping[str, Finding],
    names: Mapping[str, str],
    stored: Stored,
    gathered: Gathered,
    as_of: str,
) -> WhatIf:
    both = [
        Change(finding, after[key])
        for key, finding in before.items()
        if key in after and _shown(finding) != _shown(after[key])
    ]
    cleared = [change for change in both if _is_cleared(change, as_of)]
    return WhatIf(
        appear=tuple(finding for key, finding in after.items() if key not in before),
        clear=(*(finding for key, finding in before.items() if key not in after), *cleared),
        change=tuple(change for change in both if not _is_cleared(change, as_of)),
        names=names,
        issues=tuple(issue for entry in stored.mapped for issue in entry.mapped.issues),
        rows=sum(entry.mapped.rows_read for entry in stored.mapped),
        data_date=as_of,
        skipped=gathered.skipped,
    )


def _shown(finding: Finding) -> tuple[str, ...]:
    return finding.start, finding.end, finding.until, finding.severity, finding.state


def _is_cleared(change: Change, as_of: str) -> bool:
    """Tell whether something is declared or done now, or the finding no longer counts on the date of the data."""
    settled = change.before.state == "potential" and change.after.state != "potential"
    return settled or change.after.until < as_of <= change.before.until
