"""Data leave a store whole and come back whole; what is damaged or foreign changes nothing."""

import contextlib
import gzip
import hashlib
import io
import json
import shutil
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from hubgraph.cli import main
from hubgraph.settings import Settings
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.store.exporting import EXPORT_FORMATS
from hubgraph.store.generations import FORMAT_VERSION, Generations

Run = Callable[..., tuple[int, str, str]]
Members = dict[str, bytes]


@pytest.fixture
def hubgraph(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["hubgraph", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            main()
        out, err = capfd.readouterr()
        return int(stopped.value.code or 0), out, err

    return command


@pytest.fixture
def archive(hubgraph: Run, bundled_folder: Path, tmp_path: Path) -> Path:
    """A backup of the bundled data with one file of decisions."""
    store = tmp_path / "origin"
    shutil.copytree(bundled_folder, store, symlinks=True)
    (store / "decisions").mkdir(exist_ok=True)
    (store / "decisions" / "findings.csv").write_text("finding,state\nx,dismissed\n")
    assert hubgraph("backup", tmp_path / "kept.tar", "--store", store)[0] == 0
    return tmp_path / "kept.tar"


def unpack(path: Path) -> Members:
    with tarfile.open(path) as opened:
        return {entry.name: opened.extractfile(entry).read() for entry in opened}  # type: ignore[union-attr]


def pack(path: Path, members: Members, kind: bytes = tarfile.REGTYPE) -> Path:
    with tarfile.open(path, "w") as target:
        for name, body in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            entry.type = tarfile.REGTYPE if name == "hubgraph-backup.json" else kind
            target.addfile(entry, io.BytesIO(body))
    return path


@pytest.mark.parametrize("form", EXPORT_FORMATS)
def test_every_format_holds_the_same_statements(
    hubgraph: Run, bundled_folder: Path, tmp_path: Path, form: str
) -> None:
    path = tmp_path / f"out.{'rdf' if form == 'rdfxml' else form}"
    status, out, _ = hubgraph("export", path, "--store", bundled_folder)
    assert status == 0
    quads = list(ox.parse(path.read_bytes(), format=EXPORT_FORMATS[form]))
    triples = {str(quad.triple) for quad in quads if "_:" not in str(quad.triple)}
    source = ox.Store.read_only(str(bundled_folder / "current" / "rdf"))
    wanted = {
        str(quad.triple) for quad in source.quads_for_pattern(None, None, None, ox.DefaultGraph())
        if "_:" not in str(quad.triple)
    }  # fmt: skip
    assert triples == wanted
    graphs = {str(quad.graph_name) for quad in quads}
    if EXPORT_FORMATS[form].supports_datasets:
        assert graphs == {str(graph) for graph in source.named_graphs()}
        assert f"in {len(graphs):,} graphs" in out
    else:
        assert graphs == {"DEFAULT"}
        assert "the union of all graphs" in out


def test_gz_packs_and_equal_data_give_equal_files(
    hubgraph: Run, bundled_folder: Path, tmp_path: Path
) -> None:
    for name in ("a.nq.gz", "b.nq.gz"):
        assert hubgraph("export", tmp_path / name, "--store", bundled_folder)[0] == 0
    assert (tmp_path / "a.nq.gz").read_bytes() == (tmp_path / "b.nq.gz").read_bytes()
    _, out, _ = hubgraph("export", "-", "--store", bundled_folder)
    assert gzip.decompress((tmp_path / "a.nq.gz").read_bytes()).decode() == out
    assert [path.name for path in tmp_path.iterdir()] != []
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("export x.nq --store https://example.org/sparql", "ask the endpoint itself"),
        ("export missing/x.nq --store {store}", "does not exist; make it first"),
        ("export x.nq --store empty", "has no generation yet"),
        ("backup x.tar --store https://example.org/sparql", "give --store DIR"),
        ("restore x.tar --store empty", "does not exist"),
    ],
)
def test_what_cannot_be_written_is_one_sentence(
    hubgraph: Run, bundled_folder: Path, tmp_path: Path, line: str, said: str
) -> None:
    with contextlib.chdir(tmp_path):
        status, _, err = hubgraph(*line.replace("{store}", str(bundled_folder)).split())
    assert status == 1
    assert said in err
    assert len(err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_backup_comes_back_as_a_new_generation_with_its_decisions(
    hubgraph: Run, archive: Path, tmp_path: Path
) -> None:
    store = tmp_path / "elsewhere"
    for number in ("000001", "000002"):
        status, out, _ = hubgraph("restore", archive, "--store", store)
        assert status == 0
        assert f"Published generation {number}" in out
    before = Generations(tmp_path / "origin").current()
    after = Generations(store).current()
    assert (after.triples, after.data_date, after.sources) == (
        before.triples,
        before.data_date,
        before.sources,
    )
    assert (store / "decisions" / "findings.csv").read_text() == "finding,state\nx,dismissed\n"
    opened = EmbeddedStore(store, Settings(store=str(store), query_seconds=20.0))
    assert opened.ask("ASK { <https://w3id.org/hubgraph/id/school/900001> ?p ?o }")
    assert opened.search("lighthouse").total > 0
    opened.close()
    assert not any((store / "stages").iterdir())


def test_a_packed_backup_comes_back_too(hubgraph: Run, archive: Path, tmp_path: Path) -> None:
    packed = tmp_path / "kept.tar.gz"
    assert hubgraph("backup", packed, "--store", tmp_path / "origin")[0] == 0
    assert packed.stat().st_size < archive.stat().st_size
    assert hubgraph("restore", packed, "--store", tmp_path / "other")[0] == 0


def test_decisions_that_differ_stay_unless_they_may_be_replaced(
    hubgraph: Run, archive: Path, tmp_path: Path
) -> None:
    store = tmp_path / "origin"
    (store / "decisions" / "findings.csv").write_text("finding,state\ny,dismissed\n")
    status, _, err = hubgraph("restore", archive, "--store", store)
    assert status == 1
    assert "differs from the one in the backup" in err
    assert Generations(store).current().number == "000001"
    assert hubgraph("restore", archive, "--store", store, "--replace-decisions")[0] == 0
    assert "x,dismissed" in (store / "decisions" / "findings.csv").read_text()


def spoil(members: Members, how: str) -> Members:
    document = json.loads(members["hubgraph-backup.json"])
    name = "generation/quality/rows.csv"
    match how:
        case "changed":
            members[name] = members[name][:-1] + b"!"
        case "missing":
            del members[name]
        case "extra":
            members["generation/extra"] = b"x"
        case "outside" | "absolute" | "elsewhere":
            path = {"outside": "generation/../../x", "absolute": "/tmp/x", "elsewhere": "current/x"}[how]  # noqa: S108
            members[path] = b"x"
            document["files"][path] = {"size": 1, "sha256": "0"}
        case "foreign":
            document["kind"] = "something else"
        case "no list":
            del members["hubgraph-backup.json"]
            return members
    return {**members, "hubgraph-backup.json": json.dumps(document).encode()}


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("changed", "has another sha256"),
        ("missing", "it lacks generation/quality/rows.csv"),
        ("extra", "is not what its list says"),
        ("outside", "holds a path that no backup has"),
        ("absolute", "holds a path that no backup has"),
        ("elsewhere", "holds a path that no backup has"),
        ("foreign", "of another version"),
        ("no list", "is not a backup of hubgraph"),
    ],
)
def test_a_damaged_or_foreign_archive_is_refused_and_changes_nothing(
    hubgraph: Run, archive: Path, tmp_path: Path, how: str, said: str
) -> None:
    bad = pack(tmp_path / "bad.tar", spoil(unpack(archive), how))
    status, _, err = hubgraph("restore", bad, "--store", tmp_path / "fresh")
    assert status == 1
    assert said in err
    assert not (tmp_path / "fresh" / "current").exists()
    assert not list((tmp_path / "fresh" / "generations").glob("*"))


