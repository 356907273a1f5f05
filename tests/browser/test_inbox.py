"""A clerk's morning by keyboard alone: what came is found, read, taken on, noted and closed."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_screens import open_screen

pytestmark = pytest.mark.browser
WORDS = "Is there parking behind the house?"


@pytest.fixture
def asked(visit: Visit) -> None:
    """A patient has asked something."""
    page = open_screen(visit, "nina", "first patient")
    page.goto(page.url.replace("/patients/", "/phone/"))
    page.locator("#text").fill(WORDS)
    with page.expect_navigation():
        page.locator("#text").press("Enter")


def key(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.keyboard.press(name)


def test_by_keyboard_from_the_list_to_the_outcome(visit: Visit, asked: None, axe) -> None:
    page = visit("nina", "/inbox/?box=nobodys")
    page.keyboard.press("j")
    expect(page.locator(".inbox-row").first).to_be_focused()
    key(page, "Enter")
    expect(page.get_by_role("log").get_by_text(WORDS)).to_be_visible()
    axe(page)
    key(page, "c")
    expect(page.get_by_text("nina took it on")).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator("#note")).to_be_focused()
    page.keyboard.type("jkce: keys rest while one types")
    page.keyboard.press("Tab")
    key(page, "Enter")
    expect(page.get_by_text("jkce: keys rest while one types")).to_be_visible()
    page.get_by_label("Keys on").uncheck()
    page.keyboard.press("e")
    expect(page.locator("#outcome")).to_be_hidden()
    page.get_by_label("Keys on").check()
    page.keyboard.press("e")
    expect(page.locator("#outcome")).to_be_focused()
    page.locator("#outcome").select_option("answered")
    page.keyboard.press("Tab")
    key(page, "Enter")
    expect(page.get_by_text("Closed by nina: Answered")).to_be_visible()


@pytest.mark.parametrize(("theme", "language"), [("dark", "en"), ("light", "fa")])
def test_it_fits_a_phone_in_the_dark_and_from_right_to_left(
    visit: Visit, asked: None, axe, theme: str, language: str
) -> None:
    page = visit("nina", "/inbox/?box=everyone", theme=theme, width=320, language=language)
    with page.expect_navigation():
        page.locator(".inbox-row").first.click()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    expect(page.locator(".inbox-list")).to_be_hidden()
