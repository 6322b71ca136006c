"""Map 400,000 governance rows to N-Triples, beside a row loop of the standard library and one over rdflib."""

import csv
import random
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import rdflib
from common import publish

from hubgraph.ingest.codes import read_codes
from hubgraph.ingest.mapper import MapContext, map_table, prepare, register
from hubgraph.ingest.mapping import Mapping, read_mappings
from hubgraph.ingest.reading import read_part
from hubgraph.ingest.recognise import Recognised, recognise
from hubgraph.ingest.registry import Registry
from hubgraph.resources import content
from hubgraph.terms import CODE, FOAF, HG, ORG, RDF, RDFS, SCHEMA, XSD

ROWS = 400_000
PEER_ROWS = 20_000
RUNS = 3
BASE = "https://w3id.org/hubgraph"
HEADER = (
    "GID", "URN", "UID", "Companies House Number", "Role", "Title", "Forename 1", "Forename 2", "Surname",
    "Date of appointment", "Date term of office ends/ended", "Appointing body", "Original signatory member",
    "Original chair of trustees",
)  # fmt: skip
SYLLABLES = (
    "al",
    "ber",
    "con",
    "dor",
    "el",
    "fen",
    "gar",
    "hol",
    "is",
    "jor",
    "kel",
    "lin",
    "mar",
    "nor",
    "os",
    "per",
)
ROLES = ("Trustee", "Member", "Local Governor", "Chair of Trustees", "Governor", "Accounting Officer")
BODIES = ("Appointed by GB/board", "Elected by parents", "Appointed by foundation/Trust", "N/A", "")


def invented(chance: random.Random, parts: int) -> str:
    """Return a name that is made of syllables, so nobody's."""
    return "".join(chance.choice(SYLLABLES) for _ in range(parts)).title()


def write_file(path: Path, rows: int) -> None:
    """Write a governance extract of invented people."""
    chance = random.Random(7)  # noqa: S311  a repeatable file, no secret
    surnames = [invented(chance, 3) for _ in range(20_000)]
    forenames = [invented(chance, 2) for _ in range(800)]
    with path.open("w", newline="", encoding="cp1252") as target:
        writer = csv.writer(target)
        writer.writerow(HEADER)
        for number in range(rows):
            start = date(2005, 1, 1) + timedelta(days=chance.randrange(7000))
            school = chance.random() < 0.7
            writer.writerow(
                (
                    1_000_000 + number,
                    100_000 + chance.randrange(24_000) if school else "",
                    "" if school else 1000 + chance.randrange(4000),
                    "" if school else f"0{chance.randrange(9_999_999):07}",
                    chance.choice(ROLES), chance.choice(("Mr", "Mrs", "Ms", "Dr", "")),
                    chance.choice(forenames), chance.choice(forenames) if chance.random() < 0.4 else "",
                    chance.choice(surnames), f"{start:%d/%m/%Y}",
                    f"{start + timedelta(days=1460):%d/%m/%Y}" if chance.random() < 0.7 else "",
                    chance.choice(BODIES), chance.choice(("Yes", "No", "")), chance.choice(("Yes", "No", "")),
                )
            )  # fmt: skip


def ours(path: Path, mapping: Mapping, target: Path) -> int:
    """Map a file as a load does, reading and registering included; return the number of triples."""
    context = MapContext(BASE, read_codes(content("ontology", "codes")), Registry(BASE))
    table = prepare(read_part(Recognised(path, "table", mapping), mapping, path.name), mapping)
    register(table, mapping, context)
    return map_table(table, mapping, context, target).triples


