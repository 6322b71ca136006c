"""The frozen records behind roles, money, figures, evaluations, publications, events and supports of a record page."""

from dataclasses import dataclass

from hubgraph.records.model import Value


@dataclass(frozen=True, slots=True)
class Role:
    """An appointment: who (a person by the name the source gives, or an organisation), where, as what, and when.

    holder: the person that the name was resolved to, None where it was not. start and end are ISO dates or empty.
    """

    node: Value
    name: Value
    holder: Value | None
    organisation: Value
    role: str
    start: str
    end: str
    knowledge: str
    appointed_by: str
    current: bool
    source: str


@dataclass(frozen=True, slots=True)
class Dealing:
    """An award or a payment; side is made, received, for, paid or was paid, as seen from the record."""

    node: Value
    side: str
    giver: Value
    taker: Value
    amount: str
    currency: str
    date: str
    is_passed_on: bool


@dataclass(frozen=True, slots=True)
class Sum:
    """Number and sum of the awards or payments on one side in one currency; what is passed on stands apart."""

    side: str
    currency: str
    is_passed_on: bool
    number: int
    amount: str


@dataclass(frozen=True, slots=True)
class Reported:
    """A figure as a source reports it; disagrees: another one has the same measure, unit and period, and another value."""

    node: Value
    measure: str
    value: str
    unit: str
    qualifier: str
    start: str
    end: str
    source: Value | None
    disagrees: bool = False


@dataclass(frozen=True, slots=True)
class Assessment:
    """An evaluation of the programme; status and independence are notations."""

    node: Value
    status: str
    independence: str
    evaluator: Value | None
    commissioned_by: Value | None
    published_on: str
    source: Value | None


@dataclass(frozen=True, slots=True)
class Writing:
    """A publication; about is what it is about, which may be a hub of the programme."""

    node: Value
    kind: str
    about: Value
    published_on: str
    url: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """An event or a support with its sides: (part, organisation)."""

    node: Value
    start: str
    end: str
    sides: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class HubOf:
    """A hub of the programme that is in force on the data date: who leads it, and how many organisations take part."""

    node: Value
    leads: tuple[Value, ...]
    members: int


@dataclass(frozen=True, slots=True)
class Dealings:
    """What a record page shows of roles, money and evidence; the totals count what is not shown too."""

    roles: tuple[Role, ...] = ()
    roles_total: int = 0
    money: tuple[Dealing, ...] = ()
    sums: tuple[Sum, ...] = ()
    reported: tuple[Reported, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    writings: tuple[Writing, ...] = ()
    hubs: tuple[HubOf, ...] = ()
    meetings: tuple[Meeting, ...] = ()
