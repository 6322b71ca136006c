"""Values as they are written: a store keeps `-50.00` as `-50`, a report on files shows `-50.00`."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from rdflib import Graph, Literal

from hubgraph.checks.model import to_term
from hubgraph.checks.report import Report, Result
from hubgraph.store.base import Term


def restore(report: Report, data: Graph) -> Report:
    """Give values their text from the files: of the same record first, else of any record."""
    everywhere: dict[tuple[str, Decimal | str], Term] = {}
    of_record: dict[tuple[str, str, Decimal | str], Term] = {}
    for subject, _, value in data:
        if isinstance(value, Literal) and value.datatype:
            term = to_term(value)
            everywhere.setdefault(_key(term), term)
            of_record.setdefault((str(subject), *_key(term)), term)

    def written(result: Result) -> Result:
        value = result.value
        if value is None or not value.datatype:
            return result
        key = _key(value)
        return replace(result, value=of_record.get((result.focus.value, *key)) or everywhere.get(key, value))

    return replace(report, results=_each(written(result) for result in report.results))


def _each(results: Iterable[Result]) -> tuple[Result, ...]:
    return tuple(results)


def _key(term: Term) -> tuple[str, Decimal | str]:
    try:
        return term.datatype, Decimal(term.value)
    except InvalidOperation:
        return term.datatype, {"1": "true", "0": "false"}.get(term.value, term.value)
