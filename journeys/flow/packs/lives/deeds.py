"""What people and staff do on a day of a life: through the same verbs as in the portal where there are any."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.care.referrals.draft_referral import Ordered, draft_referral
from journeys.care.referrals.move_referral import Given, move_referral
from journeys.care.results.acknowledge_result import acknowledge_result
from journeys.care.results.finding import version_of
from journeys.care.results.inform_patient import inform_patient
from journeys.contact.consent.withdraw_consent import withdraw_consent
from journeys.contact.replies.answer_on_phone import answer_on_phone
from journeys.flow.packs.lives.arrived import add_finding
from journeys.flow.packs.lives.facts import Report, moment
from journeys.flow.packs.lives.life import Completes, Deed, Moves, Refers
from journeys.flow.packs.lives.ordered import end_test
from journeys.flow.packs.lives.records import VISIT, Fact, event_of, row_of
from journeys.foundation import audit
from journeys.foundation.acting import Act, House, act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store import Appointment, Organization, Patient, Task, TaskQueue
from journeys.store.clinical import DiagnosticReport
from journeys.store.events import emit
from journeys.store.referrals import Referral
from journeys.store.tasks import OPEN_STATUSES
from journeys.work.complete_task import complete_task


def perform(house: House, doing: Act, patient: int, deed: Deed, key: str) -> list[str]:
    """Do one thing; a sentence when it cannot be done. `key` tells this deed from every other."""
    if deed.answer is not None:
        act(house, doing, answer_on_phone, patient, deed.answer, key)
    elif deed.complete is not None:
        return complete_one(house, doing, patient, deed.complete)
    elif deed.misses:
        return act(house, doing, miss_visit, patient=patient)
    elif deed.move is not None or deed.cancel:
        return change_visit(house, doing, patient, moment(deed.move or ""))
    elif deed.withdraw is not None:
        act(house, doing, withdraw_consent, patient, deed.withdraw.purpose, deed.withdraw.channel)
    elif deed.refer is not None:
        act(house, doing, refer, patient, deed.refer)
    elif deed.referral_to is not None:
        return lead_on_newest(house, doing, patient, deed.referral_to)
    elif deed.finding is not None:
        act(house, doing, add_finding, patient, deed.finding)
    elif deed.result is not None:
        act(house, doing, see_to_result, patient, deed.result)
    elif deed.test_over is not None:
        act(house, doing, end_test, patient, deed.test_over)
    elif deed.dies:
        act(house, doing, die, patient)
    else:
        act(house, doing, record, patient, facts_of(deed))
    return []


def facts_of(deed: Deed) -> list[Fact]:
    """What a deed puts on the record."""
    clinical = (deed.record, deed.condition, deed.encounter, deed.procedure, deed.immunization)
    return [fact for fact in (deed.book, *clinical, deed.referral, deed.report) if fact is not None]


def record(session: Session, act: Act, patient: int, facts: Sequence[Fact]) -> None:
    """Something comes on somebody's record, as an import would bring it."""
    for fact in facts:
        row = row_of(patient, fact, act.now)
        if isinstance(row, DiagnosticReport) and isinstance(fact, Report) and fact.answers:
            referral = newest_referral(session, patient)
            row.referral_id = None if referral is None else referral.id
        session.add(row)
        session.flush()
        kind, told = event_of(row, fact)
        emit(session, act, kind, [told])
        audit.note(session, "C", str(told["subject_kind"]), patients=[patient])


def refer(session: Session, act: Act, patient: int, wanted: Refers) -> None:
    """Somebody writes a referral to a specialist, and sends it off unless it stays a draft."""
    specialist = Organization(name="Harbor Heart Group", kind="specialist")
    session.add(specialist)
    session.flush()
    ordered = Ordered(wanted.service, priority=wanted.priority, to_organization_id=specialist.id)
    referral = draft_referral(session, act, session.get_one(Patient, patient).uid, ordered)
    if not wanted.draft:
        move_referral(session, act, referral.uid, "sent")


def see_to_result(session: Session, act: Act, patient: int, what: str) -> None:
    """Staff acknowledge the newest report, or have told the patient of it by phone."""
    mine = select(DiagnosticReport).where(DiagnosticReport.patient_id == patient)
    report = session.scalars(mine.order_by(DiagnosticReport.id.desc()).limit(1)).one()
    if what == "acknowledged":
        acknowledge_result(session, act, report.uid, version_of(report))
    else:
        inform_patient(session, act, report.uid, version_of(report), "call")


