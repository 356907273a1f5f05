"""Consent for a purpose on a channel."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from journeys.criteria.dates import Clock
from journeys.criteria.fields.base import Field, Of
from journeys.criteria.kinds import YES_NO
from journeys.criteria.subject import Subject
from journeys.foundation.words import N_
from journeys.store.contact import Consent as Table


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
        statement = Table.__table__
        return (
            select(statement.c.decision == "permit")
            .where(
                statement.c.patient_id == subject.patient_id,
                or_(statement.c.purpose.is_(None), statement.c.purpose == of["purpose"]),
                or_(statement.c.channel.is_(None), statement.c.channel == of["channel"]),
                statement.c.from_at <= clock.now,
                or_(statement.c.until_at.is_(None), statement.c.until_at > clock.now),
            )
            .order_by(statement.c.from_at.desc(), statement.c.id.desc())
            .limit(1)
            .correlate_except(statement)
            .scalar_subquery()
        )
