"""The part of a store that findings about some people, ties and trusts rest on.

The patterns run over this part as over a whole store and find the same about these people, ties and trusts, since all that a
pattern reads or counts for them is in it. What they find about others may be wrong there, and is to be left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hubgraph.findings.model import Finding
from hubgraph.findings.reach import Reach
from hubgraph.terms import HG, ORG, RDF

COUNTING = frozenset({"C01", "C12", "C16"})
"""Patterns that count the members or the board of a trust, so that an appointment there touches findings about bodies."""

_SERVES = (f"{ORG}organization", f"{HG}alsoServes")
_LEADING = ("lead", "co-lead")


@dataclass(frozen=True, slots=True)
class Touched:
    """IRIs of people, ties (hubs, programmes, projects, awards, payments, evaluations) and trusts that are counted."""

    people: Sequence[str] = ()
    ties: Sequence[str] = ()
    counted: Sequence[str] = ()

    def __or__(self, other: "Touched") -> "Touched":
        """Return both together."""
        return Touched(
            tuple(dict.fromkeys((*self.people, *other.people))),
            tuple(dict.fromkeys((*self.ties, *other.ties))),
            tuple(dict.fromkeys((*self.counted, *other.counted))),
        )

    def includes(self, finding: Finding) -> bool:
        """Tell whether a finding is about one of them."""
        about = finding.parties
        return (
            about.person in self.people
            or about.tie in self.ties
            or (about.pattern in COUNTING and not about.person and about.organisation_a in self.counted)
        )


def take_around(reach: Reach, touched: Touched) -> None:
    """Take all statements that findings about them can rest on."""
    reach.linked(f"{RDF}type", (f"{HG}Mitigation", f"{HG}ConflictPattern"))
    reach.describe(touched.ties)
    people = dict.fromkeys(touched.people)
    people.update(dict.fromkeys(_awards(reach, reach.having(f"{HG}Award", touched.ties))))
    people.update(dict.fromkeys(_payments(reach, reach.having(f"{HG}Transaction", touched.ties))))
    people.update(dict.fromkeys(_evaluations(reach, reach.having(f"{HG}Evaluation", touched.ties))))
    people.update(dict.fromkeys(_activities(reach, touched.ties)))
    _people(reach, tuple(people))
    _counted(reach, touched.counted)
    for prop in (f"{ORG}role", f"{HG}appointedBy", f"{HG}underRule", f"{HG}linkType"):
        reach.describe(reach.all_values(prop))


def _people(reach: Reach, people: Sequence[str]) -> None:
    """Take where people serve, what these bodies belong to, take part in, receive, are paid and were told."""
    seats = reach.linked(f"{HG}holder", people)
    bodies = reach.values(seats, *_SERVES)
    same = _bodies(reach, bodies)
    trusts = reach.having(f"{HG}AcademyTrust", bodies)
    _served(reach, trusts)
    _boards(reach, reach.having(f"{HG}Hub", bodies))
    told = reach.linked(f"{HG}declaredIn", seats)
    interests = reach.values(told, f"{HG}interestIn")
    _bodies(reach, interests)
    payers = _payers(reach, (*bodies, *interests), bodies, trusts)
    registers = (*bodies, *same, *payers, *_bodies(reach, payers))
    reach.linked(f"{HG}declaredTo", registers)
    reach.linked(f"{HG}registerOf", registers)
    _given(reach, bodies, trusts)
    _programmes(reach, reach.linked(f"{HG}evaluator", bodies))
    for prop in (f"{ORG}originalOrganization", f"{ORG}resultingOrganization"):
        reach.linked(prop, bodies)


def _given(reach: Reach, bodies: Sequence[str], trusts: Sequence[str]) -> None:
    """Take the awards that bodies and the schools of trusts get, and those that these were passed on from."""
    within = reach.having(f"{HG}Affiliation", reach.linked(f"{ORG}organization", trusts))
    got = reach.linked(f"{HG}recipient", (*bodies, *reach.values(within, f"{ORG}member")))
    reach.describe(reach.values(got, f"{HG}regrantOf"))


def _payers(
    reach: Reach, payees: Sequence[str], bodies: Sequence[str], trusts: Sequence[str]
) -> Sequence[str]:
    """Take all payments to payees; return who paid, of the bodies, what they belong to, and what belongs to the trusts."""
    payments = reach.linked(f"{HG}payee", payees)
    belong = reach.having(f"{HG}Affiliation", reach.linked(f"{ORG}member", bodies))
    within = reach.having(f"{HG}Affiliation", reach.linked(f"{ORG}organization", trusts))
    near = {*bodies, *reach.values(belong, f"{ORG}organization"), *reach.values(within, f"{ORG}member")}
    return tuple(payer for payer in reach.values(payments, f"{HG}payer") if payer in near)


def _bodies(reach: Reach, bodies: Sequence[str]) -> Sequence[str]:
    """Take bodies, what they belong to and take part in, and other records of the same body; return these."""
    reach.describe(bodies)
    reach.describe(reach.values(reach.linked(f"{ORG}member", bodies), f"{ORG}organization"))
    same = (*reach.values(bodies, f"{HG}sameBodyAs"), *reach.linked(f"{HG}sameBodyAs", bodies))
    reach.describe(same)
    return same


def _served(reach: Reach, trusts: Sequence[str]) -> None:
    """Take everybody who serves trusts, and the schools of these."""
    reach.describe(trusts)
    for prop in _SERVES:
        reach.linked(prop, trusts)


def _counted(reach: Reach, trusts: Sequence[str]) -> None:
    """Take everybody who serves trusts, what these pay and whom."""
    _served(reach, trusts)
    _bodies(reach, reach.values(reach.linked(f"{HG}payer", trusts), f"{HG}payee"))


def _boards(reach: Reach, hubs: Sequence[str]) -> Sequence[str]:
    """Take the boards of hubs, all roles of who sits there, and the leads with their trusts; return the leads."""
    leads = reach.values(_leading(reach, reach.parts(hubs)), f"{ORG}member")
    _bodies(reach, leads)
    people = reach.values(reach.appointments(hubs), f"{HG}holder")
    reach.describe(reach.values(reach.linked(f"{HG}holder", people), *_SERVES))
    return leads


def _leading(reach: Reach, parts: Iterable[str]) -> Sequence[str]:
    return tuple(
        part
        for part in parts
        if any(role.rpartition("/")[2] in _LEADING for role in reach.values((part,), f"{ORG}role"))
    )


def _activities(reach: Reach, ties: Sequence[str]) -> Sequence[str]:
    """Take what hubs, programmes and projects are led, delivered, assured and evaluated by; return who serves the leads of hubs."""
    hubs = reach.having(f"{HG}Hub", ties)
    activities = (*hubs, *reach.having(f"{HG}Programme", ties), *reach.having(f"{HG}Project", ties))
    _bodies(reach, reach.values(reach.parts(activities), f"{ORG}member"))
    reach.linked(f"{HG}evaluates", activities)
    return reach.values(reach.appointments(_boards(reach, hubs)), f"{HG}holder")


def _awards(reach: Reach, awards: Sequence[str]) -> Sequence[str]:
    """Take awards, what they pass on and are passed on from, and their sides; return who serves both sides of one."""
    parents = reach.values(awards, f"{HG}regrantOf")
    reach.describe(parents)
    reach.linked(f"{HG}regrantOf", awards)
    hubs = reach.values((*awards, *parents), f"{HG}toHub")
    reach.describe(hubs)
    reach.parts(hubs)
    reach.describe(reach.values((*awards, *parents, *hubs), f"{HG}underProgramme"))
    _bodies(reach, reach.values(awards, f"{HG}funder", f"{HG}recipient"))
    _bodies(reach, reach.values(parents, f"{HG}funder"))
    both: dict[str, None] = {}
    for award in awards:
        givers = reach.values((award, *reach.values((award,), f"{HG}regrantOf")), f"{HG}funder")
        takers = reach.values((award,), f"{HG}recipient")
        belong = reach.having(f"{HG}Affiliation", reach.linked(f"{ORG}member", takers))
        takers = (*takers, *reach.values(belong, f"{ORG}organization"))
        giving, taking = (reach.values(reach.appointments(side), f"{HG}holder") for side in (givers, takers))
        both.update(dict.fromkeys(set(giving) & set(taking)))
    return tuple(sorted(both))


def _payments(reach: Reach, payments: Sequence[str]) -> Sequence[str]:
    """Take payments with all others between the same two, and who serves the payer; return who has to do with the payee."""
    payees = reach.values(payments, f"{HG}payee")
    reach.linked(f"{HG}payee", payees)
    _bodies(reach, payees)
    payers = reach.values(payments, f"{HG}payer")
    _bodies(reach, payers)
    _served(reach, payers)
    declared = reach.values(reach.linked(f"{HG}interestIn", payees), f"{HG}declaredIn")
    reach.describe(declared)
    return reach.values((*reach.appointments(payees), *declared), f"{HG}holder")


def _evaluations(reach: Reach, evaluations: Sequence[str]) -> Sequence[str]:
    """Take evaluations with what is evaluated; return who serves the evaluators."""
    _programmes(reach, evaluations)
    evaluators = reach.values(evaluations, f"{HG}evaluator")
    _bodies(reach, evaluators)
    return reach.values(reach.appointments(evaluators), f"{HG}holder")


def _programmes(reach: Reach, evaluations: Sequence[str]) -> None:
    reach.describe(reach.values(evaluations, f"{HG}evaluates"))
