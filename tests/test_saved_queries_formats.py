"""Answers as workbooks and as SPARQL results: every value arrives as what it is."""

import csv
import io
import zipfile
from dataclasses import replace

import fastexcel
import pyoxigraph as ox
import pytest

from hubgraph.errors import QueryFormatError
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.saved_queries.model import Column, SavedQuery
from hubgraph.saved_queries.running import QueryAnswer, SourceTitle
from hubgraph.saved_queries.writing import write
from hubgraph.store.base import Row, Term
from hubgraph.terms import CODE, XSD

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


ENTITIES = {"school": "school"}


def answer(rows: tuple[Row, ...] = ROWS) -> QueryAnswer:
    saved = Catalogue.read(content("queries")).get("schools-leading-hubs")
    names = ("school", "name", "hubs", "since", "open")
    return QueryAnswer(
        saved=replace(saved, columns=tuple(Column(name, entity=ENTITIES.get(name, "")) for name in names)),
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
        base="https://w3id.org/hubgraph",
    )


def sheet_xml(body: bytes, number: int) -> str:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return archive.read(f"xl/worksheets/sheet{number}.xml").decode()


def test_a_workbook_types_numbers_dates_and_truth_and_keeps_everything_else_as_text() -> None:
    body = write(answer(), "xlsx")
    table = fastexcel.read_excel(body).load_sheet("Answer", dtypes={"hubs": "string", "since": "string"})
    rows = table.to_polars().rows()
    assert rows[0] == (900001, '\'=HYPERLINK("x")\r\n<&>', "3", None, None, ROWS[0]["school"].value)
    assert rows[1] == (None, "-2", "-0.5", "2019-09-01 00:00:00", True, "b1")
    assert rows[2][2] == "12345678901234567890"
    assert rows[2][3] == "1870-01-01"
    xml = sheet_xml(body, 1)
    assert '<c r="A2"><v>900001</v></c>' in xml
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


WIDE: tuple[Column, ...] = (
    Column("school", "School", "school", "link"),
    Column("name", "Name"),
    Column("la", "Local authority", "la", "link"),
    Column("la_name", "Name of authority"),
    Column("phase", "Phase code", "", "link"),
    Column("phase_label", "Phase"),
    Column("body", "Body", "organisation", "link"),
    Column("hub", "Hub", "hub", "link"),
    Column("share", "Share", "", "percent"),
    Column("since", "Since", "", "date"),
    Column("url", "Address", "", "link"),
)
BASE = "https://w3id.org/hubgraph"


def wide(*rows: dict[str, str]) -> QueryAnswer:
    """Return an answer whose values are texts; those that start with http are IRIs."""
    made = tuple(
        {
            name: Term("iri", value)
            if value.startswith("http")
            else Term("literal", value, TYPES.get(name, ""))
            for name, value in row.items()
        }
        for row in rows
    )
    known = answer(made)
    return replace(
        known, saved=replace(known.saved, columns=WIDE), columns=tuple(column.name for column in WIDE)
    )


TYPES = {"share": f"{XSD}decimal", "since": f"{XSD}date"}
ASH = {
    "school": f"{BASE}/id/school/900001",
    "name": "=1+1",
    "la": f"{BASE}/id/la/999",
    "la_name": "Fennmouth",
    "phase": f"{CODE}phase/2",
    "phase_label": "Primary",
    "body": f"{BASE}/id/trust/90001",
    "hub": f"{BASE}/id/hub/fennmouth%20hub",
    "share": "0.25",
    "since": "2024-09-01",
    "url": "https://example.org/",
}


def test_a_spreadsheet_has_numbers_first_then_texts_then_figures_and_iris_last() -> None:
    birch = {"school": f"{BASE}/id/group/4001", "body": f"{BASE}/id/organisation/birch-fund", "name": "Birch"}
    rows = list(csv.reader(io.StringIO(write(wide(ASH, birch), "csv").decode())))
    assert rows[0] == [
        "school_urn", "la_code", "phase_code", "body_id", "hub_id",
        "name", "la_name", "phase_label", "since",
        "share",
        "school", "la", "phase", "body", "hub", "url",
    ]  # fmt: skip
    assert rows[1][:10] == [
        "900001", "999", "2", "uid:90001", "fennmouth hub", "'=1+1", "Fennmouth", "Primary", "2024-09-01", "0.25",
    ]  # fmt: skip
    assert rows[1][10] == ASH["school"]
    # What is of another kind than the column says is written as a reference, so that no UID stands among the URNs.
    assert rows[2][:6] == ["uid:4001", "", "", "birch-fund", "", "Birch"]


def test_a_workbook_has_the_same_columns_with_numbers_days_and_shares_as_such() -> None:
    body = write(wide(ASH), "xlsx")
    heads = next(csv.reader(io.StringIO(write(wide(ASH), "csv").decode())))
    table = fastexcel.read_excel(body).load_sheet("Answer").to_polars()
    assert table.columns == heads
    row = table.rows(named=True)[0]
    assert (row["school_urn"], row["la_code"], row["share"]) == (900001, 999, 0.25)
    assert str(row["since"]).startswith("2024-09-01")
    assert row["name"] == "'=1+1"
    about = fastexcel.read_excel(body).load_sheet("About", header_row=None).to_polars().rows()
    assert ("Column", "school_urn: School (URN)") in about


@pytest.mark.parametrize("saved", Catalogue.read(content("queries")).all(), ids=lambda saved: saved.slug)
def test_every_column_of_a_question_stays_and_every_record_has_its_number(saved: SavedQuery) -> None:
    names = tuple(column.name for column in saved.columns)
    empty = replace(answer(()), saved=saved, columns=names)
    heads = write(empty, "csv").decode().strip().split(",")
    assert len(heads) == len(set(heads))
    assert set(names) <= set(heads)
    records = [column.name for column in saved.columns if column.entity]
    numbers = heads[: len(heads) - len(names)]
    assert [number.rpartition("_")[0] for number in numbers] == records
    links = [column.name for column in saved.columns if column.entity or column.format == "link"]
    assert heads[len(heads) - len(links) :] == links
    assert write(empty, "tsv").decode().splitlines()[0] == "\t".join(f"?{name}" for name in names)
