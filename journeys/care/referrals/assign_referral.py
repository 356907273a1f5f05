"""A referral is given to somebody, or to the people of a queue."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.care.referrals.finding import referral_to_change
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem, refuse_errors
from journeys.foundation.words import N_
from journeys.store.organisation import Practitioner
from journeys.store.referrals import Referral
from journeys.store.tasks import TaskQueue


def assign_referral(
    session: Session,
    act: Act,
    uid: uuid.UUID,
    owner: str | None,
    queue_id: int | None = None,
    row_version: int | None = None,
) -> Referral:
    """Make it theirs and return it; neither leaves it nobody's. Invalid where there is no such person or queue."""
    referral = referral_to_change(session, uid, row_version)
    known = select(Practitioner.id).where(Practitioner.username == owner, Practitioner.active)
    problems = []
    if owner is not None and session.scalar(known) is None:
        problems.append(Problem("owner", N_("There is no member of staff %(owner)s"), {"owner": owner}))
    if queue_id is not None and session.scalar(select(TaskQueue.id).where(TaskQueue.id == queue_id)) is None:
        problems.append(Problem("queue_id", N_("There is no such queue")))
    refuse_errors(problems)
    referral.owner, referral.queue_id = owner, queue_id
    referral.row_version += 1
    audit.note(session, "U", "referral", [referral.id], [referral.patient_id], {"what": "assigned"})
    return referral
