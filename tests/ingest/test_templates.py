"""Rows of the templates become records, and what is wrong with a row is said with file, row, column and fix."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FILES: dict[str, str] = {
    "programmes.csv": "id,name\np,Programme P\n",
    "projects.csv": "id,name,programme\nj,Project J,p\n",
    "hubs.csv": "id,name,programme\nh,Hub H,p\n",
    "organisations.csv": "id,name,kind\na,Alpha,charity\nb,Beta,company\n",
    "appointments.csv": "id,forename_1,surname,organisation,role\nm,Ann,Example,a,Trustee\n",
    "declarations.csv": "id,appointment,declared_to\nd,m,a\n",
}
XSD = "^^<w3:2001/XMLSchema#"


@pytest.fixture
def tables(tmp_path: Path, map_files: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that maps the common tables together with the given ones."""

    def mapped(**texts: str) -> Any:  # noqa: ANN401  the record of the shared fixture
        folder = tmp_path / "tables"
        folder.mkdir()
        for name, text in {**FILES, **{f"{name}.csv": text for name, text in texts.items()}}.items():
            (folder / name).write_text(text, encoding="utf-8")
        return map_files(folder)

    return mapped


def test_an_appointment_is_held_by_a_person_record_of_its_own(tables: Callable[..., Any]) -> None:
    row = "m,Dr,Ann,Mary,Example,h,chair of trustees,01/09/2020,2024-08-31,a,ann,Letter of May\n"
    done = tables(
        appointments="id,title,forename_1,forename_2,surname,organisation,role,start_date,end_date,appointed_by,person,source\n"
        + row
    )
    assert done.issues == []
    me = "<id/appointment/m>"
    assert {line for line in done.triples if line.startswith(me[:-1])} == {
        f"{me} <w3:1999/02/22-rdf-syntax-ns#type> <ns#Appointment>",
        f'{me} <w3:2000/01/rdf-schema#label> "Ann Mary Example, chair of trustees"',
        f"{me} <w3:ns/org#member> <id/appointment/m#person>",
        f"{me} <w3:ns/org#organization> <id/hub/h>",
        f"{me} <w3:ns/org#role> <code/governance-role/3>",
        f'{me} <https://schema.org/startDate> "2020-09-01"{XSD}date>',
        f'{me} <https://schema.org/endDate> "2024-08-31"{XSD}date>',
        f"{me} <ns#endKnowledge> <code/end-knowledge/known>",
        f"{me} <ns#appointedBy> <id/organisation/a>",
        f'{me} <http://purl.org/dc/terms/source> "Letter of May"',
        "<id/appointment/m#person> <w3:1999/02/22-rdf-syntax-ns#type> <ns#PersonRecord>",
        '<id/appointment/m#person> <ns#title> "Dr"',
        '<id/appointment/m#person> <ns#forename1> "Ann"',
        '<id/appointment/m#person> <ns#forename2> "Mary"',
        '<id/appointment/m#person> <http://xmlns.com/foaf/0.1/familyName> "Example"',
        '<id/appointment/m#person> <http://xmlns.com/foaf/0.1/name> "Ann Mary Example"',
        '<id/appointment/m#person> <ns#personKey> "ann"',
    }


@pytest.mark.parametrize(
    ("given", "term"),
    [
        ("Elected by parents", "<code/appointing-body/5>"),
        ("5", "<code/appointing-body/5>"),
        ("b", "<id/organisation/b>"),
        ("urn:100000", "<id/school/100000>"),
        ("uid:1234", "<id/trust/1234>"),
    ],
)
def test_who_appoints_is_a_code_a_label_or_a_reference(
    tables: Callable[..., Any], given: str, term: str
) -> None:
    done = tables(
        appointments=f"id,forename_1,surname,organisation,role,appointed_by\nm,Ann,Example,a,Trustee,{given}\n",
        organisations="id,name,kind,uid\na,Alpha,charity,\nb,Beta,company,\nt,Trust,trust,1234\n",
    )
    assert done.issues == []
    assert f"<id/appointment/m> <ns#appointedBy> {term}" in done.triples


