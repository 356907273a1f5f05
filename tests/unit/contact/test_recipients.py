"""Messages to people beside a patient: only by an allowance in force, by what they said, at their own numbers."""

import datetime as dt
import threading

import pytest
from sqlalchemy import func, select, update

from journeys.contact.caregivers.change_caregiver import change_caregiver
from journeys.contact.caregivers.end_caregiver import end_caregiver
from journeys.contact.caregivers.grant_authority import grant_authority
from journeys.contact.caregivers.record_caregiver import record_caregiver
from journeys.contact.caregivers.shapes import Allowance, Caregiver
from journeys.contact.caregivers.withdraw_authority import withdraw_authority
from journeys.contact.consent.choices import link_of
from journeys.contact.consent.choose import choose
from journeys.contact.consent.give_consent import give_consent
from journeys.contact.consent.read_choices import read_choices
from journeys.contact.consent.stop_by_link import stop_by_link
from journeys.contact.consent.withdraw_consent import withdraw_consent
from journeys.contact.deciding.plan import Planned, plan
from journeys.contact.deciding.replay import replay
from journeys.contact.deciding.why import why
from journeys.contact.inbound.take_complaint import Complaint, take_complaint
from journeys.contact.ledger.written_to import written_to
from journeys.contact.replies.phone import phone
from journeys.contact.replies.receive import Arrived, receive
from journeys.contact.sending.claim import claim
from journeys.contact.sending.deliver import deliver
from journeys.contact.sending.next_few import next_few
from journeys.foundation import links
from journeys.foundation.acting import act
from journeys.store.contact import Consent, Message, MessageCandidate
from journeys.store.contact_marks import ContactMark
from journeys.store.people import Patient, PatientTelecom
from tests import make as a
from tests.locks import WAITING
from tests.make import NOON, an_act
from tests.unit.contact.beside import A_DAY, CARE, MOTHER, PHONE, asked, beside, standing


@pytest.fixture
def ada(make):
    with make.begin() as session:
        return a.person(session)


@pytest.fixture
def mary(ada, house):
    return beside(house, ada)


def test_a_message_goes_to_who_may_receive_it_at_their_own_number(make, ada, mary, house, read):
    asked(make, ada)
    assert act(house, an_act(), plan) == Planned(released=1)
    deliver(house, an_act(), PHONE)
    assert standing(read) == [("delivered", mary.id, [])]
    number = select(PatientTelecom.related_person_id).join(Message, Message.telecom_id == PatientTelecom.id)
    assert read(number) == [(mary.id,)]


@pytest.mark.parametrize(
    ("allowance", "when", "facts", "reason"),
    [
        (None, NOON, {}, "RECIPIENT_NOT_ALLOWED"),
        (Allowance(("promotional",), 3, "form"), NOON, {}, "RECIPIENT_NOT_ALLOWED"),
        (Allowance(("care",), 0, "form"), NOON, {}, "RECIPIENT_LEVEL"),
        (Allowance(("care",), 1, "form", until_at=NOON + A_DAY), NOON + A_DAY, {}, "RECIPIENT_NOT_ALLOWED"),
        (CARE, NOON - A_DAY, {"planned_at": NOON - A_DAY}, "RECIPIENT_NOT_ALLOWED"),
    ],
)
def test_without_an_allowance_for_this_nothing_goes(make, ada, house, read, allowance, when, facts, reason):
    beside(house, ada, allowance=allowance)
    asked(make, ada, **facts)
    assert act(house, an_act(when), plan) == Planned(held=1)
    [(status, recipient, reasons)] = standing(read)
    assert (status, recipient) == ("held", None)
    assert reason in reasons


@pytest.mark.parametrize(
    "days", [{"until_on": NOON.date() - A_DAY}, {"from_on": NOON.date() + A_DAY}], ids=["over", "to come"]
)
def test_who_is_not_beside_the_patient_today_gets_nothing(make, ada, mary, house, read, days):
    with make.begin() as session:
        session.get_one(type(mary), mary.id).until_on = days.get("until_on")
        session.get_one(type(mary), mary.id).from_on = days.get("from_on")
    asked(make, ada)
    assert act(house, an_act(), plan) == Planned(held=1)
    assert standing(read)[0][2][0] == "RECIPIENT_NOT_ALLOWED"


