"""The governance files: one row per appointment, with a number of its own and no number of the person."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from rdflib import Graph
from rdflib.namespace import SKOS

from hubgraph.resources import content
from hubgraph.synth.model import FIRST_GID, NO_DAY, Flags, Groups, Ints, Schools, Texts
from hubgraph.synth.parts import Parts
from hubgraph.synth.slots import ORGANISATION, Bodies, Roles, Seats
from hubgraph.synth.tables import dates, official, texts
from hubgraph.synth.writing_names import Names, take

_DAY: Final = "%d/%m/%Y"
FILES: Final = {
    "governancematdata": ("trust",),
    "governanceacaddata": ("local", "single"),
    "governanceladata": ("maintained", "federation"),
}
"""File name → kinds of body whose seats it lists."""


@dataclass(frozen=True, slots=True)
class Written:
    """The seats as written: kind of body, appointment number (0 for seats of hubs), role text."""

    kind: Texts
    gid: Ints
    label: Texts


def number_seats(
    seats: Seats, bodies: Bodies, roles: Roles, parts: Parts, rng: np.random.Generator
) -> Written:
    """Return the seats with appointment numbers in no order, and roles as the files write them."""
    kind = np.where(bodies.kind[seats.body] == "none", "maintained", bodies.kind[seats.body]).astype(object)
    in_register = np.flatnonzero(kind != "hub")
    gid = np.zeros(len(seats.body), dtype=np.int64)
    gid[in_register] = FIRST_GID + rng.permutation(len(in_register))
    label = roles.label[seats.role].copy()
    members = np.flatnonzero(roles.code[seats.role] == "5")
    finer = members[rng.random(len(members)) < parts.share("row: member as individual")]
    label[finer] = np.where(
        seats.holder[finer] == ORGANISATION, "Member - Organisation", "Member - Individual"
    )
    return Written(kind, gid, label)


def late_rows(seats: Seats, today: int) -> Flags:
    """Tell which appointments began in the last two years, for which a changed surname is written."""
    return seats.start > today - 730


def write_organisations(names: Names, rows: Ints, made: Texts, rng: np.random.Generator) -> None:
    """Write organisations into the person columns of rows, as the register does: in both columns, or cut in two."""
    cut = rng.random(len(rows)) < 0.5  # noqa: PLR2004 - one way as often as the other
    for row, name, halves in zip(rows.tolist(), made, cut, strict=True):
        words = name.split()
        names["title"][row] = names["forename_2"][row] = ""
        names["forename_1"][row] = " ".join(words[: len(words) // 2]) if halves else name
        names["surname"][row] = " ".join(words[len(words) // 2 :]) if halves else name


def governance_file(  # noqa: PLR0913, PLR0917 - the columns of the file
    which: str, seats: Seats, written: Written, names: Names, plain: Flags, schools: Schools, groups: Groups,
    parts: Parts, rng: np.random.Generator,
) -> pl.DataFrame:  # fmt: skip
    """Return one governance file, its rows ordered by body and appointment number.

    plain: seats of people whose rows are written without slips; their dates are complete.
    """
    rows = np.flatnonzero(np.isin(written.kind, FILES[which]))
    body = seats.body[rows]
    is_group = body >= len(schools.urn)
    key = np.where(
        is_group,
        groups.uid[np.where(is_group, body - len(schools.urn), 0)],
        schools.urn[np.where(is_group, 0, body)],
    )
    order = np.lexsort((written.gid[rows], key, is_group))
    rows, key, is_group = rows[order], key[order], is_group[order]
    start = seats.start[rows].copy()
    exact = seats.ended[rows] | plain[rows]
    unknown = parts.happens("row: start date empty", rng, len(rows))
    start[unknown[~exact[unknown]]] = NO_DAY
    end = seats.end[rows].copy()
    gone = parts.happens("row: term end empty", rng, len(rows))
    end[gone[~exact[gone]]] = NO_DAY
    company = np.where(
        is_group, groups.company[np.where(is_group, seats.body[rows] - len(schools.urn), 0)], ""
    )
    labels = read_labels()
    shown = take(names, rows)
    filled = {
        "GID": texts(written.gid[rows]),
        "URN": texts(np.where(is_group, "", key.astype(object))),
        "UID": texts(np.where(is_group, key.astype(object), "")),
        "Companies House Number": texts(company),
        "Role": texts(written.label[rows]),
        "Title": texts(shown["title"]),
        "Forename 1": texts(shown["forename_1"]),
        "Forename 2": texts(shown["forename_2"]),
        "Surname": texts(shown["surname"]),
        "Date of appointment": dates(start, _DAY),
        "Date term of office ends/ended": dates(end, _DAY),
        "Appointing body": texts(
            np.array([labels.get(code, code) for code in seats.appointing[rows]], dtype=object)
        ),
    }
    return official(parts.layouts["governance"], filled, len(rows))


def read_labels() -> dict[str, str]:
    """Return notation → label of the appointing bodies, as the code list writes them."""
    graph = Graph().parse(content("ontology", "codes", "appointing-body.ttl"), format="turtle")
    pairs = (
        (graph.value(concept, SKOS.notation), label)
        for concept, label in graph.subject_objects(SKOS.prefLabel)
    )
    return {str(notation): str(label) for notation, label in pairs if notation is not None}
