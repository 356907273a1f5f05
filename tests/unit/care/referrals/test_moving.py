"""A referral on its way by hand: what has to be given, what is written down, who is told."""

import datetime as dt

import pytest
from sqlalchemy import insert, select

from journeys.care.referrals.add_document import Paper, add_document
from journeys.care.referrals.assign_referral import assign_referral
from journeys.care.referrals.follow_records import follow_records
from journeys.care.referrals.states import AT_OURS, STATES, may_follow
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.foundation.ids import new_uid
from journeys.store import DiagnosticReport, Event, Practitioner, Referral, ReferralDocument, ReferralHistory
from journeys.store.referrals import MOVES, REFERRAL_STATUSES
from tests.make import NOON

pytestmark = pytest.mark.store

A_DAY = dt.timedelta(days=1)


def test_from_the_draft_to_the_end(desk):
    uid = desk.draft(reason="Palpitations", question="Ablation?").uid
    desk.move(uid, "sent")
    desk.move(uid, "received")
    desk.move(uid, "accepted")
    moved = desk.move(uid, "scheduled", scheduled_at=NOON + 9 * A_DAY)
    assert moved.scheduled_at == NOON + 9 * A_DAY
    desk.move(uid, "attended")
    desk.do(add_document, uid, Paper("result", "Letter of the cardiologist", "Folder 12"))
    desk.move(uid, "results-received")
    desk.move(uid, "reviewed", note="Start a beta blocker")
    desk.move(uid, "patient-informed", why="phone")
    closed = desk.move(uid, "closed")
    assert (closed.status, closed.moves, closed.reason, closed.question) == ("closed", 10, "Palpitations", "Ablation?")
    rows = [row for (row,) in desk.read(select(ReferralHistory).order_by(ReferralHistory.number))]
    assert {row.by for row in rows} == {"user:nina"}
    assert [(row.to_status, row.note) for row in rows if row.note] == [("reviewed", "Start a beta blocker")]
    kinds = [kind for (kind,) in desk.read(select(Event.kind).order_by(Event.id))]
    assert kinds == [f"referral.{row.to_status}" for row in rows]
    assert [row.title for (row,) in desk.read(select(ReferralDocument))] == ["Letter of the cardiologist"]


@pytest.mark.parametrize("why", ["family", "died"])
def test_of_somebody_who_has_died_nobody_is_said_to_have_told_them(desk, why):
    uid = desk.draft().uid
    desk.move(uid, "sent")
    desk.do(add_document, uid, Paper("result", "Letter of the cardiologist"))
    desk.move(uid, "results-received")
    desk.move(uid, "reviewed", note="Nothing was to be done")
    desk.move(uid, "patient-informed", why=why)
    assert desk.move(uid, "closed").status == "closed"


def test_what_is_missing_is_said(desk):
    nobody = desk.draft(to_organization_id=None)
    for to, said, where in [("sent", {}, ["who"]), ("closed", {}, ["to"]), ("nonsense", {}, ["to"])]:
        with pytest.raises(Invalid) as invalid:
            desk.move(nobody.uid, to, **said)
        assert [problem.where for problem in invalid.value.problems] == where
    uid = desk.draft().uid
    desk.move(uid, "sent")
    for to, said, where in [
        ("declined", {}, ["why"]),
        ("declined", {"why": "weather"}, ["why"]),
        ("scheduled", {}, ["scheduled_at"]),
        ("results-received", {}, ["result"]),
        ("cancelled", {"why": "not-needed", "note": "x" * 4_001}, ["note"]),
    ]:
        with pytest.raises(Invalid) as invalid:
            desk.move(uid, to, **said)
        assert [problem.where for problem in invalid.value.problems] == where, to
    assert desk.read(select(Referral.status).where(Referral.uid == uid)) == [("sent",)]


def test_a_second_click_changes_nothing(desk):
    uid = desk.draft().uid
    before = desk.move(uid, "sent").row_version
    again = desk.move(uid, "sent")
    assert (again.row_version, again.moves) == (before, 2)
    with pytest.raises(Stale):
        desk.move(uid, "received", version=before - 1)


