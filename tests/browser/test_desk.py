"""The review desk, finding somebody of another branch, and the timeline, by keyboard alone."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from journeys.store.people import Patient, PatientTelecom
from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit
from tests.browser.settling import finish_loading

pytestmark = pytest.mark.browser


def press(page: Page, name: str) -> None:
    """Press a button by Enter, and wait for the page that follows."""
    button = page.get_by_role("button", name=name, exact=True)
    button.focus()
    with page.expect_navigation():
        button.press("Enter")


def test_a_pair_is_looked_at_and_joining_it_asked_by_keyboard(visit: Visit) -> None:
    page = visit("nina", "/matches/", allowed=("422",))
    link = page.locator(".row-name").first
    link.focus()
    with page.expect_navigation():
        link.press("Enter")
    press(page, "Ask to join them")
    expect(page.get_by_role("alert")).to_contain_text("Say how you know it.")
    page.get_by_label("How do you know?").focus()
    page.keyboard.type("Same passport")
    press(page, "Ask to join them")
    expect(page.get_by_text("Asked. Somebody else looks at both records and joins them.")).to_be_visible()


def test_somebody_is_found_by_three_facts_by_keyboard(visit: Visit, clinic: Clinic) -> None:
    chosen = (
        select(Patient, PatientTelecom)
        .join(PatientTelecom, PatientTelecom.patient_id == Patient.id)
        .where(PatientTelecom.system == "phone", Patient.birth_date.is_not(None), Patient.merged_into_id.is_(None))
        .order_by(Patient.id)
    )
    with clinic.workshop.house.sessions() as session:
        patient, telecom = session.execute(chosen).first()
        name, born, phone = patient.name, patient.birth_date, telecom.value
    page = visit("nina", "/elsewhere/")
    for label, value in (("Given and family name", name), ("Phone", "+1 212 555 9999")):
        page.get_by_label(label).fill(value)
    page.get_by_label("Birth date").fill(born.isoformat())
    press(page, "Find")
    expect(page.get_by_text("Nobody found")).to_be_visible()
    page.get_by_label("Phone").fill(phone)
    press(page, "Find")
    expect(page.get_by_role("definition").filter(has_text=name)).to_be_visible()


def test_the_patient_and_their_timeline_are_opened_by_keyboard(visit: Visit) -> None:
    page = visit("nina", "/patients/")
    link = page.locator(".row-name").first
    link.focus()
    with page.expect_navigation():
        link.press("Enter")
    finish_loading(page)
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
