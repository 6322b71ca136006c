"""No saved query grows much faster than the data: one that compares all with all shows at ten times the schools."""

import math
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pyoxigraph
import pytest

from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.saved_queries.model import SavedQuery
from hubgraph.saved_queries.running import bound_query
from hubgraph.settings import Settings
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.synth.build import synthesise
from hubgraph.synth.model import SynthOptions
from loading import run

pytestmark = pytest.mark.slow

CATALOGUE: Final = Catalogue.read(content("queries"))
SMALL, LARGE = 270, 2_700
WORST: Final = 1.5
"""Time grows at most like size to this power: linear work is 1, all with all is 2; shared machines take the rest."""
FLOOR_MS: Final = 1.0
"""What a question takes on no data: smaller times say nothing about growth."""
RUNS: Final = 5
SAMPLE: Final = """
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX hg: <https://w3id.org/hubgraph/ns#>
SELECT ?school ?hub ?programme ?trust ?la ?person WHERE {
  ?tie hg:tieKind <https://w3id.org/hubgraph/code/tie-kind/hub-lead> ; hg:tieTo ?hub ; hg:tieOf ?school .
  ?hub hg:underProgramme ?programme . ?school hg:localAuthority ?la .
  ?member hg:tieOf ?school ; hg:tieTo ?trust . ?trust a hg:AcademyTrust .
  { SELECT ?person WHERE { ?person a foaf:Person } LIMIT 1 }
} ORDER BY ?school ?hub ?trust LIMIT 1
"""
KINDS: Final = {"from": "school", "to": "trust", "organisation": "trust", "about": "school"}


@pytest.fixture(scope="module")
def times(tmp_path_factory: pytest.TempPathFactory) -> Mapping[int, Mapping[str, float]]:
    return {schools: _times(tmp_path_factory.mktemp("growth"), schools) for schools in (SMALL, LARGE)}


def _times(folder: Path, schools: int) -> dict[str, float]:
    """Return slug → least processor milliseconds of several runs over so many fictional schools."""
    synthesise(folder / "files", SynthOptions(schools=schools, seed=12))
    run(folder / "store", folder / "files")
    store = EmbeddedStore(folder / "store", Settings())
    try:
        (known,) = store.select(SAMPLE).rows
        texts = {
            saved.slug: bound_query(
                store, saved, {name: [known[KINDS.get(name, name)].value] for name in _needed(saved)}
            ).text
            for saved in CATALOGUE.all()
        }
    finally:
        store.close()
    engine = pyoxigraph.Store.read_only(str(folder / "store" / "current" / "rdf"))
    return {slug: min(_one(engine, text) for _ in range(RUNS)) for slug, text in texts.items()}


def _needed(saved: SavedQuery) -> list[str]:
    return [param.name for param in saved.params if param.required]


def _one(engine: pyoxigraph.Store, text: str) -> float:
    start = time.process_time()
    results = engine.query(text)
    assert isinstance(results, pyoxigraph.QuerySolutions)
    results.serialize(format=pyoxigraph.QueryResultsFormat.CSV)
    return (time.process_time() - start) * 1000


@pytest.mark.parametrize("slug", [saved.slug for saved in CATALOGUE.all()])
def test_a_question_over_ten_times_the_schools_takes_no_more_than_somewhat_over_ten_times_as_long(
    times: Mapping[int, Mapping[str, float]], slug: str
) -> None:
    before, after = (max(times[schools][slug], FLOOR_MS) for schools in (SMALL, LARGE))
    assert math.log10(after / before) / math.log10(LARGE / SMALL) <= WORST
