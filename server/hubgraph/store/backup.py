"""One archive with a generation and the decisions of a store, and the way back.

A tar file whose first member, `hubgraph-backup.json`, lists every other one with size and sha256. Restoring reads that
list first and takes nothing that is not on it, so that an archive cannot write outside the store.
"""

import csv
import hashlib
import io
import json
import shutil
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from hubgraph import __version__
from hubgraph.errors import InputError, StoreError
from hubgraph.store.generations import Generations, Manifest

KIND: Final = "hubgraph backup"
VERSION: Final = 1
"""What the list of an archive says it is, and the version of its layout."""

RECORD: Final = "backups.csv"
_LIST: Final = "hubgraph-backup.json"
_GENERATION: Final = "generation"
_DECISIONS: Final = "decisions"
_CHANGES: Final = f"{_GENERATION}/quality/changes.json"
_LONGEST_LIST: Final = 50_000_000
_CHUNK: Final = 1 << 20
_SPARE_BYTES: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: bytes and sha256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What an archive holds: the generation's manifest, number of files, decision files among them, bytes."""

    manifest: Manifest
    files: int
    decisions: int
    size: int


def backup(store: Path, out: IO[bytes], *, packed: bool) -> BackedUp:
    """Write the published generation and the decisions of a store folder; packed: with gzip.

    Raises StoreBusyError while a load is writing, for it might remove the generation.
    """
    generations = Generations(store)
    folder = generations.current_folder()
    with generations.lock():
        manifest = generations.current()
        paths = dict(_files(folder, _GENERATION))
        decisions = dict(_files(store / _DECISIONS, _DECISIONS))
        members = {name: _measure(path) for name, path in {**paths, **decisions}.items()}
        with tarfile.open(fileobj=out, mode="w:gz" if packed else "w", format=tarfile.PAX_FORMAT) as archive:
            _add(archive, _LIST, io.BytesIO(_list(manifest, members)))
            for name, path in {**paths, **decisions}.items():
                with path.open("rb") as source:
                    _add(archive, name, source, members[name].size)
    return BackedUp(manifest, len(members), len(decisions), sum(member.size for member in members.values()))


def note_backup(store: Path, path: Path, manifest: Manifest, day: str) -> None:
    """Keep a record of a backup in the store folder, so that `hubgraph forget` can name it; day: ISO date."""
    record = store / RECORD
    new = not record.exists()
    with record.open("a", newline="", encoding="utf-8") as target:
        writer = csv.writer(target, lineterminator="\n")
        if new:
            writer.writerow(("file", "generation", "date"))
        writer.writerow((str(path.resolve()), manifest.number, day))


def known_backups(store: Path) -> tuple[str, ...]:
    """Return the backups of a store folder that are still where they were written."""
    try:
        with (store / RECORD).open(newline="", encoding="utf-8") as source:
            files = [row["file"] for row in csv.DictReader(source)]
    except FileNotFoundError:
        return ()
    return tuple(file for file in dict.fromkeys(files) if Path(file).is_file())


def restore(store: Path, archive: Path, *, replace_decisions: bool = False) -> BackedUp:
    """Publish the generation of an archive as a new one of a store folder, and bring its decisions back.

    Raises InputError for an archive that is damaged or none of ours, StoreError for one of another store format, for
    decisions that differ from those of the store (unless they may be replaced), and for a full disk. The store is then
    what it was.
    """
    generations = Generations(store)
    with generations.lock():
        stage = generations.stage()
        try:
            members = _unpack(archive, stage)
            manifest = _manifest(stage / _GENERATION)
            decisions = [name for name in members if name.startswith(f"{_DECISIONS}/")]
            if not replace_decisions:
                _refuse_other_decisions(store, decisions, members)
            # It compares with a generation that this store may never have had.
            (stage / _CHANGES).unlink(missing_ok=True)
            numbered = generations.publish(stage / _GENERATION, manifest)
            for name in decisions:
                target = store / name
                target.parent.mkdir(parents=True, exist_ok=True)
                (stage / name).replace(target)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
    size = sum(member.size for member in members.values())
    return BackedUp(numbered, len(members), len(decisions), size)


def _files(folder: Path, prefix: str) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield f"{prefix}/{path.relative_to(folder).as_posix()}", path


def _measure(path: Path) -> Member:
    with path.open("rb") as source:
        return Member(path.stat().st_size, hashlib.file_digest(source, "sha256").hexdigest())


def _list(manifest: Manifest, members: Mapping[str, Member]) -> bytes:
    document = {
        "kind": KIND,
        "version": VERSION,
        "software": __version__,
        "store_format": manifest.format_version,
        "generation": manifest.number,
        "data_date": manifest.data_date,
        "files": {name: {"size": member.size, "sha256": member.sha256} for name, member in members.items()},
    }
    return json.dumps(document, indent=1).encode()


