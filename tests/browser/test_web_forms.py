"""A stranger fills in the clinic's form by keyboard, also without scripts; an editor makes one."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit
from tests.browser.forms import SLUG

pytestmark = pytest.mark.browser

ADDRESS = f"/forms/{SLUG}"


@contextmanager
def a_minute_later(clinic: Clinic) -> Iterator[None]:
    """The clinic's clock goes on while somebody types."""
    clinic.now += dt.timedelta(minutes=1)
    yield
    clinic.now -= dt.timedelta(minutes=1)


def press_send(page: Page) -> None:
    page.get_by_role("button", name="Send", exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_stranger_mends_what_is_wrong_and_is_thanked(
    portal: str, browser: Browser, clinic: Clinic, scripts: bool
) -> None:
    context = browser.new_context(base_url=portal, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(ADDRESS)
    page.locator("#name").focus()
    page.keyboard.type("Dora Vance")
    page.keyboard.press("Tab")
    page.locator("#phone").fill("12")
    page.locator("#reason").select_option("visit")
    page.locator("#consent-0").check()
    with a_minute_later(clinic):
        press_send(page)
        expect(page.get_by_role("alert")).to_contain_text("Your message: This is needed")
        expect(page.locator("#phone-fault")).to_contain_text("Give a phone number")
        expect(page.locator("#name")).to_have_value("Dora Vance")
        expect(page.locator("#consent-0")).to_be_checked()
    page.locator("#phone").fill("+1 212 555 0188")
    page.locator("#text").fill("May I come on Friday?")
    with a_minute_later(clinic), a_minute_later(clinic):
        press_send(page)
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    context.close()


def test_an_emergency_is_answered_at_once(portal: str, browser: Browser, clinic: Clinic) -> None:
    context = browser.new_context(base_url=portal)
    page = context.new_page()
    page.goto(ADDRESS)
    page.locator("#name").fill("Dora Vance")
    page.locator("#phone").fill("+1 212 555 0188")
    page.locator("#text").fill("I have chest pain")
    with a_minute_later(clinic):
        press_send(page)
    expect(page.get_by_role("alert")).to_contain_text("call your local emergency number now")
    context.close()


def test_the_editor_takes_a_question_more_and_keeps_what_was_typed(
    visit: Visit, clinic: Clinic, axe: Callable[[Page], Any]
) -> None:
    page = visit("admin", f"/web-forms/{SLUG}/")
    page.locator("#intro-en").fill("Write to us in your own words.")
    page.get_by_role("button", name="Add Questions").click()
    expect(page.locator("#questions-6-asks")).to_be_visible()
    expect(page.locator("#intro-en")).to_have_value("Write to us in your own words.")
    axe(page)
