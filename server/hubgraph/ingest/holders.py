"""Who holds appointments that are laid over a published graph: somebody who is there, or somebody new.

The matching is that of a load, asked only about the new records. People who are there are not settled anew.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hubgraph.findings.reach import Reach, statements_of
from hubgraph.ingest.describe import iri, literal
from hubgraph.people.kept import find_beside, read_kept
from hubgraph.people.model import JOIN
from hubgraph.people.resolve import Found, find, names_of, torn_pairs
from hubgraph.people.rules import may_join, put_together
from hubgraph.resources import content
from hubgraph.sparql import bind
from hubgraph.store.building import Builder
from hubgraph.terms import CODE, FOAF, HG, ORG, RDF, SKOS, XSD, graph_iri, record_iri

Held = Mapping[str, tuple[str, str]]
"""Appointment → its holder and the name in its row."""


@dataclass(frozen=True, slots=True)
class Laid:
    """What is laid over a store: its graphs, the records that it makes or changes, and which of these are appointments."""

    graphs: Collection[str]
    subjects: Sequence[str]
    appointments: Sequence[str]


def read_holders(builder: Builder, appointments: Sequence[str], laid: Collection[str] = ()) -> Held:
    """Return who holds appointments in the store now; laid: graphs whose names of them do not count."""
    if not appointments:
        return {}
    query = content("queries", "internal", "holders-of.rq").read_text(encoding="utf-8")
    held: dict[str, tuple[str, str]] = {}
    for row in builder.select(bind(query, {"appointment": [iri(each) for each in appointments]})).rows:
        old = "graph" in row and row["graph"].value not in laid
        name = row["name"].value if old else ""
        if name or row["appointment"].value not in held:
            held[row["appointment"].value] = (row["person"].value, name)
    return held


def find_holders(builder: Builder, base: str, laid: Laid, generation: Path, folder: Path) -> Found:
    """Match new appointments with what the generation keeps for that, else with all records of the store.

    generation: folder of the published one. folder: of a small store of what is laid, which must not exist.
    """
    kept = read_kept(generation)
    if kept is None:
        return find(builder, base, laid.appointments)
    beside = Builder(folder)
    for graph in laid.graphs:
        beside.add(statements_of(builder, graph), graph)
    beside.add(_dealings(builder, laid.subjects), graph_iri(base, "around"))
    found = find_beside(kept, beside, base, laid.appointments)
    beside.close()
    return found


def _dealings(builder: Builder, subjects: Sequence[str]) -> Sequence[tuple[str, str, str]]:
    """Return the statements from which ties follow that records make: who appoints, and who leads what is evaluated."""
    reach = Reach(builder)
    reach.describe(subjects)
    reach.describe(reach.values(subjects, f"{HG}appointedBy"))
    activities = reach.values(reach.having(f"{HG}Participation", subjects), f"{ORG}organization")
    reach.describe(activities)
    reach.linked(f"{HG}evaluates", (*activities, *reach.values(activities, f"{HG}underProgramme")))
    programmes = reach.all_values(f"{HG}evaluates")
    reach.describe(programmes)
    reach.parts((*programmes, *reach.linked(f"{HG}underProgramme", programmes)))
    return reach.statements()


def settle_holders(
    builder: Builder, base: str, found: Found, appointments: Sequence[str], held: Held
) -> None:
    """Say in graph/resolved who holds new appointments; held: who held them before their rows were replaced.

    found: their matches. A row with the same name keeps its holder. Otherwise equal keys of the source decide, then a match
    that joins by probability and by the names of all records of the person.
    """
    people: dict[str, str] = {}
    matches: list[tuple[str, str, float]] = []
    for row in found.records.filter(pl.col("appointment").is_in(list(appointments))).iter_rows(named=True):
        person, name = held.get(row["appointment"], ("", ""))
        if person and name == row["name"]:
            people[row["record"]] = person
            continue
        person = _of_key(builder, found, row, people)
        if not person:
            person, match = _of_match(builder, found, row["number"], people)
            matches += [match] if match else []
        people[row["record"]] = person or _nobody_yet(base, row, held)
    _write(builder, base, found, people)
    _write_matches(builder, base, matches)


def _nobody_yet(base: str, row: Mapping[str, str], held: Held) -> str:
    """Return the IRI of somebody new; whom the replaced row was about may be named after it, and holds other roles."""
    named = record_iri(base, "person", row["key"])
    before, _ = held.get(row["appointment"], ("", ""))
    return record_iri(base, "person", f"what-if-{row['key']}") if before == named else named


def _of_key(builder: Builder, found: Found, row: Mapping[str, str], people: Mapping[str, str]) -> str:
    """Return the person of another record with the same key of the source, empty where there is none."""
    if row["person_key"] is None:
        return ""
    same = found.records.filter(pl.col("person_key") == row["person_key"], pl.col("record") != row["record"])
    return _first_person(builder, same["record"].to_list(), people)


def _of_match(
    builder: Builder, found: Found, number: int, people: Mapping[str, str]
) -> tuple[str, tuple[str, str, float] | None]:
    """Return the person of the surest match that joins, and the match as two records and its probability."""
    torn = torn_pairs(found.records, found.scored.pairs)
    sure = found.scored.pairs.filter(
        (pl.col("one") == number) | (pl.col("other") == number), pl.col("probability") >= JOIN
    ).sort("probability", "one", "other", descending=[True, False, False])
    numbers = [number, *sure["one"], *sure["other"]]
    named = found.records.filter(pl.col("number").is_in(numbers)).select("number", "record")
    records = dict(named.iter_rows())
    for one, other, probability in sure.select("one", "other", "probability").iter_rows():
        if (one, other) in torn:
            continue
        partner = records[other if one == number else one]
        person = _first_person(builder, [partner], people)
        if person and _names_agree(builder, found, number, person, people):
            return person, (records[number], partner, probability)
    return "", None


def _names_agree(builder: Builder, found: Found, number: int, person: str, people: Mapping[str, str]) -> bool:
    """Tell whether the rules let a record join a person: its name agrees with those of all records of that person.

    What differs among these already was put together by review, and may differ.
    """
    query = content("queries", "internal", "records-of-people.rq").read_text(encoding="utf-8")
    rows = builder.select(bind(query, {"person": [iri(person)]})).rows
    theirs = {row["record"].value for row in rows} | {
        record for record, who in people.items() if who == person
    }
    numbers = found.records.filter(pl.col("record").is_in(list(theirs)))["number"]
    names = set(names_of(found.records, numbers).values())
    (own,) = names_of(found.records, pl.Series([number], dtype=pl.Int64)).values()
    return may_join([own], names, put_together(names))


def _first_person(builder: Builder, records: Sequence[str], people: Mapping[str, str]) -> str:
    for record in records:
        if record in people:
            return people[record]
    held = read_holders(builder, [record.removesuffix("#person") for record in records])
    return min((person for person, _ in held.values()), default="")


def _write(builder: Builder, base: str, found: Found, people: Mapping[str, str]) -> None:
    named = found.records.filter(pl.col("record").is_in(list(people))).select("record", "name")
    names = dict(named.iter_rows())
    triples = []
    for record, person in people.items():
        triples += [
            (iri(record), iri(f"{HG}resolvedAs"), iri(person)),
            (iri(record.removesuffix("#person")), iri(f"{HG}holder"), iri(person)),
            (iri(person), iri(f"{RDF}type"), iri(f"{FOAF}Person")),
        ]
        if names[record]:
            triples.append((iri(person), iri(f"{FOAF}name"), literal(names[record])))
    builder.add(triples, graph_iri(base, "resolved"))


def _write_matches(builder: Builder, base: str, matches: Sequence[tuple[str, str, float]]) -> None:
    triples = []
    for one, other, probability in matches:
        node = iri(f"{one.removesuffix('#person')}#what-if")
        triples += [
            (node, iri(f"{RDF}type"), iri(f"{HG}MatchAssertion")),
            (node, iri(f"{HG}candidate"), iri(one)),
            (node, iri(f"{HG}match"), iri(other)),
            (node, iri(f"{HG}matchPredicate"), iri(f"{SKOS}exactMatch")),
            (node, iri(f"{HG}confidence"), literal(f"{probability:.6f}", f"{XSD}decimal")),
            (node, iri(f"{HG}decision"), iri(f"{CODE}match-decision/automatic")),
        ]
    builder.add(triples, graph_iri(base, "matches"))
