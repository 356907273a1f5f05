"""A referral by keyboard alone, from the page of its patient until it is closed; its pages in every look."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.hands import Hands
from tests.browser.test_screens import open_screen

pytestmark = pytest.mark.browser

LOOKS = (("", 1280, ""), ("dark", 1280, ""), ("", 320, ""), ("dark", 320, "fa"), ("", 1280, "es"))


def press(page: Page, name: str) -> None:
    """Come to a button or link by Tab, and press it."""
    hands = Hands(page)
    hands.go(name)
    with page.expect_navigation():
        hands.press("Enter")


def write_one(page: Page) -> str:
    """Write a referral of the patient whose page this is, and mark it as sent; its path."""
    press(page, "Refer")
    page.get_by_label("Service").press_sequentially("Cardiology")
    page.locator("#to").select_option(index=1)
    page.get_by_label("Reason").press_sequentially("Palpitations on the stairs")
    press(page, "Write it down")
    press(page, "Mark as sent")
    return page.url


def test_a_referral_goes_its_way_by_keys(visit: Visit) -> None:
    page = open_screen(visit, "nina", "first patient")
    write_one(page)
    press(page, "It is accepted")
    press(page, "There is an appointment")
    page.get_by_label("Day of the appointment").fill("2031-04-01")
    press(page, "There is an appointment")
    expect(page.get_by_text("1 Apr 2031").first).to_be_visible()
    press(page, "The visit took place")
    Hands(page).go("Add a paper")
    page.keyboard.press("Enter")
    page.get_by_label("Title").press_sequentially("Letter of the cardiologist")
    press(page, "Add the paper")
    press(page, "The results are here")
    press(page, "I have read the results")
    page.get_by_label("What the results say, and what follows").press_sequentially("Nothing found")
    press(page, "I have read the results")
    press(page, "The patient knows")
    page.get_by_label("How the patient was told").select_option("phone")
    press(page, "The patient knows")
    press(page, "Close it")
    expect(page.get_by_text("Nothing more has to be done.")).to_be_visible()
    expect(page.get_by_text("Nothing found")).to_be_visible()


@pytest.mark.parametrize(("theme", "width", "language"), LOOKS)
def test_its_pages_look_right(visit: Visit, axe, theme: str, width: int, language: str) -> None:
    path = write_one(open_screen(visit, "nina", "first patient"))
    for name, address in (("show", path), ("move", f"{path}move/cancelled"), ("owner", f"{path}owner")):
        page = visit("nina", address, theme=theme, width=width, language=language)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        keep(page, f"{name}-{theme}-{width}-{language}")
    page = visit("nina", "/referrals/", theme=theme, width=width, language=language)
    keep(page, f"list-{theme}-{width}-{language}")


def keep(page: Page, name: str) -> None:
    """Keep a picture."""
    if os.environ.get("SHOTS"):
        page.screenshot(path=Path(os.environ["SHOTS"]) / f"{name}.png", full_page=True)