def test_who_did_not_agree_or_refuses_gets_nothing(make, ada, house, read):
    mary = beside(house, ada, agrees=False)
    asked(make, ada)
    act(house, an_act(), plan)
    act(house, an_act(), give_consent, ada.id, "care", None, "in-person", about_person_id=mary.id)
    act(house, an_act(), receive, Arrived("phone_simulator", "1", "+12125550177", "STOP"))
    asked(make, ada)
    act(house, an_act(), plan)
    assert [row[2] for row in standing(read)] == [["NO_CONSENT_CHANNEL"], ["OPTED_OUT_CHANNEL"]]


def test_the_patients_consent_is_not_the_caregivers_and_their_general_refusal_binds(make, ada, house, read):
    beside(house, ada, agrees=False)
    with make.begin() as session:
        a.consent(session, ada)
    asked(make, ada)
    assert act(house, an_act(), plan) == Planned(held=1)
    other = beside(house, ada, Caregiver("Ann", "aunt", phone="+12125550178"))
    act(house, an_act(), withdraw_consent, ada.id, "care", "sms")
    asked(make, ada)
    assert act(house, an_act(), plan) == Planned(released=1)
    assert standing(read)[1][1] == other.id
    act(house, an_act(), withdraw_consent, ada.id, "care")
    deliver(house, an_act(), PHONE)
    assert act(house, an_act(), plan) == Planned(held=1)
    assert standing(read)[1][2][0] == "RECIPIENT_REFUSED_BY_PATIENT"


def test_a_caregiver_stands_in_only_where_the_patient_cannot_be_written_to(make, ada, mary, house, read):
    asked(make, ada, "patient-else-caregivers")
    assert act(house, an_act(), plan) == Planned(released=1)
    with make.begin() as session:
        ben = a.person(session, sms="+12125550188")
        a.consent(session, ben)
    beside(house, ben, Caregiver("Bea", phone="+12125550189", time_zone="Pacific/Honolulu"))
    asked(make, ben, "patient-else-caregivers")
    assert act(house, an_act(), plan) == Planned(released=1)
    assert [row[1] for row in standing(read)] == [mary.id, None]


def test_who_may_be_written_to_later_is_not_passed_by(make, ada, mary, house, read):
    """At two in the morning in New York it is nine in the evening of the day before in Honolulu."""
    with make.begin() as session:
        a.consent(session, ada)
        session.get_one(type(mary), mary.id).time_zone = "Pacific/Honolulu"
    night = dt.datetime(2026, 3, 4, 5, 0, tzinfo=dt.UTC)
    asked(make, ada, "patient-else-caregivers")
    assert act(house, an_act(night), plan) == Planned(deferred=1)
    verdicts = select(MessageCandidate.verdict).order_by(MessageCandidate.rung)
    assert [row[0] for row in read(verdicts)] == ["defer", "passed-over"]
    asked(make, ada)
    assert act(house, an_act(night), plan) == Planned(released=1)


def test_a_quiet_hour_is_that_of_whoever_gets_it(make, ada, mary, house, read):
    with make.begin() as session:
        session.get_one(type(mary), mary.id).time_zone = "Asia/Kolkata"
    asked(make, ada)
    assert act(house, an_act(), plan) == Planned(deferred=1)
    assert standing(read)[0][2] == ["QUIET_HOURS"]


def test_the_text_is_in_the_language_of_whoever_gets_it(make, ada, house, read):
    beside(house, ada, Caregiver("María", phone="+12125550177", language="es-MX"))
    asked(make, ada)
    act(house, an_act(), plan)
    deliver(house, an_act(), PHONE)
    assert read(select(Message.language)) == [("es",)]


def test_permissions_of_the_patient_are_theirs_and_what_bars_binds_everybody(make, ada, house, read):
    beside(house, ada, allowance=Allowance(("care",), 3, "form"))
    accepted = {"patient_id": ada.id, "from_at": NOON - A_DAY, "source": "form", "recorded_by": "test"}
    with make.begin() as session:
        a.added(session, ContactMark(kind="unencrypted-accepted", **accepted))
    asked(make, ada, content_level=3)
    assert act(house, an_act(), plan) == Planned(held=1)
    assert "CONTENT_TOO_SENSITIVE" in standing(read)[0][2]
    with make.begin() as session:
        a.added(session, ContactMark(kind="legal-hold", **accepted))
    asked(make, ada, content_level=0)
    act(house, an_act(), plan)
    assert standing(read)[1][2] == ["LEGAL_HOLD"]


