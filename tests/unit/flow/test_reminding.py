"""A reminder is for the silent alone, up to the moment at which it leaves."""

import datetime as dt

import pytest
from sqlalchemy import update

from journeys.contact.deciding.plan import plan
from journeys.store.contact import Message, MessageCandidate
from tests.unit.flow.clinic import a_journey, a_step

pytestmark = pytest.mark.store

REMINDING = a_journey(
    {
        "hello": a_step("send_message", "pause", template="hello"),
        "pause": a_step("wait", "remind", for_={"days": 2}),
        "remind": a_step("remind", {"next": "end", "heard": "end"}, template="hello"),
        "end": a_step("end"),
    }
)


@pytest.mark.parametrize(("step", "held"), [("hello", True), ("remind", True), (None, False)])
def test_an_answer_holds_a_reminder_that_has_not_left_yet(clinic, step, held):
    clinic.publish(REMINDING)
    clinic.people(1)
    clinic.enrol()
    clinic.run()
    first = clinic.all(Message)[0]
    clinic.do(lambda session, _: session.execute(update(Message).values(status="not-done")))
    clinic.pass_time(days=2)
    reminder = clinic.all(Message)[-1]
    assert reminder.reminds_id == first.id
    answered = {"answered_at": clinic.now, "answer": "confirm"}
    clinic.do(lambda session, _: session.execute(update(Message).filter_by(step=step).values(answered)))
    clinic.now += dt.timedelta(hours=1)
    clinic.do(plan)
    reminder = clinic.all(Message)[-1]
    candidates = clinic.all(MessageCandidate, message_id=reminder.id)
    assert {each.facts["reminded_answered"] for each in candidates} == {held}
    assert all(("NO_LONGER_TRUE" in each.reasons) == held for each in candidates)
