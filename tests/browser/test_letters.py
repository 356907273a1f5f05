"""Letters by hand: a batch is made, looked through, printed once, posted; one comes back."""

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit
from tests.browser.letters import let_wait
from tests.browser.test_screens import follow

pytestmark = pytest.mark.browser


def test_letters_go_to_the_post_and_one_comes_back(visit: Visit, browser_app: Flask, clinic: Clinic) -> None:
    let_wait(browser_app)
    page = visit("nina", "/letters/")
    make = page.get_by_role("button", name="Make a batch for Post desk")
    make.focus()
    with page.expect_navigation():
        make.press("Enter")
    expect(page.get_by_text("is in the batch.")).to_be_visible()
    expect(page.get_by_text("We keep a time for you. Please call us.")).to_be_visible()
    expect(page.get_by_text("12 Main Street, Apartment 7")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("button", name="Print", exact=True).press("Enter")
    assert download.value.suggested_filename.startswith("letters-")
    page.reload()
    expect(page.get_by_role("button", name="Print", exact=True)).to_have_count(0)
    follow(page, page.get_by_role("button", name="Mark as posted"))
    expect(page.get_by_text("Posted. The letters count as sent.")).to_be_visible()

    page.get_by_role("button", name="It came back").press("Enter")
    with page.expect_navigation():
        page.get_by_role("dialog", name="Please confirm").get_by_role("button", name="It came back").press("Enter")
    expect(page.get_by_text("It came back. The address is used no more.")).to_be_visible()
    expect(page.get_by_text("Came back", exact=True)).to_be_visible()


def test_a_batch_that_was_printed_can_be_printed_again_when_one_says_so(
    visit: Visit, browser_app: Flask, clinic: Clinic
) -> None:
    let_wait(browser_app)
    page = visit("nina", "/letters/")
    follow(page, page.get_by_role("button", name="Make a batch for Post desk"))
    with page.expect_download():
        page.get_by_role("button", name="Print", exact=True).click()
    page.reload()
    page.get_by_role("button", name="Print again").click()
    with page.expect_download() as download:
        page.get_by_role("dialog", name="Please confirm").get_by_role("button", name="Print again").click()
    assert download.value.suggested_filename.startswith("letters-")
