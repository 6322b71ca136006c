"""Matching by the weights of evidence (Fellegi and Sunter 1969), with Splink on DuckDB. Needs the extra `match`."""

from collections.abc import Mapping, Sequence
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb
import polars as pl
from splink import DuckDBAPI, Linker

from hubgraph.people.model import PAIRS, REVIEW, Scored
from hubgraph.people.trained import Trained, add_frequencies, read_trained

_COLUMNS: Final = (
    "number", "first", "stands_for", "family", "middle", "full_middle", "gives_middle", "last", "gender", "rare_title",
    "place", "groups", "ties", "group", "x", "y", "density", "block", "role", "graph", "started", "ended",
    "tf_first", "tf_middle", "tf_last", "tf_initial", "initial", "given", "tf_given", "further", "tf_further", "usual_first", "usual_last", "head", "final", "letters",
)  # fmt: skip
_FIELDS: Final = {
    "surname": ("last",),
    "forename": ("first", "title"),
    "middle_name": ("middle",),
    "place": ("place",),
    "role": ("role",),
}
_MEMORY: Final = "500MB"
"""What DuckDB may take before it uses the disk; measured on 423,000 records; it costs no time."""
_CERTAIN: Final = 0.9999
"""No evidence of names and places makes surer than this."""
_JUSTIFICATION: Final = "semapv:CompositeMatching"


def score(records: pl.DataFrame, new: Sequence[int] | None = None) -> Scored:
    """Score pairs of records that blocking brings together; see Scorer."""
    trained = read_trained()
    prepared = prepare(records, trained)
    settings = trained.settings_for(len(prepared))
    rules = settings["blocking_rules_to_generate_predictions"]
    if new is not None:
        prepared = prepared.with_columns(pl.col("number").is_in(list(new)).alias("is_new"))
        prepared = _near(prepared, [rule["blocking_rule"] for rule in rules])
        settings["blocking_rules_to_generate_predictions"] = [
            {**rule, "blocking_rule": f"{rule['blocking_rule']} and (l.is_new or r.is_new)"} for rule in rules
        ]
    with TemporaryDirectory(prefix="hubgraph-match-") as folder, duckdb.connect() as connection:
        connection.execute(f"set memory_limit = '{_MEMORY}'; set temp_directory = '{folder}'")
        linker = link(connection, prepared, settings)
        predicted = linker.inference.predict(threshold_match_probability=REVIEW, warning_mode="never")
        found = predicted.as_duckdbpyrelation().pl()
    return Scored(_pairs(_with_names(found, prepared), trained.doubt))


def prepare(records: pl.DataFrame, trained: Trained) -> pl.DataFrame:
    """Return the columns that comparisons look at, with frequencies of names and dates as dates."""
    dates = {
        column: pl.col(name).str.to_date("%Y-%m-%d", strict=False)
        for name, column in (("start", "started"), ("end", "ended"))
    }
    words = pl.col("last").str.split(" ")
    ends = {"head": words.list.first(), "final": words.list.last()}
    letters = pl.col("middle").str.split(" ").list.eval(pl.element().str.slice(0, 1)).list.join("")
    return add_frequencies(records.with_columns(**dates, **ends, letters=letters), trained).select(_COLUMNS)


def link(connection: duckdb.DuckDBPyConnection, prepared: pl.DataFrame, settings: dict[str, Any]) -> Linker:
    """Return a linker over prepared records."""
    connection.register("prepared", prepared.to_arrow())
    connection.execute("create table records as select * from prepared")
    connection.unregister("prepared")
    table = DuckDBAPI(connection).register("records", dataset_display_name="records")
    return Linker(table, settings, log_level=None)


def _near(prepared: pl.DataFrame, rules: Sequence[str]) -> pl.DataFrame:
    """Return the new records and those that a rule brings together with one of them; names were counted among all before."""
    with duckdb.connect() as connection:
        connection.register("r", prepared.to_arrow())
        connection.register("l", prepared.filter("is_new").to_arrow())
        parts = [f"select r.number from l join r on {rule}" for rule in rules]  # noqa: S608 - rules of our own model
        numbers = connection.sql(" union ".join(["select number from l", *parts])).pl()
    return prepared.join(numbers, on="number", how="semi", maintain_order="left")


def _with_names(found: pl.DataFrame, prepared: pl.DataFrame) -> pl.DataFrame:
    """Return predictions with how far the forenames of both sides are given and agree, and whether both are of one organisation or trust."""
    names = prepared.select(
        "number",
        "letters",
        "full_middle",
        "place",
        "groups",
        letter_only=pl.col("first").str.len_chars() == 1,
    )
    for side in "lr":
        named = names.rename({name: f"{name}_{side}" for name in names.columns})
        found = found.join(named, on=f"number_{side}", how="left", maintain_order="left")
    one_group = pl.col("groups_l").list.set_intersection("groups_r").list.len() > 0
    return found.with_columns(
        ((pl.col("place_l") == pl.col("place_r")) | one_group).fill_null(value=False).alias("together"),
        (pl.col("full_middle_l") == pl.col("full_middle_r")).fill_null(value=False).alias("same_middle"),
        (pl.col("letters_l") == pl.col("letters_r")).fill_null(value=False).alias("same_letters"),
        (pl.col("letters_l").is_null() != pl.col("letters_r").is_null()).alias("one_middle"),
    )


def _pairs(found: pl.DataFrame, doubt: Mapping[str, float]) -> pl.DataFrame:
    """Return predictions as a frame of pairs; a weight is that of the comparison with its correction for frequency."""
    weights = [
        pl.sum_horizontal(
            *(pl.col(column) for column in found.columns for field in fields if column in {f"mw_{field}", f"mw_tf_adj_{field}"})
        ).round(2).alias(f"weight_{name}")
        for name, fields in _FIELDS.items()
    ]  # fmt: skip
    return (
        found.with_columns(
            pl.min_horizontal("number_l", "number_r").alias("one"),
            pl.max_horizontal("number_l", "number_r").alias("other"),
            _doubted(doubt).clip(upper_bound=_CERTAIN).alias("probability"),
            pl.lit(_JUSTIFICATION).alias("justification"),
            *weights,
        )
        .filter(pl.col("probability") >= REVIEW)
        .select(*PAIRS)
        .sort("one", "other")
    )


def _doubted(doubt: Mapping[str, float]) -> pl.Expr:
    """Return the probability when it is counted that somebody of the family may bear the same names, as far as they are given.

    No evidence of names and places tells a mother from her daughter of the same name; odds o become o / (1 + o * doubt).
    """
    odds = pl.lit(2.0).pow(pl.col("match_weight").clip(-100, 100))
    initial = pl.col("letter_only_l") | pl.col("letter_only_r")
    kind = (
        pl.when(pl.col("same_middle") & ~initial)
        .then(doubt["all"])
        .when(initial & ~pl.col("same_letters"))
        .then(doubt["initial"])
        .when(pl.col("one_middle") & ~pl.col("together"))
        .then(doubt["one further"])
        .otherwise(doubt["forename"])
    )
    less = odds / (1 + odds * kind)
    return less / (1 + less)
