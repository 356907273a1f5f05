"""A field drafted by a consultant and approved by an administrator is everywhere at once, without a restart."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def draft(page: Page) -> None:
    """As the consultant: name it, choose its type, write its choices, say who may see it, ask for approval."""
    page.locator("#slug").fill("tobacco")
    page.locator("#name-en").fill("Tobacco")
    page.get_by_role("button", name="Go on").press("Enter")
    expect(page.get_by_role("heading", name="Tobacco", level=1)).to_be_visible()
    page.get_by_label("Type").select_option("choice")
    page.get_by_role("button", name="Add Choices").click()
    page.locator("#choice-of-choices-0-code").fill("daily")
    page.locator("#choice-of-choices-0-name-en").fill("Every day")
    page.get_by_role("button", name="Save and ask for approval").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose at least one")
    for part in ("see", "edit"):
        whose = page.locator(f"#{part}-roles")
        whose.get_by_label("Staff").check()
        page.locator(f"#{part}-purposes").get_by_label("care").check()
    page.locator("#see-roles").get_by_label("Consultant").check()
    page.locator("#group-en").fill("Habits")
    page.get_by_role("button", name="Save and ask for approval").click()
    expect(page.get_by_text("Approval is asked for.")).to_be_visible()


def approve(page: Page) -> None:
    """As the administrator: find what waits, look at it, put it in force."""
    page.get_by_role("region", name="Waiting for approval").or_(page.locator("section.panel")).get_by_role(
        "link", name="Tobacco"
    ).first.click()
    expect(page.get_by_text("cora asks for approval of this draft.")).to_be_visible()
    expect(page.get_by_text("Every day (daily)")).to_be_visible()
    page.get_by_role("button", name="Approve and publish").click()
    expect(page.get_by_text("The field is in force. Forms, rules and the API have it from now on.")).to_be_visible()


def open_sarah(page: Page) -> None:
    page.get_by_label("Name or number").fill("sar mitch")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("table", name="Patients found").get_by_role("link", name="Sarah Mitchell").click()
    expect(page.get_by_role("heading", name="Sarah Mitchell", level=1)).to_be_visible()


def ask_api(page: Page, address: str) -> Any:
    """What the API answers to whoever is signed in on this page."""
    return page.evaluate("async (address) => (await fetch(address)).json()", address)


def test_a_field_is_everywhere_as_soon_as_it_is_approved(visit: Visit, clinic: Clinic) -> None:
    consultant = visit("cora", "/fields/new", allowed=("422",))
    draft(consultant)
    nurse = visit("nina", "/patients/")
    open_sarah(nurse)
    expect(nurse.get_by_role("heading", name="Habits")).to_have_count(0)
    approve(visit("admin", "/fields/"))

    # on the patient page, and in its form
    nurse.reload()
    expect(nurse.get_by_role("heading", name="Habits")).to_be_visible()
    nurse.get_by_role("link", name="Change fields").first.click()
    nurse.get_by_label("Tobacco").select_option(label="Every day")
    nurse.get_by_role("button", name="Save").click()
    expect(nurse.get_by_text("Saved.")).to_be_visible()
    expect(nurse.get_by_text("Every day")).to_be_visible()

    # through the API and its document
    document = ask_api(nurse, "/api/v1/openapi.json")
    schema = document["components"]["schemas"]["patient-fields"]["properties"]["tobacco"]
    assert schema["enum"] == ["daily"]
    uid = nurse.url.split("/values/patient/")[1].split("/")[0]
    assert ask_api(nurse, f"/api/v1/patients/{uid}")["fields"]["tobacco"] == "daily"

    # in a rule and in a template
    segment = visit("cora", "/segments/bp-review-due/")
    expect(segment.locator("option[value='custom.tobacco']").first).to_be_attached()
    template = visit("cora", "/templates/recall-first/")
    expect(template.get_by_text("{{custom.tobacco}}")).to_be_visible()
