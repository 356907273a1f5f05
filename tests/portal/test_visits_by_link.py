"""Patients' pages of appointments: in their language, nothing of them shown, looking changes nothing, no cookies."""

import datetime as dt
import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from journeys.access.appointments.book_appointment import Booking, book_appointment
from journeys.access.appointments.taking import Asked
from journeys.access.links.offer_booking import Offer, offer_booking
from journeys.access.schedules.keep_schedule import Plan, keep_schedule
from journeys.access.schedules.keep_type import Kind, keep_type
from journeys.access.schedules.lay_out_slots import lay_out_slots
from journeys.contact.texts.booking_links import LINK as BOOKING
from journeys.contact.texts.visit_links import LINK
from journeys.foundation.acting import House, act
from journeys.foundation.database import WORKER, connect, sessions
from journeys.foundation.links import token_of
from journeys.store import Appointment, Location, Practitioner, Schedule, Slot
from tests.make import added, an_act, branch, person

MONDAY = dt.datetime(2026, 3, 2, 13, 0, tzinfo=dt.UTC)
"""Eight in the morning in New York, the day before the visits."""


@dataclass
class Clinic:
    """What the worker makes and reads; `visitor` has no cookies."""

    app: Flask
    engine: Engine
    visitor: FlaskClient

    def do(self, verb, *args):
        return act(House(sessions(self.engine)), an_act(MONDAY), verb, *args)

    def visit(self, language: str = "es") -> tuple[int, str]:
        """A visit at the first free time, and the letters of its link."""
        with Session(self.engine) as session, session.begin():
            here = session.scalars(select(Location).where(Location.slug == "linked")).one()
            patient = person(session, at=here, name="Vera Visitor", language=language).uid
            free = select(Slot.uid).join(Schedule).where(Schedule.slug == "linked", Slot.status == "free")
            slot = session.scalars(free.order_by(Slot.start_at).limit(1)).one()
        made = self.do(book_appointment, Booking(patient), Asked(slot, "linked"))
        return made.id, token_of(LINK, made.id)

    def stands(self, visit: int) -> tuple[str, dt.datetime | None, bool]:
        with Session(self.engine) as session:
            row = session.get_one(Appointment, visit)
            return row.status, row.start_at, row.confirmed_at is not None


@pytest.fixture(scope="module")
def engine(app: Flask):
    """The worker's connection, with a schedule of one doctor laid out."""
    engine = connect(app.config["WAYMARK"].database_url, WORKER)
    with Session(engine) as session, session.begin():
        here = branch(session, "linked").id
        doctor = added(session, Practitioner(name="Dr. Rivera")).id
    house = House(sessions(engine))
    kind = Kind("linked", {"en": "Colonoscopy"}, 30, patients_may_book=True)
    act(house, an_act(MONDAY), keep_type, kind)
    hours = {"2": [["09:00", "12:00"]], "3": [["09:00", "10:00"]]}
    plan = Plan("linked", {"en": "Dr. Rivera"}, here, "America/New_York", hours, 30, ("linked",), doctor, days_ahead=7)
    act(house, an_act(MONDAY), keep_schedule, plan)
    act(house, an_act(MONDAY), lay_out_slots, "linked")
    yield engine
    engine.dispose()


