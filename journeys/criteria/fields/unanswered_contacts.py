"""How often a patient was written to without an answer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from journeys.criteria.dates import Clock
from journeys.criteria.fields.base import Field, Of
from journeys.criteria.kinds import NUMBER
from journeys.criteria.operators.base import Fact
from journeys.criteria.subject import Subject
from journeys.foundation.words import N_
from journeys.store.contact import Message

SENT = Message.__table__.alias("sent_message")
HEARD = Message.__table__.alias("heard_message")
WENT_OUT = ("accepted", "delivered")


class UnansweredContacts(Field):
    """How many messages went out to the patient since they were last heard: since their last answer or message.

    Only messages that were accepted or delivered count, whatever they were about. Who was never written to has 0.
    """

    label = N_("unanswered messages")
    kind = NUMBER
    may_be_unknown = False
    changes_at = (Message, ("planned_at", "sent_at", "answered_at"))

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[int]:
        """Counted for one patient."""
        last = select(last_heard(clock)).where(HEARD.c.patient_id == subject.patient_id).correlate_except(HEARD)
        since = last.scalar_subquery()
        counted = select(func.count()).select_from(SENT).where(SENT.c.patient_id == subject.patient_id)
        return counted.where(*are_unanswered(clock, since)).correlate_except(SENT).scalar_subquery()

    def fact(self, subject: Subject, clock: Clock, of: Of, kind: str) -> Fact:
        """Counted once for all where most patients are asked."""
        if not subject.many:
            return super().fact(subject, clock, of, kind)
        heard = select(HEARD.c.patient_id, last_heard(clock).label("at")).group_by(HEARD.c.patient_id).subquery("heard")
        joined = SENT.outerjoin(heard, heard.c.patient_id == SENT.c.patient_id)
        counted = select(SENT.c.patient_id, func.count().label("number")).select_from(joined)
        rows = counted.where(*are_unanswered(clock, heard.c.at)).group_by(SENT.c.patient_id).subquery("unanswered")
        return Fact(rows.c.number, kind, clock, rows=rows, key=(rows.c.patient_id, subject.patient_id), otherwise=0)


def last_heard(clock: Clock) -> ColumnElement[Any]:
    """When patients last answered or wrote; NULL when they never did."""
    came_at = func.coalesce(HEARD.c.sent_at, HEARD.c.planned_at)
    answered = case((HEARD.c.answered_at <= clock.now, HEARD.c.answered_at))
    wrote = case((and_(HEARD.c.status == "received", came_at <= clock.now), came_at))
    return func.max(func.greatest(answered, wrote))


def are_unanswered(clock: Clock, since: Any) -> tuple[ColumnElement[bool], ...]:
    """What makes a message one that went out after a moment; NULL is never."""
    is_later = or_(since.is_(None), SENT.c.sent_at > since)
    return SENT.c.status.in_(WENT_OUT), SENT.c.sent_at <= clock.now, is_later
