"""Answering a patient with a saved reply, by keyboard alone: it is read before it goes."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.test_screens import open_screen

pytestmark = pytest.mark.browser


def test_a_saved_reply_is_read_then_sent(visit: Visit) -> None:
    page = open_screen(visit, "nina", "first patient, answering")
    expect(page.get_by_role("button", name="Send this answer")).to_have_count(0)
    page.get_by_label("Choose a reply").select_option("reply-hours")
    with page.expect_navigation():
        page.get_by_role("button", name="See how it reads").press("Enter")
    expect(page.get_by_text("we are open on weekdays from 8 to 5.")).to_be_visible()

    with page.expect_navigation():
        page.get_by_role("button", name="Send this answer").press("Enter")
    expect(page.get_by_text("Your answer goes as soon as the contact rules let it.")).to_be_visible()
    expect(page.get_by_role("log").get_by_text("Waiting").last).to_be_visible()
