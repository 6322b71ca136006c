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
    before: name of the parameter that a day must not be after.
    role: graph pattern about ?record that holds where a record has, in the data, the role that an entity stands for.
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
    role: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record that questions rest on.

    label: what it is called in a list of what is missing. present: a graph pattern that matches where a store has one.
    absent: the sentence where it has none. pages: kinds of record whose page would show it. within: a wider kind.
    scope_text and scope_sentence: a query that lists what there is (column item), and the sentence around the list.
    """

    name: str
    label: str
    present: str
    absent: str
    pages: tuple[str, ...] = ()
    within: str = ""
    scope_text: str = ""
    scope_sentence: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: label for people, record kind where the value is the IRI of a record, display format.

    empty: what a missing value means, in words. needs: names of the kinds of record without which no value is known.
    """

    name: str
    label: str = ""
    entity: str = ""
    format: str = ""
    empty: str = ""
    needs: tuple[str, ...] = ()


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
    notes_params: the parameters that it takes; no other parameter may be the name of one of its variables.
    needs: kinds of record that the answer rests on.
    absent: what it means, on a map of areas, that the answer has no number for one. none: what an answer without rows means,
    with {parameter} for the values asked for. tests: fixtures that the head names. answers: numbers of the competency questions.
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
    notes_params: tuple[str, ...] = ()
    options_texts: Mapping[str, str] = field(default_factory=dict)
    absent: str = ""
    none: str = ""
    needs: tuple[Kind, ...] = ()

    def param(self, name: str) -> Param | None:
        """Return the parameter of that name."""
        return next((param for param in self.params if param.name == name), None)
