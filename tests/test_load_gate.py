"""What the gate refuses leaves nothing behind, and what follows from a refused record never refuses a load."""

from collections.abc import Collection
from pathlib import Path

import pyoxigraph as ox
import pytest

from hubgraph.checks.report import severity_rank
from hubgraph.checks.shapes import own_shapes
from hubgraph.errors import LoadRefusedError
from hubgraph.ingest.gate import PRIVATE, check_derived
from hubgraph.ingest.summary import LoadOptions, LoadSummary
from hubgraph.store.building import Builder
from loading import BASE, GROUPS, IN_GROUPS, SCHOOL_FILE, SCHOOLS, reasons, run, values, write_files

GOVERNANCE = "GID,UID,Role,Title,Forename 1,Forename 2,Surname,Date of appointment,Date term of office ends/ended,Appointing body\n"
TRUSTS = (
    GROUPS
    + "4001,Fennimore Trust,6,OPEN,09000001,01/09/2012,\n4002,Quillbeck Trust,6,OPEN,09000002,01/09/2012,\n"
)
GOOD = (
    "1001,4001,Trustee,Dr,Ottoline,Wren,Fairbrassley,01/09/2019,,\n"
    "1002,4002,Member,Dr,Ottoline,Wren,Fairbrassley,01/09/2020,,\n"
    "1003,4001,Accounting officer,Mr,Crispin,,Oakenthwaite,01/09/2018,,\n"
    "1004,4002,Trustee,Mr,Crispin,,Oakenthwaite,01/01/2021,31/08/2030,\n"
    "1005,4001,Member,,Hollowmere,,Diocesan Board Ltd,01/09/2018,,\n"
)
BAD = {
    "an e-mail address in the name": "1101,4002,Trustee,Dr,Ottoline,Wren,Fairbrassley o.fairbrassley@example.org,01/09/2021,,\n",
    "a telephone number in the name": "1102,4002,Trustee,Dr,Ottoline,Wren,Fairbrassley 020 79460000,01/09/2021,,\n",
    "a number after a forename": "1103,4002,Member,Mr,Crispin 0123456789,,Oakenthwaite,01/09/2021,,\n",
    "a number that stands for an organisation": "1104,4002,Trustee,,9876543210,,Oakenthwaite,01/09/2021,,\n",
    "dates the wrong way round": "1105,4002,Trustee,Mr,Crispin,,Oakenthwaite,01/09/2021,31/08/2020,\n",
    "no surname": "1106,4002,Trustee,Mr,Crispin,,,01/09/2021,,\n",
    "no role": "1107,4002,,Mr,Crispin,,Oakenthwaite,01/09/2021,,\n",
    "a key that stands twice": "1001,4002,Trustee,Dr,Ottoline,Wren,Fairbrassley,01/09/2021,,\n",
    "a key that is none": "1108#person,4002,Trustee,Mr,Crispin,,Oakenthwaite,01/09/2021,,\n",
}


def statements(store: Path) -> set[str]:
    """Return what a store says of the records, and not of its files."""
    engine = ox.Store.read_only(str(store / "current" / "rdf"))
    files = {ox.NamedNode(f"{BASE}/graph/{name}") for name in ("sources", "quality")}
    return {
        str(quad)
        for quad in engine.quads_for_pattern(None, None, None, None)
        if not isinstance(quad.graph_name, ox.DefaultGraph) and quad.graph_name not in files
    }


def load_governance(folder: Path, store: Path, rows: str) -> LoadSummary:
    files = {"allgroupsdata20260101": TRUSTS, "governancematdata20260101": GOVERNANCE + rows}
    return run(store, write_files(folder, **files))


def test_a_load_with_rows_at_fault_is_the_load_without_them(tmp_path: Path) -> None:
    clean = load_governance(tmp_path / "clean", tmp_path / "a", GOOD)
    faulty = load_governance(tmp_path / "faulty", tmp_path / "b", GOOD + "".join(BAD.values()))
    assert clean.issues == ()
    first = 2 + len(GOOD.splitlines())
    kinds = dict(enumerate(BAD, first))
    assert [kinds[issue.row] for issue in sorted(faulty.issues, key=lambda each: each.row)] == list(BAD)
    assert statements(tmp_path / "b") == statements(tmp_path / "a")
    assert faulty.derived == clean.derived
    governance = next(entry for entry in faulty.files if entry.file.startswith("governance"))
    assert governance.refused == len(BAD)
    report = (tmp_path / "b" / "current" / "quality" / "rows.csv").read_text(encoding="utf-8")
    assert "Private details are never published" in report
    assert "o.fairbrassley" not in report
    assert "79460000" not in report


def test_every_shape_about_private_details_says_so_and_its_value_is_not_repeated() -> None:
    shapes = own_shapes().shapes.values()
    about = [shape for shape in shapes if shape.path and "#Forbidden-" in shape.key]
    assert about
    assert all(
        PRIVATE in " ".join(shape.messages) for shape in about if "http" not in shape.key.rsplit("#")[1]
    )


