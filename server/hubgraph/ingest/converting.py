"""One field of a mapping applied to the rows of a table: cells to N-Triples objects, with what was wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from hubgraph.errors import InputError
from hubgraph.ingest import values
from hubgraph.ingest.codes import CodeList, fold_label
from hubgraph.ingest.literals import LITERALS
from hubgraph.ingest.mapping import Field
from hubgraph.ingest.registry import Registry
from hubgraph.ingest.tables import ROW
from hubgraph.terms import REFERENCE_SCHEMES, code_iri, encode_key, slug

Problem = tuple[int, str, str, str, str, bool, Sequence[int]]
"""Row, column, value, reason, fix, whether the value could not be used at all, and further rows of which the same holds."""

_REFERENCE_FIX: Final = "Write urn:100000, uid:1234, ukprn:10001234, coh:01234567, charity:1234567, la:202, gid:55 or the id of a row."
_NUMBERED: Final = frozenset({"school", "trust", "group", "la", "organisation", "appointment"})
"""Kinds of record that have official numbers."""

_EXPLICIT: Final = rf"^({'|'.join(REFERENCE_SCHEMES)}):"


@dataclass(frozen=True, slots=True)
class Converted:
    """Objects of one field: row number and N-Triples object, null where there is none."""

    frame: pl.DataFrame

    def with_subjects(self, subjects: pl.DataFrame) -> pl.DataFrame:
        """Return row, subject and object; subjects has one line per row."""
        if self.frame.height == subjects.height:
            return subjects.with_columns(self.frame["object"])
        return self.frame.join(subjects, on=ROW, how="left", maintain_order="left").select(
            ROW, "subject", "object"
        )


class Converter:
    """Convert fields of one set of rows; keeps the problems until they are asked for."""

    def __init__(
        self, frame: pl.DataFrame, base: str, codes: Mapping[str, CodeList], registry: Registry
    ) -> None:
        """Take rows with prepared text columns and ROW, the base of IRIs, code lists and known references."""
        self._frame = frame
        self._base = base
        self._codes = codes
        self._registry = registry
        self._problems: list[Problem] = []
        self._places: dict[tuple[str, ...], tuple[pl.Series, pl.Series]] = {}

    def problems(self) -> list[Problem]:
        """Return the problems found since this was last asked."""
        found, self._problems = self._problems, []
        return found

    def subject(self, entry: Field) -> pl.Series:
        """Return the subject IRI of each row, without angle brackets; null where a part is missing."""
        if entry.type == "record":
            return self._fill(
                f"{self._base}/id/" + entry.iri if not entry.iri.startswith("http") else entry.iri,
                encode=True,
            )
        text = self.text(entry)
        return self._references(text, entry, self._frame[ROW])

    def objects(self, entry: Field) -> Converted:
        """Return the objects of a field, reporting values that break its rule."""
        if entry.type in ("latitude", "longitude"):
            return Converted(self._coordinates(entry))
        if entry.type == "record":
            return Converted(self._records(entry))
        text = self.text(entry)
        rows = self._frame[ROW]
        if entry.required:
            self._missing(text, entry)
        if entry.split:
            exploded = (
                pl.DataFrame({ROW: rows, "text": text})
                .with_columns(pl.col("text").str.split(entry.split))
                .explode("text", empty_as_null=True, keep_nulls=True)
            )
            trimmed = exploded["text"].str.strip_chars()
            text = pl.select(pl.when(trimmed != "").then(trimmed).otherwise(None)).to_series()
            rows = exploded[ROW]
        if entry.values:
            text = _stands_for(text, entry)
        return Converted(pl.DataFrame({ROW: rows, "object": self._typed(text, entry, rows)}))

    def text(self, entry: Field) -> pl.Series:
        """Return the text of a field: constant, template or column; repaired, with what means missing null."""
        if entry.value:
            return pl.Series([entry.value] * self._frame.height, dtype=pl.String)
        text = self._fill(entry.template, encode=False) if entry.template else self._frame[entry.column]
        if entry.repair:
            fixed = (
                pl.DataFrame({"text": text}).select(values.REPAIRS[entry.repair](pl.col("text"))).to_series()
            )
            self._repaired(entry, text, fixed)
            text = fixed
        if entry.missing:
            gone = text.is_in(list(entry.missing))
            text = text.set(gone.fill_null(value=False), None)
        if entry.default:
            text = text.zip_with(text.is_not_null(), self._fill(entry.default, encode=False))
        return text

    def _fill(self, template: str, *, encode: bool) -> pl.Series:
        """Fill a template with columns of each row; null where one of them is missing."""
        parts: list[pl.Expr] = []
        for number, piece in enumerate(template.split("{")):
            text = piece
            if number:
                column, _, text = piece.partition("}")
                parts.append(self._part(column, encode=encode))
            if text:
                parts.append(pl.lit(text))
        if not parts:
            return pl.Series([""] * self._frame.height, dtype=pl.String)
        filled = self._frame.select(pl.concat_str(parts).alias("filled")).to_series()
        return (
            filled
            if filled.len() == self._frame.height
            else pl.Series([filled[0]] * self._frame.height, dtype=pl.String)
        )

    def _part(self, column: str, *, encode: bool) -> pl.Expr:
        if column.startswith("slug:"):
            return _by_value(self._frame[column.removeprefix("slug:")], slug)
        if not encode or bool(self._frame[column].str.contains(r"^[A-Za-z0-9._~-]*$").all()):
            return pl.col(column)
        return _by_value(self._frame[column], encode_key)

    def _typed(self, text: pl.Series, entry: Field, rows: pl.Series) -> pl.Series:
        if entry.type in ("code", "reference", "reference-or-text", "reference-or-code"):
            return self._linked(text, entry, rows)
        literal = LITERALS[entry.type]
        given = text
        if entry.type == "date":
            given = values.iso_dates(text)
            unknown = (given == values.UNKNOWN_DATE).fill_null(value=False)
            text, given = text.set(unknown, None), given.set(unknown, None)
        result = (
            pl.DataFrame({"text": given}).select(literal.convert(pl.col("text")).alias("object")).to_series()
        )
        if entry.if_known:
            return result
        self._invalid(text, result, entry, rows, f"This is not {literal.what}.", literal.fix)
        return self._bounded(text, result, entry, rows)

    def _linked(self, text: pl.Series, entry: Field, rows: pl.Series) -> pl.Series:
        """Return codes and records in angle brackets."""
        if entry.type == "code":
            return _wrap(self._code(text, entry, rows))
        if entry.type == "reference-or-text":
            return self._reference_or_text(text, entry)
        if entry.type == "reference-or-code":
            return self._reference_or_code(text, entry, rows)
        found = _wrap(self._references(text, entry, rows))
        return found if entry.if_known else self._bounded(text, found, entry, rows)

    def _bounded(self, text: pl.Series, result: pl.Series, entry: Field, rows: pl.Series) -> pl.Series:
        bad = pl.Series([False] * text.len(), dtype=pl.Boolean)
        if entry.pattern:
            bad = (~text.str.contains(f"^(?:{entry.pattern})$")).fill_null(value=False)
            hint = f" It should look like {entry.example}." if entry.example else ""
            self._flag(
                bad,
                text,
                entry,
                rows,
                f"The value does not have the form of this column.{hint}",
                "Correct the value.",
            )
        if entry.minimum is not None or entry.maximum is not None:
            number = text.str.replace_all(",", "").str.strip_suffix("%").cast(pl.Float64, strict=False)
            low = entry.minimum if entry.minimum is not None else float("-inf")
            high = entry.maximum if entry.maximum is not None else float("inf")
            outside = (~number.is_between(low, high)).fill_null(value=False)
            self._flag(
                outside,
                text,
                entry,
                rows,
                f"The number is not between {low:g} and {high:g}.",
                "Correct the number.",
            )
            bad = bad | outside
        return result.set(bad, None)

    def _code(self, text: pl.Series, entry: Field, rows: pl.Series) -> pl.Series:
        known = self._codes.get(entry.scheme, CodeList())
        chosen: dict[str, str | None] = {}
        unknown: set[str] = set()
        for value in text.drop_nulls().unique():
            notation = (
                None
                if entry.labels and fold_label(value) in known.labels
                else (value if value in known.notations else None)
            )
            notation = notation or known.labels.get(fold_label(value))
            if notation is None:
                unknown.add(value)
                notation = None if entry.closed else (slug(value) if entry.labels else value)
            chosen[value] = code_iri(entry.scheme, notation) if notation else None
        if entry.if_known:
            return _translate(text, {value: iri for value, iri in chosen.items() if value not in unknown})
        hit = text.is_in(list(unknown)).fill_null(value=False) if unknown else None
        if hit is not None:
            if entry.closed:
                accepted = ", ".join(sorted(known.notations))
                self._flag(
                    hit,
                    text,
                    entry,
                    rows,
                    f"'{entry.scheme}' has no such code.",
                    f"Write one of: {accepted}.",
                )
            else:
                self._flag(
                    hit,
                    text,
                    entry,
                    rows,
                    f"The list '{entry.scheme}' does not know this code; it was loaded as it is.",
                    "Check it against the official list.",
                    fatal=False,
                )
        return _translate(text, chosen)

    def _references(self, text: pl.Series, entry: Field, rows: pl.Series) -> pl.Series:
        if entry.named:
            return self._named_references(text, entry, rows)
        chosen: dict[str, str | None] = {}
        reasons: dict[str, str] = {}
        for value in text.drop_nulls().unique():
            chosen[value] = self._resolved(value, entry)
            if chosen[value] is None:
                reasons[value] = self._registry.problem(value, entry.kinds, entry.scheme)
        if reasons and not entry.if_known:
            hit = text.is_in(list(reasons)).fill_null(value=False)
            found = pl.DataFrame({ROW: rows, "text": text}).filter(hit)
            lines = found.group_by("text", maintain_order=True).agg(pl.col(ROW).unique(maintain_order=True))
            if not entry.drop_invalid:
                lines = lines.explode(ROW).with_columns(pl.concat_list(ROW)).sort(pl.col(ROW).list.first())
            column = entry.column or entry.template or entry.prop
            fix = _fix(entry.kinds)
            # A publisher's own code stands in every row; one line per value says it as well as thousands.
            for value, (row, *further) in lines.iter_rows():
                same = (
                    f" The same holds for {len(further):,} more row{'s' if further[1:] else ''}."
                    if further
                    else ""
                )
                self._problems.append((row, column, value, reasons[value] + same, fix, True, further))
        return _translate(text, chosen)

    def _named_references(self, text: pl.Series, entry: Field, rows: pl.Series) -> pl.Series:
        """Return the records of numbers that registers share, each with the name that its row gives."""
        names = pl.DataFrame({ROW: rows}).join(
            self._frame.select(ROW, pl.col(entry.named).fill_null("").alias("name")),
            on=ROW,
            how="left",
            maintain_order="left",
        )["name"]
        pairs = pl.DataFrame({"text": text, "name": names})
        known = pairs.filter(pl.col("text").is_not_null()).unique(maintain_order=True)
        found = [self._resolved(value, entry, name) for value, name in known.iter_rows()]
        chosen = known.with_columns(pl.Series("iri", found, dtype=pl.String))
        return pairs.join(chosen, on=["text", "name"], how="left", maintain_order="left")["iri"]

    def _resolved(self, value: str, entry: Field, named: str | None = None) -> str | None:
        try:
            iri = self._registry.resolve(value, entry.scheme, entry.kinds, named)
        except InputError:
            return None
        return None if iri is not None and entry.known and not self._registry.knows(iri) else iri

    def _reference_or_code(self, text: pl.Series, entry: Field, rows: pl.Series) -> pl.Series:
        """Return the concept that a text is the notation or label of, else the record that it refers to, else a new code."""
        codes = self._code(text, replace(entry, if_known=True), rows)
        left = text.set(codes.is_not_null(), None)
        records = self._references(left, replace(entry, scheme="", if_known=True), rows)
        left = left.set(records.is_not_null(), None)
        explicit = left.str.contains(_EXPLICIT).fill_null(value=False)
        wrong = self._references(left.set(~explicit, None), replace(entry, scheme=""), rows)
        opened = self._code(left.set(explicit, None), entry, rows)
        return _wrap(pl.select(pl.coalesce(codes, records, wrong, opened)).to_series())

    def _reference_or_text(self, text: pl.Series, entry: Field) -> pl.Series:
        """Return the record that a text refers to, or the text itself as a literal."""
        plain = pl.DataFrame({"text": text}).select(values.literal(values.escape(pl.col("text")))).to_series()
        iris = _wrap(self._references(text, replace(entry, if_known=True), self._frame[ROW]))
        return iris.zip_with(iris.is_not_null(), plain)

    def _records(self, entry: Field) -> pl.DataFrame:
        filled = self._fill(f"{self._base}/id/" + entry.iri, encode=True)
        for column in {part.split("}")[0] for part in entry.iri.split("{")[1:]}:
            if entry.missing and column in self._frame.columns:
                filled = filled.set(
                    self._frame[column].is_in(list(entry.missing)).fill_null(value=False), None
                )
        return pl.DataFrame({ROW: self._frame[ROW], "object": _wrap(filled)})

    def _coordinates(self, entry: Field) -> pl.DataFrame:
        east, north = (
            self._frame.select(values.plain_integer(pl.col(column)).cast(pl.Int64)).to_series()
            for column in entry.columns
        )
        if entry.columns not in self._places:
            inside = east.is_between(1, 800_000) & north.is_between(1, 1_400_000)
            self._places[entry.columns] = values.coordinates(
                east.set(~inside.fill_null(value=False), None), north
            )
        latitude, longitude = self._places[entry.columns]
        chosen = latitude if entry.type == "latitude" else longitude
        made = pl.DataFrame({"text": chosen}).select(values.literal(pl.col("text"), "decimal")).to_series()
        return pl.DataFrame({ROW: self._frame[ROW], "object": made})

    def _missing(self, text: pl.Series, entry: Field) -> None:
        hint = f", for example {entry.example}" if entry.example else ""
        self._flag(
            text.is_null(),
            text,
            entry,
            self._frame[ROW],
            f"The column '{entry.column or entry.prop}' is empty.",
            f"Fill it in{hint}.",
        )

    def _invalid(  # noqa: PLR0913, PLR0917 (one call per rule reads as a sentence)
        self, text: pl.Series, result: pl.Series, entry: Field, rows: pl.Series, reason: str, fix: str
    ) -> None:
        self._flag(text.is_not_null() & result.is_null(), text, entry, rows, reason, fix)

    def _repaired(self, entry: Field, before: pl.Series, after: pl.Series) -> None:
        changed = before.ne_missing(after) & after.is_not_null() & before.is_not_null()
        if changed.any():
            rows = self._frame[ROW].filter(changed)
            for row, old, new in zip(rows, before.filter(changed), after.filter(changed), strict=True):
                self._problems.append(
                    (
                        row,
                        entry.column,
                        old,
                        f"Read as {new}.",
                        "Format the column as text before saving.",
                        False,
                        (),
                    )
                )

    def _flag(  # noqa: PLR0913, PLR0917 (one call per rule reads as a sentence)
        self,
        hit: pl.Series,
        text: pl.Series,
        entry: Field,
        rows: pl.Series,
        reason: str,
        fix: str,
        *,
        fatal: bool = True,
    ) -> None:
        if not hit.any():
            return
        column = entry.column or entry.template or entry.prop
        self._problems += [
            (row, column, value or "", reason, fix, fatal, ())
            for row, value in zip(rows.filter(hit), text.filter(hit), strict=True)
        ]


def _fix(kinds: Sequence[str]) -> str:
    """Say how to write a reference to one of these kinds of record."""
    if kinds and not set(kinds) & _NUMBERED:
        return f"Write the id of a {' or '.join(kinds)} of the tables, or add it there."
    return _REFERENCE_FIX


def _stands_for(text: pl.Series, entry: Field) -> pl.Series:
    """Return what the values of a field say that a text stands for; null for nothing."""
    chosen: dict[str, str | None] = {text: stands or None for text, stands in entry.values}
    if entry.listed:
        return text.replace_strict(chosen, default=None, return_dtype=pl.String)
    return text.replace(chosen)


def _wrap(iris: pl.Series) -> pl.Series:
    return (
        pl.DataFrame({"iri": iris}).select(pl.concat_str(pl.lit("<"), pl.col("iri"), pl.lit(">"))).to_series()
    )


def _translate(text: pl.Series, chosen: Mapping[str, str | None]) -> pl.Series:
    if not chosen:
        return pl.Series([None] * text.len(), dtype=pl.String)
    return text.replace_strict(list(chosen), list(chosen.values()), default=None, return_dtype=pl.String)


def _by_value(column: pl.Series, change: Callable[[str], str]) -> pl.Expr:
    distinct = column.drop_nulls().unique().to_list()
    if not distinct:
        return pl.lit(None, dtype=pl.String)
    return pl.col(column.name).replace_strict(
        distinct, [change(value) for value in distinct], default=None, return_dtype=pl.String
    )
