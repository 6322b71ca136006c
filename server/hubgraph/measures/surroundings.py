"""What the measures of the data date need beside schools and ties, read from a store that is being built."""

import io
from collections import defaultdict
from datetime import date

import polars as pl

from hubgraph.measures.current import Member, Surroundings
from hubgraph.measures.reading import metres, rows, text
from hubgraph.resources import content
from hubgraph.sparql import bind
from hubgraph.store.building import Builder
from hubgraph.terms import HG, ORG, SCHEMA


def read_surroundings(builder: Builder, day: date) -> Surroundings:
    """Return phases of hubs, schools in hubs, deprivation bands and roles of people; dated facts must be stored."""
    phases: dict[str, set[str]] = defaultdict(set)
    for row in rows(builder, "measured-hubs"):
        if "phase" in row:
            phases[row["hub"].value].add(row["phase"].value)
    members = {}
    for row in rows(builder, "measured-members"):
        east, north = metres(row, "easting"), metres(row, "northing")
        point = (east, north) if east is not None and north is not None else None
        members[row["member"].value] = Member(text(row, "phase"), point)
    return Surroundings(
        phases={hub: frozenset(stated) for hub, stated in phases.items()},
        members=members,
        bands={row["school"].value: row["band"].value for row in rows(builder, "measured-bands")},
        roles=_roles(builder, day),
    )


def _roles(builder: Builder, day: date) -> list[tuple[str, str]]:
    """Return pairs of person and organisation on a day, of people with roles in several organisations on any day.

    Whole columns are read and joined: asking 200,000 appointments one by one took ten times as long.
    """
    held = _column(builder, f"{HG}holder", "person")
    if held.is_empty():
        return []
    held = held.join(_column(builder, f"{ORG}organization", "organisation"), on="appointment")
    several = (
        held.group_by("person").agg(pl.col("organisation").n_unique()).filter(pl.col("organisation") > 1)
    )
    held = held.join(several.select("person"), on="person", how="semi")
    for name, ended in (("startDate", False), ("endDate", True)):
        days = _column(builder, f"{SCHEMA}{name}", "day").with_columns(pl.col("day").str.head(10))
        stated = pl.col("day") >= day.isoformat() if ended else pl.col("day") <= day.isoformat()
        held = (
            held.join(days, on="appointment", how="left").filter(pl.col("day").is_null() | stated).drop("day")
        )
    return held.select("person", "organisation").unique().sort("person", "organisation").rows()


def _column(builder: Builder, prop: str, name: str) -> pl.DataFrame:
    """Return every statement with a property as a frame of text: the record, called appointment, and its value."""
    query = content("queries", "internal", "values-of-property.rq").read_text(encoding="utf-8")
    answer = builder.csv(bind(query, {"property": [f"<{prop}>"]}))
    return pl.read_csv(io.BytesIO(answer), infer_schema_length=0, new_columns=["appointment", name])
