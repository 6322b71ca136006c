"""The SPARQL editor: a form whose answer stands on the same page."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request
from markupsafe import Markup

from hubgraph.errors import QueryError
from hubgraph.sparql import examine
from hubgraph.terms import PREFIXES
from hubgraph.web.errors import status_of
from hubgraph.web.pages.colouring import coloured, without_head
from hubgraph.web.pages.form import Fault
from hubgraph.web.pages.formatting import counted
from hubgraph.web.pages.frame import crumbs, page
from hubgraph.web.pages.links import link
from hubgraph.web.pages.table import Cell, plain_cell
from hubgraph.web.world import world

SHOWN: Final = 200
"""Rows of an answer that the page shows; the files have all."""
_SHOWN_TEXT: Final = 60_000
_ROWS: Final = (("csv", "CSV"), ("tsv", "TSV"), ("json", "JSON"), ("xml", "XML"))
_GRAPHS: Final = (("ttl", "Turtle"), ("nt", "N-Triples"), ("jsonld", "JSON-LD"), ("rdfxml", "RDF/XML"))
START: Final = """PREFIX hg: <https://w3id.org/hubgraph/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

# Hubs and the programmes they belong to.
SELECT ?hub ?name ?programme
WHERE {
  ?hub a hg:Hub ; rdfs:label ?name .
  OPTIONAL { ?hub hg:underProgramme ?under . ?under rdfs:label ?programme }
}
ORDER BY ?programme ?name
LIMIT 50
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer: rows for SELECT, a sentence for ASK, text for graphs; files are links to all of it."""

    heading: str
    took: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    text: Markup | None = None
    cut: str = ""
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A query to start from."""

    title: str
    href: str


def register(blueprint: Blueprint) -> None:
    """Add the editor to a blueprint."""
    blueprint.add_url_rule("/editor", "editor", editor, methods=["GET", "POST"])


def editor() -> Response:
    """Show the form, and the answer to `query` where one is given; an error stands beside the text that caused it."""
    here = world()
    query = request.values.get("query", "")
    answered: Answered | None = None
    faults: tuple[Fault, ...] = ()
    status = 200
    if query.strip():
        try:
            answered = _answer(query)
        except QueryError as error:
            status = status_of(error)
            faults = (Fault(str(error), "#query"),)
    text = query.replace("\r\n", "\n") or START
    response = page(
        "editor.html",
        status=status,
        query=text,
        lines=min(max(text.count("\n") + 2, 8), 24),
        answered=answered,
        faults=faults,
        settings=here.settings,
        prefixes=(*PREFIXES,),
        examples=tuple(
            Example(saved.title, link("/editor", {"query": without_head(saved.text)}))
            for saved in here.catalogue.all()
            if not any(param.required for param in saved.params)
        ),
        section="editor",
        steps=crumbs(),
    )
    response.headers["Cache-Control"] = "no-store" if faults else "no-cache"
    return response


def _answer(query: str) -> Answered:
    here = world()
    settings = here.settings
    form = examine(query, max_bytes=settings.query_text_bytes, max_depth=settings.query_depth).form
    if form == "SELECT":
        table = here.store.select(query)
        base = here.store.info().base
        shown = table.rows[:SHOWN]
        rows = tuple(
            tuple(plain_cell(row[name], base) if name in row else Cell("") for name in table.columns)
            for row in shown
        )
        cut = f"The first {SHOWN} rows are shown; the files have all." if len(table.rows) > SHOWN else ""
        heading = counted(len(table.rows), "row")
        return Answered(
            heading, f"{table.seconds:.2f}", table.columns, rows, cut=cut, files=_files(query, _ROWS)
        )
    if form == "ASK":
        heading = "Yes" if here.store.ask(query) else "No"
        return Answered(heading, "", files=_files(query, (("json", "JSON"), ("xml", "XML"))))
    answer = here.store.answer(query, "ttl")
    text = answer.body.decode("utf-8")
    cut = "Only the beginning is shown; the files have all." if len(text) > _SHOWN_TEXT else ""
    heading = counted(answer.rows, "statement") if answer.rows is not None else "Statements"
    graph = coloured(text[:_SHOWN_TEXT], "turtle") if text.strip() else None
    return Answered(heading, f"{answer.seconds:.2f}", text=graph, cut=cut, files=_files(query, _GRAPHS))


def _files(query: str, formats: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((label, link("/sparql", {"query": query, "format": name})) for name, label in formats)
