"""Two snapshots of one source: the newest is current, and older ones tell when links that are gone were last seen."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from hubgraph.ingest import values
from hubgraph.ingest.mapping import Mapping
from hubgraph.ingest.tables import RawTable

LAST_SEEN: Final = "(last seen)"
LAST_SEEN_YEAR: Final = "(last seen, year)"
"""The columns that a mapping reads the inferred end from; the year is filled where the older file says no more."""


def ended_links(older: RawTable, newer: Sequence[RawTable], mapping: Mapping, day: str) -> RawTable:
    """Return the rows of an older prepared table that no newer one has, with the day they were last seen.

    day: ISO date of the older file, or its year: then a row was last seen in that year, by its last day. A row that starts
    after that day was last seen on its start. Only rows of a
    scope that the newest table covers (for example a type of group) are taken; the others are left as they were,
    without an end, because a file that leaves out a whole type says nothing about it.
    """
    frame = _with_keys(older, mapping)
    gone = frame
    for table in newer:
        gone = gone.join(
            _with_keys(table, mapping).select(mapping.key),
            on=list(mapping.key),
            how="anti",
            maintain_order="left",
        )
    covered = pl.lit(value=True)
    if mapping.snapshot_scope and newer:
        scopes = newer[0].frame[mapping.snapshot_scope].drop_nulls().str.to_lowercase().unique()
        covered = (
            pl.col(mapping.snapshot_scope).str.to_lowercase().is_in(scopes.to_list()).fill_null(value=False)
        )
    by = f"{day}-12-31" if len(day) == len("2017") else day
    start = values.iso_date(pl.col(mapping.snapshot_start)) if mapping.snapshot_start else pl.lit("")
    seen = pl.max_horizontal(pl.lit(by), start)
    in_year = pl.lit(by != day) & (start.fill_null("") <= by)
    return replace(
        older,
        frame=gone.with_columns(
            pl.when(covered).then(seen).otherwise(None).alias(LAST_SEEN),
            pl.when(covered & in_year).then(pl.lit(day)).otherwise(None).alias(LAST_SEEN_YEAR),
        ),
    )


def _with_keys(table: RawTable, mapping: Mapping) -> pl.DataFrame:
    """Return the frame with keys repaired as the mapping would, so that both files are compared alike."""
    if not mapping.key_repair:
        return table.frame
    repair = values.REPAIRS[mapping.key_repair]
    return table.frame.with_columns(repair(pl.col(column)).alias(column) for column in mapping.key)
