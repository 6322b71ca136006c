"""Whole generations as compressed N-Quads files: written once, by a process of their own, kept beside the generations."""

import gzip
import multiprocessing
import shutil
import tempfile
from pathlib import Path
from typing import IO, Final, cast

import pyoxigraph as ox

from hubgraph.errors import StoreError

_FOLDER: Final = "dumps"
_LEVEL: Final = 6
FILE_NAME: Final = "hubgraph.nq.gz"


def dump_path(generation: Path) -> Path:
    """Return where the dump of a generation's folder is or will be."""
    return generation.parent.parent / _FOLDER / generation.name / FILE_NAME


def make_dump(generation: Path) -> Path:
    """Return the dump of a generation, written first where there is none; dumps of other generations are removed.

    Reading and compressing take a process of their own, so that a server's threads go on answering.
    """
    target = dump_path(generation)
    if target.is_file():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        part = Path(folder) / FILE_NAME
        process = multiprocessing.get_context("forkserver").Process(
            target=_write, args=(generation / "rdf", part)
        )
        process.start()
        process.join()
        if process.exitcode != 0 or not part.is_file():
            raise StoreError("The dump could not be written; look whether the disk of the store is full.")
        part.replace(target)
    for other in target.parent.parent.iterdir():
        if other.name != generation.name:
            shutil.rmtree(other, ignore_errors=True)
    return target


def _write(store: Path, target: Path) -> None:
    """Write the named graphs of a store, without the day of writing, so that equal data give equal files."""
    opened = ox.Store.read_only(str(store))
    graphs = sorted(opened.named_graphs(), key=str)
    quads = (quad for graph in graphs for quad in opened.quads_for_pattern(None, None, None, graph))
    with target.open("wb") as raw, gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as out:
        ox.serialize(quads, cast("IO[bytes]", out), format=ox.RdfFormat.N_QUADS)
