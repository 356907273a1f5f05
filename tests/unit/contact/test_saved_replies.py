"""Saved replies and web texts: filled for a patient, judged as any message, sent once; what the web may see."""

import datetime as dt
import uuid

import pytest
from sqlalchemy import select

from journeys.contact.consent.withdraw_consent import withdraw_consent
from journeys.contact.deciding.plan import plan
from journeys.contact.replies.receive import Arrived, receive
from journeys.contact.sending.send_reply import send_reply
from journeys.contact.texts.saved_replies import saved_replies
from journeys.contact.texts.web_text import web_text
from journeys.foundation.acting import act
from journeys.foundation.errors import Missing, Stale
from journeys.store.access import Appointment
from journeys.store.contact import Message
from journeys.store.organisation import Organization
from tests import make as a
from tests.make import NOON, an_act

HOURS = {
    "en": {"body": 'Hello {{patient.given_name | default:"there"}}, we are open from 8 to 5.'},
    "es": {"body": 'Hola {{patient.given_name | default:""}}, abrimos de 8 a 17.'},
}
VISIT = {"en": {"body": "Your visit is on {{appointment.date}}."}}
KEY = uuid.UUID("6f1c2b9e-0000-4000-8000-000000000001")


def reply(session, slug, texts, **more):
    """The version id of a saved reply in force."""
    return a.template(session, slug, purpose="transactional", uses=["reply"], answers={}, texts=texts, **more)


@pytest.fixture
def hours(make):
    with make.begin() as session:
        return reply(session, "hours", HOURS)


@pytest.fixture
def ana(make):
    """Speaks Mexican Spanish, and may be written to."""
    with make.begin() as session:
        patient = a.person(session, language="es-MX", given_name="Ana")
        a.consent(session, patient)
        return patient


def test_staff_read_it_as_the_patient_would(house, hours, ana, make):
    with make.begin() as session:
        a.template(session, "recall")
    found = act(house, an_act(), saved_replies, ana.uid, "hours")
    assert (list(found.names), found.chosen, found.medium) == (["hours"], "hours", "")
    assert (found.said.language, found.said.text.body) == ("es", "Hola Ana, abrimos de 8 a 17.")


@pytest.mark.parametrize("chosen", ["recall", "nothing", ""])
def test_only_a_saved_reply_in_force_can_be_chosen(house, hours, ana, make, chosen):
    with make.begin() as session:
        version = a.template(session, "recall")
    assert act(house, an_act(), saved_replies, ana.uid, chosen).said is None
    with pytest.raises(Stale):
        act(house, an_act(), send_reply, ana.uid, chosen, version, KEY)


def test_it_goes_once_where_the_patient_wrote_and_before_what_journeys_write(house, hours, ana, read):
    act(house, an_act(), receive, Arrived("phone_simulator", "q-1", "+12125550123", "when are you open?"))
    for _ in range(2):
        act(house, an_act(), send_reply, ana.uid, "hours", hours, KEY)
    theirs = read(select(Message.id).where(Message.direction == "inbound"))[0][0]
    columns = (Message.uid, Message.channels, Message.priority, Message.in_response_to_id, Message.purpose)
    sent = read(select(*columns).where(Message.direction == "outbound"))
    assert sent == [(KEY, ["sms"], 90, theirs, "transactional")]
    act(house, an_act(), plan)
    states = select(Message.status, Message.channel, Message.language).where(Message.direction == "outbound")
    assert read(states) == [("released", "phone_simulator", "es")]


def test_consent_holds_it_as_it_holds_any_message(house, hours, ana, read):
    act(house, an_act(), withdraw_consent, ana.id, None, None, "phone", None)
    act(house, an_act(), send_reply, ana.uid, "hours", hours, KEY)
    act(house, an_act(), plan)
    ((status, reasons),) = read(select(Message.status, Message.reasons))
    assert status == "held"
    assert reasons


def test_what_was_looked_at_is_what_goes(house, hours, ana, make):
    with make.begin() as session:
        newer = reply(session, "hours", {"en": {"body": "We are closed."}})
    assert newer != hours
    with pytest.raises(Stale):
        act(house, an_act(), send_reply, ana.uid, "hours", hours, KEY)


def test_it_is_about_the_next_visit_where_it_names_it(house, make, read):
    with make.begin() as session:
        version = reply(session, "visit", VISIT)
        patient = a.person(session)
        for days in (-3, 9, 2):
            session.add(Appointment(patient_id=patient.id, status="booked", start_at=NOON + dt.timedelta(days=days)))
        next_one = NOON + dt.timedelta(days=2)
    act(house, an_act(), send_reply, patient.uid, "visit", version, KEY)
    about = read(select(Message.focus_kind, Appointment.start_at).join(Appointment, Appointment.id == Message.focus_id))
    assert about == [("appointment", next_one)]


def test_a_patient_of_another_branch_is_not_found(house, hours):
    with pytest.raises(Missing):
        act(house, an_act(), saved_replies, KEY)
    with pytest.raises(Missing):
        act(house, an_act(), send_reply, KEY, "hours", hours, KEY)


@pytest.fixture
def parking(make):
    texts = {"en": {"subject": "Parking", "body": "Park behind {{clinic.name}}."}, "es": {"body": "Aparque detrás."}}
    with make.begin() as session:
        session.add(Organization(name="Riverside"))
        a.template(session, "parking", uses=["web"], texts=texts, answers={}, fallback="en")
        a.template(session, "recall")


@pytest.mark.parametrize(
    ("wanted", "language"), [(["es-MX"], "es"), (["de", "es"], "es"), (["de"], "en"), ([], "en"), (["en-GB"], "en")]
)
def test_the_web_reads_the_best_language(house, parking, wanted, language):
    found = act(house, an_act(), web_text, "parking", wanted)
    assert (found.language, found.languages, found.number) == (language, ("en", "es"), 1)
    assert found.body == {"en": "Park behind Riverside.", "es": "Aparque detrás."}[language]


def test_the_web_reads_nothing_else(house, parking):
    for slug in ("recall", "nothing"):
        with pytest.raises(Missing):
            act(house, an_act(), web_text, slug, [])
