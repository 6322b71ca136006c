"""The people of a generation: find pairs of records that may be one person, settle who is who, write both down."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from hubgraph.people.clusters import Clusters, Edges, cluster
from hubgraph.people.model import JOIN, PAIRS, WEIGHTS, Decision, Reader, Resolution, Scored
from hubgraph.people.names import add_names
from hubgraph.people.places import Surroundings, add_places, read_surroundings
from hubgraph.people.records import read_records
from hubgraph.people.rules import Name, differences, in_words, torn
from hubgraph.people.scoring import scorer
from hubgraph.people.sssom import MANUAL, read_decisions
from hubgraph.people.writing import write_matches, write_people
from hubgraph.terms import encode_key, record_iri

FILE: Final = "matches.sssom.tsv"
"""Name of the file of decisions in the folder of decisions of a store."""

_BLANK: Final = "_:"
_EITHER: Final = "one of the two may as well be somebody else"
_THIRD: Final = "other records of the two are of different people, by their names or by a reviewer"
"""What is said of a pair that agrees and cannot be joined because of the records that the two are joined with."""


@dataclass(frozen=True, slots=True)
class Found:
    """Person records and the pairs of them that may be one person; nothing is decided yet."""

    records: pl.DataFrame
    scored: Scored
    nameless: int = 0
    """Person records that are blank nodes: nothing in another graph can say whose they are."""
    surroundings: Surroundings | None = None
    """What is known of places, None where there are no records."""


def resolve(reader: Reader, base: str, decisions: Path, folder: Path) -> Resolution:
    """Match all person records and write the people and the matches into folder.

    decisions: the folder of decisions of the store. Raises InputError where its file of matches is faulty.
    """
    return settle(find(reader, base), base, decisions, folder)


def find(reader: Reader, base: str, new: Collection[str] | None = None) -> Found:
    """Read the person records and score pairs of them; new: only pairs with a record of one of these appointments."""
    read = read_records(reader, base)
    records = read.filter(~pl.any_horizontal(pl.col("record", "appointment").str.starts_with(_BLANK)))
    records = records.with_columns(pl.Series("number", range(len(records)), dtype=pl.Int64))
    nameless = len(read) - len(records)
    if records.is_empty():
        return Found(records, Scored(pl.DataFrame(schema=PAIRS)), nameless)
    surroundings = read_surroundings(reader)
    records = add_places(add_names(records), surroundings)
    return Found(records, score_new(records, new), nameless, surroundings)


def score_new(records: pl.DataFrame, new: Collection[str] | None) -> Scored:
    """Score pairs of prepared records; new: only pairs with a record of one of these appointments."""
    if new is None:
        return scorer()(records)
    numbers = records.filter(pl.col("appointment").is_in(list(new)))["number"].to_list()
    return scorer()(records, numbers)


def settle(found: Found, base: str, decisions: Path, folder: Path) -> Resolution:
    """Join records to people by what was found and what reviewers decided."""
    folder.mkdir(parents=True, exist_ok=True)
    records, scored = found.records, found.scored
    decided = read_decisions(decisions / FILE)
    numbers = dict(zip(records["key"], records["number"], strict=True)) if len(records) else {}
    known = [entry for entry in decided if entry.one in numbers and entry.other in numbers]
    pairs = _with_decisions(scored.pairs, known, numbers)
    pairs = _with_torn(records, pairs)
    joined = _joined(records, pairs)
    resolution = Resolution(
        folder / "resolved.nt",
        folder / "matches.nt",
        _counts(records, joined, pairs),
        _notes(records, joined, found, len(decided) - len(known)),
    )
    write_people(resolution.resolved, _people(records, joined, base))
    write_matches(resolution.matches, _matches(records, joined, pairs), WEIGHTS)
    return resolution


def _with_decisions(
    pairs: pl.DataFrame, decided: Sequence[Decision], numbers: dict[str, int]
) -> pl.DataFrame:
    """Return scored pairs with what reviewers decided; pairs that were decided but not scored are added."""
    rows = [
        (*sorted((numbers[entry.one], numbers[entry.other])), entry.verdict, entry.reviewer or None, entry.decided_on or None)
        for entry in decided
    ]  # fmt: skip
    columns = ("one", "other", "verdict", "reviewer", "decided_on")
    types = (pl.Int64, pl.Int64, pl.String, pl.String, pl.String)
    frame = pl.DataFrame(rows, schema=dict(zip(columns, types, strict=True)), orient="row")
    return pairs.join(frame, on=["one", "other"], how="full", coalesce=True).sort("one", "other")


def torn_pairs(records: pl.DataFrame, pairs: pl.DataFrame) -> frozenset[tuple[int, int]]:
    """Return the scored pairs that join nothing because a record in them may as well be somebody else's."""
    names = names_of(records, pl.concat([pairs["one"], pairs["other"]]))
    return torn(pairs.select("one", "other", "probability").iter_rows(), names, JOIN)


