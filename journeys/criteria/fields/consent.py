"""Consent for a purpose on a channel."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from journeys.criteria.dates import Clock
from journeys.criteria.fields.base import Field, Of
from journeys.criteria.kinds import YES_NO
from journeys.criteria.operators.base import Fact
from journeys.criteria.subject import Subject
from journeys.foundation.words import N_
from journeys.store.contact import Consent as Table

STATEMENT = Table.__table__.alias("statement")
IS_PERMITTED = STATEMENT.c.decision == "permit"
NEWEST_FIRST = (STATEMENT.c.from_at.desc(), STATEMENT.c.id.desc())


class Consent(Field):
    """Whether the patient consents now to being contacted for a purpose on a channel.

    The newest statement in force decides, among those for this purpose or every one, and this channel or every one.
    Without any statement it is unknown.
    """

    label = N_("consent to %(purpose)s by %(channel)s")
    kind = YES_NO
    parameters = {
        "purpose": {
            "transactional": N_("messages on this appointment"),
            "care": N_("care messages"),
            "experience": N_("surveys"),
            "promotional": N_("promotion"),
        },
        "channel": {},
    }
    changes_at = (Table, ("from_at", "until_at"))

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[bool]:
        """The decision of the newest statement."""
        mine = STATEMENT.c.patient_id == subject.patient_id
        newest = select(IS_PERMITTED).where(mine, *in_force(clock, of)).order_by(*NEWEST_FIRST).limit(1)
        return newest.correlate_except(STATEMENT).scalar_subquery()

    def fact(self, subject: Subject, clock: Clock, of: Of, kind: str) -> Fact:
        """The newest statement of everybody, picked once for all, where most patients are asked."""
        if not subject.many:
            return super().fact(subject, clock, of, kind)
        newest = select(STATEMENT.c.patient_id, IS_PERMITTED.label("permitted")).where(*in_force(clock, of))
        once = newest.ext(distinct_on(STATEMENT.c.patient_id)).order_by(STATEMENT.c.patient_id, *NEWEST_FIRST)
        rows = once.subquery("newest_consent")
        return Fact(rows.c.permitted, kind, clock, rows=rows, mine=rows.c.patient_id == subject.patient_id)


def in_force(clock: Clock, of: Of) -> tuple[ColumnElement[bool], ...]:
    """What makes a statement one for this purpose and channel that holds now."""
    return (
        or_(STATEMENT.c.purpose.is_(None), STATEMENT.c.purpose == of["purpose"]),
        or_(STATEMENT.c.channel.is_(None), STATEMENT.c.channel == of["channel"]),
        STATEMENT.c.from_at <= clock.now,
        or_(STATEMENT.c.until_at.is_(None), STATEMENT.c.until_at > clock.now),
    )
