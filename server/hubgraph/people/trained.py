"""The model that ships with the package: weights of evidence, how often people recur, and how frequent names are.

data/model/people.json is made by scripts/train_people.py from fictional worlds; there is no name in it.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import polars as pl

from hubgraph.people.communities import lifts
from hubgraph.people.names import common_forenames, common_surnames
from hubgraph.resources import content

_FALL: Final = 0.6
_COMMONEST: Final = {"first": 0.025, "middle": 0.025, "last": 0.012}
"""The r-th most frequent surname of England is borne by about 0.012 / r ** 0.6 of people, a forename by twice as many."""
_BEARERS: Final = {"first": "last", "middle": "last", "last": "family"}
"""What two people of one name differ in, so that one person with many roles does not make a name frequent."""
_LISTED: Final = 2_000
"""As many people as the share in all of England weighs beside those of a load, where the name is listed."""
_LOCAL: Final = 100
"""As many people as the share in a load weighs beside those of a place."""
_FEW: Final = 50
"""Fewer people say nothing of how often names recur."""
_MANY: Final = 10
"""A name with so many bearers is counted by records: bearers of one forename and one surname become several people."""


@dataclass(frozen=True, slots=True)
class Trained:
    """settings: of Splink. pairs_per_record: true pairs for each record. tail: field → least share of any name.

    least: two records far from each other are as unlikely to be one person as two of so many, also where fewer are loaded;
    the shares of places in the settings are of so many records. caution: what the odds are multiplied with, because a wrong
    join costs more than a pair that waits for review. has_middle: share of records with further forenames, in sources that
    give them, and middle_prior: as many records as that weighs beside those of a load. doubt: how often somebody else of a
    family bears the same names where all, only first, one further on one side only, or only initials are given.
    """

    settings: Mapping[str, Any]
    pairs_per_record: float
    tail: Mapping[str, float]
    least: int
    caution: float
    has_middle: float
    middle_prior: int
    doubt: Mapping[str, float]

    def chance(self) -> float:
        """Return the probability that two of `least` records are one person, before any evidence."""
        return 2 * self.caution * self.pairs_per_record / self.least

    def settings_for(self, records: int) -> dict[str, Any]:
        """Return settings for so many records: what is near is as near among many; what is far is rarer among many."""
        made: dict[str, Any] = json.loads(json.dumps(self.settings))
        made["probability_two_random_records_match"] = self.chance()
        places = next(entry for entry in made["comparisons"] if entry["output_column_name"] == "place")
        places["comparison_levels"][-1]["m_probability"] *= self.least / max(records, self.least)
        return made


@cache
def read_trained() -> Trained:
    """Return the model of the package."""
    values = json.loads(content("data", "model", "people.json").read_text(encoding="utf-8"))
    return Trained(**{name: values[name] for name in Trained.__slots__})


def add_frequencies(frame: pl.DataFrame, trained: Trained) -> pl.DataFrame:
    """Return the frame with the share of people who bear each name, as tf_first, tf_middle, tf_last and tf_initial.

    The larger of what is known of England and of what the load shows, there in all and in the square of 20 km around: a name may
    be rare in England and frequent here. Added too: usual_first and usual_last, names that several people bear.
    """
    frame = frame.with_columns(pl.col("first").str.slice(0, 1).alias("initial"))
    for name in _COMMONEST:
        frame = _with_share(frame, name, trained)
    # Where surnames differ the pair itself is two bearers of a forename.
    for name, alone in (("first", "given"), ("middle", "further")):
        frame = _with_share(frame, name, trained, alone, 2).with_columns(pl.col(name).alias(alone))
    frame = pl.concat([frame, lifts(frame)], how="horizontal")
    given = frame.filter("gives_middle")["middle"]
    share = (int(given.is_not_null().sum()) + trained.has_middle * trained.middle_prior) / (
        len(given) + trained.middle_prior
    )
    # Further forenames are rarer than first ones where few records have any. What they say of the gender the first one has said.
    further = pl.col("lift_middle") * 2 * share * trained.has_middle
    return frame.with_columns(
        _in_steps(pl.col("tf_last")).alias("tf_last"),
        *(
            _in_steps(pl.col(f"tf_{name}") * pl.col("lift_first")).alias(f"tf_{name}")
            for name in ("first", "given")
        ),
        *(_in_steps(pl.col(f"tf_{name}") * further).alias(f"tf_{name}") for name in ("middle", "further")),
        _in_steps(pl.len().over("initial") / pl.len()).alias("tf_initial"),
    )


def _in_steps(share: pl.Expr) -> pl.Expr:
    """Return a share of at most 1 rounded to half a bit, so that a few rows more leave what they do not touch as it was."""
    return pl.lit(2.0).pow((share.clip(upper_bound=1.0).log(2) * 2).round() / 2)


def _with_share(
    frame: pl.DataFrame, name: str, trained: Trained, called: str = "", without: int = 1
) -> pl.DataFrame:
    """Return the frame with tf_ and usual_ of a name: the share of other people of the name, and whether there are several.

    called: what to call it if not after the name. without: bearers that the pair itself may be.
    """
    called = called or name
    commonest = _COMMONEST[name]
    listed = common_surnames() if name == "last" else common_forenames()
    shares = {common: commonest / rank**_FALL for rank, common in enumerate(listed, start=1)}
    known = pl.col(name).replace_strict(shares, default=None, return_dtype=pl.Float64)
    people = frame.select(pl.struct("last", "family").n_unique()).item()
    others = _others(name, (name,), people / max(1, len(frame)), without)
    here = pl.struct("last", "family").n_unique().over("block")
    near = _others(name, ("block", name), people / max(1, len(frame)), without)
    frame = frame.with_columns(
        others.alias("_others"), near.alias("_near"), here.alias("_here"), known.alias("_known")
    )
    counted = (pl.col("_others") + pl.col("_known").fill_null(0) * _LISTED) / (
        people + _LISTED * pl.col("_known").is_not_null()
    )
    # Between what England and what the load says of rare names.
    least = math.sqrt(trained.tail[name] * max(trained.tail[name], _once(frame, name, people)))
    frame = frame.with_columns(pl.max_horizontal(counted, pl.lit(least)).alias("_share"))
    local = (pl.col("_near") + pl.col("_share") * _LOCAL) / (pl.col("_here") + _LOCAL)
    placed = pl.when(pl.col("block").is_not_null()).then(local)
    named = pl.col(name).is_not_null()
    return frame.with_columns(
        pl.when(named).then(pl.max_horizontal("_share", placed)).alias(f"tf_{called}"),
        ((pl.col("_others") >= 2) | pl.col("_known").is_not_null()).alias(f"usual_{called}"),  # noqa: PLR2004 - besides oneself
    ).drop("_others", "_near", "_here", "_known", "_share")


def _once(frame: pl.DataFrame, name: str, people: int) -> float:
    """Return the share of people who bear a name that one person of the load bears (Good 1953): large where names recur; 0 for too few people."""
    bearers = (
        frame.group_by(name).agg(pl.col(_BEARERS[name]).n_unique().alias("bearers")).drop_nulls()["bearers"]
    )
    once, twice = (int((bearers == count).sum()) for count in (1, 2))
    return 2 * twice / max(1, once) / people if people >= _FEW else 0.0


def _others(name: str, by: tuple[str, ...], people_per_record: float, without: int) -> pl.Expr:
    """Return how many other people bear the name of a record, among those that agree in by."""
    differ = _BEARERS[name]
    bearers = pl.col(differ).n_unique().over(by)
    if name == "last":
        # J. and John may be one, so that initials count by letters only.
        full = pl.col(differ).filter(pl.col(differ).str.len_chars() > 1).n_unique().over(by)
        bearers = pl.max_horizontal(full, pl.col("initial").n_unique().over(by))
    many = pl.max_horizontal(bearers, pl.len().over(by) * people_per_record)
    return (
        pl.when(bearers >= _MANY)
        .then(many)
        .otherwise(bearers)
        .cast(pl.Float64)
        .sub(without)
        .clip(lower_bound=0)
    )
