"""Patients book by links: once, within what the link allows, two at one time; a message always has the same link."""

import datetime as dt

import pytest
from sqlalchemy import select, update

from journeys.access.appointments.cancel_appointment import cancel_appointment
from journeys.access.links.book_by_link import book_by_link
from journeys.access.links.booking_link import ENDED, OPEN, USED
from journeys.access.links.offer_booking import Offer, offer_booking
from journeys.access.links.read_booking import read_booking
from journeys.contact.texts.booking_links import LINK, booking_links_of
from journeys.foundation import links
from journeys.foundation.errors import Invalid, Missing
from journeys.foundation.links import token_of
from journeys.store import Appointment, AppointmentType, BookingLink, Patient, Practitioner
from tests.make import added, branch, message
from tests.unit.access.conftest import at


@pytest.fixture
def offered(front):
    """A patient, and the letters of a link by which they book a visit."""
    front.session.execute(update(AppointmentType).where(AppointmentType.slug == "visit").values(patients_may_book=True))
    patient = front.patient()
    return patient, token_of(LINK, front.do(offer_booking, patient, Offer("visit")).id)


def starts(front, token: str, **more) -> list[dt.datetime]:
    return [each.start_at for each in front.do(read_booking, token, **more).times]


def test_a_link_books_once_and_then_leads_to_what_it_booked(front, offered) -> None:
    patient, token = offered
    found = front.do(read_booking, token)
    assert (found.standing, found.kind, found.times[0].start_at) == (OPEN, "visit", front.free()[0])
    first = front.do(book_by_link, token, "", front.slot(at(9)).uid)
    again = front.do(book_by_link, token, "", front.slot(at(10)).uid)
    assert again.id == first.id
    assert front.session.get_one(Patient, first.patient_id).uid == patient
    found = front.do(read_booking, token)
    assert (found.standing, list(found.times), bool(found.visit)) == (USED, [], True)
    assert at(10) in front.free()


def test_what_was_called_off_may_be_booked_anew(front, offered) -> None:
    _, token = offered
    first = front.do(book_by_link, token, "", front.slot(at(9)).uid)
    front.do(cancel_appointment, first.uid, "pat-cpp")
    second = front.do(book_by_link, token, "", front.slot(at(10)).uid)
    assert second.id != first.id


def test_of_two_who_take_one_time_the_loser_sees_the_others(front, offered) -> None:
    _, token = offered
    front.book(at(9))
    with pytest.raises(Invalid):
        front.do(book_by_link, token, "", front.slot(at(9)).uid)
    assert at(9) not in starts(front, token)
    assert front.do(read_booking, token).standing == OPEN


def test_a_link_runs_out_and_others_open_nothing(front, offered) -> None:
    _, token = offered
    number = links.number_in(LINK, token)
    for letters in (token_of("appointment", number), token_of(LINK, number + 1), token[:-1], "ä" * 30):
        for verb, more in ((read_booking, ()), (book_by_link, ("", front.slot(at(9)).uid))):
            with pytest.raises(Missing):
                front.do(verb, letters, *more)
    front.session.execute(update(BookingLink).values(good_until=front.now, made_at=front.now - dt.timedelta(days=60)))
    assert front.do(read_booking, token).standing == ENDED
    with pytest.raises(Invalid):
        front.do(book_by_link, token, "", front.slot(at(9)).uid)


def test_a_link_keeps_to_its_schedule_and_branch(front, offered) -> None:
    patient, _ = offered
    other = added(front.session, Practitioner(name="Dr. Other"))
    far = front.schedule("far", location_id=branch(front.session, "far").id, practitioner_id=other.id)
    near = front.do(offer_booking, patient, Offer("visit", location_id=front.here.id))
    theirs = front.do(offer_booking, patient, Offer("visit", schedule=far.uid))
    open_one = front.do(offer_booking, patient, Offer("visit"))
    # where nobody has said so, only the branches of the patient: others would not see who comes
    assert list(front.do(read_booking, token_of(LINK, open_one.id)).branches) == [front.here.id]
    with pytest.raises(Missing):
        front.do(book_by_link, token_of(LINK, open_one.id), "", front.slot(at(9), "far").uid)
    with pytest.raises(Missing):
        front.do(book_by_link, token_of(LINK, near.id), "", front.slot(at(9), "far").uid)
    with pytest.raises(Missing):
        front.do(book_by_link, token_of(LINK, theirs.id), "", front.slot(at(9)).uid)
    assert front.do(read_booking, token_of(LINK, theirs.id)).branches == {far.location_id: "Far"}


def test_only_what_patients_may_book_is_offered(front, offered) -> None:
    patient, _ = offered
    front.session.execute(update(AppointmentType).where(AppointmentType.slug == "long").values(patients_may_book=False))
    with pytest.raises(Invalid):
        front.do(offer_booking, patient, Offer("long"))
    with pytest.raises(Missing):
        front.do(offer_booking, patient, Offer("none"))
    front.session.execute(update(AppointmentType).values(patients_may_book=False))
    made = front.session.scalars(select(BookingLink.id).order_by(BookingLink.id.desc())).first()
    found = front.do(read_booking, token_of(LINK, made))
    assert (found.kinds, list(found.times)) == ([], [])


def test_a_message_has_one_link_and_one_about_a_visit_is_for_its_type(front, offered, monkeypatch) -> None:
    patient, _ = offered
    monkeypatch.setattr(links.Portal, "address", "https://portal.example")
    visit = front.book(at(9))
    who = front.session.scalars(select(Patient).where(Patient.uid == patient)).one()
    about = front.session.get_one(Patient, visit.patient_id)
    plain = message(front.session, who, None)
    missed = message(front.session, about, None, focus_kind="appointment", focus_id=visit.id)
    first = booking_links_of(front.session, [plain.id, missed.id])
    assert booking_links_of(front.session, [missed.id, plain.id]) == first
    assert first[plain.id].startswith("https://portal.example/b/")
    rows = {row.message_id: row for row in front.session.scalars(select(BookingLink))}
    assert rows[missed.id].type_id == visit.type_id
    assert rows[plain.id].type_id is None
    token = first[plain.id].rpartition("/")[2]
    found = front.do(read_booking, token)
    assert ([slug for slug, _ in found.kinds], found.kind) == (["long", "visit"], None)
    made = front.do(book_by_link, token, "visit", front.slot(at(10)).uid)
    assert front.session.get_one(Appointment, made.id).patient_id == who.id


def test_whoever_opens_the_link_of_a_merged_record_books_for_the_kept_one(front, offered) -> None:
    gone, token = offered
    kept = front.session.scalars(select(Patient).where(Patient.uid == front.patient())).one()
    front.session.execute(update(Patient).where(Patient.uid == gone).values(merged_into_id=kept.id))
    assert front.do(book_by_link, token, "", front.slot(at(9)).uid).patient_id == kept.id
