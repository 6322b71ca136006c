"""Generations: immutable folders, one per load, and the link that says which one is published.

Layout: STORE/generations/NUMBER/ holds rdf/, search.sqlite, quality/ and manifest.json; STORE/current is a symbolic
link to one of them; STORE/lock is held by the load that is writing; STORE/stages/PID-… is its work in progress.
"""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from hubgraph.errors import NoGenerationError, StoreBusyError, StoreError

FORMAT_VERSION: Final = 2
"""Version of the folder layout and manifest; raised when an older hubgraph could misread a store."""


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One source of a generation; dates are ISO or empty, licence and url are IRIs or empty.

    graph holds its triples; graphs are further named graphs that an RDF file brought with it.
    """

    key: str
    title: str
    graph: str
    file: str
    sha256: str
    publisher: str = ""
    licence: str = ""
    date: str = ""
    url: str = ""
    rows_read: int = 0
    rows_refused: int = 0
    rows_repaired: int = 0
    triples: int = 0
    graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is made of; data_date and loaded are ISO dates.

    counts: class → records, properties: IRI → triples of the union of all graphs (empty where a load did not count).
    """

    format_version: int
    number: str
    software: str
    base: str
    data_date: str
    loaded: str
    triples: int
    counts: Mapping[str, int] = field(default_factory=dict)
    sources: tuple[SourceEntry, ...] = ()
    properties: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the manifest as JSON text."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"

    @staticmethod
    def from_json(text: str) -> "Manifest":
        """Read a manifest; raise StoreError where it is of another format version."""
        try:
            values: dict[str, Any] = json.loads(text)
            version = values["format_version"]
        except (ValueError, KeyError, TypeError):
            raise StoreError("The manifest of a generation is damaged; load the data again.") from None
        if version != FORMAT_VERSION:
            age = "an older" if version < FORMAT_VERSION else "a newer"
            raise StoreError(
                f"The store was written by {age} version of hubgraph (store format {version}, this one reads {FORMAT_VERSION}); load the data again into a new folder."
            )
        sources = tuple(
            SourceEntry(**{**entry, "graphs": tuple(entry["graphs"])}) for entry in values.pop("sources")
        )
        return Manifest(**values, sources=sources)


class Generations:
    """The generations of one store folder; the folder is made when something is first written."""

    def __init__(self, root: Path) -> None:
        """Take the store folder."""
        self.root = root

    def entries(self) -> tuple[Manifest, ...]:
        """Return the manifests of all generations, newest first."""
        return tuple(self.manifest_of(folder) for folder in reversed(self._folders()))

    def current_folder(self) -> Path:
        """Return the folder of the published generation; raise NoGenerationError where there is none."""
        link = self.root / "current"
        try:
            target = link.readlink()
        except FileNotFoundError:
            raise NoGenerationError(
                "The store has no generation yet; make one with: hubgraph load PATH…"
            ) from None
        except OSError:
            raise StoreError(
                "'current' in the store folder is not a link; remove it and roll back or load again."
            ) from None
        folder = self.root / target
        if not folder.is_dir():
            raise StoreError(
                "The published generation is missing; go back with: hubgraph generations rollback"
            )
        return folder

    def current(self) -> Manifest:
        """Return the manifest of the published generation."""
        return self.manifest_of(self.current_folder())

    def manifest_of(self, folder: Path) -> Manifest:
        """Return the manifest of a generation's folder; raise StoreError where it has none or is of another format."""
        try:
            return Manifest.from_json((folder / "manifest.json").read_text())
        except FileNotFoundError:
            raise StoreError(
                f"Generation {folder.name} has no manifest; remove its folder or load again."
            ) from None

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the store for writing; raise StoreBusyError where another process holds it."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("a+") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise StoreBusyError(
                    "Another load is writing to this store; wait until it has finished."
                ) from None
            self._discard_dead_stages()
            yield

    def stage(self) -> Path:
        """Return a new private folder on the same disk, for work in progress."""
        stages = self.root / "stages"
        stages.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=stages))

    def publish(self, stage: Path, manifest: Manifest) -> Manifest:
        """Make a finished stage the published generation; return its manifest with the number it got.

        Two atomic renames: the folder to its number, then a new link over the old one. A process that dies
        between them leaves the old generation published.
        """
        numbers = [int(folder.name) for folder in self._folders()]
        numbered = replace(manifest, number=f"{max(numbers, default=0) + 1:06d}")
        path = stage / "manifest.json"
        path.write_text(numbered.to_json())
        _sync(path)
        target = self.root / "generations" / numbered.number
        target.parent.mkdir(exist_ok=True)
        stage.rename(target)
        _sync(target.parent)
        self._point_at(target)
        (self.root / "decisions").mkdir(exist_ok=True)
        return numbered

    def rollback(self) -> Manifest:
        """Publish the generation before the current one; raise StoreError where there is none."""
        current = self.current_folder().name
        older = [folder for folder in self._folders() if folder.name < current]
        if not older:
            raise StoreError(f"There is no generation before {current} to go back to.")
        self._point_at(older[-1])
        return self.manifest_of(older[-1])

    def prune(self, keep: int) -> tuple[str, ...]:
        """Remove all but the newest generations (and the current one); return the numbers removed."""
        current = self.current_folder().name
        folders = self._folders()
        removed = [folder for folder in folders[: max(len(folders) - keep, 0)] if folder.name != current]
        for folder in removed:
            shutil.rmtree(folder)
        return tuple(folder.name for folder in removed)

    def discard_stages_of(self, process: int) -> None:
        """Remove the work in progress of one process."""
        for stage in (self.root / "stages").glob(f"{process}-*"):
            shutil.rmtree(stage, ignore_errors=True)

    def _discard_dead_stages(self) -> None:
        """Remove what killed loads left; only called while the lock is held, when no other load is alive."""
        for stage in (self.root / "stages").glob("*"):
            shutil.rmtree(stage, ignore_errors=True)

    def _point_at(self, folder: Path) -> None:
        link = self.root / f".current-{os.getpid()}"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("generations") / folder.name)
        link.replace(self.root / "current")
        _sync(self.root)

    def _folders(self) -> list[Path]:
        return sorted(folder for folder in (self.root / "generations").glob("*") if folder.name.isdigit())


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
