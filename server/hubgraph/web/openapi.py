"""`/openapi.json`: what programs can ask of this server, in OpenAPI 3.1."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, Response, json

from hubgraph import __version__
from hubgraph.saved_queries.catalogue import GROUPS
from hubgraph.saved_queries.model import Column, Param, SavedQuery
from hubgraph.saved_queries.writing import MEDIA_TYPES
from hubgraph.store.base import GenerationInfo
from hubgraph.terms import KINDS
from hubgraph.web import openapi_forms
from hubgraph.web.caching import Kept
from hubgraph.web.downloads import ENDINGS, QUERY_TYPE
from hubgraph.web.formats import EXTENSIONS, GRAPHS, TABLES
from hubgraph.web.links import server_root
from hubgraph.web.protocol import DIRECT, FORM
from hubgraph.web.representation import Representation, respond
from hubgraph.web.search_data import LONGEST
from hubgraph.web.world import world

blueprint = Blueprint("openapi", __name__)

Json = dict[str, Any]
_JSON: Final = "application/json"
_PROBLEM: Final = "application/problem+json"
_NUMBERS: Final = ("integer", "decimal", "percent", "money")
_TYPES: Final[Mapping[str, Json]] = {
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "gYear": {"type": "string", "pattern": "^[0-9]{4}$"},
    "iri": {"type": "string", "format": "iri"},
}
_BUSY: Final = ("502", "503", "504")
_REFUSALS: Final = {
    "400": "A wrong value, or a query that is not SPARQL 1.1.",
    "403": "A decision without a sign-in, or from a form of another one.",
    "404": "There is no such record or question.",
    "406": "None of the formats that the request accepts can be written.",
    "413": "The query or its answer is over a limit.",
    "415": "The body is of another kind.",
    "502": "A store elsewhere could not answer.",
    "503": "Too many queries at once, or one needed too much memory; Retry-After says when to come back.",
    "504": "The query took too long and was stopped.",
}


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Return the description of every operation."""
    root = server_root(world().settings)

    def prepare(info: GenerationInfo) -> Representation:
        return Representation(("openapi", root), lambda: _kept(document(root, info)))

    return respond(prepare)


def _kept(described: Json) -> Kept:
    return Kept((json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode(), _JSON)


def document(root: str, info: GenerationInfo) -> Json:
    """Return the OpenAPI document of a server at an address."""
    paths: Json = {}
    for saved in world().catalogue.queries.values():
        for ending in ENDINGS:
            paths[f"/queries/{saved.slug}.{ending}"] = {"get": _question(saved, ending)}
        paths[f"/queries/{saved.slug}.rq"] = {"get": _question_text(saved)}
    paths |= {
        "/search.json": {"get": _search("search", "Search", 20)},
        "/suggest": {"get": _search("suggest", "Suggestions while one types", 8)},
        **_records(),
        "/sparql": _sparql(),
        **openapi_forms.paths(world().settings),
        "/healthz": {"get": _health()},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "hubgraph",
            "version": __version__,
            "summary": "Saved questions, search, records and SPARQL over England's school-improvement landscape.",
            "description": f"Data as of {info.data_date or 'an unknown date'}. Reading needs no credentials.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": root}],
        "tags": [{"name": name, "description": title} for name, title in GROUPS.items()],
        "paths": paths,
        "components": {"schemas": _schemas(), "responses": _responses()},
    }


def _question(saved: SavedQuery, ending: str) -> Json:
    media = MEDIA_TYPES[ending].partition(";")[0]
    schema: Json = {"type": "string"}
    if ending == "json":
        schema = _envelope(saved)
    elif ending == "srj":
        schema = {"$ref": "#/components/schemas/SparqlResults"}
    elif ending == "xlsx":
        schema = {}
    return {
        "operationId": f"{saved.slug}-{ending}",
        "summary": saved.title,
        "description": saved.summary,
        "tags": [saved.group],
        "parameters": [*map(_parameter, saved.params), _sort(saved.columns)],
        "responses": _answers("All rows.", {media: {"schema": schema}}, ("400", "406", "413", *_BUSY)),
    }


def _question_text(saved: SavedQuery) -> Json:
    return {
        "operationId": f"{saved.slug}-rq",
        "summary": f"{saved.title}: the query",
        "description": "The SPARQL with the values bound.",
        "tags": [saved.group],
        "parameters": [*map(_parameter, saved.params), _sort(saved.columns)],
        "responses": _answers(
            "The query.", {QUERY_TYPE.partition(";")[0]: {"schema": {"type": "string"}}}, ("400", *_BUSY)
        ),
    }


