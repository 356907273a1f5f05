"""Deciding is set-based: as many statements for twenty thousand enrolments as for twenty."""

import datetime as dt

import pytest
from sqlalchemy import func, select, text

from journeys.flow.running.versions import KEPT
from journeys.store.enrolments import EnrolmentHistory
from tests.unit.flow.clinic import a_journey, a_step, say

pytestmark = [pytest.mark.store, pytest.mark.slow]

LIMIT = 20_000
JOURNEY = a_journey(
    {
        "pause": a_step("wait", "elders", for_={"days": 1}),
        "elders": a_step(
            "branch",
            {"elder": "call", "otherwise": "hello"},
            branches=[{"port": "elder", "rule": {"field": "age", "is": "at_least", "value": 65}}],
        ),
        "hello": a_step("send_message", "answer", template="hello"),
        "answer": a_step(
            "wait",
            {"confirm": "done", "other": "done", "timeout": "mark"},
            answers=["confirm"],
            timeout={"days": 7},
        ),
        "mark": a_step("update", "done", field="preferred_channel", value="email"),
        "call": a_step(
            "task",
            {"reached": "done", "cancelled": "done", "timeout": "done"},
            queue="recall",
            title=say("Call"),
            outcomes=[{"code": "reached", "name": say("Reached")}],
            due={"working_days": 2},
            timeout={"days": 5},
        ),
        "done": a_step("end"),
    },
    exits=[{"name": say("Deceased"), "rule": {"field": "deceased", "is": "true"}}],
    goals=[{"name": say("Measured"), "event": "observation.recorded", "where": {"code": ["85354-9"]}}],
)

MANY = text(
    "INSERT INTO patient (birth_date, language, time_zone)"
    " SELECT CASE WHEN number % 2 = 0 THEN date '1940-01-01' ELSE date '1990-01-01' END, 'en', 'America/New_York'"
    " FROM generate_series(1, :count) AS number"
)


def statements_of_a_life(clinic, people):
    """How many statements each round takes, from enrolling to the end."""
    KEPT.clear()
    clinic.do(lambda session, _: session.execute(MANY, {"count": people}))
    counts = []
    assert clinic.enrol(limit=LIMIT) == people
    counts.append(len(clinic.statements))
    for days in (0, 1, 0, 0, 0, 5, 0, 7, 0, 0, 0):
        clinic.now += dt.timedelta(days=days)
        clinic.advance(limit=LIMIT)
        counts.append(len(clinic.statements))
    return counts


def test_as_many_statements_for_twenty_thousand_as_for_twenty(clinic):
    clinic.publish(JOURNEY)
    few = statements_of_a_life(clinic, 20)
    assert steps_left(clinic) == 10 * 4 + 10 * 6
    many = statements_of_a_life(clinic, 20_000)
    assert steps_left(clinic) == 1_001 * (10 * 4 + 10 * 6)
    assert many == few


def steps_left(clinic):
    """How many steps enrolments have left so far."""
    with clinic.sessions() as session:
        return session.scalar(select(func.count()).select_from(EnrolmentHistory))
