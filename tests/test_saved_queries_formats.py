"""Answers as workbooks and as SPARQL results: every value arrives as what it is."""

import io
import zipfile
from dataclasses import replace

import fastexcel
import pyoxigraph as ox
import pytest

from hubgraph.errors import QueryFormatError
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.saved_queries.model import Column
from hubgraph.saved_queries.running import QueryAnswer, SourceTitle
from hubgraph.saved_queries.writing import write
from hubgraph.store.base import Row, Term
from hubgraph.terms import XSD

OGL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
ROWS: tuple[Row, ...] = (
    {
        "school": Term("iri", "https://w3id.org/hubgraph/id/school/900001"),
        "name": Term("literal", '=HYPERLINK("x")\r\n<&>', language="en"),
        "hubs": Term("literal", "3", f"{XSD}integer"),
    },
    {
        "name": Term("literal", "-2", f"{XSD}string"),
        "hubs": Term("literal", "-0.50", f"{XSD}decimal"),
        "since": Term("literal", "2019-09-01", f"{XSD}date"),
        "open": Term("literal", "true", f"{XSD}boolean"),
        "school": Term("bnode", "b1"),
    },
    {
        "hubs": Term("literal", "12345678901234567890", f"{XSD}integer"),
        "since": Term("literal", "1870-01-01", f"{XSD}date"),
    },
)


def answer(rows: tuple[Row, ...] = ROWS) -> QueryAnswer:
    saved = Catalogue.read(content("queries")).get("schools-leading-hubs")
    names = ("school", "name", "hubs", "since", "open")
    return QueryAnswer(
        saved=replace(saved, columns=tuple(Column(name) for name in names)),
        params={"as_of": "2026-01-01", "min_hubs": "2"},
        columns=names,
        rows=rows,
        as_of="2026-01-01",
        generation="000007",
        sources=("Made-up list",),
        took_ms=1.0,
        bound_text="SELECT ?school\nWHERE {}\n",
        notes=("Two schools of unknown status are left out.",),
        credits=(SourceTitle("Made-up list", "Nobody", OGL),),
        data_date="2026-02-03",
    )


def sheet_xml(body: bytes, number: int) -> str:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return archive.read(f"xl/worksheets/sheet{number}.xml").decode()


def test_a_workbook_types_numbers_dates_and_truth_and_keeps_everything_else_as_text() -> None:
    body = write(answer(), "xlsx")
    table = fastexcel.read_excel(body).load_sheet("Answer", dtypes={"hubs": "string", "since": "string"})
    rows = table.to_polars().rows()
    assert rows[0] == (ROWS[0]["school"].value, '\'=HYPERLINK("x")\r\n<&>', "3", None, None)
    assert rows[1] == ("b1", "-2", "-0.5", "2019-09-01 00:00:00", True)
    assert rows[2][2] == "12345678901234567890"
    assert rows[2][3] == "1870-01-01"
    xml = sheet_xml(body, 1)
    assert '<c r="C2"><v>3</v></c>' in xml
    assert '<c r="E3" t="b"><v>1</v></c>' in xml
    assert "<f>" not in xml
    assert "hyperlink" not in xml.lower()


def test_a_workbook_says_what_its_rows_are_and_whose() -> None:
    body = write(answer(), "xlsx")
    about = fastexcel.read_excel(body).load_sheet("About", header_row=None).to_polars().rows()
    said = dict(row for row in about if row[0] not in (None, "Column", "Parameter"))
    assert said["Name"] == "schools-leading-hubs"
    assert (said["As of"], said["Data date"], said["Generation"]) == ("2026-01-01", "2026-02-03", "000007")
    assert said["Source"] == f"Made-up list, Nobody. Licence: {OGL}"
    assert said["Query (SPARQL)"] == "SELECT ?school"
    assert ("Parameter", "min_hubs = 2") in about


def test_equal_answers_give_equal_workbooks() -> None:
    assert write(answer(), "xlsx") == write(answer(), "xlsx")


def test_a_text_that_no_cell_can_hold_is_refused_with_its_place() -> None:
    long = answer(({"name": Term("literal", "x" * 32_768)},))
    with pytest.raises(QueryFormatError, match=r"Row 1, column 'name' has 32,768 characters"):
        write(long, "xlsx")


@pytest.mark.parametrize(
    ("ending", "known"), [("srj", ox.QueryResultsFormat.JSON), ("srx", ox.QueryResultsFormat.XML)]
)
def test_sparql_results_give_back_the_very_terms(ending: str, known: ox.QueryResultsFormat) -> None:
    parsed = ox.parse_query_results(write(answer(), ending), format=known)
    assert isinstance(parsed, ox.QuerySolutions)
    assert [variable.value for variable in parsed.variables] == list(answer().columns)
    rows = list(parsed)
    assert rows[0]["school"] == ox.NamedNode(ROWS[0]["school"].value)
    assert rows[0]["name"] == ox.Literal(ROWS[0]["name"].value, language="en")
    assert rows[1]["name"] == ox.Literal("-2")
    assert rows[1]["since"] == ox.Literal("2019-09-01", datatype=ox.NamedNode(f"{XSD}date"))
    assert isinstance(rows[1]["school"], ox.BlankNode)
    assert rows[2]["name"] is None


def test_xml_refuses_what_it_cannot_hold() -> None:
    with pytest.raises(QueryFormatError, match="control character"):
        write(answer(({"name": Term("literal", "a\x01b")},)), "srx")
