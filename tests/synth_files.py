"""Reads what `hubgraph synth` wrote, with the people of the truth: what the tests of overlaps compare."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

GOVERNANCE = ("governancematdata", "governanceacaddata", "governanceladata")
TRUSTEES = ("Trustee", "Chair of Trustees")
EVER = (date(1900, 1, 1), date(2999, 12, 31))
Row = dict[str, str]
Found = tuple[str, str, frozenset[str]]


def rows_of(folder: Path, start: str) -> list[Row]:
    """Return the rows of the one table whose name starts so."""
    (path,) = folder.glob(f"{start}*.csv")
    data = path.read_bytes()
    register = any(name in path.name for name in ("edubase", "groups", "alllinks", "governance"))
    return list(csv.DictReader(data.decode("cp1252" if register else "utf-8").splitlines()))


def day(text: str, *, last: bool = False) -> date:
    """Return an ISO, dd/mm/yyyy or dd-mm-yyyy date; empty: the first or last day there is."""
    if not text:
        return EVER[last]
    if text[2] in "/-":
        text = "-".join(reversed(text.replace("/", "-").split("-")))
    return date.fromisoformat(text)


@dataclass(frozen=True)
class Held:
    key: str
    person: str
    body: str
    role: str
    first: date
    last: date
    by: str = ""

    def on(self, when: date) -> bool:
        return self.first <= when <= self.last

    def meets(self, *others: "Held | tuple[date, date]") -> bool:
        spans = [(self.first, self.last), *((o.first, o.last) if isinstance(o, Held) else o for o in others)]
        return max(first for first, _ in spans) <= min(last for _, last in spans)


class Files:
    """The files of a folder, with the holder of every appointment as the truth has it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.truth: dict[str, Any] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        self.as_of = date.fromisoformat(self.truth["as_of"])
        self.holder = {key: person for person, keys in self.truth["people"].items() for key in keys}
        links = rows_of(folder, "alllinksdata")
        self.trust = {
            f"urn:{r['URN']}": f"uid:{r['Group UID']}" for r in links if r["Group Type (code)"] in {"6", "10"}
        }
        self.single = {f"urn:{r['URN']}" for r in links if r["Group Type (code)"] == "10"}
        self.sponsor = {
            (self.trust[f"urn:{r['URN']}"], f"uid:{r['Group UID']}")
            for r in links
            if r["Group Type (code)"] == "5"
        }
        self.held = [*self._governance(), *self._appointments()]
        self.at: dict[str, list[Held]] = {}
        for held in self.held:
            self.at.setdefault(held.body, []).append(held)
            if held.body in self.single:
                self.at.setdefault(self.trust[held.body], []).append(held)

    def _governance(self) -> Iterator[Held]:
        for name in GOVERNANCE:
            for r in rows_of(self.folder, name):
                body = f"uid:{r['UID']}" if r["UID"] else f"urn:{r['URN']}"
                first, last = (
                    day(r["Date of appointment"]),
                    day(r["Date term of office ends/ended"], last=True),
                )
                person = self.holder.get(r["GID"], f"organisation {r['GID']}")
                yield Held(r["GID"], person, body, r["Role"], first, last, r["Appointing body"])

    def _appointments(self) -> Iterator[Held]:
        for r in rows_of(self.folder, "appointments"):
            yield Held(
                r["id"],
                self.holder[r["id"]],
                r["organisation"],
                r["role"],
                day(r["start_date"]),
                day(r["end_date"], last=True),
            )

    def of(self, body: str, *roles: str) -> list[Held]:
        return [
            held
            for held in self.at.get(body, [])
            if not roles or held.role in roles or held.role.startswith(roles)
        ]

    def shared(self, one: str, other: str, span: tuple[date, date] = EVER) -> Iterator[str]:
        """Yield people who hold roles in both bodies at one time within a span."""
        for held in self.of(one):
            for also in self.of(other):
                if held.person == also.person and held.meets(also, span):
                    yield held.person

    def found(self) -> set[Found]:
        """Return every overlap in the files, by the definitions of the patterns and the people of the truth."""
        return {
            *self._trusts(),
            *self._payments(),
            *self._hubs(),
            *self._awards(),
            *self._evaluations(),
            *self._mergers(),
        }

    def _trusts(self) -> Iterator[Found]:
        for trust in {*self.trust.values()}:
            members = {h.person for h in self.of(trust, "Member") if h.on(self.as_of)}
            trustees = {h.person for h in self.of(trust, *TRUSTEES) if h.on(self.as_of)}
            if 2 * len(members & trustees) > len(members):
                yield "C01", "", frozenset([trust])
            for one, other in combinations(self.of(trust), 2):
                roles = {one.role.split(" - ")[0], other.role.split(" - ")[0]}
                if one.person == other.person and one.meets(other):
                    if "Member" in roles and roles & {"Accounting Officer", "Chief Financial Officer"}:
                        yield "C02", one.person, frozenset([trust])
                    if roles == {"Accounting Officer", "Chief Financial Officer"}:
                        yield "C03", one.person, frozenset([trust])

    def _payments(self) -> Iterator[Found]:
        declared = {
            (self.holder[r["appointment"].removeprefix("gid:")], r["declared_to"], r["interest_in"])
            for r in rows_of(self.folder, "declarations")
        }
        for r in rows_of(self.folder, "transactions"):
            when, sides = day(r["date"]), frozenset([r["payer"], r["payee"]])
            for person in self.shared(r["payer"], r["payee"], (when, when)):
                yield "C04", person, sides
            for held in self.of(r["payer"]):
                if held.on(when) and (held.person, r["payer"], r["payee"]) in declared:
                    yield "C04", held.person, sides
            trustees = [h for h in self.of(r["payer"], *TRUSTEES) if h.on(self.as_of)]
            named = [
                h
                for h in trustees
                if h.by.startswith(("Persons who are appointed by the foundation", "Foundation/sponsor"))
            ]
            if (r["payer"], r["payee"]) in self.sponsor and 2 * len(named) > len(trustees):
                yield "C12", "", sides

    def _hubs(self) -> Iterator[Found]:
        ties: dict[str, list[tuple[str, str, date, date]]] = {}
        for r in rows_of(self.folder, "participations"):
            ties.setdefault(r["activity"], []).append(
                (r["organisation"], r["part"], day(r["start_date"]), day(r["end_date"], last=True))
            )
        for hub, parts in ties.items():
            for lead, part, first, last in parts:
                if part == "lead":
                    for school, other, begin, end in parts:
                        if other == "supported":
                            span = (max(first, begin), min(last, end))
                            yield from (
                                ("C05", person, frozenset([lead, school]))
                                for person in self.shared(lead, school, span)
                            )
                    yield from self._board(hub, lead)
                for body, other, begin, end in parts:
                    if (
                        (part, other) == ("deliverer", "assurer")
                        and body == lead
                        and max(first, begin) <= min(last, end)
                    ):
                        yield "C11", "", frozenset([body, hub])

    def _board(self, hub: str, lead: str) -> Iterator[Found]:
        board = self.of(hub, "board-chair", "board-member")
        bodies = (lead, self.trust.get(lead, lead))
        serving = [
            h for h in board if any(h.person == o.person and h.meets(o) for b in bodies for o in self.of(b))
        ]
        people = {h.person for h in serving}
        if len(people) > 1 and 2 * len(people) > len(board):
            yield "C06", "", frozenset([hub, lead])
            return
        for held in serving:
            if held.role == "board-chair" or 2 * len(people) > len(board):
                yield "C06", held.person, frozenset([hub, lead])

    def _awards(self) -> Iterator[Found]:
        limits = {r["id"]: float(r["keep_share_max"]) for r in rows_of(self.folder, "programmes")}
        companies = {
            r["Companies House Number"]: f"uid:{r['Group UID']}"
            for r in rows_of(self.folder, "allgroupsdata")
            if r["Companies House Number"]
        }
        passed: dict[str, float] = {}
        awards = rows_of(self.folder, "awards")
        for r in awards:
            passed[r["regrant_of"]] = passed.get(r["regrant_of"], 0) + float(r["Amount Awarded"])
        for r in awards:
            funder, recipient = (
                self._reference(r[f"{side} Org:Identifier"], companies) for side in ("Funding", "Recipient")
            )
            span = (day(r["Award Date"]), day(r["Planned Dates:End Date"], last=True))
            yield from (
                ("C07", person, frozenset([funder, recipient]))
                for person in self.shared(funder, recipient, span)
            )
            yield from (
                ("C18", held.person, frozenset([funder, recipient]))
                for held in self.of(funder)
                for later in self.of(recipient)
                if held.person == later.person
                and held.on(span[0])
                and held.last < later.first
                and later.first - held.last <= timedelta(days=365)
            )
            if (
                r["regrant_of"]
                and recipient != funder
                and self.trust.get(recipient, recipient) == self.trust.get(funder, funder)
            ):
                yield "C09", "", frozenset([funder, recipient])
            kept = (
                100 * (1 - passed[r["Identifier"]] / float(r["Amount Awarded"]))
                if r["Identifier"] in passed
                else 0
            )
            if kept > limits.get(r["Grant Programme:Code"], 100) + 1e-9:
                yield "C10", r["Identifier"], frozenset([recipient])

    @staticmethod
    def _reference(identifier: str, companies: dict[str, str]) -> str:
        if identifier.startswith("GB-EDU-"):
            return f"urn:{identifier.removeprefix('GB-EDU-')}"
        return companies.get(identifier.removeprefix("GB-COH-"), identifier)

    def _evaluations(self) -> Iterator[Found]:
        programmes = {r["id"]: r for r in rows_of(self.folder, "programmes")}
        for r in rows_of(self.folder, "evaluations"):
            for other in (programmes[r["programme"]]["coordinator"], programmes[r["programme"]]["funder"]):
                if r["evaluator"] and r["evaluator"] != other:
                    yield from (
                        ("C08", person, frozenset([r["evaluator"], other]))
                        for person in self.shared(r["evaluator"], other)
                    )
            if r["evaluator"] == programmes[r["programme"]]["funder"]:
                yield "C08", "", frozenset([r["evaluator"], r["programme"]])

    def _mergers(self) -> Iterator[Found]:
        for r in rows_of(self.folder, "links_edubasealldata"):
            if r["LinkType"] == "Predecessor - merged":
                first = day(r["LinkEstablishedDate"])
                sides = (f"urn:{r['URN']}", f"urn:{r['LinkURN']}")
                yield from (
                    ("C14", person, frozenset(sides))
                    for person in self.shared(*sides, (first, first + timedelta(days=365)))
                )
