"""A report as one page of HTML: nothing to fetch, no script, readable on paper."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from hubgraph.checks.grouping import Group, Locate, grouped, path_text, verdict
from hubgraph.checks.messages import readable
from hubgraph.checks.report import Report, RowIssue

_SHOWN: Final = 500
"""Rows of one table; a page of more is no use to a reader, and CSV has them all."""
_STYLE: Final = """
body { margin: 0 auto; padding: 24px 16px 60px; max-width: 70rem; color: #0b0c0c; background: #fff;
  font: 1.0625rem/1.45 system-ui, "Segoe UI", Roboto, Arial, sans-serif; }
h1 { margin: 0 0 8px; font-size: 2rem; line-height: 1.15; }
h2 { margin: 40px 0 4px; font-size: 1.3rem; line-height: 1.25; }
p { margin: 0 0 12px; max-width: 44rem; }
.soft { color: #505a5f; }
.word { display: inline-block; margin-right: 8px; padding: 1px 8px; font-size: 1rem; font-weight: 400; }
.violation { background: #f4cdc6; color: #651b0a; }
.warning { background: #fff0b3; color: #4d3a00; }
.info { background: #d2e2f1; color: #0c2d4a; }
.pass { background: #cce2d8; color: #005a30; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 1rem; }
th, td { padding: 8px 14px 8px 0; border-bottom: 1px solid #b1b4b6; text-align: left; vertical-align: top; }
tbody th { font-weight: 400; }
td, tbody th { overflow-wrap: anywhere; min-width: 6rem; }
a { color: #1a65a6; }
"""


def html_page(report: Report, locate: Locate) -> str:
    """Return the page: verdict, rows that were refused or repaired, then one table per rule, gravest first."""
    body = [*_head(report), *_rows(report)]
    for group in grouped(report):
        body += _group(group, locate)
    if report.notes:
        body += ["<h2>Notes</h2>", "<ul>", *(f"<li>{escape(note)}</li>" for note in report.notes), "</ul>"]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en-GB">',
            "<head>",
            '<meta charset="utf-8">',
            "<title>Check report – hubgraph</title>",
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<style>{_STYLE}</style>",
            "</head>",
            "<body>",
            "<main>",
            *body,
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _head(report: Report) -> Iterable[str]:
    found = verdict(report)
    yield "<h1>Check report</h1>"
    if found:
        yield f"<p><strong>{escape(found)}.</strong></p>"
    else:
        yield '<p><span class="word pass">passes</span>Nothing to correct.</p>'
    total = sum(report.checked.values())
    yield f'<p class="soft">{len(report.checked)} shapes, {total:,} checks of a record by a shape, engine {report.engine}.</p>'


def _rows(report: Report) -> Iterable[str]:
    for action, word in (("refused", "violation"), ("repaired", "info")):
        issues = [issue for issue in report.rows if issue.action == action]
        if issues:
            yield f'<h2><span class="word {word}">{action}</span>{len(issues):,} {"row" if len(issues) == 1 else "rows"} {action}</h2>'
            yield from _table(
                ("File", "Row", "Column", "Value", "Why", "What to do"), [_cells(issue) for issue in issues]
            )


def _cells(issue: RowIssue) -> tuple[str, ...]:
    plain = (issue.file, str(issue.row), issue.column, issue.value, issue.reason, issue.fix)
    return tuple(escape(text) for text in plain)


def _group(group: Group, locate: Locate) -> Iterable[str]:
    word = group.severity if group.severity in ("violation", "warning", "info") else "violation"
    of = f" of {group.checked:,} checked" if group.checked else ""
    yield f'<h2><span class="word {word}">{escape(group.severity)}</span>{escape(group.title)}</h2>'
    yield f'<p class="soft">{group.records:,} records{of}; rule {escape(group.rule)}</p>'
    lines = []
    for each in group.results:
        place = locate(each.focus.value)
        value = readable(each.value) if each.value is not None and each.value != each.focus else ""
        record = escape(readable(each.focus))
        if each.focus.kind == "iri" and each.focus.value.startswith(("https://", "http://")):
            record = f'<a href="{escape(each.focus.value)}">{record}</a>'
        path = path_text(each.path) if each.path else ""
        where = f"{place[0]}, row {place[1]}" if place else ""
        lines.append((record, escape(path), escape(value), escape(each.message), escape(where)))
    yield from _table(("Record", "Property", "Value", "What is wrong", "Where"), lines)


def _table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterable[str]:
    """Yield a table of cells that are HTML already; columns without any content are left out."""
    used = [position for position in range(len(heads)) if any(line[position] for line in lines)]
    yield '<div class="scroll"><table>'
    titles = "".join(f'<th scope="col">{heads[position]}</th>' for position in used)
    yield f"<thead><tr>{titles}</tr></thead><tbody>"
    for line in lines[:_SHOWN]:
        first, *others = (line[position] for position in used)
        yield f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in others)}</tr>'
    yield "</tbody></table></div>"
    if len(lines) > _SHOWN:
        yield f'<p class="soft">The first {_SHOWN:,} of {len(lines):,}; the report as CSV has them all.</p>'
