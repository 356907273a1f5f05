"""Complaints: three clocks, the patient has the last word, and harm is for the quality role alone."""

import datetime as dt
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select, update

from journeys.desk.complaints import asking
from journeys.desk.complaints.acknowledge_complaint import acknowledge_complaint
from journeys.desk.complaints.check import policy_problems
from journeys.desk.complaints.close_complaint import close_complaint
from journeys.desk.complaints.end_silence import end_silence
from journeys.desk.complaints.log_contact import log_contact
from journeys.desk.complaints.policy import SLUG
from journeys.desk.complaints.read_complaints import complaints_of, is_late
from journeys.desk.complaints.reopen_complaint import reopen_complaint
from journeys.desk.complaints.report import report
from journeys.desk.complaints.settle_complaint import Settled, settle_complaint
from journeys.desk.complaints.take_complaint import Told, take_complaint
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.store.complaints import Complaint, ComplaintEntry
from journeys.store.contact import Message
from journeys.store.people import Patient, PatientTelecom
from journeys.store.tasks import Task, TaskQueue
from tests.make import added
from tests.unit.flow.clinic import publish_plain

pytestmark = pytest.mark.store
PACK = Path(__file__).parents[3] / "seed/packs/complaints"
POLICY = yaml.safe_load((PACK / "settings/complaints.yaml").read_text("utf-8"))
QUESTION = yaml.safe_load((PACK / "templates/complaint-settled.yaml").read_text("utf-8"))
SETTLED = Settled("process", "apology", "we called back")


@pytest.fixture
def desk(desk):
    """With a policy, the question in force, a front desk, and a patient."""
    desk.clinic.do(publish_plain, "setting", SLUG, POLICY)
    desk.clinic.do(publish_plain, "template", "complaint-settled", QUESTION)
    added(desk.session, TaskQueue(slug="desk", name={"en": "Desk"}, role_code="front-desk"))
    desk.patient()
    return desk


def taken(desk, **told) -> Complaint:
    patient = desk.session.scalar(select(Patient.uid).order_by(Patient.id.desc()).limit(1))
    uid = desk.do("nina", take_complaint, Told(**{"reason": "waiting", "story": "an hour", "patient": patient, **told}))
    return desk.session.scalars(select(Complaint).where(Complaint.uid == uid)).one()


def settled(desk) -> Complaint:
    row = taken(desk)
    desk.do("nina", log_contact, row.uid, "on the phone")
    return desk.do("nina", settle_complaint, row.uid, SETTLED)


def sent(desk, row: Complaint) -> None:
    """As if the question had left a moment ago."""
    number = desk.session.scalar(select(PatientTelecom.id).where(PatientTelecom.patient_id == row.patient_id))
    left = {"status": "accepted", "channel": "phone_simulator", "sent_at": desk.clinic.now, "telecom_id": number}
    desk.session.execute(update(Message).where(Message.uid == row.asked_uid).values(left))


def kinds(desk) -> list[str]:
    return [each.kind for each in desk.clinic.all(ComplaintEntry)]


def test_each_thing_that_is_done_leads_to_the_next_clock(desk) -> None:
    row = taken(desk)
    assert row.next_due_at == row.acknowledge_due_at < row.contact_due_at < row.settle_due_at
    [task] = desk.clinic.all(Task)
    assert (task.due_at, task.focus_kind) == (row.acknowledge_due_at, "complaint")
    desk.do("nina", acknowledge_complaint, row.uid)
    assert task.due_at == row.next_due_at == row.contact_due_at
    with pytest.raises(Stale):
        desk.do("rose", acknowledge_complaint, row.uid)
    desk.do("nina", log_contact, row.uid, "we spoke")
    assert task.due_at == row.settle_due_at
    assert kinds(desk) == ["taken", "acknowledged", "contacted"]
    assert not is_late(row, row.settle_due_at)
    assert is_late(row, row.settle_due_at + dt.timedelta(seconds=1))


def test_nothing_is_settled_without_cause_remedy_and_a_word_with_the_patient(desk) -> None:
    row = taken(desk)
    with pytest.raises(Invalid) as refused:
        desk.do("nina", settle_complaint, row.uid, Settled("nothing", "nothing"))
    assert {each.where for each in refused.value.problems} == {"cause", "remedy", ""}
    with pytest.raises(Invalid):
        desk.do("nina", close_complaint, row.uid, "confirmed")
    with pytest.raises(Invalid):
        desk.do("nina", close_complaint, row.uid, "silent")


