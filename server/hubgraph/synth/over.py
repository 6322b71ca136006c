"""The world of given files: schools, groups and mergers as the register's files state them."""

from collections.abc import Mapping as Dict
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from hubgraph.errors import InputError
from hubgraph.ingest.mapping import Mapping, read_mappings
from hubgraph.ingest.recognise import Recognised, date_in_name, recognise, walk
from hubgraph.ingest.tables import read_table
from hubgraph.resources import content
from hubgraph.synth.model import AS_OF, NO_DAY, Groups, Ints, Merger, Schools, Texts, World, day_of

_NEEDED: Final = {
    "gias-establishments": "establishments",
    "gias-groups": "groups",
    "gias-group-links": "schools in groups",
}
_LINKS: Final = "gias-establishment-links"
_GROUP_KINDS: Final = {"6": "trust", "10": "single", "1": "federation", "5": "sponsor"}
_ACADEMIES: Final = frozenset(
    ["28", "33", "34", "35", "36", "38", "39", "40", "41", "42", "43", "44", "45", "46", "57"]
)
_MAINTAINED: Final = frozenset(["1", "2", "3", "5", "7", "12", "14", "15"])
_UNKNOWN_DAY: Final = date(1900, 1, 1)
_SHARE_LOCAL: Final = 5
_YEAR: Final = 365


def read_world(over: Path) -> World:
    """Read schools of England, their groups and recent mergers; raise InputError where a file is missing."""
    tables = _tables(over)
    frame = tables["gias-establishments"]
    as_of = date.fromisoformat(_date_of(over, "gias-establishments") or AS_OF.isoformat())
    places = pl.col("Easting").cast(pl.Int64, strict=False), pl.col("Northing").cast(pl.Int64, strict=False)
    frame = frame.with_columns(places).filter(
        pl.col("GOR (code)").is_in(list("ABDEFGHJK")) & (pl.col("Easting") > 0) & (pl.col("Northing") > 0)
    )
    if not frame.height:
        raise InputError(
            f"{over} has no school of England with a place; name a folder with a whole edubasealldata file."
        )
    row_of = {urn: row for row, urn in enumerate(_whole(frame["URN"]))}
    groups, trust, federation = _groups(tables, row_of)
    schools = _schools(frame, trust, federation)
    links = tables.get(_LINKS)
    mergers = _mergers(links, row_of, day_of(as_of)) if links is not None else ()
    return World(schools, groups, mergers, as_of)


def _files(over: Path) -> dict[str, tuple[Path, Mapping]]:
    """Return source key → its newest file and mapping."""
    mappings = read_mappings(content("data", "mappings"))
    found: dict[str, tuple[Path, Mapping]] = {}
    for path, _ in walk([over]):
        kind = recognise(path, mappings) if path.suffix.lower() == ".csv" else None
        if isinstance(kind, Recognised) and kind.mapping is not None:
            key = kind.mapping.source.key
            if key not in found or date_in_name(path.name) > date_in_name(found[key][0].name):
                found[key] = (path, kind.mapping)
    return found


def _tables(over: Path) -> dict[str, pl.DataFrame]:
    files = _files(over)
    missing = [what for key, what in _NEEDED.items() if key not in files]
    if missing:
        raise InputError(
            f"{over} lacks the register's {' and '.join(missing)}; --over needs establishments, groups and schools in groups."
        )
    tables = {}
    for key in (*_NEEDED, _LINKS):
        if key in files:
            path, mapping = files[key]
            frame = read_table(path, path.name).frame
            tables[key] = frame.rename(
                {old: new for old, new in mapping.rename.items() if old in frame.columns}
            ).fill_null("")
    return tables


def _date_of(over: Path, key: str) -> str:
    return date_in_name(_files(over)[key][0].name)


def _whole(column: pl.Series) -> list[str]:
    """Return numbers as text, without the decimals that a spreadsheet added."""
    return [text.removesuffix(".0").strip() for text in column.to_list()]


def _days(column: pl.Series) -> Ints:
    days = pl.coalesce(
        pl.lit(column).str.to_date("%d-%m-%Y", strict=False),
        pl.lit(column).str.to_date("%Y-%m-%d", strict=False),
    )
    read = pl.select(days.alias("day"))["day"].to_list()
    return np.array(
        [NO_DAY if day is None or day == _UNKNOWN_DAY else day_of(day) for day in read], dtype=np.int64
    )


