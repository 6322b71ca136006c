"""What the measures of the data date need beside schools and ties, read from a store that is being built."""

from collections import defaultdict
from datetime import date

from hubgraph.measures.current import Member, Surroundings
from hubgraph.measures.reading import metres, rows, text
from hubgraph.measures.triples import literal
from hubgraph.store.building import Builder


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
    people = rows(builder, "measured-people", as_of=[literal(day.isoformat(), "date")])
    return Surroundings(
        phases={hub: frozenset(stated) for hub, stated in phases.items()},
        members=members,
        bands={row["school"].value: row["band"].value for row in rows(builder, "measured-bands")},
        roles=[(row["person"].value, row["organisation"].value) for row in people],
    )
