"""The official files about schools and groups: establishments, groups, schools in groups, links, deprivation."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from hubgraph.synth.model import FIRST_UKPRN, NO_DAY, Groups, Ints, Schools, Texts
from hubgraph.synth.parts import Parts
from hubgraph.synth.places import Places
from hubgraph.synth.schools import Made, kinds
from hubgraph.synth.tables import dates, official, texts

_GIAS_DAY: Final = "%d-%m-%Y"
_SCHOOLS_PER_LSOA: Final = 3
_JOINED_LATER: Final = 0.3
_SAME_FOR_ALL: Final[dict[str, pl.Series | str]] = {
    "ReasonEstablishmentOpened (code)": "0",
    "ReasonEstablishmentOpened (name)": "Not applicable",
    "AdmissionsPolicy (name)": "Non-selective",
    "Gender (code)": "3",
    "Gender (name)": "Mixed",
    "Country (name)": "Fictional",
}
_TOWN_SIZES: Final = (0.25, 0.5, 0.9)
"""Shares of the towns, by size, up to which a place is a village, a rural town, a town or a conurbation."""
_RURALITY: Final = (
    np.array(["E1", "D1", "C1", "A1"], dtype=object),
    np.array(
        [
            f"(England/Wales) {name}"
            for name in (
                "Rural village",
                "Rural town and fringe",
                "Urban city and town",
                "Urban major conurbation",
            )
        ],
        dtype=object,
    ),
)
_GROUP_TYPES: Final = {
    "trust": ("6", "Multi-academy trust"),
    "single": ("10", "Single-academy trust"),
    "federation": ("1", "Federation"),
    "sponsor": ("5", "School sponsor"),
}


@dataclass(frozen=True, slots=True)
class Registers:
    """The schools and groups as records of the register: columns that a world does not need but the files have."""

    made: Made
    places: Places
    lsoa: Texts
    lsoa_authority: Ints
    joined: Ints


def schools_of(made: Made, places: Places, groups: Groups) -> Schools:
    """Return the schools as a world holds them."""
    table = kinds()
    where = places.authority_of[made.town]
    trust = np.full(len(made.urn), -1)
    federation = np.full(len(made.urn), -1)
    for row, rows in enumerate(groups.schools):
        if groups.kind[row] == "federation":
            federation[rows] = row
        elif groups.kind[row] != "sponsor":
            trust[rows] = row
    return Schools(
        made.urn, made.name, places.code[where], places.region[where],
        np.array([row["phase"] for row in table], dtype=object)[made.kind],
        np.array([row["body"] for row in table], dtype=object)[made.kind],
        made.is_open, made.x, made.y, made.opened, trust, federation, places.local[where],
    )  # fmt: skip


def describe(made: Made, places: Places, today: int, rng: np.random.Generator) -> Registers:
    """Return the further columns: small areas, and when a school joined its trust."""
    order = np.lexsort((made.urn, made.town))
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order)) // _SCHOOLS_PER_LSOA
    codes = np.array([f"E97{row + 1:06d}" for row in number], dtype=object)
    owner = np.empty(int(number.max()) + 1, dtype=np.int64)
    owner[number] = places.authority_of[made.town]
    later = rng.random(len(order)) < _JOINED_LATER
    after = made.opened + (rng.random(len(order)) * (today - made.opened - 1)).astype(np.int64)
    return Registers(
        made, places, codes, owner, np.where(later & (made.opened != NO_DAY), after, made.opened)
    )


def establishments(
    registers: Registers, heads: dict[str, pl.Series], groups: Groups, schools: Schools, parts: Parts
) -> pl.DataFrame:
    """Return edubasealldata with the columns that a fictional school can have, and the names of its head."""
    made, places = registers.made, registers.places
    table = kinds()
    where = places.authority_of[made.town]
    of_kind = {name: np.array([row[name] for row in table], dtype=object)[made.kind] for name in table[0]}
    status = np.where(made.is_open, "1", "2").astype(object)
    rural = np.searchsorted(np.quantile(places.weight, _TOWN_SIZES), places.weight[made.town])
    church = np.char.find(made.name.astype(str), "Church of England") >= 0
    filled: dict[str, pl.Series | str] = {
        "URN": texts(made.urn),
        "LA (code)": texts(places.code[where]),
        "LA (name)": texts(places.authority[where]),
        "EstablishmentNumber": texts(2_000 + np.arange(len(made.urn)) % 7_999),
        "EstablishmentName": texts(made.name),
        "TypeOfEstablishment (code)": texts(of_kind["type"]),
        "TypeOfEstablishment (name)": texts(of_kind["type_name"]),
        "EstablishmentTypeGroup (code)": texts(of_kind["group"]),
        "EstablishmentTypeGroup (name)": texts(of_kind["group_name"]),
        "EstablishmentStatus (code)": texts(status),
        "EstablishmentStatus (name)": texts(np.where(made.is_open, "Open", "Closed").astype(object)),
        "OpenDate": dates(made.opened, _GIAS_DAY),
        "ReasonEstablishmentClosed (code)": texts(np.where(made.merged, "1", "0").astype(object)),
        "CloseDate": dates(made.closed, _GIAS_DAY),
        "PhaseOfEducation (code)": texts(of_kind["phase"]),
        "PhaseOfEducation (name)": texts(of_kind["phase_name"]),
        "StatutoryLowAge": texts(of_kind["low"]),
        "StatutoryHighAge": texts(of_kind["high"]),
        "UrbanRural (code)": texts(_RURALITY[0][rural]),
        "UrbanRural (name)": texts(_RURALITY[1][rural]),
        "ReligiousCharacter (code)": texts(np.where(church, "2", "0").astype(object)),
        "ReligiousCharacter (name)": texts(np.where(church, "Church of England", "Does not apply").astype(object)),
        "SchoolCapacity": texts((made.pupils * 11) // 10),
        "NumberOfPupils": texts(np.where(made.is_open, made.pupils.astype(object), "")),
        "PercentageFSM": texts(np.round(5 + (made.urn * 7_919 % 450) / 10, 1)),
        "UKPRN": texts(made.urn - int(made.urn.min()) + FIRST_UKPRN),
        "Town": texts(places.town[made.town]),
        "Postcode": texts(np.array([f"X{row % 89 + 1} {row // 89 % 9 + 1}XX" for row in range(len(made.urn))], dtype=object)),
        "GOR (code)": texts(places.region[where]),
        "GOR (name)": texts(places.region_name[where]),
        "DistrictAdministrative (code)": texts(np.array([f"E98{row + 1:06d}" for row in where], dtype=object)),
        "DistrictAdministrative (name)": texts(places.authority[where]),
        "Easting": texts(made.x.astype(np.int64)),
        "Northing": texts(made.y.astype(np.int64)),
        "LSOA (code)": texts(registers.lsoa),
    }  # fmt: skip
    filled |= _SAME_FOR_ALL | _membership(groups, schools) | heads
    return official(parts.layouts["edubasealldata"], filled, len(made.urn))


def _membership(groups: Groups, schools: Schools) -> dict[str, pl.Series]:
    uid, name = groups.uid.astype(object), groups.name
    return {
        "Trusts (code)": texts(np.where(schools.trust >= 0, uid[schools.trust], "")),
        "Trusts (name)": texts(np.where(schools.trust >= 0, name[schools.trust], "")),
        "Federations (code)": texts(np.where(schools.federation >= 0, uid[schools.federation], "")),
        "Federations (name)": texts(np.where(schools.federation >= 0, name[schools.federation], "")),
    }


def group_register(
    registers: Registers, groups: Groups, today: int, parts: Parts, rng: np.random.Generator
) -> pl.DataFrame:
    """Return allgroupsdata: the open groups and some closed single trusts whose number an open trust took over."""
    count = len(groups.uid)
    old = rng.permutation(np.flatnonzero(groups.kind == "trust"))
    old = old[: max(1, round(len(old) * parts.share("closed trusts, of trusts")))]
    rows = np.concatenate([np.arange(count), old])
    closed = np.arange(len(rows)) >= count
    kind = np.where(closed, "single", groups.kind[rows])
    opening = np.array([int(registers.joined[groups.schools[row]].min()) for row in rows])
    opening = np.where(opening == NO_DAY, today - 4_000, opening)
    is_trust = np.isin(kind, ["trust", "single"])
    company = np.where(closed, "", groups.company[rows]).astype(object)
    filled: dict[str, pl.Series | str] = {
        "Group UID": texts(np.concatenate([groups.uid, groups.uid.max() + 1 + np.arange(len(old))])),
        "Group ID": texts(np.where(is_trust, np.array([f"TR9{row:05d}" for row in rows], dtype=object), "")),
        "Group Name": texts(groups.name[rows]),
        "Companies House Number": texts(company),
        "Group Type (code)": texts(np.array([_GROUP_TYPES[what][0] for what in kind], dtype=object)),
        "Group Type": texts(np.array([_GROUP_TYPES[what][1] for what in kind], dtype=object)),
        "Closed Date": dates(np.where(closed, opening - 1, NO_DAY), _GIAS_DAY),
        "Open date": dates(np.where(is_trust, NO_DAY, opening), _GIAS_DAY),
        "Incorporated on (open date)": dates(np.where(is_trust, opening - 365 * closed, NO_DAY), _GIAS_DAY),
        "Group Status (code)": texts(np.where(closed, "CLOSED", "OPEN").astype(object)),
        "Group Status": texts(np.where(closed, "Closed", "Open").astype(object)),
        "Group County": "Not recorded",
        "UKPRN": texts(np.where(is_trust & ~closed, (FIRST_UKPRN + 5_000_000 + rows).astype(object), "")),
    }
    return official(parts.layouts["allgroupsdata"], filled, len(rows))


def group_links(registers: Registers, groups: Groups, parts: Parts) -> pl.DataFrame:
    """Return alllinksdata: one row per school and group, with the day it joined and no leaving day."""
    made, places = registers.made, registers.places
    table = kinds()
    group = np.repeat(np.arange(len(groups.uid)), [len(rows) for rows in groups.schools])
    school = np.concatenate([*groups.schools]).astype(np.int64)
    order = np.lexsort((groups.uid[group], made.urn[school]))
    group, school = group[order], school[order]
    kind = groups.kind[group]
    of_kind = {
        name: np.array([row[name] for row in table], dtype=object)[made.kind[school]] for name in table[0]
    }
    where = places.authority_of[made.town[school]]
    filled: dict[str, pl.Series | str] = {
        "URN": texts(made.urn[school]),
        "Group UID": texts(groups.uid[group]),
        "Group Name": texts(groups.name[group]),
        "Companies House Number": texts(groups.company[group]),
        "Group Type (code)": texts(np.array([_GROUP_TYPES[what][0] for what in kind], dtype=object)),
        "Group Type": texts(np.array([_GROUP_TYPES[what][1] for what in kind], dtype=object)),
        "Group Status (code)": "OPEN",
        "Group Status": "Open",
        "Joined date": dates(registers.joined[school], _GIAS_DAY),
        "EstablishmentName": texts(made.name[school]),
        "TypeOfEstablishment (code)": texts(of_kind["type"]),
        "TypeOfEstablishment (name)": texts(of_kind["type_name"]),
        "PhaseOfEducation (code)": texts(of_kind["phase"]),
        "PhaseOfEducation (name)": texts(of_kind["phase_name"]),
        "LA (code)": texts(places.code[where]),
        "LA (name)": texts(places.authority[where]),
    }
    return official(parts.layouts["alllinksdata"], filled, len(school))


def school_links(made: Made, parts: Parts, rng: np.random.Generator) -> pl.DataFrame:
    """Return links_edubasealldata: each predecessor with its mirror; some dates empty, some targets unknown."""
    old = np.flatnonzero(made.into >= 0)
    new = made.into[old]
    day = np.where(
        (rng.random(len(old)) < parts.share("empty dates of links")) & ~made.merged[old],
        NO_DAY,
        made.closed[old],
    )
    lost = max(1, round(len(old) * parts.share("links to a school that no file holds")))
    unknown = int(made.urn.max()) + 1 + np.arange(lost)
    suffix = np.where(made.merged[old], " - merged", "").astype(object)
    filled: dict[str, pl.Series | str] = {
        "URN": texts(np.concatenate([made.urn[new], made.urn[old], made.urn[new[:lost]]])),
        "LinkURN": texts(np.concatenate([made.urn[old], made.urn[new], unknown])),
        "LinkName": texts(np.concatenate([made.name[old], made.name[new], np.full(lost, "")])),
        "LinkType": texts(
            np.concatenate(["Predecessor" + suffix, "Successor" + suffix, np.full(lost, "Predecessor")])
        ),
        "LinkEstablishedDate": dates(np.concatenate([day, day, np.full(lost, NO_DAY)]), _GIAS_DAY),
    }
    return official(parts.layouts["links_edubasealldata"], filled, 2 * len(old) + lost)


def deprivation(registers: Registers, parts: Parts, rng: np.random.Generator) -> pl.DataFrame:
    """Return an IDACI table for the small areas of the fictional schools."""
    places, owner = registers.places, registers.lsoa_authority
    count = len(owner)
    rank = rng.permutation(count) + 1
    decile = (rank - 1) * 10 // count + 1
    imd = (decile + rng.integers(-1, 2, count)).clip(1, 10)
    columns = parts.layouts["idaci2019"]
    values = [
        np.array([f"E97{row + 1:06d}" for row in range(count)], dtype=object), places.authority[owner],
        np.array([f"E98{row + 1:06d}" for row in owner], dtype=object), places.authority[owner], imd, rank, decile,
    ]  # fmt: skip
    filled: dict[str, pl.Series | str] = {
        name: texts(value) for name, value in zip(columns, values, strict=True)
    }
    return official(columns, filled, count)
