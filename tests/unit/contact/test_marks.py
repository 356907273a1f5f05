"""Marks and facts about numbers: set and lifted by people, seen first, in force from the commit on, ended and kept."""

import datetime as dt
import uuid

import pytest
from sqlalchemy import select

from journeys.contact.deciding.plan import Planned, plan
from journeys.contact.marks.lift_mark import lift_mark
from journeys.contact.marks.mark_record import mark_record, preview_mark
from journeys.contact.marks.say_about_address import Learnt, say_about_address
from journeys.contact.marks.set_mark import Said, set_mark
from journeys.foundation.acting import act
from journeys.foundation.audit import AuditEntry
from journeys.foundation.database import connect
from journeys.foundation.errors import Invalid, Missing
from journeys.store.contact import Message
from journeys.store.contact_marks import ContactMark
from journeys.store.people import PatientTelecom
from tests import make as a
from tests.make import NOON, an_act

AN_HOUR = dt.timedelta(hours=1)


@pytest.fixture
def ada(make):
    """Somebody who agreed to care, with one waiting message by text message."""
    with make.begin() as session:
        patient = a.person(session)
        a.consent(session, patient)
        a.message(session, patient, a.template(session), channels=["sms"])
    return patient


def telecom_of(read, patient):
    return read(select(PatientTelecom.id).where(PatientTelecom.patient_id == patient.id))[0].id


def test_a_mark_holds_at_once_and_no_longer_once_it_is_lifted(ada, house, read):
    mark = act(house, an_act(), set_mark, ada.id, Said("legal-hold", evidence="letter of the court"))
    assert act(house, an_act(), plan) == Planned(held=1)
    assert read(select(Message.reasons)) == [(["LEGAL_HOLD"],)]
    later = an_act(NOON + AN_HOUR)
    act(house, later, lift_mark, mark.uid)
    act(house, an_act(NOON + 2 * AN_HOUR), lift_mark, mark.uid)
    assert read(select(ContactMark.until_at, ContactMark.recorded_by)) == [(later.now, "test:maker")]
    assert [each.evidence for each in act(house, later, mark_record, ada.uid).marks] == ["letter of the court"]


def test_what_follows_is_seen_and_nothing_is_left_of_it(ada, house, read):
    (follows,) = act(house, an_act(), preview_mark, ada.id, Said("disclosure-restricted", purpose="care"))
    assert (follows.now, follows.then) == ("allow", "suppress")
    assert [each.code for each in follows.reasons] == ["RESTRICTION_164_522"]
    assert act(house, an_act(), preview_mark, ada.id, Said("disclosure-restricted", purpose="promotional")) == []
    assert read(select(ContactMark.id)) == []
    assert act(house, an_act(), plan) == Planned(released=1)


def test_a_released_message_is_stopped_by_a_mark_too(ada, house, read):
    assert act(house, an_act(), plan) == Planned(released=1)
    (follows,) = act(house, an_act(), preview_mark, ada.id, Said("processing-restricted"))
    assert follows.then == "suppress"


@pytest.mark.parametrize(
    ("said", "places"),
    [
        (Said("moon-sign"), ["kind"]),
        (Said("dnd"), ["telecom_id"]),
        (Said("only-here", telecom_id=999_999), ["telecom_id"]),
        (Said("legal-hold", purpose="gossip"), ["purpose"]),
        (Said("legal-hold", until_at=NOON), ["until_at"]),
    ],
)
def test_every_problem_is_told_at_its_place(ada, house, read, said, places):
    for verb in (set_mark, preview_mark):
        with pytest.raises(Invalid) as refused:
            act(house, an_act(), verb, ada.id, said)
        assert [each.where for each in refused.value.problems] == places
    assert read(select(ContactMark.id)) == []


@pytest.mark.parametrize(
    ("learnt", "reason"),
    [
        (Learnt("wrong-person"), "WRONG_NUMBER"),
        (Learnt("reassigned"), "NUMBER_REASSIGNED"),
        (Learnt("unverified"), "ADDRESS_UNVERIFIED"),
        (Learnt("invalid"), "ADDRESS_INVALID"),
        (Learnt("usable", line="landline"), "NUMBER_LANDLINE"),
    ],
)
def test_what_is_said_about_a_number_decides(ada, house, read, learnt, reason):
    act(house, an_act(), say_about_address, telecom_of(read, ada), learnt)
    act(house, an_act(), plan)
    assert read(select(Message.reasons)) == [([reason],)]


def test_others_read_what_arrives_there(make, house, read):
    with make.begin() as session:
        patient = a.person(session)
        a.consent(session, patient)
        a.message(session, patient, a.template(session, content_level=1), channels=["sms"])
    act(house, an_act(), say_about_address, telecom_of(read, patient), Learnt("usable", shared=True))
    act(house, an_act(), plan)
    assert read(select(Message.reasons)) == [(["SHARED_ADDRESS_SENSITIVE"],)]


def test_a_wrong_number_is_wrong_for_everybody_who_has_it(make, house, read):
    with make.begin() as session:
        first, second, other = (a.person(session, sms=f"+1212555012{digit}") for digit in (1, 1, 2))
    changed = act(house, an_act(), say_about_address, telecom_of(read, first), Learnt("wrong-person", shared=True))
    assert {each.patient_id for each in changed} == {first.id, second.id}
    rows = read(select(PatientTelecom.patient_id, PatientTelecom.status, PatientTelecom.shared))
    assert set(rows) == {
        (first.id, "wrong-person", True),
        (second.id, "wrong-person", False),
        (other.id, "usable", False),
    }
    assert act(house, an_act(), say_about_address, telecom_of(read, first), Learnt("wrong-person", shared=True)) == []
    with pytest.raises(Invalid):
        act(house, an_act(), say_about_address, telecom_of(read, first), Learnt("haunted", line="rotten"))


def test_everything_is_audited(ada, house, read, database):
    someone = an_act(by="user:nina")
    mark = act(house, someone, set_mark, ada.id, Said("complaint", evidence="said on the phone"))
    act(house, someone, lift_mark, mark.uid)
    act(house, someone, say_about_address, telecom_of(read, ada), Learnt("invalid"))
    act(house, someone, mark_record, ada.uid)
    owner = connect(database.owner_url, None)
    with owner.connect() as connection:
        done = select(AuditEntry.action, AuditEntry.subject, AuditEntry.detail).order_by(AuditEntry.id)
        told = connection.execute(done.where(AuditEntry.actor == "user:nina")).all()
    owner.dispose()
    assert [(row.action, row.subject) for row in told] == [
        ("C", "contact_mark"),
        ("U", "contact_mark"),
        ("U", "patient_telecom"),
        ("R", "contact_mark"),
    ]
    assert "said on the phone" not in str([row.detail for row in told])


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        (set_mark, (0, Said("legal-hold"))),
        (lift_mark, (uuid.UUID(int=0),)),
        (say_about_address, (0, Learnt("usable"))),
        (mark_record, (uuid.UUID(int=0),)),
    ],
)
def test_what_is_not_there(house, verb, given):
    with pytest.raises(Missing):
        act(house, an_act(), verb, *given)
