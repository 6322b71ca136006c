"""Answers as bytes: JSON envelope, CSV, TSV, XLSX, Turtle, SPARQL results, and a table for the terminal."""

import csv
import io
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal

from hubgraph.errors import HubgraphError
from hubgraph.saved_queries.cells import safe_cell
from hubgraph.saved_queries.running import QueryAnswer
from hubgraph.saved_queries.sorting import INTEGERS, NUMBERS
from hubgraph.saved_queries.sparql_results import results_json, results_xml
from hubgraph.saved_queries.spreadsheet import sheet_columns, sheet_rows
from hubgraph.saved_queries.values import is_iri, literal
from hubgraph.saved_queries.workbook import workbook
from hubgraph.store.base import Row, Term
from hubgraph.terms import DCTERMS, PROV, RDF, XSD

AnswerFormat = Literal["json", "csv", "tsv", "xlsx", "ttl", "srj", "srx", "xml", "table"]

MEDIA_TYPES: Final[Mapping[str, str]] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ttl": "text/turtle; charset=utf-8",
    "srj": "application/sparql-results+json",
    "srx": "application/sparql-results+xml",
    "xml": "application/sparql-results+xml",
    "table": "text/plain; charset=utf-8",
}
WITHOUT_NOTES: Final = frozenset({"csv", "tsv", "srj", "srx", "xml"})
"""Formats that have no place for notes: who writes them says the notes beside."""
_RESULT_SET: Final = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_WIDEST: Final = 60

JsonValue = str | int | float | bool | None


def write(answer: QueryAnswer, form: str) -> bytes:
    """Return an answer in one of the formats of MEDIA_TYPES; raise HubgraphError for another."""
    writer = _WRITERS.get(form)
    if writer is None:
        raise HubgraphError(f"'{form}' is not a format of saved queries; choose {', '.join(_WRITERS)}.")
    body = writer(answer)
    return body.encode() if isinstance(body, str) else body


def envelope(answer: QueryAnswer) -> dict[str, object]:
    """Return the JSON envelope as plain data."""
    document: dict[str, object] = {
        "query": answer.saved.slug,
        "title": answer.saved.title,
        "params": {
            name: list(value) if isinstance(value, tuple) else value for name, value in answer.params.items()
        },
        "columns": list(answer.columns),
        "rows": [_json_row(answer.columns, row) for row in answer.rows],
        "count": len(answer.rows),
        "truncated": answer.truncated,
        "generation": answer.generation,
        "as_of": answer.as_of,
        "sources": list(answer.sources),
        "took_ms": answer.took_ms,
    }
    if answer.notes:
        document["notes"] = list(answer.notes)
    if answer.warnings:
        document["warnings"] = list(answer.warnings)
    return document


def json_value(term: Term | None) -> JsonValue:
    """Return a term as JSON: numbers and booleans as such, unbound as null, everything else as text."""
    if term is None:
        return None
    if term.datatype == XSD + "boolean":
        return term.value in ("true", "1")
    if term.datatype in NUMBERS:
        try:
            number = int(term.value) if term.datatype in INTEGERS else float(term.value)
        except ValueError:
            return term.value
        return number if math.isfinite(number) else term.value
    return term.value


def _json_row(columns: Sequence[str], row: Row) -> dict[str, JsonValue]:
    return {name: json_value(row.get(name)) for name in columns}


