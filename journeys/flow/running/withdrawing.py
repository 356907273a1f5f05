"""Takes back what enrolments have asked for and is not done yet: open tasks, queued messages, calls that wait."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from journeys.contact.sending.withdraw import withdraw
from journeys.flow.running.relation import one_of_ids
from journeys.foundation.acting import Act
from journeys.store.enrolments import Enrolment
from journeys.store.tasks import OPEN_STATUSES, Task
from journeys.store.webhooks import WebhookCall

JOURNEY_ENDED = "journey-ended"


def take_back(session: Session, act: Act, enrolment_ids: Sequence[int], reason: str = JOURNEY_ENDED) -> None:
    """Cancel the open tasks and waiting calls and hold the queued messages of these enrolments.

    Tasks and messages carry the reason.

    A task that was handed over to another record stays open.
    """
    session.execute(
        update(Task)
        .where(
            one_of_ids(Task.enrolment_id, enrolment_ids),
            Task.enrolment_id == Enrolment.id,
            Task.patient_id == Enrolment.patient_id,
            Task.status.in_(OPEN_STATUSES),
        )
        .values(status="cancelled", cancelled_reason=reason, row_version=Task.row_version + 1)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(WebhookCall)
        .where(one_of_ids(WebhookCall.enrolment_id, enrolment_ids), WebhookCall.status == "planned")
        .values(status="cancelled", settled_at=act.now)
        .execution_options(synchronize_session=False)
    )
    patients = select(Enrolment.patient_id).where(one_of_ids(Enrolment.id, enrolment_ids))
    withdraw(session, act, patients, reason, enrolments=enrolment_ids)
