"""Rows become triples, and what is wrong with a row is said in a sentence."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubgraph.errors import MappingError
from hubgraph.ingest.codes import read_codes
from hubgraph.ingest.mapper import MapContext, Mapped, map_table, prepare, register
from hubgraph.ingest.mapping import read_mappings
from hubgraph.ingest.organisation_names import names_agree
from hubgraph.ingest.recognise import Recognised, choose
from hubgraph.ingest.registry import Registry
from hubgraph.ingest.snapshots import ended_links
from hubgraph.ingest.summary import FileSummary, LoadSummary
from hubgraph.ingest.tables import parse_table, read_header
from hubgraph.resources import content

BASE = "https://w3id.org/hubgraph"
MAPPINGS = read_mappings(content("data", "mappings"))
CODES = read_codes(content("ontology", "codes"))
BY_KEY = {mapping.source.key: mapping for mapping in MAPPINGS}

SCHOOLS = "URN,EstablishmentName,EstablishmentStatus (code),TypeOfEstablishment (code),PhaseOfEducation (code),LA (code),OpenDate,CloseDate,UKPRN,Easting,Northing,Postcode\n"
GROUPS = "Group UID,Group Name,Group Type (code),Group Status (code),Companies House Number,Open date,Closed Date\n"
LINKS = "URN,Group UID,Group Name,Group Type,Closed Date,Joined date,EstablishmentName\n"


def load(folder: Path, *texts: tuple[str, str]) -> tuple[list[Mapped], list[set[str]]]:
    """Map files given as (name, text) together; return what became of each and its triples."""
    context = MapContext(BASE, CODES, Registry(BASE))
    prepared = []
    for name, text in texts:
        found = choose(Path(name), read_header(text)[0], MAPPINGS)
        assert isinstance(found, Recognised), found
        assert found.mapping is not None
        table = prepare(parse_table(text, name), found.mapping)
        register(table, found.mapping, context)
        prepared.append((table, found.mapping))
    done, triples = [], []
    for number, (table, mapping) in enumerate(prepared):
        target = folder / f"{number}.nt"
        done.append(map_table(table, mapping, context, target))
        triples.append(short(target.read_text().splitlines()))
    return done, triples


def short(lines: Iterable[str]) -> set[str]:
    return {
        line.replace(f"{BASE}/", "").replace("https://w3id.org/hubgraph/", "").removesuffix(" .")
        for line in lines
    }


def reasons(mapped: Mapped) -> list[tuple[int, str, str, str, str]]:
    return [(issue.row, issue.column, issue.value, issue.action, issue.reason) for issue in mapped.issues]


def test_a_school_row_becomes_a_school_with_its_codes_and_place(tmp_path: Path) -> None:
    row = "100000,Hartsmead School,1,34,2,202,01-09-2011,,10012345,530000,180000,ab1 2cd\n"
    (mapped,), (triples,) = load(tmp_path, ("schools.csv", SCHOOLS + row))
    assert mapped.issues == ()
    about = {line for line in triples if line.startswith("<id/school/100000>")}
    assert "<id/school/100000> <ns#phase> <code/phase/2>" in about
    assert '<id/school/100000> <ns#openDate> "2011-09-01"^^<http://www.w3.org/2001/XMLSchema#date>' in about
    assert '<id/school/100000> <ns#postcode> "AB1 2CD"' in about
    assert any("wgs84_pos#lat" in line and '"51.50' in line for line in about)


def test_an_impossible_date_refuses_the_row_and_names_it(tmp_path: Path) -> None:
    rows = "100000,A,1,34,2,202,31-02-2001,,,,,\n100001,B,1,34,2,202,,,,,,\n"
    (mapped,), (triples,) = load(tmp_path, ("schools.csv", SCHOOLS + rows))
    assert reasons(mapped) == [(2, "OpenDate", "31-02-2001", "refused", "This is not a date that exists.")]
    assert (mapped.rows_read, mapped.rows_refused) == (2, 1)
    assert not any("id/school/100000>" in line for line in triples)


def test_the_second_row_with_a_urn_is_refused(tmp_path: Path) -> None:
    rows = "100000,First,1,34,2,202,,,,,,\n100000,Second,1,34,2,202,,,,,,\n"
    (mapped,), (triples,) = load(tmp_path, ("schools.csv", SCHOOLS + rows))
    assert [(issue.row, issue.action) for issue in mapped.issues] == [(3, "refused")]
    assert '<id/school/100000> <http://www.w3.org/2000/01/rdf-schema#label> "First"' in triples
    assert not any('"Second"' in line for line in triples)


def test_an_unknown_code_of_an_open_list_loads_with_a_warning(tmp_path: Path) -> None:
    (mapped,), (triples,) = load(tmp_path, ("schools.csv", SCHOOLS + "100000,A,1,777,2,202,,,,,,\n"))
    assert [(issue.column, issue.value, issue.action) for issue in mapped.issues] == [
        ("TypeOfEstablishment (code)", "777", "repaired")
    ]
    assert "<id/school/100000> <ns#establishmentType> <code/establishment-type/777>" in triples


def test_an_unknown_code_of_a_closed_list_refuses_the_row(tmp_path: Path) -> None:
    (mapped,), (triples,) = load(tmp_path, ("organisations.csv", "id,name,kind\na,Alpha,castle\n"))
    assert reasons(mapped) == [(2, "kind", "castle", "refused", "'organisation-kind' has no such code.")]
    assert triples == set()


def test_a_float_mangled_company_number_is_mended_and_reported(tmp_path: Path) -> None:
    (mapped,), (triples,) = load(tmp_path, ("groups.csv", GROUPS + "1234.0,Alpha Trust,6,OPEN,7318714.0,,\n"))
    assert '<id/trust/1234> <ns#companiesHouseNumber> "07318714"' in triples
    assert {(issue.column, issue.value, issue.reason) for issue in mapped.issues} == {
        ("Group UID", "1234.0", "Read as 1234."),
        ("Companies House Number", "7318714.0", "Read as 07318714."),
    }
    assert (mapped.rows_refused, mapped.rows_repaired) == (0, 1)


def test_the_first_of_january_1900_is_an_unknown_date(tmp_path: Path) -> None:
    (mapped,), (triples,) = load(tmp_path, ("groups.csv", GROUPS + "12,Alpha,1,OPEN,,01-01-1900,\n"))
    assert mapped.issues == ()
    assert not any("openDate" in line for line in triples)
    assert "<id/group/12> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <ns#Federation>" in triples


def test_a_closing_before_the_opening_refuses_the_row(tmp_path: Path) -> None:
    (mapped,), _ = load(tmp_path, ("groups.csv", GROUPS + "12,Alpha,1,CLOSED,,01-09-2010,01-09-2009\n"))
    assert [(issue.row, issue.reason) for issue in mapped.issues] == [
        (2, "'Closed Date' is before 'Open date'.")
    ]


def test_a_group_link_points_to_a_trust_or_a_group_as_its_type_says(tmp_path: Path) -> None:
    rows = "100000,1,One,Multi-academy trust,,01-09-2012,S\n100000,2,Two,Federation,,01-01-1900,S\n"
    _, (triples,) = load(tmp_path, ("alllinks.csv", LINKS + rows))
    assert "<id/affiliation/100000-1> <http://www.w3.org/ns/org#organization> <id/trust/1>" in triples
    assert "<id/affiliation/100000-2> <http://www.w3.org/ns/org#organization> <id/group/2>" in triples
    assert not any("100000-2> <https://schema.org/startDate>" in line for line in triples)


def test_the_layout_with_linked_uid_is_read_like_the_other(tmp_path: Path) -> None:
    text = '"URN","Linked UID","Group Name","Group Type","Closed Date","Joined date","EstablishmentName"\n'
    _, (triples,) = load(
        tmp_path, ("old.csv", text + '100000,3571,"X","Single-academy trust","","01-09-2010","S"\n')
    )
    assert "<id/affiliation/100000-3571> <http://www.w3.org/ns/org#organization> <id/trust/3571>" in triples


def test_predecessor_and_successor_rows_of_a_cycle_are_both_kept(tmp_path: Path) -> None:
    rows = "100000,100001,B,Predecessor,01-01-2020\n100001,100000,A,Predecessor,\n100002,100003,,Successor,\n"
    (mapped,), (triples,) = load(
        tmp_path, ("links.csv", "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n" + rows)
    )
    assert mapped.rows_refused == 0
    original = "<http://www.w3.org/ns/org#originalOrganization>"
    assert f"<id/link/100000-100001-predecessor> {original} <id/school/100001>" in triples
    assert f"<id/link/100001-100000-predecessor> {original} <id/school/100000>" in triples
    assert f"<id/link/100002-100003-successor> {original} <id/school/100002>" in triples


def test_a_template_reference_that_nothing_explains_refuses_its_row(tmp_path: Path) -> None:
    (mapped,), _ = load(
        tmp_path, ("participations.csv", "activity,organisation,part\nno-such-hub,urn:100000,lead\n")
    )
    assert reasons(mapped) == [
        (
            2,
            "activity",
            "no-such-hub",
            "refused",
            "No hub or programme or project with the id 'no-such-hub' is in the data.",
        )
    ]


def test_a_urn_that_no_source_has_is_linked_all_the_same(tmp_path: Path) -> None:
    done, triples = load(
        tmp_path,
        ("hubs.csv", "id,name,programme,area\nh,Hub H,p,London\n"),
        ("programmes.csv", "id,name\np,Programme P\n"),
        ("participations.csv", "activity,organisation,part,start_date\nh,urn:100000,lead,2020-09-01\n"),
    )
    assert [mapped.issues for mapped in done] == [(), (), ()]
    assert "<id/hub/h> <ns#underProgramme> <id/programme/p>" in triples[0]
    assert "<id/hub/h> <https://schema.org/areaServed> <code/region/H>" in triples[0]
    key = "<id/participation/h-urn-100000-lead-2020-09-01>"
    assert f"{key} <http://www.w3.org/ns/org#member> <id/school/100000>" in triples[2]
    assert f"{key} <http://www.w3.org/ns/org#role> <code/participation-role/lead>" in triples[2]


def test_a_hub_of_a_project_is_under_the_projects_programme(tmp_path: Path) -> None:
    _, triples = load(
        tmp_path,
        ("hubs.csv", "id,name,programme,area\nh,Hub H,j,\n"),
        ("projects.csv", "id,name,programme,lead\nj,Project J,p,urn:100000\n"),
        ("programmes.csv", "id,name\np,Programme P\n"),
    )
    assert {
        "<id/hub/h> <ns#underProgramme> <id/programme/p>",
        "<id/hub/h> <ns#partOfProject> <id/project/j>",
    } <= triples[0]
    assert "<id/participation/j-lead> <http://www.w3.org/ns/org#member> <id/school/100000>" in triples[1]


def test_a_source_is_a_row_of_sources_or_free_text(tmp_path: Path) -> None:
    _, triples = load(
        tmp_path,
        ("sources.csv", "id,title,licence\ns1,Report,OGL v3.0\n"),
        (
            "organisations.csv",
            'id,name,kind,source\na,Alpha,charity,s1\nb,Beta,charity,"Letter of ""May"""\n',
        ),
    )
    source = "<http://purl.org/dc/terms/source>"
    assert f"<id/organisation/a> {source} <id/source/s1>" in triples[1]
    assert f'<id/organisation/b> {source} "Letter of \\"May\\""' in triples[1]
    assert '<id/source/s1> <http://purl.org/dc/terms/rights> "OGL v3.0"' in triples[0]


