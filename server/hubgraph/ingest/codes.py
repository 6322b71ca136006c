"""Code lists as the mapping engine needs them: which notations exist, and which labels stand for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from rdflib import Graph
from rdflib.namespace import RDFS, SKOS

from hubgraph.resources import content
from hubgraph.terms import CODE


@dataclass(frozen=True, slots=True)
class CodeList:
    """One scheme: notations, and folded labels → notation."""

    notations: frozenset[str] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)


def fold_label(text: str) -> str:
    """Return a label for comparing: lower case, one space, no surrounding blanks."""
    return " ".join(text.casefold().split())


@cache
def own_codes() -> Mapping[str, CodeList]:
    """Return hubgraph's own code lists, read once: their files do not change while a process runs."""
    return read_codes(content("ontology", "codes"))


def read_codes(folder: Path) -> Mapping[str, CodeList]:
    """Return scheme name → code list of all Turtle files of a folder."""
    graph = Graph()
    for path in sorted(folder.glob("*.ttl")):
        graph.parse(path, format="turtle")
    notations: dict[str, set[str]] = {}
    labels: dict[str, dict[str, str]] = {}
    for concept, scheme in graph.subject_objects(SKOS.inScheme):
        name = str(scheme).removeprefix(CODE)
        notation = str(graph.value(concept, SKOS.notation) or "")
        notations.setdefault(name, set()).add(notation)
        for prop in (SKOS.prefLabel, SKOS.altLabel, RDFS.label):
            for label in graph.objects(concept, prop):
                labels.setdefault(name, {}).setdefault(fold_label(str(label)), notation)
    return {name: CodeList(frozenset(found), labels.get(name, {})) for name, found in notations.items()}
