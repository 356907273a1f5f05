"""Appointments booked here: nobody gets a time twice, and what became of each is kept by the database."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from journeys.access.appointments.book_appointment import Booking, book_appointment
from journeys.access.appointments.cancel_appointment import cancel_appointment
from journeys.access.appointments.check_in import check_in
from journeys.access.appointments.complete_appointment import complete_appointment
from journeys.access.appointments.confirm_appointment import confirm_appointment
from journeys.access.appointments.hold_slot import hold_slot
from journeys.access.appointments.lateness import in_time_until, is_late_cancellation
from journeys.access.appointments.miss_appointment import miss_appointment
from journeys.access.appointments.move_appointment import move_appointment
from journeys.access.appointments.take_back import take_back
from journeys.access.schedules.keep_type import keep_type
from journeys.foundation.acting import Scope
from journeys.foundation.errors import Forbidden, Invalid, Missing, Stale
from journeys.store import Appointment, AppointmentHistory, Event, Schedule, Source, SourceRecord
from journeys.store.access import APPOINTMENT_MOVES, APPOINTMENT_STATUSES, TAKES_PLACE
from tests.make import added, branch, person
from tests.unit.access.conftest import VISIT, Front, at

pytestmark = pytest.mark.store

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


def said(session: Session) -> list[tuple[str, str | None]]:
    events = select(Event.kind, Event.outcome).order_by(Event.id)
    return [(row.kind, row.outcome) for row in session.execute(events)]


def test_what_is_booked_has_its_time_and_says_so(front: Front) -> None:
    made = front.book(at(9))
    assert (made.status, made.start_at, made.end_at, made.code, made.display) == (
        "booked",
        at(9),
        at(9, 30),
        "visit",
        "Visit",
    )
    assert (made.practitioner_id, made.location_id, made.booked_at) == (front.doctor.id, front.here.id, front.now)
    assert front.slot(at(9)).status == "busy"
    assert said(front.session) == [("appointment.changed", "booked")]
    with pytest.raises(Invalid, match="Somebody else has just taken this time"):
        front.book(at(9))
    with pytest.raises(Invalid, match="Somebody else has just taken this time"):
        front.book(at(8, 30, at(9).date()) + 30 * MINUTE, "long")


def test_what_cannot_be_booked(front: Front) -> None:
    ada = front.patient()
    front.book(at(9), patient=ada)
    other = front.schedule("other", practitioner_id=added(front.session, type(front.doctor)(name="Dr. Chen")).id)
    assert other.slug == "other"
    with pytest.raises(Invalid, match="The patient has another appointment at this time"):
        front.book(at(9), patient=ada, slug="other")
    with pytest.raises(Invalid, match="There is not enough time"):
        front.book(at(11, 30), "long")
    asked = front.asked(at(10))
    for wrong in (replace(asked, type="none"), replace(asked, slot=uuid.uuid4()), replace(asked, for_patients=True)):
        with pytest.raises(Missing):
            front.do(book_appointment, Booking(front.patient()), wrong)
    with pytest.raises(Missing):
        front.do(book_appointment, Booking(uuid.uuid4()), asked)
    with pytest.raises(Missing):
        front.do(book_appointment, Booking(front.patient(), referral=uuid.uuid4()), asked)
    with pytest.raises(Invalid, match="comment"):
        front.do(book_appointment, Booking(front.patient(), "x" * 1001), asked)
    with pytest.raises(Invalid, match="The patient has died"):
        front.do(book_appointment, Booking(person(front.session, deceased=True).uid), asked)
    early = front.asked(front.now + dt.timedelta(hours=3), "long", for_patients=True)
    with pytest.raises(Invalid, match="can no longer be booked"):  # a day before, says the type
        front.do(book_appointment, Booking(front.patient()), early)
    front.scope = Scope(frozenset({branch(front.session, "lakeside").id}))
    with pytest.raises(Forbidden):
        front.do(book_appointment, Booking(front.patient()), asked)
    front.scope, front.now = Scope(None), at(10)
    with pytest.raises(Invalid, match="can no longer be booked"):
        front.do(book_appointment, Booking(front.patient()), asked)


def test_a_held_time_is_for_whoever_holds_it_until_it_runs_out(front: Front) -> None:
    hold = front.do(hold_slot, front.asked(at(9), "long"))
    assert at(9) not in front.free(from_at=at(8))
    assert front.slot(at(9, 30)).status == "busy-tentative"
    with pytest.raises(Invalid, match="taken this time"):
        front.do(hold_slot, front.asked(at(9)))
    with pytest.raises(Invalid, match="taken this time"):
        front.book(at(9), hold=uuid.uuid4())
    assert front.do(hold_slot, front.asked(at(9), "long", hold=hold.uid)).uid == hold.uid
    front.now = hold.until
    assert at(9) in front.free(from_at=at(8))
    second = front.do(hold_slot, front.asked(at(9)))
    front.book(at(9), hold=second.uid)
    assert front.slot(at(9)).hold is None
    with pytest.raises(Invalid, match="lasting"):
        front.do(hold_slot, front.asked(at(10)), DAY)


def test_what_moves_stays_one_appointment_and_frees_its_time(front: Front) -> None:
    made = front.book(at(9), "long")
    front.do(confirm_appointment, made.uid)
    moved = front.do(move_appointment, made.uid, front.asked(at(9, 30), "long"))
    assert (moved.id, moved.start_at, moved.status, moved.confirmed_at) == (made.id, at(9, 30), "booked", None)
    assert [front.slot(at(*hour)).status for hour in ((9,), (9, 30), (10,), (10, 30))] == [
        "free",
        "busy",
        "busy",
        "free",
    ]
    told = select(AppointmentHistory).order_by(AppointmentHistory.id)
    assert [(row.from_start, row.to_start, row.by) for row in front.session.scalars(told)] == [
        (None, at(9), "user:nina"),
        (at(9), at(9, 30), "user:nina"),
    ]
    front.book(at(11))
    with pytest.raises(Invalid, match="taken this time"):
        front.do(move_appointment, made.uid, front.asked(at(11)))
    with pytest.raises(Stale):
        front.do(move_appointment, made.uid, front.asked(at(10)), 1)


def test_what_is_called_off_is_free_and_late_by_its_type(front: Front) -> None:
    early, late = front.book(at(15)), front.book(at(9))
    limit = in_time_until(late.start_at, None)
    assert limit == at(9) - DAY
    front.do(cancel_appointment, early.uid, "pat-lt")
    front.now = limit + MINUTE
    front.do(cancel_appointment, late.uid, "prov")
    lates = select(Appointment.id).where(is_late_cancellation())
    assert front.session.scalars(lates).all() == [late.id]
    assert {at(9), at(15)} <= set(front.free(from_at=at(8), until=at(23)))
    front.do(keep_type, replace(VISIT, cancel_minutes=60), 1)
    assert front.session.scalars(lates).all() == []
    assert said(front.session)[-1] == ("appointment.changed", "cancelled")
    with pytest.raises(Invalid, match="reason"):
        front.do(cancel_appointment, front.book(at(10)).uid, "tired")
    with pytest.raises(Invalid, match="as it stands"):
        front.do(cancel_appointment, late.uid, "pat")


def test_what_became_of_it(front: Front) -> None:
    kept, missed = front.book(at(9)), front.book(at(10))
    for verb, uid in ((check_in, kept.uid), (complete_appointment, kept.uid), (miss_appointment, missed.uid)):
        with pytest.raises(Invalid, match="status"):
            front.do(verb, uid)
    front.now = at(9)
    assert front.do(confirm_appointment, missed.uid).confirmed_at == front.now
    front.do(confirm_appointment, missed.uid)
    assert front.do(check_in, kept.uid).status == "checked-in"
    assert front.do(take_back, kept.uid).status == "booked"
    front.do(check_in, kept.uid)
    assert front.do(complete_appointment, kept.uid).status == "fulfilled"
    front.now = at(10, 10)
    assert front.do(miss_appointment, missed.uid).status == "noshow"
    assert front.slot(at(10)).status == "free"
    assert front.do(take_back, missed.uid).status == "booked"
    with pytest.raises(Invalid, match="as it stands"):
        front.do(take_back, missed.uid)
    outcomes = [outcome for _, outcome in said(front.session)]
    assert outcomes == [
        *("booked", "booked", "booked", "checked-in", "booked", "checked-in", "fulfilled"),
        *("noshow", "booked"),
    ]


def test_what_a_source_keeps_is_changed_there(front: Front) -> None:
    source = added(front.session, Source(slug="emr", name={"en": "EMR"}))
    record = added(
        front.session,
        SourceRecord(source_id=source.id, resource_type="Appointment", outside_id="1", hash=bytes(32), raw_sealed=b""),
    )
    facts = {"patient_id": person(front.session).id, "status": "booked", "start_at": at(9), "end_at": at(10)}
    sent = added(front.session, Appointment(**facts, source_record_id=record.id))
    for verb, given in ((cancel_appointment, ("pat",)), (check_in, ()), (move_appointment, (front.asked(at(9)),))):
        with pytest.raises(Invalid, match="kept in another system"):
            front.do(verb, sent.uid, *given)
    assert front.do(confirm_appointment, sent.uid).confirmed_at == front.now
    with pytest.raises(Missing):
        front.do(check_in, uuid.uuid4())


def test_the_database_allows_the_moves_of_the_table_and_no_other(front: Front) -> None:
    made = front.book(at(9))
    wrong = []
    for old in APPOINTMENT_STATUSES:
        for new in APPOINTMENT_STATUSES:
            if old == new:
                continue
            row = {"patient_id": made.patient_id, "status": old, "start_at": at(15), "end_at": at(16)}
            place = {"type_id": made.type_id, "location_id": made.location_id, "schedule_id": made.schedule_id}
            try:
                with front.session.begin_nested() as nested:
                    other = added(front.session, Appointment(**row, **place))
                    moved = update(Appointment).where(Appointment.id == other.id).values(status=new)
                    front.session.execute(moved.execution_options(synchronize_session=False))
                    nested.rollback()
                is_allowed = True
            except IntegrityError as error:
                assert "move_allowed" in str(error.orig)
                is_allowed = False
            if is_allowed != (new in APPOINTMENT_MOVES[old]):
                wrong.append((old, new))
    assert wrong == []


def test_the_database_refuses_two_at_once_without_any_verb(front: Front) -> None:
    made = front.book(at(9))
    schedule = front.session.scalars(select(Schedule)).one()
    row = {"patient_id": person(front.session).id, "practitioner_id": front.doctor.id, "location_id": front.here.id}
    row |= {"type_id": made.type_id, "schedule_id": schedule.id, "start_at": at(9, 20), "end_at": at(9, 50)}
    for status in APPOINTMENT_STATUSES:
        try:
            with front.session.begin_nested() as nested:
                added(front.session, Appointment(**row, status=status))
                nested.rollback()
            is_refused = False
        except IntegrityError as error:
            assert "ex_appointment_practitioner_id" in str(error.orig)
            is_refused = True
        assert is_refused == (status in TAKES_PLACE), status
