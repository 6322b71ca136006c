"""Saved queries as files: `/queries/{slug}.csv` and the like, with licence, credit, query and date beside the rows."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request

from hubgraph.errors import ParameterError
from hubgraph.saved_queries.model import SavedQuery
from hubgraph.saved_queries.running import QueryAnswer, SourceTitle, bound_query, run
from hubgraph.saved_queries.values import is_iri
from hubgraph.saved_queries.writing import MEDIA_TYPES, write
from hubgraph.store.base import GenerationInfo
from hubgraph.web.caching import Kept
from hubgraph.web.links import absolute
from hubgraph.web.memory import coverage
from hubgraph.web.representation import Representation, respond
from hubgraph.web.world import world

blueprint = Blueprint("downloads", __name__)

ENDINGS: Final = ("csv", "tsv", "xlsx", "json", "ttl", "srj", "srx")
"""Endings of saved queries that give rows; `.rq` gives the query."""
QUERY_TYPE: Final = "application/sparql-query; charset=utf-8"
IGNORED: Final = frozenset({"page", "view"})
"""Fields of the page's address that a file does not need: it has all rows."""
SORT: Final = "sort"
_PRINTABLE: Final = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in '%"\\')
_SAVED_AS_FILE: Final = ("csv", "tsv", "xlsx")
_MOST_CREDIT: Final = 1_000


@blueprint.get(f"/queries/<slug>.<any({', '.join(ENDINGS)}):ending>")
def rows(slug: str, ending: str) -> Response:
    """Return all rows of a saved query."""
    here = world()
    saved = here.catalogue.get(slug)
    sort, given = query_fields()
    check_sort(saved, sort)

    def prepare(_info: GenerationInfo) -> Representation:
        bound = bound_query(here.store, saved, given)

        def make() -> Kept:
            answer = run(here.store, saved, given, sort=sort, coverage=coverage())
            return Kept(write(answer, ending), MEDIA_TYPES[ending], _headers(answer, ending))

        return Representation(("saved", slug, ending, sort, bound.text), make)

    return respond(prepare)


@blueprint.get("/queries/<slug>.rq")
def text(slug: str) -> Response:
    """Return the text of a saved query with its values bound: valid SPARQL for any engine."""
    here = world()
    saved = here.catalogue.get(slug)
    sort, given = query_fields()
    check_sort(saved, sort)

    def prepare(_info: GenerationInfo) -> Representation:
        bound = bound_query(here.store, saved, given)
        headers = {"Content-Disposition": f'inline; filename="{slug}.rq"', "Hubgraph-As-Of": bound.as_of}
        return Representation(
            ("text", slug, bound.text), lambda: Kept(bound.text.encode(), QUERY_TYPE, headers)
        )

    return respond(prepare)


def query_fields() -> tuple[str, Mapping[str, Sequence[str]]]:
    """Return the sort and the parameters of a saved query from the address, without what only pages need."""
    fields = request.args.to_dict(flat=False)
    sorts = [value for value in fields.pop(SORT, []) if value]
    if len(sorts) > 1:
        raise ParameterError(SORT, "it was given more than once; rows have one order.", sorts[0])
    return (sorts[0] if sorts else ""), {
        name: values for name, values in fields.items() if name not in IGNORED
    }


def check_sort(saved: SavedQuery, sort: str) -> None:
    """Raise ParameterError where the column to sort by is not one of the query's."""
    names = [column.name for column in saved.columns]
    if sort and sort.removeprefix("-") not in names:
        rule = f"there is no column '{sort.removeprefix('-')}'; there are {', '.join(names)}."
        raise ParameterError(SORT, rule, names[0])


def _headers(answer: QueryAnswer, ending: str) -> dict[str, str]:
    """Return what goes with a file: rows, date, credit, licences, the question's address and a file name."""
    slug = answer.saved.slug
    shown = "attachment" if ending in _SAVED_AS_FILE else "inline"
    dated = f"{slug}-{answer.as_of}" if answer.as_of else slug
    headers = {
        "Content-Disposition": f'{shown}; filename="{dated}.{ending}"',
        "Hubgraph-Rows": str(len(answer.rows)),
        "Hubgraph-As-Of": answer.as_of,
        "Hubgraph-Query": question_address(answer),
        "Hubgraph-Attribution": attribution(answer.credits),
        "Hubgraph-Notes": header_text(" ".join(answer.notes)),
        "Link": license_links(answer.credits),
    }
    return {name: value for name, value in headers.items() if value}


def question_address(answer: QueryAnswer) -> str:
    """Return the absolute address of the page that gives the same rows."""
    fields = urlencode(list(answer.params.items()), doseq=True)
    return absolute(f"/queries/{answer.saved.slug}{'?' if fields else ''}{fields}")


def attribution(credits_: Sequence[SourceTitle]) -> str:
    """Return sources and publishers for a header: `Title (Publisher); …`, other than ASCII percent-encoded."""
    names = dict.fromkeys(
        f"{source.title} ({source.publisher})" if source.publisher else source.title for source in credits_
    )
    joined = header_text("; ".join(names))
    return joined if len(joined) <= _MOST_CREDIT else f"{len(names)} sources: {absolute('/queries/sources')}"


def license_links(credits_: Sequence[SourceTitle]) -> str:
    """Return a Link field with every licence of the sources."""
    licences = dict.fromkeys(source.licence for source in credits_ if is_iri(source.licence))
    return ", ".join(f'<{quote(licence, safe=_PRINTABLE + "%")}>; rel="license"' for licence in licences)


def header_text(text: str) -> str:
    """Return text that may stand in a header field: anything but printable ASCII is percent-encoded as UTF-8."""
    return quote(text, safe=_PRINTABLE)
