"""Sixty-four who want one time at once: one gets it, the others are told, and nobody waits for ever."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from journeys.access.appointments.book_appointment import Booking, book_appointment
from journeys.access.appointments.cancel_appointment import cancel_appointment
from journeys.access.appointments.hold_slot import hold_slot
from journeys.access.appointments.taking import Asked
from journeys.access.waitlist.answer_offer import answer_offer
from journeys.access.waitlist.keep_plan import keep_plan
from journeys.access.waitlist.look_at import look_at
from journeys.access.waitlist.plans import Plan
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.database import WORKER, connect, sessions
from journeys.foundation.errors import Invalid
from journeys.store import Appointment, Slot
from journeys.store.waitlist import Backfill, WaitlistOffer
from tests.make import an_act, person
from tests.servers import Database
from tests.unit.access.conftest import Front, at, front
from tests.unit.access.waiting import SOON, Waiting

__all__ = ["front"]

pytestmark = pytest.mark.store

RACERS = 64


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """A database of this test's own, whose rows are really written."""
    made = connect(database.url, WORKER, pool_size=RACERS)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


def test_one_time_is_booked_once_whatever_schedule_it_is_asked_of(front: Front, engine: Engine) -> None:
    front.schedule("elsewhere")  # the same doctor, another schedule
    patients = [front.patient() for _ in range(RACERS)]
    asked = [front.asked(at(9), slug="rivera"), front.asked(at(9), "long", slug="elsewhere")]
    front.session.commit()
    house, start = House(sessions(engine)), Barrier(RACERS)

    def race(number: int) -> str:
        start.wait()
        wanted: Asked = asked[number % 2]
        try:
            if number % 4 == 0:
                act(house, an_act(), hold_slot, wanted)
                return "held"
            act(house, an_act(), book_appointment, Booking(patients[number]), wanted)
        except Invalid:
            return "told"
        return "booked"

    with ThreadPoolExecutor(RACERS) as racers:
        ends = Counter(racers.map(race, range(RACERS)))
    assert (ends["told"], ends["booked"] + ends["held"]) == (RACERS - 1, 1)
    with Session(engine) as session:
        assert session.scalars(select(func.count()).select_from(Appointment)).one() == ends["booked"]
        lying = select(func.count(Slot.appointment_id.distinct())).where(Slot.start_at == at(9))
        assert session.scalars(lying).one() == ends["booked"]


def test_whoever_comes_while_a_time_is_called_off_waits_for_it(front: Front, engine: Engine) -> None:
    booked = front.book(at(9))
    other = Appointment(patient_id=person(front.session).id, practitioner_id=front.doctor.id, status="booked")
    other.start_at, other.recorded_at = at(9), at(8)
    front.session.commit()
    front.do(cancel_appointment, booked.uid, "pat")
    with Session(engine) as source:
        source.execute(text("SET LOCAL lock_timeout = '100ms'"))
        source.add(other)
        with pytest.raises(OperationalError, match="lock timeout"):
            source.flush()


def test_of_sixty_four_who_say_yes_at_once_one_has_the_time_and_nobody_is_asked_any_more(
    front: Front, engine: Engine
) -> None:
    waiting = Waiting(front)
    front.do(keep_plan, "visit", Plan(soon_hours=72, soon_at_once=20))
    people = [waiting.waits(days) for days in range(RACERS)]
    stretch = waiting.free(SOON).id
    front.do(look_at, stretch)  # twenty; the others are asked besides, which no plan would let in
    asked = {row.entry_id for row in front.session.scalars(select(WaitlistOffer))}
    for entry in people:
        if entry.id not in asked:
            offer = WaitlistOffer(backfill_id=stretch, entry_id=entry.id, patient_id=entry.patient_id)
            offer.offered_at, offer.expires_at = front.now, front.now + dt.timedelta(minutes=30)
            front.session.add(offer)
    front.session.flush()
    uids = list(front.session.scalars(select(WaitlistOffer.uid).order_by(WaitlistOffer.id)))
    front.session.commit()
    house, start = House(sessions(engine)), Barrier(RACERS)

    def race(uid: uuid.UUID) -> str:
        start.wait()
        return act(house, Act(front.now, "patient:link", EVERYWHERE), answer_offer, uid, True)

    with ThreadPoolExecutor(RACERS) as racers:
        ends = Counter(racers.map(race, uids))
    assert ends == {"accepted": 1, "lost": RACERS - 1}
    with Session(engine) as session:
        states = select(WaitlistOffer.status, func.count()).group_by(WaitlistOffer.status)
        assert {row[0]: row[1] for row in session.execute(states)} == {"accepted": 1, "lost": RACERS - 1}
        lying = select(func.count()).select_from(Appointment).where(Appointment.status == "booked")
        assert session.scalar(lying) == 1
        assert session.get_one(Backfill, stretch).status == "filled"
