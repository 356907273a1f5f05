"""While a journey is paused its messages wait; once it goes on they are decided anew."""

import datetime as dt

import pytest
from sqlalchemy import select

from journeys.contact.channels import CHANNELS
from journeys.contact.deciding.plan import Planned, plan
from journeys.contact.sending.deliver import Delivered, deliver
from journeys.flow.pauses.pause import pause
from journeys.flow.pauses.resume import resume
from journeys.flow.pauses.settle_pauses import settle_pauses
from journeys.foundation.acting import act
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from tests import make as a
from tests.make import NOON, an_act

PHONES = {"phone_simulator": CHANNELS["phone_simulator"]()}
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def asked(make):
    """A message that an enrolment in the journey `recall` asked for, useful for five hours."""
    with make.begin() as session:
        journey = save_draft(session, an_act(), "journey", "recall", {"en": "Recall"}, {"format": 1})
        version = write_version(session, an_act(), journey)
        patient = a.person(session)
        a.consent(session, patient)
        common = {"definition_id": journey.id, "version_id": version.id, "patient_id": patient.id}
        times = {"entered_at": NOON, "step_entered_at": NOON, "entered_by": "test"}
        enrolment = a.added(session, Enrolment(**common, **times, lane=patient.id & 255, step="send"))
        of_step = {"enrolment_id": enrolment.id, "step": "send", "visit": 1, "useful_until": NOON + 5 * HOUR}
        return a.message(session, patient, a.template(session), **of_step)


def go_on(house, read):
    """Let the journey go on an hour later, and send what waited."""
    ((version,),) = read(select(Enrolment.version_id))
    act(house, an_act(NOON + HOUR), resume, "recall", {str(version): {"send": {"do": "send"}}})
    act(house, an_act(NOON + HOUR), settle_pauses)


def test_a_planned_message_waits_while_its_journey_is_paused(asked, house, read):
    act(house, an_act(), pause, "recall")
    assert act(house, an_act(), plan) == Planned(deferred=1)
    waits = read(select(Message.status, Message.reasons, Message.not_before))
    assert waits == [("planned", ["JOURNEY_ON_HOLD"], NOON + 5 * HOUR)]
    go_on(house, read)
    assert act(house, an_act(NOON + HOUR), plan) == Planned(released=1)


def test_a_released_message_waits_too(asked, house, read, rung):
    act(house, an_act(), plan)
    act(house, an_act(), pause, "recall")
    assert deliver(house, an_act(), PHONES) == Delivered(kept_back=1)
    assert read(select(Message.status, Message.reasons)) == [("planned", ["JOURNEY_ON_HOLD"])]
    rung.clear()
    go_on(house, read)
    assert {"plan", "deliver"} <= set(rung)
    act(house, an_act(NOON + HOUR), plan)
    assert deliver(house, an_act(NOON + HOUR), PHONES) == Delivered(accepted=1)


def test_a_pause_past_its_use_holds_it(asked, house, read):
    act(house, an_act(), pause, "recall")
    act(house, an_act(), plan)
    for now in (NOON + 5 * HOUR, NOON + 6 * HOUR):
        act(house, an_act(now), plan)
    ((status, reasons),) = read(select(Message.status, Message.reasons))
    assert status == "held"
    assert "EXPIRED_BEFORE_WINDOW" in reasons
