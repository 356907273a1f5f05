"""What is typed in the designer's form of a step can be undone: names of ways, and the codes that they hang on."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def open_step(visit: Visit, step: str) -> Page:
    """The form of a step of the recall, beside its outline."""
    page = visit("cora", "/designer/hypertension-recall/")
    page.get_by_role("button", name="Outline", exact=True).click()
    page.locator(f"[data-key={step}]").click()
    expect(page.locator(".jd-form .field").first).to_be_visible()
    return page


def type_over(page: Page, field: str, text: str) -> None:
    """Write into the form, and wait until the server has read it and said what it thinks of it."""
    page.locator(f"[id='{field}']").fill(text)
    expect(page.locator(".jd[data-waits]")).to_have_count(0)


def test_the_name_of_a_branch(visit: Visit, clinic: Clinic) -> None:
    page = open_step(visit, "how-far")
    field = page.locator("[id='config-branches-0-name-en']")
    before = field.input_value()
    way = page.locator(".jd-outline .jd-port", has_text="Long ago already")
    type_over(page, "config-branches-0-name-en", "Long ago already")
    expect(way).to_have_count(1)
    page.locator(".jd-toolbar").get_by_role("button", name="Undo").click()
    expect(way).to_have_count(0)
    expect(field).to_have_value(before)
    page.locator(".jd-toolbar").get_by_role("button", name="Redo").click()
    expect(way).to_have_count(1)
    expect(field).to_have_value("Long ago already")


def test_the_code_of_an_outcome_takes_its_way_along_and_back(visit: Visit, clinic: Clinic) -> None:
    page = open_step(visit, "call")
    field = page.locator("[id='config-outcomes-0-code']")
    before = field.input_value()
    led = page.locator(f"[id='jd-way-{before}']").input_value()
    assert led
    type_over(page, "config-outcomes-0-code", "has-a-visit")
    expect(page.locator("#jd-way-has-a-visit")).to_have_value(led)
    expect(page.locator(f"[id='jd-way-{before}']")).to_have_count(0)
    page.locator("[data-entry]").focus()
    page.keyboard.press("Control+z")
    expect(page.locator(f"[id='jd-way-{before}']")).to_have_value(led)
    expect(page.locator("#jd-way-has-a-visit")).to_have_count(0)
    expect(field).to_have_value(before)
