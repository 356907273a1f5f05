"""What people and staff do on a day of a life: through the same verbs as in the portal where there are any."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.answer_on_phone import answer_on_phone
from journeys.contact.withdraw_consent import withdraw_consent
from journeys.flow.packs.lives.life import Completes, Deed, Measured, Visit, moment
from journeys.foundation import audit
from journeys.foundation.acting import Act, House, act
from journeys.store import Appointment, Observation, Patient, Task, TaskQueue
from journeys.store.events import emit
from journeys.store.tasks import OPEN_STATUSES
from journeys.work.complete_task import complete_task

VISIT = dt.timedelta(minutes=20)


def perform(house: House, doing: Act, patient: int, deed: Deed, key: str) -> list[str]:
    """Do one thing; a sentence when it cannot be done. `key` tells this deed from every other."""
    if deed.answer is not None:
        act(house, doing, answer_on_phone, patient, deed.answer, key)
    elif deed.complete is not None:
        return complete_one(house, doing, patient, deed.complete)
    elif deed.book is not None:
        act(house, doing, book, patient, deed.book)
    elif deed.record is not None:
        act(house, doing, record, patient, deed.record)
    elif deed.withdraw is not None:
        act(house, doing, withdraw_consent, patient, deed.withdraw.purpose, deed.withdraw.channel)
    elif deed.dies:
        act(house, doing, die, patient)
    return []


def book(session: Session, act: Act, patient: int, visit: Visit) -> None:
    """A visit is booked, as a record of it would arrive."""
    start = moment(visit.at) or act.now
    appointment = Appointment(
        patient_id=patient,
        status=visit.status,
        code=visit.code,
        start_at=start,
        end_at=start + VISIT,
        booked_at=act.now,
    )
    session.add(appointment)
    session.flush()
    row = {
        "patient_id": patient,
        "subject_kind": "appointment",
        "subject_id": appointment.id,
        "code": visit.code,
        "outcome": visit.status,
    }
    emit(session, act, "appointment.changed", [row])
    audit.note(session, "C", "appointment", ids=[appointment.id], patients=[patient])


def record(session: Session, act: Act, patient: int, measured: Measured) -> None:
    """Something is measured, as a record of it would arrive."""
    at = moment(measured.at) or act.now
    observation = Observation(
        patient_id=patient,
        status="final",
        code_system=measured.system,
        code=measured.code,
        effective_at=at,
        value_number=measured.value,
        value_unit=measured.unit,
    )
    session.add(observation)
    session.flush()
    row = {
        "patient_id": patient,
        "subject_kind": "observation",
        "subject_id": observation.id,
        "code_system": measured.system,
        "code": measured.code,
        "at": at,
    }
    emit(session, act, "observation.recorded", [row])
    audit.note(session, "C", "observation", ids=[observation.id], patients=[patient])


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
