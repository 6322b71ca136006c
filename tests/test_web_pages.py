"""Pages through the test client, over the sourced facts and the fictional borough."""

import re
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hubgraph.web.pages.formatting import formatted, in_words, measure

HTML = {"Accept": "text/html,application/xhtml+xml"}
PAGES = (
    "/",
    "/search",
    "/search?q=fennmouth",
    "/search?q=nothing-is-called-this",
    "/queries",
    "/queries/isolated-schools",
    "/queries/isolated-schools?view=map",
    "/queries/coverage-by-area",
    "/queries/deprivation-of-leads",
    "/queries/trust-schools",
    "/queries/trust-schools?trust=uid:990001",
    "/school/900001",
    "/school/900001?in=org:member",
    "/school/900010",
    "/trust/990001",
    "/la/999",
    "/hub/fennmouth-number-hub",
    "/programme/example-number-hubs",
    "/programme/teaching-schools",
    "/person/number-board-chair",
    "/appointment/tw-accounting-officer",
    "/finding/C04-0797a58d68fb9c21aead",
    "/finding/C08-75829363dfec6e4f2c9b",
    "/matches",
    "/whatif",
    "/sign-in",
    "/award/360G-example-number-pass-1",
    "/evaluation/science-evaluation-isos",
    "/figure/hub-schemes-spend",
    "/event/peer-review-day",
    "/support/support-quayside-dunes",
    "/publication/story-north-reading",
    "/transaction/pay-kelp-2024",
    "/queries/programme-money",
    "/queries/programme-evidence",
    "/queries/disagreeing-sources",
    "/programme/maths-hubs",
    "/organisation/fennmouth-bookboat",
    "/source/fictional-borough",
    "/editor",
    "/editor?query=ASK%7B%7D",
    "/editor?query=SELECT",
    "/data/",
    "/ns",
    "/code/",
    "/code/phase",
    "/code/phase/2",
    "/about",
    "/privacy",
    "/accessibility",
    "/corrections",
    "/nothing-here",
    "/school/999999",
)


class Outline(HTMLParser):
    """What a page is made of: headings, ids, landmarks, and anything that a strict policy would block."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.local: list[str] = []
        self.blocked: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        values = dict(attrs)
        if values.get("id"):
            self.ids.append(str(values["id"]))
        href = values.get("href") or ""
        if href.startswith("#"):
            self.local.append(href[1:])
        if "style" in values or any(name.startswith("on") for name in values):
            self.blocked.append(tag)
        if tag == "style" or (tag == "script" and "src" not in values):
            self.blocked.append(tag)


def get(client: FlaskClient, path: str) -> TestResponse:
    return client.get(path, headers=HTML)


def words(response: TestResponse) -> str:
    """Return the text of a page without tags, white space squeezed."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_h1_its_landmarks_unique_ids_and_nothing_inline(
    client: FlaskClient, path: str
) -> None:
    response = get(client, path)
    outline = Outline(response.text)
    assert response.content_type == "text/html; charset=utf-8"
    assert outline.tags.count("h1") == 1
    assert [outline.tags.count(tag) for tag in ("main", "header", "footer", "title")] == [
        1,
        1,
        1,
        outline.tags.count("title"),
    ]
    assert len(outline.ids) == len(set(outline.ids))
    assert outline.blocked == []
    assert set(outline.local) <= set(outline.ids)
    assert "None</" not in response.text


@pytest.mark.parametrize("path", PAGES)
def test_no_page_points_outside_for_what_it_needs(client: FlaskClient, path: str) -> None:
    needed = re.findall(r'<(?:link|script|img)[^>]+(?:href|src)="([^"]+)"', get(client, path).text)
    assert needed
    assert all(address.startswith(("/", "https://hubs.example.org/")) for address in needed)


def test_every_link_of_the_main_pages_leads_somewhere(client: FlaskClient) -> None:
    seen: set[str] = set()
    for path in PAGES[:-2]:
        seen |= set(re.findall(r'href="(/[^"#]*)', get(client, path).text))
    addresses = sorted({address.replace("&amp;", "&") for address in seen})
    broken = []
    for address in addresses:
        with client.get(address, headers=HTML) as response:
            if response.status_code != 200:
                broken.append(address)
    assert broken == []
    assert len(addresses) > 100


def test_home_counts_what_the_data_hold(client: FlaskClient) -> None:
    text = words(get(client, "/"))
    assert "open schools 20" in text
    assert "hubs 8" in text
    assert "Fictional data included" in text
    assert "Data as of 15 January 2026." in text


