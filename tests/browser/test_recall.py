"""One journey walked end to end: published by a consultant, answered on the phone, finished by a nurse."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

SARAH = "Sarah Mitchell"


def publish_recall(visit: Visit, clinic: Clinic) -> None:
    """The consultant asks, the administrator looks at the evidence and approves; then the workers work."""
    page = visit("cora", "/journeys/hypertension-recall/")
    expect(page.get_by_role("heading", name="Hypertension: six-month recall")).to_be_visible()
    page.get_by_role("link", name="Review and publish").click()
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("cora asks for approval")).to_be_visible()
    expect(page.get_by_role("button", name="Approve and publish")).to_have_count(0)
    page = visit("admin", "/journeys/hypertension-recall/review")
    expect(page.get_by_text("your next check-up is due soon")).to_be_visible()
    page.get_by_role("button", name="Approve and publish").click()
    expect(page.get_by_text("Version 1 is in force")).to_be_visible()
    clinic.work()


def open_sarah(page: Page) -> None:
    """Find Sarah Mitchell by the beginnings of her names."""
    page.get_by_label("Name or number").fill("sar mitch")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("table", name="Patients found").get_by_role("link", name=SARAH).click()
    expect(page.get_by_role("heading", name=SARAH, level=1)).to_be_visible()


def test_a_recall_goes_from_the_consultant_to_the_phone_and_the_nurse(visit: Visit, clinic: Clinic) -> None:
    publish_recall(visit, clinic)

    patient = visit("nina", "/patients/")
    open_sarah(patient)
    expect(patient.locator(".timeline")).to_contain_text("your next check-up is due")
    expect(patient.get_by_text("First message").first).to_be_visible()

    messages = visit("cora", "/messages/?show=sent")
    expect(messages.get_by_role("row").filter(has_text=SARAH)).to_contain_text("Delivered")

    answer_on_the_phone(visit("nina", "/phone/"), "1")
    clinic.work()

    today = visit("nina", "/today/?whose=unclaimed")
    today.get_by_role("row").filter(has_text=SARAH).get_by_role("link").click()
    today.get_by_role("button", name="Take it").click()
    expect(today.get_by_text("The task is yours.")).to_be_visible()
    elsewhere = visit("nina", re.sub(r"^https?://[^/]+", "", today.url))
    today.get_by_label("Note").fill("Comes on Monday at nine.")
    today.get_by_role("button", name="Visit booked").click()
    expect(today.get_by_text("Done. The patient's journey goes on.")).to_be_visible()

    # a second tab that still shows the open task must not look like a second call
    elsewhere.get_by_role("button", name="Visit booked").click()
    expect(elsewhere.get_by_text("Somebody else changed this task first")).to_be_visible()
    clinic.work()

    afterwards = visit("nina", "/patients/")
    open_sarah(afterwards)
    expect(afterwards.get_by_text("In no journey, and no task is open.")).to_be_visible()


def answer_on_the_phone(page: Page, text: str) -> None:
    """Type an answer as Sarah would."""
    page.get_by_role("link", name=SARAH).click()
    expect(page.get_by_role("log")).to_contain_text("Reply 1")
    page.get_by_label("Answer as the patient").fill(text)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("understood as: confirm")).to_be_visible()
