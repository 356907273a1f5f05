"""Patients act by links: once, late or in time, two at one time; letters of others open nothing; calendars get told."""

import datetime as dt

import icalendar
import pytest
from sqlalchemy import select, update

from journeys.access.links.cancel_by_link import cancel_by_link
from journeys.access.links.confirm_by_link import confirm_by_link
from journeys.access.links.invitation import invitation, written
from journeys.access.links.move_by_link import move_by_link
from journeys.access.links.read_visit import CANCELLED, CONFIRMED, OVER, TO_CONFIRM, read_visit
from journeys.access.links.times_to_move import times_to_move
from journeys.contact.texts.visit_links import LINK
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.foundation.links import token_of
from journeys.store import Appointment, AppointmentHistory, AppointmentType, Practitioner
from tests.make import added, branch
from tests.unit.access.conftest import TOMORROW, at

NEW_YORK = "America/New_York"
NEXT_DAY = TOMORROW + dt.timedelta(days=1)


@pytest.fixture
def booked(front):
    """A visit tomorrow at nine that its patient may move, and the letters of its link."""
    allow_patients(front, "visit")
    made = front.book(at(9))
    return made, token_of(LINK, made.id)


def allow_patients(front, slug: str) -> None:
    front.session.execute(update(AppointmentType).where(AppointmentType.slug == slug).values(patients_may_book=True))


def test_a_link_tells_when_and_where_and_nothing_of_whose_or_what_for(front, booked) -> None:
    _, token = booked
    found = front.do(read_visit, token)
    assert (found.standing, found.start_at, found.zone, found.branch) == (TO_CONFIRM, at(9), NEW_YORK, front.here.name)
    assert (found.may_confirm, found.may_cancel, found.may_move) == (True, True, True)
    assert "Rivera" not in str(vars(found))
    assert "Visit" not in str(vars(found))


def test_other_letters_open_nothing(front, booked) -> None:
    made, token = booked
    for letters in (token_of("choices", made.id), token_of(LINK, made.id + 1), token[:-1], token.swapcase(), "ä" * 30):
        for verb in (read_visit, confirm_by_link, cancel_by_link, invitation, times_to_move):
            with pytest.raises(Missing):
                front.do(verb, letters)


def test_yes_is_kept_once_also_when_it_is_pressed_twice(front, booked) -> None:
    made, token = booked
    version = front.do(read_visit, token).row_version
    for _ in range(2):
        front.do(confirm_by_link, token, version)
    found = front.do(read_visit, token)
    assert (found.standing, found.row_version, found.may_confirm) == (CONFIRMED, version + 1, False)
    assert front.session.get_one(Appointment, made.id).confirmed_at == front.now


def test_no_frees_the_time_once_and_says_who_and_why(front, booked) -> None:
    made, token = booked
    for _ in range(2):
        front.do(cancel_by_link, token, 1)
    assert at(9) in front.free()
    found = front.do(read_visit, token)
    # nine tomorrow is less than a day ahead of noon
    assert (found.standing, found.was_late, found.may_cancel, found.may_move) == (CANCELLED, True, False, False)
    told = select(AppointmentHistory.to_status, AppointmentHistory.why).where(
        AppointmentHistory.appointment_id == made.id
    )
    assert front.session.execute(told.order_by(AppointmentHistory.id)).all() == [
        ("booked", None),
        ("cancelled", "pat-cpp"),
    ]


def test_in_time_it_is_not_late(front) -> None:
    token = token_of(LINK, front.book(at(14)).id)
    assert front.do(read_visit, token).in_time_until == at(14) - dt.timedelta(days=1)
    front.do(cancel_by_link, token, 1)
    assert not front.do(read_visit, token).was_late


def test_moving_keeps_the_link_and_the_second_press_changes_nothing(front, booked) -> None:
    _, token = booked
    slot = front.slot(at(11)).uid
    assert at(11) in [each.start_at for each in front.do(times_to_move, token)]
    for _ in range(2):
        front.do(move_by_link, token, slot, 1)
    found = front.do(read_visit, token)
    assert (found.start_at, found.row_version) == (at(11), 2)
    assert at(9) in front.free()


def test_whoever_comes_too_late_keeps_what_they_had_and_sees_other_times(front, booked) -> None:
    _, token = booked
    slot = front.slot(at(11)).uid
    front.book(at(11))
    with pytest.raises(Invalid):
        front.do(move_by_link, token, slot, 1)
    assert front.do(read_visit, token).start_at == at(9)
    assert at(11) not in [each.start_at for each in front.do(times_to_move, token)]


