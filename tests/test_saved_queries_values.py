"""Values become terms exactly, or are refused with the rule they break."""

from typing import Final

import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from hubgraph.errors import ParameterError
from hubgraph.saved_queries.cells import safe_cell
from hubgraph.saved_queries.model import Param, ParamType
from hubgraph.saved_queries.sorting import sort_rows
from hubgraph.saved_queries.values import is_iri, parse
from hubgraph.saved_queries.writing import json_value
from hubgraph.sparql import bind
from hubgraph.store.base import Term
from hubgraph.terms import XSD

QUERY: Final = "SELECT ?out WHERE { { SELECT ?out WHERE { BIND(?v AS ?out) } } }"
TEXT: Final = Param("v", "string")
awkward = st.text(
    st.one_of(
        st.sampled_from("\"'\\{}<>?#\n\r\t;|^`@u0022"), st.characters(exclude_categories=("Cs", "Cc", "Cn"))
    ),
    min_size=1,
    max_size=60,
)


@given(awkward)
def test_any_text_comes_back_unchanged_from_the_engine(text: str) -> None:
    _, term = parse(TEXT, text)
    results = pyoxigraph.Store().query(bind(QUERY, {"v": [term]}))
    assert isinstance(results, pyoxigraph.QuerySolutions)
    rows = [row["out"] for row in results]
    assert [row.value for row in rows if isinstance(row, pyoxigraph.Literal)] == [text]


@given(awkward)
def test_any_text_comes_back_unchanged_from_rdflib_too(text: str) -> None:
    _, term = parse(TEXT, text)
    graph = rdflib.Graph()
    if "\\u" in text or "\\U" in text:
        # rdflib decodes an escaped backslash before a u wrongly in query text; its own binding does not.
        rows = list(
            graph.query("SELECT ?v WHERE { FILTER(BOUND(?v)) }", initBindings={"v": rdflib.Literal(text)})
        )
    else:
        rows = list(graph.query(bind(QUERY, {"v": [term]})))
    assert [str(row[0]) for row in rows if isinstance(row, rdflib.query.ResultRow)] == [text]


@given(st.text(max_size=40))
def test_no_iri_breaks_out_of_its_brackets(text: str) -> None:
    iri = f"http://{text}"
    if is_iri(iri):
        results = pyoxigraph.Store().query(bind(QUERY, {"v": [f"<{iri}>"]}))
        assert isinstance(results, pyoxigraph.QuerySolutions)
        assert len(list(results)) == 1
    else:
        with pytest.raises(ParameterError):
            parse(Param("v", "iri"), f"{iri}<")


@pytest.mark.parametrize(
    ("kind", "text", "term"),
    [
        ("string", " Camden ", '" Camden "'),
        ("integer", " +007 ", f'"7"^^<{XSD}integer>'),
        ("decimal", "-2.50", f'"-2.50"^^<{XSD}decimal>'),
        ("boolean", "Yes", f'"true"^^<{XSD}boolean>'),
        ("date", "1/9/2026", f'"2026-09-01"^^<{XSD}date>'),
        ("date", "2026-09-01", f'"2026-09-01"^^<{XSD}date>'),
        ("gYear", "2019", f'"2019"^^<{XSD}gYear>'),
        ("iri", "http://example.org/a", "<http://example.org/a>"),
    ],
)
def test_a_value_becomes_the_term_of_its_type(kind: ParamType, text: str, term: str) -> None:
    assert parse(Param("v", kind), text)[1] == term


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("string", "a\x00b"), ("string", "\ud800"), ("string", "x" * 2001),
        ("integer", "1.5"), ("integer", "٣"), ("integer", "9" * 19), ("decimal", "1e5"), ("decimal", "NaN"),
        ("boolean", "maybe"), ("date", "01-09-2026"), ("date", "2026-13-01"), ("date", "29/02/2026"),
        ("gYear", "19"), ("gYear", "0000"), ("iri", "example"), ("iri", "http://a/ b"), ("iri", "http://a/>"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_an_example(kind: ParamType, text: str) -> None:
    with pytest.raises(ParameterError) as raised:
        parse(Param("v", kind), text)
    assert raised.value.parameter == "v"
    assert raised.value.example


def test_range_and_pattern_are_kept() -> None:
    with pytest.raises(ParameterError, match="above the greatest value, 10"):
        parse(Param("v", "integer", minimum="2", maximum="10"), "11")
    assert parse(Param("v", "integer", minimum="2", maximum="10"), "9")[0] == "9"
    with pytest.raises(ParameterError, match="below the least value, 2020-01-01"):
        parse(Param("v", "date", minimum="2020-01-01"), "31/12/2019")
    with pytest.raises(ParameterError, match="does not fit the pattern"):
        parse(Param("v", "string", pattern="[A-Z]{2}"), "abc")


def _number(text: str) -> dict[str, Term]:
    return {"n": Term("literal", text, XSD + "integer")}


def test_sorting_compares_numbers_as_numbers_and_text_without_case() -> None:
    rows = [_number("10"), {}, _number("9"), _number("-1")]
    assert [row["n"].value for row in sort_rows(rows, "n")[:3]] == ["-1", "9", "10"]
    assert [row["n"].value for row in sort_rows(rows, "-n")[:3]] == ["10", "9", "-1"]
    assert sort_rows(rows, "-n")[3] == {}
    words = [{"n": Term("literal", word)} for word in ("beta", "Alpha", "gamma")]
    assert [row["n"].value for row in sort_rows(words, "n")] == ["Alpha", "beta", "gamma"]


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"), ("@x", "'@x"), ("+44 20", "'+44 20"), ("-1+2", "'-1+2"), ("-cmd", "'-cmd"),
        ("-5", "-5"), ("-2.5", "-2.5"), ("plain", "plain"), ("", ""), ("\t=1", "'\t=1"),
    ],
)  # fmt: skip
def test_cells_are_harmless_in_a_spreadsheet(cell: str, safe: str) -> None:
    assert safe_cell(cell) == safe


def test_json_keeps_numbers_and_booleans() -> None:
    assert json_value(Term("literal", "3", XSD + "integer")) == 3
    assert json_value(Term("literal", "0.5", XSD + "decimal")) == 0.5
    assert json_value(Term("literal", "true", XSD + "boolean")) is True
    assert json_value(Term("literal", "NaN", XSD + "double")) == "NaN"
    assert json_value(Term("literal", "03")) == "03"
    assert json_value(None) is None
