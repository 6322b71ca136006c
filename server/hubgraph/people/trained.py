"""The model that ships with the package: weights, how often people recur, and how frequent names are.

data/model/people.json is made by scripts/train_people.py from a fictional England; no name in it is of a real person.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import polars as pl

from hubgraph.people.names import common_forenames, common_surnames
from hubgraph.resources import content

_FALL: Final = 0.6
_COMMONEST: Final = {"first": 0.025, "middle": 0.025, "last": 0.012}
"""The r-th most frequent surname of England is borne by about 0.012 / r ** 0.6 of people, a forename by twice as many."""
_LOCAL: Final = 500
"""As many people as the share in all of England weighs beside those of a place."""


@dataclass(frozen=True, slots=True)
class Trained:
    """settings: of Splink. pairs_per_record: true pairs for each record. shares: field → name → share of people.

    tail: share of a name that is not listed. prior: as many records as the shares weigh beside those of a load. least:
    where fewer records than this are loaded, two of them are as unlikely to be one person as among this many.
    caution: what the odds are multiplied with, because a wrong join costs more than a pair that waits for review.
    has_middle: share of records with further forenames, in sources that give them.
    """

    settings: Mapping[str, Any]
    pairs_per_record: float
    shares: Mapping[str, Mapping[str, float]]
    tail: float
    prior: int
    least: int
    caution: float
    has_middle: float

    def chance(self, records: int) -> float:
        """Return the probability that two records of so many are one person, before any evidence."""
        return min(0.5, 2 * self.caution * self.pairs_per_record / max(records, self.least))


@cache
def read_trained() -> Trained:
    """Return the model of the package."""
    values = json.loads(content("data", "model", "people.json").read_text(encoding="utf-8"))
    return Trained(**{name: values[name] for name in Trained.__slots__})


def add_frequencies(frame: pl.DataFrame, trained: Trained) -> pl.DataFrame:
    """Return the frame with the share of people who bear each name, as tf_first, tf_middle and tf_last.

    Counted in the frame and, so that a few rows do not mislead, in the shares of the model.
    """
    for name, commonest in _COMMONEST.items():
        shares = dict(trained.shares[name])
        for rank, common in enumerate(common_surnames() if name == "last" else common_forenames(), start=1):
            shares[common] = max(shares.get(common, 0.0), commonest / rank**_FALL)
        counts = frame.select(pl.col(name).drop_nulls().value_counts()).unnest(name)
        known = pl.col(name).replace_strict(shares, default=trained.tail, return_dtype=pl.Float64)
        total = counts["count"].sum() + trained.prior
        table = counts.select(name, ((pl.col("count") + known * trained.prior) / total).alias(f"tf_{name}"))
        frame = frame.join(table, on=name, how="left", maintain_order="left")
    # That two records both have a further forename is itself rarer than that both have a first one.
    frame = frame.with_columns(pl.col("tf_middle") * trained.has_middle**2)
    local = pl.max_horizontal("tf_last", _local_share()).alias("tf_last")
    return frame.with_columns(
        pl.when(pl.col("block").is_null()).then("tf_last").otherwise(local).alias("tf_last")
    )


def _local_share() -> pl.Expr:
    """Return the share of people of the surname in the square of 20 km around: rare names can be frequent in one town.

    People are counted by forenames, so that one with many roles does not make a name frequent.
    """
    here = pl.struct("last", "family").n_unique().over("block")
    bearers = pl.col("family").n_unique().over("block", "last") - 1
    return (bearers + pl.col("tf_last") * _LOCAL) / (here + _LOCAL)
