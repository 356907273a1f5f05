"""The facts of the store reach the rules: each in a database of its own kind of patient, all planned at once."""

import datetime as dt

import pytest
from sqlalchemy import select, text

from journeys.contact.deciding.plan import Planned, plan
from journeys.contact.deciding.replay import replay
from journeys.contact.rules import RULES
from journeys.foundation.acting import act
from journeys.store.access import Appointment
from journeys.store.contact import Message, MessageCandidate
from journeys.store.contact_marks import ContactMark
from journeys.store.people import PatientTelecom, RelatedPerson
from journeys.store.tasks import Task, TaskQueue
from tests import make as a
from tests.make import NOON, an_act

YESTERDAY = NOON - dt.timedelta(days=1)


def mark(session, patient, kind, **more):
    values = {"from_at": YESTERDAY, "source": "form", "recorded_by": "test:maker"}
    return a.added(session, ContactMark(patient_id=patient.id, kind=kind, **{**values, **more}))


def marked(kind, **more):
    return lambda session, patient: mark(session, patient, kind, **more)


def number(**facts):
    def change(session, patient):
        telecom = session.scalars(select(PatientTelecom).where(PatientTelecom.patient_id == patient.id)).one()
        for name, value in facts.items():
            setattr(telecom, name, value)

    return change


def only_at_another(session, patient):
    other = a.telecom(session, patient, "sms", "+12125550777", status="ended")
    mark(session, patient, "only-here", telecom_id=other.id)


def child(session, patient):
    patient.birth_date = dt.date(2015, 5, 5)


def child_with_guardian(session, patient):
    child(session, patient)
    a.added(session, RelatedPerson(patient_id=patient.id, authority="decides"))


def agreed_by(authority, **more):
    def change(session, patient):
        giver = a.added(session, RelatedPerson(patient_id=patient.id, authority=authority, **more))
        a.consent(session, patient, from_at=YESTERDAY, related_person_id=giver.id)

    return change


def merged_with_an_objection(session, patient):
    old = a.person(session, sms=None, merged_into_id=patient.id, active=False)
    mark(session, old, "legal-hold")


def nothing(session, patient):
    pass


CASES = {
    "nothing": (nothing, []),
    "legal hold": (marked("legal-hold"), ["LEGAL_HOLD"]),
    "legal hold that ended": (marked("legal-hold", until_at=NOON), []),
    "legal hold from tomorrow": (marked("legal-hold", from_at=NOON + dt.timedelta(days=1)), []),
    "legal hold of a merged record": (merged_with_an_objection, ["LEGAL_HOLD"]),
    "restricted": (marked("processing-restricted"), ["RECORD_RESTRICTED"]),
    "restriction of another purpose": (marked("disclosure-restricted", purpose="promotional"), []),
    "restriction of this medium": (marked("disclosure-restricted", channel="sms"), ["RESTRICTION_164_522"]),
    "only elsewhere": (only_at_another, ["CONFIDENTIAL_COMMS_RULE"]),
    "unverified": (number(status="unverified"), ["ADDRESS_UNVERIFIED"]),
    "reassigned": (number(status="reassigned"), ["NUMBER_REASSIGNED"]),
    "landline": (number(line="landline"), ["NUMBER_LANDLINE"]),
    "shared, and nothing said": (number(shared=True), []),
    "complaint": (marked("complaint", channel="sms"), ["SPAM_COMPLAINT"]),
    "complaint about e-mail": (marked("complaint", channel="email"), []),
    "blocked": (marked("provider-block"), ["PROVIDER_BLOCKLIST"]),
    "pending": (marked("double-opt-in-pending", purpose="care"), ["CONSENT_PENDING_DOUBLE_OPTIN"]),
    "child": (child, ["MINOR_NO_GUARDIAN"]),
    "child with a guardian": (child_with_guardian, []),
    "agreed by a neighbour": (agreed_by("none"), ["PROXY_NOT_AUTHORISED"]),
    "agreed by a guardian": (agreed_by("decides"), []),
    "agreed by a guardian of once": (agreed_by("decides", until_on=dt.date(2026, 1, 1)), ["PROXY_EXPIRED"]),
    "conversation": (marked("conversation"), ["OPEN_CONVERSATION"]),
}


