"""Which declarations cover a finding and what was done about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from hubgraph.findings.model import EVER, NEVER, Finding, State
from hubgraph.findings.workbench import Workbench
from hubgraph.resources import content
from hubgraph.terms import record_iri

_ON_THE_DAY = frozenset({"C04", "C12", "C16", "C17"})
"""Patterns of payments: a declaration has to be in force on the day of the payment."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A declared interest: IRIs of declaration, the body told and the body of the interest; ISO dates."""

    declaration: str
    to: str
    interest_in: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Register:
    """Everything that was declared and done, as a store has it."""

    declared: Mapping[str, Sequence[Declared]] = field(default_factory=dict)
    mitigated: Mapping[str, Sequence[str]] = field(default_factory=dict)
    same: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def covering(self, finding: Finding, as_of: str) -> tuple[str, ...]:
        """Return the declarations by the person of a finding to one side, of an interest in the other, in force.

        For a payment in force on its day; else on the last day of the overlap, or on as_of while it lasts. Where a
        finding counts several people, each of them has to have declared.
        """
        day = finding.start if finding.parties.pattern in _ON_THE_DAY else _last_day(finding, as_of)
        a, b = self._body(finding.parties.organisation_a), self._body(finding.parties.organisation_b)
        b = b.union(*(self._body(body) for body in finding.through))
        by_person = [
            tuple(
                each.declaration
                for each in self.declared.get(person, ())
                if each.start <= day <= each.end
                and ((each.to in a and each.interest_in in b) or (each.to in b and each.interest_in in a))
            )
            for person in finding.holders
        ]
        return tuple(each for declared in by_person for each in declared) if all(by_person) else ()

    def apply(self, finding: Finding, base: str, as_of: str, openly: tuple[str, ...] = ()) -> Finding:
        """Return the finding with what covers it, what was done about it, and the state that follows.

        openly: records that state the overlap themselves.
        """
        covering = (*openly, *self.covering(finding, as_of))
        iri = record_iri(base, "finding", finding.key)
        about = (iri, *covering, *(each for each in finding.evidence if "/id/finding/" in each))
        done = dict.fromkeys(each for what in about for each in self.mitigated.get(what, ()))
        state: State = "mitigated" if done else "declared" if covering else "potential"
        return replace(finding, covered_by=covering, mitigated_by=tuple(done), state=state)

    def _body(self, iri: str) -> frozenset[str]:
        return self.same.get(iri, frozenset()) | {iri} if iri else frozenset()


def _last_day(finding: Finding, as_of: str) -> str:
    return max(finding.start, min(finding.end, as_of))


def read_register(store: Workbench) -> Register:
    """Read declarations, mitigations and which records are one body."""
    declared: dict[str, list[Declared]] = {}
    for row in store.select(_query("declarations")).rows:
        each = Declared(
            declaration=row["declaration"].value,
            to=row["to"].value,
            interest_in=row["in"].value,
            start=row["start"].value if "start" in row else EVER,
            end=row["end"].value if "end" in row else NEVER,
        )
        declared.setdefault(row["person"].value, []).append(each)
    mitigated: dict[str, list[str]] = {}
    for row in store.select(_query("mitigations")).rows:
        mitigated.setdefault(row["about"].value, []).append(row["mitigation"].value)
    same: dict[str, set[str]] = {}
    for row in store.select(_query("same-bodies")).rows:
        same.setdefault(row["record"].value, set()).add(row["body"].value)
        same.setdefault(row["body"].value, set()).add(row["record"].value)
    return Register(declared, mitigated, {iri: frozenset(others) for iri, others in same.items()})


def _query(name: str) -> str:
    return content("queries", "internal", f"{name}.rq").read_text(encoding="utf-8")
