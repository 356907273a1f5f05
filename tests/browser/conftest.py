"""A live portal for the browser tests of each file, so that none finds what another wrote; pages that fail on any
console error, and people who are signed in.

    portal       the address of the portal; people and password as in `tests/portal/house.py`
    visit        opens a page as somebody: `visit("ada", "/users/list/", theme="dark", width=320, language="fa")`
    axe          fails on anything that axe finds wrong on a page

Whatever a test does with a page of `visit` waits until the page's scripts have run (`settling.py`).
"""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from werkzeug.serving import make_server

from tests.browser.clinic import Clinic, close_clinic, fill, open_clinic
from tests.browser.settling import always_settle, be_patient
from tests.portal.house import PASSWORD, portal_for_tests, prepared_portal, settings_for
from tests.servers import Cluster, Database

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

Visit = Callable[..., Page]


@pytest.fixture(scope="session", autouse=True)
def patience() -> Iterator[None]:
    """Expectations that wait long; reads that wait for the page's scripts."""
    patch = pytest.MonkeyPatch()
    be_patient(patch)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def files_of_clinics(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the clinics of browser tests keep their files."""
    return Path(tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="session")
def filled(cluster: Cluster, redis_running: str, files_of_clinics: Path) -> Iterator[Database]:
    """The database of a clinic that nobody uses, of which each file gets a copy: copying is quicker than filling."""
    database = cluster.new()
    settings = settings_for(database, redis_running, files_of_clinics)
    fill(prepared_portal(settings), settings)
    yield database
    cluster.drop(database)


@pytest.fixture(scope="module")
def browser_house(
    cluster: Cluster, filled: Database, redis_running: str, files_of_clinics: Path
) -> Iterator[tuple[Flask, Clinic]]:
    """The portal that the live server runs, and the clinic behind it; each file of tests has its own."""
    database = cluster.copy(filled.name)
    settings = settings_for(database, redis_running, files_of_clinics)
    app = portal_for_tests(settings)
    clinic = open_clinic(app, settings)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.appbuilder.sm.limiter.enabled = False
    yield app, clinic
    close_clinic(app, clinic)
    cluster.drop(database)


@pytest.fixture(scope="module")
def browser_app(browser_house: tuple[Flask, Clinic]) -> Flask:
    """The portal."""
    return browser_house[0]


@pytest.fixture(scope="module")
def clinic(browser_house: tuple[Flask, Clinic]) -> Clinic:
    """The clinic, with its workers."""
    return browser_house[1]


@pytest.fixture(scope="module")
def portal(browser_app: Flask) -> Iterator[str]:
    """The address of the live portal, on a port that was free."""
    server = make_server("127.0.0.1", 0, browser_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def signed_in(portal: str, browser: Browser) -> Callable[[str], dict[str, Any]]:
    """Cookies of a person who signed in through the form, once in a file of tests."""
    kept: dict[str, dict[str, Any]] = {}

    def cookies_of(username: str) -> dict[str, Any]:
        if username not in kept:
            context = browser.new_context(base_url=portal)
            sign_in(context.new_page(), username)
            kept[username] = context.storage_state()
            context.close()
        return kept[username]

    return cookies_of


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Fill in the form and wait for the first page."""
    page.goto("/sign-in/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    with page.expect_navigation(url=lambda url: "/sign-in" not in url):
        page.get_by_role("button", name="Sign in").click()


@pytest.fixture
def visit(portal: str, browser: Browser, signed_in: Callable[[str], dict[str, Any]]) -> Iterator[Visit]:
    """Opens pages; at the end of the test, any console error or script error of theirs fails it."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(
        username: str | None,
        path: str,
        *,
        theme: str = "",
        language: str = "",
        width: int = 1280,
        height: int = 800,
        allowed: tuple[str, ...] = (),
    ) -> Page:
        context = browser.new_context(
            base_url=portal,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="Europe/London",
            storage_state=signed_in(username) if username else None,
        )
        contexts.append(context)
        chosen = {"theme": theme, "language": language}
        context.add_cookies([{"name": name, "value": value, "url": portal} for name, value in chosen.items() if value])
        page = context.new_page()
        always_settle(page)
        page.on("console", lambda message: faults.extend(faults_of(message, allowed)))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: faults.extend(foreign(request.url, portal)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, faults


def faults_of(message: ConsoleMessage, allowed: tuple[str, ...]) -> list[str]:
    """The text of an error or warning of the console, unless the test expects it."""
    if message.type not in {"error", "warning"} or any(words in message.text for words in allowed):
        return []
    return [f"{message.type}: {message.text}"]


def foreign(address: str, portal: str) -> list[str]:
    """A request to anybody but the portal."""
    if address.startswith((portal, "data:", "blob:")):
        return []
    return [f"request to {address}"]


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Asks axe about a page, with every WCAG rule up to 2.2 AA and its best practices.

    Only what is wrong is described part by part: describing all that is right took half of axe's time.
    """
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}

    def check(page: Page) -> None:
        found = Axe().run(page, options=options).response["violations"]
        assert not found, [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found]

    return check
