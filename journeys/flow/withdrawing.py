"""Takes back what enrolments have asked for and is not done yet: open tasks, planned messages."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.orm import Session

from journeys.flow.relation import one_of_ids
from journeys.foundation.acting import Act
from journeys.store.contact import Message
from journeys.store.tasks import OPEN_STATUSES, Task

JOURNEY_ENDED = "journey-ended"
NOT_YET_SENT = ("planned", "released")


def withdraw(session: Session, act: Act, enrolment_ids: Sequence[int], reason: str = JOURNEY_ENDED) -> None:
    """Cancel the open tasks and hold the planned messages of these enrolments, with the reason on each row."""
    quiet = {"synchronize_session": False}
    session.execute(
        update(Task)
        .where(one_of_ids(Task.enrolment_id, enrolment_ids), Task.status.in_(OPEN_STATUSES))
        .values(status="cancelled", cancelled_reason=reason, row_version=Task.row_version + 1)
        .execution_options(**quiet)
    )
    session.execute(
        update(Message)
        .where(one_of_ids(Message.enrolment_id, enrolment_ids), Message.status.in_(NOT_YET_SENT))
        .values(status="held", reasons=[reason], decided_at=act.now)
        .execution_options(**quiet)
    )
