"""The part of the OpenAPI document about the two pages with a form: the what-if check and the review of matches."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from hubgraph.resources import content
from hubgraph.settings import Settings

Json = dict[str, Any]
_HTML: Final = "text/html"
_FORM: Final = "application/x-www-form-urlencoded"
_PARTS: Final = "multipart/form-data"
_LINE: Final[Mapping[str, object]] = {"type": "string", "maxLength": 1_000}


def paths(settings: Settings) -> Json:
    """Return the operations of `/whatif` and `/matches`; they answer with pages, and data is under the saved questions."""
    return {"/whatif": _what_if(settings), "/matches": _matches()}


def _what_if(settings: Settings) -> Json:
    kinds: Json = {
        "type": "string",
        "enum": sorted(path.stem for path in content("data", "what-if").glob("*.csv")),
        "default": "appointments",
    }
    rows: Json = {
        "type": "string",
        "maxLength": settings.whatif_bytes,
        "description": "Rows of the template of that kind as CSV, with or without the line of column names.",
    }
    file: Json = {
        "type": "string",
        "format": "binary",
        "description": "The same as a file; read instead of rows.",
    }
    return {
        "get": {
            "operationId": "whatif-form",
            "summary": "What if: the form",
            "description": "A page with the form, filled with an example of a kind of row.",
            "parameters": [_query("kind", "Kind of row that the example is of.", kinds)],
            "responses": _pages("The form.", ("400",)),
        },
        "post": {
            "operationId": "whatif",
            "summary": "What if: which overlaps would appear, clear or change if rows were added",
            "description": (
                f"The answer is a page; nothing is stored. At most {settings.whatif_bytes:,} bytes and "
                f"{settings.whatif_seconds:g} seconds; one check runs at a time. Rows that cannot be read are 400, with the "
                "page that says why."
            ),
            "requestBody": {
                "required": True,
                "content": {
                    _FORM: {"schema": _object({"kind": kinds, "rows": rows})},
                    _PARTS: {"schema": _object({"kind": kinds, "rows": rows, "file": file})},
                },
            },
            "responses": _pages("What would change.", ("400", "413", "503", "504")),
        },
    }


def _matches() -> Json:
    number: Json = {"type": "integer", "minimum": 1, "default": 1}
    decision: Json = _object(
        {
            "form_mark": {"type": "string", "description": "The mark of the sign-in, as the form has it."},
            "one": {**_LINE, "description": "One record: gid:number or the id of an appointment."},
            "other": {**_LINE, "description": "The other record."},
            "decision": {"type": "string", "enum": ["accept", "reject"]},
            "reviewer": {**_LINE, "description": "Who decides."},
            "comment": {**_LINE, "description": "Why."},
            "page": {**number, "description": "Page of the list to come back to."},
        },
        ("form_mark", "one", "other", "decision"),
    )
    return {
        "get": {
            "operationId": "matches",
            "summary": "Records that may be the same person and wait for a review",
            "description": "A page, the most probable pairs first. Search engines are asked to stay away.",
            "parameters": [_query("page", "Page of the list.", number)],
            "responses": _pages("The pairs.", ("400", "502", "503", "504")),
        },
        "post": {
            "operationId": "decide-match",
            "summary": "Decide on one pair",
            "description": (
                "Needs the cookie of a sign-in (see /sign-in). The decision is written to the file of decisions of the store "
                "and takes effect at the next load."
            ),
            "requestBody": {"required": True, "content": {_FORM: {"schema": decision}}},
            "responses": {
                "303": {
                    "description": "Written; back to the list.",
                    "headers": {"Location": {"schema": {"type": "string", "format": "uri-reference"}}},
                },
                **_refused(("400", "403")),
            },
        },
    }


def _query(name: str, text: str, schema: Json) -> Json:
    return {"name": name, "in": "query", "description": text, "required": False, "schema": schema}


def _object(properties: Json, required: Sequence[str] = ()) -> Json:
    return {"type": "object", "properties": properties, **({"required": list(required)} if required else {})}


def _pages(text: str, refusals: Sequence[str]) -> Json:
    page: Json = {"description": text, "content": {_HTML: {"schema": {"type": "string"}}}}
    return {"200": page, **_refused(refusals)}


def _refused(statuses: Sequence[str]) -> Json:
    return {status: {"$ref": f"#/components/responses/{status}"} for status in statuses}
