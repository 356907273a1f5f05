"""Service levels: SQL agrees with one who watches entries and the door of the clinic minute by minute.

`CALENDARS=10000` watches so many calendars; a test run watches a few.
"""

import datetime as dt
import os
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from journeys.desk.reasons.reason import Reason
from journeys.desk.service_levels.cases import cases
from journeys.desk.service_levels.keep_cases import keep_cases
from journeys.desk.service_levels.report import first_contacts, levels
from journeys.foundation import calendars
from journeys.store.conversations import Conversation, ConversationEntry
from journeys.store.service_levels import ServiceCase
from journeys.store.tasks import TaskQueue
from tests import make
from tests.door import MINUTE, ZONES, hours_of_a_day, open_minutes, written
from tests.make import added, an_act
from tests.one_database import engine, session
from tests.unit.desk.case_oracle import Entry, Watched, quantile, watch

__all__ = ["engine", "session"]

pytestmark = pytest.mark.store

CALENDARS = int(os.environ.get("CALENDARS", "20"))
WINDOW = 6 * 24 * 60
"""Minutes in which things happen: longer than what makes one case of two."""

KINDS: Sequence[tuple[str, str | None, bool]] = (
    ("arrived", "read", False),
    ("arrived", None, False),
    ("sent", "hello", True),
    ("sent", None, False),
    ("called", "to-patient", True),
    ("called", "no-answer", True),
    ("called", "voicemail", True),
    ("called", "from-patient", True),
    ("waiting", None, True),
    ("snoozed", None, True),
    ("back", None, False),
    ("closed", "answered", True),
    ("reopened", None, True),
    ("noted", None, True),
)
Drawn = tuple[str, Any, list[str], dt.datetime, list[Entry], int, int | None, int | None, int]
"""Zone, hours, closed days, since, entries, minute of looking, what is promised for response and resolution, limit."""


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    hours = draw(st.dictionaries(st.sampled_from("1234567"), hours_of_a_day(), min_size=1))
    night = draw(
        st.sampled_from([dt.date(2026, 3, 8), dt.date(2026, 3, 29), dt.date(2026, 11, 1), dt.date(2026, 6, 9)])
    )
    since = dt.datetime.combine(night, dt.time(), dt.UTC) + draw(st.integers(-3 * 24 * 60, 0)) * MINUTE
    closed = draw(st.lists(st.sampled_from([night, night + dt.timedelta(days=1)]), max_size=1))
    minutes = sorted(draw(st.lists(st.integers(0, WINDOW), min_size=1, max_size=9, unique=True)))
    entries: list[Entry] = [(minute, *draw(st.sampled_from(KINDS))) for minute in minutes]
    promise = st.one_of(st.none(), st.integers(1, 600))
    looked = draw(st.integers(minutes[-1], WINDOW))
    days = [day.isoformat() for day in closed]
    zone = draw(st.sampled_from(ZONES))
    return zone, hours, days, since, entries, looked, draw(promise), draw(promise), draw(st.integers(0, 300))