def test_an_organisation_with_the_urn_of_a_known_school_adds_no_second_name(tmp_path: Path) -> None:
    organisations = (
        "organisations.csv",
        "id,name,kind,urn\na,Other name,school,100000\nb,Only here,school,100009\n",
    )
    _, triples = load(
        tmp_path, organisations, ("schools.csv", SCHOOLS + "100000,Real name,1,34,2,202,,,,,,\n")
    )
    assert not any('"Other name"' in line for line in triples[0])
    assert '<id/school/100009> <http://www.w3.org/2000/01/rdf-schema#label> "Only here"' in triples[0]


def test_eligible_schools_take_part_as_eligible(tmp_path: Path) -> None:
    _, (triples,) = load(tmp_path, ("rise.csv", "URN,name_gias\n112543,Birk Hill\n"))
    assert (
        "<id/participation/rise-112543> <http://www.w3.org/ns/org#role> <code/participation-role/eligible>"
        in triples
    )
    assert '<id/programme/rise> <http://www.w3.org/2000/01/rdf-schema#label> "RISE"' in triples


def test_a_programme_is_named_by_the_template_where_it_has_it(tmp_path: Path) -> None:
    _, triples = load(
        tmp_path,
        ("rise.csv", "URN,name_gias\n112543,Birk Hill\n"),
        ("programmes.csv", "id,name\nrise,RISE programme\n"),
    )
    assert not any(line.startswith("<id/programme/rise>") for line in triples[0])
    assert '<id/programme/rise> <http://www.w3.org/2000/01/rdf-schema#label> "RISE programme"' in triples[1]


