"""Matching without the extra `match`: equal names inside one organisation, and nothing else."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from hubgraph.people.model import JOIN, PAIRS, WEIGHTS, Scored

NOTE: Final = (
    "People were matched inside one organisation only, by equal names, because the extra 'match' is not installed; "
    'for matches between organisations: pip install "hubgraph[match]".'
)
_AS_WRITTEN: Final = 0.995
_NORMALISED: Final = JOIN
"""How sure equal names in one organisation make: as written, or only once titles, accents and case are set aside."""
_JUSTIFICATION: Final = "semapv:LexicalMatching"


def score(records: pl.DataFrame, new: Sequence[int] | None = None) -> Scored:
    """Pair records of one organisation with equal first and last names; see Scorer.

    One role held twice at a time is not one person's, and a forename that is only an initial is no name.
    """
    usable = records.filter(pl.col("first").str.len_chars() > 1, pl.col("last").is_not_null())
    found = usable.join(usable, on=["place", "first", "last"], suffix="_r").filter(
        pl.col("number") < pl.col("number_r"), ~_twice_at_a_time()
    )
    if new is not None:
        found = found.filter(pl.col("number").is_in(list(new)) | pl.col("number_r").is_in(list(new)))
    pairs = found.select(
        one="number",
        other="number_r",
        probability=pl.when(pl.col("name") == pl.col("name_r")).then(_AS_WRITTEN).otherwise(_NORMALISED),
        **{f"weight_{name}": pl.lit(None, pl.Float64) for name in WEIGHTS},
        justification=pl.lit(_JUSTIFICATION),
    )
    return Scored(pairs.select(*PAIRS).sort("one", "other"), NOTE)


def _twice_at_a_time() -> pl.Expr:
    """Tell whether two rows of one source have the same role in periods that overlap; no date is no bound."""
    first, last = pl.lit("0000"), pl.lit("9999")
    begins = [pl.col(name).fill_null(first) for name in ("start", "start_r")]
    ends = [pl.col(name).fill_null(last) for name in ("end", "end_r")]
    overlap = (begins[0] <= ends[1]) & (begins[1] <= ends[0])
    same = pl.col("role").eq_missing(pl.col("role_r")) & (pl.col("graph") == pl.col("graph_r"))
    return (same & overlap).fill_null(value=False)
