"""Answers in the two W3C formats of SPARQL results, in the order in which the answer has its rows."""

import json
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from hubgraph.errors import QueryFormatError
from hubgraph.saved_queries.running import QueryAnswer
from hubgraph.store.base import Term
from hubgraph.terms import XSD

_NAMESPACE: Final = "http://www.w3.org/2005/sparql-results#"
_NOT_XML: Final = {code: None for code in range(0x20) if chr(code) not in "\t\n\r"} | {
    0xFFFE: None,
    0xFFFF: None,
}
"""Characters that XML 1.0 has no way to write."""


def results_json(answer: QueryAnswer) -> bytes:
    """Return SPARQL 1.1 Query Results JSON."""
    bindings = [
        {name: _json_term(row[name]) for name in answer.columns if name in row} for row in answer.rows
    ]
    document = {"head": {"vars": list(answer.columns)}, "results": {"bindings": bindings}}
    return (json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def results_xml(answer: QueryAnswer) -> bytes:
    """Return SPARQL Query Results XML; raise QueryFormatError for a value that XML cannot hold."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<sparql xmlns="{_NAMESPACE}">', "<head>"]
    lines += [f"<variable name={quoteattr(name)}/>" for name in answer.columns]
    lines += ["</head>", "<results>"]
    for row in answer.rows:
        bindings = "".join(
            f"<binding name={quoteattr(name)}>{_xml_term(row[name])}</binding>"
            for name in answer.columns
            if name in row
        )
        lines.append(f"<result>{bindings}</result>")
    lines += ["</results>", "</sparql>"]
    return ("\n".join(lines) + "\n").encode()


def _json_term(term: Term) -> dict[str, str]:
    written = {"type": "uri" if term.kind == "iri" else term.kind, "value": term.value}
    if term.language:
        written["xml:lang"] = term.language
    elif _has_datatype(term):
        written["datatype"] = term.datatype
    return written


def _xml_term(term: Term) -> str:
    if term.value.translate(_NOT_XML) != term.value:
        raise QueryFormatError("A value holds a control character, which XML cannot hold; ask for JSON.")
    # A parser would read a bare carriage return as a line feed.
    text = escape(term.value, {"\r": "&#13;"})
    if term.kind == "iri":
        return f"<uri>{text}</uri>"
    if term.kind == "bnode":
        return f"<bnode>{text}</bnode>"
    if term.language:
        return f"<literal xml:lang={quoteattr(term.language)}>{text}</literal>"
    datatype = f" datatype={quoteattr(term.datatype)}" if _has_datatype(term) else ""
    return f"<literal{datatype}>{text}</literal>"


def _has_datatype(term: Term) -> bool:
    return bool(term.datatype) and term.datatype != f"{XSD}string"