def test_what_points_to_a_refused_record_is_refused_with_it_or_stays_as_it_is(tmp_path: Path) -> None:
    summary = run(
        tmp_path / "store",
        write_files(
            tmp_path / "in",
            programmes="id,name,start\nsums,Sums,2020-01-01\nlost,,2020-01-01\n",
            hubs="id,name,programme\nnorth,North,sums\nsouth,South,lost\n",
            participations="id,activity,organisation,role,start\np1,north,urn:100001,lead,2020-01-01\np2,south,urn:100001,lead,2020-01-01\n",
            edubasealldata20260130=SCHOOLS + "100001,Oakmere School,1,1,2,301,01/09/2000,\n",
        ),
    )
    refused = {(file, row) for file, row, *_ in reasons(summary)}
    assert {("programmes.csv", 3), ("hubs.csv", 3)} <= refused
    assert values(tmp_path / "store", "SELECT ?h { ?h a hg:Hub }") == [("hub/north",)]


def test_a_kept_record_that_cannot_stand_beside_an_addition_is_left_out_and_named(tmp_path: Path) -> None:
    store = tmp_path / "store"
    run(
        store,
        write_files(
            tmp_path / "first" / "in",
            programmes="id,name\nsums,Sums\nwords,Words\n",
            evaluations="id,programme,status,independence\ne1,sums,published,independent\ne2,words,published,independent\n",
        ),
    )
    folder = write_files(tmp_path / "second" / "in", programmes="id,name\nsums,Sums\n")
    summary = run(store, folder, options=LoadOptions(add=True))
    assert [(file, row) for file, row, *_ in reasons(summary)] == [("evaluations.csv", 0)]
    assert "evaluation/e2" in summary.issues[0].fix
    assert values(store, "SELECT ?e { ?e a hg:Evaluation }") == [("evaluation/e1",)]


def derived(folder: Path) -> str:
    """Write a store in which a match names one record only; return the match."""
    match = f"{BASE}/id/appointment/1#match-2"
    builder = Builder(folder)
    kind = ("<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", f"<{BASE}/ns#MatchAssertion>")
    builder.add([(f"<{match}>", *kind)], f"{BASE}/graph/matches")
    builder.close()
    return match


def test_what_was_worked_out_and_breaks_a_shape_is_left_out_with_a_sentence(tmp_path: Path) -> None:
    match = derived(tmp_path / "rdf")

    def take_out(records: Collection[str]) -> int:
        builder = Builder(tmp_path / "rdf")
        removed = builder.remove_records(records, only_in=[f"{BASE}/graph/matches"])
        builder.close()
        return removed

    report, notes = check_derived(tmp_path / "rdf", own_shapes(), take_out)
    assert report.at_least("violation").conforms
    assert len(notes) == 1
    assert match in notes[0]
    assert not list(ox.Store.read_only(str(tmp_path / "rdf")).quads_for_pattern(None, None, None, None))


def test_a_failure_that_cannot_be_left_out_stops_the_load(tmp_path: Path) -> None:
    derived(tmp_path / "rdf")
    with pytest.raises(LoadRefusedError, match="nothing was published"):
        check_derived(tmp_path / "rdf", own_shapes(), lambda _: 0)


def test_an_error_about_a_private_detail_does_not_repeat_it(tmp_path: Path) -> None:
    path = tmp_path / "person.ttl"
    path.write_text(f'<{BASE}/id/person/x> <https://schema.org/email> "o.fairbrassley@example.org" .')
    with pytest.raises(LoadRefusedError, match=PRIVATE) as raised:
        run(tmp_path / "store", path)
    assert "fairbrassley" not in str(raised.value)


def test_removed_records_stay_where_they_are_to_stay(tmp_path: Path) -> None:
    builder = Builder(tmp_path / "rdf")
    one, other = ("<http://x/a>", "<http://x/p>", '"1"'), ("<http://x/a>", "<http://x/p>", '"2"')
    builder.add([one, other], "http://x/g")
    builder.add([one], "http://x/h")
    assert builder.remove_records(["http://x/a"], only_in=["http://x/g"]) == 3
    assert [row["o"].value for row in builder.select("SELECT ?o { ?s ?p ?o }").rows] == ["1"]
    assert builder.graphs_of("http://x/a") == {"http://x/h"}
    builder.set_values({("http://x/a", "http://x/p"): ['"3"']}, "http://x/h")
    assert [row["o"].value for row in builder.select("SELECT ?o { ?s ?p ?o }").rows] == ["3"]
    assert builder.pointing_to(["http://x/a"]) == 0
    builder.add([("<http://x/b>", "<http://x/p>", "<http://x/a>")], "http://x/g")
    assert builder.pointing_to(["http://x/a"]) == 1
    assert builder.pointing_to(["http://x/a", "http://x/b"]) == 0
    builder.close()


def test_no_violation_shape_looks_at_what_points_to_a_record() -> None:
    # A record can then fail after another is refused only if it points to that, which is when the gate looks again.
    shapes = own_shapes().shapes.values()
    severe = [shape for shape in shapes if severity_rank(shape.severity) == severity_rank("violation")]
    assert severe
    assert [shape.key for shape in severe if shape.path and "^" in shape.path.text()] == []