def _parameter(param: Param) -> Json:
    schema: Json = dict(_TYPES.get(param.type, {"type": "string", "minLength": 1, "maxLength": 2_000}))
    if param.enum:
        schema["enum"] = [_value(param, text) for text in param.enum]
    if param.pattern:
        schema["pattern"] = f"^(?:{param.pattern})$"
    for word, bound in (("minimum", param.minimum), ("maximum", param.maximum)):
        if bound is not None and param.type in ("integer", "decimal"):
            schema[word] = _value(param, bound)
    if param.default is not None and not param.many:
        schema["default"] = _value(param, param.default)
    about = " ".join(text for text in (param.label + "." if param.label else "", param.help) if text)
    if param.type in ("entity", "code"):
        kind = f"a {param.of}" if param.type == "entity" else f"a code of the list {param.of}"
        about = f"{about} A reference to {kind} in these data: number, short reference or IRI.".strip()
    described: Json = {
        "name": param.name,
        "in": "query",
        "description": about,
        "required": param.required,
        "schema": {"type": "array", "items": schema, "minItems": 1} if param.many else schema,
    }
    if param.example:
        value = _value(param, param.example)
        described["example"] = [value] if param.many else value
    return described


def _value(param: Param, text: str) -> object:
    if param.type == "integer":
        return int(text)
    if param.type == "decimal":
        return float(text)
    return text == "true" if param.type == "boolean" else text


def _sort(columns: Sequence[Column]) -> Json:
    names = [column.name for column in columns]
    return {
        "name": "sort",
        "in": "query",
        "description": "Order of the rows: a column, or a column after a minus for descending.",
        "schema": {"type": "string", "enum": [*names, *(f"-{name}" for name in names)]},
    }


def _envelope(saved: SavedQuery) -> Json:
    """Return the schema of the JSON answer of a question."""
    cells = {column.name: _cell(column) for column in saved.columns}
    row = {"type": "object", "properties": cells, "required": list(cells), "additionalProperties": False}
    return {
        "allOf": [{"$ref": "#/components/schemas/Answer"}],
        "properties": {"query": {"const": saved.slug}, "rows": {"type": "array", "items": row}},
    }


def _cell(column: Column) -> Json:
    kinds = (
        ["number", "string", "null"] if column.format in _NUMBERS else ["string", "number", "boolean", "null"]
    )
    return {"type": kinds, "title": column.label or column.name}


def _search(name: str, summary: str, limit: int) -> Json:
    whole = {"type": "integer", "minimum": 1, "maximum": 100, "default": limit}
    start = {"type": "integer", "minimum": 0, "maximum": 10_000, "default": 0}
    kinds = {"type": "array", "items": {"type": "string", "enum": list(KINDS)}}
    fields: tuple[tuple[str, str, Json], ...] = (
        ("q", "Name, postcode, URN, UID, UKPRN or company number.", {"type": "string", "maxLength": LONGEST}),
        ("kind", "Kinds of record.", kinds),
        ("limit", "Most records.", whole),
        ("offset", "How many to leave out first.", start),
    )
    hits = {"type": "array", "items": {"$ref": "#/components/schemas/Hit"}}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [
            {"name": field, "in": "query", "description": text, "schema": schema}
            for field, text, schema in fields
        ],
        "responses": _answers("Found records, best first.", {_JSON: {"schema": hits}}, ("400", *_BUSY)),
    }


def _records() -> Json:
    kind = {"name": "kind", "in": "path", "required": True, "schema": {"type": "string", "enum": list(KINDS)}}
    key = {
        "name": "key",
        "in": "path",
        "required": True,
        "description": "Official number (URN, UID, code) or id of the row.",
        "schema": {"type": "string", "minLength": 1},
    }
    paths: Json = {}
    for ending, media in {
        **{name: known.media_types[0] for name, known in EXTENSIONS.items()},
        "csv": "text/csv",
    }.items():
        paths[f"/{{kind}}/{{key}}.{ending}"] = {
            "get": {
                "operationId": f"record-{ending}",
                "summary": "A record as data",
                "parameters": [kind, key],
                "responses": _answers("The record.", {media: {}}, ("404", *_BUSY)),
            }
        }
    paths["/id/{kind}/{key}"] = {
        "get": {
            "operationId": "record",
            "summary": "From a thing to the page or data about it",
            "parameters": [kind, key],
            "responses": {
                "303": {
                    "description": "See the page, or the data that Accept prefers.",
                    "headers": {"Location": {"schema": {"type": "string", "format": "uri"}}},
                },
                "404": {"$ref": "#/components/responses/404"},
            },
        }
    }
    return paths


