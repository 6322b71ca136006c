"""Content negotiation by Accept (RFC 9110, section 12.5.1): ranges, quality values and the server's own order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_NAME: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PARAMETER: Final = rf'\s*;\s*{_NAME}\s*=\s*(?:{_NAME}|"(?:[^"\\]|\\.)*")'
_RANGE: Final = re.compile(rf"\s*({_NAME})/({_NAME})((?:{_PARAMETER})*)\s*;?\s*")
_PAIR: Final = re.compile(rf'({_NAME})\s*=\s*({_NAME}|"(?:[^"\\]|\\.)*")')
_QUALITY: Final = re.compile(r"(?:0(?:\.[0-9]*)?|1(?:\.0*)?|\.[0-9]+)")
_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One element of an Accept header, in lower case; parameters other than q count as specificity only."""

    type: str
    subtype: str
    quality: float
    parameters: int

    def specificity(self, media_type: str) -> int:
        """Return how closely the range names a media type, -1 where it does not."""
        main, _, sub = media_type.partition("/")
        if self.type == "*":
            return 0 if self.subtype == "*" else -1
        if self.type != main:
            return -1
        if self.subtype == "*":
            return 1
        return 2 if self.subtype == sub else -1


def parse_accept(header: str) -> tuple[MediaRange, ...]:
    """Return the well-formed elements of an Accept header; others, and what is beyond 2,000 characters, are ignored."""
    found = []
    for element in _elements(header[:_LONGEST]):
        match = _RANGE.fullmatch(element)
        if match is None:
            continue
        pairs = [(name.lower(), value) for name, value in _PAIR.findall(match[3])]
        qualities = [value for name, value in pairs if name == "q"]
        if qualities and _QUALITY.fullmatch(qualities[0]) is None:
            continue
        quality = float(qualities[0]) if qualities else 1.0
        found.append(MediaRange(match[1].lower(), match[2].lower(), quality, len(pairs) - len(qualities)))
    return tuple(found)


def _elements(header: str) -> list[str]:
    """Split at commas outside quotes."""
    parts = [""]
    quoted = escaped = False
    for char in header:
        if char == "," and not quoted:
            parts.append("")
            continue
        parts[-1] += char
        if escaped:
            escaped = False
        elif quoted and char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
    return parts


def choose(header: str | None, offers: Sequence[str]) -> str | None:
    """Return the media type of the offers that the header likes best, the first of equals; None where it wants none.

    header: the Accept field; absent, empty or wholly malformed it accepts everything. offers: in the server's order.
    """
    ranges = parse_accept(header or "")
    if not ranges:
        return offers[0] if offers else None
    best: str | None = None
    best_quality = 0.0
    for offer in offers:
        quality = _quality(ranges, offer)
        if quality > best_quality:
            best, best_quality = offer, quality
    return best


def _quality(ranges: Sequence[MediaRange], offer: str) -> float:
    """Return the quality of the most specific range that fits; of equals, the highest."""
    fitting = [(media.specificity(offer), media.quality) for media in ranges]
    known = max(fitting)
    return known[1] if known[0] >= 0 else 0.0


def prefers_html(header: str | None) -> bool:
    """Tell whether a request names HTML and likes nothing that it names better, as browsers do."""
    ranges = parse_accept(header or "")
    html = [media.quality for media in ranges if (media.type, media.subtype) == ("text", "html")]
    return bool(html) and max(html) > 0 and max(html) >= max(media.quality for media in ranges)