def test_the_patients_yes_closes_it_and_says_so_once(desk) -> None:
    row = settled(desk)
    sent(desk, row)
    desk.writes("1")
    assert (row.status, row.outcome) == ("closed", "confirmed")
    desk.writes("1")
    assert kinds(desk)[-1] == "closed"
    assert kinds(desk).count("closed") == 1
    assert [each.status for each in desk.clinic.all(Task)] == ["cancelled"]


def test_a_no_opens_the_same_case_again_and_a_second_no_changes_nothing(desk) -> None:
    row = settled(desk)
    sent(desk, row)
    desk.later(days=1)
    desk.writes("2")
    assert (row.status, row.reopened, row.cause, row.asked_uid) == ("open", 1, None, None)
    assert row.acknowledge_due_at > desk.clinic.now
    desk.writes("2")
    desk.writes("1")
    assert (row.status, row.reopened) == ("open", 1)
    assert [each.status for each in desk.clinic.all(Task)] == ["cancelled", "requested"]


def test_silence_closes_only_what_was_asked(desk) -> None:
    asked = settled(desk)
    sent(desk, asked)
    desk.patient("+12125550199")
    never = settled(desk)
    assert desk.clinic.do(end_silence) == 0
    desk.later(days=8)
    assert desk.clinic.do(end_silence) == 2
    assert (asked.status, asked.outcome) == ("closed", "silent")
    assert (never.status, kinds(desk)[-1]) == ("open", "not-asked")
    desk.writes("2")
    assert (asked.status, asked.reopened) == ("open", 1)


def test_without_the_text_a_person_asks_and_may_close_it(desk, monkeypatch) -> None:
    row = taken(desk)
    desk.do("nina", log_contact, row.uid)
    monkeypatch.setattr(asking, "TEXT", "no-such-text")
    desk.do("nina", settle_complaint, row.uid, SETTLED)
    assert (row.status, kinds(desk)[-1]) == ("open", "not-asked")
    desk.do("nina", close_complaint, row.uid, "confirmed")
    with pytest.raises(Stale):
        desk.do("rose", close_complaint, row.uid, "withdrawn")
    desk.do("rose", reopen_complaint, row.uid, "called again")
    assert (row.status, row.reopened) == ("open", 1)


def test_one_conversation_is_one_complaint(desk) -> None:
    desk.writes("can I bring my sister along?")
    talk = desk.only
    desk.later(hours=1)
    first = taken(desk, patient=None, conversation=talk.uid)
    assert first.taken_at == talk.began_at
    assert taken(desk, patient=None, conversation=talk.uid) is first
    with pytest.raises(Invalid):
        taken(desk, reason="no-such-reason")
    with pytest.raises(Missing):
        taken(desk, patient=talk.uid)


def test_what_is_listed_first_is_due_first_and_the_report_counts(desk) -> None:
    settled(desk)
    desk.do("nina", close_complaint, desk.clinic.all(Complaint)[0].uid, "confirmed")
    desk.later(days=3)
    late, row = taken(desk), taken(desk, reason="manner")
    desk.do("nina", log_contact, late.uid)
    assert [each.row.id for each in desk.clinic.do(complaints_of)] == [row.id, late.id]
    counts = desk.clinic.do(report, desk.clinic.now - dt.timedelta(days=30), desk.clinic.now + dt.timedelta(days=1))
    assert [(each.reason, each.cause, each.closed, each.days) for each in counts] == [
        ("manner", None, 0, None),
        ("waiting", "process", 1, 0.0),
        ("waiting", None, 0, None),
    ]


def test_the_policy_of_the_pack_is_right_and_wrong_ones_are_refused() -> None:
    assert list(policy_problems(POLICY)) == []
    wrong = {**POLICY, "contact_minutes": 0, "silence_days": True, "causes": [], "extra": 1}
    wrong["reasons"] = [{"slug": "Bad", "name": {}, "harm": "yes"}, POLICY["reasons"][0], POLICY["reasons"][0]]
    places = [each.where for each in policy_problems(wrong)]
    assert places == ["extra", "contact_minutes", "silence_days", "reasons.0.slug", "reasons.0.name"] + [
        "reasons.0.harm",
        "reasons.2.slug",
        "causes",
    ]