def _sparql() -> Json:
    tables: Json = {known.media_types[0]: {} for known in (*TABLES, *GRAPHS)}
    query = {"type": "string", "minLength": 1}
    graphs = {"type": "array", "items": {"type": "string", "format": "iri"}}
    names = {"type": "string", "enum": sorted({name for known in (*TABLES, *GRAPHS) for name in known.names})}
    fields: tuple[tuple[str, Json], ...] = (
        ("query", query), ("default-graph-uri", graphs), ("named-graph-uri", graphs), ("format", names),
    )  # fmt: skip
    answers = _answers("The answer.", tables, ("400", "406", "413", "415", *_BUSY))
    form = {"type": "object", "properties": dict(fields), "required": ["query"]}
    return {
        "get": {
            "operationId": "sparql",
            "summary": "SPARQL 1.1 query",
            "parameters": [
                {"name": name, "in": "query", "required": name == "query", "schema": schema}
                for name, schema in fields
            ],
            "responses": answers,
        },
        "post": {
            "operationId": "sparql-post",
            "summary": "SPARQL 1.1 query in a body",
            "requestBody": {
                "required": True,
                "content": {FORM: {"schema": form}, DIRECT: {"schema": query}},
            },
            "responses": answers,
        },
    }


def _health() -> Json:
    ok = {
        "type": "object",
        "required": ["status", "generation", "data_date", "triples"],
        "properties": {
            "status": {"const": "ok"},
            "generation": {"type": "string"},
            "data_date": {"type": "string"},
            "triples": {"type": "integer"},
        },
    }
    failing = {
        "type": "object",
        "required": ["status", "detail"],
        "properties": {"status": {"const": "failing"}, "detail": {"type": "string"}},
    }
    return {
        "operationId": "health",
        "summary": "State of the server",
        "responses": {
            "200": {"description": "It answers.", "content": {_JSON: {"schema": ok}}},
            "503": {"description": "The store cannot answer.", "content": {_JSON: {"schema": failing}}},
        },
    }


def _answers(text: str, media: Json, refusals: Sequence[str]) -> Json:
    """Return the responses of an operation that reads: the answer, 304 and what may be refused."""
    return {
        "200": {
            "description": text,
            "headers": {
                "ETag": {"schema": {"type": "string"}},
                "Hubgraph-Generation": {"schema": {"type": "string"}},
                "Hubgraph-Data-Date": {"schema": {"type": "string"}},
            },
            "content": media,
        },
        "304": {"description": "The answer is what If-None-Match names."},
        **{status: {"$ref": f"#/components/responses/{status}"} for status in refusals},
    }


def _responses() -> Json:
    problem = {_PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": text, "content": problem} for status, text in _REFUSALS.items()}


_TEXT: Final = {"type": "string"}


def _answer() -> Json:
    """Return the properties of the JSON envelope of a saved query."""
    return {
        "query": _TEXT,
        "title": _TEXT,
        "params": {
            "type": "object",
            "additionalProperties": {"type": ["string", "array"], "items": _TEXT},
        },
        "columns": {"type": "array", "items": _TEXT},
        "rows": {"type": "array", "items": {"type": "object"}},
        "count": {"type": "integer", "minimum": 0},
        "truncated": {"type": "boolean"},
        "generation": _TEXT,
        "as_of": _TEXT,
        "sources": {"type": "array", "items": _TEXT},
        "took_ms": {"type": "number", "minimum": 0},
    }


def _schemas() -> Json:
    text = _TEXT
    hit = ("kind", "key", "iri", "name", "type", "place", "state")
    answer = _answer()
    return {
        "Answer": {
            "type": "object",
            "required": list(answer),
            "properties": {
                **answer,
                "notes": {"type": "array", "items": text},
                "warnings": {"type": "array", "items": text},
            },
        },
        "Hit": {
            "type": "object",
            "required": [*hit, "score"],
            "properties": {**dict.fromkeys(hit, text), "score": {"type": "number"}},
        },
        "SparqlResults": {
            "type": "object",
            "required": ["head"],
            "properties": {
                "head": {"type": "object"},
                "results": {"type": "object"},
                "boolean": {"type": "boolean"},
            },
        },
        "Problem": {
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": text,
                "title": text,
                "status": {"type": "integer"},
                "detail": text,
                "parameter": text,
                "example": text,
                "error_id": text,
            },
        },
    }