def test_a_page_that_was_looked_at_too_long_ago_changes_nothing(front, booked) -> None:
    made, token = booked
    front.session.execute(update(Appointment).where(Appointment.id == made.id).values(row_version=5))
    front.session.expire_all()
    for verb in (confirm_by_link, cancel_by_link):
        with pytest.raises(Stale):
            front.do(verb, token, 1)
    with pytest.raises(Stale):
        front.do(move_by_link, token, front.slot(at(11)).uid, 1)


def test_what_patients_may_not_book_they_do_not_move(front) -> None:
    token = token_of(LINK, front.book(at(9)).id)
    assert not front.do(read_visit, token).may_move
    assert front.do(times_to_move, token) == []
    with pytest.raises(Invalid):
        front.do(move_by_link, token, front.slot(at(11)).uid, 1)


def test_a_time_of_another_branch_is_none(front, booked) -> None:
    _, token = booked
    other = added(front.session, Practitioner(name="Dr. Other"))
    front.schedule("elsewhere", location_id=branch(front.session, "elsewhere").id, practitioner_id=other.id)
    with pytest.raises(Missing):
        front.do(move_by_link, token, front.slot(at(11), "elsewhere").uid, 1)


def test_once_it_has_begun_nothing_is_said_by_link_and_a_day_later_nothing_is_shown(front, booked) -> None:
    _, token = booked
    front.now = at(9)
    with pytest.raises(Invalid):
        front.do(cancel_by_link, token, 1)
    with pytest.raises(Invalid):
        front.do(confirm_by_link, token, 1)
    front.now = at(10, day=NEXT_DAY)
    found = front.do(read_visit, token)
    assert (found.standing, found.start_at, found.branch) == (OVER, None, None)


def events(content: bytes):
    calendar = icalendar.Calendar.from_ical(content)
    return calendar, calendar.walk("VEVENT")[0]


def test_an_invitation_says_when_and_where_and_each_change_replaces_it(front, booked) -> None:
    made, token = booked
    calendar, first = events(front.do(invitation, token).content)
    assert (calendar["METHOD"], first["STATUS"], first["SEQUENCE"]) == ("PUBLISH", "CONFIRMED", 0)
    assert (first.start, first.start.tzinfo.key) == (at(9), NEW_YORK)
    assert first.end == at(9, 30)
    assert first["LOCATION"] == front.here.name
    assert "Visit" not in first["SUMMARY"]
    assert token not in str(first)
    front.do(move_by_link, token, front.slot(at(11)).uid, 1)
    _, second = events(front.do(invitation, token).content)
    assert (second["UID"], second["SEQUENCE"], second.start) == (first["UID"], 1, at(11))
    front.do(cancel_by_link, token, 2)
    file = front.do(invitation, token)
    calendar, last = events(file.content)
    assert (file.method, calendar["METHOD"], last["STATUS"]) == ("CANCEL", "CANCEL", "CANCELLED")
    assert (last["UID"], last["SEQUENCE"]) == (first["UID"], 2)
    assert made.uid.hex[:8] in last["UID"]


@pytest.mark.parametrize(
    "moment",
    [
        dt.datetime(2026, 3, 8, 6, 30, tzinfo=dt.UTC),  # half an hour before the clocks go forward
        dt.datetime(2026, 3, 8, 7, 0, tzinfo=dt.UTC),  # three o'clock, which follows two
        dt.datetime(2026, 11, 1, 5, 30, tzinfo=dt.UTC),  # half past one
        dt.datetime(2026, 11, 1, 6, 30, tzinfo=dt.UTC),  # half past one again
        dt.datetime(2026, 11, 1, 7, 0, tzinfo=dt.UTC),
    ],
)
def test_calendars_read_the_same_moment_where_the_clocks_jump(moment: dt.datetime) -> None:
    event = icalendar.Event()
    event.add("dtstart", written(moment, NEW_YORK))
    calendar = icalendar.Calendar()
    calendar.add_component(event)
    calendar.add_missing_timezones()
    read = icalendar.Calendar.from_ical(calendar.to_ical()).walk("VEVENT")[0].start
    # RFC 5545: the wall clock of an hour that comes twice means the first
    assert read.replace(fold=0).astimezone(dt.UTC) == moment
