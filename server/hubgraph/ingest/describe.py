"""What a generation says about its sources: titles, dates, licences, counts and how each graph was made.

Vocabulary: DCTERMS, PROV-O, VoID; terms of our own where these have none (ontology/sources.ttl).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from hubgraph.store.generations import SourceEntry
from hubgraph.terms import DCTERMS, FOAF, HG, PROV, RDF, RDFS, VOID, XSD, day_or_year, graph_iri, record_iri

Triple = tuple[str, str, str]
"""Subject, predicate and object, each in N-Triples form."""

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def iri(text: str) -> str:
    """Return an IRI in N-Triples form."""
    return f"<{text}>"


def literal(value: str | int, datatype: str = "") -> str:
    """Return a literal in N-Triples form; integers get xsd:integer."""
    if isinstance(value, int):
        return f'"{value}"^^<{XSD}integer>'
    text = value.translate(_ESCAPES)
    return f'"{text}"^^<{datatype}>' if datatype else f'"{text}"'


def describe_sources(base: str, sources: Sequence[SourceEntry]) -> Iterator[Triple]:
    """Yield the metadata of every source graph, one hg:SourceSnapshot each."""
    for source in sources:
        subject = iri(record_iri(base, "source", source.key))
        yield subject, iri(f"{RDF}type"), iri(f"{HG}SourceSnapshot")
        yield subject, iri(f"{RDFS}label"), literal(source.title)
        yield subject, iri(f"{HG}graph"), iri(source.graph)
        yield subject, iri(f"{HG}fileName"), literal(source.file)
        yield subject, iri(f"{HG}sha256"), literal(source.sha256)
        yield from _optional(subject, source)
        counts: Mapping[str, int] = {
            f"{HG}rowsRead": source.rows_read,
            f"{HG}rowsRefused": source.rows_refused,
            f"{HG}rowsRepaired": source.rows_repaired,
            f"{VOID}triples": source.triples,
        }
        for predicate, number in counts.items():
            yield subject, iri(predicate), literal(number)
        yield iri(source.graph), iri(f"{PROV}wasDerivedFrom"), subject


def _optional(subject: str, source: SourceEntry) -> Iterator[Triple]:
    if source.publisher:
        yield subject, iri(f"{DCTERMS}publisher"), literal(source.publisher)
    if source.licence:
        yield subject, iri(f"{DCTERMS}license"), iri(source.licence)
    if source.date:
        yield subject, iri(f"{DCTERMS}issued"), literal(source.date, day_or_year(source.date))
    if source.url:
        yield subject, iri(f"{FOAF}homepage"), iri(source.url)


def describe_derived(
    base: str, sources: Sequence[SourceEntry], as_of: date, rules: Sequence[str]
) -> Iterator[Triple]:
    """Yield how the derived graph was made: from which snapshots, by which rules, for which date."""
    graph = iri(graph_iri(base, "derived"))
    yield graph, iri(f"{RDFS}label"), literal("Derived by hubgraph from the other graphs")
    yield graph, iri(f"{HG}asOf"), literal(as_of.isoformat(), f"{XSD}date")
    for rule in rules:
        yield graph, iri(f"{HG}derivedBy"), literal(rule)
    for source in sources:
        yield graph, iri(f"{PROV}wasDerivedFrom"), iri(record_iri(base, "source", source.key))
