"""Patients taken by a schedule: who, when, once for each occurrence, whatever clocks, workers and people do."""

import datetime as dt
import zoneinfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from journeys.flow.pauses.pause import pause
from journeys.flow.pauses.resume import resume
from journeys.flow.publishing.approve import approve
from journeys.flow.publishing.ask_to_publish import ask_to_publish
from journeys.flow.text.schedule import Schedule
from journeys.flow.text.times import WEEKDAYS
from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.foundation.errors import Invalid
from journeys.foundation.zones import rows_of
from journeys.store.enrolments import Enrolment
from journeys.store.occurrences import JourneyOccurrence
from journeys.store.people import Patient
from journeys.store.putting_in_force.save_draft import save_draft
from tests.unit.flow.clinic import EVERYONE, a_journey, a_step, publish_plain, say

NEW_YORK = "America/New_York"
HARD = (NEW_YORK, "UTC", "Australia/Lord_Howe", "America/St_Johns", "Africa/Cairo", "Asia/Beirut", "America/Havana")
SHORT = {"pause": a_step("wait", "end", for_={"hours": 1}), "end": a_step("end")}
AT_NINE = {"segment": "everyone", "schedule": {"at": "09:00"}}
AGAIN = {"allowed": "after-exit"}


@pytest.fixture
def clinic(clinic):
    """The clinic of New York; it is the tenth of March, noon in London."""
    content = {"format": 1, "time_zone": NEW_YORK, "languages": ["en"]}
    clinic.do(publish_plain, "setting", "organisation", content)
    clinic.now = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
    return clinic


def new_york(month, day, hour, minute=0):
    """A local time of 2026 as an instant."""
    return dt.datetime(2026, month, day, hour, minute, tzinfo=zoneinfo.ZoneInfo(NEW_YORK)).astimezone(dt.UTC)


def at(clinic, day, hour, minute=0):
    """Let it be a time of New York; the worker looks, and everybody who is due moves."""
    clinic.now = new_york(*day, hour, minute)
    entered = clinic.enrol()
    clinic.run()
    return entered


def outcomes(clinic):
    return [(each.outcome, each.entered) for each in clinic.all(JourneyOccurrence)]


@pytest.mark.store
def test_everybody_of_the_moment_is_taken_once_and_nobody_in_between(clinic):
    clinic.people(2)
    clinic.publish(a_journey(SHORT, entry=AT_NINE, reentry=AGAIN))
    assert at(clinic, (3, 10), 8, 59) == 0
    assert at(clinic, (3, 10), 9, 0) == 2
    clinic.people()
    assert [at(clinic, (3, 10), hour) for hour in (9, 10, 12, 23)] == [0, 0, 0, 0]
    assert at(clinic, (3, 11), 9, 1) == 3
    assert outcomes(clinic) == [("done", 2), ("done", 3)]


@pytest.mark.store
def test_a_rule_takes_whoever_fits_it_at_that_time(clinic):
    clinic.people(language="es")
    clinic.people(language="en")
    rule = {"field": "language", "is": "is", "value": "es"}
    clinic.publish(a_journey(SHORT, entry={"rule": rule, "schedule": {"at": "09:00", "weekdays": ["wednesday"]}}))
    assert at(clinic, (3, 10), 9) == 0
    assert at(clinic, (3, 11), 9) == 1
    languages = {row.id: row.language for row in clinic.all(Patient)}
    assert [languages[row.patient_id] for row in clinic.all(Enrolment)] == ["es"]


@pytest.mark.store
def test_of_several_that_were_missed_the_newest_is_made_up_within_a_day(clinic):
    clinic.people()
    clinic.publish(a_journey(SHORT, entry=AT_NINE, reentry=AGAIN))
    assert at(clinic, (3, 14), 7, 30) == 1
    assert at(clinic, (3, 14), 8, 59) == 0
    assert at(clinic, (3, 14), 9) == 1
    planned = [each.planned_at.astimezone(zoneinfo.ZoneInfo(NEW_YORK)).day for each in clinic.all(JourneyOccurrence)]
    assert planned == [13, 14]


@pytest.mark.store
def test_what_is_too_late_is_kept_as_missed_and_not_made_up(clinic):
    clinic.people()
    clinic.publish(a_journey(SHORT, entry={"segment": "everyone", "schedule": {"at": "09:00", "month_day": 11}}))
    assert at(clinic, (3, 12), 9, 1) == 0
    assert outcomes(clinic) == [("missed", 0)]
    assert at(clinic, (3, 12), 9, 2) == 0
    assert len(outcomes(clinic)) == 1
    assert at(clinic, (4, 11), 9) == 1


@pytest.mark.store
def test_a_version_begins_with_what_comes_after_it(clinic):
    clinic.people()
    clinic.now = new_york(3, 10, 9, 30)
    clinic.publish(a_journey(SHORT, entry=AT_NINE))
    assert at(clinic, (3, 10), 9, 31) == 0
    assert outcomes(clinic) == []


