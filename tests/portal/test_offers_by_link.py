"""Patients' pages of offered times: two phones that take one, who comes too late, what looking never changes."""

import datetime as dt
import itertools
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from journeys.access.schedules.keep_schedule import Plan, keep_schedule
from journeys.access.schedules.keep_type import Kind, keep_type
from journeys.access.schedules.lay_out_slots import lay_out_slots
from journeys.access.waitlist.add_entry import add_entry
from journeys.access.waitlist.due_backfills import due_backfills
from journeys.access.waitlist.entries import Wish
from journeys.access.waitlist.keep_plan import keep_plan
from journeys.access.waitlist.look_at import look_at
from journeys.access.waitlist.plans import Plan as Offering
from journeys.contact.texts.offer_links import LINK
from journeys.foundation.acting import House, act
from journeys.foundation.database import WORKER, connect, sessions
from journeys.foundation.links import token_of
from journeys.store import Appointment, Location, Practitioner, Slot
from journeys.store.waitlist import Backfill, WaitlistEntry, WaitlistOffer
from tests.make import added, an_act, branch, person, template

TUESDAY = dt.datetime(2026, 3, 3, 13, 0, tzinfo=dt.UTC)
"""Eight in the morning in New York; the times are those of the next day."""

HOURS = itertools.count(14)


@dataclass
class Clinic:
    """What the worker makes and reads; a `phone` has no cookies."""

    app: Flask
    engine: Engine

    def phone(self) -> FlaskClient:
        return self.app.test_client(use_cookies=False)

    def do(self, verb, *args, now: dt.datetime = TUESDAY):
        return act(House(sessions(self.engine)), an_act(now), verb, *args)

    def offered(self, *languages: str) -> list[str]:
        """As many people as languages wait and are offered one time: the letters of their links."""
        with Session(self.engine) as session, session.begin():
            gone = {"status": "withdrawn", "why": "other", "ended_at": TUESDAY, "ended_by": "user:nina"}
            session.execute(update(WaitlistEntry).where(WaitlistEntry.status == "waiting").values(**gone))
            here = session.scalars(select(Location).where(Location.slug == "offers")).one()
            people = [person(session, at=here, name="Vera Visitor", language=each).uid for each in languages]
            start = dt.datetime.combine(dt.date(2026, 3, 4), dt.time(next(HOURS)), dt.UTC)
            schedule = session.scalars(select(Slot.schedule_id).where(Slot.start_at == start)).one()
            stretch = Backfill(
                schedule_id=schedule, start_at=start, end_at=start + dt.timedelta(minutes=30), was="busy"
            )
            stretch.freed_at, stretch.next_at, stretch.hold = TUESDAY, TUESDAY, uuid.uuid4()
            session.add(stretch)
            branch_id = here.id
        for days, each in enumerate(people):
            since = TUESDAY - dt.timedelta(days=40 - days)
            self.do(add_entry, Wish(each, "offers", (branch_id,), since=since))
        for each in self.do(due_backfills):
            self.do(look_at, each)
        with Session(self.engine) as session:
            of_it = select(WaitlistOffer.id).join(Backfill).where(Backfill.start_at == start).order_by(WaitlistOffer.id)
            return [token_of(LINK, each) for each in session.scalars(of_it)]

    def stands(self) -> list[tuple[str, str]]:
        """The newest offers with their entries, in the order in which they were made."""
        with Session(self.engine) as session:
            newest = select(WaitlistOffer.backfill_id).order_by(WaitlistOffer.id.desc()).limit(1).scalar_subquery()
            chosen = (
                select(WaitlistOffer.status, WaitlistEntry.status)
                .join(WaitlistEntry, WaitlistEntry.id == WaitlistOffer.entry_id)
                .where(WaitlistOffer.backfill_id == newest)
                .order_by(WaitlistOffer.id)
            )
            return [tuple(row) for row in session.execute(chosen)]


@pytest.fixture(scope="module")
def engine(app: Flask):
    """The worker's connection, with a schedule of one doctor, and texts that ask."""
    engine = connect(app.config["WAYMARK"].database_url, WORKER)
    with Session(engine) as session, session.begin():
        here = branch(session, "offers").id
        doctor = added(session, Practitioner(name="Dr. Rivera")).id
        for slug in ("waitlist-offer", "waitlist-booked", "waitlist-taken"):
            said = {"en": {"body": '{{appointment.date}} {{offer.link | default: ""}}'}}
            template(session, slug, texts=said, purpose="transactional", answers={}, content_level=1)
    house = House(sessions(engine))
    act(house, an_act(TUESDAY), keep_type, Kind("offers", {"en": "Colonoscopy"}, 30))
    hours = {"3": [["09:00", "17:00"]]}
    plan = Plan("offers", {"en": "Dr. Rivera"}, here, "America/New_York", hours, 30, ("offers",), doctor, days_ahead=3)
    act(house, an_act(TUESDAY), keep_schedule, plan)
    act(house, an_act(TUESDAY), lay_out_slots, "offers")
    act(house, an_act(TUESDAY), keep_plan, "offers", Offering())
    yield engine
    engine.dispose()


