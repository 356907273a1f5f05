"""A guideline is described by keyboard alone, rules in the rule builder; it fits narrow, dark, right-to-left pages."""

import os
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("WAYMARK_PICTURES", "")


def picture(page: Page, name: str) -> None:
    """Kept where somebody wants to look at it."""
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def named(page: Page, slug: str) -> None:
    """A new guideline, up to its form."""
    page.get_by_label(re.compile("^English")).first.focus()
    page.keyboard.type(slug.title())
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="As text").first).to_be_visible()


def test_a_guideline_is_described_by_keyboard(visit: Visit, axe: Callable[[Page], None]) -> None:
    page = visit("cora", "/guidelines/new")
    named(page, "feet")
    expect(page.locator("[data-rule-builder][data-ready]").first).to_be_attached()
    source = page.get_by_label(re.compile("^Source"))
    expect(page.locator("#source-fault")).to_contain_text("Write where the guideline comes from")
    page.get_by_role("button", name="Add Other risk").press("Enter")
    page.locator("#tiers-0-name-en").press_sequentially("Older")
    tier = page.locator("[data-rule-builder]").filter(has=page.locator("[name='tiers-0-rule.json']"))
    tier.get_by_role("button", name="Condition", exact=True).press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("65")
    page.locator("#interval").press("Control+a")
    page.locator("#interval").press_sequentially("soon")
    page.get_by_role("button", name="Save draft").press("Enter")
    expect(page.locator("#interval-fault")).to_contain_text("whole number")
    expect(page.locator("#interval")).to_have_value("soon")
    expect(page.locator("#tiers-0-name-en")).to_have_value("Older")
    axe(page)
    picture(page, "guideline-wrong")
    page.locator("#interval").press("Control+a")
    page.locator("#interval").press_sequentially("3")
    source.press_sequentially("Our own decision")
    page.get_by_role("button", name="Save draft").press("Enter")
    expect(page.locator("#source-fault")).to_have_count(0)
    page.get_by_role("link", name="As text").first.press("Enter")
    expect(page.get_by_label(re.compile("^The whole as text"))).to_have_value(re.compile("value: 65"))


def test_a_safety_clock_is_described_by_keyboard(visit: Visit, axe: Callable[[Page], None]) -> None:
    page = visit("cora", "/clocks/new")
    named(page, "answer")
    expect(page.locator("#watches-fault")).to_contain_text("Choose one of")
    page.get_by_role("button", name="Add Escalation").press("Enter")
    page.locator("#escalation-0-after").press_sequentially("1")
    page.locator("#escalation-0-priority").select_option("urgent")
    page.locator("#watches").select_option("referral/sent")
    page.locator("#next_step-en").press_sequentially("Call the specialist")
    page.get_by_role("button", name="Save draft").press("Enter")
    expect(page.locator("#watches-fault")).to_have_count(0)
    expect(page.locator("#queue-fault")).to_contain_text("Name a queue")
    axe(page)
    picture(page, "clock-wrong")
    page.locator("#queue").select_option(index=1)
    page.get_by_role("button", name="Save draft").press("Enter")
    expect(page.get_by_text("Asked about by itself, now")).to_be_visible()
    axe(page)
    picture(page, "clock")
    page.get_by_role("link", name="Review and publish").press("Enter")
    expect(page.get_by_text("What it says")).to_be_visible()
    axe(page)
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(page, "clock-review-narrow")


@pytest.mark.parametrize(("width", "theme", "language"), [(320, "dark", "en"), (1280, "light", "fa")])
def test_form_and_review_fit_any_screen(visit: Visit, width: int, theme: str, language: str) -> None:
    page = visit("cora", "/guidelines/new", width=width, theme=theme, language=language)
    slug = f"fits-{width}"
    page.locator("#name-en").fill(slug)
    page.locator("#slug").fill(slug)
    page.locator("#name-en").press("Enter")
    expect(page.locator("#source")).to_be_visible()
    for part in ("", "review", "text"):
        page.goto(f"/guidelines/{slug}/{part}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), part
        picture(page, f"guideline-{width}-{part or 'form'}")