def test_home_draws_hubs_in_metres_of_the_national_grid(client: FlaskClient) -> None:
    dots = re.search(r'<path class="dots" d="(M[^"]+)"', get(client, "/").text)
    assert dots is not None
    assert "M6220 -3810h0" in dots[1]


def test_search_lists_hits_by_kind_and_filters_by_it(client: FlaskClient) -> None:
    everything = words(get(client, "/search?q=fennmouth"))
    assert "42 records for “fennmouth”" in everything
    only = words(get(client, "/search?q=fennmouth&kind=hub"))
    assert "7 records for “fennmouth”" in only
    assert "Fennmouth Number Hub" in only


def test_search_has_pages(client: FlaskClient) -> None:
    first, second = (get(client, f"/search?q=fennmouth&page={number}").text for number in (1, 2))
    assert 'rel="next" href="/search?q=fennmouth&amp;page=2"' in first
    assert 'rel="prev" href="/search?q=fennmouth"' in second
    assert first.count('class="tag') > second.count('class="tag')


def test_search_without_a_hit_says_what_was_searched_and_what_to_try(client: FlaskClient) -> None:
    text = words(get(client, "/search?q=nothing-is-called-this"))
    assert "No record fits “nothing-is-called-this”" in text
    assert "as of 15 January 2026, were searched" in text
    assert "Try fewer words" in text


@pytest.mark.parametrize(
    "path", ["/search?q=a&kind=nonsense", "/search?q=fennmouth&page=0", "/search?q=fennmouth&page=99"]
)
def test_search_refuses_what_it_does_not_know(client: FlaskClient, path: str) -> None:
    assert get(client, path).status_code == 400


def test_search_escapes_what_was_typed(client: FlaskClient) -> None:
    assert "<b>" not in get(client, "/search?q=%3Cb%3E").text


def test_catalogue_lists_every_question_by_group(client: FlaskClient) -> None:
    response = get(client, "/queries")
    assert response.text.count('class="card"') >= 10
    assert "Asks for: trust" in words(response)


def test_answer_names_count_date_parameters_and_files(client: FlaskClient) -> None:
    response = get(client, "/queries/isolated-schools")
    text = words(response)
    assert "8 schools As of 15 January 2026." in text
    assert "Isolated in which sense: no hub" in text
    assert "Isolated always means isolated in this data" in text
    for ending in ("csv", "tsv", "json", "ttl", "rq"):
        assert f'href="/queries/isolated-schools.{ending}"' in response.text


def test_record_and_name_share_a_column_that_links_to_the_record(client: FlaskClient) -> None:
    response = get(client, "/queries/isolated-schools")
    link = '<a class="govuk-link" href="/school/900018">Fennmouth Eelgrass Junior School</a><span class="sub">URN 900018</span>'
    assert link in response.text
    assert response.text.count("/school/900018") == 1


def test_answer_sorts_by_link_and_says_so(client: FlaskClient) -> None:
    response = get(client, "/queries/isolated-schools?sort=-name")
    names = re.findall(r'href="/school/\d+">([^<]+)', response.text)
    assert names == sorted(names, reverse=True)
    assert 'aria-sort="descending"' in response.text


def test_required_parameter_is_asked_for_before_it_is_an_error(client: FlaskClient) -> None:
    untouched = get(client, "/queries/trust-schools")
    assert untouched.status_code == 200
    assert "Fill in what is needed" in words(untouched)
    sent_empty = get(client, "/queries/trust-schools?trust=")
    assert sent_empty.status_code == 400
    assert "Trust: a value is needed." in words(sent_empty)


def test_wrong_value_is_a_400_with_summary_field_error_and_example(client: FlaskClient) -> None:
    response = get(client, "/queries/isolated-schools?as_of=soon")
    assert response.status_code == 400
    assert response.text.count("&#39;soon&#39; is not a date") == 2
    assert '<a href="#as_of">' in response.text
    assert 'aria-describedby="as_of-hint as_of-error"' in response.text
    assert "For example: 2026-09-01" in words(response)
    assert 'value="soon"' in response.text


@pytest.mark.parametrize("field", ["sort=nonsense", "view=nonsense", "page=nonsense", "page=9", "nonsense=1"])
def test_unknown_sort_view_page_or_parameter_is_a_400(client: FlaskClient, field: str) -> None:
    response = get(client, f"/queries/isolated-schools?{field}")
    assert response.status_code == 400
    assert "There is a problem" in response.text


def test_empty_answer_states_its_scope(client: FlaskClient) -> None:
    text = words(get(client, "/queries/isolated-schools?phase=1"))
    assert "None in this data." in text
    assert "sources say as of 15 January 2026" in text
    assert "may still exist" in text


