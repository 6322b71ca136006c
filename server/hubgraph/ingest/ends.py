"""When memberships end, where several sources speak of one or a later one tells it.

Registers say who is in a group on their day and not who left. What was concluded from one of them gives way to what a newer
one says, and an academy that has joined another trust has left the one before.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from hubgraph.ingest.describe import iri, literal
from hubgraph.resources import content
from hubgraph.store.base import Row
from hubgraph.store.building import Builder
from hubgraph.terms import CODE, HG, SCHEMA, XSD

_END: Final = f"{SCHEMA}endDate"
_END_YEAR: Final = f"{HG}endYear"
_KNOWLEDGE: Final = f"{HG}endKnowledge"
_SURENESS: Final = ("open", "inferred", "known")
"""What counts where sources are of one day, the surest last."""


def settle_ends(builder: Builder) -> tuple[str, ...]:
    """Leave one end to each membership, and infer those that another trust tells; return what was done, in sentences."""
    contradicted = _rows(builder, "contradicted-ends")
    for graph, statements in _overruled(contradicted):
        builder.set_values(statements, graph)
    followed = [row for row in _rows(builder, "followed-memberships") if _day_before(row) != _stated(row)]
    for row in followed:
        membership = row["membership"].value
        builder.set_values(
            {
                (membership, _END): [literal(_day_before(row), f"{XSD}date")],
                (membership, _END_YEAR): (),
                (membership, _KNOWLEDGE): [iri(f"{CODE}end-knowledge/inferred")],
            },
            row["graph"].value,
        )
    going_on = [row for row in followed if not _stated(row)]
    last_seen = [row for row in followed if _stated(row)]
    said = (
        (contradicted, "have unlike ends in two sources; what the newest source says counts."),
        (
            going_on,
            "go on although the school has joined another trust; they end on the day before, as inferred.",
        ),
        (
            last_seen,
            "were last seen in an older register, and the school joined another trust later; they end on the day before, as inferred.",
        ),
    )
    counted = ((len({row["membership"].value for row in rows}), sentence) for rows, sentence in said)
    return tuple(f"{number:,} memberships in groups {sentence}" for number, sentence in counted if number)


def _day_before(row: Row) -> str:
    """Return the day before the first day in the next trust."""
    return (date.fromisoformat(row["next"].value[:10]) - timedelta(days=1)).isoformat()


def _stated(row: Row) -> str:
    """Return the end that a membership has, empty for none."""
    return row["end"].value if "end" in row else ""


def _rows(builder: Builder, name: str) -> Sequence[Row]:
    return builder.select(content("queries", "internal", f"{name}.rq").read_text(encoding="utf-8")).rows


def _overruled(rows: Sequence[Row]) -> Iterator[tuple[str, Mapping[tuple[str, str], Sequence[str]]]]:
    """Yield the graphs whose statements give way, with what they then say of the end of a membership: nothing."""

    def membership(row: Row) -> str:
        return row["membership"].value

    for name, group in groupby(sorted(rows, key=membership), key=membership):
        claims = sorted(group, key=_weight)
        best = claims[-1]["graph"].value
        for graph in sorted({row["graph"].value for row in claims} - {best}):
            yield graph, {(name, _END): (), (name, _END_YEAR): (), (name, _KNOWLEDGE): ()}


def _weight(row: Row) -> tuple[str, int, str]:
    """Return what orders claims: the day of the source, then how sure it is of the end."""
    day = row["date"].value if "date" in row else ""
    knowledge = row["knowledge"].value.rpartition("/")[2]
    return day, _SURENESS.index(knowledge) if knowledge in _SURENESS else -1, row["graph"].value
