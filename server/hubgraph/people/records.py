"""Person records out of a store, as one frame: a row per record, with its appointment and its name as written."""

import io
from typing import Final

import polars as pl

from hubgraph.people.model import Reader
from hubgraph.resources import content
from hubgraph.sparql import bind
from hubgraph.terms import FOAF, HG, ORG, SCHEMA, split_record_iri

_OF_APPOINTMENT: Final = {
    "organisation": f"{ORG}organization",
    "role": f"{ORG}role",
    "gid": f"{HG}gid",
    "start": f"{SCHEMA}startDate",
    "end": f"{SCHEMA}endDate",
}
_OF_RECORD: Final = {
    "title": f"{HG}title",
    "forename1": f"{HG}forename1",
    "forename2": f"{HG}forename2",
    "surname": f"{FOAF}familyName",
    "name": f"{FOAF}name",
    "person_key": f"{HG}personKey",
}


def read_records(reader: Reader, base: str) -> pl.DataFrame:
    """Return every person record, in the order of the keys of their appointments; columns of text but for number.

    number: row number. key: key of the appointment. id: how files name it, `gid:N` or the key. The others are as in
    the store, null where it says nothing; of two values the first in the alphabet is taken.
    """
    found = read_table(reader, query("person-records"), ("graph", "appointment", "record"))
    frame = found.sort("record", "graph", "appointment").unique("record", keep="first", maintain_order=True)
    if frame.is_empty():
        return frame
    for names, subject in ((_OF_APPOINTMENT, "appointment"), (_OF_RECORD, "record")):
        for name, prop in names.items():
            values = _values(reader, prop).rename({"subject": subject, "value": name})
            frame = frame.join(values, on=subject, how="left", maintain_order="left")
    keys = [_key(iri, base) for iri in frame["appointment"]]
    frame = frame.with_columns(pl.Series("key", keys, dtype=pl.String))
    frame = frame.with_columns(
        pl.when(pl.col("gid").is_not_null())
        .then(pl.concat_str(pl.lit("gid:"), "gid"))
        .otherwise("key")
        .alias("id")
    )
    return in_order_of_keys(frame).with_row_index("number").with_columns(pl.col("number").cast(pl.Int64))


def in_order_of_keys(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with numbers first, in their order, and then the other keys in the order of the alphabet.

    The first key of a person names the person. Registers count up, so that a later appointment does not rename anybody.
    """
    number = pl.col("key").str.contains(r"^\d+$")
    length = pl.when(number).then(pl.col("key").str.len_chars()).otherwise(0)
    return frame.sort(~number, length, "key", "record")


def query(name: str) -> str:
    """Return the text of an internal query."""
    return content("queries", "internal", f"{name}.rq").read_text(encoding="utf-8")


def read_table(reader: Reader, text: str, columns: tuple[str, ...]) -> pl.DataFrame:
    """Return the rows of a SELECT as a frame of text under these names; what is unbound is null."""
    found = pl.read_csv(io.BytesIO(reader.csv(text)), infer_schema_length=0)
    return found.rename(dict(zip(found.columns, columns, strict=True)))


def _values(reader: Reader, prop: str) -> pl.DataFrame:
    text = bind(query("values-of-property"), {"property": [f"<{prop}>"]})
    return read_table(reader, text, ("subject", "value")).group_by("subject").agg(pl.col("value").min())


def _key(iri: str, base: str) -> str:
    split = split_record_iri(iri, base)
    return split[1] if split is not None else iri