@pytest.mark.store
def test_an_occurrence_goes_on_until_everybody_is_in_and_takes_nobody_twice(clinic):
    clinic.people(5)
    ends = {"note": a_step("note", "end", text={"en": "Nothing"}), "end": a_step("end")}
    clinic.publish(a_journey(ends, entry=AT_NINE, reentry=AGAIN))
    clinic.now = new_york(3, 10, 9)
    entered = []
    while not entered or entered[-1]:
        entered.append(clinic.enrol(limit=2))
        clinic.pass_time(minutes=1)
    assert entered == [2, 2, 1, 0]
    assert outcomes(clinic) == [("done", 5)]
    assert len({row.patient_id for row in clinic.all(Enrolment)}) == 5


@pytest.mark.store
def test_while_it_is_paused_nobody_is_taken_and_what_waited_is_made_up(clinic):
    clinic.people()
    clinic.publish(a_journey(SHORT, entry=AT_NINE))
    clinic.do(pause, "journey")
    clinic.now = new_york(3, 10, 15)
    clinic.do(resume, "journey")
    assert at(clinic, (3, 10), 15, 1) == 1


@pytest.mark.store
def test_too_many_stop_it_before_anybody_enters_and_the_occurrence_stays_open(clinic):
    clinic.people(3)
    clinic.do(save_draft, "journey", "journey", say("Test"), a_journey(SHORT, entry=AT_NINE))
    fingerprint = clinic.do(ask_to_publish, "journey", most_a_day=2).fingerprint
    act(clinic.house, Act(clinic.now, "user:petra", EVERYWHERE), approve, "journey", fingerprint)
    assert at(clinic, (3, 10), 9) == 0
    assert clinic.all(Enrolment) == []
    assert outcomes(clinic) == [(None, 0)]


@pytest.mark.parametrize(
    "entry",
    [
        {"schedule": {"at": "09:00"}},
        {"segment": "everyone", "schedule": {"at": "9"}},
        {"segment": "everyone", "schedule": {"at": "09:00", "month_day": 32}},
        {"segment": "everyone", "schedule": {"at": "09:00", "month_day": 1, "weekdays": ["monday"]}},
        {"segment": "everyone", "rule": EVERYONE, "schedule": {"at": "09:00"}},
        {"event": "task.completed", "schedule": {"at": "09:00"}},
        {"chosen": True, "schedule": {"at": "09:00"}},
        {"segment": "everyone", "rule": EVERYONE},
    ],
)
@pytest.mark.store
def test_entries_that_cannot_be_meant_are_refused(clinic, entry):
    with pytest.raises(Invalid):
        clinic.publish(a_journey(SHORT, entry=entry))


SCHEDULES = st.builds(
    Schedule,
    at=st.times().map(lambda time: time.strftime("%H:%M")),
    weekdays=st.lists(st.sampled_from(list(WEEKDAYS)), unique=True, max_size=3).map(tuple),
) | st.builds(
    Schedule,
    at=st.times().map(lambda time: time.strftime("%H:%M")),
    month_day=st.integers(1, 31),
)
BEGIN = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
MOMENTS = st.integers(0, 2 * 366 * 24 * 60).map(lambda minutes: BEGIN + dt.timedelta(minutes=minutes))


def every_moment(schedule: Schedule, zone: str, now: dt.datetime) -> list[dt.datetime]:
    """The oracle: each day around `now` that has an occurrence, through the table of the zone's spans."""
    days = [now.date() + dt.timedelta(days=number) for number in range(-40, 41)]
    hour = dt.time.fromisoformat(schedule.at)
    fitting = [day for day in days if fits(schedule, day)]
    return [by_the_spans(zone, dt.datetime.combine(day, hour)) for day in fitting]


def by_the_spans(zone: str, wall: dt.datetime) -> dt.datetime:
    """The instant of a wall time as `zone_span` has it: `instant_in_python`, with the spans kept."""
    [span] = [each for each in rows_of(zone) if each["wall_from"] <= wall < each["wall_to"]]
    straight = (wall - dt.timedelta(minutes=span["offset_minutes"])).replace(tzinfo=dt.UTC)
    return max(straight, span["from_at"])


def fits(schedule: Schedule, day: dt.date) -> bool:
    """Whether a day is meant, said in another way than the schedule says it."""
    if schedule.month_day is None:
        names = [name for name in WEEKDAYS if name in schedule.weekdays] or list(WEEKDAYS)
        return day.strftime("%A").lower() in names
    tomorrow = day + dt.timedelta(days=1)
    return day.day == schedule.month_day or (tomorrow.day == 1 and day.day < schedule.month_day)


@given(SCHEDULES, st.sampled_from(HARD), MOMENTS)
@example(Schedule("02:30"), NEW_YORK, dt.datetime(2026, 3, 8, 7, tzinfo=dt.UTC))
@example(Schedule("01:30"), NEW_YORK, dt.datetime(2026, 11, 1, 6, tzinfo=dt.UTC))
@example(Schedule("00:00"), "Africa/Cairo", dt.datetime(2026, 4, 23, 22, tzinfo=dt.UTC))
def test_occurrences_are_those_of_the_calendar_and_the_zone(schedule: Schedule, zone: str, now: dt.datetime) -> None:
    every = every_moment(schedule, zone, now)
    assert schedule.latest(zone, now) == max(each for each in every if each <= now)
    assert schedule.coming(zone, now) == min(each for each in every if each > now)