@pytest.mark.parametrize("fact", [{"deceased": True}, {"is_test": True}, {"active": False}], ids=str)
def test_what_bars_all_about_the_patient_bars_this(make, ada, mary, house, fact):
    with make.begin() as session:
        session.execute(update(Patient).where(Patient.id == ada.id).values(**fact))
    asked(make, ada)
    assert act(house, an_act(), plan) == Planned(held=1)


@pytest.mark.parametrize("how", ["withdrawn", "ended", "another number", "its time is over"])
def test_what_ends_between_planning_and_leaving_is_seen(make, ada, house, read, how):
    mary = act(house, an_act(), record_caregiver, ada.id, MOTHER)
    until = NOON + dt.timedelta(minutes=5) if how == "its time is over" else None
    allowed = act(house, an_act(), grant_authority, mary.uid, Allowance(("care",), 1, "form", until_at=until))
    act(house, an_act(), give_consent, ada.id, "care", None, "in-person", about_person_id=mary.id)
    asked(make, ada)
    assert act(house, an_act(), plan) == Planned(released=1)
    later = an_act(NOON + dt.timedelta(minutes=10))
    if how == "withdrawn":
        act(house, later, withdraw_authority, allowed.uid)
    if how == "ended":
        act(house, later, end_caregiver, mary.uid)
    if how == "another number":
        act(house, later, change_caregiver, mary.uid, Caregiver("Mary Example", email="mary@example.org"))
    deliver(house, later, PHONE)
    act(house, later, plan)
    [(status, recipient, reasons)] = standing(read)
    assert (status, recipient) == ("held", None)
    assert reasons[0] == ("NO_ADDRESS" if how == "another number" else "RECIPIENT_NOT_ALLOWED")


@pytest.mark.parametrize("how", ["withdrawn", "refused"])
def test_what_ends_after_the_claim_keeps_the_message_in_the_house(make, ada, house, read, how):
    mary = act(house, an_act(), record_caregiver, ada.id, MOTHER)
    allowed = act(house, an_act(), grant_authority, mary.uid, CARE)
    act(house, an_act(), give_consent, ada.id, "care", None, "in-person", about_person_id=mary.id)
    message = asked(make, ada)
    act(house, an_act(), plan)
    channel = PHONE["phone_simulator"]
    taken = act(house, an_act(), claim, channel)
    assert list(taken.leaving) == [message]
    if how == "withdrawn":
        act(house, an_act(), withdraw_authority, allowed.uid)
    else:
        act(house, an_act(), withdraw_consent, ada.id, about_person_id=mary.id)
    assert act(house, an_act(), next_few, channel, taken, [], [message]).envelopes == []


def test_copies_count_for_the_patient_and_for_the_number_across_patients(make, ada, mary, house, read):
    with make.begin() as session:
        a.consent(session, ada)
        version = a.template(session)
        ben = a.person(session, sms="+12125550188")
    beside(house, ben, MOTHER)
    asked(make, ada, template_version_id=version)
    assert act(house, an_act(), plan) == Planned(released=1)
    deliver(house, an_act(), PHONE)
    asked(make, ada, "patient", template_version_id=version)
    asked(make, ben, template_version_id=version)
    assert act(house, an_act(), plan) == Planned(deferred=2)
    assert [row[2] for row in standing(read)[1:]] == [["CAP_LEGAL_DAY"], ["CAP_LEGAL_DAY"]]


def test_planners_of_other_lanes_take_turns_because_the_caps_are_the_same_persons(make, ada, mary, house, read):
    with make.begin() as session:
        version = a.template(session)
        ben = a.person(session, sms="+12125550188", id=ada.id + 1)
    beside(house, ben, MOTHER)
    for each in (ada, ben):
        asked(make, each, template_version_id=version)
    second = threading.Thread(target=act, args=(house, an_act(), plan), kwargs={"lanes": [ben.id]})
    with house.sessions.begin() as session:
        assert plan(session, an_act(), lanes=[ada.id]) == Planned(released=1)
        second.start()
        while second.is_alive() and session.scalar(WAITING) == 0:
            pass
    second.join(120)
    assert [row[0] for row in standing(read)] == ["released", "planned"]


def test_of_two_that_were_planned_together_one_leaves(make, ada, mary, house, read):
    with make.begin() as session:
        version = a.template(session)
        ben = a.person(session, sms="+12125550188")
    beside(house, ben, MOTHER)
    for each in (ada, ben):
        asked(make, each, template_version_id=version)
    assert act(house, an_act(), plan) == Planned(released=2)
    deliver(house, an_act(), PHONE)
    assert [row[0] for row in standing(read)] == ["delivered", "planned"]


