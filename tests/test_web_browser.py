"""Pages in Chromium: widths, console, policy, accessibility rules, keyboard, and all of it without JavaScript."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import make_server

from districts import load_schools_in_districts
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.settings import Settings
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.web.app import create_app

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 390, 320)
PAGES = (
    "/",
    "/search",
    "/search?q=fennmouth",
    "/search?q=nothing-is-called-this",
    "/queries",
    "/queries/isolated-schools",
    "/queries/isolated-schools?view=map",
    "/queries/coverage-by-area",
    "/queries/trust-schools",
    "/school/900001",
    "/school/900010",
    "/school/900001?in=org:member",
    "/trust/990001",
    "/la/999",
    "/hub/fennmouth-number-hub",
    "/programme/example-number-hubs",
    "/person/number-board-chair",
    "/finding/C04-0797a58d68fb9c21aead",
    "/finding/C08-75829363dfec6e4f2c9b",
    "/matches",
    "/whatif",
    "/sign-in",
    "/award/360G-example-number-pass-1",
    "/queries/programme-money",
    "/queries/funding-flows",
    "/queries/programme-evidence",
    "/programme/maths-hubs",
    "/source/fictional-borough",
    "/editor",
    "/editor?query=SELECT%20*%20WHERE%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%205",
    "/editor?query=CONSTRUCT%20WHERE%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%205",
    "/data/",
    "/quality",
    "/quality/Hub-lead",
    "/quality/rows",
    "/changes",
    "/shapes",
    "/ns",
    "/code/",
    "/code/phase",
    "/code/phase/2",
    "/about",
    "/privacy",
    "/accessibility",
    "/corrections",
)
MAPS = (
    "/queries/coverage-by-area",
    "/queries/coverage-by-area?area_kind=district",
    "/queries/coverage-by-area?area_kind=region&view=chart",
    "/queries/hub-gaps?area_kind=district",
    "/queries/isolated-schools?view=map",
    "/queries/isolated-schools?view=map&la=la:202",
    "/queries/brokers-for-school?school=urn:900103",
)
"""Pages over the made-up schools in real districts."""
ASKED = {
    "brokers-for-school": "?school=urn:900013",
    "chain-between": "?from=urn:900001&to=urn:900009",
    "evaluations": "?programme=example-reading-hubs",
    "figures-about": "?about=example-number-hubs",
    "hub-growth": "?hub=fennmouth-number-hub",
    "hub-members": "?hub=fennmouth-number-hub",
    "hubs-of-programme": "?programme=example-number-hubs",
    "identifiers": "?organisation=urn:900001",
    "one-tie-schools": "?la=la:999",
    "roles-of-person": "?person=number-board-chair",
    "school-history": "?school=urn:900010",
    "school-on-date": "?school=urn:900001",
    "trust-changes": "?trust=uid:990001",
    "trust-schools": "?trust=uid:990001",
}
"""Questions that need a value → one that has an answer in the fictional borough."""
REFUSED = ("/nothing-here", "/school/999999", "/queries/isolated-schools?as_of=soon", "/editor?query=SELECT")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium at /usr/bin/chromium"),
]


@pytest.fixture(scope="module")
def address(bundled_folder: Path) -> Iterator[str]:
    """Serve the bundled data on a free port and return the address."""
    yield from served(bundled_folder)


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve made-up schools in real districts on a free port and return the address."""
    yield from served(load_schools_in_districts(tmp_path_factory.mktemp("mapped")))


def served(folder: Path) -> Iterator[str]:
    settings = Settings(store=str(folder), operator_contact="desk@hubs.example.org")
    store = EmbeddedStore(folder, settings)
    app = create_app(store, Catalogue.read(content("queries")), settings)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)
    store.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield started
        started.close()


def open_page(browser: Browser, width: int, *, script: bool = True) -> tuple[Page, list[str]]:
    """Return a new page and the list in which its complaints collect: console errors and requests that leave."""
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script)
    page = context.new_page()
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if (
            message.type in ("error", "warning")
            and "the server responded with a status of 4" not in message.text
        ):
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith("http://127.0.0.1:") else complaints.append(request.url)
        ),
    )
    return page, complaints


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_fit_the_width_and_the_browser_has_nothing_to_complain_about(
    browser: Browser, address: str, width: int
) -> None:
    page, complaints = open_page(browser, width)
    too_wide = []
    for path in (*PAGES, *REFUSED):
        page.goto(address + path)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            too_wide.append(path)
    page.context.close()
    assert too_wide == []
    assert complaints == []


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(browser: Browser, address: str, width: int) -> None:
    page, _ = open_page(browser, width)
    found = [fault for path in (*PAGES, *REFUSED) for fault in faults(page, address, path)]
    page.context.close()
    assert not found, "\n".join(map(str, found))


def faults(page: Page, address: str, path: str) -> list[tuple[str, str, list[str]]]:
    """Return path, rule and elements of what axe finds on a page, everything on it unfolded."""
    page.goto(address + path)
    return faults_here(page, path)


