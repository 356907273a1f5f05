"""From a web form to a completed visit, by keyboard alone, in one thread: found, answered, booked, checked in, seen."""

import datetime as dt
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from journeys.desk.thread_of_visit import thread_of_visit
from journeys.store import Appointment, Conversation
from journeys.store.organisation import Location
from journeys.store.people import Patient
from tests.browser.clinic import NOW, Clinic
from tests.browser.conftest import Visit, sign_in
from tests.browser.forms import SLUG

pytestmark = pytest.mark.browser
WORDS = "May I book an appointment with the doctor?"
MOST_ARRIVALS = 40


@pytest.fixture
def clock(clinic: Clinic) -> Iterator[Clinic]:
    """The clinic's clock, which goes back when the test is over."""
    yield clinic
    clinic.now = NOW


def press(page: Page, name: str) -> None:
    follow(page, f"button:has-text('{name}')")


def follow(page: Page, selector: str) -> None:
    page.locator(selector).first.focus()
    key(page, "Enter")


def key(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.keyboard.press(name)


def send_the_form(portal: str, browser: Browser, clock: Clinic) -> None:
    context = browser.new_context(base_url=portal)
    page = context.new_page()
    page.goto(f"/forms/{SLUG}")
    page.locator("#name").fill("Dora Vance")
    page.locator("#phone").fill("+1 212 555 0177")
    page.locator("#reason").select_option("visit")
    page.locator("#text").fill(WORDS)
    clock.now += dt.timedelta(minutes=1)
    press(page, "Send")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    context.close()


def somebody(clock: Clinic) -> tuple[int, str]:
    """A patient of the branch where Sam works: number and name."""
    with clock.workshop.house.sessions() as session:
        branch = select(Location.id).where(Location.slug == "saguaro").scalar_subquery()
        alive = Patient.managing_location_id == branch, Patient.merged_into_id.is_(None), ~Patient.deceased
        patient = session.scalars(select(Patient).where(*alive, Patient.active).order_by(Patient.id)).first()
        return patient.id, patient.name


def join_to(page: Page, name: str) -> None:
    """Who wrote from a number that nobody knows is found by name, and is this patient from now on."""
    page.get_by_role("link", name="0177").last.focus()
    key(page, "Enter")
    page.locator("#text").fill(name)
    press(page, "Find")
    page.get_by_role("button", name=f"It is theirs {name}").first.focus()
    key(page, "Enter")


def choose_arrival(page: Page, name: str) -> None:
    """Go down the list of arrivals to the line of somebody."""
    for _ in range(MOST_ARRIVALS):
        page.keyboard.press("j")
        if name in (page.locator(":focus").get_attribute("aria-label") or ""):
            return
    pytest.fail(f"{name} is not among the arrivals")


def test_one_thread_from_the_form_to_the_visit(portal: str, browser: Browser, clock: Clinic, visit: Visit) -> None:
    number, name = somebody(clock)
    send_the_form(portal, browser, clock)
    page = visit("sam", "/unknown-senders/")
    join_to(page, name)
    with clock.workshop.house.sessions() as session:
        row = session.scalars(select(Conversation).where(Conversation.patient_id == number)).one()
        thread, reason = str(row.uid), row.reason
    assert reason == "appointment"
    page.goto("/inbox/?box=nobodys")
    follow(page, f"#inbox-{thread}")
    expect(page.get_by_role("log").get_by_text(WORDS)).to_be_visible()
    key(page, "c")
    page.keyboard.press("l")
    page.locator("#call").select_option("to-patient")
    page.keyboard.press("Tab")
    page.keyboard.type("Any morning will do")
    page.keyboard.press("Tab")
    key(page, "Enter")
    key(page, "b")
    expect(page.get_by_text("will stand in the conversation")).to_be_visible()
    follow(page, ".calendar-free button")
    with clock.workshop.house.sessions() as session:
        theirs = select(Appointment).where(Appointment.patient_id == number).order_by(Appointment.id.desc())
        booked = session.scalars(theirs).first()
        assert str(thread_of_visit(session, booked.id)) == thread
    clock.now = booked.start_at
    sign_in(page, "sam")
    page.goto("/front-desk/")
    choose_arrival(page, name)
    key(page, "c")
    expect(page.locator(":focus").get_by_text("Checked in")).to_be_visible()
    page.goto(f"/calendar/{booked.uid}/")
    press(page, "The visit took place")
    follow(page, "main a:has-text('Conversation')")
    assert f"/inbox/{thread}/" in page.url
    talk = page.get_by_role("log")
    expect(talk.get_by_text("sam booked a visit")).to_be_visible()
    expect(talk.get_by_text("Kept")).to_be_visible()
    page.keyboard.press("e")
    page.locator("#outcome").select_option("booked")
    page.keyboard.press("Tab")
    key(page, "Enter")
    expect(page.get_by_text("Closed by sam: Booked")).to_be_visible()
