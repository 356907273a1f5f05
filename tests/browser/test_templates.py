"""A consultant writes a template: it is counted and shown while it is written, and a second person puts it in force."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def begin(page: Page) -> None:
    """Name it and go on in the editor."""
    page.locator("#slug").fill("parking")
    page.locator("#name-en").fill("Where to park")
    page.get_by_role("button", name="Go on").press("Enter")
    expect(page.get_by_role("heading", name="Where to park", level=1)).to_be_visible()


def test_it_is_judged_while_it_is_written_and_approved_by_another(visit: Visit) -> None:
    page = visit("cora", "/templates/new", allowed=("422",))
    begin(page)
    body = page.locator("#wordings-0-body")
    body.fill("")
    body.focus()
    page.get_by_role("button", name="{{clinic.name}}", exact=True).click()
    body.press_sequentially(": park behind the house. STOP to end.")
    expect(body).to_have_value("{{clinic.name}}: park behind the house. STOP to end.")

    look = page.locator("#look")
    expect(look.get_by_text("Riverside Health: park behind the house.")).to_be_visible()
    expect(look.locator("[data-parts='1']")).to_be_visible()
    body.fill("{{clinic.name}}: park behind the house – " + "please " * 8 + "STOP to end.")
    expect(look.get_by_text("The letter – makes them short")).to_be_visible()
    expect(look.locator("[data-parts='2']")).to_be_visible()

    body.fill("{{clinic.name}}: park here: https://bit.ly/x STOP to end.")
    page.locator("#wordings-0-subject").fill("Your way to us")
    other = page.locator("#wordings-1-body")
    other.fill("{{clinic.name}}: aparque detrás de la casa. STOP: fin.")
    page.get_by_role("button", name="Save and ask for approval").click()
    expect(page.locator("#wordings-0-body-fault")).to_contain_text("bit.ly hides where the link leads")
    body.fill("{{clinic.name}}: park behind the house. STOP to end.")
    page.get_by_role("button", name="Save and ask for approval").click()
    expect(page.get_by_text("Approval is asked for.")).to_be_visible()

    second = visit("admin", "/templates/parking/review")
    expect(second.get_by_text("park behind the house").first).to_be_visible()
    second.get_by_role("button", name="Approve and publish").click()
    expect(second.get_by_text("Version 1 is in force.")).to_be_visible()
