"""The canvas of the designer drawn larger and smaller."""

import pytest
from playwright.sync_api import expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def test_by_key_and_by_button(visit: Visit, clinic: Clinic) -> None:
    page = visit("cora", "/designer/hypertension-recall/")
    page.get_by_role("button", name="Canvas", exact=True).click()
    face = page.locator("[data-key=first-message]")
    face.focus()
    before = face.bounding_box()
    page.keyboard.press("-")
    page.keyboard.press("-")
    expect(page.get_by_role("button", name="As it was")).to_contain_text("70 %")
    smaller = face.bounding_box()
    assert before is not None
    assert smaller is not None
    assert smaller["width"] == pytest.approx(before["width"] * 0.7, abs=2)
    page.get_by_role("button", name="Larger").click()
    expect(page.get_by_role("button", name="As it was")).to_contain_text("85 %")
    face.focus()
    page.keyboard.press("0")
    expect(page.get_by_role("button", name="As it was")).to_contain_text("100 %")
