"""Resolved people and the matches they rest on as N-Triples, written column by column."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from hubgraph.terms import FOAF, HG, RDF, RDFS, SKOS, XSD, code_iri

_A: Final = f"<{RDF}type>"
Column = pl.Expr | str
"""A term in N-Triples form: made from columns, or the same in every row."""


def iri(column: str) -> pl.Expr:
    """Return a column of IRIs as terms."""
    return pl.concat_str(pl.lit("<"), column, pl.lit(">"))


def text(column: str) -> pl.Expr:
    """Return a column of text as plain literals, null where it is null."""
    escaped = (
        pl.col(column)
        .str.replace_all("\\", "\\\\", literal=True)
        .str.replace_all('"', '\\"', literal=True)
        .str.replace_all("\n", "\\n", literal=True)
        .str.replace_all("\r", "\\r", literal=True)
    )
    return pl.concat_str(pl.lit('"'), escaped, pl.lit('"'))


def decimal(column: str, digits: int) -> pl.Expr:
    """Return a column of numbers as xsd:decimal, null where it is null."""
    number = pl.col(column).cast(pl.Decimal(12, digits)).cast(pl.String)
    return pl.concat_str(pl.lit('"'), number, pl.lit(f'"^^<{XSD}decimal>'))


def integer(column: str) -> pl.Expr:
    """Return a column of whole numbers as xsd:integer, null where it is null."""
    return pl.concat_str(pl.lit('"'), pl.col(column).cast(pl.String), pl.lit(f'"^^<{XSD}integer>'))


def write_people(path: Path, records: pl.DataFrame) -> None:
    """Write every person, once, and which records and appointments are theirs.

    records: columns person (IRI), person_name, confidence (null for a person of one record), organisations (how many,
    null for one), record, appointment.
    """
    people = records.unique("person", keep="first", maintain_order=True)
    _write(
        path,
        [
            _lines(people, iri("person"), _A, f"<{FOAF}Person>"),
            _lines(people, iri("person"), f"<{FOAF}name>", text("person_name")),
            _lines(people, iri("person"), f"<{RDFS}label>", text("person_name")),
            _lines(people, iri("person"), f"<{HG}confidence>", decimal("confidence", 4)),
            _lines(people, iri("person"), f"<{HG}organisationCount>", integer("organisations")),
            _lines(records, iri("record"), f"<{HG}resolvedAs>", iri("person")),
            _lines(records, iri("appointment"), f"<{HG}holder>", iri("person")),
        ],
    )


def write_matches(path: Path, matches: pl.DataFrame, weights: Sequence[str]) -> None:
    """Write every match as one hg:MatchAssertion.

    matches: columns match (IRI), candidate, matched (IRIs of records), exact (whether asserted to be one person),
    confidence, justification, decision (notation), held_back, reviewer, decided_on, and weight_… of each of weights.
    """
    matches = matches.with_columns(
        pl.when("exact")
        .then(pl.lit(f"{SKOS}exactMatch"))
        .otherwise(pl.lit(f"{SKOS}closeMatch"))
        .alias("predicate"),
        pl.concat_str(pl.lit(code_iri("match-decision", "")), "decision").alias("decision"),
    )
    subject = iri("match")
    terms: Mapping[str, Column] = {
        f"<{HG}candidate>": iri("candidate"),
        f"<{HG}match>": iri("matched"),
        f"<{HG}matchPredicate>": iri("predicate"),
        f"<{HG}confidence>": decimal("confidence", 4),
        f"<{HG}justification>": text("justification"),
        f"<{HG}decision>": iri("decision"),
        f"<{HG}heldBack>": text("held_back"),
        f"<{HG}reviewer>": text("reviewer"),
        f"<{HG}decidedOn>": pl.concat_str(pl.lit('"'), "decided_on", pl.lit(f'"^^<{XSD}date>')),
        **{f"<{HG}weight{_camel(name)}>": decimal(f"weight_{name}", 2) for name in weights},
    }
    parts = [_lines(matches, subject, _A, f"<{HG}MatchAssertion>")]
    parts += [_lines(matches, subject, predicate, term) for predicate, term in terms.items()]
    _write(path, parts)


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def _lines(frame: pl.DataFrame, subject: pl.Expr, predicate: str, term: Column) -> pl.DataFrame:
    """Return one column of lines, without those whose object is null."""
    value = pl.lit(term) if isinstance(term, str) else term
    line = pl.concat_str(subject, pl.lit(f" {predicate} "), value, pl.lit(" ."))
    return frame.lazy().select(line.alias("line")).drop_nulls().collect()


def _write(path: Path, parts: Sequence[pl.DataFrame]) -> None:
    with path.open("wb") as target:
        for part in parts:
            part.write_csv(target, include_header=False, quote_style="never")