def test_chosen_options_stay_chosen(client: FlaskClient) -> None:
    response = get(client, "/queries/isolated-schools?measure=no-tie&phase=2&la=la:999")
    assert '<option value="no-tie" selected>no tie</option>' in response.text
    assert '<option value="2" selected>Primary</option>' in response.text
    assert '<option value="999" selected>Fennmouth (fictional borough)</option>' in response.text


def test_map_view_draws_schools_and_chart_view_draws_bars(client: FlaskClient) -> None:
    assert "8 schools on the map." in words(get(client, "/queries/isolated-schools?view=map"))
    chart = get(client, "/queries/coverage-by-area").text
    assert '<rect width="60.00" height="20"/>' in chart


def test_a_record_in_a_table_is_called_by_its_own_name(client: FlaskClient) -> None:
    html = get(client, "/queries/overlapping-roles").text
    assert '<a class="govuk-link" href="/person/sm-employee">Elowen Harbourlight</a>' in html
    assert ">Members who are also trustees</a>" in html
    assert '<a class="govuk-link" href="/trust/990001">Tidewell Example Learning Trust</a>' in html
    isolated = get(client, "/queries/isolated-schools").text
    assert '<a class="govuk-link" href="/hub/fennmouth-number-hub">Fennmouth Number Hub</a>' in isolated


def test_bars_show_the_ratio_and_not_its_bounds(client: FlaskClient) -> None:
    assert "Ratio (line: 1)" in words(get(client, "/queries/leads-by-group?by=phase"))


def test_rows_that_pair_two_records_are_not_counted_as_records(client: FlaskClient) -> None:
    assert re.search(r"\d+ rows? As of", words(get(client, "/queries/hub-pairs")))
    assert re.search(r"\d+ people As of", words(get(client, "/queries/many-hats")))


def test_the_check_and_the_review_are_linked_from_the_home_page_and_their_questions(
    client: FlaskClient,
) -> None:
    for path in ("/", "/queries"):
        html = get(client, path).text
        assert 'href="/whatif"' in html
        assert 'href="/matches"' in html
    assert 'href="/whatif"' in get(client, "/queries/overlapping-roles").text
    assert 'href="/matches"' in get(client, "/queries/many-hats").text
    assert 'href="/matches"' in get(client, "/data/").text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("100000.00", "100,000"), ("100000", "100,000"), ("12.5", "12.50"), ("0.00", "0"), ("a lot", "a lot")],
)
def test_money_has_decimals_only_where_there_are_pence(text: str, shown: str) -> None:
    assert formatted(text, "money") == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [("5.00", "5"), ("0.9999", "0.9999"), ("1234.567", "1,234.57"), ("0", "0"), ("unknown", "unknown")],
)
def test_a_measure_has_no_more_digits_than_it_needs(text: str, shown: str) -> None:
    assert measure(text) == shown


def test_sentences_of_an_answer_have_dates_and_numbers_as_people_write_them() -> None:
    assert in_words("1157 schools of unknown status.") == "1,157 schools of unknown status."
    assert in_words("Measured on 2026-01-30, the date.") == "Measured on 30 January 2026, the date."
    assert in_words("The id a-2026-01-30 stays.") == "The id a-2026-01-30 stays."


def test_query_text_is_shown_in_colour_without_its_head(client: FlaskClient) -> None:
    response = get(client, "/queries/isolated-schools")
    assert '<span class="k">SELECT</span>' in response.text
    assert "#+" not in response.text
    assert 'href="/editor?query=PREFIX' in response.text


def test_record_shows_facts_ties_map_network_and_sources(client: FlaskClient) -> None:
    response = get(client, "/school/900001")
    text = words(response)
    assert "School, URN 900001 Fennmouth Lighthouse Academy" in text
    assert "Open date 1 September 2014" in text
    assert "Number of pupils 1,180" in text
    assert "Fennmouth Number Hub Hub Lead since 1 September 2021" in text
    assert "easting 622,000 m" in text
    assert "CC0 1.0" in text
    assert "This record is made up for demonstration." in text
    assert '<circle class="ring" cx="6220" cy="-3810"' in response.text


def test_record_offers_its_data_and_questions_about_it(client: FlaskClient) -> None:
    response = get(client, "/trust/990001")
    assert 'href="/queries/trust-schools?trust=uid%3A990001"' in response.text
    assert 'href="/trust/990001.ttl"' in response.text
    assert (
        '<https://hubs.example.org/trust/990001.ttl>; rel="alternate"; type="text/turtle"'
        in response.headers["Link"]
    )


