"""Channels and answers of a step as rows, by keyboard: added, moved, taken out, and what is wrong said at its row."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

ASKS = "first-message"
PICTURES = os.environ.get("WAYMARK_PICTURES", "")


def opened(page: Page, step: str) -> Locator:
    """The form of a step in the designer."""
    page.get_by_role("button", name="Canvas", exact=True).click()
    page.locator(f"[data-key={step}]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".jd-form .field").first).to_be_visible()
    return page.locator(".jd-form")


def picture(page: Page, name: str) -> None:
    """Kept where somebody wants to look at it."""
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png")


def values(page: Page, name: str) -> list[str]:
    found: list[str] = page.eval_on_selector_all(f".jd-form [name='{name}']", "all => all.map(each => each.value)")
    return found


def test_channels_are_put_in_their_order_by_keys(visit: Visit, clinic: Clinic, axe: Callable[[Page], None]) -> None:
    page = visit("cora", "/designer/hypertension-recall/")
    form = opened(page, ASKS)
    rows = form.locator("[data-rows=config-channels]")
    while rows.locator(".code-row").count() > 1:
        rows.get_by_role("button", name="Remove Channels 1").press("Enter")
    rows.get_by_label("Channels 1", exact=True).select_option("email")
    rows.get_by_role("button", name="Add Channels").press("Enter")
    second = rows.get_by_label("Channels 2", exact=True)
    expect(second).to_be_focused()
    second.select_option("sms")
    rows.get_by_role("button", name="Move up: Channels 2").press("Enter")
    expect(rows.get_by_role("button", name="Move down: Channels 1")).to_be_focused()
    assert values(page, "config-channels") == ["sms", "email"]
    rows.get_by_label("Channels 2", exact=True).select_option("sms")
    fault = rows.locator(".code-row").nth(1).locator(".fault")
    expect(fault).to_have_text("Each channel at most once")
    expect(rows.get_by_label("Channels 2", exact=True)).to_have_attribute("aria-describedby", "config-channels-2-fault")
    expect(page.locator(".jd-panel [role=status]").first).to_contain_text("Channels 2: Each channel at most once")
    axe(page)
    picture(page, "channels")
    rows.get_by_role("button", name="Remove Channels 2").press("Enter")
    expect(rows.locator(".fault")).to_have_count(0)


@pytest.mark.parametrize(
    ("theme", "language", "width"), [("dark", "en", 320), ("light", "fa", 1280), ("light", "es", 320)]
)
def test_answers_are_typed_one_below_the_other(
    visit: Visit, clinic: Clinic, axe: Callable[[Page], None], theme: str, language: str, width: int
) -> None:
    page = visit(
        "cora", f"/journeys/hypertension-recall/steps/{ASKS}/", theme=theme, language=language, width=width, height=2600
    )
    rows = page.locator("[data-rows=config-choices]")
    said = rows.locator("output")
    page.locator("[id='config-choices']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[id='config-choices-2']")).to_be_focused()
    page.keyboard.type("not-today")
    expect(said.first).not_to_be_empty()
    expect(said.nth(1)).to_be_empty()
    expect(rows.locator("input")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)
    rows.scroll_into_view_if_needed()
    picture(page, f"answers-{theme}-{language}-{width}")


def test_rows_are_changed_where_no_script_runs(
    portal: str, browser: Browser, clinic: Clinic, signed_in: Callable[[str], dict[str, Any]]
) -> None:
    context = browser.new_context(base_url=portal, java_script_enabled=False, storage_state=signed_in("cora"))
    page = context.new_page()
    page.goto("/journeys/hypertension-recall/steps/first-message/")
    rows = page.locator("[data-rows=config-channels]")
    before = rows.locator(".code-row").count()
    rows.get_by_label("Channels 1", exact=True).select_option("email")
    rows.get_by_role("button", name="Add Channels").click()
    expect(rows.locator(".code-row")).to_have_count(before + 1)
    expect(rows.get_by_label("Channels 1", exact=True)).to_have_value("email")
    expect(rows.get_by_label(f"Channels {before + 1}", exact=True)).to_be_focused()
    context.close()