@pytest.fixture
def clinic(app: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    monkeypatch.setitem(app.config, "CLOCK", lambda: MONDAY)
    return Clinic(app, engine, app.test_client(use_cookies=False))


def hidden(page: str) -> dict[str, str]:
    return {"row_version": re.findall(r'name="row_version" value="(\d+)"', page)[0]}


def test_the_page_speaks_the_patients_language_and_says_nothing_of_them(clinic: Clinic) -> None:
    visit, token = clinic.visit()
    before = clinic.stands(visit)
    for path in ("", "/cancel", "/move", "/appointment.ics"):
        page = clinic.visitor.get(f"/a/{token}{path}")
        assert page.status_code == 200, path
        for secret in ("Vera", "Colonoscopy", "Rivera"):
            assert secret not in page.text, (path, secret)
    page = clinic.visitor.get(f"/a/{token}").text
    assert '<html lang="es"' in page
    assert "martes" in page
    assert "Linked" in page
    assert clinic.stands(visit) == before


def test_yes_no_and_another_time_without_cookies_or_scripts(clinic: Clinic) -> None:
    visit, token = clinic.visit("en")
    page = clinic.visitor.get(f"/a/{token}").text
    for _ in range(2):
        assert clinic.visitor.post(f"/a/{token}/confirm", data=hidden(page)).status_code == 303
    assert clinic.stands(visit)[2]
    offered = clinic.visitor.get(f"/a/{token}/move").text
    slot = re.findall(r'name="slot" value="([^"]+)"', offered)[-1]
    for _ in range(2):
        moved = clinic.visitor.post(f"/a/{token}/move", data={"slot": slot, **hidden(offered)})
        assert moved.status_code == 303, moved.text
    shown = clinic.visitor.get(moved.location).text
    assert "It is moved" in shown
    assert "Wednesday, 4 March 2026, 9:30 AM" in shown
    asked = clinic.visitor.get(f"/a/{token}/cancel").text
    assert clinic.stands(visit)[0] == "booked"
    for _ in range(2):
        assert clinic.visitor.post(f"/a/{token}/cancel", data=hidden(asked)).status_code == 303
    assert clinic.stands(visit)[0] == "cancelled"
    assert "called off" in clinic.visitor.get(f"/a/{token}").text
    file = clinic.visitor.get(f"/a/{token}/appointment.ics")
    assert file.content_type == "text/calendar; charset=utf-8; method=CANCEL"


def test_whoever_presses_a_taken_time_sees_what_is_still_free(clinic: Clinic) -> None:
    (one, first), (other, second) = clinic.visit("en"), clinic.visit("en")
    page = clinic.visitor.get(f"/a/{first}/move").text
    slot = re.findall(r'name="slot" value="([^"]+)"', page)[0]
    answers = [
        clinic.visitor.post(f"/a/{token}/move", data={"slot": slot, "row_version": "1"}) for token in (first, second)
    ]
    assert [answer.status_code for answer in answers] == [303, 409]
    assert "Somebody else has just taken this time" in answers[1].text
    left = re.findall(r'name="slot" value="([^"]+)"', answers[1].text)
    assert left
    assert slot not in left
    assert clinic.stands(other)[0] == "booked"
    assert clinic.stands(one)[1] != clinic.stands(other)[1]


def test_what_is_too_late_or_nonsense_says_what_to_do(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    visit, token = clinic.visit("en")
    for letters in ("A" * 30, "nothing", "ä" * 30):
        for path in ("", "/cancel", "/move"):
            answer = clinic.visitor.get(f"/a/{letters}{path}")
            assert (answer.status_code, "Open it from the message once more" in answer.text) == (404, True)
            assert clinic.visitor.post(f"/a/{letters}{path or '/confirm'}").status_code == 404
        assert clinic.visitor.get(f"/a/{letters}/appointment.ics").status_code == 404
    for field in ({"slot": "x"}, {"slot": "x", "row_version": "9" * 30}, {}):
        assert clinic.visitor.post(f"/a/{token}/move", data=field).status_code == 409
    stale = clinic.visitor.post(f"/a/{token}/cancel", data={"row_version": "9"})
    assert stale.status_code == 409
    assert "has changed since you opened the page" in stale.text
    assert clinic.visitor.get(f"/a/{token}/move?after=now").status_code == 200
    assert clinic.visitor.get(f"/a/{token}/move?after=9999-12-31T23:59:59%2B00:00").status_code == 200
    monkeypatch.setitem(clinic.app.config, "CLOCK", lambda: MONDAY + dt.timedelta(days=40))
    over = clinic.visitor.get(f"/a/{token}").text
    assert "its link has run out" in over
    assert "Tuesday" not in over
    late = clinic.visitor.post(f"/a/{token}/cancel", data={"row_version": "1"})
    assert late.status_code == 409
    assert clinic.stands(visit)[0] == "booked"


def booking(clinic: Clinic, language: str = "en") -> str:
    """The letters of a link by which a new patient books."""
    with Session(clinic.engine) as session, session.begin():
        here = session.scalars(select(Location).where(Location.slug == "linked")).one()
        patient = person(session, at=here, name="Vera Visitor", language=language).uid
    return token_of(BOOKING, clinic.do(offer_booking, patient, Offer("linked")).id)


def test_a_press_books_and_a_second_one_leads_to_the_same(clinic: Clinic) -> None:
    token, late = booking(clinic), booking(clinic)
    page = clinic.visitor.get(f"/b/{token}")
    assert page.status_code == 200
    for secret in ("Vera", "Colonoscopy", "Rivera"):
        assert secret not in page.text
    slot = re.findall(r'name="slot" value="([^"]+)"', page.text)[0]
    fields = {"slot": slot, "kind": "linked"}
    booked = [clinic.visitor.post(f"/b/{token}", data=fields) for _ in range(2)]
    assert [each.status_code for each in booked] == [303, 303]
    assert booked[0].location == booked[1].location
    assert "We expect you" in clinic.visitor.get(booked[0].location).text
    assert booked[0].location in clinic.visitor.get(f"/b/{token}").text
    lost = clinic.visitor.post(f"/b/{late}", data=fields)
    assert lost.status_code == 409
    assert "Somebody else has just taken this time" in lost.text
    assert slot not in lost.text


def test_a_link_that_books_nothing_says_what_to_do(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    token = booking(clinic, "es")
    assert '<html lang="es"' in clinic.visitor.get(f"/b/{token}").text
    for fields in ({}, {"slot": "x"}, {"slot": "6f1c2b9e-0000-4000-8000-000000000000", "kind": "none"}):
        assert clinic.visitor.post(f"/b/{token}", data=fields).status_code == 409
    for letters in ("A" * 30, "nothing"):
        assert clinic.visitor.get(f"/b/{letters}").status_code == 404
        assert clinic.visitor.post(f"/b/{letters}").status_code == 404
    monkeypatch.setitem(clinic.app.config, "CLOCK", lambda: MONDAY + dt.timedelta(days=60))
    assert "Este enlace ha caducado" in clinic.visitor.get(f"/b/{token}").text