def _with_torn(records: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return pairs with a column that says which are torn; what a reviewer decided is not in question."""
    if pairs.is_empty():
        return pairs.with_columns(pl.lit(value=False).alias("torn"))
    found = torn_pairs(records, pairs.filter(pl.col("verdict").is_null()))
    is_torn = [pair in found for pair in pairs.select("one", "other").iter_rows()]
    return pairs.with_columns(pl.Series("torn", is_torn, dtype=pl.Boolean))


def _joined(records: pl.DataFrame, pairs: pl.DataFrame) -> Clusters:
    if records.is_empty():
        return cluster(0, Edges())
    keyed = records.filter(pl.col("person_key").is_not_null())
    stated = keyed.group_by("graph", "person_key", maintain_order=True).agg("number")["number"]
    likely = pairs.filter(pl.col("probability") >= JOIN, pl.col("verdict").is_null(), ~pl.col("torn"))
    numbers = pl.concat([pairs["one"], pairs["other"], keyed["number"]])
    edges = Edges(
        stated=stated.to_list(),
        accepted=_decided(pairs, "accepted"),
        rejected=_decided(pairs, "rejected"),
        likely=list(likely.select("one", "other", "probability").iter_rows()),
        names=names_of(records, numbers),
    )
    return cluster(len(records), edges)


def names_of(records: pl.DataFrame, numbers: pl.Series) -> dict[int, Name]:
    """Return the names of records by their numbers, as the rules of joining compare them."""
    named = records.filter(pl.col("number").is_in(numbers.implode()))
    columns = named.select("number", pl.col("first", "middle", "last", "gender").fill_null(""))
    return {number: Name(*parts) for number, *parts in columns.iter_rows()}


def _decided(pairs: pl.DataFrame, verdict: str) -> list[tuple[int, int]]:
    return list(pairs.filter(pl.col("verdict") == verdict).select("one", "other").iter_rows())


def _people(records: pl.DataFrame, joined: Clusters, base: str) -> pl.DataFrame:
    """Return the frame that write_people takes: each record with its person."""
    if records.is_empty():
        return pl.DataFrame(
            schema=dict.fromkeys(("person", "person_name", "record", "appointment"), pl.String)
            | {"confidence": pl.Float64, "organisations": pl.Int64}
        )
    keys = records["key"].to_list()
    records = records.with_columns(
        pl.Series("person", [record_iri(base, "person", keys[first]) for first in joined.first]),
        pl.Series("confidence", [joined.confidence.get(first) for first in joined.first], dtype=pl.Float64),
    )
    count = pl.col("organisation").drop_nulls().n_unique().over("person")
    records = records.with_columns(pl.when(count > 1).then(count).alias("organisations"))
    names = (
        records.drop_nulls("name")
        .group_by("person", "name")
        .len()
        .sort("person", "len", pl.col("name").str.len_chars(), "name", descending=[False, True, True, False])
        .unique("person", keep="first", maintain_order=True)
        .select("person", person_name="name")
    )
    return records.join(names, on="person", how="left", maintain_order="left")


def _matches(records: pl.DataFrame, joined: Clusters, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the frame that write_matches takes."""
    if pairs.is_empty():
        return pl.DataFrame(schema=_MATCH_COLUMNS)
    of = records.select("number", "record", "appointment", "key")
    rows = pairs.join(of, left_on="one", right_on="number").join(
        of, left_on="other", right_on="number", suffix="_r"
    )
    rows = rows.with_columns(
        pl.Series("held_back", _held_back(records, joined, rows), dtype=pl.String),
        pl.Series("together", _together(joined, rows), dtype=pl.Boolean),
    )
    sure = (pl.col("probability") >= JOIN).fill_null(value=False)
    rows = rows.with_columns((sure & pl.col("together") & pl.col("held_back").is_null()).alias("automatic"))
    decision = pl.when("automatic").then(pl.lit("automatic")).otherwise(pl.lit("proposed"))
    reviewed = pl.col("verdict").is_not_null()
    unscored = pl.when(pl.col("verdict") == "accepted").then(1.0).otherwise(0.0)
    keys = pl.Series("encoded", [encode_key(key) for key in rows["key_r"]], dtype=pl.String)
    return rows.with_columns(keys).select(
        pl.concat_str("appointment", pl.lit("#match-"), "encoded").alias("match"),
        pl.col("record").alias("candidate"),
        pl.col("record_r").alias("matched"),
        (pl.coalesce("verdict", decision) != "proposed").alias("exact")
        & (pl.col("verdict").ne_missing("rejected")),
        pl.coalesce("probability", unscored).alias("confidence"),
        pl.when(reviewed).then(pl.lit(MANUAL)).otherwise("justification").alias("justification"),
        pl.coalesce("verdict", decision).alias("decision"),
        pl.when(~reviewed).then("held_back").alias("held_back"),
        "reviewer",
        "decided_on",
        *(f"weight_{name}" for name in WEIGHTS),
    )


def _together(joined: Clusters, pairs: pl.DataFrame) -> list[bool]:
    return [
        joined.first[one] == joined.first[other] for one, other in pairs.select("one", "other").iter_rows()
    ]


def _held_back(records: pl.DataFrame, joined: Clusters, pairs: pl.DataFrame) -> list[str | None]:
    """Return for each pair what a rule says against joining it without review, nothing where no rule does."""
    names = names_of(records, pl.concat([pairs["one"], pairs["other"]]))
    found: list[str | None] = []
    for one, other, probability, is_torn in pairs.select("one", "other", "probability", "torn").iter_rows():
        said = in_words(differences(names[one], names[other]))
        apart = joined.first[one] != joined.first[other]
        if not said and apart and (probability or 0.0) >= JOIN:
            said = _EITHER if is_torn else _THIRD
        found.append(said or None)
    return found


_MATCH_COLUMNS: Final = {
    **dict.fromkeys(
        ("match", "candidate", "matched", "justification", "decision", "held_back", "reviewer", "decided_on"),
        pl.String,
    ),
    "exact": pl.Boolean,
    "confidence": pl.Float64,
    **{f"weight_{name}": pl.Float64 for name in WEIGHTS},
}


def _counts(records: pl.DataFrame, joined: Clusters, pairs: pl.DataFrame) -> tuple[tuple[str, int], ...]:
    if records.is_empty():
        return ()
    waiting = pairs.filter(pl.col("verdict").is_null())
    apart = len(waiting) - sum(_together(joined, waiting))
    return (
        ("people, from the records of appointments", len(set(joined.first))),
        ("pairs of records that may be the same person and wait for review", apart),
    )


def _notes(records: pl.DataFrame, joined: Clusters, found: Found, unknown: int) -> tuple[str, ...]:
    notes = [found.scored.note] if found.scored.note else []
    if found.nameless:
        notes.append(
            f"{found.nameless:,} person records or their appointments are blank nodes and belong to no person; give them IRIs."
        )
    ids = records["id"].to_list() if len(records) else []
    if unknown:
        notes.append(
            f"{unknown:,} decisions on matches name appointments that are not in this data; they are kept in {FILE} for data that have them."
        )
    notes += [
        f"{ids[one]} and {ids[other]} were accepted as one person, but a rejected match keeps them apart; correct one of the two in {FILE}."
        for one, other in joined.refused
    ]
    notes += [
        f"{ids[one]} and {ids[other]} were rejected, but their source gives both one person key, which decides; correct the source or {FILE}."
        for one, other in joined.overruled
    ]
    return tuple(notes)
