"""A report as text for a data officer, JSON, CSV, and one sh:ValidationReport in Turtle."""

import csv
import io
import json
from collections.abc import Callable, Iterable
from typing import Final

from hubgraph.checks.messages import readable
from hubgraph.checks.model import Path, n3, quote
from hubgraph.checks.report import Report, Result, severity_word
from hubgraph.errors import ShapesError
from hubgraph.store.base import Term
from hubgraph.terms import SH, XSD, shorten

Locate = Callable[[str], tuple[str, int] | None]
"""From the IRI of a record to the file and row it came from, where known."""

FORMATS: Final = ("text", "json", "csv", "ttl")
_EXAMPLES: Final = 3
_COLUMNS: Final = (
    "severity", "shape", "name", "constraint", "focus", "path", "value", "message", "file", "row",
)  # fmt: skip


def write(report: Report, written: str, locate: Locate | None = None) -> str:
    """Return a report in one of FORMATS."""
    match written:
        case "text":
            return "\n".join(_lines(report, locate or _nowhere)) + "\n"
        case "json":
            return _json(report, locate or _nowhere)
        case "csv":
            return _csv(report, locate or _nowhere)
        case "ttl":
            return _turtle(report)
        case _:
            raise ShapesError(f"There is no report format '{written}'; use one of {', '.join(FORMATS)}.")


def _nowhere(_iri: str) -> None:
    return None


def _lines(report: Report, locate: Locate) -> Iterable[str]:
    groups: dict[tuple[str, str, str, str], list[Result]] = {}
    for each in report.results:
        groups.setdefault((each.severity, each.shape.value, each.constraint, each.message), []).append(each)
    merged: dict[tuple[str, str, str], list[Result]] = {}
    for (severity, shape, constraint, _), results in groups.items():
        merged.setdefault((severity, shape, constraint), []).extend(results)
    for (severity, _, constraint), results in merged.items():
        first = results[0]
        title = first.name or (
            shorten(first.shape.value) if first.shape.kind == "iri" else "A rule without a name"
        )
        rule = shorten(constraint).removeprefix("sh:").removesuffix("ConstraintComponent")
        nodes = report.checked.get(_key(first.shape))
        of = f" of {nodes:,} checked" if nodes else ""
        yield f"{severity_word(severity).upper()}  {title} ({rule}): {len({each.focus for each in results}):,} records{of}"
        for each in results[:_EXAMPLES]:
            place = locate(each.focus.value)
            where = f" [{place[0]}, row {place[1]}]" if place else ""
            value = (
                f" = {readable(each.value)}" if each.value is not None and each.value != each.focus else ""
            )
            path = (
                f" {each.path.text() if each.path.kind != 'predicate' else shorten(each.path.iri)}"
                if each.path
                else ""
            )
            yield f"    {readable(each.focus)}{path}{value}{where}: {each.message}"
        if len(results) > _EXAMPLES:
            yield f"    … and {len(results) - _EXAMPLES:,} more"
    yield from (f"Note: {note}" for note in report.notes)
    counts = _counts(report)
    total = sum(report.checked.values())
    found = ", ".join(f"{number:,} {word}" for word, number in counts.items()) or "nothing to correct"
    yield f"{found}; {len(report.checked)} shapes, {total:,} checks of a record by a shape, {report.seconds:.1f} s, engine {report.engine}."


def _key(term: Term) -> str:
    return f"_:{term.value}" if term.kind == "bnode" else term.value


def _counts(report: Report) -> dict[str, int]:
    counts: dict[str, int] = {}
    for each in report.results:
        word = severity_word(each.severity)
        counts[word] = counts.get(word, 0) + 1
    return counts


def _record(result: Result, locate: Locate) -> dict[str, object]:
    place = locate(result.focus.value)
    return {
        "severity": severity_word(result.severity),
        "shape": _key(result.shape),
        "name": result.name,
        "constraint": result.constraint,
        "focus": _key(result.focus),
        "path": None if result.path is None else result.path.iri or result.path.text(),
        "value": None if result.value is None else _key(result.value),
        "message": result.message,
        "file": place[0] if place else None,
        "row": place[1] if place else None,
    }


def _json(report: Report, locate: Locate) -> str:
    document = {
        "conforms": report.conforms,
        "engine": report.engine,
        "counts": _counts(report),
        "checked": dict(sorted(report.checked.items())),
        "notes": list(report.notes),
        "results": [_record(each, locate) for each in report.results],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _csv(report: Report, locate: Locate) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for each in report.results:
        record = _record(each, locate)
        writer.writerow({name: _cell(value) for name, value in record.items()})
    return out.getvalue()


def _cell(value: object) -> object:
    """Neutralise what a spreadsheet would run as a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value


def _turtle(report: Report) -> str:
    lines = [f"@prefix sh: <{SH}> .", f"@prefix xsd: <{XSD}> .", ""]
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
