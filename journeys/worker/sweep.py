"""What is due in PostgreSQL: the names of the jobs to ring, so that a bell that was lost is rung again.

One short question a job, each answered by a partial index. The tick asks them every ten seconds.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment
from journeys.store.inbox import InboundDelivery

LAST_TICK = "waymark:last_tick"
LEASE = dt.timedelta(minutes=2)


def questions(now: dt.datetime) -> dict[str, ColumnElement[bool]]:
    """By job: whether it has work at this moment."""
    may_be_planned = or_(Message.not_before.is_(None), Message.not_before <= now)
    return {
        "receive": select(InboundDelivery.id).where(InboundDelivery.status == "received").exists(),
        "advance": select(Enrolment.id).where(Enrolment.due_at <= now).exists(),
        "plan": select(Message.id).where(Message.status == "planned", may_be_planned).exists(),
        "deliver": select(Message.id).where(Message.status.in_(("released", "sending"))).exists(),
    }


def sweep(session: Session, act: Act) -> list[str]:
    """The jobs that have something to do now."""
    audit.nothing_happened(session)
    asked = questions(act.now)
    answers = session.execute(select(*[question.label(name) for name, question in asked.items()])).one()
    return [name for name, has_work in zip(asked, answers, strict=True) if has_work]