def test_links_in_an_archive_are_refused(hubgraph: Run, archive: Path, tmp_path: Path) -> None:
    bad = pack(tmp_path / "bad.tar", unpack(archive), tarfile.SYMTYPE)
    status, _, err = hubgraph("restore", bad, "--store", tmp_path / "fresh")
    assert status == 1
    assert "is not what its list says" in err


@pytest.mark.parametrize("body", [b"", b"no archive", b"\x1f\x8b\x08\x00broken"])
def test_what_is_no_archive_is_refused(hubgraph: Run, tmp_path: Path, body: bytes) -> None:
    (tmp_path / "x.tar").write_bytes(body)
    status, _, err = hubgraph("restore", tmp_path / "x.tar", "--store", tmp_path / "fresh")
    assert status == 1
    assert "x.tar" in err
    assert len(err.splitlines()) == 1


def test_an_archive_cut_short_is_refused(hubgraph: Run, archive: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.tar").write_bytes(archive.read_bytes()[:-200_000])
    status, _, err = hubgraph("restore", tmp_path / "cut.tar", "--store", tmp_path / "fresh")
    assert status == 1
    assert "cut.tar" in err
    assert not (tmp_path / "fresh" / "current").exists()


def test_another_store_format_is_explained_and_neither_kept_nor_restored(
    hubgraph: Run, archive: Path, tmp_path: Path
) -> None:
    members = unpack(archive)
    stated, older = (f'"format_version": {number}'.encode() for number in (FORMAT_VERSION, 1))
    manifest = members["generation/manifest.json"].replace(stated, older)
    document = json.loads(members["hubgraph-backup.json"])
    document["files"]["generation/manifest.json"]["sha256"] = hashlib.sha256(manifest).hexdigest()
    members["generation/manifest.json"] = manifest
    old = pack(tmp_path / "old.tar", {**members, "hubgraph-backup.json": json.dumps(document).encode()})
    status, _, err = hubgraph("restore", old, "--store", tmp_path / "fresh")
    assert status == 1
    assert "written by an older version of hubgraph (store format 1" in err
    assert not (tmp_path / "fresh" / "current").exists()
    (tmp_path / "origin" / "current" / "manifest.json").write_bytes(manifest)
    status, _, err = hubgraph("backup", tmp_path / "new.tar", "--store", tmp_path / "origin")
    assert status == 1
    assert "store format 1" in err
    assert not (tmp_path / "new.tar").exists()
