"""The tables of questions.py."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PEER_SECONDS = 20
"""Where a peer is stopped."""
ENOUGH_MS = 20
"""A question that takes no more is fast, whatever a peer takes."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Processor milliseconds of each run and the number of rows of the first; said: why there are none."""

    ms: tuple[float, ...] = ()
    rows: int = 0
    said: str = ""

    def p95(self) -> float:
        """Return the 95th percentile, by nearest rank."""
        return sorted(self.ms)[math.ceil(0.95 * len(self.ms)) - 1]

    def shown(self) -> str:
        """Return the percentile as a cell of the table."""
        return self.said or f"{self.p95():.1f}"


def _against(ours: Measured, peer: Measured) -> str:
    return f"{ours.p95() / peer.p95():.2f}" if peer.ms else "–"


def _within(ours: Measured, peer: Measured) -> bool:
    return ours.p95() <= ENOUGH_MS or (bool(peer.ms) and ours.p95() <= 2 * peer.p95())


def big_table(title: str, found: Mapping[str, Sequence[Measured]], again: Mapping[str, float]) -> list[str]:
    """Return the lines of one store beside Virtuoso, the questions over the aim named below it."""
    lines = [
        f"## {title}", "",
        "| saved query | rows | first p95 ms | repeat p95 ms | Virtuoso, new text | Virtuoso, plan kept | ours ÷ plan kept | rows of Virtuoso |",
        "|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    over = []
    for slug, (ours, new, kept) in found.items():
        rows = f"{new.rows:,}" if new.ms else "–"
        lines.append(
            f"| {slug} | {ours.rows:,} | {ours.shown()} | {again[slug]:.1f} | {new.shown()} | {kept.shown()} | {_against(ours, kept)} | {rows} |"
        )
        if not _within(ours, kept):
            over.append(slug)
    total = len(found)
    lines += [
        "",
        f"{total - len(over)} of {total} take at most {ENOUGH_MS} ms or twice Virtuoso with a kept plan; "
        + (f"more, or without a figure to compare: {', '.join(over)}." if over else "none takes more."),
        f"Slowest repeat: {max(again.values()):.1f} ms.",
        "",
    ]
    return lines


def small_table(
    big: Mapping[str, Sequence[Measured]], small: Mapping[str, tuple[Measured, Measured]]
) -> list[str]:
    """Return the lines of growth from a tenth to the whole, and of rdflib."""
    lines = [
        "## A tenth, beside rdflib", "",
        "| saved query | a tenth, p95 ms | rdflib ms | rdflib ÷ ours | growth exponent |", "|---|---|---|---|---|",
    ]  # fmt: skip
    faster, growth = [], []
    for slug, (ours, plain) in small.items():
        times = "–"
        if plain.ms or plain.said.startswith(">"):
            least = plain.p95() if plain.ms else PEER_SECONDS * 1000.0
            faster.append(least / ours.p95())
            times = f"{'' if plain.ms else '> '}{faster[-1]:.0f}"
        exponent = "–"
        if slug in big:
            # Medians, because one slow run of a few is no growth.
            ratio = statistics.median(big[slug][0].ms) / statistics.median(ours.ms)
            growth.append(math.log10(ratio))
            exponent = f"{growth[-1]:.2f}"
        lines.append(f"| {slug} | {ours.shown()} | {plain.shown()} | {times} | {exponent} |")
    lines += [
        "",
        f"Median: {statistics.median(faster):.0f} times rdflib (runs that were stopped count as {PEER_SECONDS} s).",
        f"Largest growth exponent: {max(growth):.2f}.",
        "",
    ]
    return lines
