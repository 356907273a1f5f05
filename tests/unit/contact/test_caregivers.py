"""People beside a patient: written down, allowed to receive, and ended; what is theirs is never the patient's."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from journeys.contact.caregivers.caregivers_of import caregivers_of
from journeys.contact.caregivers.change_caregiver import change_caregiver
from journeys.contact.caregivers.end_caregiver import end_caregiver
from journeys.contact.caregivers.grant_authority import grant_authority
from journeys.contact.caregivers.record_caregiver import record_caregiver
from journeys.contact.caregivers.shapes import Allowance, Caregiver
from journeys.contact.caregivers.who_it_may_be import who_it_may_be
from journeys.contact.caregivers.withdraw_authority import withdraw_authority
from journeys.contact.consent.consent_record import consent_record
from journeys.contact.consent.consents_on import Question, consents_on
from journeys.contact.consent.give_consent import give_consent
from journeys.contact.consent.withdraw_consent import withdraw_consent
from journeys.contact.deciding.plan import Planned, plan
from journeys.contact.inbound.unknown_senders import unknown_senders
from journeys.contact.marks.say_about_address import Learnt, say_about_address
from journeys.contact.replies.receive import Arrived, receive
from journeys.foundation.acting import act
from journeys.foundation.audit import AuditEntry
from journeys.foundation.database import connect
from journeys.foundation.errors import Invalid, Missing
from journeys.store.caregivers import Authority, RelatedPersonToken
from journeys.store.contact import Consent, Message
from journeys.store.events import Event
from journeys.store.finding.open_patient import open_patient
from journeys.store.people import PatientTelecom, RelatedPerson
from tests import make as a
from tests.make import NOON, an_act

A_DAY = dt.timedelta(days=1)
MOTHER = Caregiver("Mary Example", "mother", "decides", phone="+1 212 555 0177", email="mary@example.org")
CARE = Allowance(("care", "transactional"), 1, evidence="form of 3 March")


@pytest.fixture
def ada(make):
    with make.begin() as session:
        return a.person(session)


@pytest.fixture
def mary(ada, house):
    return act(house, an_act(), record_caregiver, ada.id, MOTHER)


def test_somebody_is_written_down_allowed_and_seen_by_the_patient(ada, mary, house, read):
    act(house, an_act(), grant_authority, mary.uid, CARE)
    [beside] = act(house, an_act(), caregivers_of, ada.uid).people
    assert (beside.person.name, beside.person.relationship, beside.person.authority) == (
        "Mary Example",
        "mother",
        "decides",
    )
    assert [(each.system, each.value) for each in beside.telecoms] == [
        ("sms", "+1 212 555 0177"),
        ("email", "mary@example.org"),
    ]
    [allowed] = beside.allows_now(NOON)
    assert (allowed.purposes, allowed.content_level, allowed.evidence) == (
        ["care", "transactional"],
        1,
        "form of 3 March",
    )
    head = act(house, an_act(), open_patient, ada.uid)
    assert [each.id for each in head.related] == [mary.id]
    assert head.receiving == {mary.id}
    assert [each.value for each in head.telecoms] == ["+12125550123"]


def test_every_act_and_every_look_is_audited(database, ada, mary, house):
    allowed = act(house, an_act(), grant_authority, mary.uid, CARE)
    act(house, an_act(), caregivers_of, ada.uid)
    act(house, an_act(), withdraw_authority, allowed.uid)
    act(house, an_act(), end_caregiver, mary.uid)
    owner = connect(database.owner_url, None)
    with owner.connect() as connection:
        rows = connection.execute(select(AuditEntry.action, AuditEntry.subject).order_by(AuditEntry.id)).all()
    owner.dispose()
    assert [tuple(row) for row in rows] == [
        ("C", "related_person"),
        ("C", "authority"),
        ("R", "related_person"),
        ("U", "authority"),
        ("U", "related_person"),
    ]


def test_what_is_wrong_is_told_all_at_once_and_nothing_is_written(ada, mary, house, read):
    wrong = Caregiver(" ", None, "reigns", "12", "no address", None, "Moon/Crater", NOON.date(), NOON.date() - A_DAY)
    with pytest.raises(Invalid) as raised:
        act(house, an_act(), record_caregiver, ada.id, wrong)
    assert [each.where for each in raised.value.problems] == [
        "name",
        "authority",
        "phone",
        "email",
        "time_zone",
        "until_on",
    ]
    with pytest.raises(Invalid) as raised:
        act(house, an_act(), grant_authority, mary.uid, Allowance(("gossip",), 4, " ", until_at=NOON))
    assert [each.where for each in raised.value.problems] == ["purposes", "content_level", "evidence", "until_at"]
    with pytest.raises(Missing):
        act(house, an_act(), record_caregiver, 9_999, MOTHER)
    assert read(select(func.count()).select_from(RelatedPerson)) == [(1,)]
    assert read(select(Authority.id)) == []


def test_what_was_allowed_is_taken_back_once_and_kept(ada, mary, house, read):
    allowed = act(house, an_act(), grant_authority, mary.uid, CARE)
    later = an_act(NOON + A_DAY)
    act(house, later, withdraw_authority, allowed.uid)
    act(house, an_act(NOON + 2 * A_DAY), withdraw_authority, allowed.uid)
    assert read(select(Authority.from_at, Authority.until_at)) == [(NOON, NOON + A_DAY)]
    assert act(house, later, open_patient, ada.uid).receiving == frozenset()


def test_whoever_is_ended_decides_and_receives_nothing_and_can_be_reached_no_more(ada, mary, house, read):
    act(house, an_act(), grant_authority, mary.uid, CARE)
    act(house, an_act(), end_caregiver, mary.uid)
    assert read(select(RelatedPerson.until_on)) == [((NOON - A_DAY).date(),)]
    assert read(select(Authority.until_at)) == [(NOON,)]
    assert {row.status for row in read(select(PatientTelecom.status).where(PatientTelecom.related_person_id > 0))} == {
        "ended"
    }
    assert read(select(RelatedPersonToken.token)) == []
    assert act(house, an_act(), open_patient, ada.uid).related == []
    with pytest.raises(Invalid):
        act(house, an_act(), grant_authority, mary.uid, CARE)


def test_a_number_that_stays_keeps_what_was_learnt_of_it(ada, mary, house, read):
    [(phone,)] = read(select(PatientTelecom.id).where(PatientTelecom.related_person_id > 0).limit(1))
    act(house, an_act(), say_about_address, phone, Learnt("unverified", "landline"))
    changed = Caregiver("Mary Ann Example", "aunt", "informed", phone=MOTHER.phone, language="es")
    act(house, an_act(), change_caregiver, mary.uid, changed)
    mine = select(PatientTelecom).where(PatientTelecom.related_person_id == mary.id).order_by(PatientTelecom.id)
    assert [(row[0].system, row[0].status, row[0].line) for row in read(mine)] == [
        ("sms", "unverified", "landline"),
        ("email", "ended", None),
    ]
    [person] = [row[0] for row in read(select(RelatedPerson))]
    assert (person.name, person.relationship, person.authority, person.language) == (
        "Mary Ann Example",
        "aunt",
        "informed",
        "es",
    )


def test_a_number_that_is_somebody_elses_is_so_for_whoever_has_it(make, ada, mary, house, read):
    with make.begin() as session:
        other = a.person(session, sms="+12125550177")
        [number] = session.scalars(select(PatientTelecom.id).where(PatientTelecom.patient_id == other.id))
    changed = act(house, an_act(), say_about_address, number, Learnt("wrong-person"))
    assert sorted(each.related_person_id or 0 for each in changed) == [0, mary.id]


def test_what_a_caregiver_says_is_neither_the_patients_word_nor_their_event(ada, mary, house, read):
    about = (ada.id, "care", "sms", "in-person")
    act(house, an_act(), give_consent, *about, about_person_id=mary.id)
    [beside] = act(house, an_act(), caregivers_of, ada.uid).people
    assert [each.decision for each in beside.statements] == ["permit"]
    assert read(select(Event.id)) == []
    assert act(house, an_act(), consent_record, ada.uid).statements == []
    assert act(house, an_act(), open_patient, ada.uid).consents == []
    counts = act(house, an_act(), consents_on, Question("care", "sms", NOON)).counts
    assert counts == {"permit": 0, "deny": 0, "silent": 1}


def test_a_message_to_the_patient_goes_by_their_own_consent_and_number_alone(make, ada, mary, house, read):
    act(house, an_act(), give_consent, ada.id, None, None, "in-person", about_person_id=mary.id)
    with make.begin() as session:
        a.message(session, ada, a.template(session), channels=["email", "sms"])
    assert act(house, an_act(), plan) == Planned(held=1)
    assert read(select(Message.reasons)) == [(["NO_ADDRESS", "NO_CONSENT_CHANNEL"],)]


def test_a_refusal_by_a_caregiver_holds_nothing_of_the_patients(make, ada, mary, house, read):
    with make.begin() as session:
        a.consent(session, ada)
        a.message(session, ada, a.template(session), channels=["sms"])
    act(house, an_act(), withdraw_consent, ada.id, about_person_id=mary.id)
    assert act(house, an_act(), plan) == Planned(released=1)
    with pytest.raises(Missing):
        act(house, an_act(), withdraw_consent, ada.id, about_person_id=9_999)
    assert read(select(Consent.decision).where(Consent.about_person_id == mary.id)) == [("deny",)]


def test_who_decides_speaks_in_the_patients_place_and_nobody_else(make, ada, mary, house, read):
    about = (ada.id, "care", "sms", "in-person")
    act(house, an_act(), give_consent, *about, related_person_id=mary.id)
    aunt = act(house, an_act(), record_caregiver, ada.id, Caregiver("Ann", "aunt", "informed"))
    with pytest.raises(Invalid) as raised:
        act(house, an_act(), give_consent, *about, related_person_id=aunt.id)
    assert [each.where for each in raised.value.problems] == ["said_by"]
    with make.begin() as session:
        stranger = a.added(session, RelatedPerson(patient_id=a.person(session).id, authority="decides"))
        a.message(session, ada, a.template(session), channels=["sms"])
    with pytest.raises(Missing):
        act(house, an_act(), give_consent, *about, related_person_id=stranger.id)
    assert act(house, an_act(), plan) == Planned(released=1)
    act(house, an_act(NOON + A_DAY), end_caregiver, mary.uid)
    with pytest.raises(Invalid):
        act(house, an_act(NOON + A_DAY), give_consent, *about, related_person_id=mary.id)
    said = act(house, an_act(NOON + A_DAY), consent_record, ada.uid)
    assert [(each.decision, each.related_person_id) for each in said.statements] == [("permit", mary.id)]
    assert [each.name for each in said.people] == ["Mary Example", "Ann"]


def test_a_refusal_counts_from_whoever_says_it(ada, mary, house, read):
    aunt = act(house, an_act(), record_caregiver, ada.id, Caregiver("Ann", "aunt"))
    act(house, an_act(), withdraw_consent, ada.id, related_person_id=aunt.id)
    assert read(select(Consent.decision, Consent.related_person_id)) == [("deny", aunt.id)]


def test_a_guardian_who_is_written_down_lets_messages_to_a_child_go(make, house):
    with make.begin() as session:
        child = a.person(session, birth_date=dt.date(2016, 1, 1))
        a.consent(session, child)
        a.message(session, child, a.template(session), channels=["sms"])
    act(house, an_act(), record_caregiver, child.id, MOTHER)
    assert act(house, an_act(), plan) == Planned(released=1)


def written(house, text, outside_id="1", sender="+12125550177"):
    return act(house, an_act(), receive, Arrived("phone_simulator", outside_id, sender, text)).status


def test_a_stop_of_a_caregiver_is_their_own_and_still_waits_for_a_person(make, ada, mary, house, read):
    with make.begin() as session:
        a.consent(session, ada)
        a.message(session, ada, a.template(session), channels=["sms"])
    assert written(house, "STOP") == "unknown-sender"
    assert written(house, "STOP") == "repeated"
    said = select(Consent.decision, Consent.purpose, Consent.channel, Consent.about_person_id)
    assert read(said.where(Consent.decision == "deny")) == [("deny", None, "sms", mary.id)]
    assert act(house, an_act(), plan) == Planned(released=1)
    [waiting] = act(house, an_act(), unknown_senders).waiting
    [possible] = act(house, an_act(), who_it_may_be, waiting.channel, waiting.sender, waiting.region)
    assert (possible.patient.id, possible.name, possible.relationship) == (ada.id, "Mary Example", "mother")
    assert "Mary" not in repr(possible)


def test_a_stop_from_a_number_that_patient_and_caregiver_share_is_said_by_both(make, ada, house, read):
    mary = act(house, an_act(), record_caregiver, ada.id, Caregiver("Mary", phone="+12125550123"))
    assert written(house, "stop", sender="+12125550123") == "applied"
    said = read(select(Consent.about_person_id).where(Consent.decision == "deny"))
    assert sorted(row[0] or 0 for row in said) == [0, mary.id]


def test_a_caregiver_of_two_patients_stops_for_both(make, ada, mary, house, read):
    with make.begin() as session:
        ben = a.person(session, sms="+12125550188")
    other = act(house, an_act(), record_caregiver, ben.id, MOTHER)
    written(house, "STOP")
    said = read(select(Consent.patient_id, Consent.about_person_id).order_by(Consent.id))
    assert said == [(ada.id, mary.id), (ben.id, other.id)]


def test_a_wrong_number_is_one_and_words_do_nothing(ada, mary, house, read):
    numbers = select(PatientTelecom.system, PatientTelecom.status).where(PatientTelecom.related_person_id == mary.id)
    written(house, "when is the visit?", "1")
    assert {row.status for row in read(numbers)} == {"usable"}
    written(house, "wrong number", "2")
    assert sorted(read(numbers)) == [("email", "usable"), ("sms", "wrong-person")]
    assert read(select(Consent.id)) == []
    assert act(house, an_act(), who_it_may_be, "phone_simulator", "+12125550000", "US") == []
