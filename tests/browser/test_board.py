"""The safety board as a person uses it: what stands still, taken on by keyboard; narrow, dark, right to left, empty."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from journeys.flow.packs.folder import read_folder
from journeys.flow.packs.load import load
from journeys.foundation.acting import act
from launcher import packs
from tests.browser.clinic import SETTING_UP, Clinic
from tests.browser.conftest import Visit
from tests.browser.settling import finish_loading

pytestmark = pytest.mark.browser

LOOKS = [
    {"width": 1280, "theme": "light"},
    {"width": 1280, "theme": "dark"},
    {"width": 320, "theme": "light"},
    {"width": 1280, "language": "es"},
    {"width": 320, "language": "fa", "theme": "dark"},
]


@pytest.fixture
def clocks(browser_app: Flask, clinic: Clinic) -> None:
    """The pack's clocks in force."""

    def put_in_force(session: Session, doing: object) -> None:
        load(session, SETTING_UP, read_folder(packs.PACKS / "safety-clocks"), ("safety-clocks",))

    act(clinic.workshop.house, SETTING_UP, put_in_force)


def test_something_is_taken_on_by_keyboard_and_stays_on_the_board(visit: Visit, clocks: None) -> None:
    page = visit("nina", "/board/")
    referrals = page.get_by_role("region", name="Referrals", exact=True)
    expect(referrals.get_by_role("row").nth(1)).to_be_visible()
    before = referrals.get_by_role("row").count()
    patient = referrals.get_by_role("row").nth(1).get_by_role("link").first.inner_text()
    take = referrals.get_by_role("row").nth(1).get_by_role("button", name="Take it on")
    take.focus()
    with page.expect_navigation():
        take.press("Enter")
    expect(page.get_by_text("It is yours. It stays on the board until it goes on.")).to_be_visible()
    page.goto("/board/")
    expect(referrals.get_by_role("row")).to_have_count(before)
    expect(referrals.get_by_role("row").nth(1).get_by_role("link", name=patient)).to_be_visible()
    expect(referrals.get_by_role("link", name="Task", exact=True)).to_be_visible()


def test_one_kind_has_a_page_of_its_own_and_filters_can_be_cleared(visit: Visit, clocks: None) -> None:
    page = visit("cora", "/board/?kind=referral&risk=2")
    expect(page.get_by_role("heading", name="Referrals", level=1)).to_be_visible()
    page.goto("/board/?age=90&owner=nobody&risk=2&location=nowhere")
    expect(page.get_by_role("link", name="Clear")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_it_looks_right_full(visit: Visit, axe: Callable[[Page], None], clocks: None, look: dict[str, object]) -> None:
    page = visit("cora", "/board/", **look)
    finish_loading(page)
    expect(page.get_by_role("region").first).to_be_visible()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
