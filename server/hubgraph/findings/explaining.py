"""What the page of a finding shows: the chain of facts, the rule, what is declared, the matches, what would clear it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hubgraph.errors import UnknownRecordError
from hubgraph.resources import content
from hubgraph.sparql import bind
from hubgraph.store.base import Row, Store
from hubgraph.terms import HG, record_iri

_ORDER: Final = (
    "Appointment",
    "InterestDeclaration",
    "NilReturn",
    "Participation",
    "Affiliation",
    "Award",
    "Transaction",
    "Evaluation",
    "SchoolLink",
    "Source",
)
"""Classes of evidence in the order of the chain: who serves, then what ties the two sides."""


@dataclass(frozen=True, slots=True)
class Named:
    """A record and its name; both empty where there is none."""

    iri: str = ""
    name: str = ""

    @property
    def text(self) -> str:
        """Return the name, else kind and key of the record."""
        return self.name or " ".join(self.iri.rsplit("/", 2)[-2:])


@dataclass(frozen=True, slots=True)
class EvidenceFact:
    """One record that a finding rests on: what it says, for which days, and which source says so on which date.

    kind: class in our namespace. what: role, part or type in words. date, start, end, source_date: ISO or empty.
    """

    iri: str
    kind: str
    what: str
    from_: Named
    to: Named
    start: str
    end: str
    date: str
    amount: str
    currency: str
    note: str
    source: str
    source_date: str


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule: title, what it asks for, threshold with currency or unit, first and last day, source."""

    iri: str
    title: str
    text: str
    threshold: str
    unit: str
    valid_from: str
    valid_to: str
    source: str


@dataclass(frozen=True, slots=True)
class MatchOfFinding:
    """A match without which there is no finding; findings: how many rest on it, this one included."""

    iri: str
    one: str
    other: str
    confidence: str
    justification: str
    decision: str
    findings: int


@dataclass(frozen=True, slots=True)
class FindingPage:
    """Everything that explains one finding; dates are ISO or empty, state and severity are codes."""

    key: str
    iri: str
    pattern: str
    title: str
    definition: str
    severity: str
    state: str
    note: str
    confidence: str
    person: Named
    organisation_a: Named
    organisation_b: Named
    tie: Named
    start: str
    end: str
    until: str
    sum: str
    also: tuple[Named, ...]
    path: tuple[EvidenceFact, ...]
    rules: tuple[RuleText, ...]
    declarations: tuple[EvidenceFact, ...]
    mitigations: tuple[EvidenceFact, ...]
    matches: tuple[MatchOfFinding, ...]
    clears: str
    as_of: str

    @property
    def if_a_match_is_wrong(self) -> str:
        """Return what changes if one of the matches is wrong, empty where the finding rests on none."""
        if not self.matches:
            return ""
        most = max(match.findings for match in self.matches)
        others = f" So would {most - 1:,} other findings that rest on it." if most > 1 else ""
        return f"If one of these matches is wrong, the records are those of two people, and this finding goes.{others}"


def read_finding(store: Store, key: str) -> FindingPage:
    """Return what explains a finding; key may be its IRI. Raises UnknownRecordError where these data have none."""
    info = store.info()
    key = key.strip().rpartition("/")[2]
    iri = record_iri(info.base, "finding", key)
    rows = _rows(store, "finding", iri)
    if not rows:
        raise UnknownRecordError(
            f"There is no finding with the key '{key}' in these data; list them with: hubgraph query overlapping-roles"
        )
    row = rows[0]
    return FindingPage(
        key=key,
        iri=iri,
        pattern=_text(row, "pattern"),
        title=_text(row, "title"),
        definition=_text(row, "definition"),
        severity=_text(row, "severity"),
        state=_text(row, "state"),
        note=_text(row, "note"),
        confidence=_text(row, "confidence"),
        person=_named(row, "person", "person_name"),
        organisation_a=_named(row, "a", "a_name"),
        organisation_b=_named(row, "b", "b_name"),
        tie=_named(row, "tie", "tie_name"),
        start=_text(row, "start"),
        end=_text(row, "end"),
        until=_text(row, "until"),
        sum=_text(row, "sum"),
        also=tuple(_named(each, "other", "label") for each in _rows(store, "finding-same-matter", iri)),
        path=_facts(store, iri, "evidence"),
        rules=_rules(store, iri),
        declarations=_facts(store, iri, "coveredBy"),
        mitigations=_facts(store, iri, "mitigatedBy"),
        matches=_matches(store, iri),
        clears=_text(row, "cleared"),
        as_of=info.data_date,
    )


def _facts(store: Store, iri: str, name: str) -> tuple[EvidenceFact, ...]:
    """Return the records that a finding names by a property, each once, in the order of the chain."""
    found: dict[str, EvidenceFact] = {}
    for row in _rows(store, "finding-evidence", iri, {"property": [f"<{HG}{name}>"]}):
        texts = {
            column: _text(row, column)
            for column in (
                "what",
                "start",
                "end",
                "date",
                "amount",
                "currency",
                "note",
                "source",
                "source_date",
            )
        }
        fact = EvidenceFact(
            iri=row["record"].value,
            kind=_text(row, "class"),
            from_=_named(row, "from", "from_name"),
            to=_named(row, "to", "to_name"),
            **texts,
        )
        found.setdefault(fact.iri, fact)
    return tuple(sorted(found.values(), key=lambda fact: (_place(fact.kind), fact.start, fact.iri)))


def _place(kind: str) -> int:
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


def _rules(store: Store, iri: str) -> tuple[RuleText, ...]:
    columns = ("title", "text", "threshold", "unit", "from", "to", "source")
    return tuple(
        RuleText(row["rule"].value, *(_text(row, column) for column in columns))
        for row in _rows(store, "finding-rules", iri)
    )


def _matches(store: Store, iri: str) -> tuple[MatchOfFinding, ...]:
    return tuple(
        MatchOfFinding(
            iri=row["match"].value,
            one=_text(row, "one_name"),
            other=_text(row, "other_name"),
            confidence=_text(row, "confidence"),
            justification=_text(row, "justification"),
            decision=_text(row, "decision"),
            findings=int(row["findings"].value),
        )
        for row in _rows(store, "finding-matches", iri)
        if "match" in row
    )


def _rows(
    store: Store, name: str, iri: str, given: dict[str, Sequence[str]] | None = None
) -> tuple[Row, ...]:
    query = content("queries", "internal", f"{name}.rq").read_text(encoding="utf-8")
    return store.select(bind(query, {"finding": [f"<{iri}>"], **(given or {})})).rows


def _text(row: Row, name: str) -> str:
    return row[name].value if name in row else ""


def _named(row: Row, iri: str, name: str) -> Named:
    return Named(_text(row, iri), _text(row, name))
