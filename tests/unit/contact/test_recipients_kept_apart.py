"""People beside a patient, kept apart from the patient: when candidates run out, clocks differ, and replies come."""

import datetime as dt

import pytest
from sqlalchemy import select, update

from journeys.contact.caregivers.change_caregiver import change_caregiver
from journeys.contact.caregivers.grant_authority import grant_authority
from journeys.contact.caregivers.record_caregiver import record_caregiver
from journeys.contact.caregivers.shapes import Caregiver
from journeys.contact.caregivers.withdraw_authority import withdraw_authority
from journeys.contact.channels.base import Channel, Outcome
from journeys.contact.consent.choices import link_of
from journeys.contact.consent.give_consent import give_consent
from journeys.contact.consent.read_choices import read_choices
from journeys.contact.consent.stop_by_link import stop_by_link
from journeys.contact.deciding.plan import Planned, plan
from journeys.contact.media import MEDIA
from journeys.contact.replies.receive import Arrived, receive
from journeys.contact.sending.claim import claim
from journeys.contact.sending.deliver import deliver
from journeys.contact.sending.next_few import next_few
from journeys.foundation import links
from journeys.foundation.acting import act
from journeys.foundation.errors import Missing
from journeys.store.contact import Consent, Message, MessageCandidate
from journeys.store.people import Patient
from tests import make as a
from tests.make import NOON, an_act
from tests.unit.contact.beside import CARE, MOTHER, PHONE, asked, beside, standing

LATER = NOON + dt.timedelta(minutes=10)
ELSE = "patient-else-caregivers"


class NoSuchMailbox(Channel):
    """A mail server that knows nobody."""

    name = "email"
    medium = MEDIA["email"]
    address_systems = ("email",)

    def __init__(self):
        pass

    def send(self, envelopes):
        return [
            Outcome(each.message_id, "refused", permanent=True, address_is_bad=True, error="smtp 550")
            for each in envelopes
        ]


@pytest.fixture
def ada(make):
    with make.begin() as session:
        return a.person(session)


@pytest.fixture
def mary(ada, house):
    return beside(house, ada)


def sent(make, house, ada, **facts):
    """The id of a message that somebody beside Ada got."""
    message = asked(make, ada, **facts)
    act(house, an_act(), plan)
    deliver(house, an_act(), PHONE)
    return message


def allowed_alone(house, ada):
    """The one allowance of somebody beside her, who agreed."""
    person = act(house, an_act(), record_caregiver, ada.id, MOTHER)
    allowance = act(house, an_act(), grant_authority, person.uid, CARE)
    act(house, an_act(), give_consent, ada.id, "care", None, "in-person", about_person_id=person.id)
    return allowance


def test_where_nobody_is_beside_the_patient_all_their_own_channels_are_tried(make, ada, house, read):
    with make.begin() as session:
        a.consent(session, ada)
        session.execute(update(Patient).where(Patient.id == ada.id).values(preferred_channel="email"))
    asked(make, ada, ELSE, channels=[])
    assert act(house, an_act(), plan) == Planned(released=1)
    tried = read(select(MessageCandidate.facts, MessageCandidate.rung, MessageCandidate.channel))
    own = {row.channel for row in tried if not row.facts["is_beside"]}
    assert {"email", "phone_simulator"} <= own
    assert own == {row.channel for row in tried if row.facts["is_beside"]}


def test_what_was_claimed_for_one_person_does_not_go_to_them_once_it_is_for_another(make, ada, house, read):
    allowance = allowed_alone(house, ada)
    ann = beside(house, ada, Caregiver("Ann", "aunt", phone="+12125550178"))
    message = asked(make, ada)
    act(house, an_act(), plan)
    taken = act(house, an_act(), claim, PHONE["phone_simulator"])
    act(house, an_act(), withdraw_authority, allowance.uid)
    assert act(house, an_act(), plan) == Planned(released=1)
    assert standing(read)[0][1] == ann.id
    assert act(house, an_act(), next_few, PHONE["phone_simulator"], taken, [], [message]).envelopes == []