def test_a_training_body_is_named_once_and_not_where_another_file_has_it(tmp_path: Path) -> None:
    header = "accredited_provider_name,accredited_provider_provider_code,training_partner_name,training_partner_provider_code,start_date,end_date,accredited_provider_ukprn,accredited_provider_urn,training_partner_ukprn,training_partner_urn\n"
    rows = "Uni,U1,Partner,P1,2019-08-01T00:00:00Z,,10007777,,,\nUniversity,U1,Elmway SCITT,P2,2019-08-01T00:00:00Z,,10007777,,10001111,\n"
    _, triples = load(
        tmp_path,
        ("itt.csv", header + rows),
        ("groups.csv", GROUPS.replace("Open date", "UKPRN") + "5,ELMWAY LEARNING TRUST,6,OPEN,,10001111,\n"),
    )
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    assert {line for line in triples[0] if line.startswith("<id/organisation/") and label in line} == {
        f'<id/organisation/ukprn-10007777> {label} "Uni"',
        f'<id/organisation/itt-P1> {label} "Partner"',
    }
    assert "<id/participation/itt-U1-P2> <http://www.w3.org/ns/org#member> <id/trust/5>" in triples[0]


def test_a_body_that_leads_and_takes_part_keeps_its_first_name(tmp_path: Path) -> None:
    header = "accredited_provider_name,accredited_provider_provider_code,training_partner_name,training_partner_provider_code,accredited_provider_ukprn,accredited_provider_urn,training_partner_ukprn,training_partner_urn\n"
    rows = "Uni,U1,Beta,B1,10007777,,10008888,\nBeta SCITT,B1,Uni of X,U1,10008888,,10007777,\n"
    _, (triples,) = load(tmp_path, ("itt.csv", header + rows))
    labels = [line for line in triples if line.startswith("<id/organisation/") and "#label>" in line]
    assert sorted(label.split()[-1] for label in labels) == ['"Uni"', 'SCITT"']


