"""People beside a patient, and messages to them."""

import datetime as dt

from sqlalchemy import select

from journeys.contact.caregivers.grant_authority import grant_authority
from journeys.contact.caregivers.record_caregiver import record_caregiver
from journeys.contact.caregivers.shapes import Allowance, Caregiver
from journeys.contact.channels import CHANNELS
from journeys.contact.consent.give_consent import give_consent
from journeys.foundation.acting import act
from journeys.store.contact import Message
from tests import make as a
from tests.make import an_act

A_DAY = dt.timedelta(days=1)
PHONE = {"phone_simulator": CHANNELS["phone_simulator"]()}
MOTHER = Caregiver("Mary Example", "mother", "decides", phone="+1 212 555 0177", email="mary@example.org")
CARE = Allowance(("care", "transactional"), 1, evidence="form of 3 March")


def beside(house, patient, said=MOTHER, allowance=CARE, agrees=True):
    """Somebody who may receive about a patient, and wants to."""
    person = act(house, an_act(), record_caregiver, patient.id, said)
    if allowance is not None:
        act(house, an_act(), grant_authority, person.uid, allowance)
    if agrees:
        act(house, an_act(), give_consent, patient.id, "care", None, "in-person", about_person_id=person.id)
    return person


def asked(make, patient, goes_to="caregivers", **facts):
    """A planned message."""
    with make.begin() as session:
        level = facts.pop("content_level", 1)
        facts.setdefault("template_version_id", None)
        version = facts.pop("template_version_id") or a.template(session, content_level=level)
        return a.message(session, patient, version, **{"goes_to": goes_to, "channels": ["sms"], **facts}).id


def standing(read):
    return [
        tuple(row) for row in read(select(Message.status, Message.recipient_id, Message.reasons).order_by(Message.id))
    ]
