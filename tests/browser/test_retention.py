"""An administrator gives a rule of retention by keyboard after seeing what it would remove; wrong, dark, narrow."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from journeys.foundation.database import OWNER, connect
from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit
from tests.browser.hands import Hands

pytestmark = pytest.mark.browser

HISTORY = "inbound_delivery"
ADDRESS = f"/retention/{HISTORY}/"
OLD = text(
    "INSERT INTO inbound_delivery (source, outside_id, received_at, status, raw_sealed)"
    " SELECT CASE WHEN number % 2 = 0 THEN 'sms' ELSE 'list:recall' END, 'retention-' || number, '2015-03-03',"
    " 'applied', '' FROM generate_series(1, 9) AS number"
)
RUN = text(
    "INSERT INTO retention_run (table_name, began_at, ended_at, cutoff, removed, kept)"
    " VALUES (:name, now(), now(), '2020-02-01', 4, '{\"lists\": 5}')"
)
FORGET = (
    "DELETE FROM retention_rule",
    "DELETE FROM retention_run",
    "DELETE FROM inbound_delivery WHERE outside_id LIKE 'retention-%'",
)


@pytest.fixture
def grown(clinic: Clinic) -> Iterator[None]:
    """Nine old deliveries, of which five say that a list was brought, and a run; all gone at the end."""
    owner = connect(clinic.workshop.owner_url, OWNER)
    with owner.begin() as connection:
        connection.execute(OLD)
        connection.execute(RUN, {"name": HISTORY})
    yield
    with owner.begin() as connection:
        for statement in FORGET:
            connection.execute(text(statement))
    owner.dispose()


def shot(page: Page, name: str) -> None:
    if os.environ.get("SHOTS"):
        page.screenshot(path=f"/tmp/h/ret_{name}.png", full_page=True)


def test_a_rule_is_given_by_keyboard(visit: Visit, axe: Callable[[Page], None], grown: None) -> None:
    page = visit("admin", ADDRESS)
    hands = Hands(page)
    hands.reach("#months")
    hands.type("24")
    with page.expect_navigation():
        hands.press("Enter")
    expect(page.get_by_role("heading", name="What this rule would remove")).to_be_visible()
    going = page.locator("section").filter(has=page.get_by_role("heading", name="What this rule would remove"))
    expect(going).to_contain_text("4 rows.")
    expect(going).to_contain_text("which lists were brought already")
    axe(page)
    shot(page, "preview")
    hands.go("Keep them: 24 months")
    with page.expect_navigation():
        hands.press("Enter")
    expect(page.locator("main")).to_contain_text("Changed by admin")
    shot(page, "given")
    page.goto("/retention/")
    expect(page.get_by_role("row").filter(has_text="What arrived")).to_contain_text("24 months")
    shot(page, "list")


def test_a_rule_that_is_too_short_is_said_at_its_field(visit: Visit, axe: Callable[[Page], None], grown: None) -> None:
    page = visit("admin", ADDRESS, theme="dark", width=320, allowed=("422",))
    page.locator("#months").fill("12")
    with page.expect_navigation():
        page.locator("#months").press("Enter")
    expect(page.locator("#months")).to_have_value("12")
    expect(page.locator("#months")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert")).to_contain_text("Kept for 13 months at least")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    axe(page)
    shot(page, "wrong_dark_narrow")


def test_the_list_is_readable_narrow_and_mirrored(visit: Visit, grown: None) -> None:
    page = visit("admin", "/retention/", language="fa", width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    shot(page, "list_narrow_rtl")
    page = visit("admin", ADDRESS, language="es")
    expect(page.get_by_role("heading", name="Lo recibido, tal como llegó")).to_be_visible()
    shot(page, "es")