ITT = "accredited_provider_name,accredited_provider_provider_code,training_partner_name,training_partner_provider_code,accredited_provider_ukprn,accredited_provider_urn,training_partner_ukprn,training_partner_urn\n"
WITH_UKPRN = "URN,EstablishmentName,EstablishmentStatus (code),TypeOfEstablishment (code),PhaseOfEducation (code),LA (code),UKPRN\n"


@pytest.mark.parametrize(
    ("schools", "provider", "joined"),
    [
        pytest.param(
            "100000,Willowmere School,1,34,2,202,10007777\n",
            "University of Fenwick",
            False,
            id="a university's number on a partner school",
        ),
        pytest.param(
            "100000,Willowmere School,1,34,2,202,10007777\n",
            "Willowmere SCITT",
            True,
            id="the school's own training",
        ),
        pytest.param(
            "100000,Willowmere School,1,34,2,202,10007777\n100001,Willowmere Infants,1,34,2,202,10007777\n",
            "Willowmere SCITT",
            False,
            id="two records whose names agree",
        ),
        pytest.param(
            "100000,Willowmere School,1,34,2,202,10007777\n100001,Oakmere School,1,34,2,202,10007777\n",
            "Willowmere SCITT",
            True,
            id="one of two whose name agrees",
        ),
    ],
)
def test_a_ukprn_joins_only_the_one_record_whose_name_agrees(
    tmp_path: Path, schools: str, provider: str, *, joined: bool
) -> None:
    _, triples = load(
        tmp_path,
        ("itt.csv", f"{ITT}{provider},U1,Partner,P1,10007777,,,\n"),
        ("schools.csv", WITH_UKPRN + schools),
    )
    wanted = "school/100000" if joined else "organisation/ukprn-10007777"
    leads = {
        line.split()[-1]
        for line in triples[0]
        if line.startswith("<id/participation/itt-U1-lead> <http://www.w3.org/ns/org#member>")
    }
    assert leads == {f"<id/{wanted}>"}
    named = f'<id/organisation/ukprn-10007777> <http://www.w3.org/2000/01/rdf-schema#label> "{provider}"'
    assert (named in triples[0]) is not joined