def _schools(frame: pl.DataFrame, trust: Dict[int, int], federation: Dict[int, int]) -> Schools:
    kind = frame["TypeOfEstablishment (code)"].to_list()
    body = [
        "academy" if code in _ACADEMIES else "maintained" if code in _MAINTAINED else "none" for code in kind
    ]
    authority = _texts(frame["LA (code)"])
    return Schools(
        urn=np.array([int(urn) for urn in _whole(frame["URN"])], dtype=np.int64),
        name=_texts(frame["EstablishmentName"]),
        authority=authority,
        region=_texts(frame["GOR (code)"]),
        phase=_texts(frame["PhaseOfEducation (code)"]),
        body=np.array(body, dtype=object),
        is_open=np.isin(frame["EstablishmentStatus (code)"].to_numpy().astype(str), ["1", "3"]),
        x=frame["Easting"].to_numpy().astype(np.float64),
        y=frame["Northing"].to_numpy().astype(np.float64),
        opened=_days(frame["OpenDate"]),
        trust=np.array([trust.get(row, -1) for row in range(frame.height)], dtype=np.int64),
        federation=np.array([federation.get(row, -1) for row in range(frame.height)], dtype=np.int64),
        local=np.array([int(code) % _SHARE_LOCAL == 0 if code.isdigit() else False for code in authority]),
    )


def _texts(column: pl.Series) -> Texts:
    return np.array(column.to_list(), dtype=object)


def _groups(
    tables: Dict[str, pl.DataFrame], row_of: Dict[str, int]
) -> tuple[Groups, dict[int, int], dict[int, int]]:
    """Return open groups with schools in the data, and the trust and federation row of schools."""
    links = tables["gias-group-links"]
    members: dict[str, list[int]] = {}
    for urn, uid in zip(_whole(links["URN"]), _whole(links["Group UID"]), strict=True):
        if urn in row_of:
            members.setdefault(uid, []).append(row_of[urn])
    frame = tables["gias-groups"].filter(pl.col("Group Status (code)") == "OPEN")
    rows = [
        (uid, name, _GROUP_KINDS[kind], company)
        for uid, name, kind, company in zip(
            _whole(frame["Group UID"]), frame["Group Name"], _whole(frame["Group Type (code)"]), _whole(frame["Companies House Number"]), strict=True,
        )
        if kind in _GROUP_KINDS and uid in members
    ]  # fmt: skip
    kinds = [kind if kind != "single" or len(members[uid]) == 1 else "trust" for uid, _, kind, _ in rows]
    owner = {kind: {school: row for row, (uid, *_) in enumerate(rows) if kinds[row] in wanted for school in members[uid]}
             for kind, wanted in (("trust", ("trust", "single")), ("federation", ("federation",)))}  # fmt: skip
    sponsors = {
        owner["trust"][school]: row
        for row, (uid, name, *_) in enumerate(rows) if kinds[row] == "sponsor"
        for school in members[uid] if school in owner["trust"] and rows[owner["trust"][school]][1].casefold() != name.casefold()
    }  # fmt: skip
    groups = Groups(
        uid=np.array([int(uid) for uid, *_ in rows], dtype=np.int64),
        name=np.array([name for _, name, _, _ in rows], dtype=object),
        kind=np.array(kinds, dtype=object),
        company=np.array([company for *_, company in rows], dtype=object),
        schools=tuple(np.array(sorted(set(members[uid])), dtype=np.int64) for uid, *_ in rows),
        sponsors=sponsors,
    )
    return groups, owner["trust"], owner["federation"]


def _mergers(links: pl.DataFrame, row_of: Dict[str, int], today: int) -> tuple[Merger, ...]:
    merged = links.filter(pl.col("LinkType") == "Predecessor - merged")
    days = _days(merged["LinkEstablishedDate"])
    return tuple(
        Merger(row_of[old], row_of[new], int(day))
        for new, old, day in zip(_whole(merged["URN"]), _whole(merged["LinkURN"]), days, strict=True)
        if new in row_of and old in row_of and today - _YEAR < day <= today
    )
