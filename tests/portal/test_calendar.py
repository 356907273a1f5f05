"""The calendar: described by an administrator, filled by the front desk, closed to others; what is wrong is said."""

import datetime as dt
import re
import uuid
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from journeys.access.schedules.lay_out_slots import lay_out_slots
from journeys.foundation.acting import House, act
from journeys.foundation.database import WORKER, connect, sessions
from journeys.store import Practitioner, PractitionerRole
from journeys.store.scope import EVERY_BRANCH
from tests.make import added, an_act, branch, person
from tests.portal.house import sign_in, token_of

TUESDAY = dt.datetime(2026, 3, 3, 13, 0, tzinfo=dt.UTC)
"""Eight in the morning in New York."""

HOURS = {"monday": "", "tuesday": "09:00-12:00, 13:00-15:00", "wednesday": "09:00-10:00"}


@dataclass
class Desk:
    """Nina at the front desk, Ada in the office."""

    nina: FlaskClient
    ada: FlaskClient
    patient: uuid.UUID
    place_id: int

    def send(self, client: FlaskClient, path: str, at: str = "/account/", **fields: object):
        given = {name: str(value) for name, value in fields.items()}
        return client.post(path, data={"csrf_token": token_of(client.get(at).text), **given})

    def times(self, address: str) -> list[tuple[str, str]]:
        """(slot, hour) of the free times that a page offers."""
        page = self.nina.get(address).text
        return re.findall(r'name="slot" value="([^"]+)".*?<button[^>]*>\s*([\d:]+ [AP]M)', page, re.DOTALL)


@pytest.fixture(scope="module")
def made(app: Flask) -> tuple[uuid.UUID, int]:
    """A branch with Nina, Ada and a patient; a type and a schedule that Ada described, laid out."""
    owner = connect(app.config["WAYMARK"].database_url, WORKER)
    with Session(owner) as session, session.begin():
        place = branch(session, "front")
        for username, code in (("nina", "nurse"), ("ada", EVERY_BRANCH)):
            somebody = session.scalar(select(Practitioner).where(Practitioner.username == username))
            somebody = somebody or added(session, Practitioner(username=username, name=username.title()))
            where = None if code == EVERY_BRANCH else place.id
            session.add(PractitionerRole(practitioner_id=somebody.id, code=code, location_id=where))
        doctor = added(session, Practitioner(name="Dr. Rivera"))
        found = person(session, at=place, name="Vera Visitor").uid, place.id, doctor.id
    clock, app.config["CLOCK"] = app.config["CLOCK"], lambda: TUESDAY
    ada = app.test_client()
    assert sign_in(ada, "ada") == 303
    desk = Desk(ada, ada, found[0], found[1])
    kind = {"name-en": "Visit", "slug": "visit", "minutes": 30, "lead_minutes": 0, "cancel_minutes": 60, "active": "y"}
    answer = desk.send(ada, "/schedules/types/new", **kind)
    assert answer.status_code == 303, answer.text
    plan = {"name-en": "Rivera", "slug": "rivera", "location_id": found[1], "practitioner_id": found[2]}
    plan |= {"types": "visit", "zone": "America/New_York", "slot_minutes": 30, "days_ahead": 7, "active": "y"}
    wrong = desk.send(ada, "/schedules/new", **plan, tuesday="09:00-09:00")
    assert wrong.status_code == 422
    assert "It ends when it begins" in wrong.text
    assert 'value="09:00-09:00"' in wrong.text
    answer = desk.send(ada, "/schedules/new", **plan, **HOURS)
    assert answer.status_code == 303, answer.text
    act(House(sessions(owner)), an_act(TUESDAY), lay_out_slots, "rivera")
    owner.dispose()
    app.config["CLOCK"] = clock
    return found[0], found[1]


