"""RDF files from outside: unpacked within limits, and refused where reading them could reach out or blow up.

Refused: DTDs and entities in RDF/XML (600 bytes of nested entities can fill any memory), remote contexts in JSON-LD,
lines or literals over a million characters, and gzip archives that unpack to far more than they hold.
"""

import gzip
import json
import re
import zlib
from pathlib import Path
from typing import Any, Final

from hubgraph.errors import InputError

MAX_BYTES: Final = 1_000_000_000
MAX_RATIO: Final = 200
"""Most bytes of one document, and most bytes that one packed byte may become."""

MAX_CELL: Final = 1_000_000
_CHUNK: Final = 1 << 20
_FREE_BYTES: Final = 10_000_000
"""A small archive may unpack to this much whatever its ratio."""

_DOCTYPE: Final = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_LONG_QUOTED: Final = re.compile(rb'"[^"]{1000000}|\'[^\']{1000000}')


def read_rdf(path: Path, suffix: str, name: str) -> bytes:
    """Return the document of an RDF file, unpacked and free of what hubgraph refuses; else raise InputError.

    suffix: the format, without .gz. name: how errors call the file.
    """
    data = _unpack(path, name) if path.suffix.lower() == ".gz" else _read(path, name)
    if b"\x00" in data[:_CHUNK]:
        raise InputError(f"{name} is not a text file (it holds NUL bytes); save it as UTF-8.")
    if suffix in (".rdf", ".owl"):
        _refuse_entities(data, name)
    elif suffix == ".jsonld":
        _refuse_remote_contexts(data, name)
    if _LONG_QUOTED.search(data):
        raise InputError(f"{name} holds a literal of more than a million characters; shorten it.")
    return data.removeprefix(b"\xef\xbb\xbf")


def _read(path: Path, name: str) -> bytes:
    if path.stat().st_size > MAX_BYTES:
        raise InputError(f"{name} is larger than {MAX_BYTES:,} bytes; split it.")
    return path.read_bytes()


def _unpack(path: Path, name: str) -> bytes:
    packed = path.stat().st_size
    most = min(MAX_BYTES, max(_FREE_BYTES, packed * MAX_RATIO))
    parts: list[bytes] = []
    total = 0
    try:
        with gzip.open(path, "rb") as source:
            while part := source.read(_CHUNK):
                total += len(part)
                if total > most:
                    raise InputError(
                        f"{name} unpacks to more than {most:,} bytes, which hubgraph refuses; unpack it yourself and split it."
                    )
                parts.append(part)
    except (OSError, EOFError, zlib.error):
        raise InputError(f"{name} is damaged or not a gzip archive; pack it again.") from None
    return b"".join(parts)


def _refuse_entities(data: bytes, name: str) -> None:
    wide = data[:4].startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:4]
    if wide or re.search(
        rb"<\?xml[^>]*encoding\s*=\s*[\"'](?!utf-8|us-ascii|iso-8859-1|windows-1252)",
        data[:1000],
        re.IGNORECASE,
    ):
        raise InputError(f"{name} is not UTF-8; save it as UTF-8.")
    if _DOCTYPE.search(data):
        raise InputError(
            f"{name} has a document type or entities (<!DOCTYPE, <!ENTITY), which hubgraph refuses; remove them and write the IRIs in full."
        )


def _refuse_remote_contexts(data: bytes, name: str) -> None:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name} is not valid JSON: {error}") from None
    remote = _remote_context(document)
    if remote:
        raise InputError(
            f"{name} takes its JSON-LD context from {remote}, and hubgraph fetches nothing; write the context into the file."
        )


def _remote_context(document: Any) -> str:  # noqa: ANN401  JSON of any shape
    """Return the first context or import that is an address, or an empty string; walks without recursion."""
    waiting = [document]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            context = part.get("@context")
            for entry in context if isinstance(context, list) else [context]:
                if isinstance(entry, str):
                    return entry
            imported = part.get("@import")
            if isinstance(imported, str):
                return imported
            waiting += part.values()
    return ""
