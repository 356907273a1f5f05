"""What contradicts the contact ledger is found in the history of steps, whatever the ledger's own sums say."""

import datetime as dt

import pytest
from sqlalchemy import text

from journeys.contact.ledger.balance import Period, balance
from journeys.contact.ledger.discrepancies import NO_MESSAGE, NO_STEP
from journeys.flow.steps import SENDING
from journeys.foundation.database import OWNER, connect
from tests.unit.flow.clinic import START, a_journey, a_step

pytestmark = pytest.mark.store

TWICE = a_journey(
    {
        "hello": a_step("send_message", "pause", template="hello"),
        "pause": a_step("wait", "again", for_={"days": 1}),
        "again": a_step("send_message", "end", template="hello"),
        "end": a_step("end"),
    }
)


def account(clinic, by="step"):
    return clinic.do(balance, Period(START, START + dt.timedelta(days=30)), SENDING, by)


@pytest.fixture
def walked(clinic):
    """Three patients have walked the whole journey."""
    clinic.publish(TWICE)
    clinic.people(3)
    clinic.enrol()
    clinic.run()
    clinic.pass_time(days=1)
    return clinic


def forget(database, statement):
    """Change behind everybody's back what no role of the house may change."""
    engine = connect(database.owner_url, OWNER)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL row_security = off"))
        connection.execute(text(statement))
    engine.dispose()


def test_each_step_that_sends_has_its_line(walked):
    found = account(walked)
    assert found.adds_up
    assert [(entry.step, entry.sums.planned, entry.sums.waiting) for entry in found.entries] == [
        ("again", 3, 3),
        ("hello", 3, 3),
    ]


def test_a_step_without_its_message_is_shown(walked, database):
    forget(database, "DELETE FROM message WHERE id = (SELECT min(id) FROM message)")
    found = account(walked)
    assert not found.adds_up
    assert found.total.adds_up
    assert [(each.says, each.step) for each in found.wrong] == [(NO_MESSAGE, "hello")]


def test_a_message_without_its_step_is_shown(walked, database):
    forget(database, "DELETE FROM enrolment_history WHERE step = 'again' AND enrolment_id = 1")
    assert [(each.says, each.step) for each in account(walked).wrong] == [(NO_STEP, "again")]


def test_the_account_is_as_many_statements_for_many_as_for_few(walked):
    account(walked)
    few = len(walked.statements)
    walked.people(40)
    walked.enrol()
    walked.run()
    assert account(walked).total.planned == 46
    assert len(walked.statements) == few


def test_a_question_that_is_still_open_contradicts_nothing(clinic):
    asked = {"template": "hello", "question": "come", "answer": "yes-no", "timeout": {"days": 2}}
    ways = dict.fromkeys(("yes", "no", "other", "not-sent", "timeout"), "end")
    clinic.publish(a_journey({"ask": a_step("ask", ways, **asked), "end": a_step("end")}))
    clinic.people(1)
    clinic.enrol()
    clinic.run()
    found = account(clinic)
    assert found.total.planned == 1
    assert found.adds_up
