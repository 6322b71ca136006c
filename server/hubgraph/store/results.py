"""SPARQL results in JSON to terms (SPARQL 1.1 Query Results JSON Format)."""

import json
from typing import Any

from hubgraph.store.base import Row, Table, Term

_KINDS = {"uri": "iri", "literal": "literal", "typed-literal": "literal", "bnode": "bnode"}
_STRING = "http://www.w3.org/2001/XMLSchema#string"


def read_table(body: bytes, seconds: float = 0.0) -> Table:
    """Return the rows of a SELECT answer in JSON; equal terms share one object."""
    document = json.loads(body)
    known: dict[tuple[str, str, str, str], Term] = {}
    rows: list[Row] = [
        {name: _term(value, known) for name, value in binding.items()}
        for binding in document["results"]["bindings"]
    ]
    return Table(tuple(document["head"].get("vars", ())), tuple(rows), seconds)


def read_boolean(body: bytes) -> bool:
    """Return the answer of an ASK in JSON; Virtuoso's one-row form is understood too."""
    document = json.loads(body)
    if "boolean" in document:
        return bool(document["boolean"])
    rows = document["results"]["bindings"]
    return bool(rows) and rows[0]["__ASK_RETVAL"]["value"] in ("1", "true")


def _term(value: dict[str, Any], known: dict[tuple[str, str, str, str], Term]) -> Term:
    datatype = value.get("datatype", "")
    key = (value["type"], value["value"], "" if datatype == _STRING else datatype, value.get("xml:lang", ""))
    term = known.get(key)
    if term is None:
        term = known[key] = Term(_KINDS[key[0]], key[1], key[2], key[3])  # type: ignore[arg-type]
    return term
