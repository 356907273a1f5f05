"""The parts of the house at work: forms, questions, parts that load by themselves, the way without scripts."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.clinic import NOW
from tests.browser.conftest import Visit, sign_in
from tests.portal.house import PASSWORD

pytestmark = pytest.mark.browser

REFUSED = ("422 (UNPROCESSABLE",)


def test_wrong_words_are_told_first_and_at_the_field_and_nothing_is_lost(visit: Visit) -> None:
    page = visit("ada", "/styleguide/", allowed=REFUSED)
    page.get_by_label("Note").fill("what I typed")
    page.get_by_label("Count").fill("three")
    page.locator("#forms").get_by_role("button", name="Save").click()
    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    expect(summary).to_be_focused()
    expect(page).to_have_title("Error: Style guide · Waymark")
    expect(page.get_by_label("Note")).to_have_value("what I typed")
    expect(page.get_by_label("Count")).to_have_value("three")
    summary.get_by_role("link", name="Title: This is needed.").click()
    title = page.get_by_role("textbox", name="Title")
    expect(title).to_be_focused()
    expect(title).to_have_attribute("aria-invalid", "true")
    expect(title).to_have_accessible_description("A few words. This is needed.")


def test_entries_are_added_by_a_button_and_enter_does_not_remove_one(visit: Visit) -> None:
    page = visit("ada", "/styleguide/", allowed=REFUSED)
    page.get_by_role("button", name="Add Reminders").click()
    expect(page.get_by_label("Days before")).to_have_count(2)
    page.get_by_label("Days before").first.press("Enter")
    expect(page.get_by_label("Days before")).to_have_count(2)
    page.get_by_role("button", name="Remove Reminders 1").click()
    expect(page.get_by_label("Days before")).to_have_count(1)


def test_a_question_is_asked_before_something_is_removed(visit: Visit) -> None:
    page = visit("ada", "/styleguide/", allowed=REFUSED)
    page.get_by_role("button", name="Remove Aino Berg").first.click()
    dialog = page.get_by_role("dialog", name="Please confirm")
    expect(dialog).to_contain_text("Remove Aino Berg?")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).not_to_be_visible()
    page.get_by_role("button", name="Remove Aino Berg").first.click()
    with page.expect_request(lambda request: request.method == "POST"):
        dialog.get_by_role("button", name="Remove").click()


def test_a_part_loads_by_itself_and_times_are_said_in_words(visit: Visit) -> None:
    page = visit("ada", "/styleguide/")
    expect(page.locator("#loaded")).to_contain_text("ada")
    page.clock.set_fixed_time(NOW + dt.timedelta(hours=2))
    page.reload()
    expect(page.locator("#loaded time")).to_have_text("2 hours ago")
    expect(page.locator("#loaded time")).to_have_attribute("title", "10 Mar 2026, 4:00 PM")
    expect(page.locator(".skeleton")).to_have_count(0)


def test_a_list_becomes_cards_where_it_is_narrow(visit: Visit) -> None:
    page = visit("ada", "/users/list/", width=360)
    cell = page.get_by_text("nina@waymark.test").locator("xpath=ancestor::td")
    assert cell.evaluate("element => getComputedStyle(element, '::before').content") == '"E-mail"'


def test_pages_are_reached_by_typing_their_name(visit: Visit) -> None:
    page = visit("ada", "/account/")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Go to a page")
    expect(box).to_be_focused()
    box.fill("peo")
    expect(page.get_by_role("option")).to_have_text(["People"])
    box.press("Enter")
    expect(page).to_have_url(re.compile("/users/list/$"))


def test_signing_out_needs_one_press(visit: Visit, browser: Browser, portal: str) -> None:
    page = visit(None, "/sign-in/")
    sign_in(page, "carl")
    page.get_by_label("Carl Oduya").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_everything_works_without_scripts(browser: Browser, portal: str) -> None:
    context = browser.new_context(base_url=portal, java_script_enabled=False, viewport={"width": 400, "height": 800})
    page = context.new_page()
    page.goto("/sign-in/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Style guide").click()
    page.get_by_role("button", name="Add Reminders").click()
    expect(page.get_by_label("Days before")).to_have_count(2)
    page.get_by_label("Light or dark").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    context.close()
