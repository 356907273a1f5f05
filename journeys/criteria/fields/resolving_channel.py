"""The channel by which a patient answers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from journeys.criteria.dates import Clock
from journeys.criteria.fields.base import Field, Of
from journeys.criteria.kinds import CODE
from journeys.criteria.operators.base import Fact
from journeys.criteria.subject import Subject
from journeys.foundation.words import N_
from journeys.store.contact import Message

ANSWERED = Message.__table__.alias("answered_message")


class ResolvingChannel(Field):
    """The channel on which most messages to the patient were answered; not what they said they prefer.

    Of two with as many answers the one that was answered last counts. Who never answered has none.
    """

    label = N_("channel that is answered")
    kind = CODE
    changes_at = (Message, ("answered_at",))

    def value(self, subject: Subject, clock: Clock, of: Of) -> ColumnElement[str]:
        """Looked up for one patient."""
        mine = channels(clock).where(ANSWERED.c.patient_id == subject.patient_id).correlate_except(ANSWERED)
        counted = mine.subquery("counted_answers")
        best = select(counted.c.channel).order_by(*best_first(counted)).limit(1)
        return best.correlate_except(counted).scalar_subquery()

    def fact(self, subject: Subject, clock: Clock, of: Of, kind: str) -> Fact:
        """Looked up once for all where most patients are asked."""
        if not subject.many:
            return super().fact(subject, clock, of, kind)
        counted = channels(clock).subquery("counted_answers")
        order = func.row_number().over(partition_by=counted.c.patient_id, order_by=best_first(counted))
        ranked = select(counted.c.patient_id, counted.c.channel, order.label("place")).subquery("ranked_answers")
        rows = select(ranked.c.patient_id, ranked.c.channel).where(ranked.c.place == 1).subquery("best_channel")
        return Fact(rows.c.channel, kind, clock, rows=rows, key=(rows.c.patient_id, subject.patient_id))


def channels(clock: Clock) -> Select[Any]:
    """SELECT patient, channel, number of answers and the last one."""
    row = ANSWERED.c
    return (
        select(row.patient_id, row.channel, func.count().label("number"), func.max(row.answered_at).label("last"))
        .where(row.direction == "outbound", row.channel.is_not(None), row.answered_at <= clock.now)
        .group_by(row.patient_id, row.channel)
    )


def best_first(counted: Any) -> list[Any]:
    """Most answers first; then the newest, then by name, so that it is always the same one."""
    return [counted.c.number.desc(), counted.c.last.desc(), counted.c.channel]
