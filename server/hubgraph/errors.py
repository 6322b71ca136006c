"""Every error that hubgraph raises on purpose, in one tree.

HubgraphError                  one sentence: what is wrong and what to do about it
├── InputError                 a file or record that was handed over is not usable
│   ├── NotRecognisedError     a file is none of the accepted kinds
│   └── LoadRefusedError       a load did not pass and published nothing
├── MachineLimitError         disk, memory, or another limit of the machine was reached
├── MappingError               a mapping file (YAML) is itself faulty
├── ShapesError                shapes are ill-formed or ask for what the engine cannot check
├── SavedQueryError            a saved-query file is itself faulty
├── UnknownQueryError          no saved query has that name
├── ParameterError             a parameter value breaks its rule (names parameter, rule, example)
├── UnknownRecordError         no record has that identifier
├── StoreError                 the store cannot be opened, is locked, or is of another format
│   ├── NoGenerationError      the store has no published generation yet
│   └── StoreBusyError         another load is writing to the store
└── QueryError                 a query could not be answered
    ├── QuerySyntaxError       the text is not SPARQL 1.1 (400)
    ├── QueryForbiddenError    the query asks for an outgoing request or a write (400)
    ├── QueryTooLargeError     the text is too long, or the answer over the row or byte limit (413)
    ├── QueryTimeoutError      the time limit was reached and the work was stopped (504)
    ├── QueryFormatError       the answer holds what the asked format cannot (406)
    ├── QueryMemoryError       the memory limit was reached and the work was stopped (503)
    └── ServerBusyError        too many queries at once (503 with Retry-After)

The web layer maps these types to statuses in one table; the command line prints the sentence and exits.
"""


class HubgraphError(Exception):
    """Base of all errors; its text is one sentence that says what is wrong and what to do."""


class InputError(HubgraphError):
    """A file or record that was handed over is not usable."""


class NotRecognisedError(InputError):
    """A named file is none of the accepted kinds."""


class LoadRefusedError(InputError):
    """A load did not pass and published nothing."""


class MachineLimitError(HubgraphError):
    """Disk, memory or another limit of the machine was reached, and what was begun was given up."""


class MappingError(HubgraphError):
    """A mapping file is itself faulty."""


class ShapesError(HubgraphError):
    """Shapes are ill-formed, or ask for something that cannot be checked."""


class SavedQueryError(HubgraphError):
    """A saved-query file is itself faulty."""


class UnknownQueryError(HubgraphError):
    """No saved query has that name."""


class ParameterError(HubgraphError):
    """A parameter value breaks its rule."""

    def __init__(self, parameter: str, rule: str, example: str) -> None:
        """Take the parameter's name, the rule that the value breaks and an example that keeps it."""
        super().__init__(f"Parameter '{parameter}': {rule} For example: {parameter}={example}")
        self.parameter = parameter
        self.rule = rule
        self.example = example

    def __reduce__(self) -> tuple[type["ParameterError"], tuple[str, str, str]]:
        """Allow the error to cross a process boundary."""
        return (ParameterError, (self.parameter, self.rule, self.example))


class UnknownRecordError(HubgraphError):
    """No record has that identifier."""


class StoreError(HubgraphError):
    """The store cannot be opened, is locked or has another format."""


class NoGenerationError(StoreError):
    """The store has no published generation yet."""


class StoreBusyError(StoreError):
    """Another load is writing to the store."""


class QueryError(HubgraphError):
    """A query could not be answered."""


class QuerySyntaxError(QueryError):
    """The text is not a SPARQL 1.1 query."""


class QueryForbiddenError(QueryError):
    """The query asks for an outgoing request, a local file or a write."""


class QueryTooLargeError(QueryError):
    """The query text is too long or too deep, or its answer is over a limit."""


class QueryTimeoutError(QueryError):
    """The time limit was reached and the work was stopped."""


class QueryFormatError(QueryError):
    """The answer holds something that the format asked for cannot hold."""


class QueryMemoryError(QueryError):
    """The memory limit was reached and the work was stopped."""


class ServerBusyError(QueryError):
    """Too many queries are running or waiting."""