def _json(answer: QueryAnswer) -> str:
    """Return the envelope with a line for each member and each row: indenting every value doubles the time of long answers."""
    lines = [f" {_dumped(name)}: {_member(value)}" for name, value in envelope(answer).items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _member(value: object) -> str:
    if not (isinstance(value, list) and value and isinstance(value[0], dict)):
        return _dumped(value)
    return "[\n" + ",\n".join(f"  {_dumped(row)}" for row in value) + "\n ]"


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _cell(term: Term | None) -> str:
    return "" if term is None else safe_cell(term.value, number=term.datatype in NUMBERS)


def _csv(answer: QueryAnswer) -> str:
    """Return CSV for spreadsheets: the columns of the answer in their order, before them the numbers of its records."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    columns = sheet_columns(answer)
    writer.writerow([column.name for column in columns])
    writer.writerows(map(_cell, terms) for terms in sheet_rows(answer, columns))
    return out.getvalue()


def _tsv(answer: QueryAnswer) -> str:
    """Return SPARQL 1.1 Query Results TSV: terms in Turtle form."""
    lines = ["\t".join(f"?{name}" for name in answer.columns)]
    lines += [
        "\t".join(_term(row[name]) if name in row else "" for name in answer.columns) for row in answer.rows
    ]
    return "\n".join(lines) + "\n"


def _term(term: Term) -> str:
    if term.kind == "iri":
        return f"<{term.value}>"
    if term.kind == "bnode":
        return f"_:b{re.sub(r'[^A-Za-z0-9]', '', term.value)}"
    if term.language:
        return f"{literal(term.value)}@{term.language}"
    return literal(term.value, "" if term.datatype == XSD + "string" else term.datatype)


def _table(answer: QueryAnswer) -> str:
    labels = {column.name: column.label for column in answer.saved.columns}
    heading = [labels.get(name, name) for name in answer.columns]
    empty = {column.name: column.empty for column in answer.saved.columns}
    body = [[_shown(row.get(name), empty.get(name, "")) for name in answer.columns] for row in answer.rows]
    widths = [max(len(line[i]) for line in [heading, *body]) for i in range(len(heading))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
             for line in (heading, ["-" * width for width in widths], *body)]  # fmt: skip
    rows = f"{len(answer.rows):,} row{'' if len(answer.rows) == 1 else 's'}"
    above = [*answer.notes, ""] if answer.notes else []
    lines = [*above, *lines, "", f"{rows}, as of {answer.as_of or 'an unknown date'}"]
    return "\n".join(lines) + "\n"


def _shown(term: Term | None, empty: str) -> str:
    if term is None:
        return empty
    text = "".join(char if char.isprintable() else " " for char in term.value)
    if term.kind == "iri":
        return "/".join(text.rsplit("/", 2)[-2:])
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 3]}..."


def _turtle(answer: QueryAnswer) -> str:
    """Return rows in the result-set vocabulary of the W3C test suites, with licence, credit, query and date."""
    head = [
        f"dcterms:title {literal(answer.saved.title)}",
        f"dcterms:identifier {literal(answer.saved.slug)}",
    ]
    if answer.as_of:
        head.append(f"dcterms:valid {literal(answer.as_of, XSD + 'date')}")
    if answer.data_date:
        head.append(f"dcterms:issued {literal(answer.data_date, XSD + 'date')}")
    licences = dict.fromkeys(source.licence for source in answer.credits if is_iri(source.licence))
    head += [f"dcterms:license <{licence}>" for licence in licences]
    head += [f"dcterms:source {literal(title)}" for title in answer.sources]
    publishers = dict.fromkeys(source.publisher for source in answer.credits if source.publisher)
    head += [f"dcterms:rightsHolder {literal(publisher)}" for publisher in publishers]
    head += [f"dcterms:description {literal(note)}" for note in answer.notes]
    head.append(f"prov:wasGeneratedBy [ a prov:Activity ; rdf:value {literal(answer.bound_text)} ]")
    head += [f"rs:resultVariable {literal(name)}" for name in answer.columns]
    lines = [
        f"@prefix dcterms: <{DCTERMS}> .",
        f"@prefix prov: <{PROV}> .",
        f"@prefix rdf: <{RDF}> .",
        f"@prefix rs: <{_RESULT_SET}> .",
        "",
        "[] a rs:ResultSet ;",
        *(f"  {line} ;" for line in head),
        *(_solution(index, answer.columns, row) for index, row in enumerate(answer.rows, start=1)),
        f"  rs:size {len(answer.rows)} .",
    ]
    return "\n".join(lines) + "\n"


def _solution(index: int, columns: Sequence[str], row: Row) -> str:
    bindings = [
        f"rs:binding [ rs:variable {literal(name)} ; rs:value {_term(row[name])} ]"
        for name in columns
        if name in row
    ]
    return f"  rs:solution [ {' ; '.join([f'rs:index {index}', *bindings])} ] ;"


_WRITERS: Final[Mapping[str, Callable[[QueryAnswer], str | bytes]]] = {
    "json": _json,
    "csv": _csv,
    "tsv": _tsv,
    "xlsx": workbook,
    "ttl": _turtle,
    "srj": results_json,
    "srx": results_xml,
    "xml": results_xml,
    "table": _table,
}
