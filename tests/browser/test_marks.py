"""Setting and lifting a mark by keyboard alone: what follows is read before it is set."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.test_screens import open_screen

pytestmark = pytest.mark.browser


def test_a_mark_is_set_after_what_follows_was_shown(visit: Visit) -> None:
    page = open_screen(visit, "nina", "first patient, marks")
    expect(page.get_by_role("heading", name=re.compile("Marks of"))).to_be_visible()
    page.locator("#kind").select_option("legal-hold")
    page.get_by_label("What shows it").fill("a letter of the court")
    page.get_by_label("What shows it").press("Tab")
    page.get_by_role("button", name="See what follows").press("Enter")
    expect(page.get_by_role("heading", name="What follows from this mark")).to_be_visible()

    expect(page.get_by_label("What shows it")).to_have_value("a letter of the court")
    page.get_by_role("button", name="Set the mark").press("Enter")
    expect(page.get_by_text("The mark is set and holds from now on.")).to_be_visible()
    held = page.get_by_role("table", name="Marks that hold now")
    expect(held.get_by_text("Legal hold").first).to_be_visible()
    held.get_by_role("button", name=re.compile("Lift")).press("Enter")
    page.get_by_role("dialog", name="Please confirm").get_by_role("button", name="Lift").press("Enter")
    expect(page.get_by_text("The mark is lifted.")).to_be_visible()
    expect(page.get_by_role("table", name="Marks that have ended").get_by_text("Legal hold")).to_be_visible()
