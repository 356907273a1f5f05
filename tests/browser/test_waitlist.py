"""A visit is called off, three who wait are asked on their phones, and the first who says yes has the time (J7)."""

import datetime as dt
import uuid

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.access.appointments.book_appointment import Booking, book_appointment
from journeys.access.appointments.taking import Asked
from journeys.access.schedules.find_slots import Wanted, find_slots
from journeys.access.waitlist.add_entry import add_entry
from journeys.access.waitlist.ending import BACKFILL
from journeys.access.waitlist.entries import Wish
from journeys.flow.packs.folder import read_folder
from journeys.flow.packs.load import EVERYTHING, load
from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.store.organisation import Location
from launcher.packs import PACKS
from tests import make
from tests.browser.clinic import NOW, SETTING_UP, Clinic
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

WAITING = ("Ada Waits", "Ben Waits", "Cleo Waits")
BOOKED = "Dan Goes"
SAM = Act(NOW, "user:sam", EVERYWHERE)
SOON = dt.timedelta(hours=40)


def somebody(session: Session, branch: Location, name: str, number: int) -> uuid.UUID:
    """A patient of a branch who may be written to."""
    given = name.split()[0]
    row = make.person(
        session, f"+1520555{number:04}", at=branch, name=name, given_name=given, time_zone=branch.time_zone
    )
    make.consent(session, row, purpose="transactional")
    found: uuid.UUID = row.uid
    return found


@pytest.fixture
def people(clinic: Clinic) -> dict[str, uuid.UUID]:
    """Who waits, and who has a visit soon: name → uid."""
    house = clinic.workshop.house
    act(house, SETTING_UP, load, read_folder(PACKS / "waitlist-backfill"), publish_folders=EVERYTHING)
    with house.sessions.begin() as session:
        branch = session.scalars(select(Location).where(Location.slug == "saguaro")).one()
        here = branch.id
        made = {name: somebody(session, branch, name, 300 + place) for place, name in enumerate((*WAITING, BOOKED))}
    free = act(house, SAM, find_slots, Wanted("visit", NOW, NOW + SOON, locations=[here]))
    act(house, SAM, book_appointment, Booking(made[BOOKED]), Asked(free[-1].slot, "visit"))
    for name in WAITING:
        act(house, SAM, add_entry, Wish(made[name], "visit", (here,)))
    return made


def call_off(page: Page) -> None:
    """The clerk takes the visit out of the calendar, from the patient's page."""
    page.get_by_role("link", name="Visit").first.click()
    page.get_by_role("link", name="Call off").click()
    page.locator("#reason").select_option(index=1)
    page.get_by_role("button", name="Call it off").click()
    expect(page.get_by_text("Called off:")).to_be_visible()


def work(clinic: Clinic) -> None:
    for name in (BACKFILL, "plan", "deliver"):
        clinic.workshop.work_off(name, share=0, shares=1)


def answers(page: Page, text: str) -> None:
    page.get_by_label("Answer as the patient").fill(text)
    page.get_by_role("button", name="Send").click()


def test_the_first_yes_of_three_phones_has_the_time(visit: Visit, clinic: Clinic, people: dict[str, uuid.UUID]) -> None:
    call_off(visit("sam", f"/patients/{people[BOOKED]}/"))
    work(clinic)
    phones = {name: visit("sam", f"/phone/{people[name]}/", width=360) for name in WAITING}
    for page in phones.values():
        expect(page.get_by_role("log")).to_contain_text("First yes has it")
    answers(phones["Ben Waits"], "1")
    answers(phones["Cleo Waits"], "yes")
    work(clinic)
    answers(phones["Ada Waits"], "1")
    work(clinic)
    for name, says in {"Ben Waits": "is yours", "Cleo Waits": "taken", "Ada Waits": "taken"}.items():
        phones[name].reload()
        expect(phones[name].get_by_role("log")).to_contain_text(says)
    waits = visit("sam", "/waitlist/")
    expect(waits.get_by_role("table", name="Who waits")).to_contain_text("Ada Waits")
    expect(waits.get_by_role("table", name="Who waits")).not_to_contain_text("Ben Waits")
    expect(waits.get_by_text("Filled from the waitlist").locator("..")).to_contain_text("1")