@pytest.fixture
def desk(app: Flask, made: tuple[uuid.UUID, int], monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setitem(app.config, "CLOCK", lambda: TUESDAY)
    clients = [app.test_client(), app.test_client()]
    for client, username in zip(clients, ("nina", "ada"), strict=True):
        assert sign_in(client, username) == 303
    return Desk(*clients, *made)


def test_the_front_desk_books_moves_and_checks_in(desk: Desk) -> None:
    address = f"/calendar/for/{desk.patient}"
    assert address in desk.nina.get(f"/patients/{desk.patient}/").text
    offered = desk.times(address)
    assert [hour for _, hour in offered][:2] == ["9:00 AM", "9:30 AM"]
    booked = desk.send(desk.nina, address, slot=offered[0][0], kind="visit")
    assert booked.status_code == 303, booked.text
    twice = desk.send(desk.nina, address, slot=offered[0][0], kind="visit")
    assert twice.status_code == 422
    assert "Somebody else has just taken this time" in twice.text
    visit = booked.location
    assert visit in desk.nina.get(f"/patients/{desk.patient}/").text
    shown = desk.nina.get(f"/calendar/?branch={desk.place_id}").text
    assert "Vera Visitor" in shown
    assert "9 free times" in shown
    week = desk.nina.get(f"/calendar/?branch={desk.place_id}&span=week").text
    assert "Vera Visitor" in week
    moved = desk.send(desk.nina, f"{visit}move", slot=offered[3][0], kind="visit")
    assert moved.status_code == 303, moved.text
    assert "10:30 AM" in desk.nina.get(visit).text
    assert desk.send(desk.nina, f"{visit}say/no-show").status_code == 303
    assert "The appointment is still to come" in desk.nina.get(visit).text
    for deed, status in (("confirm", "Booked"), ("check-in", "Checked in"), ("complete", "Kept")):
        assert desk.send(desk.nina, f"{visit}say/{deed}").status_code == 303
        assert status in desk.nina.get(visit).text
    assert "What it has been through" in desk.nina.get(visit).text


def test_a_free_time_of_the_calendar_is_booked_for_whoever_is_found(desk: Desk) -> None:
    page = desk.nina.get(f"/calendar/?branch={desk.place_id}&day=2026-03-04").text
    slot = re.search(r"/calendar/slot/([\w-]+)", page)
    assert slot is not None
    found = desk.send(desk.nina, f"/calendar/slot/{slot[1]}", text="+1 212 555 0123")
    assert "Vera Visitor" in found.text
    booked = desk.send(desk.nina, f"/calendar/for/{desk.patient}", slot=slot[1], kind="visit")
    assert booked.status_code == 303
    refused = desk.send(desk.nina, f"{booked.location}cancel", reason="tired")
    assert refused.status_code == 422
    off = desk.send(desk.nina, f"{booked.location}cancel", reason="pat-lt")
    assert off.status_code == 303
    assert "Called off: The patient has no way to come" in desk.nina.get(booked.location).text


def test_who_changed_it_first_is_said(desk: Desk) -> None:
    fields = {"name-en": "Rivera", "location_id": desk.place_id, "zone": "America/New_York", "row_version": 99}
    fields |= {"slot_minutes": 30, "days_ahead": 7, "types": "visit"}
    answer = desk.send(desk.ada, "/schedules/rivera/", **fields, tuesday="09:00-10:00")
    assert answer.status_code == 422
    assert "Somebody else changed this meanwhile" in answer.text
    shown = desk.ada.get("/schedules/rivera/").text
    assert 'value="09:00-12:00, 13:00-15:00"' in shown
    assert "Rivera" in desk.ada.get("/schedules/").text


def test_the_filters_show_what_is_meant(desk: Desk) -> None:
    page = desk.nina.get("/calendar/").text
    assert re.search(r'<input[^>]*name="day"[^>]*value="2026-03-03"|value="2026-03-03"[^>]*name="day"', page)
    span = re.search(r'<select[^>]*name="span".*?</select>', page, re.DOTALL)
    branch = re.search(r'<select[^>]*name="branch".*?</select>', page, re.DOTALL)
    assert span is not None
    assert branch is not None
    assert re.findall(r"<option[^>]*>([^<]+)", span[0]) == ["One day", "One week"]
    assert re.search(r"<option[^>]*selected[^>]*>Front", branch[0], re.IGNORECASE)
    assert 'value="3 March"' in desk.nina.get("/calendar/?day=3+March").text


def test_nonsense_and_others(app: Flask, desk: Desk) -> None:
    nobody = uuid.UUID(int=0)
    for path in ("/calendar/?day=0001-01-01&span=week&branch=x", "/calendar/?day=9999-12-31&schedule=none"):
        assert desk.nina.get(path).status_code == 200
    for path in (f"/calendar/{nobody}/", f"/calendar/for/{nobody}", f"/calendar/slot/{nobody}"):
        assert desk.nina.get(path).status_code == 404
    assert desk.send(desk.nina, f"/calendar/for/{desk.patient}", slot="x", kind="visit").status_code == 404
    assert desk.nina.get(f"/calendar/for/{desk.patient}?kind=none").status_code == 200
    assert desk.nina.get("/schedules/").status_code == 403
    carl = app.test_client()
    assert sign_in(carl, "carl") == 303
    assert carl.get("/calendar/").status_code == 403
    assert desk.ada.get(f"/calendar/for/{desk.patient}").status_code == 403


def test_nobody_sees_the_calendar_of_another_branch(app: Flask, desk: Desk, engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        far = branch(session, "far-calendar").id
    page = desk.nina.get(f"/calendar/?branch={far}").text
    assert "Far-Calendar" not in page


def test_the_front_desk_makes_a_link_where_patients_may_book(desk: Desk) -> None:
    address = f"/calendar/for/{desk.patient}"
    refused = desk.send(desk.nina, f"{address}/link", kind="visit")
    assert refused.status_code == 422
    assert "Patients do not book this type by themselves" in refused.text
    kind = {"name-en": "Visit", "minutes": 30, "lead_minutes": 0, "cancel_minutes": 60, "active": "y", "row_version": 1}
    assert desk.send(desk.ada, "/schedules/types/visit/", **kind, patients_may_book="y").status_code == 303
    made = desk.send(desk.nina, f"{address}/link", kind="visit")
    assert made.status_code == 200
    assert re.search(r"<code[^>]*>[^<]*(/b/[\w-]{30}|no address)", made.text)


def test_a_time_is_blocked_and_given_back_and_a_room_described(desk: Desk) -> None:
    address = "/schedules/rivera/blocks"
    wrong = {"from_on": "2026-03-10", "from_time": "11:00", "until_on": "2026-03-10", "until_time": "10:00"}
    refused = desk.send(desk.ada, address, **wrong, reason="absence")
    assert refused.status_code == 422
    assert "It has to end after it begins" in refused.text
    assert 'value="11:00"' in refused.text
    right = {**wrong, "until_time": "12:00"}
    assert desk.send(desk.ada, address, **right, reason="absence").status_code == 303
    shown = desk.ada.get(address).text
    assert "10 March 2026, 11:00 AM" in shown
    day = f"/calendar/?branch={desk.place_id}&day=2026-03-10"
    assert "Blocked" in desk.nina.get(day).text
    lift = re.search(r"/schedules/rivera/blocks/[\w-]+/lift", shown)
    assert lift is not None
    assert desk.send(desk.ada, lift[0]).status_code == 303
    assert "Nothing is blocked" in desk.ada.get(address).text
    assert "Blocked" not in desk.nina.get(day).text
    room = {"name-en": "Room 1", "slug": "room-1", "location_id": desk.place_id, "active": "y"}
    assert desk.send(desk.ada, "/schedules/resources/new", **room).status_code == 303
    again = desk.send(desk.ada, "/schedules/resources/new", **room)
    assert (again.status_code, "of this name already" in again.text) == (422, True)
    named = {**room, "name-en": "Room One"}
    assert desk.send(desk.ada, "/schedules/resources/room-1/", **named).status_code == 303
    assert "Room One" in desk.ada.get("/schedules/").text
    assert desk.nina.get(address).status_code == 403
