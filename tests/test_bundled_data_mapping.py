"""The bundled tables go through recognition and mapping without a refused or repaired row."""

from pathlib import Path

import pytest

from hubgraph.ingest.codes import read_codes
from hubgraph.ingest.mapper import MapContext, Mapped, map_table, prepare, register
from hubgraph.ingest.mapping import read_mappings
from hubgraph.ingest.recognise import Recognised, choose
from hubgraph.ingest.registry import Registry
from hubgraph.ingest.tables import parse_table, read_header
from hubgraph.resources import content

BASE = "https://w3id.org/hubgraph"
MAPPINGS = read_mappings(content("data", "mappings"))
CODES = read_codes(content("ontology", "codes"))


def _mapped(folder: Path, out: Path) -> tuple[dict[str, Mapped], set[str]]:
    """Map all tables of a folder together; return what became of each and all triples."""
    context = MapContext(BASE, CODES, Registry(BASE))
    prepared = []
    for path in sorted(folder.glob("*.csv")):
        text = path.read_text(encoding="utf-8")
        found = choose(path, read_header(text)[0], MAPPINGS)
        assert isinstance(found, Recognised), found
        assert found.mapping is not None
        assert found.mapping.source.key == f"template-{path.stem}"
        table = prepare(parse_table(text, f"{folder.name}/{path.name}"), found.mapping)
        register(table, found.mapping, context)
        prepared.append((path.stem, table, found.mapping))
    done, triples = {}, set()
    for name, table, mapping in prepared:
        target = out / f"{name}.nt"
        done[name] = map_table(table, mapping, context, target)
        triples |= set(target.read_text(encoding="utf-8").splitlines())
    return done, triples


@pytest.mark.parametrize("folder", ["facts", "example", "templates/filled"])
def test_bundled_tables_map_without_a_refused_row(folder: str, tmp_path: Path) -> None:
    done, triples = _mapped(content("data", *folder.split("/")), tmp_path)
    assert {name: mapped.issues for name, mapped in done.items() if mapped.issues} == {}
    assert all(mapped.rows_read for mapped in done.values())
    assert len(triples) > 50


def test_empty_templates_are_recognised_and_give_nothing(tmp_path: Path) -> None:
    done, triples = _mapped(content("data", "templates", "empty"), tmp_path)
    assert len(done) == 16
    assert triples == set()


def test_example_hubs_keep_lead_area_and_the_programme_of_their_project(tmp_path: Path) -> None:
    _, triples = _mapped(content("data", "example"), tmp_path)
    ns, hub = f"{BASE}/ns#", f"<{BASE}/id/hub/fennmouth-east-code-hub>"
    assert f"{hub} <{ns}underProgramme> <{BASE}/id/programme/example-code-hubs> ." in triples
    assert f"{hub} <{ns}partOfProject> <{BASE}/id/project/example-code-afloat> ." in triples
    area = f"<{BASE}/id/hub/fennmouth-number-hub> <https://schema.org/areaServed> <{BASE}/id/la/999> ."
    assert area in triples
    partner = f"<{BASE}/id/participation/fennmouth-inclusion-hub-trust-990001-partner-2022-04-01>"
    assert f"{partner} <http://www.w3.org/ns/org#member> <{BASE}/id/trust/990001> ." in triples
