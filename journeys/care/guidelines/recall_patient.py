"""“See you in six months”: somebody asks for one patient to be seen again on a day, and a queue owns it from then."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.care.guidelines.in_force import InForce, guideline_in_force
from journeys.care.guidelines.refusing import patient_here
from journeys.criteria.dates import Span, shifted
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem, refuse_errors
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.foundation.words import N_
from journeys.store.due import DueChange, DueItem
from journeys.store.people import Patient
from journeys.store.tasks import TaskQueue

LONGEST_WHY = 2_000
LONGEST = {"years": 10}
SOON: Span = {"days": 28}
OVERDUE: Span = {"days": 30}
"""The window of a recall that is about no guideline."""
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Recall:
    """When somebody is to be seen again and why: in free words, about a guideline (its slug), or both."""

    due_on: dt.date
    why: str | None = None
    about: str | None = None
    queue: str | None = None


def recall_patient(session: Session, act: Act, patient: uuid.UUID, recall: Recall) -> DueItem:
    """Keep it and return it; asked for twice on the same day about the same it is one.

    The queue is the guideline's, or the one given. Missing without such a patient or guideline; Invalid with all that
    is wrong.
    """
    found = patient_here(session, patient)
    about = None if recall.about is None else guideline_in_force(session, recall.about)
    queue = recall.queue or (about.guideline.owner["queue"] if about else "")
    refuse_errors(problems_of(session, act, found, recall, queue))
    lock_lanes(session, [lane_of(found.id)])
    same = select(DueItem).where(DueItem.patient_id == found.id, DueItem.closed_at.is_(None))
    same = same.where(DueItem.guideline_id.is_(None), DueItem.due_on == recall.due_on)
    same = same.where(DueItem.about_id.is_not_distinct_from(about.id if about else None)).order_by(DueItem.id)
    for each in session.scalars(same):
        if each.why == recall.why:
            audit.nothing_happened(session)
            return each
    item = opened(act, found, recall, about, queue)
    session.add(item)
    session.flush()
    began = {"item_id": item.id, "at": act.now, "to_status": item.status, "reason": item.reason, "caused_by": act.by}
    session.add(DueChange(patient_id=found.id, **began))
    session.flush()
    audit.note(session, "C", "due_item", [item.id], [found.id], {"what": "recall"})
    return item


def opened(act: Act, patient: Patient, recall: Recall, about: InForce | None, queue: str) -> DueItem:
    """The recall as it begins; with the window and the owner of the guideline that it is about."""
    guideline = about.guideline if about else None
    today = act.now.date()
    # never in the first half of the time until then: tomorrow's visit is not the one in three weeks
    half = today + (recall.due_on - today + ONE_DAY) // 2
    opens_on = max(shifted(recall.due_on, guideline.soon if guideline else SOON, -1), half)
    return DueItem(
        patient_id=patient.id,
        about_id=about.id if about else None,
        status="not-due",
        reason="recalled",
        due_on=recall.due_on,
        opens_on=opens_on,
        overdue_on=shifted(recall.due_on, guideline.overdue if guideline else OVERDUE),
        severity=guideline.severity if guideline else "moderate",
        role=guideline.owner["role"] if guideline else None,
        queue=queue,
        opened_at=act.now,
        status_at=act.now,
        recalled_at=act.now,
        recalled_by=act.by,
        why=recall.why,
    )


def problems_of(session: Session, act: Act, patient: Patient, recall: Recall, queue: str) -> list[Problem]:
    """What is wrong with what was asked for."""
    problems = []
    if not act.now.date() < recall.due_on <= shifted(act.now.date(), LONGEST):
        problems.append(Problem("due_on", N_("Choose a day ahead, at most ten years")))
    if not (recall.why or recall.about):
        problems.append(Problem("why", N_("Say why, or choose a guideline")))
    if len(recall.why or "") > LONGEST_WHY:
        problems.append(Problem("why", N_("At most %(most)s characters"), {"most": LONGEST_WHY}))
    if session.scalar(select(TaskQueue.id).where(TaskQueue.slug == queue, TaskQueue.active)) is None:
        problems.append(Problem("queue", N_("There is no such queue")))
    if patient.merged_into_id is not None:
        problems.append(Problem("due_on", N_("This record was merged into another one; write it there")))
    if patient.deceased:
        problems.append(Problem("due_on", N_("This person has died")))
    return problems