def faults_here(page: Page, path: str) -> list[tuple[str, str, list[str]]]:
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")
    results = Axe().run(page, options={"runOnly": RULES})
    return [
        (path, violation["id"], [node["html"][:160] for node in violation["nodes"]][:2])
        for violation in results.response["violations"]
    ]


def questions() -> tuple[str, ...]:
    """Return the path of every saved question, asked so that it answers."""
    saved = Catalogue.read(content("queries")).queries
    return tuple(f"/queries/{slug}{ASKED.get(slug, '')}" for slug in sorted(saved))


@pytest.mark.parametrize("part", range(4))
def test_every_question_fits_the_width_and_axe_finds_nothing(
    browser: Browser, address: str, part: int
) -> None:
    page, complaints = open_page(browser, 390)
    found, too_wide, unanswered = [], [], []
    for path in questions()[part::4]:
        found += faults(page, address, path)
        if page.evaluate("document.documentElement.scrollWidth") > 390:
            too_wide.append(path)
        if not page.locator(".answer-head").count():
            unanswered.append(path)
    page.context.close()
    assert not found, "\n".join(map(str, found))
    assert (too_wide, unanswered, complaints) == ([], [], [])


@pytest.mark.parametrize("width", [1280, 320])
def test_maps_fit_the_width_and_axe_finds_nothing(browser: Browser, mapped: str, width: int) -> None:
    page, complaints = open_page(browser, width)
    found, too_wide = [], []
    for path in MAPS:
        found += faults(page, mapped, path)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            too_wide.append(path)
    page.context.close()
    assert not found, "\n".join(map(str, found))
    assert (too_wide, complaints) == ([], [])


def test_maps_have_names_for_areas_and_need_no_javascript(browser: Browser, mapped: str) -> None:
    page, complaints = open_page(browser, 1280, script=False)
    page.goto(mapped + "/queries/coverage-by-area")
    assert page.get_by_role("img", name="Camden: 50.0%").count() == 1
    colours = {
        page.locator(f"#areas path.{style}").first.evaluate("path => getComputedStyle(path).fill")
        for style in ("c0", "c5")
    }
    assert len(colours) == 2
    page.click("text=Chart")
    assert page.locator("td.bar svg").count() == 5
    page.context.close()
    assert complaints == []


def test_a_check_that_was_sent_is_a_page_without_faults(browser: Browser, address: str) -> None:
    page, complaints = open_page(browser, 390)
    page.goto(address + "/whatif")
    page.click("main button[type=submit]")
    page.wait_for_selector("#outcome")
    found = faults_here(page, "/whatif, sent")
    is_too_wide = page.evaluate("document.documentElement.scrollWidth") > 390
    page.context.close()
    assert found == []
    assert not is_too_wide
    assert complaints == []


def test_everything_works_without_javascript(browser: Browser, address: str) -> None:
    page, complaints = open_page(browser, 390, script=False)
    page.goto(address + "/")
    page.fill("#q", "lighthouse")
    page.click(".searchbox button")
    page.click("text=Fennmouth Lighthouse Academy")
    assert page.url == f"{address}/school/900001"
    page.goto(address + "/queries/isolated-schools")
    page.select_option("#measure", "no-tie")
    page.click(".filters button")
    assert "measure=no-tie" in page.url
    assert page.locator("#answer tbody tr").count() > 0
    page.goto(address + "/editor")
    page.fill("#query", "ASK {}")
    page.click("text=Run the query")
    assert page.locator("#result").inner_text() == "Yes"
    page.context.close()
    assert complaints == []


def test_keyboard_reaches_the_content_and_takes_a_suggestion(browser: Browser, address: str) -> None:
    page, complaints = open_page(browser, 1280)
    page.goto(address + "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    page.focus("#q")
    page.keyboard.type("lighthouse")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#q", "aria-activedescendant") == "suggestions-0-0"
    results = Axe().run(page, options={"runOnly": RULES})
    page.keyboard.press("Enter")
    page.wait_for_url("**/school/900001")
    page.context.close()
    assert results.response["violations"] == []
    assert complaints == []


def test_suggestion_in_a_question_fills_in_the_reference(browser: Browser, address: str) -> None:
    page, complaints = open_page(browser, 1280)
    page.goto(address + "/queries/trust-schools")
    page.focus("#trust")
    page.keyboard.type("tidewell")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#trust") == "uid:990001"
    page.click(".filters button")
    assert page.locator("#answer tbody tr").count() > 0
    page.context.close()
    assert complaints == []


def test_filters_are_folded_on_a_phone_once_there_is_an_answer(browser: Browser, address: str) -> None:
    page, _ = open_page(browser, 390)
    page.goto(address + "/queries/isolated-schools")
    assert page.get_attribute("details.filters", "open") is None
    page.goto(address + "/queries/trust-schools")
    assert page.get_attribute("details.filters", "open") == ""
    page.context.close()


def test_error_summary_takes_the_focus(browser: Browser, address: str) -> None:
    page, _ = open_page(browser, 1280)
    page.goto(address + "/queries/isolated-schools?as_of=soon")
    page.wait_for_function("document.activeElement.matches('.govuk-error-summary')")
    page.click(".govuk-error-summary a")
    assert page.evaluate("document.activeElement.id") == "as_of"
    page.context.close()
