"""A generation as one file of RDF: named graphs where the format has them, else the union of all graphs."""

import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

import pyoxigraph as ox

from hubgraph.errors import StoreError
from hubgraph.terms import PREFIXES

EXPORT_FORMATS: Final[Mapping[str, ox.RdfFormat]] = {
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
"""Name → format; nq, trig and jsonld keep the named graphs."""
_ENDINGS: Final = {"rdf": "rdfxml", "owl": "rdfxml", **{name: name for name in EXPORT_FORMATS}}
_LEVEL: Final = 6


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: statements (quads where the format has graphs), and graphs, 0 where it has none."""

    statements: int
    graphs: int


@dataclass(slots=True)
class _Counter:
    """Statements that went by."""

    number: int = 0

    def pass_on(self, found: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
        """Yield what is found and count it."""
        for each in found:
            self.number += 1
            yield each


def format_of(path: Path) -> str:
    """Return the format that the ending of a file names, without .gz; empty where it names none."""
    suffixes = [suffix.lower().removeprefix(".") for suffix in path.suffixes]
    if suffixes[-1:] == ["gz"]:
        suffixes.pop()
    return _ENDINGS.get(suffixes[-1], "") if suffixes else ""


def export(generation: Path, form: str, out: IO[bytes], *, packed: bool = False) -> Exported:
    """Write all statements of a generation's folder, graph by graph in alphabetical order; equal data give equal files."""
    known = EXPORT_FORMATS[form]
    try:
        store = ox.Store.read_only(str(generation / "rdf"))
    except OSError as error:
        raise StoreError(f"The store of generation {generation.name} cannot be opened: {error}") from None
    graphs = sorted(store.named_graphs(), key=str) if known.supports_datasets else []
    counter = _Counter()
    if known.supports_datasets:
        quads = (quad for graph in graphs for quad in store.quads_for_pattern(None, None, None, graph))
        statements: object = counter.pass_on(quads)
    else:
        # The default graph of a store is the union of all named graphs (hubgraph.store.building).
        union = store.quads_for_pattern(None, None, None, ox.DefaultGraph())
        statements = (quad.triple for quad in counter.pass_on(union))
    prefixes = dict(PREFIXES) if form not in ("nq", "nt") else None
    with _packed(out) if packed else _plain(out) as target:
        ox.serialize(cast("Iterator[ox.Quad]", statements), target, format=known, prefixes=prefixes)
    return Exported(counter.number, len(graphs))


@contextmanager
def _packed(out: IO[bytes]) -> Iterator[IO[bytes]]:
    with gzip.GzipFile("", "wb", _LEVEL, out, mtime=0) as packed:
        yield cast("IO[bytes]", packed)


@contextmanager
def _plain(out: IO[bytes]) -> Iterator[IO[bytes]]:
    yield out
