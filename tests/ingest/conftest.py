"""What the tests of whole files share: they are gathered and mapped as a load does, without a store."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from hubgraph.ingest.codes import read_codes
from hubgraph.ingest.gathering import gather
from hubgraph.ingest.mapper import MapContext, Mapped, map_table
from hubgraph.ingest.mapping import read_mappings
from hubgraph.ingest.progress import Silent
from hubgraph.ingest.registry import Registry
from hubgraph.ingest.rows import RowIssue
from hubgraph.resources import content

BASE = "https://w3id.org/hubgraph"
CODES = read_codes(content("ontology", "codes"))
MAPPINGS = read_mappings(content("data", "mappings"))


@dataclass(frozen=True, slots=True)
class MappedFiles:
    """What became of files that were loaded together; triples are without their full stop, with short IRIs."""

    files: Mapping[str, Mapped]
    triples: frozenset[str]
    skipped: Mapping[str, str]
    keys: tuple[str, ...]

    @property
    def issues(self) -> list[RowIssue]:
        return [issue for mapped in self.files.values() for issue in mapped.issues]

    def said(self) -> list[tuple[str, int, str, str, str]]:
        """File, row, column, action and reason of each issue."""
        return [(i.file, i.row, i.column, i.action, i.reason) for i in self.issues]


MapFiles = Callable[..., MappedFiles]


@pytest.fixture
def map_files(tmp_path: Path) -> MapFiles:
    """Return a function that recognises, reads and maps files and folders as a load does, without a store."""

    def mapped(*paths: Path, as_at: date | None = None) -> MappedFiles:
        context = MapContext(BASE, CODES, Registry(BASE))
        gathered = gather(paths, MAPPINGS, context, Silent(), as_at)
        files: dict[str, Mapped] = {}
        triples: set[str] = set()
        for number, (source, part) in enumerate((s, p) for s in gathered.tables for p in s.parts):
            target = tmp_path / f"mapped-{number}.triples"
            files[part.file] = map_table(part.table, source.mapping, context, target)
            triples |= set(target.read_text(encoding="utf-8").splitlines())
        short = frozenset(
            line.replace(f"<{BASE}/", "<").replace("<http://www.w3.org/", "<w3:").removesuffix(" .")
            for line in triples
        )
        return MappedFiles(
            files, short, dict(gathered.skipped), tuple(source.key for source in gathered.tables)
        )

    return mapped