def test_what_was_claimed_for_one_number_does_not_go_there_once_there_is_another(make, ada, mary, house):
    message = asked(make, ada)
    act(house, an_act(), plan)
    taken = act(house, an_act(), claim, PHONE["phone_simulator"])
    act(house, an_act(), change_caregiver, mary.uid, Caregiver("Mary Example", "mother", phone="+12125550179"))
    act(house, an_act(), plan)
    assert act(house, an_act(), next_few, PHONE["phone_simulator"], taken, [], [message]).envelopes == []


def test_what_was_taken_back_holds_for_whoever_has_a_slower_clock(make, ada, house, read):
    allowance = allowed_alone(house, ada)
    asked(make, ada)
    act(house, an_act(LATER), withdraw_authority, allowance.uid)
    assert act(house, an_act(), plan) == Planned(held=1)
    assert standing(read)[0][2][0] == "RECIPIENT_NOT_ALLOWED"


def test_nothing_goes_to_a_caregiver_unasked_whatever_its_purpose(make, ada, house, read):
    beside(house, ada, agrees=False)
    with make.begin() as session:
        version = a.template(session, purpose="transactional")
    asked(make, ada, template_version_id=version, purpose="transactional")
    assert act(house, an_act(), plan) == Planned(held=1)
    assert standing(read)[0][2] == ["NO_CONSENT_CHANNEL"]


def test_a_bad_address_of_the_patient_lets_somebody_beside_them_be_tried(make, ada, mary, house, read):
    with make.begin() as session:
        a.telecom(session, ada, "email", "ada@example.org")
        a.consent(session, ada)
    asked(make, ada, ELSE, channels=["email"])
    act(house, an_act(), plan)
    assert standing(read) == [("released", None, [])]
    deliver(house, an_act(), {"email": NoSuchMailbox()})
    assert act(house, an_act(), plan) == Planned(released=1)
    assert standing(read) == [("released", mary.id, [])]


def test_a_link_is_that_of_whom_it_was_written_for_wherever_the_message_went_since(
    monkeypatch, make, ada, mary, house, read
):
    monkeypatch.setattr(links.Portal, "address", "https://clinic.example")
    message = sent(make, house, ada)
    tokens = {person: link_of(message, person).rsplit("/", 1)[1] for person in (None, mary.id, mary.id + 1)}
    with make.begin() as session:
        session.execute(update(Message).where(Message.id == message).values(recipient_id=None, goes_to=ELSE))
        a.consent(session, ada)
    act(house, an_act(LATER), stop_by_link, tokens[mary.id])
    said = select(Consent.about_person_id).where(Consent.source == "link").order_by(Consent.id)
    assert read(said) == [(mary.id,)]
    act(house, an_act(LATER), stop_by_link, tokens[None])
    assert read(said) == [(mary.id,), (None,)]
    with pytest.raises(Missing):
        act(house, an_act(LATER), read_choices, tokens[mary.id + 1])


def test_a_stop_by_e_mail_to_a_copy_is_not_the_patients(make, ada, mary, house, read):
    copy = sent(make, house, ada)
    [(uid,)] = read(select(Message.uid).where(Message.id == copy))
    arrived = Arrived("email", "9", "mary@example.org", "STOP", answers=uid)
    assert act(house, an_act(LATER), receive, arrived).status == "unknown-sender"
    assert read(select(Consent.about_person_id).where(Consent.decision == "deny")) == [(mary.id,)]


@pytest.mark.parametrize("is_named", [True, False])
def test_who_is_a_patient_too_does_not_answer_for_themselves(make, ada, mary, house, read, is_named):
    with make.begin() as session:
        version = a.template(session)
        same = a.person(session, sms=None)
        a.consent(session, same)
        sent_to_them = {"channel": "phone_simulator", "status": "delivered", "sent_at": NOON}
        number = a.telecom(session, same, "sms", "+12125550177").id
        own = a.message(session, same, version, telecom_id=number, **sent_to_them).id
    copy = sent(make, house, ada, template_version_id=version)
    uid = read(select(Message.uid).where(Message.id == copy))[0][0] if is_named else None
    came = act(house, an_act(LATER), receive, Arrived("phone_simulator", "9", "+12125550177", "1", answers=uid))
    assert (came.status, came.outcome) == ("applied", "other")
    assert read(select(Message.answered_at).where(Message.id.in_([own, copy]))) == [(None,), (None,)]
