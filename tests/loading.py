"""Small tables and a way to load them, shared by the tests of loading."""

from collections.abc import Sequence
from pathlib import Path

import pyoxigraph

from hubgraph.ingest.load import load
from hubgraph.ingest.progress import Silent
from hubgraph.ingest.summary import LoadOptions, LoadSummary
from hubgraph.settings import Settings

SCHOOLS = "URN,EstablishmentName,EstablishmentStatus (code),TypeOfEstablishment (code),PhaseOfEducation (code),LA (code),OpenDate,CloseDate\n"
GROUPS = "Group UID,Group Name,Group Type (code),Group Status (code),Companies House Number,Open date,Closed Date\n"
IN_GROUPS = "URN,Group UID,Group Name,Group Type,Closed Date,Joined date,EstablishmentName\n"
LINKS = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n"
BASE = "https://w3id.org/hubgraph"
SCHOOL_FILE = "edubasealldata20260130.csv"


def write_files(folder: Path, **files: str) -> Path:
    """Write files given as name (underscores for dots in the ending are not needed: `.csv` is added) and text."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def run(store: Path, *paths: Path, options: LoadOptions | None = None) -> LoadSummary:
    """Load paths into store."""
    return load(paths, Settings(store=str(store)), options or LoadOptions(), Silent())


def values(store: Path, query: str) -> list[tuple[str, ...]]:
    """Return the rows of a SELECT over the published generation as texts; records as kind/key."""
    opened = pyoxigraph.Store.read_only(str(store / "current" / "rdf"))
    text = f"PREFIX hg: <{BASE}/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX org: <http://www.w3.org/ns/org#> PREFIX schema: <https://schema.org/> {query}"
    found = opened.query(text)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return [tuple(getattr(term, "value", "").removeprefix(f"{BASE}/id/") for term in row) for row in found]


def reasons(summary: LoadSummary) -> Sequence[tuple[str, int, str, str]]:
    """Return file, row, column and reason of every issue."""
    return [(issue.file, issue.row, issue.column, issue.reason) for issue in summary.issues]
