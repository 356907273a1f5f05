"""A time that came free: who is asked for how long, who has it, and what nobody may lose or get twice."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select, text, update

from journeys.access.appointments.hold_slot import hold_slot
from journeys.access.appointments.move_appointment import move_appointment
from journeys.access.schedules.block_schedule import block_schedule
from journeys.access.schedules.lift_block import lift_block
from journeys.access.waitlist.look_at import look_at
from journeys.access.waitlist.withdraw_entry import withdraw_entry
from journeys.contact.replies.receive import Arrived, receive
from journeys.flow.events.react import react
from journeys.store import Appointment, Message, PatientTelecom, Schedule, Slot
from journeys.store.waitlist import Backfill, FreedSlot, WaitlistEntry, WaitlistOffer
from tests.unit.access.conftest import Front, at, engine, front, session
from tests.unit.access.waiting import SOON, Waiting, one_by_one

__all__ = ["engine", "front", "session"]

pytestmark = pytest.mark.store


@pytest.fixture
def waiting(front: Front) -> Waiting:
    return Waiting(replace(front, now=at(8, day=dt.date(2026, 3, 3))))


def test_one_is_asked_after_the_other_and_the_yes_of_the_second_has_it(waiting: Waiting) -> None:
    first, second = waiting.waits(30), waiting.waits(10)
    stretch = waiting.free(SOON)
    waiting.front.do(one_by_one)
    waiting.round()
    assert waiting.offers(stretch) == {first.id: "offered"}
    assert waiting.front.slot(SOON).status == "busy-tentative"
    waiting.sent()
    waiting.round(15)
    assert waiting.offers(stretch) == {first.id: "expired", second.id: "offered"}
    assert waiting.says(second) == "accepted"
    stretch = waiting.stretch(SOON)
    assert (stretch.status, stretch.minutes, stretch.price) == ("filled", 30, 80)
    assert waiting.front.slot(SOON).status == "busy"
    assert waiting.told(second) == ["offer", "booked"]
    assert waiting.says(first) == "expired"
    assert waiting.told(first) == ["offer", "taken"]
    assert waiting.says(first) == "expired"
    assert waiting.told(first) == ["offer", "taken"]  # once


def test_soon_three_are_asked_at_once_and_losers_are_told_and_keep_their_place(waiting: Waiting) -> None:
    people = [waiting.waits(days) for days in (40, 30, 20, 10)]
    stretch = waiting.free(SOON)
    waiting.round()
    assert waiting.offers(stretch) == {each.id: "offered" for each in people[:3]}
    waiting.sent()
    assert waiting.says(people[1]) == "accepted"
    assert waiting.offers(stretch) == {people[0].id: "lost", people[1].id: "accepted", people[2].id: "lost"}
    waiting.round()
    assert waiting.told(people[0]) == waiting.told(people[2]) == ["offer", "taken"]
    waiting.round()
    assert waiting.told(people[0]) == ["offer", "taken"]
    assert [each.status for each in people] == ["waiting", "booked", "waiting", "waiting"]
    assert waiting.says(people[1]) == "accepted"  # said again


def test_whose_question_never_left_is_told_nothing(waiting: Waiting) -> None:
    people = [waiting.waits(days) for days in (40, 30)]
    waiting.free(SOON)
    waiting.round()
    assert waiting.says(people[1]) == "accepted"
    waiting.round()
    assert waiting.told(people[0]) == ["offer"]
    states = select(Message.status, Message.reasons).where(Message.patient_id == people[0].patient_id)
    assert waiting.front.session.execute(states).all() == [("held", ["NO_LONGER_TRUE"])]


def test_the_older_time_of_the_winner_comes_free_and_is_offered_on(waiting: Waiting) -> None:
    front = waiting.front
    later = at(15)
    mover = waiting.somebody()
    visit = front.book(later, patient=mover)
    first = waiting.waits(40, patient=mover, earlier_than=visit.uid)
    second = waiting.waits(10, from_time=dt.time(14), until_time=dt.time(17))
    waiting.free(SOON)
    waiting.round()
    assert waiting.says(first) == "accepted"
    moved = front.session.get_one(Appointment, visit.id)
    assert (moved.start_at, moved.status) == (SOON, "booked")
    waiting.round()
    assert waiting.offers(waiting.stretch(later)) == {second.id: "offered"}


def test_nobody_can_be_asked_so_the_front_desk_is_told_and_somebody_new_is_asked(waiting: Waiting) -> None:
    stretch = waiting.free(SOON)
    waiting.round()
    assert waiting.stretch(SOON).status == "desk"
    assert waiting.front.slot(SOON).status == "free"
    new = waiting.waits(1)
    waiting.round()
    assert waiting.offers(stretch) == {new.id: "offered"}


def test_a_no_asks_the_next_and_three_of_them_end_the_asking(waiting: Waiting) -> None:
    first, second = waiting.waits(30), waiting.waits(10)
    first.refused = 2
    waiting.front.session.flush()
    waiting.front.do(one_by_one)
    stretch = waiting.free(SOON)
    waiting.round()
    assert waiting.says(first, is_yes=False) == "declined"
    waiting.round()
    assert waiting.offers(stretch) == {first.id: "declined", second.id: "offered"}
    assert waiting.front.session.get_one(WaitlistEntry, first.id).refused == 3
    again = waiting.free(at(10))
    waiting.front.now += dt.timedelta(days=2)
    assert first.id not in waiting.order(again)


def test_who_cannot_be_written_to_is_passed_on_at_once_and_stands_there_for_the_desk(waiting: Waiting) -> None:
    first, second = waiting.waits(30), waiting.waits(10)
    waiting.front.do(one_by_one)
    stretch = waiting.free(SOON)
    waiting.round()
    waiting.front.session.execute(text("UPDATE message SET status = 'held', reasons = '{NO_CONSENT}'"))
    waiting.round()
    assert waiting.offers(stretch) == {first.id: "unsent", second.id: "offered"}
    assert waiting.front.session.get_one(WaitlistEntry, first.id).asked == 0


def test_a_question_that_waits_for_a_lawful_hour_lasts_from_then(waiting: Waiting) -> None:
    first = waiting.waits(30)
    waiting.free(at(16))
    waiting.round()
    opens = waiting.front.now + dt.timedelta(hours=3)
    waiting.front.session.execute(text("UPDATE message SET not_before = :at"), {"at": opens})
    waiting.round()
    offer = waiting.offer(first)
    assert (offer.status, offer.expires_at) == ("offered", opens + dt.timedelta(minutes=30))
    waiting.front.session.execute(text("UPDATE message SET status = 'accepted', channel = 'sms', sent_at = not_before"))
    waiting.round(3 * 60 + 29)
    assert waiting.offer(first).status == "offered"
    waiting.round(1)
    assert waiting.offer(first).status == "expired"


def test_what_somebody_books_meanwhile_is_theirs_and_the_asked_are_told(waiting: Waiting) -> None:
    front = waiting.front
    first = waiting.waits(30)
    stretch = waiting.free(SOON)
    waiting.round()
    waiting.sent()
    other = Appointment(patient_id=waiting.patient(waiting.waits(1)).id, practitioner_id=front.doctor.id)
    other.status, other.start_at, other.end_at, other.recorded_at = "booked", SOON, at(11, 30), front.now
    front.session.add(other)  # as a source sends it
    front.session.flush()
    assert waiting.says(first) == "lost"
    assert waiting.told(first) == ["offer", "taken"]
    waiting.round()
    assert waiting.front.session.get_one(Backfill, stretch.id).status == "taken"


def test_what_is_left_of_a_long_time_is_offered_on(waiting: Waiting) -> None:
    first = waiting.waits(30)
    waiting.free(SOON, "long")
    waiting.round()
    assert waiting.says(first) == "accepted"
    waiting.round()
    assert waiting.stretch(at(11, 30)).status == "desk"


def test_times_come_free_also_by_a_move_a_lifted_block_and_a_hold_that_ran_out(waiting: Waiting) -> None:
    front = waiting.front
    visit = front.book(at(9))
    front.do(move_appointment, visit.uid, front.asked(at(10)))
    block = front.do(block_schedule, front.session.scalars(select(Schedule)).one().uid, at(13), at(14), "meeting").block
    front.do(lift_block, block.uid)
    front.do(hold_slot, front.asked(at(15)))
    waiting.round(11)
    was = select(Backfill.start_at, Backfill.end_at, Backfill.was).order_by(Backfill.start_at)
    assert [tuple(row) for row in front.session.execute(was)] == [
        (at(9), at(9, 30), "busy"),
        (at(13), at(14), "blocked"),
        (at(15), at(15, 30), "held"),
    ]
    assert front.session.scalar(select(func.count()).select_from(FreedSlot)) == 0


def test_whoever_is_taken_off_the_list_holds_no_time(waiting: Waiting) -> None:
    first = waiting.waits(30)
    stretch = waiting.free(SOON)
    waiting.round()
    waiting.front.do(withdraw_entry, first.uid, "patient")
    waiting.round()
    assert waiting.offers(stretch) == {first.id: "declined"}
    assert waiting.front.slot(SOON).status == "free"


def test_without_a_text_nobody_is_asked(waiting: Waiting) -> None:
    waiting.waits(30)
    waiting.front.session.execute(
        text("UPDATE definition SET live_version_id = NULL, status='draft' WHERE slug = 'waitlist-offer'")
    )
    waiting.free(SOON)
    waiting.round()
    assert waiting.stretch(SOON).status == "desk"


def test_whoever_is_killed_between_two_statements_loses_and_doubles_nothing(waiting: Waiting) -> None:
    front = waiting.front
    people = [waiting.waits(days) for days in (40, 30)]
    stretch = waiting.free(SOON)
    asked = killed_everywhere(front, lambda: front.do(look_at, stretch.id))
    assert waiting.offers(stretch) == {each.id: "offered" for each in people}
    assert waiting.told(people[0]) == ["offer"]
    assert asked > 10
    answered = killed_everywhere(front, lambda: waiting.says(people[0]))
    assert answered > 15
    assert waiting.offers(stretch) == {people[0].id: "accepted", people[1].id: "lost"}
    counted = select(func.count()).select_from(Message).where(Message.patient_id == people[0].patient_id)
    assert waiting.told(people[0]) == ["offer", "booked"]
    assert front.session.scalar(counted) == 2
    assert front.session.scalar(select(func.count(Slot.appointment_id.distinct())).where(Slot.start_at == SOON)) == 1
    offers = select(func.count()).select_from(WaitlistOffer)
    assert front.session.scalar(offers) == 2


def test_a_reply_in_words_takes_the_time_in_its_own_transaction(waiting: Waiting) -> None:
    front = waiting.front
    first = waiting.waits(30)
    waiting.free(SOON)
    waiting.round()
    number = front.session.scalars(select(PatientTelecom).where(PatientTelecom.patient_id == first.patient_id)).one()
    values = {"status": "accepted", "channel": "phone_simulator", "sent_at": front.now, "telecom_id": number.id}
    front.session.execute(update(Message).values(**values))
    front.now += dt.timedelta(minutes=3)
    front.do(receive, Arrived("phone_simulator", "1", number.value, "Yes"))
    front.do(react)
    assert front.session.get_one(WaitlistEntry, first.id).status == "booked"
    assert front.slot(SOON).status == "busy"
    assert waiting.told(first) == ["offer", "booked"]


class Killed(Exception):
    """The process is gone."""


def killed_everywhere(front: Front, doing: object) -> int:
    """Do it, killed before the first statement, then before the second…, until it comes to its end; how many there
    were."""
    bind = front.session.connection()
    for most in range(200):
        seen = 0

        def counting(*_: object, most: int = most) -> None:
            nonlocal seen
            seen += 1
            if seen == most + 1:  # its rollback goes through
                raise Killed

        inner = front.session.begin_nested()
        event.listen(bind, "before_cursor_execute", counting)
        try:
            doing()  # type: ignore[operator]
        except Killed:
            event.remove(bind, "before_cursor_execute", counting)
            inner.rollback()
        else:
            event.remove(bind, "before_cursor_execute", counting)
            inner.commit()
            return most
    raise AssertionError("It never came to its end")