def test_the_same_to_the_patient_and_to_a_caregiver_is_no_repetition(make, ada, mary, house, read):
    with make.begin() as session:
        a.consent(session, ada, purpose="transactional")
        version = a.template(session, purpose="transactional")
    act(house, an_act(), give_consent, ada.id, "transactional", None, "in-person", about_person_id=mary.id)
    about = {"template_version_id": version, "purpose": "transactional", "focus_kind": "referral", "focus_id": 1}
    for goes_to, minute in (("patient", 0), ("caregivers", 1), ("caregivers", 2)):
        asked(make, ada, goes_to, **about, planned_at=NOON + dt.timedelta(minutes=minute))
    later = an_act(NOON + dt.timedelta(minutes=10))
    for _ in range(3):
        act(house, later, plan)
    reasons = [row[2] for row in standing(read)]
    assert "DUPLICATE_INTENT" not in reasons[0] and "SUPERSEDED" not in reasons[0]
    assert reasons[1][0] == "SUPERSEDED"
    assert "DUPLICATE_INTENT" not in reasons[2]


def test_the_link_concerns_who_got_the_message(monkeypatch, make, ada, mary, house, read):
    monkeypatch.setattr(links.Portal, "address", "https://clinic.example")
    with make.begin() as session:
        a.consent(session, ada)
    message = asked(make, ada)
    act(house, an_act(), plan)
    deliver(house, an_act(), PHONE)
    token = link_of(message, mary.id).rsplit("/", 1)[1]
    assert act(house, an_act(), read_choices, token).writes["care", "sms"]
    assert act(house, an_act(), stop_by_link, token)
    assert not act(house, an_act(), read_choices, token).writes["care", "sms"]
    act(house, an_act(), choose, token, [])
    said = select(Consent.decision, Consent.about_person_id).where(Consent.source == "link")
    assert {tuple(row) for row in read(said)} == {("deny", mary.id)}
    asked(make, ada, "patient", purpose="care")
    assert act(house, an_act(NOON + 2 * A_DAY), plan) == Planned(released=1)


def test_a_complaint_is_that_of_who_got_the_message(make, ada, mary, house, read):
    message = asked(make, ada)
    act(house, an_act(), plan)
    deliver(house, an_act(), PHONE)
    [(uid,)] = read(select(Message.uid).where(Message.id == message))
    assert act(house, an_act(), take_complaint, "email", Complaint(uid)) == "applied"
    assert act(house, an_act(), take_complaint, "email", Complaint(uid)) == "repeated"
    assert read(select(ContactMark.id)) == []
    said = select(Consent.decision, Consent.channel).where(Consent.about_person_id == mary.id)
    assert ("deny", "email") in [tuple(row) for row in read(said)]


def test_decisions_name_who_it_was_for_and_replay(make, ada, mary, house, read):
    message = asked(make, ada, "patient-else-caregivers")
    act(house, an_act(), plan)
    deliver(house, an_act(), PHONE)
    [decision] = act(house, an_act(), why, message)
    told = [(each.is_beside, each.name, each.verdict) for each in decision.channels]
    assert told == [(False, "", "suppress"), (True, "Mary Example", "allow")]
    assert all(each.is_same for each in act(house, an_act(), replay, message))
    [letter] = act(house, an_act(), written_to, ada.uid).letters
    assert (letter.line.beside.name, letter.line.beside.relationship) == ("Mary Example", "mother")
    assert "Mary" not in repr(letter)
    assert letter.agreed.about_person_id == mary.id
    assert act(house, an_act(), phone, ada.id).bubbles == []


def test_an_answer_of_a_caregiver_answers_nothing(make, ada, mary, house, read):
    message = asked(make, ada)
    act(house, an_act(), plan)
    deliver(house, an_act(), PHONE)
    arrived = act(house, an_act(), receive, Arrived("phone_simulator", "9", "+12125550177", "1"))
    assert arrived.status == "unknown-sender"
    assert read(select(Message.answered_at).where(Message.id == message)) == [(None,)]


def test_people_are_tried_in_the_order_in_which_they_were_allowed(make, ada, house, read):
    first = beside(house, ada, agrees=False)
    second = beside(house, ada, Caregiver("Ann", "aunt", phone="+12125550178"))
    asked(make, ada)
    assert act(house, an_act(), plan) == Planned(released=1)
    assert standing(read)[0][1] == second.id != first.id
    assert read(select(func.count()).select_from(MessageCandidate)) == [(2,)]
