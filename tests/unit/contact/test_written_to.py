"""What was written to one patient: opened, with what allowed it when it was sent, page by page, and recorded."""

import datetime as dt

import pytest

from journeys.contact.ledger.written_to import written_to
from journeys.foundation import audit
from journeys.foundation.errors import Missing
from tests import make as a
from tests.make import NOON, an_act

DAY = dt.timedelta(days=1)


@pytest.fixture
def session(make):
    with make() as session:
        yield session
        session.rollback()


@pytest.fixture
def patient(session):
    return a.person(session)


def sent(session, patient, days_ago, body="Hello", **facts):
    at = NOON - days_ago * DAY
    values = {"status": "accepted", "channel": "sms_gateway", "planned_at": at, "sent_at": at, "body": body}
    return a.message(session, patient, None, **{**values, **facts})


def letters(session, patient, **more):
    return written_to(session, an_act(), patient.uid, **more).letters


def test_each_is_opened_the_newest_first(session, patient):
    sent(session, patient, 5, "older")
    sent(session, patient, 1, "newer", subject="Your visit")
    held = {"status": "held", "reasons": ["QUIET_HOURS"], "channel": None, "sent_at": None, "body": None}
    sent(session, patient, 0, **held)
    found = letters(session, patient)
    assert [each.body for each in found] == [None, "newer", "older"]
    assert found[1].subject == "Your visit"
    assert [why.code for why in found[0].line.reasons] == ["QUIET_HOURS"]


def test_what_held_when_it_was_sent_and_not_what_holds_now(session, patient):
    a.consent(session, patient, channel="sms", from_at=NOON - 10 * DAY, source="phone")
    a.consent(session, patient, "deny", channel="sms", from_at=NOON - 2 * DAY)
    for days_ago in (20, 5, 1):
        sent(session, patient, days_ago)
    said = [each.agreed and each.agreed.decision for each in letters(session, patient)]
    assert said == ["deny", "permit", None]


def test_consent_for_another_channel_or_purpose_allows_nothing(session, patient):
    a.consent(session, patient, channel="email", from_at=NOON - 10 * DAY)
    a.consent(session, patient, purpose="promotional", from_at=NOON - 10 * DAY)
    sent(session, patient, 1)
    sent(session, patient, 2, channel="email")
    assert [each.agreed is not None for each in letters(session, patient)] == [False, True]


def test_an_answer_is_shown_with_its_value(session, patient):
    asks = {"question": "weight", "asks": {"kind": "number"}, "answered_at": NOON, "answer_number": 72, "answer": "72"}
    sent(session, patient, 1, **asks)
    [found] = letters(session, patient)
    assert (found.line.answer, found.answer_number) == ("72", 72)


def test_pages_hold_every_message_once(session, patient):
    for days_ago in range(7):
        sent(session, patient, days_ago, str(days_ago))
    found, after = [], None
    for _ in range(3):
        page = written_to(session, an_act(), patient.uid, after, limit=3)
        found += [each.body for each in page.letters]
        after = page.after
    assert (found, after) == ([str(number) for number in range(7)], None)


def test_only_the_one_patient_s_and_one_read_for_the_audit(session, patient):
    other = a.person(session, sms="+12125550124")
    sent(session, other, 1, "not mine")
    mine = sent(session, patient, 1, "mine")
    assert [each.body for each in letters(session, patient)] == ["mine"]
    [note] = session.info[audit.NOTES]
    assert (note.action, list(note.patients), list(note.ids)) == ("R", [patient.id], [mine.id])


def test_a_stranger_is_missing(session):
    with pytest.raises(Missing):
        written_to(session, an_act(), "00000000-0000-4000-8000-000000000000")


def test_nothing_opened_shows_in_a_repr(session, patient):
    sent(session, patient, 1, "a secret")
    assert "a secret" not in repr(letters(session, patient))