def test_an_appointing_body_that_no_list_has_loads_with_a_warning(tables: Callable[..., Any]) -> None:
    done = tables(
        appointments="id,forename_1,surname,organisation,role,appointed_by\nm,Ann,Example,a,Trustee,The harbour master\n"
    )
    assert [(issue.action, issue.column) for issue in done.issues] == [("repaired", "appointed_by")]
    assert "<id/appointment/m> <ns#appointedBy> <code/appointing-body/the-harbour-master>" in done.triples


def test_an_award_links_funder_recipient_programme_hub_and_what_it_passes_on(
    tables: Callable[..., Any],
) -> None:
    header = "Identifier,Title,Currency,Amount Awarded,Award Date,Planned Dates:Start Date,Planned Dates:End Date,Recipient Org:Identifier,Recipient Org:Name,Funding Org:Identifier,Funding Org:Name,Grant Programme:Code,hub,regrant_of\n"
    rows = 'g1,First,GBP,"10,000.50",01/09/2022,,,GB-EDU-100000,School,a,,p,h,\ng2,,GBP,500,2022-10-01,2022-10-01,2023-10-01,GB-COH-7318714,Gamma Ltd,urn:100000,,,,g1\n'
    done = tables(awards=header + rows)
    assert done.issues == []
    assert {
        "<id/award/g1> <ns#recipient> <id/school/100000>",
        "<id/award/g1> <ns#funder> <id/organisation/a>",
        "<id/award/g1> <ns#underProgramme> <id/programme/p>",
        "<id/award/g1> <ns#toHub> <id/hub/h>",
        f'<id/award/g1> <ns#amountAwarded> "10000.5"{XSD}decimal>',
        f'<id/award/g1> <ns#awardDate> "2022-09-01"{XSD}date>',
        "<id/award/g2> <ns#regrantOf> <id/award/g1>",
        "<id/award/g2> <ns#recipient> <id/organisation/coh-07318714>",
        '<id/award/g2> <w3:2000/01/rdf-schema#label> "Award g2"',
        '<id/organisation/coh-07318714> <w3:2000/01/rdf-schema#label> "Gamma Ltd"',
    } <= done.triples


def test_money_evidence_and_ties_are_linked_to_their_records(tables: Callable[..., Any]) -> None:
    done = tables(
        transactions="id,payer,payee,amount,currency,date,purpose\nt,a,coh:01234567,12.50,,01/02/2024,Chalk\n",
        declarations="id,appointment,declared_to,interest_in,interest_type,nil_return\nd,m,a,b,directorship,no\n",
        mitigations="id,declaration,finding,kind,date,note\nx,d,,recused,2024-01-01,Left the room\ny,,C04-1,other,,\n",
        evaluations="id,programme,evaluator,status,independence\ne,p,b,published,independent\n",
        figures="id,about,measure,value,unit,qualifier\nf,p,spend,686000000,GBP,about\n",
        publications="id,title,about,kind\nq,What we learnt,j,lesson\n",
        events="id,name,host,participants,date\nv,Meeting,a,b; urn:100000,2024-02-07\n",
        supports="id,broker,provider,receiver\ns,a,urn:100000,urn:100001\n",
    )
    assert done.issues == []
    assert {
        "<id/transaction/t> <ns#payee> <id/organisation/coh-01234567>",
        f'<id/transaction/t> <ns#amount> "12.5"{XSD}decimal>',
        '<id/transaction/t> <https://schema.org/currency> "GBP"',
        "<id/declaration/d> <ns#declaredIn> <id/appointment/m>",
        "<id/declaration/d> <ns#interestIn> <id/organisation/b>",
        f'<id/declaration/d> <ns#nilReturn> "false"{XSD}boolean>',
        "<id/mitigation/x> <ns#mitigates> <id/declaration/d>",
        "<id/mitigation/y> <ns#mitigates> <id/finding/C04-1>",
        "<id/mitigation/x> <ns#mitigationKind> <code/mitigation-kind/recused>",
        "<id/evaluation/e> <ns#evaluator> <id/organisation/b>",
        "<id/figure/f> <w3:1999/02/22-rdf-syntax-ns#type> <http://purl.org/linked-data/cube#Observation>",
        "<id/figure/f> <ns#qualifier> <code/figure-qualifier/about>",
        "<id/publication/q> <ns#about> <id/project/j>",
        "<id/event/v> <ns#participant> <id/organisation/b>",
        "<id/event/v> <ns#participant> <id/school/100000>",
        "<id/support/s> <ns#receiver> <id/school/100001>",
    } <= done.triples