NIGHT = dt.datetime(2026, 11, 1, 4, tzinfo=dt.UTC)
IN_A_NIGHT_THAT_HAS_AN_HOUR_TWICE: Drawn = (
    "America/New_York", {"7": [["01:30", "02:30"]]}, [], NIGHT,
    [(0, "arrived", "read", False), (120, "waiting", None, True), (150, "sent", "hello", True),
     (600, "closed", "answered", True)],
    700, 59, 60, 15,
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def a_month():
    """Calendars are written out for a month, not for five years: more is never asked here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calendars, "DAYS", 31)
        yield


def a_queue(session: Session, **facts: Any) -> TaskQueue:
    return added(session, TaskQueue(slug="calls", name={"en": "Calls"}, **facts))


def a_conversation(session: Session, queue: TaskQueue | None, since: dt.datetime, entries: Sequence[Entry]) -> int:
    patient = make.person(session, sms=None)
    last = since + entries[-1][0] * MINUTE
    about = {"patient_id": patient.id, "queue_id": queue.id if queue else None}
    talk = added(session, Conversation(status="open", opened_at=since, last_at=last, **about))
    for minute, kind, code, by_staff in entries:
        happened = {"at": since + minute * MINUTE, "by": "user:nina" if by_staff else "waymark"}
        session.add(ConversationEntry(conversation_id=talk.id, patient_id=patient.id, kind=kind, code=code, **happened))
        session.flush()
    return int(talk.id)


@settings(max_examples=CALENDARS, deadline=None, suppress_health_check=list(HealthCheck))
@given(given=drawn())
@example(given=IN_A_NIGHT_THAT_HAS_AN_HOUR_TWICE)
def test_cases_are_those_of_one_who_watches(session: Session, given: Drawn) -> None:
    zone, hours, closed, since, entries, looked, response, resolution, limit = given
    calendar = written(session, zone, hours, closed, since.date() - dt.timedelta(days=4))
    queue = a_queue(session, calendar_id=calendar, response_minutes=response, resolution_minutes=resolution)
    queue.pause_minutes = limit
    talk = a_conversation(session, queue, since, entries)
    found = cases(an_act(since + looked * MINUTE), select(Conversation.id).where(Conversation.id == talk))
    rows = session.execute(found.order_by("asked_at")).all()
    session.rollback()
    door = open_minutes(zone, hours, closed, since, WINDOW)
    assert [seen_by(row, since) for row in rows] == watch(entries, door, looked, response, resolution, limit)


def seen_by(row: Any, since: dt.datetime) -> Watched:
    """A row as the one who watches would write it down."""

    def minute(moment: dt.datetime | None) -> int | None:
        return None if moment is None else int((moment - since) / MINUTE)

    def minutes(seconds: int | None) -> int | None:
        return None if seconds is None else seconds // 60

    asked = minute(row.asked_at)
    assert asked is not None
    return Watched(
        asked,
        row.contacts,
        minute(row.answered_at),
        minutes(row.response_seconds),
        row.response_late,
        minute(row.resolved_at),
        minutes(row.resolution_seconds),
        row.resolution_late,
        row.paused_seconds // 60,
    )


MONDAY = dt.datetime(2026, 3, 2, 14, tzinfo=dt.UTC)
DAILY = {str(day): [["09:00", "17:00"]] for day in range(1, 6)}
WROTE: Entry = (0, "arrived", "read", False)


def kept(session: Session) -> list[ServiceCase]:
    chosen = select(ServiceCase).order_by(ServiceCase.conversation_id, ServiceCase.asked_at)
    return list(session.scalars(chosen.execution_options(populate_existing=True)))


def test_what_was_promised_stays_whoever_changes_hours_or_promises(session: Session) -> None:
    calendar = written(session, "America/New_York", DAILY, [], MONDAY.date())
    queue = a_queue(session, calendar_id=calendar, response_minutes=60, resolution_minutes=120)
    talk = a_conversation(session, queue, MONDAY, [WROTE])
    assert keep_cases(session, an_act(MONDAY + 30 * MINUTE)) == 1
    [case] = kept(session)
    assert (case.response_due_at, case.response_warn_at) == (MONDAY + 60 * MINUTE, MONDAY + 48 * MINUTE)
    assert (case.calendar_version, case.response_late, case.resolved_at) == (1, False, None)
    assert keep_cases(session, an_act(MONDAY + 40 * MINUTE)) == 0
    queue.response_minutes, queue.calendar_id = 600, None
    assert keep_cases(session, an_act(MONDAY + 61 * MINUTE)) == 1
    [case] = kept(session)
    assert (case.response_late, case.response_target, case.calendar_id) == (True, 3_600, calendar)
    more = {"patient_id": case.patient_id, "conversation_id": talk, "by": "user:nina"}
    added(session, ConversationEntry(at=MONDAY, kind="sent", **more))
    session.execute(update(Conversation).values(last_at=MONDAY + 62 * MINUTE))
    assert keep_cases(session, an_act(MONDAY + 62 * MINUTE)) == 1
    [case] = kept(session)
    assert (case.response_seconds, case.response_late) == (0, True)
    session.rollback()


def test_what_nobody_has_to_read_is_no_case_and_stands_in_nobodys_way(session: Session) -> None:
    for number in range(3):
        a_conversation(session, None, MONDAY + number * MINUTE, [(0, "arrived", None, False)])
    a_conversation(session, None, MONDAY + 9 * MINUTE, [WROTE, (30, "sent", "hello", True)])
    assert keep_cases(session, an_act(MONDAY + 60 * MINUTE), limit=1) == 1
    assert keep_cases(session, an_act(MONDAY + 60 * MINUTE), limit=1) == 0
    [case] = kept(session)
    assert (case.queue_id, case.response_seconds, case.response_target) == (None, 1_800, None)
    session.rollback()


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(times=st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=15))
def test_half_and_nine_of_ten_are_those_of_kaplan_and_meier(session: Session, times: list[tuple[int, bool]]) -> None:
    now = MONDAY + 60 * MINUTE
    queue = a_queue(session, response_minutes=5)
    for minutes, has_ended in times:
        since = MONDAY if has_ended else now - minutes * MINUTE
        answer: list[Entry] = [(minutes, "sent", "hello", True)] if has_ended else []
        a_conversation(session, queue, since, [WROTE, *answer])
    keep_cases(session, an_act(now))
    response, resolution = levels(session, an_act(now), MONDAY, now)
    assert (response.measure, resolution.measure) == ("response", "resolution")
    assert response.cases == len(times)
    seconds = [(minutes * 60, has_ended) for minutes, has_ended in times]
    assert (response.half_within, response.most_within) == (quantile(seconds, 0.5), quantile(seconds, 0.1))
    late = sum(minutes > 5 for minutes, _ in times)
    running = sum(minutes <= 5 and not has_ended for minutes, has_ended in times)
    assert (response.late, response.running, response.in_time) == (late, running, len(times) - late - running)
    assert response.warned == sum(4 <= minutes <= 5 and not has_ended for minutes, has_ended in times)
    assert (resolution.late, resolution.half_within, resolution.share) == (0, None, None)
    session.rollback()


DAY = 24 * 60
AT_FIRST: list[Entry] = [WROTE, (10, "sent", "hello", True), (20, "closed", "answered", True)]


@pytest.mark.parametrize(
    ("entries", "counted"),
    [
        (AT_FIRST, (1, 1, 1, 1)),
        ([WROTE, (5, "arrived", "read", False), *AT_FIRST[1:]], (1, 1, 1, 1)),
        ([*AT_FIRST[:2], (15, "arrived", "read", False), AT_FIRST[2]], (1, 0, 1, 0)),
        ([*AT_FIRST, (5 * DAY, "arrived", "read", False)], (1, 0, 1, 0)),
        ([*AT_FIRST, (8 * DAY, "arrived", "read", False)], (1, 1, 1, 1)),
        ([*AT_FIRST, (DAY, "arrived", "read", False), (2 * DAY, "closed", "answered", True)], (1, 0, 1, 0)),
        ([WROTE, (20, "closed", "guided", True)], (1, 1, 0, 0)),
    ],
    ids=["at once", "two words", "asked again", "came back", "much later", "reopened", "guided"],
)
def test_first_contact_resolution(session: Session, entries: list[Entry], counted: tuple[int, ...]) -> None:
    a_conversation(session, a_queue(session), MONDAY, entries)
    keep_cases(session, an_act(MONDAY + 9 * DAY * MINUTE))
    later = an_act(MONDAY + 10 * DAY * MINUTE)
    [found] = first_contacts(session, later, MONDAY, MONDAY + MINUTE)
    assert (found.settled, found.at_first, found.net_settled, found.net_at_first) == counted
    assert first_contacts(session, an_act(MONDAY + 7 * DAY * MINUTE), MONDAY, MONDAY + MINUTE) == []
    assert session.scalar(select(func.count(ServiceCase.id))) in (1, 2)
    session.rollback()


def test_reasons_promise_before_queues_and_by_channel(session: Session) -> None:
    queue = a_queue(session, response_minutes=60, resolution_minutes=120)
    fast = Reason("bill", {"en": "Bill"}, answer_minutes=30, by_medium={"sms": 10})
    reasons = {"bill": fast, "other": Reason("other", {"en": "Other"}, resolve_minutes=500)}
    asked = [("bill", "phone_simulator"), ("bill", None), ("other", None), ("gone", None), (None, None)]
    talks = []
    for reason, channel in asked:
        talk = session.get_one(Conversation, a_conversation(session, queue, MONDAY, [WROTE]))
        talk.reason, talk.channel = reason, channel
        talks.append(talk.id)
    session.flush()
    rows = session.execute(cases(an_act(MONDAY), select(Conversation.id).where(Conversation.id.in_(talks)), reasons))
    found = {row.conversation_id: (row.response_target // 60, row.resolution_target // 60) for row in rows}
    session.rollback()
    assert [found[each] for each in talks] == [(10, 120), (30, 120), (60, 500), (60, 120), (60, 120)]
