"""What a person said on a record that was merged since binds the record that is kept."""

import datetime as dt

import pytest
from sqlalchemy import select

from journeys.contact.deciding.plan import Planned, plan
from journeys.contact.replies.receive import Arrived, receive
from journeys.foundation.acting import act
from journeys.store.contact import Consent, Message
from tests import make as a
from tests.make import NOON, an_act

OLD_NUMBER = "+12125550177"


@pytest.fixture
def records(make):
    """The record that is kept, with a planned message, and the one that was merged into it."""
    with make.begin() as session:
        kept = a.person(session)
        gone = a.person(session, sms=OLD_NUMBER, merged_into_id=kept.id)
        a.consent(session, kept)
        a.message(session, kept, a.template(session), channels=["sms"])
        return kept, gone


def test_stop_from_a_number_that_only_the_merged_record_holds(records, house, read):
    kept, _ = records
    assert act(house, an_act(), receive, Arrived("phone_simulator", "1", OLD_NUMBER, "STOP")).outcome == "stop"
    assert read(select(Consent.patient_id).where(Consent.decision == "deny")) == [(kept.id,)]
    assert act(house, an_act(), plan) == Planned(held=1)


@pytest.mark.parametrize(("decision", "planned"), [("deny", Planned(held=1)), ("permit", Planned(released=1))])
def test_a_refusal_on_the_merged_record_binds_and_a_permission_does_not(records, make, house, decision, planned):
    kept, gone = records
    with make.begin() as session:
        a.consent(session, gone, decision, from_at=NOON - dt.timedelta(days=1))
        if decision == "permit":
            # who is somebody else says nothing about anybody here
            a.consent(session, a.person(session, sms="+12125550199"), "deny")
    assert act(house, an_act(), plan) == planned


def test_a_permission_on_the_merged_record_alone_is_none(make, house, read):
    with make.begin() as session:
        kept = a.person(session)
        a.consent(session, a.person(session, sms=OLD_NUMBER, merged_into_id=kept.id))
        a.message(session, kept, a.template(session), channels=["sms"])
    assert act(house, an_act(), plan) == Planned(held=1)
    assert read(select(Message.reasons)) == [(["NO_CONSENT_CHANNEL"],)]


def test_what_was_sent_to_the_merged_record_fills_the_caps_of_the_kept_one(records, make, house, read):
    _, gone = records
    with make.begin() as session:
        text = a.template(session, "another")
        sent = NOON - dt.timedelta(hours=2)
        a.message(session, gone, text, channel="sms", status="delivered", counted_at=sent, sent_at=sent)
    assert act(house, an_act(), plan).deferred == 1
    assert read(select(Message.reasons).where(Message.patient_id != gone.id)) == [(["CAP_LEGAL_DAY"],)]