def _add(archive: tarfile.TarFile, name: str, source: IO[bytes], size: int = -1) -> None:
    """Add a file without the time, owner and mode it has on this machine."""
    entry = tarfile.TarInfo(name)
    entry.mode = 0o644
    entry.size = size if size >= 0 else len(source.read())
    source.seek(0)
    archive.addfile(entry, source)


def _unpack(path: Path, stage: Path) -> dict[str, Member]:
    """Write the members of an archive below stage; raise InputError for the first thing that is not as it should be."""
    try:
        with _opened(path) as archive:
            members = _read_list(archive, path.name)
            _check_space(stage, sum(member.size for member in members.values()))
            missing = dict(members)
            while (entry := archive.next()) is not None:
                member = missing.pop(entry.name, None)
                if member is None or not entry.isreg() or entry.size != member.size:
                    raise InputError(
                        f"{path.name} is damaged: '{entry.name[:80]}' is not what its list says; restore another backup."
                    )
                _write(archive, entry, stage, member, path.name)
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        reason = getattr(error, "strerror", None) or "the archive breaks off or cannot be unpacked"
        raise InputError(f"{path.name} cannot be restored: {reason}.") from None
    if missing:
        raise InputError(f"{path.name} is damaged: it lacks {next(iter(missing))}; restore another backup.")
    return members


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        archive = tarfile.open(path, "r|*")  # noqa: SIM115 (closed below; the message is about opening only)
    except (tarfile.TarError, EOFError, zlib.error):
        raise InputError(
            f"{path.name} is not a backup of hubgraph; make one with: hubgraph backup OUT"
        ) from None
    with archive:
        yield archive


def _read_list(archive: tarfile.TarFile, name: str) -> dict[str, Member]:
    first = archive.next()
    if first is None or first.name != _LIST or not first.isreg() or first.size > _LONGEST_LIST:
        raise InputError(f"{name} is not a backup of hubgraph; make one with: hubgraph backup OUT")
    source = archive.extractfile(first)
    assert source is not None
    try:
        document: dict[str, Any] = json.loads(source.read())
        kind, version = document["kind"], document["version"]
        members = {
            str(member): Member(int(about["size"]), str(about["sha256"]))
            for member, about in document["files"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(f"{name} is not a backup of hubgraph: its list cannot be read.") from None
    if kind != KIND or version != VERSION:
        raise InputError(
            f"{name} is a backup of another version (layout {version}, this one reads {VERSION}); restore it with the hubgraph that wrote it."
        )
    for member in members:
        _refuse_unsafe(member, name)
    return members


def _refuse_unsafe(member: str, name: str) -> None:
    """Raise InputError for a path that is not a plain one below generation/ or decisions/."""
    parts = PurePosixPath(member).parts
    plain = "/".join(parts) == member and "\\" not in member and "\x00" not in member
    if not plain or len(parts) < 2 or parts[0] not in (_GENERATION, _DECISIONS) or ".." in parts:  # noqa: PLR2004 (folder and file)
        raise InputError(f"{name} holds a path that no backup has ('{member[:80]}'); it is not restored.")


def _write(archive: tarfile.TarFile, entry: tarfile.TarInfo, stage: Path, member: Member, name: str) -> None:
    target = stage / entry.name
    target.parent.mkdir(parents=True, exist_ok=True)
    source = archive.extractfile(entry)
    assert source is not None
    digest = hashlib.sha256()
    with target.open("xb") as out:
        while part := source.read(_CHUNK):
            digest.update(part)
            out.write(part)
    if digest.hexdigest() != member.sha256:
        raise InputError(f"{name} is damaged: {entry.name} has another sha256; restore another backup.")


def _check_space(stage: Path, size: int) -> None:
    free = shutil.disk_usage(stage).free
    if free < size + _SPARE_BYTES:
        raise StoreError(
            f"The disk of the store has {free / 1e9:.1f} GB free and the backup holds {size / 1e9:.1f} GB; make room or use another --store."
        )


def _manifest(folder: Path) -> Manifest:
    path = folder / "manifest.json"
    if not path.is_file() or not (folder / "rdf").is_dir():
        raise InputError("The backup holds no whole generation; restore another backup.")
    return Manifest.from_json(path.read_text(encoding="utf-8"))


def _refuse_other_decisions(store: Path, names: list[str], members: Mapping[str, Member]) -> None:
    for name in names:
        path = store / name
        if path.exists() and _measure(path).sha256 != members[name].sha256:
            raise StoreError(
                f"{path} differs from the one in the backup; keep a copy of it and restore with --replace-decisions, or restore into another --store."
            )
