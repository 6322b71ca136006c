"""Person records of a generation as matching prepared them, in files beside its triples.

Whoever asks about a few new records so need not read all others out of the store, which takes a minute in all England.
Nothing is packed, so that a search for what is left of a forgotten person finds it here too.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from hubgraph.people.model import PAIRS, Reader, Scored
from hubgraph.people.names import add_names, add_readings
from hubgraph.people.places import Surroundings, add_places, read_surroundings
from hubgraph.people.records import in_order_of_keys, read_records
from hubgraph.people.resolve import Found, score_new

_FOLDER: Final = "people"
_RECORDS, _TIES, _POSITIONS = "records.arrow", "ties.arrow", "positions.arrow"
_COLUMNS: Final = (
    "record", "appointment", "key", "graph", "organisation", "role", "start", "end", "person_key", "name", "first", "middle",
    "last", "gender", "rare_title",
)  # fmt: skip
"""What cannot be worked out from the others."""
_OFTEN: Final = (
    "graph", "organisation", "role", "start", "end", "first", "middle", "last", "gender", "rare_title",
)  # fmt: skip
"""Columns in which values recur, so that each is written once."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Records with their comparable names, and what is known of places."""

    records: pl.DataFrame
    surroundings: Surroundings


def keep(found: Found, generation: Path) -> None:
    """Write what was found into the folder of a generation."""
    if found.surroundings is None:
        return
    folder = generation / _FOLDER
    folder.mkdir(exist_ok=True)
    kept = found.records.select(_COLUMNS)
    other = pl.when(pl.col("record") != _usual_record()).then("record").alias("record")
    kept.with_columns(other, pl.col(_OFTEN).cast(pl.Categorical)).write_ipc(folder / _RECORDS)
    found.surroundings.ties.with_columns(pl.all().cast(pl.Categorical)).write_ipc(folder / _TIES)
    found.surroundings.positions.write_ipc(folder / _POSITIONS)


def read_kept(generation: Path) -> Kept | None:
    """Return what a generation keeps; None where it was made without, or has no records."""
    folder = generation / _FOLDER
    if not (folder / _RECORDS).is_file():
        return None
    records, ties, positions = (pl.read_ipc(folder / name) for name in (_RECORDS, _TIES, _POSITIONS))
    record = pl.coalesce("record", _usual_record()).alias("record")
    return Kept(
        records.with_columns(record, pl.col(_OFTEN).cast(pl.String)),
        Surroundings(ties.with_columns(pl.all().cast(pl.String)), positions),
    )


def find_beside(kept: Kept, reader: Reader, base: str, new: Collection[str]) -> Found:
    """Score pairs of new records with each other and with kept ones, as find does over a store that has both.

    reader: a store of the new records and of what they deal with, and nothing else. new: their appointments; kept records of
    these are left out. A tie that only a replaced row made still counts.
    """
    read = read_records(reader, base)
    if read.is_empty():
        return Found(read, Scored(pl.DataFrame(schema=PAIRS)))
    fresh = add_names(read).select(_COLUMNS)
    others = kept.records.filter(~pl.col("appointment").is_in(list(new)))
    records = in_order_of_keys(pl.concat([others, fresh])).with_row_index("number")
    records = records.with_columns(pl.col("number").cast(pl.Int64))
    surroundings = kept.surroundings | read_surroundings(reader)
    records = add_places(add_readings(records), surroundings)
    return Found(records, score_new(records, new), surroundings=surroundings)


def _usual_record() -> pl.Expr:
    """Return the IRI that mappings give the person record of an appointment."""
    return pl.concat_str("appointment", pl.lit("#person"))
