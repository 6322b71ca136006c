"""`hubgraph whatif`: which findings would appear or clear if rows were added; changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import click

from hubgraph.cli.options import settings_from, store_option
from hubgraph.errors import HubgraphError
from hubgraph.findings.model import EVER, NEVER, Finding
from hubgraph.ingest.progress import Silent
from hubgraph.ingest.whatif import Change, WhatIf, as_matters, what_if
from hubgraph.store.opening import is_remote


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@store_option
def whatif(files: tuple[Path, ...], store: str | None) -> None:
    """Show which findings appear and which clear if the rows of these template files were added."""
    settings = settings_from(store=store)
    if is_remote(settings.store):
        raise HubgraphError("This looks at a copy of a store folder; give --store DIR instead of an address.")
    for line in _lines(what_if(files, settings, Silent())):
        click.echo(line)


def _lines(answer: WhatIf) -> Iterator[str]:
    yield f"{answer.rows:,} rows laid over the data of {answer.data_date}; nothing was changed."
    for name, reason in answer.skipped:
        yield f"{name}: skipped, {reason}"
    for issue in answer.issues:
        where = f"{issue.file}, row {issue.row}" + (f", column {issue.column}" if issue.column else "")
        yield f"{where}: '{issue.value}' {issue.action}: {issue.reason} {issue.fix}".rstrip()
    appear, clear, change = as_matters(answer.appear), as_matters(answer.clear), as_matters(answer.change)
    yield f"Would appear: {len(appear):,}"
    yield from (f"  {_line(finding, answer)}" for finding in appear)
    yield f"Would clear: {len(clear):,}"
    yield from (f"  {_cleared(entry, answer)}" for entry in clear)
    yield f"Would change: {len(change):,}"
    yield from (f"  {_changed(entry, answer)}" for entry in change)


def _line(finding: Finding, answer: WhatIf) -> str:
    parties = finding.parties
    sides = dict.fromkeys(iri for iri in (parties.organisation_a, parties.organisation_b) if iri)
    named = " and ".join(answer.names.get(iri, iri) for iri in sides)
    who = f"{answer.names.get(parties.person, parties.person)}: " if parties.person else ""
    start = "no first day stated" if finding.start == EVER else f"from {finding.start}"
    end = "still lasting" if finding.end == NEVER else f"to {finding.end}"
    sure = f", rests on a match of probability {finding.confidence}" if finding.confidence else ""
    return f"{finding.key}: {who}{named}; {start}, {end}; {finding.severity}, {finding.state}{sure}"


def _cleared(entry: Change | Finding, answer: WhatIf) -> str:
    if isinstance(entry, Change):
        return f"{_line(entry.before, answer)} -> {entry.after.state}"
    return f"{_line(entry, answer)} -> gone"


def _changed(change: Change, answer: WhatIf) -> str:
    return f"{_line(change.before, answer)} -> {_line(change.after, answer).partition('; ')[2]}"