def test_a_ukprn_that_stands_for_several_records_refuses_the_row_that_means_one_of_them(
    tmp_path: Path,
) -> None:
    schools = "100000,Willowmere School,1,34,2,202,10007777\n100001,Oakmere School,1,34,2,202,10007777\n"
    (mapped, _, _, _), _ = load(
        tmp_path,
        ("participations.csv", "activity,organisation,part\nh,ukprn:10007777,partner\n"),
        ("hubs.csv", "id,name,programme,area\nh,Hub H,p,\n"),
        ("programmes.csv", "id,name\np,Programme P\n"),
        ("schools.csv", WITH_UKPRN + schools),
    )
    assert reasons(mapped) == [
        (
            2,
            "organisation",
            "ukprn:10007777",
            "refused",
            "2 records have the number ukprn:10007777 (school/100000, school/100001), so it tells none of them.",
        )
    ]


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("Saint Joseph’s College SCITT", "St Joseph's College", True),
        ("BRIGHT MEADOWS EDUCATIONAL TRUST", "Bright Meadows SCITT", True),
        ("University of Fenwick", "Fenwick High School", False),
        ("University of Fenwick", "The University of Fenwick", True),
        ("The Teaching School", "The Learning Trust", False),
        ("The Learning Trust", "the learning trust", True),
        ("Ânwick & Bray SCITT", "Anwick and Bray Academy", True),
        ("Oak Lane School", "Oak Road School", False),
    ],
)
def test_names_agree_where_the_telling_words_of_one_are_all_in_the_other(
    one: str, other: str, *, agree: bool
) -> None:
    assert names_agree(one, other) is agree
    assert names_agree(other, one) is agree