BAD = [
    ("appointments", "id,forename_1,surname,organisation,role\nx,Ann,Example,nowhere,Trustee\n", "organisation", "'nowhere' is in the data"),
    ("appointments", "id,forename_1,surname,organisation,role\nx,Ann,Example,a,Wizard\n", "role", "no such code"),
    ("appointments", "id,forename_1,surname,organisation,role\nx,,Example,a,Trustee\n", "forename_1", "is empty"),
    ("appointments", "id,forename_1,surname,organisation,role,start_date,end_date\nx,A,E,a,4,2024-01-02,2024-01-01\n", "end_date", "before 'start_date'"),
    ("awards", "Identifier,Currency,Amount Awarded,Award Date,Recipient Org:Identifier,Funding Org:Identifier\nx,GBP,lots,2024-01-01,a,b\n", "Amount Awarded", "not a number"),
    ("awards", "Identifier,Currency,Amount Awarded,Award Date,Recipient Org:Identifier,Funding Org:Identifier\nx,GBP,-1,2024-01-01,a,b\n", "Amount Awarded", "not between 0"),
    ("awards", "Identifier,Currency,Amount Awarded,Award Date,Recipient Org:Identifier,Funding Org:Identifier\nx,pounds,1,2024-01-01,a,b\n", "Currency", "form of this column"),
    ("awards", "Identifier,Currency,Amount Awarded,Award Date,Recipient Org:Identifier,Funding Org:Identifier\nx,GBP,1,2024-01-01,nobody,b\n", "Recipient Org:Identifier", "'nobody' is in the data"),
    ("awards", "Identifier,Currency,Amount Awarded,Award Date,Recipient Org:Identifier,Funding Org:Identifier,hub\nx,GBP,1,2024-01-01,a,b,p\n", "hub", "No hub with the id 'p'"),
    ("awards", "Identifier,Currency,Amount Awarded,Award Date,Recipient Org:Identifier,Funding Org:Identifier,regrant_of\nx,GBP,1,2024-01-01,a,b,zz\n", "regrant_of", "No award with the id 'zz'"),
    ("awards", "Identifier,Currency,Amount Awarded,Award Date,Recipient Org:Identifier,Funding Org:Identifier,Planned Dates:Start Date,Planned Dates:End Date\nx,GBP,1,2024-01-01,a,b,2024-02-02,2024-02-01\n", "Planned Dates:End Date", "before"),
    ("transactions", "id,payer,payee,amount,date\nx,a,b,£12,2024-01-01\n", "amount", "not a number"),
    ("transactions", "id,payer,payee,amount,date\nx,a,nobody,12,2024-01-01\n", "payee", "'nobody' is in the data"),
    ("transactions", "id,payer,payee,amount,date\nx,a,b,12,31/02/2024\n", "date", "not a date that exists"),
    ("declarations", "id,appointment,declared_to\nx,gid:55,a\n", "appointment", "No appointment with the id 'gid:55'"),
    ("declarations", "id,appointment,declared_to,nil_return\nx,m,a,perhaps\n", "nil_return", "not yes or no"),
    ("declarations", "id,appointment,declared_to,start_date,end_date\nx,m,a,2024-01-02,2024-01-01\n", "end_date", "before"),
    ("mitigations", "id,declaration,kind\nx,nothing,recused\n", "declaration", "No declaration with the id 'nothing'"),
    ("mitigations", "id,declaration,kind\nx,d,prayed\n", "kind", "no such code"),
    ("mitigations", "id,declaration,finding,kind\nx,,,recused\n", "declaration", "'declaration' and 'finding' are empty"),
    ("evaluations", "id,programme,status\nx,p,perhaps\n", "status", "no such code"),
    ("evaluations", "id,programme,status\nx,nothing,scoping\n", "programme", "No programme with the id 'nothing'"),
    ("figures", "id,about,measure,value\nx,p,spend,lots\n", "value", "not a number"),
    ("figures", "id,about,measure,value,period_start,period_end\nx,p,spend,1,2024-01-02,2024-01-01\n", "period_end", "before"),
    ("figures", "id,about,measure,value,qualifier\nx,p,spend,1,roughly\n", "qualifier", "no such code"),
    ("publications", "id,title,about,kind\nx,T,p,novel\n", "kind", "no such code"),
    ("publications", "id,title,about\nx,T,a\n", "about", "No hub or programme or project with the id 'a'"),
    ("events", "id,name,participants\nx,N,a;nobody\n", "participants", "'nobody' is in the data"),
    ("supports", "id,provider,receiver\nx,a,\n", "receiver", "is empty"),
    ("supports", "id,provider,receiver,start_date,end_date\nx,a,b,2024-01-02,2024-01-01\n", "end_date", "before"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "column", "said"), BAD)