def test_each_fact_of_the_store_gives_its_reason_and_replays(make, house, read):
    expected = {}
    with make.begin() as session:
        version = a.template(session)
        for says, (change, reasons) in CASES.items():
            patient = a.person(session)
            a.consent(session, patient)
            change(session, patient)
            expected[a.message(session, patient, version, channels=["sms"]).id] = (says, reasons)
    act(house, an_act(), plan)
    told = {row.id: row.reasons for row in read(select(Message.id, Message.reasons))}
    assert {says: told[each] for each, (says, _) in expected.items()} == dict(expected.values())
    for each in expected:
        (again,) = act(house, an_act(), replay, each)
        assert again.is_same


@pytest.mark.parametrize(("confirmed_at", "reasons"), [(NOON, ["ALREADY_CONFIRMED"]), (YESTERDAY, [])])
def test_who_confirmed_since_is_not_asked(make, house, read, confirmed_at, reasons):
    with make.begin() as session:
        patient = a.person(session)
        a.consent(session, patient)
        at = NOON + dt.timedelta(days=3)
        visit = Appointment(patient_id=patient.id, status="booked", start_at=at, confirmed_at=confirmed_at)
        about = {"focus_kind": "appointment", "focus_id": a.added(session, visit).id}
        a.message(session, patient, a.template(session), planned_at=NOON - dt.timedelta(hours=1), **about)
    act(house, an_act(), plan)
    assert [row.reasons for row in read(select(Message.reasons))] in ([reasons], [[*reasons, "NO_ADDRESS"]])


def test_the_newer_of_two_about_the_same_goes(make, house, read):
    with make.begin() as session:
        patient = a.person(session)
        a.consent(session, patient)
        version = a.template(session)
        about = {"focus_kind": "referral", "focus_id": 7, "channels": ["sms"]}
        a.message(session, patient, version, planned_at=NOON - dt.timedelta(hours=1), **about)
        a.message(session, patient, version, **about)
    act(house, an_act(), plan)
    act(house, an_act(), plan)
    rows = read(select(Message.status, Message.reasons).order_by(Message.id))
    assert rows == [("held", ["SUPERSEDED"]), ("released", [])]


def test_staff_are_asked_once_for_what_they_can_mend(make, house, read):
    with make.begin() as session:
        a.added(session, TaskQueue(slug="front-desk", name={"en": "Front desk"}))
        patient = a.person(session, birth_date=dt.date(2015, 5, 5))
        a.consent(session, patient)
        version = a.template(session)
        for _ in range(2):
            a.message(session, patient, version, channels=["sms"])
    for _ in range(2):
        assert act(house, an_act(), plan) == Planned(held=1)
    assert read(select(Task.patient_id, Task.focus_kind, Task.status)) == [(patient.id, "message", "requested")]
    assert read(select(MessageCandidate.verdict)) == [("human-task",)] * 2


class Breaks(type(RULES["deceased"])):
    """A rule that divides by nothing for whoever has died."""

    def fails(self, facts, parameters):
        return text("(CASE WHEN candidate.deceased THEN 1 / (candidate.rung - candidate.rung) ELSE 0 END = 1)")


def test_what_cannot_be_decided_is_held_and_the_others_go(make, house, read, monkeypatch):
    broken = Breaks()
    broken.name = "deceased"
    with make.begin() as session:
        version = a.template(session)
        for number in range(5):
            patient = a.person(session, deceased=number == 3)
            a.consent(session, patient)
            a.message(session, patient, version)
    monkeypatch.setitem(RULES, "deceased", broken)
    assert act(house, an_act(), plan) == Planned(released=4, held=1)
    assert read(select(Message.reasons).where(Message.status == "held")) == [(["ENGINE_ERROR_FAIL_CLOSED"],)]