def fields(row: dict[str, str]) -> list[tuple[str, str, str, bool]]:
    """Return (subject suffix, predicate, object, is a record) of one row: the same statements, unchecked."""
    key = f"{BASE}/id/appointment/{row['GID']}"
    name = " ".join(row[column] for column in ("Forename 1", "Forename 2", "Surname") if row[column])
    place = f"{BASE}/id/trust/{row['UID']}" if row["UID"] else f"{BASE}/id/school/{row['URN']}"
    made = [
        ("", f"{RDF}type", f"{HG}Appointment", True), ("", f"{RDFS}label", f"{name}, {row['Role']}", False),
        ("", f"{HG}gid", row["GID"], False), ("", f"{ORG}member", f"{key}#person", True),
        ("", f"{ORG}organization", place, True),
        ("", f"{ORG}role", f"{CODE}governance-role/{row['Role'].lower().replace(' ', '-')}", True),
        ("", f"{SCHEMA}startDate", iso(row["Date of appointment"]), False),
        ("", f"{HG}endKnowledge", f"{CODE}end-knowledge/{'known' if row[HEADER[10]] else 'open'}", True),
        ("#person", f"{RDF}type", f"{HG}PersonRecord", True), ("#person", f"{HG}forename1", row["Forename 1"], False),
        ("#person", f"{FOAF}familyName", row["Surname"], False), ("#person", f"{FOAF}name", name, False),
    ]  # fmt: skip
    optional = (
        ("", f"{SCHEMA}endDate", iso(row[HEADER[10]]) if row[HEADER[10]] else ""),
        ("", f"{HG}originalSignatory", row[HEADER[12]]), ("", f"{HG}originalChair", row[HEADER[13]]),
        ("#person", f"{HG}title", row["Title"]), ("#person", f"{HG}forename2", row["Forename 2"]),
    )  # fmt: skip
    made += [(subject, predicate, value, False) for subject, predicate, value in optional if value]
    if row["Appointing body"] not in {"", "N/A"}:
        body = row["Appointing body"].lower().replace(" ", "-").replace("/", "-")
        made.append(("", f"{HG}appointedBy", f"{CODE}appointing-body/{body}", True))
    return made


def iso(day: str) -> str:
    """Return dd/mm/yyyy as an ISO date."""
    return f"{day[6:]}-{day[3:5]}-{day[:2]}"


def row_loop(path: Path, target: Path) -> int:
    """Write the same statements with csv and string formatting, without checking anything."""
    count = 0
    with path.open(newline="", encoding="cp1252") as source, target.open("w", encoding="utf-8") as output:
        for row in csv.DictReader(source):
            key = f"{BASE}/id/appointment/{row['GID']}"
            for subject, predicate, value, linked in fields(row):
                end = f"<{value}>" if linked else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
                if predicate.endswith("Date"):
                    end += f"^^<{XSD}date>"
                output.write(f"<{key}{subject}> <{predicate}> {end} .\n")
                count += 1
    return count


def rdflib_loop(path: Path, target: Path) -> int:
    """Write the same statements through an rdflib graph."""
    graph = rdflib.Graph()
    with path.open(newline="", encoding="cp1252") as source:
        for row in csv.DictReader(source):
            key = f"{BASE}/id/appointment/{row['GID']}"
            for subject, predicate, value, linked in fields(row):
                node = rdflib.URIRef(value) if linked else rdflib.Literal(value)
                graph.add((rdflib.URIRef(key + subject), rdflib.URIRef(predicate), node))
    graph.serialize(target, format="nt", encoding="utf-8")
    return len(graph)


def measured(work: Callable[[], int]) -> tuple[int, float]:
    """Return the triples that work makes and the CPU seconds that it takes, all threads counted."""
    start = time.process_time()
    triples = work()
    return triples, time.process_time() - start


def main() -> None:
    """Write the files, run all three in turn and publish the table."""
    mappings = read_mappings(content("data", "mappings"))
    lines = ["| way | rows | triples | CPU s | triples per CPU s |", "|---|---|---|---|---|"]
    rates: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        large, small = Path(name) / "governance.csv", Path(name) / "governance-small.csv"
        write_file(large, ROWS)
        write_file(small, PEER_ROWS)
        found = recognise(large, mappings)
        assert isinstance(found, Recognised)
        assert found.mapping is not None
        mapping, target = found.mapping, Path(name) / "out.nt"
        ways: tuple[tuple[str, int, Callable[[], int]], ...] = (
            ("hubgraph", ROWS, lambda: ours(large, mapping, target)),
            ("csv and strings, nothing checked", ROWS, lambda: row_loop(large, target)),
            ("csv and rdflib", PEER_ROWS, lambda: rdflib_loop(small, target)),
        )
        for _ in range(RUNS):
            for title, rows, work in ways:
                triples, seconds = measured(work)
                rates.setdefault(title, []).append(triples / seconds)
                lines.append(
                    f"| {title} | {rows:,} | {triples:,} | {seconds:.2f} | {triples / seconds:,.0f} |"
                )
    medians = {title: sorted(found)[len(found) // 2] for title, found in rates.items()}
    first = medians["hubgraph"]
    lines += ["", "Medians: " + "; ".join(
        f"{title} {rate:,.0f} triples per CPU second ({first / rate:.1f} times slower than hubgraph)" if title != "hubgraph"
        else f"hubgraph {rate:,.0f} triples per CPU second" for title, rate in medians.items()) + ".",
        "", "hubgraph reads, registers, checks and maps; the peers check nothing and look up no code."]  # fmt: skip
    publish("map-governance", "Governance rows to triples", "python benchmarks/map_governance.py", lines)


if __name__ == "__main__":
    main()
