"""Two at once, each on a connection of its own: what is committed while somebody waits for the lane counts."""

import datetime as dt
import threading

import pytest
from sqlalchemy import select

from journeys.contact.channels import CHANNELS
from journeys.contact.consent.consents import consent_state
from journeys.contact.deciding.plan import Planned, plan
from journeys.contact.replies.receive import Arrived, receive
from journeys.contact.sending.deliver import deliver
from journeys.foundation.acting import act, enter
from journeys.store.contact import Message
from tests import make as a
from tests.locks import WAITING
from tests.make import NOON, an_act

PHONE = CHANNELS["phone_simulator"]()
AFTER = NOON + dt.timedelta(seconds=2)


@pytest.fixture
def asked(make):
    """Somebody with a planned message."""
    with make.begin() as session:
        patient = a.person(session)
        a.consent(session, patient)
        a.message(session, patient, a.template(session))
        return patient


def stops_meanwhile(make, does):
    """Begin STOP, let `does` begin too and wait for the lane, then commit STOP; what `does` returned."""
    results = []
    waiter = threading.Thread(target=lambda: results.append(does()))
    with make.begin() as session:
        later = an_act(AFTER)
        enter(session, later)
        receive(session, later, Arrived("phone_simulator", "1", "+12125550123", "STOP"))
        waiter.start()
        with make.begin() as watching:
            while waiter.is_alive() and watching.scalar(WAITING) == 0:
                pass
    waiter.join(120)
    return results


def test_stop_that_commits_while_planning_waits_counts(asked, make, house, read):
    assert stops_meanwhile(make, lambda: act(house, an_act(), plan)) == [Planned(held=1)]
    assert read(select(Message.status, Message.reasons).where(Message.direction == "outbound")) == [
        ("held", ["OPTED_OUT_CHANNEL", "NO_ADDRESS"])
    ]


def test_stop_that_commits_while_sending_waits_counts(asked, make, house, read):
    act(house, an_act(), plan)
    (done,) = stops_meanwhile(make, lambda: deliver(house, an_act(), {"phone_simulator": PHONE}))
    assert (done.accepted, done.kept_back) == (0, 1)
    assert read(select(Message.sent_at).where(Message.direction == "outbound")) == [(None,)]


def test_a_permission_of_tomorrow_is_none_and_a_point_in_time_stays_one(make, house, read):
    with make.begin() as session:
        patient = a.person(session)
        a.consent(session, patient, from_at=AFTER)
        a.message(session, patient, a.template(session))
    assert act(house, an_act(), plan) == Planned(held=1)
    with make.begin() as session:
        a.consent(session, patient, "deny", from_at=AFTER + dt.timedelta(seconds=1))
        assert consent_state(session, patient.id, "care", "sms", NOON).decision is None
        assert consent_state(session, patient.id, "care", "sms", AFTER).decision == "permit"
