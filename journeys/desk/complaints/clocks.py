"""By when a complaint is acknowledged, spoken about and settled; and the task of whoever has to do it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.sending.unknown_outcomes import about_tasks
from journeys.desk.complaints.policy import QUALITY, Policy
from journeys.desk.reasons.routing import after, queue_of_role
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.complaints import Complaint
from journeys.store.events import emit_from
from journeys.store.organisation import Location
from journeys.store.tasks import OPEN_STATUSES, Task, TaskQueue

TITLE = {"en": "A complaint", "es": "Una queja"}
INSTRUCTIONS = {
    "en": "Open the complaint, and do what comes next: acknowledge it, speak to the patient, put it right.",
    "es": "Abra la queja y haga lo que sigue: confirme la recepción, hable con el paciente, repare lo ocurrido.",
}


def begin_clocks(session: Session, complaint: Complaint, policy: Policy, since: dt.datetime) -> None:
    """Three times from one moment on, in the working time of the queue, else of the branch."""
    queue = queue_of(session, complaint, policy)
    calendar = queue.calendar_id if queue is not None else None
    if calendar is None:
        calendar = session.scalar(select(Location.calendar_id).where(Location.id == complaint.location_id))
    minutes = (policy.acknowledge_minutes, policy.contact_minutes, policy.settle_minutes)
    due = [after(session, calendar, since, each) or since + dt.timedelta(minutes=each) for each in minutes]
    complaint.acknowledge_due_at, complaint.contact_due_at, complaint.settle_due_at = due
    go_by_next(complaint)


def go_by_next(complaint: Complaint) -> None:
    """What is next is the first of the three that has not been done."""
    waits = (
        (complaint.acknowledged_at, complaint.acknowledge_due_at),
        (complaint.contacted_at, complaint.contact_due_at),
    )
    complaint.next_due_at = next((due for done, due in waits if done is None), complaint.settle_due_at)


def queue_of(session: Session, complaint: Complaint, policy: Policy) -> TaskQueue | None:
    """Whose work it is: the quality role's where it may be harm, and nobody else's."""
    role = QUALITY if complaint.withheld else policy.queue
    return queue_of_role(session, complaint.location_id, role) if role is not None else None


def ask_staff(session: Session, act: Act, complaint: Complaint, policy: Policy) -> None:
    """One open task by the next clock; none where the role has no queue, and the list shows it all the same."""
    task = session.get(Task, complaint.task_id) if complaint.task_id is not None else None
    queue = queue_of(session, complaint, policy)
    if task is not None and task.status in OPEN_STATUSES:
        task.due_at = complaint.next_due_at
        return
    if queue is None:
        return
    task = Task(
        patient_id=complaint.patient_id,
        queue_id=queue.id,
        location_id=complaint.location_id,
        focus_kind=Complaint.__tablename__,
        focus_id=complaint.id,
        title=TITLE,
        instructions=INSTRUCTIONS,
        outcomes=[],
        priority="urgent" if complaint.withheld else "asap",
        created_at=act.now,
        due_at=complaint.next_due_at,
        withheld=complaint.withheld,
    )
    session.add(task)
    session.flush()
    complaint.task_id = task.id
    emit_from(session, act, "task.created", about_tasks([task.id]))
    audit.note(session, "C", Task.__tablename__, [task.id], [task.patient_id], {"about": Complaint.__tablename__})
