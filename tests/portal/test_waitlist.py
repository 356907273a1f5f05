"""The waitlist: somebody is put on it, made more urgent, and taken off; what nobody took is shown to the desk."""

import datetime as dt
import re
import uuid
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from journeys.access.schedules.keep_schedule import Plan, keep_schedule
from journeys.access.schedules.keep_type import Kind, keep_type
from journeys.access.schedules.lay_out_slots import lay_out_slots
from journeys.foundation.acting import House, act
from journeys.foundation.database import WORKER, connect, sessions
from journeys.store import Location, Practitioner, Schedule
from journeys.store.waitlist import Backfill
from tests.make import added, an_act, person
from tests.portal.house import sign_in, token_of, works_at

TUESDAY = dt.datetime(2026, 3, 3, 13, 0, tzinfo=dt.UTC)
"""Eight in the morning in New York."""

DAYS = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "y") | {"priority": "routine"}


@dataclass
class Desk:
    """Nina at the front desk."""

    nina: FlaskClient
    patient: uuid.UUID
    place: int

    def send(self, path: str, at: str = "/account/", **fields: object):
        given = {name: str(value) for name, value in fields.items()}
        return self.nina.post(path, data={"csrf_token": token_of(self.nina.get(at).text), **given})


@pytest.fixture(scope="module")
def made(app: Flask) -> tuple[uuid.UUID, int]:
    """A branch where Nina works, a patient, a schedule, and a time that nobody took."""
    place = works_at(app.extensions["portal_engine"], "nina", "Nina Haas", "harbour")
    owner = connect(app.config["WAYMARK"].database_url, WORKER)
    house = House(sessions(owner))
    with Session(owner) as session, session.begin():
        doctor = added(session, Practitioner(name="Dr. Rivera")).id
        found = person(session, at=session.get_one(Location, place), name="Vera Visitor").uid
    act(house, an_act(TUESDAY), keep_type, Kind("visit", {"en": "Visit"}, 30))
    hours = {"3": [["09:00", "12:00"]]}
    plan = Plan("rivera", {"en": "Rivera"}, place, "America/New_York", hours, 30, ("visit",), doctor)
    act(house, an_act(TUESDAY), keep_schedule, plan)
    act(house, an_act(TUESDAY), lay_out_slots, "rivera")
    start = TUESDAY + dt.timedelta(days=1, hours=2)
    with Session(owner) as session, session.begin():
        schedule = session.query(Schedule).one().id
        stretch = Backfill(schedule_id=schedule, start_at=start, end_at=start + dt.timedelta(minutes=30), was="busy")
        stretch.status, stretch.freed_at, stretch.ended_at, stretch.hold = "desk", TUESDAY, TUESDAY, uuid.uuid4()
        session.add(stretch)
    owner.dispose()
    return found, place


@pytest.fixture
def desk(app: Flask, made: tuple[uuid.UUID, int], monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setitem(app.config, "CLOCK", lambda: TUESDAY)
    nina = app.test_client()
    assert sign_in(nina, "nina") == 303
    return Desk(nina, *made)


def test_somebody_is_put_on_the_list_made_urgent_and_taken_off(desk: Desk) -> None:
    address = f"/waitlist/for/{desk.patient}"
    assert address in desk.nina.get(f"/patients/{desk.patient}/").text
    wrong = desk.send(address, kind="visit", branch=desk.place, since="2026-03-09", **DAYS)
    assert wrong.status_code == 422
    assert "Nobody waits since a day that is still to come" in wrong.text
    assert 'value="2026-03-09"' in wrong.text
    nothing = desk.send(address, kind="visit", branch=desk.place, priority="routine")
    assert "Choose at least one day of the week" in nothing.text
    put = desk.send(address, kind="visit", branch=desk.place, since="2026-02-01", **DAYS)
    assert put.status_code == 303, put.text
    again = desk.send(address, kind="visit", branch=desk.place, **DAYS)
    assert "The patient waits for this already" in again.text
    page = desk.nina.get("/waitlist/").text
    assert "Vera Visitor" in page
    entry = re.search(r"/waitlist/([\w-]+)/priority", page)
    assert entry is not None
    changed = desk.send(f"/waitlist/{entry[1]}/priority", priority="urgent", row_version=1)
    assert changed.status_code == 303, changed.text
    assert "Urgent" in desk.nina.get("/waitlist/").text
    assert desk.send(f"/waitlist/{entry[1]}/priority", priority="stat", row_version=1).status_code == 409
    off = desk.send(f"/waitlist/{entry[1]}/withdraw", why="seen-elsewhere")
    assert off.status_code == 303, off.text
    assert "Nobody waits" in desk.nina.get("/waitlist/").text


def test_what_nobody_took_stands_there_for_the_front_desk(desk: Desk) -> None:
    page = desk.nina.get("/waitlist/").text
    assert "Wednesday, March 4, 10:00 AM" in page or "10:00" in page
    assert "Recovered in the last 30 days" in page
