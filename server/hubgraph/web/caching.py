"""Answers kept in memory until the next generation, and the strong ETags that name them."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from hubgraph import __version__
from hubgraph.store.base import GenerationInfo


@dataclass(frozen=True, slots=True)
class Kept:
    """A finished answer: body, content type, further headers."""

    body: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


class ResultCache:
    """Least recently used answers of one generation, bounded by bytes; safe to use from many threads."""

    def __init__(self, max_bytes: int) -> None:
        """Take the bound in bytes; 0 keeps nothing."""
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._generation = ""
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._bytes = 0

    def get(self, generation: str, key: Hashable) -> Kept | None:
        """Return the answer kept under a key; all answers of another generation are let go."""
        with self._lock:
            if generation != self._generation:
                self._kept.clear()
                self._bytes = 0
                self._generation = generation
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, generation: str, key: Hashable, answer: Kept) -> None:
        """Keep an answer, unless it is one of another generation, has no generation, or is over a quarter of the bound."""
        size = len(answer.body)
        with self._lock:
            if not generation or generation != self._generation or size > self._max_bytes // 4:
                return
            before = self._kept.pop(key, None)
            self._bytes += size - (len(before.body) if before is not None else 0)
            self._kept[key] = answer
            while self._bytes > self._max_bytes:
                _, dropped = self._kept.popitem(last=False)
                self._bytes -= len(dropped.body)


def generation_mark(info: GenerationInfo) -> str:
    """Return what tells this generation from every other one, also from one of another store; empty where there is none."""
    if not info.number:
        return ""
    parts = (__version__, info.number, info.data_date, str(info.triples), info.base)
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:16]


def etag(*parts: str) -> str:
    """Return a strong entity tag, without quotes, of a generation mark, a query, its parameters and a format."""
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]


def body_tag(answer: Kept) -> str:
    """Return a strong entity tag, without quotes, of an answer's own bytes, for stores without generations."""
    return hashlib.sha256(answer.media_type.encode() + b"\x00" + answer.body).hexdigest()[:32]