def test_another_time_is_kept_without_a_move(desk):
    uid = desk.draft().uid
    desk.move(uid, "sent")
    desk.move(uid, "scheduled", scheduled_at=NOON + A_DAY)
    moved = desk.move(uid, "scheduled", scheduled_at=NOON + 3 * A_DAY)
    assert (moved.scheduled_at, moved.moves) == (NOON + 3 * A_DAY, 3)
    kinds = [kind for (kind,) in desk.read(select(Event.kind).order_by(Event.id))]
    assert kinds == ["referral.draft", "referral.sent", "referral.scheduled", "referral.scheduled"]
    assert [each for each in desk.statements if each.startswith("INSERT INTO audit_entry")]


def test_where_there_is_no_appointment_any_more_there_is_no_date(desk):
    uid = desk.draft().uid
    desk.move(uid, "sent")
    desk.move(uid, "scheduled", scheduled_at=NOON + A_DAY)
    assert desk.move(uid, "accepted").scheduled_at is None


def test_an_incoming_referral_is_ours_to_answer(desk):
    incoming = desk.draft(direction="incoming", from_organization_id=desk.specialist_id, to_location_id=desk.branch_id)
    assert (incoming.status, incoming.direction) == ("received", "incoming")
    assert not {"draft", "sent"} & set(may_follow(incoming))
    assert desk.move(incoming.uid, "accepted").status == "accepted"
    with pytest.raises(Invalid):
        desk.draft(direction="incoming")


def test_what_is_wrong_with_a_new_one(desk):
    wrong = {"service": "  ", "priority": "soon", "due_at": NOON, "reason": "x" * 8_001}
    with pytest.raises(Invalid) as invalid:
        desk.draft(**wrong)
    assert [problem.where for problem in invalid.value.problems] == ["service", "reason", "priority", "due_at"]
    desk.patient = new_uid()
    with pytest.raises(Missing):
        desk.draft()


def test_it_is_somebodys(desk):
    with desk.made.begin() as session:
        session.add(Practitioner(username="nina"))
    uid = desk.draft().uid
    assert desk.do(assign_referral, uid, "nina").owner == "nina"
    with pytest.raises(Invalid):
        desk.do(assign_referral, uid, "nobody", 77)
    assert desk.do(assign_referral, uid, None).owner is None


def test_a_paper_needs_a_title_and_is_of_the_same_patient(desk):
    uid = desk.draft().uid
    for paper in (Paper("result"), Paper("poem", "A title"), Paper("result", report=new_uid())):
        with pytest.raises(Invalid):
            desk.do(add_document, uid, paper)
    with pytest.raises(Missing):
        desk.do(add_document, new_uid(), Paper("letter", "A title"))


def test_every_move_is_in_the_audit(desk):
    uid = desk.draft().uid
    desk.move(uid, "sent")
    assert [each for each in desk.statements if each.startswith("INSERT INTO audit_entry")]


def test_many_move_in_as_many_statements_as_one(desk, patient_id):
    def some(count: int) -> int:
        with desk.made.begin() as session:
            rows = [{"patient_id": patient_id, "status": "sent", "status_at": NOON} for _ in range(count)]
            ids = session.scalars(insert(Referral).returning(Referral.id), rows).all()
            for referral_id in ids:
                session.add(DiagnosticReport(patient_id=patient_id, referral_id=referral_id, status="final"))
        nothing = select(DiagnosticReport.id).where(DiagnosticReport.id < 0)
        moved = desk.do(follow_records, select(Referral.id).where(Referral.status == "sent"), nothing, nothing)
        assert len(moved) == count
        return len(desk.statements)

    assert some(1) == some(40)


def test_every_state_has_words_and_every_reason_belongs_to_a_need() -> None:
    assert set(STATES) == set(REFERRAL_STATUSES)
    assert set(AT_OURS) <= set(STATES)
    assert all(("why" in state.needs) == bool(state.reasons) for state in STATES.values())
    assert all(STATES[state].ahead for state in MOVES if state not in ("closed", "cancelled"))
