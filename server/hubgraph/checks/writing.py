"""A report as text or a page for a data officer, JSON, CSV, and one sh:ValidationReport in Turtle."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Final

from hubgraph.checks.grouping import (
    Locate,
    counts,
    grouped,
    key_of,
    nowhere,
    path_text,
    row_sentence,
    verdict,
)
from hubgraph.checks.messages import readable
from hubgraph.checks.model import Path, n3, quote
from hubgraph.checks.page import html_page
from hubgraph.checks.report import Report, Result, RowIssue, severity_word
from hubgraph.errors import ShapesError
from hubgraph.terms import SH, XSD

FORMATS: Final = ("text", "json", "csv", "ttl", "html")
_EXAMPLES: Final = 3
_ROWS: Final = 20
_COLUMNS: Final = (
    "severity", "shape", "name", "constraint", "focus", "path", "value", "message", "file", "row",
)  # fmt: skip


def write(report: Report, written: str, locate: Locate = nowhere) -> str:
    """Return a report in one of FORMATS."""
    writer = _WRITERS.get(written)
    if writer is None:
        raise ShapesError(f"There is no report format '{written}'; use one of {', '.join(FORMATS)}.")
    return writer(report, locate)


def _text(report: Report, locate: Locate) -> str:
    return "\n".join(_lines(report, locate)) + "\n"


def _lines(report: Report, locate: Locate) -> Iterable[str]:
    for group in grouped(report):
        of = f" of {group.checked:,} checked" if group.checked else ""
        yield f"{group.severity.upper()}  {group.title} ({group.rule}): {group.records:,} records{of}"
        for each in group.results[:_EXAMPLES]:
            place = locate(each.focus.value)
            where = f" [{place[0]}, row {place[1]}]" if place else ""
            value = (
                f" = {readable(each.value)}" if each.value is not None and each.value != each.focus else ""
            )
            path = f" {path_text(each.path)}" if each.path else ""
            yield f"    {readable(each.focus)}{path}{value}{where}: {each.message}"
        if len(group.results) > _EXAMPLES:
            yield f"    … and {len(group.results) - _EXAMPLES:,} more"
    yield from _row_lines(report)
    yield from (f"Note: {note}" for note in report.notes)
    total = sum(report.checked.values())
    yield f"{verdict(report) or 'nothing to correct'}; {len(report.checked)} shapes, {total:,} checks of a record by a shape, {report.seconds:.1f} s, engine {report.engine}."


def _row_lines(report: Report) -> Iterable[str]:
    for action in ("refused", "repaired"):
        issues = [issue for issue in report.rows if issue.action == action]
        if issues:
            yield f"ROWS  {action}: {len(issues):,}"
        yield from (f"    {row_sentence(issue)}" for issue in issues[:_ROWS])
        if len(issues) > _ROWS:
            yield f"    … and {len(issues) - _ROWS:,} more"


def _record(result: Result, locate: Locate) -> dict[str, object]:
    place = locate(result.focus.value)
    return {
        "severity": severity_word(result.severity),
        "shape": key_of(result.shape),
        "name": result.name,
        "constraint": result.constraint,
        "focus": key_of(result.focus),
        "path": None if result.path is None else result.path.iri or result.path.text(),
        "value": None if result.value is None else key_of(result.value),
        "message": result.message,
        "file": place[0] if place else None,
        "row": place[1] if place else None,
    }


def _row_record(issue: RowIssue) -> dict[str, object]:
    """Return an issue of a row under the columns of results."""
    return {
        "severity": "violation" if issue.action == "refused" else "info",
        "name": f"Row {issue.action}",
        "path": issue.column,
        "value": issue.value,
        "message": f"{issue.reason} {issue.fix}".strip(),
        "file": issue.file,
        "row": issue.row,
    }


def _json(report: Report, locate: Locate) -> str:
    document = {
        "conforms": report.conforms,
        "engine": report.engine,
        "counts": counts(report),
        "checked": dict(sorted(report.checked.items())),
        "notes": list(report.notes),
        "results": [_record(each, locate) for each in report.results],
        "rows": [asdict(issue) for issue in report.rows],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _csv(report: Report, locate: Locate) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    records = [_record(each, locate) for each in report.results]
    for record in [*records, *map(_row_record, report.rows)]:
        writer.writerow({name: _cell(value) for name, value in record.items()})
    return out.getvalue()


def _cell(value: object) -> object:
    """Neutralise what a spreadsheet would run as a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value


def _turtle(report: Report, _locate: Locate) -> str:
    lines = [f"@prefix sh: <{SH}> .", f"@prefix xsd: <{XSD}> .", ""]
    # A validation report is about triples, and a row that was refused has made none.
    lines[:0] = [f"# {' '.join(row_sentence(issue).split())}" for issue in report.rows]
    conforms = "true" if report.conforms else "false"
    lines.append(f"[] a sh:ValidationReport ;\n  sh:conforms {conforms}")
    for each in report.results:
        lines.append("  ;\n  sh:result [\n    a sh:ValidationResult")
        lines.append(f"    ; sh:focusNode {n3(each.focus)}")
        if each.path is not None:
            lines.append(f"    ; sh:resultPath {_turtle_path(each.path)}")
        if each.value is not None:
            lines.append(f"    ; sh:value {n3(each.value)}")
        lines.append(f"    ; sh:resultSeverity <{each.severity}>")
        lines.append(f"    ; sh:sourceShape {n3(each.shape)}")
        lines.append(f"    ; sh:sourceConstraintComponent <{each.constraint}>")
        if each.source is not None:
            lines.append(f"    ; sh:sourceConstraint {n3(each.source)}")
        lines.append(f"    ; sh:resultMessage {quote(each.message)}\n  ]")
    return "\n".join([*lines, "."]) + "\n"


def _turtle_path(path: Path) -> str:
    inner = " ".join(_turtle_path(part) for part in path.parts)
    match path.kind:
        case "predicate":
            return f"<{path.iri}>"
        case "sequence":
            return f"( {inner} )"
        case "alternative":
            return f"[ sh:alternativePath ( {inner} ) ]"
        case _:
            return f"[ sh:{path.kind}Path {inner} ]"


_WRITERS: Final[Mapping[str, Callable[[Report, Locate], str]]] = {
    "text": _text,
    "json": _json,
    "csv": _csv,
    "ttl": _turtle,
    "html": html_page,
}