def test_a_bad_row_is_refused_with_its_place_and_a_fix(
    tables: Callable[..., Any], name: str, text: str, column: str, said: str
) -> None:
    done = tables(**{name: text})
    wrong = [issue for issue in done.issues if issue.file == f"{name}.csv"]
    assert [(issue.row, issue.column, issue.action) for issue in wrong] == [(2, column, "refused")]
    assert said in wrong[0].reason
    assert wrong[0].fix
    assert not any("/x>" in line for line in done.triples)


REQUIRED = {
    "appointments": "id forename_1 surname organisation role",
    "transactions": "id payer payee amount date",
    "declarations": "id appointment declared_to",
    "mitigations": "id kind declaration",
    "evaluations": "id programme status",
    "figures": "id about measure value",
    "publications": "id title about",
    "events": "id name",
    "supports": "id provider receiver",
}


@pytest.mark.parametrize(
    ("name", "column"), [(name, column) for name, columns in REQUIRED.items() for column in columns.split()]
)
def test_a_template_without_a_required_column_is_skipped_and_the_column_named(
    tables: Callable[..., Any], name: str, column: str
) -> None:
    header = [given for given in REQUIRED[name].split() if given != column]
    done = tables(**{name: ",".join([*header, "note"]) + "\n" + ",".join(["1"] * (len(header) + 1)) + "\n"})
    assert f"'{column}'" in done.skipped[f"{name}.csv"]


def test_the_first_of_two_files_with_one_key_counts(tmp_path: Path, map_files: Callable[..., Any]) -> None:
    for folder, amount in (("one", "10"), ("two", "20")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "organisations.csv").write_text(
            f"id,name,kind\n{folder}-a,A,charity\n{folder}-b,B,charity\n"
        )
        (tmp_path / folder / "transactions.csv").write_text(
            f"id,payer,payee,amount,date\nt,{folder}-a,{folder}-b,{amount},2024-01-01\n"
        )
    done = map_files(tmp_path / "one", tmp_path / "two")
    assert [(file, row, reason) for file, row, _, _, reason in done.said()] == [
        ("two/transactions.csv", 2, "An earlier file has a row with the same id; the first row counts.")
    ]
    assert [line for line in done.triples if "ns#amount>" in line] == [
        f'<id/transaction/t> <ns#amount> "10"{XSD}decimal>'
    ]


def test_a_school_that_two_folders_name_keeps_the_first_name(
    tmp_path: Path, map_files: Callable[..., Any]
) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "organisations.csv").write_text(
            f"id,name,kind,urn\n{folder},Name in {folder},school,100000\n"
        )
    done = map_files(tmp_path)
    assert [line for line in done.triples if "#label>" in line] == [
        '<id/school/100000> <w3:2000/01/rdf-schema#label> "Name in one"'
    ]
