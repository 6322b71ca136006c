"""A small made-up world of appointments in memory, shared by the tests of matching people."""

from dataclasses import dataclass, field
from typing import Final

import pyoxigraph

BASE: Final = "https://w3id.org/hubgraph"
_ROLE: Final = f"{BASE}/code/governance-role/"
_PREFIXES: Final = (
    f"@base <{BASE}/id/> . @prefix hg: <{BASE}/ns#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> . "
    "@prefix org: <http://www.w3.org/ns/org#> . @prefix schema: <https://schema.org/> . "
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
)
_FIRST: Final = ("Arvel", "Brisa", "Corwen", "Delfa", "Emrik", "Fenja", "Gorlan", "Hesper", "Isolt", "Jarrah")
_LAST: Final = (
    "ash",
    "brook",
    "cliff",
    "dale",
    "edge",
    "field",
    "gate",
    "holt",
    "ings",
    "joy",
    "kirk",
    "ley",
)


@dataclass
class World:
    """Statements as Turtle; appointments are added one by one."""

    text: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def say(self, turtle: str) -> None:
        self.text.append(turtle)

    def school(self, urn: int, x: int, y: int) -> str:
        self.say(f"<school/{urn}> a hg:School ; hg:easting {x}.0 ; hg:northing {y}.0 .")
        return f"school/{urn}"

    def holds(  # noqa: PLR0913 - what a row of appointments says
        self,
        key: str,
        name: str,
        where: str,
        role: str = "2",
        *,
        days: str = "",
        person: str = "",
        source: str = "s",
    ) -> str:
        """Add an appointment. name: title, first, further and last names parted by `|`; days: `start/end`."""
        title, first, further, last = name.split("|")
        parts = {"hg:title": title, "hg:forename1": first, "hg:forename2": further, "foaf:familyName": last}
        said = "".join(f' ; {prop} "{text}"' for prop, text in parts.items() if text)
        said += f' ; hg:personKey "{person}"' if person else ""
        whole = " ".join(text for text in (first, further, last) if text)
        start, _, end = days.partition("/")
        dated = f' ; schema:startDate "{start}"^^xsd:date' if start else ""
        dated += f' ; schema:endDate "{end}"^^xsd:date' if end else ""
        self.say(
            f"GRAPH <graph/source/{source}> {{ <appointment/{key}> a hg:Appointment ; org:organization <{where}> ; "
            f"org:role <{_ROLE}{role}> ; org:member <appointment/{key}#person>{dated} . "
            f'<appointment/{key}#person> a hg:PersonRecord ; foaf:name "{whole}"{said} . }}'
        )
        self.keys.append(key)
        return key

    def fill(self, rows: int, schools: int) -> None:
        """Add people of names that nobody shares, so that a load has a few hundred rows."""
        for number in range(schools):
            self.school(800_000 + number, 350_000 + 7_000 * (number % 20), 200_000 + 9_000 * (number // 20))
        for number in range(rows):
            first = _FIRST[number % len(_FIRST)]
            last = f"{_FIRST[number // 10 % 10][:4]}{_LAST[number % 12]}{_LAST[number // 120 % 12]}"
            self.holds(f"fill-{number}", f"|{first}||{last}", f"school/{800_000 + number % schools}")

    def reader(self) -> "MemoryReader":
        store = pyoxigraph.Store()
        store.load((_PREFIXES + "\n".join(self.text)).encode(), format=pyoxigraph.RdfFormat.TRIG)
        return MemoryReader(store)


@dataclass(frozen=True)
class MemoryReader:
    """What a generation that is being built answers, from memory."""

    store: pyoxigraph.Store

    def csv(self, query: str) -> bytes:
        found = self.store.query(query, use_default_graph_as_union=True)
        assert isinstance(found, pyoxigraph.QuerySolutions)
        body = found.serialize(format=pyoxigraph.QueryResultsFormat.CSV)
        assert body is not None
        return body


def persons(nt: str) -> dict[str, str]:
    """Return appointment key → person key of resolved people as N-Triples."""
    found = {}
    for line in nt.splitlines():
        subject, predicate, value = line.removesuffix(" .").split(" ", 2)
        if predicate.endswith("#holder>"):
            found[subject.rpartition("/")[2].rstrip(">")] = value.rpartition("/")[2].rstrip(">")
    return found