def test_network_is_the_same_each_time_and_links_to_neighbours(client: FlaskClient) -> None:
    first, again = (get(client, f"/school/900001?again={n}").text for n in (1, 2))
    pictures = [re.search(r"<svg [^>]*role=.group.*?</svg>", text, re.DOTALL) for text in (first, again)]
    assert pictures[0] is not None
    assert pictures[1] is not None
    assert pictures[0][0] == pictures[1][0]
    assert '<a href="/hub/fennmouth-number-hub"><title>Fennmouth Number Hub (Hub)</title>' in pictures[0][0]


def test_links_in_have_their_own_pages(client: FlaskClient) -> None:
    response = get(client, "/hub/fennmouth-number-hub?in=org:organization")
    assert "9 records that name Fennmouth Number Hub" in words(response)
    assert get(client, "/hub/fennmouth-number-hub?in=org:nothing").status_code == 404


def test_history_says_which_school_came_before(client: FlaskClient) -> None:
    text = words(get(client, "/school/900010"))
    assert "Fennmouth Harbour Community School URN 900003 Came before" in text


def test_ended_ties_are_marked_as_such(client: FlaskClient) -> None:
    assert "no longer in force" in words(get(client, "/school/900010"))


def test_facts_that_are_not_fictional_carry_no_fictional_banner(client: FlaskClient) -> None:
    assert "This record is made up" not in get(client, "/programme/maths-hubs").text


def test_unknown_record_is_a_404_page_with_ways_on(client: FlaskClient) -> None:
    response = get(client, "/school/999999")
    assert response.status_code == 404
    assert "There is no school with the identifier" in words(response)
    assert 'href="/search"' in response.text


def test_editor_shows_rows_as_a_table_with_links(client: FlaskClient) -> None:
    query = "SELECT ?hub WHERE { ?hub a <https://w3id.org/hubgraph/ns#Hub> } ORDER BY ?hub"
    response = client.get("/editor", query_string={"query": query}, headers=HTML)
    assert "8 rows" in words(response)
    assert 'href="/hub/camden-hub"' in response.text
    assert "&amp;format=csv" in response.text


def test_editor_takes_a_posted_query_too(client: FlaskClient) -> None:
    response = client.post("/editor", data={"query": "ASK {}"}, headers=HTML)
    assert '<h2 class="govuk-heading-m" id="result">Yes</h2>' in response.text


def test_editor_shows_statements_as_turtle(client: FlaskClient) -> None:
    query = "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?s { <https://w3id.org/hubgraph/id/la/999> } ?s ?p ?o }"
    response = client.get("/editor", query_string={"query": query}, headers=HTML)
    assert "Fennmouth (fictional borough)" in response.text
    assert 'aria-label="Statements in Turtle"' in response.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT ?a WHERE { ?a ", "error"),
        ("DELETE WHERE { ?s ?p ?o }", "update"),
        ("SELECT * WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }", "SERVICE"),
    ],
)
def test_editor_keeps_a_refused_query_and_says_why(client: FlaskClient, query: str, said: str) -> None:
    response = client.get("/editor", query_string={"query": query}, headers=HTML)
    assert response.status_code == 400
    assert said.lower() in words(response).lower()
    assert query.replace("<", "&lt;").replace(">", "&gt;") in response.text


def test_data_page_lists_sources_with_date_and_licence(client: FlaskClient) -> None:
    text = words(get(client, "/data/"))
    assert "Fictional borough of Fennmouth: invented example data hubgraph 15 January 2026 CC0 1.0" in text


def test_ontology_page_has_an_anchor_for_every_term(client: FlaskClient) -> None:
    response = get(client, "/ns")
    for term in ("School", "leadsHub", "openDate"):
        assert f'id="{term}"' in response.text


def test_code_page_says_how_many_records_use_it(client: FlaskClient) -> None:
    assert "Phase hg:phase" in words(get(client, "/code/phase/2"))
    assert get(client, "/code/phase/77").status_code == 404
    assert get(client, "/code/nothing").status_code == 404


def test_page_has_an_etag_and_answers_304(client: FlaskClient) -> None:
    first = get(client, "/school/900002")
    again = client.get("/school/900002", headers={**HTML, "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert get(client, "/school/900004").headers["ETag"] != first.headers["ETag"]


def test_error_pages_are_not_kept(client: FlaskClient) -> None:
    response = get(client, "/queries/isolated-schools?as_of=soon")
    assert "ETag" not in response.headers
