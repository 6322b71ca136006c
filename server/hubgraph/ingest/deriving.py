"""The derived graph: shortcuts and lineages, made again at each load from the other graphs and never edited."""

from datetime import date
from pathlib import Path
from typing import Final

from hubgraph.ingest.describe import literal
from hubgraph.ingest.lineage import lineages
from hubgraph.measures.current import current_facts
from hubgraph.measures.dated import dated_facts
from hubgraph.measures.evidence import evidence_facts
from hubgraph.measures.reading import read_world
from hubgraph.measures.span import span_facts
from hubgraph.measures.surroundings import read_surroundings
from hubgraph.resources import content
from hubgraph.sparql import bind
from hubgraph.store.building import Builder
from hubgraph.terms import HG, XSD, graph_iri, record_iri, split_record_iri

LINEAGE: Final = "lineage"
PERIODS: Final = "periods"
MEASURES: Final = "measures"
SPAN: Final = "span"
EVIDENCE: Final = "evidence"
ALGORITHMS: Final = (LINEAGE, EVIDENCE, PERIODS, MEASURES, SPAN)
"""What is derived by code, beside the rules of queries/derive."""
_NAMES: Final = {
    "in-group": "schools in groups on the data date",
    "in-hub": "parts in hubs on the data date",
    "leads-hub": "leads of hubs on the data date",
    "nations": "authorities by nation",
    "outside-england": "schools outside England, never counted",
    "deciles-of-ranks": "deciles of areas of which the index gives ranks alone",
    "passed-on": "awards that are passed on out of others, no new money",
    "predecessors": "schools with a predecessor",
    "same-body": "records that are one body with a trust",
    "serves-same-body": "appointments to more than one record of a body",
    "serves-area": "areas that hubs serve",
    "sponsors": "sponsors of trusts",
    "ties": "sides of ties between bodies, people and activities",
    "stubs": "statements about schools that no source describes",
    EVIDENCE: "statements from when on what has no first day is known",
    PERIODS: "statements about when schools are open, tied and isolated",
    SPAN: "first day that the sources speak of",
    MEASURES: "measures of schools: nearest hub, steps, ties",
    "deprivation-bands": "statements about the deprivation band of schools",
    "unknown-status": "schools without a status",
    "without-authority": "open schools without a local authority, never counted",
    LINEAGE: "schools in a lineage of one-to-one successions",
}


def rules() -> tuple[Path, ...]:
    """Return the CONSTRUCT files of queries/derive in alphabetical order."""
    return tuple(sorted(content("queries", "derive").glob("*.rq")))


def derive(builder: Builder, base: str, as_of: date) -> tuple[tuple[str, int], ...]:
    """Fill graph/derived from all other graphs; return what was derived, in words, and how many triples."""
    graph = graph_iri(base, "derived")
    builder.clear(graph)
    day = literal(as_of.isoformat(), f"{XSD}date")
    made = []
    for path in rules():
        query = bind(path.read_text(encoding="utf-8"), {"as_of": [day]})
        made.append((_NAMES.get(path.stem, path.stem), builder.construct_into(query, graph)))
    made.append((_NAMES[LINEAGE], _add_lineages(builder, base, graph)))
    made.append((_NAMES[EVIDENCE], builder.add(evidence_facts(builder, as_of), graph)))
    world = read_world(builder)
    made.append((_NAMES[PERIODS], builder.add(dated_facts(world, base), graph)))
    around = read_surroundings(builder, as_of)
    made.append((_NAMES[MEASURES], builder.add(current_facts(world, around, as_of, graph), graph)))
    made.append((_NAMES[SPAN], builder.add(span_facts(builder, as_of, graph), graph)))
    return tuple(made)


def _add_lineages(builder: Builder, base: str, graph: str) -> int:
    query = content("queries", "internal", "predecessors.rq").read_text(encoding="utf-8")
    pairs = ((row["later"].value, row["earlier"].value) for row in builder.select(query).rows)
    triples = []
    for school, oldest in sorted(lineages(pairs).items()):
        split = split_record_iri(oldest, base)
        if split is not None:
            triples.append((f"<{school}>", f"<{HG}lineage>", f"<{record_iri(base, LINEAGE, split[1])}>"))
    return builder.add(triples, graph)