def lead_on_newest(house: House, doing: Act, patient: int, wanted: Moves) -> list[str]:
    """Staff move the newest referral; a sentence when it cannot go there."""
    given = Given(wanted.why, wanted.note, None if wanted.at is None else moment(wanted.at))
    try:
        act(house, doing, lead_on, patient=patient, to=wanted.to, given=given)
    except Invalid as refused:
        return [f"cannot move the referral to {wanted.to}: {refused}"]
    return []


def lead_on(session: Session, act: Act, patient: int, to: str, given: Given) -> None:
    """Move the newest referral; Invalid where there is none."""
    referral = newest_referral(session, patient)
    if referral is None:
        raise Invalid([Problem("referral_to", N_("There is no referral"))])
    move_referral(session, act, referral.uid, to, given)


def newest_referral(session: Session, patient: int) -> Referral | None:
    """The referral of a patient that was written last."""
    mine = select(Referral).where(Referral.patient_id == patient).order_by(Referral.id.desc()).limit(1)
    return session.scalar(mine)


def change_visit(house: House, doing: Act, patient: int, moved_to: dt.datetime | None) -> list[str]:
    """Move the one visit that lies ahead, or cancel it; a sentence when there is not exactly one."""
    found = act(house, doing, visits_ahead, patient=patient)
    if len(found) != 1:
        return [f"cannot change a visit: {len(found)} lie ahead"]
    act(house, doing, rebook, found[0], moved_to)
    return []


def visits_ahead(session: Session, act: Act, patient: int) -> list[int]:
    """The booked visits of a patient that have not begun."""
    audit.nothing_happened(session)
    ahead = select(Appointment.id).where(
        Appointment.patient_id == patient, Appointment.status == "booked", Appointment.start_at > act.now
    )
    return list(session.scalars(ahead.order_by(Appointment.id)))


def miss_visit(session: Session, act: Act, patient: int) -> list[str]:
    """The one booked visit that has begun is missed; a sentence when there is not exactly one."""
    begun = select(Appointment).where(
        Appointment.patient_id == patient, Appointment.status == "booked", Appointment.start_at <= act.now
    )
    found = session.scalars(begun.order_by(Appointment.id)).all()
    if len(found) != 1:
        audit.nothing_happened(session)
        return [f"cannot miss a visit: {len(found)} have begun"]
    found[0].status = "noshow"
    session.flush()
    tell_of(session, act, found[0])
    return []


def rebook(session: Session, act: Act, appointment_id: int, moved_to: dt.datetime | None) -> None:
    """Another time for a visit, or none."""
    visit = session.get_one(Appointment, appointment_id)
    if moved_to is None:
        visit.status = "cancelled"
        visit.cancelled_at = act.now
    else:
        visit.start_at = moved_to
        visit.end_at = moved_to + VISIT
    session.flush()
    tell_of(session, act, visit)


def tell_of(session: Session, act: Act, visit: Appointment) -> None:
    """Say how a visit stands now, as an import would."""
    told = {
        "patient_id": visit.patient_id,
        "subject_kind": str(Appointment.__tablename__),
        "subject_id": visit.id,
        "code_system": visit.code_system,
        "code": visit.code,
        "outcome": visit.status,
    }
    emit(session, act, "appointment.changed", [told])
    audit.note(session, "U", "appointment", ids=[visit.id], patients=[visit.patient_id])


def die(session: Session, act: Act, patient: int) -> None:
    """The clinic learns that somebody has died."""
    person = session.get_one(Patient, patient)
    person.deceased = True
    person.deceased_at = act.now
    session.flush()
    emit(session, act, "patient.deceased", [{"patient_id": patient, "subject_kind": "patient", "subject_id": patient}])
    audit.note(session, "U", "patient", ids=[patient], patients=[patient])


def complete_one(house: House, doing: Act, patient: int, wanted: Completes) -> list[str]:
    """Staff complete the one open task of a queue; a sentence when there is not exactly one."""
    found = act(house, doing, tasks_in, patient=patient, queue=wanted.queue)
    if len(found) != 1:
        return [f"cannot complete a task in {wanted.queue}: {len(found)} are open there"]
    act(house, doing, complete_task, found[0], wanted.outcome)
    return []


def tasks_in(session: Session, act: Act, patient: int, queue: str) -> list[uuid.UUID]:
    """The open tasks about a patient in one queue."""
    audit.nothing_happened(session)
    waiting = select(Task.uid).join(TaskQueue, TaskQueue.id == Task.queue_id)
    waiting = waiting.where(Task.patient_id == patient, TaskQueue.slug == queue, Task.status.in_(OPEN_STATUSES))
    return list(session.scalars(waiting.order_by(Task.id)))
