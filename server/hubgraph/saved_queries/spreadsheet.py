"""Answers as spreadsheets want them: numbers of records first, then names and other text, then figures, IRIs last."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from hubgraph.saved_queries.model import Column
from hubgraph.saved_queries.running import QueryAnswer
from hubgraph.store.base import Term
from hubgraph.terms import CODE, REFERENCE_PREFIXES, XSD, split_record_iri

_SUFFIXES: Final = {"school": "urn", "trust": "uid", "group": "uid", "la": "code"}
"""Kind of record → what its number is called; of every other kind it is the id."""
_LABELS: Final = {"urn": "URN", "uid": "UID", "code": "code", "id": "id"}
_FIGURES: Final = ("integer", "decimal", "percent", "money")


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column of a spreadsheet: its head, the column of the answer it is taken from, and whether it has its numbers.

    kind: the kind of record whose number stands bare; others are written as references, `uid:5143` or an id.
    """

    name: str
    label: str
    source: Column
    is_number: bool = False
    kind: str = ""


def sheet_columns(answer: QueryAnswer) -> tuple[SheetColumn, ...]:
    """Return the columns of a spreadsheet: every column of the answer once, and before them the numbers of its records."""
    declared = {column.name: column for column in answer.saved.columns}
    columns = [declared.get(name) or Column(name) for name in answer.columns]
    links = [column for column in columns if _is_link(answer, column)]
    texts = [column for column in columns if column not in links and column.format not in _FIGURES]
    figures = [column for column in columns if column not in links and column.format in _FIGURES]
    numbers = [number for column in links if (number := _number_of(answer, column)) is not None]
    values = [SheetColumn(column.name, column.label, column) for column in (*texts, *figures, *links)]
    taken = {column.name for column in columns}
    return (*(number for number in numbers if number.name not in taken), *values)


def sheet_rows(answer: QueryAnswer, columns: Sequence[SheetColumn]) -> Iterator[tuple[Term | None, ...]]:
    """Yield the terms of each row in the order of the columns of a spreadsheet."""
    for row in answer.rows:
        yield tuple(
            _number(row.get(column.source.name), column.kind, answer.base)
            if column.is_number
            else row.get(column.source.name)
            for column in columns
        )


def _is_link(answer: QueryAnswer, column: Column) -> bool:
    return bool(column.entity) or column.format == "link" or _first(answer, column.name) is not None


def _first(answer: QueryAnswer, name: str) -> str | None:
    """Return the first IRI of a column, None where it has none."""
    return next((row[name].value for row in answer.rows if name in row and row[name].kind == "iri"), None)


def _number_of(answer: QueryAnswer, column: Column) -> SheetColumn | None:
    """Return the column of the numbers of a column of records or codes; None for addresses and the like."""
    suffix = _SUFFIXES.get(column.entity, "id")
    if not column.entity:
        first = _first(answer, column.name) or ""
        if first.startswith(CODE):
            suffix = "code"
        elif split_record_iri(first, answer.base) is None:
            return None
    label = f"{column.label or column.name} ({_LABELS[suffix]})"
    return SheetColumn(f"{column.name}_{suffix}", label, column, is_number=True, kind=column.entity)


def _number(term: Term | None, kind: str, base: str) -> Term | None:
    """Return the number of a record or the notation of a code; digits count as a number where a register gives them."""
    if term is None or term.kind != "iri":
        return None
    if term.value.startswith(CODE):
        return Term("literal", term.value.rpartition("/")[2])
    split = split_record_iri(term.value, base)
    if split is None:
        return None
    its_kind, key = split
    prefix = REFERENCE_PREFIXES.get(its_kind)
    if prefix is None:
        return Term("literal", key)
    if its_kind != kind and (kind, its_kind) not in (("trust", "group"), ("group", "trust")):
        return Term("literal", f"{prefix}:{key}")
    is_plain = key.isascii() and key.isdigit() and not key.startswith("0")
    return Term("literal", key, f"{XSD}integer" if is_plain else "")
