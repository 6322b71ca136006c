"""What a saved query is: its text and what its head says about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from hubgraph.sparql import QueryForm

ParamType = Literal["string", "integer", "decimal", "boolean", "date", "gYear", "iri", "entity", "code"]
View = Literal["table", "map", "chart", "network"]

AS_OF: Final = "as_of"
"""Name of the parameter whose default is the data date of the generation."""


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter; the variable of the same name in the query text takes its value.

    of: record kind of an entity, or scheme of a code; minimum and maximum are in the form in which values are
    typed (dates ISO). options_query: file name, without .rq, of an internal query with columns value and label.
    """

    name: str
    type: ParamType
    of: str = ""
    many: bool = False
    label: str = ""
    help: str = ""
    default: str | None = None
    required: bool = False
    minimum: str | None = None
    maximum: str | None = None
    pattern: str | None = None
    enum: tuple[str, ...] = ()
    options_query: str | None = None
    example: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: label for people, record kind where the value is the IRI of a record, display format."""

    name: str
    label: str = ""
    entity: str = ""
    format: str = ""


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """Limits that a head sets for its own query; None leaves the server's limit."""

    seconds: float | None = None
    rows: int | None = None
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A question: head and SPARQL text; the text is the whole file and valid SPARQL for any tool.

    notes_query: file name, without .rq, of an internal query that answers in one row; each column is one sentence.
    absent: what it means, on a map of areas, that the answer has no number for one. tests: fixtures that the head names. answers: numbers of the competency questions.
    """

    slug: str
    title: str
    summary: str
    group: str
    answers: tuple[int, ...]
    params: tuple[Param, ...]
    columns: tuple[Column, ...]
    view: View
    explain: str
    limits: QueryLimits
    tests: tuple[str, ...]
    text: str
    form: QueryForm
    notes_query: str = ""
    notes_text: str = ""
    options_texts: Mapping[str, str] = field(default_factory=dict)
    absent: str = ""

    def param(self, name: str) -> Param | None:
        """Return the parameter of that name."""
        return next((param for param in self.params if param.name == name), None)
