"""What is dangerous is asked about before it is done, also where no script runs."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser

CODES = b"system,code,display\nSNOMED CT,195967001,Asthma\n"


def test_a_dangerous_act_is_asked_about_by_a_page(
    portal: str, browser: Browser, signed_in: Callable[[str], dict[str, Any]]
) -> None:
    context = browser.new_context(base_url=portal, java_script_enabled=False, storage_state=signed_in("cora"))
    page = context.new_page()
    page.goto("/value-sets/new")
    page.locator("#slug").fill("asked-about")
    page.locator("#name-en").fill("Asked about")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Import codes")).to_be_visible()
    page.get_by_label("File").set_input_files({"name": "codes.csv", "mimeType": "text/csv", "buffer": CODES})
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Save to the draft").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name="Please confirm")).to_be_visible()
    expect(page.get_by_text("Publish this value set?")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("heading", name="Asked about")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("The value set is in force.")).to_be_visible()
    context.close()
