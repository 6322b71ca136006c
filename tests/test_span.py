"""Days outside the span that the sources speak of are refused; those a little after it are answered with a warning."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from hubgraph.cli import cli
from hubgraph.errors import ParameterError
from hubgraph.measures.span import WIDEST_GAP, first_day
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.saved_queries.model import AS_OF, SavedQuery
from hubgraph.saved_queries.running import run
from hubgraph.saved_queries.span import Span, read_span
from hubgraph.settings import Settings
from hubgraph.store.embedded import EmbeddedStore
from loading import GROUPS, IN_GROUPS, SCHOOL_FILE, SCHOOLS, write_files
from loading import run as load

CATALOGUE = Catalogue.read(content("queries"))
DATED = [saved for saved in CATALOGUE.all() if saved.param(AS_OF) is not None]
EXAMPLES = {
    "trust": "uid:990001",
    "school": "urn:900002",
    "hub": "fennmouth-number-hub",
    "programme": "example-number-hubs",
    "la": "la:999",
    "from": "urn:900002",
    "to": "fennmouth-number-hub",
}


@pytest.fixture
def store(bundled_folder: Path) -> Iterator[EmbeddedStore]:
    opened = EmbeddedStore(bundled_folder, Settings(workers=1))
    yield opened
    opened.close()


def asked(saved: SavedQuery, **given: str) -> dict[str, list[str]]:
    needed = {param.name: EXAMPLES[param.name] for param in saved.params if param.required}
    return {name: [value] for name, value in (needed | given).items()}


def day(iso: str, later: int) -> str:
    return (date.fromisoformat(iso) + timedelta(days=later)).isoformat()


@pytest.mark.parametrize("saved", DATED, ids=lambda saved: saved.slug)
def test_every_question_with_a_day_refuses_those_that_no_source_speaks_of(
    store: EmbeddedStore, saved: SavedQuery
) -> None:
    span = read_span(store)
    assert span.first < span.last == store.info().data_date
    for outside in ("1066-01-01", day(span.first, -1), day(span.last, 366), "9999-12-31"):
        with pytest.raises(ParameterError) as refused:
            run(store, saved, asked(saved, as_of=outside))
        assert refused.value.parameter == AS_OF
        assert span.first in str(refused.value)
        assert span.last in str(refused.value)
    run(store, saved, asked(saved, as_of=span.first))
    assert run(store, saved, asked(saved, as_of=span.last)).warnings == ()
    later = run(store, saved, asked(saved, as_of=day(span.last, 300)))
    assert later.warnings
    assert later.notes[0] == later.warnings[0]
    assert span.last in later.warnings[0]


@pytest.mark.parametrize(
    ("given", "name"),
    [({"until": "1066-01-01"}, "until"), ({"since": "9999-12-31"}, "since")],
)
@pytest.mark.parametrize("slug", ["hub-changes", "trust-changes"])
def test_a_stretch_wholly_outside_the_span_is_refused(
    store: EmbeddedStore, slug: str, given: dict[str, str], name: str
) -> None:
    saved = CATALOGUE.get(slug)
    with pytest.raises(ParameterError) as refused:
        run(store, saved, asked(saved, **given))
    assert refused.value.parameter == name


@pytest.mark.parametrize("slug", ["hub-changes", "trust-changes"])
def test_a_stretch_that_reaches_into_the_span_is_answered(store: EmbeddedStore, slug: str) -> None:
    saved = CATALOGUE.get(slug)
    answer = run(store, saved, asked(saved, since="1900-01-01", until="2100-01-01"))
    dated = [row for row in run(store, saved, asked(saved)).rows if "date" in row]
    assert list(answer.rows) == dated
    assert dated


def test_pages_data_and_command_line_say_the_same(
    client: FlaskClient, bundled_folder: Path, store: EmbeddedStore
) -> None:
    span = read_span(store)
    later = day(span.last, 30)
    for address in ("/queries/isolated-schools", "/queries/isolated-schools.json"):
        accept = "text/html" if address.endswith("schools") else "application/json"
        refused = client.get(f"{address}?as_of=1066-01-01", headers={"Accept": accept})
        assert refused.status_code == 400
        assert span.first in refused.text or span.last in refused.text
        assert client.get(f"{address}?as_of={later}", headers={"Accept": accept}).status_code == 200
    document = json.loads(client.get(f"/queries/isolated-schools.json?as_of={later}").data)
    assert later in document["warnings"][0]
    assert document["notes"][0] == document["warnings"][0]
    page = client.get(f"/queries/isolated-schools?as_of={later}", headers={"Accept": "text/html"}).text
    assert "is after the date of the data" in page

    command = ["query", "isolated-schools", "--store", str(bundled_folder), "-p"]
    said = CliRunner().invoke(cli, [*command, f"as_of={later}", "--format", "csv"])
    assert said.exit_code == 0
    assert "warning" in said.stderr
    assert later in said.stderr
    wrong = CliRunner().invoke(cli, [*command, "as_of=1066-01-01"])
    assert wrong.exit_code != 0
    assert isinstance(wrong.exception, ParameterError)
    assert span.first in str(wrong.exception)


def test_schools_without_an_opening_day_are_numbered_beside_an_earlier_day(tmp_path: Path) -> None:
    folder = write_files(
        tmp_path / "in",
        **{
            SCHOOL_FILE.removesuffix(".csv"): SCHOOLS
            + "100001,Alder,1,34,2,202,01-09-1561,\n100002,Beech,1,34,2,202,,\n100003,Cedar,1,34,2,202,,\n"
            + "100004,Dogwood,2,34,2,202,,31-08-2012\n",
            "allgroupsdata20260130": GROUPS + "5001,COPSE TRUST,6,OPEN,01234567,01-09-1990,\n",
            "alllinksdata20260130": IN_GROUPS
            + "100001,5001,COPSE TRUST,Multi-academy trust,,01-09-2011,Alder\n",
        },
    )
    load(tmp_path / "store", folder)
    opened = EmbeddedStore(tmp_path / "store", Settings(workers=1))
    try:
        # Neither the founding of a school in 1561 nor that of the trust is a day that the sources speak of.
        assert read_span(opened) == Span("2011-09-01", "2026-01-30")
        saved = CATALOGUE.get("isolated-schools")
        note = "2 schools have no opening day in these data and count as open from 2011-09-01, the first day that the sources speak of."
        assert note in run(opened, saved, {"as_of": ["2011-09-01"], "la": ["la:202"]}).notes
        assert note not in run(opened, saved, {}).notes
        history = CATALOGUE.get("trust-schools")
        assert note not in run(opened, history, {"trust": ["uid:5001"], "as_of": ["2012-01-01"]}).notes
    finally:
        opened.close()


@pytest.mark.parametrize(
    ("days", "first"),
    [
        ([], ""),
        (["2011-09-01"], "2011-09-01"),
        (["1019-08-31", "2011-09-01", "2012-09-01"], "2011-09-01"),
        (["1900-01-01", "1900-04-01", "1992-08-31", "2012-09-01"], "1992-08-31"),
        (["1950-01-01", "1992-08-31"], "1950-01-01"),
    ],
)
def test_slips_and_fillers_do_not_stretch_the_span(days: list[str], first: str) -> None:
    assert first_day(days) == first


@given(st.lists(st.dates(date(1, 1, 1), date(2026, 1, 30)), min_size=1))
def test_from_the_first_day_on_no_two_days_are_further_apart_than_allowed(days: list[date]) -> None:
    texts = sorted({one.isoformat() for one in days})
    first = first_day(texts)
    kept = [text for text in texts if text >= first]
    assert first in texts
    assert kept[-1] == texts[-1]
    assert all(int(later[:4]) - int(one[:4]) <= WIDEST_GAP for one, later in pairwise(kept))
