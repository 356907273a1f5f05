"""Consent for a purpose on a channel."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, tuple_

from journeys.criteria.dates import Clock
from journeys.criteria.fields.base import Field, Of
from journeys.criteria.kinds import YES_NO
from journeys.criteria.operators.base import Fact
from journeys.criteria.subject import Subject
from journeys.foundation.words import N_
from journeys.store.contact import Consent as Table

STATEMENT = Table.__table__.alias("statement")
NEWER = Table.__table__.alias("newer_statement")
PERMIT = "permit"
IS_PERMITTED = STATEMENT.c.decision == PERMIT
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
        newest = select(IS_PERMITTED).where(mine, *in_force(STATEMENT, clock, of)).order_by(*NEWEST_FIRST).limit(1)
        return newest.correlate_except(STATEMENT).scalar_subquery()

    def fact(self, subject: Subject, clock: Clock, of: Of, kind: str) -> Fact:
        """The newest statement in force: joined, not looked up, where most patients are asked."""
        if not subject.many:
            return super().fact(subject, clock, of, kind)
        is_newer = and_(
            NEWER.c.patient_id == STATEMENT.c.patient_id,
            tuple_(NEWER.c.from_at, NEWER.c.id) > tuple_(STATEMENT.c.from_at, STATEMENT.c.id),
            *in_force(NEWER, clock, of),
        )
        key = (STATEMENT.c.patient_id, subject.patient_id)
        newer = (NEWER, NEWER.c.decision == PERMIT, is_newer)
        only = and_(*in_force(STATEMENT, clock, of))
        return Fact(IS_PERMITTED, kind, clock, rows=STATEMENT, key=key, only=only, newer=newer)


def in_force(statement: Any, clock: Clock, of: Of) -> tuple[ColumnElement[bool], ...]:
    """What makes a statement one for this purpose and channel that holds now."""
    return (
        statement.c.about_person_id.is_(None),
        or_(statement.c.purpose.is_(None), statement.c.purpose == of["purpose"]),
        or_(statement.c.channel.is_(None), statement.c.channel == of["channel"]),
        statement.c.from_at <= clock.now,
        or_(statement.c.until_at.is_(None), statement.c.until_at > clock.now),
    )