@pytest.fixture
def clinic(app: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    monkeypatch.setitem(app.config, "CLOCK", lambda: TUESDAY + dt.timedelta(minutes=5))
    return Clinic(app, engine)


def test_of_two_phones_that_take_one_time_one_has_it_and_the_other_keeps_the_place(clinic: Clinic) -> None:
    links = clinic.offered("en", "en")
    for link in links:
        assert "Do you take this time?" in clinic.phone().get(f"/o/{link}/take").text
    phones = [clinic.phone() for _ in links]
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda each: each[0].post(f"/o/{each[1]}/take"), zip(phones, links, strict=True)))
    assert [each.status_code for each in answers] == [303, 303]
    assert sorted(clinic.stands()) == [("accepted", "booked"), ("lost", "waiting")]
    lost = [offer for offer, _ in clinic.stands()].index("lost")
    said = clinic.phone().get(f"/o/{links[lost]}").text
    assert "somebody else was quicker" in said
    assert "You are number 1 of 1 on the waitlist." in said
    assert "You keep your place" in said
    won = clinic.phone().get(f"/o/{links[1 - lost]}").text
    assert "The time is yours." in won
    assert 'href="/a/' in won
    for link in links:  # pressed again
        assert clinic.phone().post(f"/o/{link}/take").status_code == 303
    assert sorted(clinic.stands()) == [("accepted", "booked"), ("lost", "waiting")]
    with Session(clinic.engine) as session:
        booked = select(Appointment.id).join(WaitlistEntry, WaitlistEntry.booked_id == Appointment.id)
        assert len(session.scalars(booked).all()) == 1


def test_looking_changes_nothing_and_says_nothing_of_them(clinic: Clinic) -> None:
    first, second = clinic.offered("es", "en")
    for path in ("", "/take"):
        page = clinic.phone().get(f"/o/{first}{path}")
        assert page.status_code == 200
        for secret in ("Vera", "Colonoscopy", "Rivera"):
            assert secret not in page.text, (path, secret)
        assert '<html lang="es"' in page.text
    assert clinic.phone().get(f"/o/{first}/refuse").status_code == 405
    assert clinic.stands() == [("offered", "waiting")] * 2
    page = clinic.phone().get(f"/o/{second}").text
    assert "Wednesday, 4 March 2026" in page
    assert "8:30 AM" in page  # until when it can be answered
    assert "You are number 2 of 2 on the waitlist." in page


def test_a_no_keeps_the_place_and_a_yes_after_it_changes_nothing(clinic: Clinic) -> None:
    first, _ = clinic.offered("en", "en")
    for answer in ("refuse", "refuse", "take"):
        assert clinic.phone().post(f"/o/{first}/{answer}").status_code == 303
        assert "You have said that you do not want this time" in clinic.phone().get(f"/o/{first}").text
    assert clinic.stands() == [("declined", "waiting"), ("offered", "waiting")]


def test_what_ran_out_or_is_nonsense_says_so(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    (link,) = clinic.offered("en")
    monkeypatch.setitem(clinic.app.config, "CLOCK", lambda: TUESDAY + dt.timedelta(minutes=30))
    late = clinic.phone().get(f"/o/{link}/take").text
    assert "The time for an answer is over" in late
    assert "I want this time" not in late
    assert clinic.phone().post(f"/o/{link}/take").status_code == 303
    assert clinic.stands() == [("expired", "waiting")]
    monkeypatch.setitem(clinic.app.config, "CLOCK", lambda: TUESDAY + dt.timedelta(days=4))
    over = clinic.phone().get(f"/o/{link}").text
    assert "its link has run out" in over
    assert "Wednesday" not in over
    for letters in ("A" * 30, "nothing", "ä" * 30):
        answers = [clinic.phone().get(f"/o/{letters}"), clinic.phone().get(f"/o/{letters}/take")]
        answers += [clinic.phone().post(f"/o/{letters}/take"), clinic.phone().post(f"/o/{letters}/refuse")]
        assert [each.status_code for each in answers] == [404] * 4
