"""What a check found: results as frozen records, in a stable order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from hubgraph.checks.model import SEVERITIES, Path
from hubgraph.store.base import Term

Engine = Literal["compiled", "pyshacl"]


@dataclass(frozen=True, slots=True)
class Result:
    """One finding. path is None for a rule about the record itself; value is None where no single value is at fault.

    severity and constraint are IRIs; source is the sh:sparql node where the rule is a query; name is sh:name.
    """

    focus: Term
    path: Path | None
    value: Term | None
    severity: str
    shape: Term
    constraint: str
    message: str
    name: str = ""
    source: Term | None = None


@dataclass(frozen=True, slots=True)
class RowIssue:
    """One thing about one row; row counts as a spreadsheet does (header = 1), 0 means the file as a whole."""

    file: str
    row: int
    column: str
    value: str
    action: Literal["refused", "repaired"]
    reason: str
    fix: str


@dataclass(frozen=True, slots=True)
class Report:
    """All results in order; checked: nodes per shape (key); notes: what ran otherwise or could not be checked.

    rows: what was wrong with rows of tables before the shapes saw anything of them.
    """

    results: tuple[Result, ...]
    checked: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    engine: Engine = "compiled"
    rows: tuple[RowIssue, ...] = ()

    @property
    def conforms(self) -> bool:
        """Return sh:conforms: no results at all, of whatever severity."""
        return not self.results

    @property
    def refused(self) -> tuple[RowIssue, ...]:
        """Return the rows that made no record at all."""
        return tuple(issue for issue in self.rows if issue.action == "refused")

    def at_least(self, severity: str) -> "Report":
        """Return the report with the results of this severity (violation, warning or info) and above.

        A refused row counts as a violation, a repaired one as information.
        """
        floor = severity_rank(severity)
        return replace(
            self,
            results=tuple(each for each in self.results if severity_rank(each.severity) >= floor),
            rows=self.rows if floor == 0 else self.refused,
        )


def severity_rank(severity: str) -> int:
    """Return 0 for info, 1 for warning, 2 for violation and for severities of one's own; takes names and IRIs."""
    name = severity_word(severity)
    words = [severity_word(each) for each in SEVERITIES]
    return words.index(name) if name in words else len(words) - 1


def severity_word(severity: str) -> str:
    """Return `violation` for sh:Violation and so on; the last part of the IRI for any other."""
    return severity.rpartition("#")[2].rpartition("/")[2].lower()


def ordered(results: Iterable[Result]) -> tuple[Result, ...]:
    """Return results gravest first, then by shape, constraint, path, focus and value."""
    return tuple(sorted(results, key=_place))


def _place(result: Result) -> tuple[int, str, str, str, str, str, str]:
    path = result.path.text() if result.path else ""
    value = result.value
    shown = f"{value.kind} {value.value} {value.datatype} {value.language}" if value else ""
    rank = -severity_rank(result.severity)
    return rank, result.shape.value, result.constraint, path, result.focus.value, shown, result.message
