"""A visit is booked out of a conversation, stands in it, and carries its number to what is recorded of the visit."""

import datetime as dt

import pytest
from sqlalchemy import select

from journeys.access.appointments.book_appointment import Booking
from journeys.access.appointments.taking import Asked
from journeys.access.schedules.keep_schedule import Plan, keep_schedule
from journeys.access.schedules.keep_type import Kind, keep_type
from journeys.access.schedules.lay_out_slots import lay_out_slots
from journeys.desk.book_in_conversation import book_in_conversation
from journeys.desk.merge_conversations import merge_conversations
from journeys.desk.read_conversation import read_conversation
from journeys.desk.split_conversation import split_conversation
from journeys.desk.thread_of_visit import thread_of_encounter, thread_of_visit
from journeys.foundation.errors import Forbidden, Invalid, Missing
from journeys.store.access import Appointment
from journeys.store.clinical import Encounter
from journeys.store.conversations import ConversationEntry
from journeys.store.organisation import Practitioner
from journeys.store.people import Patient
from journeys.store.scheduling import Slot
from journeys.store.tasks import Task, TaskQueue
from tests.make import added, branch

pytestmark = pytest.mark.store
HOURS = {day: [["08:00", "18:00"]] for day in "1234567"}


@pytest.fixture
def free(desk) -> list[Asked]:
    """Times that nobody has taken."""
    desk.patient()
    desk.writes("can I come another day?")
    place = branch(desk.session).id
    doctor = added(desk.session, Practitioner(name="Dr. Rivera"))
    desk.do("nina", keep_type, Kind("visit", {"en": "Visit"}, 30))
    plan = Plan("rivera", {"en": "Rivera"}, place, "America/New_York", HOURS, 30, ("visit",), doctor.id, days_ahead=3)
    desk.do("nina", keep_schedule, plan)
    desk.do("nina", lay_out_slots, "rivera")
    after = desk.clinic.now + dt.timedelta(hours=1)
    found = select(Slot.uid).where(Slot.start_at > after).order_by(Slot.start_at)
    return [Asked(uid, "visit") for uid in desk.session.scalars(found)]


def book(desk, asked: Asked, roles=None) -> Appointment:
    row = desk.conversations[0]
    patient = desk.session.get_one(Patient, row.patient_id).uid
    return desk.do("nina", book_in_conversation, row.uid, Booking(patient), asked, roles)


def test_it_stands_in_the_conversation_and_its_number_reaches_the_encounter(desk, free):
    visit, row = book(desk, free[0]), desk.only
    last = desk.do("nina", read_conversation, row.uid).happened[-1]
    assert (last.entry.kind, last.visit.id, last.visit.status) == ("booked", visit.id, "booked")
    about = {"patient_id": row.patient_id, "appointment_id": visit.id, "status": "finished"}
    seen = added(desk.session, Encounter(**about, recorded_at=desk.clinic.now))
    assert thread_of_visit(desk.session, visit.id) == thread_of_encounter(desk.session, seen.id) == row.uid
    other = added(desk.session, Encounter(**{**about, "appointment_id": None}, recorded_at=desk.clinic.now))
    assert thread_of_encounter(desk.session, other.id) is None


def test_it_goes_along_where_conversations_are_merged(desk, free):
    desk.later(minutes=1)
    desk.writes("and one more thing?")
    entry = desk.session.scalars(select(ConversationEntry.uid).order_by(ConversationEntry.id.desc())).first()
    other = desk.do("nina", split_conversation, desk.conversations[0].uid, entry)
    visit = book(desk, free[0])
    desk.do("nina", merge_conversations, other.uid, desk.conversations[0].uid)
    assert thread_of_visit(desk.session, visit.id) == other.uid


def test_who_it_is_not_for_is_refused_and_nothing_is_booked(desk, free):
    stranger = desk.session.get_one(Patient, desk.patient("+12125550124")).uid
    with pytest.raises(Missing):
        desk.do("nina", book_in_conversation, desk.only.uid, Booking(stranger), free[0])
    role = added(desk.session, TaskQueue(slug="billing", name={"en": "Billing"}, role_code="billing"))
    desk.session.get_one(Task, desk.only.task_id).queue_id = role.id
    with pytest.raises(Forbidden):
        book(desk, free[0], roles=("cleaner",))
    book(desk, free[0])
    with pytest.raises(Invalid):
        book(desk, free[0])
    assert len(desk.clinic.all(Appointment)) == 1
    assert desk.kinds.count("booked") == 1
