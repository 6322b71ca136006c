"""Mapping files: one YAML per source layout, checked by a JSON Schema, read into frozen records.

A mapping names its source, says how its files are recognised, which references its rows provide, and which records
with which fields each row makes. docs/mappings.md explains the language.
"""

import json
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from hubgraph.errors import MappingError
from hubgraph.resources import content


@dataclass(frozen=True, slots=True)
class Condition:
    """Which rows make a record: the column's value is (or is not) one of values; empty values: it is filled."""

    column: str
    values: tuple[str, ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One property of a record.

    prop: prefixed name. column, columns or template: where text comes from; constant: an IRI template or literal.
    type: string, integer, decimal, boolean, date, date-or-year, gyear, code, reference, reference-or-text, reference-or-code, url,
    postcode, latitude, longitude, record. known: a reference must be to a record that some file of the load describes.
    named: the column with the name of the record that a reference means. values: text of a cell (or of a part of it) →
    what it stands for, empty for nothing; listed: what values does not list gives nothing either.
    """

    prop: str
    type: str = "string"
    column: str = ""
    columns: tuple[str, ...] = ()
    template: str = ""
    value: str = ""
    scheme: str = ""
    labels: bool = False
    closed: bool = False
    kinds: tuple[str, ...] = ()
    iri: str = ""
    required: bool = False
    pattern: str = ""
    missing: tuple[str, ...] = ()
    repair: str = ""
    split: str = ""
    default: str = ""
    minimum: float | None = None
    maximum: float | None = None
    when: tuple[Condition, ...] = ()
    drop_invalid: bool = False
    if_known: bool = False
    known: bool = False
    named: str = ""
    values: tuple[tuple[str, str], ...] = ()
    listed: bool = False
    example: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One kind of record that a row makes; once: rows share it, and the first value of each property counts."""

    subject: Field
    classes: tuple[str, ...]
    fields: tuple[Field, ...]
    when: tuple[Condition, ...] = ()
    once: bool = False
    new: bool = False
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Provides:
    """A reference that rows provide: scheme (empty: the bare id), its column or template, and what it stands for.

    name: the column with the name of that record.
    """

    scheme: str
    column: str
    subject: Field
    when: tuple[Condition, ...] = ()
    template: str = ""
    repair: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A column made of others: their texts joined; where organisation is set, only in rows whose name is of one.

    title, forenames, surname: the columns of a person's name. when: rows that hold an organisation whatever its name.
    """

    name: str
    join: tuple[str, ...]
    organisation: bool = False
    title: str = ""
    forenames: tuple[str, ...] = ()
    surname: str = ""
    when: tuple[Condition, ...] = ()

    def columns(self) -> set[str]:
        """Return the columns that it is made of."""
        named = {self.title, *self.forenames, self.surname, *(condition.column for condition in self.when)}
        return {*self.join, *named} - {""}


@dataclass(frozen=True, slots=True)
class JsonLayout:
    """Where the rows of a JSON document are: the list under root, and column → path in an entry (`a/0/b`)."""

    root: str
    columns: Dict[str, str]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a layout comes from; date: `file-name`, an ISO date, or empty.

    per_folder: each folder's file is a source of its own; per_name: so is each name of a file, dates in it left out.
    """

    key: str
    title: str
    publisher: str = ""
    licence: str = ""
    url: str = ""
    date: str = ""
    per_folder: bool = False
    per_name: bool = False


@dataclass(frozen=True, slots=True)
class Mapping:
    """One source layout."""

    source: Source
    require: tuple[str, ...]
    rename: Dict[str, str]
    forbid: tuple[str, ...]
    file_names: tuple[str, ...]
    key: tuple[str, ...]
    key_pattern: str
    key_repair: str
    order: tuple[tuple[str, str], ...]
    provides: tuple[Provides, ...]
    records: tuple[Record, ...]
    snapshot: bool = False
    snapshot_scope: str = ""
    snapshot_start: str = ""
    columns: tuple[str, ...] = field(default=())
    either: tuple[str, ...] = ()
    make: tuple[Made, ...] = ()
    json: JsonLayout | None = None


def read_mappings(folder: Path, extra: Sequence[Path] = ()) -> tuple[Mapping, ...]:
    """Read every mapping of a folder and the given further files; raise MappingError with file and place."""
    schema = json.loads(content("data", "mappings", "mapping.schema.json").read_text())
    return tuple(_read(path, schema) for path in (*extra, *sorted(folder.glob("*.yaml"))))


def _read(path: Path, schema: dict[str, Any]) -> Mapping:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise MappingError(f"Mapping {path.name} cannot be read: {' '.join(str(error).split())}") from None
    source = document.get("source") if isinstance(document, dict) else None
    if isinstance(source, dict) and isinstance(source.get("date"), date):
        source["date"] = source["date"].isoformat()
    problem = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema).iter_errors(document))
    if problem is not None:
        place = ".".join(str(part) for part in problem.absolute_path) or "the top"
        raise MappingError(f"Mapping {path.name}, at {place}: {problem.message}")
    return _mapping(document)