def test_districts_of_a_hub_are_found_by_name_and_parts_of_one_are_told_apart(tmp_path: Path) -> None:
    header = "URN,EstablishmentName,EstablishmentStatus (code),TypeOfEstablishment (code),PhaseOfEducation (code),LA (code),DistrictAdministrative (code),DistrictAdministrative (name)\n"
    rows = '100000,A,1,34,2,202,E07000001,Fenwick\n100001,B,1,34,2,202,E06000019,"Herefordshire, County of"\n100002,C,1,34,2,202,E08000025,Birmingham\n'
    (hubs, _), (triples, _) = load(
        tmp_path,
        (
            "hubs.csv",
            "area,hub_name,lead_school_urn,lead_school_name,areas_served,districts,website\nX1,Hub,100000,A,Fen,Fenwick;Herefordshire;Birmingham North;Atlantis,\n",
        ),
        ("schools.csv", header + rows),
    )
    held = {tuple(line.split()[1:]) for line in triples if line.startswith("<id/area/X1> <ns#covers")}
    assert held == {
        ("<ns#covers>", "<id/area/E07000001>"),
        ("<ns#covers>", "<id/area/E06000019>"),
        ("<ns#coversPartOf>", "<id/area/E08000025>"),
    }
    assert reasons(hubs) == [
        (
            2,
            "districts",
            "Atlantis",
            "repaired",
            "No area named 'Atlantis' is in the data. The value was left out.",
        )
    ]


def test_every_row_that_loses_a_value_counts_though_one_line_says_it(tmp_path: Path) -> None:
    heads = "Identifier,Title,Currency,Amount Awarded,Award Date,Recipient Org:Identifier,Funding Org:Identifier,Grant Programme:Code\n"
    codes = ["E", "E", "", "E", "F", "F", "G"]
    rows = "".join(
        f"a{number},Books,GBP,{amount},2024-06-05,GB-CHC-1234567,GB-CHC-7654321,{code}\n"
        for number, (code, amount) in enumerate(zip(codes, ["10"] * 6 + ["much"], strict=True))
    )
    (mapped,), _ = load(tmp_path, ("awards.csv", heads + rows))
    # The last row is refused for its amount: what it lost besides does not count again.
    assert (mapped.rows_refused, mapped.rows_repaired, mapped.rows_left_out) == (1, 5, 5)
    left_out = [issue for issue in mapped.issues if "left out" in issue.reason]
    assert [(issue.row, issue.value) for issue in left_out] == [(2, "E"), (6, "F"), (8, "G")]
    assert "The same holds for 2 more rows." in left_out[0].reason
    assert "The same holds for 1 more row." in left_out[1].reason
    file = FileSummary("awards.csv", "Awards", 7, 1, 5, 9, "", mapped.rows_left_out)
    lines = LoadSummary("", "2024-06-05", 9, (file,), (), mapped.issues, (), ()).lines()
    assert next(lines).startswith(
        "awards.csv: Awards: 7 rows read, 1 refused, 5 repaired (5 of them without a value that was left out), 9 triples"
    )


def test_a_link_missing_from_the_newer_file_ends_when_it_was_last_seen(tmp_path: Path) -> None:
    mapping = BY_KEY["gias-group-links"]
    old_rows = "100000.0,1,One,Federation,,01-09-2012,A\n100001,1,One,Federation,,01-09-2019,B\n100002,9,Nine,Trust,,,C\n"
    new_rows = "100000,1,One,Federation,,01-09-2012,A\n"
    older = prepare(parse_table(LINKS + old_rows, "old.csv"), mapping)
    newer = prepare(parse_table(LINKS + new_rows, "new.csv"), mapping)
    ended = ended_links(older, [newer], mapping, "2017-04-03")
    mapped = map_table(ended, mapping, MapContext(BASE, CODES, Registry(BASE)), tmp_path / "old.nt")
    triples = short((tmp_path / "old.nt").read_text().splitlines())
    end = "<https://schema.org/endDate>"
    assert not any("100000-1>" in line for line in triples)
    assert f'<id/affiliation/100001-1> {end} "2019-09-01"^^<http://www.w3.org/2001/XMLSchema#date>' in triples
    assert "<id/affiliation/100001-1> <ns#endKnowledge> <code/end-knowledge/inferred>" in triples
    assert "<id/affiliation/100002-9> <ns#endKnowledge> <code/end-knowledge/open>" in triples
    assert mapped.rows_read == 3