AFFILIATION = "SELECT ?m ?end ?known { ?m a hg:Affiliation ; hg:endKnowledge ?known . OPTIONAL { ?m schema:endDate ?end } } ORDER BY ?m"
NEWER_SCHOOLS = "URN,EstablishmentName,EstablishmentStatus (code),TypeOfEstablishment (code),PhaseOfEducation (code),LA (code),OpenDate,CloseDate,Trusts (code)\n"
IN_TRUST = "100001,4001,Fennimore Trust,Multi-academy trust,,01/09/2012,Oakmere School\n"
STILL = "100002,4001,Fennimore Trust,Multi-academy trust,,01/09/2012,Elmstead School\n"


def ends(folder: Path, store: Path, **files: str) -> list[tuple[str, str, str]]:
    """Return membership, end and what is known of it, after a load of files."""
    summary = run(store, write_files(folder, allgroupsdata20260101=TRUSTS, **files))
    assert [issue for issue in summary.issues if issue.action == "refused"] == []
    return [
        (membership.removeprefix("affiliation/"), end, known.rpartition("/")[2])
        for membership, end, known in values(store, AFFILIATION)
    ]


@pytest.mark.parametrize(
    ("links", "schools", "end"),
    [
        pytest.param(
            "20240101", "20260130", ("", "open"), id="the register of schools is newer and still has it"
        ),
        pytest.param(
            "20260601", "20230130", ("2022-01-01", "inferred"), id="the links are newer and have it no more"
        ),
    ],
)
def test_of_two_sources_the_newer_one_says_whether_a_link_has_ended(
    links: str, schools: str, end: tuple[str, str], tmp_path: Path
) -> None:
    files = {
        "alllinksdata20220101": IN_GROUPS + IN_TRUST + STILL,
        f"alllinksdata{links}": IN_GROUPS + STILL,
        f"edubasealldata{schools}": NEWER_SCHOOLS + "100001,Oakmere School,1,34,2,301,,,4001\n",
    }
    assert ("100001-4001", *end) in ends(tmp_path / "in", tmp_path / "store", **files)


def test_an_academy_that_joined_another_trust_has_left_the_one_before(tmp_path: Path) -> None:
    found = ends(
        tmp_path / "in",
        tmp_path / "store",
        alllinksdata20240101=IN_GROUPS
        + "100001,4002,Quillbeck Trust,Multi-academy trust,,01/09/2023,Oakmere School\n"
        + STILL,
        edubasealldata20260130=NEWER_SCHOOLS
        + "100001,Oakmere School,1,34,2,301,,,4001\n100002,Elmstead School,1,34,2,301,,,4001\n",
    )
    assert found == [
        ("100001-4001", "2023-08-31", "inferred"),
        ("100001-4002", "", "open"),
        ("100002-4001", "", "open"),
    ]


def test_a_year_without_a_day_invents_no_gap_between_two_trusts(tmp_path: Path) -> None:
    joined = "Quillbeck Trust,Multi-academy trust,,01/09/2019"
    found = ends(
        tmp_path / "in",
        tmp_path / "store",
        grouplinks_2017=IN_GROUPS + IN_TRUST + STILL,
        alllinksdata20240101=IN_GROUPS + f"100001,4002,{joined},Oakmere School\n",
        edubasealldata20260130=NEWER_SCHOOLS + "100001,Oakmere School,1,34,2,301,,,4002\n",
    )
    # Oakmere joined another trust; nobody knows where Elmstead went.
    assert found == [
        ("100001-4001", "2019-08-31", "inferred"),
        ("100001-4002", "", "open"),
        ("100002-4001", "2017-12-31", "inferred"),
    ]
    years = values(tmp_path / "store", "SELECT ?membership ?year { ?membership hg:endYear ?year }")
    assert years == [("affiliation/100002-4001", "2017")]
    assert values(tmp_path / "store", f"SELECT ?day {{ ?graph <{BASE}/ns#asOf> ?day }}") == [("2026-01-30",)]


def test_codes_filled_with_zeros_are_the_codes_of_their_lists(tmp_path: Path) -> None:
    plain = GROUPS + "4001,Fennimore Trust,6,OPEN,,,\n4003,Two Schools Federation,1,OPEN,,,\n"
    filled = plain.replace(",6,", ",06,").replace(",1,", ",01,")
    schools = SCHOOLS + "100001,Oakmere School,1,1,2,301,01/09/2000,\n"
    for name, groups, text in (
        ("a", plain, schools),
        ("b", filled, schools.replace(",1,1,2,", ",01,01,02,")),
    ):
        folder = write_files(tmp_path / name, allgroupsdata20260101=groups)
        (folder / SCHOOL_FILE).write_text(text, encoding="utf-8")
        assert run(tmp_path / f"store-{name}", folder).issues == ()
    assert statements(tmp_path / "store-b") == statements(tmp_path / "store-a")