def _mapping(document: dict[str, Any]) -> Mapping:
    recognise = document["recognise"]
    records = tuple(_record(entry) for entry in document["records"])
    provides = tuple(
        Provides(
            scheme=entry.get("scheme", ""),
            column=entry.get("column", ""),
            subject=_subject(entry["subject"]),
            when=_conditions(entry.get("when")),
            template=entry.get("template", ""),
            repair=entry.get("repair", ""),
            name=entry.get("name", ""),
        )
        for entry in document.get("provides", ())
    )
    return Mapping(
        source=Source(**document["source"]),
        require=tuple(recognise["require"]),
        rename=dict(recognise.get("rename", {})),
        forbid=tuple(recognise.get("forbid", ())),
        file_names=tuple(recognise.get("file_names", ())),
        key=tuple(document.get("key", ())),
        key_pattern=document.get("key_pattern", ""),
        key_repair=document.get("key_repair", ""),
        order=tuple((first, second) for first, second in document.get("order", ())),
        provides=provides,
        records=records,
        snapshot=document.get("snapshot", False),
        snapshot_scope=document.get("snapshot_scope", ""),
        snapshot_start=document.get("snapshot_start", ""),
        columns=tuple(document.get("columns", ())),
        either=tuple(document.get("either", ())),
        make=tuple(_made(name, values) for name, values in document.get("make", {}).items()),
        json=JsonLayout(**document["json"]) if "json" in document else None,
    )


def _made(name: str, values: dict[str, Any]) -> Made:
    person = values.get("organisation", {})
    return Made(
        name=name,
        join=tuple(values["join"]),
        organisation=bool(person),
        title=person.get("title", ""),
        forenames=tuple(person.get("forenames", ())),
        surname=person.get("surname", ""),
        when=_conditions(person.get("when")),
    )


def _record(entry: dict[str, Any]) -> Record:
    fields_ = tuple(
        _field(prop, values)
        for prop, spec in entry["fields"].items()
        for values in (spec if isinstance(spec, list) else [spec])
    )
    classes = entry.get("class", ())
    return Record(
        subject=_subject(entry["subject"]),
        classes=(classes,) if isinstance(classes, str) else tuple(classes),
        fields=fields_,
        when=_conditions(entry.get("when")),
        once=entry.get("once", False),
        new=entry.get("new", False),
        only=tuple(entry.get("only", ())),
    )


def _subject(spec: str | dict[str, Any]) -> Field:
    if isinstance(spec, str):
        return Field(prop="", type="record", iri=spec)
    return _field("", {"type": "reference", **spec})


def _field(prop: str, spec: str | dict[str, Any]) -> Field:
    if isinstance(spec, str):
        return Field(prop=prop, column=spec)
    values = dict(spec)
    values["when"] = _conditions(values.get("when"))
    for name in ("columns", "kinds", "missing"):
        if name in values:
            values[name] = tuple(values[name])
    if "values" in values:
        values["values"] = tuple(values["values"].items())
    if "record" in values:
        values["iri"] = values.pop("record")
        values["type"] = "record"
    return Field(prop=prop, **values)


def _conditions(spec: list[dict[str, Any]] | None) -> tuple[Condition, ...]:
    found = []
    for entry in spec or ():
        values = entry.get("in", entry.get("not_in", ()))
        found.append(
            Condition(entry["column"], tuple(values), "not_in" in entry or entry.get("filled") is False)
        )
    return tuple(found)