def test_a_file_of_which_only_the_year_is_known_ends_links_in_that_year(tmp_path: Path) -> None:
    mapping = BY_KEY["gias-group-links"]
    old_rows = "100001,1,One,Federation,,01-09-2012,A\n100002,1,One,Federation,,01-09-2019,B\n100003,1,One,Federation,31-08-2016,,C\n"
    older = prepare(parse_table(LINKS + old_rows, "old_2017.csv"), mapping)
    newer = prepare(parse_table(LINKS + "100009,1,One,Federation,,01-09-2012,Z\n", "new.csv"), mapping)
    ended = ended_links(older, [newer], mapping, "2017")
    map_table(ended, mapping, MapContext(BASE, CODES, Registry(BASE)), tmp_path / "old.nt")
    triples = short((tmp_path / "old.nt").read_text().splitlines())
    held = {
        tuple(line.split()[:3])
        for line in triples
        if "#endYear>" in line or "/endDate>" in line or "endKnow" in line
    }
    xsd, end, known = "<http://www.w3.org/2001/XMLSchema", "<https://schema.org/endDate>", "<ns#endKnowledge>"
    assert held == {
        ("<id/affiliation/100001-1>", "<ns#endYear>", f'"2017"^^{xsd}#gYear>'),
        ("<id/affiliation/100001-1>", end, f'"2017-12-31"^^{xsd}#date>'),
        ("<id/affiliation/100001-1>", known, "<code/end-knowledge/inferred>"),
        ("<id/affiliation/100002-1>", end, f'"2019-09-01"^^{xsd}#date>'),
        ("<id/affiliation/100002-1>", known, "<code/end-knowledge/inferred>"),
        ("<id/affiliation/100003-1>", end, f'"2016-08-31"^^{xsd}#date>'),
        ("<id/affiliation/100003-1>", known, "<code/end-knowledge/known>"),
    }


def test_publications_and_evaluations_take_a_year_and_keep_it_one(tmp_path: Path) -> None:
    heads = "id,programme,status,published_on,source\n"
    programmes = ("programmes.csv", "id,name\np,Programme\n")
    rows = "a,p,published,2015,X\nb,p,published,30/11/2022,X\nc,p,published,2022-13-01,X\nd,p,published,20155,X\n"
    (mapped, _), (triples, _) = load(tmp_path, ("evaluations.csv", heads + rows), programmes)
    days = {line.split()[0]: line.split()[2] for line in triples if "#publishedOn>" in line}
    xsd = "<http://www.w3.org/2001/XMLSchema"
    assert days == {
        "<id/evaluation/a>": f'"2015"^^{xsd}#gYear>',
        "<id/evaluation/b>": f'"2022-11-30"^^{xsd}#date>',
    }
    assert [(row, action) for row, _, _, action, _ in reasons(mapped)] == [(4, "refused"), (5, "refused")]


def test_a_faulty_mapping_is_an_error_with_its_file_and_place(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("source: {key: Mine, title: Mine}\nrecognise: {require: [a]}\nrecords: []\n")
    with pytest.raises(MappingError, match=r"mine\.yaml, at "):
        read_mappings(tmp_path)


CELL = st.sampled_from(
    [
        "",
        "100000",
        "100001",
        "1",
        "2",
        "6",
        "OPEN",
        "x",
        "31-02-2001",
        "01-09-2010",
        "01-09-2009",
        "01-01-1900",
        "a b",
    ]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELL, CELL, CELL, CELL, CELL, CELL, CELL), max_size=8))
def test_every_row_is_mapped_or_refused(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    text = GROUPS + "".join(",".join(row) + "\n" for row in rows)
    (mapped,), _ = load(tmp_path, ("groups.csv", text))
    refused = {issue.row for issue in mapped.issues if issue.action == "refused"}
    made = set(mapped.subjects["row"])
    assert len(refused) == mapped.rows_refused
    assert not refused & made
    assert len(refused) + len(made) == mapped.rows_read
