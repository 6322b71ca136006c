"""What the measures are made from: open schools, and ties with the days on which they hold."""

from dataclasses import dataclass
from typing import Final, Literal

from hubgraph.measures.periods import Period

TieKind = Literal["hub-lead", "hub", "activity", "trust", "federation", "support"]

HUB_KINDS: Final = frozenset({"hub-lead", "hub"})


@dataclass(frozen=True, slots=True)
class School:
    """A school in England that counts as open on some days; IRIs are empty and numbers None where not known.

    easting, northing: metres on the British National Grid.
    """

    iri: str
    open: Period
    name: str = ""
    authority: str = ""
    authority_name: str = ""
    phase: str = ""
    lsoa: str = ""
    easting: int | None = None
    northing: int | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """One organisation tied to a hub, activity or group, or to the other side of a support engagement.

    node: IRI of the participation, affiliation or support. role: notation of the part, empty where there is none.
    """

    node: str
    member: str
    to: str
    kind: TieKind
    period: Period
    role: str = ""


@dataclass(frozen=True, slots=True)
class World:
    """Schools by IRI and all ties, as the sources state them."""

    schools: dict[str, School]
    ties: tuple[Tie, ...]
