"""Slots: laid out as far as a schedule says, found where nothing lies on them, whoever put it there."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from journeys.access.appointments.cancel_appointment import cancel_appointment
from journeys.access.schedules.block_schedule import block_schedule
from journeys.access.schedules.find_slots import Wanted, find_slots, statement_of
from journeys.access.schedules.keep_schedule import keep_schedule
from journeys.access.schedules.keep_type import keep_type
from journeys.access.schedules.lay_out_slots import lay_out_slots
from journeys.access.schedules.lift_block import lift_block
from journeys.access.schedules.schedules_to_lay_out import schedules_to_lay_out
from journeys.foundation.acting import Scope
from journeys.foundation.database import PORTAL
from journeys.foundation.errors import Forbidden, Invalid, Missing, Stale
from journeys.store import Appointment, AppointmentType, BookableResource, PractitionerRole, Schedule, Slot
from tests.make import NOON, added, branch, person
from tests.unit.access.conftest import LONG, VISIT, Front, at

pytestmark = pytest.mark.store

DAY = dt.timedelta(days=1)


def count(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Slot)).one()


def test_slots_are_laid_out_as_far_as_the_schedule_says(front: Front) -> None:
    # today from one o'clock, then two whole days
    assert count(front.session) == 8 + 14 + 14
    assert front.do(lay_out_slots, "rivera") == 0
    assert front.do(schedules_to_lay_out) == []
    front.now += 2 * DAY
    assert front.do(schedules_to_lay_out) == ["rivera"]
    assert front.do(lay_out_slots, "rivera") == 14  # Friday; Saturday has none
    assert front.do(schedules_to_lay_out) == []


def test_other_hours_are_laid_out_anew_around_what_is_booked(front: Front) -> None:
    booked = front.book(at(9, 30))
    mornings = {day: [["09:15", "12:15"]] for day in "12345"}
    schedule = front.session.scalars(select(Schedule)).one()
    front.do(keep_schedule, replace(front.plan, hours=mornings), schedule.row_version)
    assert front.do(schedules_to_lay_out) == ["rivera"]
    front.do(lay_out_slots, "rivera")
    # 9:15 would lie half on what is booked
    assert front.free(until=at(23))[:2] == [at(10, 15), at(10, 45)]
    assert front.slot(at(9, 30)).appointment_id == booked.id
    schedule = front.session.scalars(select(Schedule)).one()
    front.do(keep_schedule, replace(front.plan, active=False), schedule.row_version)
    front.do(lay_out_slots, "rivera")
    assert [slot.start_at for slot in front.session.scalars(select(Slot))] == [at(9, 30)]


def test_whoever_changes_a_schedule_sees_what_others_changed(front: Front) -> None:
    with pytest.raises(Stale):
        front.do(keep_schedule, front.plan, 99)
    with pytest.raises(Stale):
        front.do(keep_type, VISIT, 99)
    with pytest.raises(Invalid, match="slug: There is a schedule of this name already"):
        front.do(keep_schedule, front.plan)
    with pytest.raises(Invalid) as refused:
        front.do(keep_schedule, replace(front.plan, slug="B C", practitioner_id=None, zone="Mars", types=()))
    assert [each.where for each in refused.value.problems] == ["slug", "practitioner_id", "zone", "types"]
    front.scope = Scope(frozenset({front.here.id + 999}))
    with pytest.raises(Forbidden):
        front.do(keep_schedule, replace(front.plan, slug="other"))


def test_nobody_takes_over_the_schedule_of_a_branch_of_others(front: Front) -> None:
    mine = branch(front.session, "harbour").id
    schedule = front.session.scalars(select(Schedule)).one()
    front.scope = Scope(frozenset({mine}))
    with pytest.raises(Forbidden):
        front.do(keep_schedule, replace(front.plan, location_id=mine), schedule.row_version)


def test_what_takes_longer_needs_slots_that_follow_each_other(front: Front) -> None:
    front.book(at(9, 30))
    front.book(at(16, 30))
    found = front.free("long", from_at=at(8), until=at(23))
    starts = [at(10), at(10, 30), at(11), at(13), at(13, 30), at(14), at(14, 30), at(15), at(15, 30)]
    assert found == starts


def test_patients_book_only_what_they_may_and_not_too_late(front: Front) -> None:
    assert front.free("visit", for_patients=True) == []
    assert front.free("long", for_patients=True)[0] == at(12) + dt.timedelta(hours=1)
    with pytest.raises(Missing):
        front.free("no-such-type")
    front.do(keep_type, replace(LONG, active=False), 1)
    with pytest.raises(Missing):
        front.free("long")


def test_finding_takes_two_statements_and_stays_in_the_branches_of_the_act(front: Front) -> None:
    elsewhere = branch(front.session, "lakeside")
    front.schedule("lakeside", location_id=elsewhere.id)
    said: list[str] = []
    listener = lambda *given: said.append(given[2])  # noqa: E731
    event.listen(front.session.get_bind(), "before_cursor_execute", listener)
    found = find_slots(front.session, front.act, Wanted("visit", NOON, NOON + 2 * DAY))
    event.remove(front.session.get_bind(), "before_cursor_execute", listener)
    assert len(said) == 2
    assert {each.schedule.slug for each in found} == {"rivera", "lakeside"}
    front.scope = Scope(frozenset({elsewhere.id}))
    wanted = Wanted("visit", NOON, NOON + 2 * DAY)
    assert {each.schedule.slug for each in front.do(find_slots, wanted)} == {"lakeside"}


def test_what_a_source_booked_is_not_free(front: Front) -> None:
    values = {"patient_id": person(front.session).id, "practitioner_id": front.doctor.id, "status": "booked"}
    sent = added(front.session, Appointment(**values, start_at=at(10, 10), end_at=at(10, 40)))
    front.session.expire_all()
    assert [front.slot(at(*hour)).status for hour in ((9, 30), (10,), (10, 30), (11,))] == [
        "free",
        "busy",
        "busy",
        "free",
    ]
    twice = added(front.session, Appointment(**values, start_at=at(10, 30)))  # a source books twice, and without end
    sent.status = "cancelled"
    front.session.flush()
    front.session.expire_all()
    assert (front.slot(at(10)).status, front.slot(at(10, 30)).appointment_id) == ("free", twice.id)
    twice.start_at = at(15)
    front.session.flush()
    front.session.expire_all()
    assert (front.slot(at(10, 30)).status, front.slot(at(15)).status) == ("free", "busy")
    # and where slots are laid out after it
    front.schedule("evening", hours={"3": [["14:30", "16:00"]]})
    assert front.slot(at(15), "evening").appointment_id == twice.id


def test_a_time_stays_taken_by_whom_the_reader_does_not_see(front: Front) -> None:
    booked = front.book(at(9))
    hidden = person(front.session, at=branch(front.session, "lakeside")).id
    values = {"patient_id": hidden, "practitioner_id": front.doctor.id, "status": "booked"}
    sent = added(front.session, Appointment(**values, start_at=at(9), end_at=at(9, 30))).id
    uid = booked.uid
    front.scope = Scope(frozenset({front.here.id}))
    front.session.execute(text(f"SET LOCAL ROLE {PORTAL}"))
    front.do(cancel_appointment, uid, "pat")
    assert front.session.get(Appointment, sent) is None
    assert (front.slot(at(9)).status, front.slot(at(9)).appointment_id) == ("busy", sent)


def test_the_first_free_times_are_found_in_order_of_time(front: Front) -> None:
    front.session.execute(text("SET LOCAL enable_seqscan = off"))
    kind = front.session.scalars(select(AppointmentType).where(AppointmentType.slug == "visit")).one()
    found = statement_of(front.act, Wanted("visit", NOON, NOON + 60 * DAY), kind)
    compiled = found.compile(front.session.get_bind(), compile_kwargs={"literal_binds": True})
    plan = "\n".join(front.session.scalars(text(f"EXPLAIN {compiled}".replace(":", "\\:"))))
    assert "ix_slot_open" in plan


def test_a_block_takes_free_slots_and_leaves_what_is_booked(front: Front) -> None:
    booked = front.book(at(9))
    uid = front.session.scalars(select(Schedule.uid)).one()
    first = front.do(block_schedule, uid, at(8), at(12), "absence")
    second = front.do(block_schedule, uid, at(11), at(14), "meeting")
    assert (first.appointments, second.appointments) == ([booked.id], [])
    assert front.free(from_at=at(8), until=at(23))[0] == at(14)
    front.do(lift_block, first.block.uid)
    front.do(lift_block, first.block.uid)
    assert front.free(from_at=at(8), until=at(23))[:5] == [at(9, 30), at(10), at(10, 30), at(14), at(14, 30)]
    assert front.slot(at(9)).status == "busy"
    front.do(keep_schedule, replace(front.plan, slot_minutes=60), 1 + 1)
    front.do(lay_out_slots, "rivera")
    assert front.free(from_at=at(8), until=at(23))[0] == at(10)
    assert front.slot(at(13)).status == "busy-unavailable"
    with pytest.raises(Invalid):
        front.do(block_schedule, uid, at(9), at(9), "absence")
    with pytest.raises(Invalid):
        front.do(block_schedule, uid, at(9), at(10), "tired")


def test_who_is_absent_is_absent_in_every_schedule_and_other_blocks_are_of_one(front: Front) -> None:
    elsewhere = front.schedule("afternoons", location_id=branch(front.session, "elsewhere").id)
    first = front.do(block_schedule, front.slot_schedule("rivera"), at(9), at(10), "absence")
    front.do(block_schedule, front.slot_schedule("rivera"), at(10), at(11), "other")
    assert [front.slot(at(hour), "afternoons").status for hour in (9, 10)] == ["busy-unavailable", "free"]
    with pytest.raises(Invalid):
        front.book(at(9), slug="afternoons")
    front.do(
        keep_schedule, replace(front.plan, slug="afternoons", location_id=elsewhere.location_id, slot_minutes=60), 2
    )
    front.do(lay_out_slots, "afternoons")
    assert front.slot(at(9), "afternoons").status == "busy-unavailable"
    front.do(lift_block, first.block.uid)
    assert front.slot(at(9), "afternoons").status == "free"
    assert front.slot(at(10)).status == "busy-unavailable"


def test_room_and_practitioner_are_of_the_branch(front: Front) -> None:
    far = branch(front.session, "elsewhere")
    room = added(front.session, BookableResource(slug="far-room", name={"en": "Far"}, location_id=far.id))
    front.session.add(PractitionerRole(practitioner_id=front.doctor.id, code="doctor", location_id=far.id))
    front.session.flush()
    with pytest.raises(Invalid) as refused:
        front.do(keep_schedule, replace(front.plan, slug="wrong", resource_id=room.id))
    assert [problem.where for problem in refused.value.problems] == ["resource_id", "practitioner_id"]


def test_of_two_who_make_one_short_name_the_second_is_told(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    # both looked before either wrote
    monkeypatch.setattr(front.session, "scalar", lambda *_args, **_options: None)
    with pytest.raises(Invalid) as refused:
        keep_type(front.session, front.act, VISIT)
    assert [problem.where for problem in refused.value.problems] == ["slug"]


def test_one_room_is_booked_once_by_two_schedules(front: Front) -> None:
    room = added(front.session, BookableResource(slug="room-1", name={"en": "Room 1"}, location_id=front.here.id))
    front.schedule("one", practitioner_id=None, resource_id=room.id)
    front.schedule("two", practitioner_id=None, resource_id=room.id)
    front.book(at(9), slug="one")
    assert front.slot(at(9), "two").status == "busy"
    assert front.slot(at(9)).status == "free"
