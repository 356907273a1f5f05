"""What else wants to write to the same patient and comes first: messages and journeys of higher priority."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ARRAY, CTE, ColumnElement, DateTime, cast, exists, func, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import aliased

from journeys.contact.deciding.reasons import HIGHER_JOURNEY, JOURNEY_ON_HOLD
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment
from journeys.store.journey_groups import JourneyGroup

INSTANTS = ARRAY(DateTime(timezone=True))
AHEAD = dt.timedelta(days=7)
"""How far ahead room is kept for a message that waits: as long as the longest cap."""

MOST_KEPT = 20

KEEPS_NO_ROOM = (JOURNEY_ON_HOLD, HIGHER_JOURNEY)
"""Whoever waits for another journey, or for a person, may wait long: nobody else has to wait for them."""


def kept_for(rung: CTE, now: dt.datetime, again: bool) -> ColumnElement[Any]:
    """SQL: when the patient's waiting messages of higher priority may go, the soonest first.

    Those that may go now were decided before, because of each patient the most urgent message is decided first. A
    message that was released goes: `again` keeps nothing.
    """
    if again:
        return cast(array([]), INSTANTS)
    other = aliased(Message)
    # no index on the moment itself: it finds the messages of everybody, this looks at those of one patient
    moment = func.coalesce(other.not_before, now)
    waiting = (
        select(moment)
        .where(
            other.patient_id == rung.c.patient_id,
            other.status == "planned",
            other.priority > Message.priority,
            moment > now,
            moment < now + AHEAD,
            ~other.reasons.overlap(KEEPS_NO_ROOM),
        )
        .order_by(moment)
        .limit(MOST_KEPT)
        .correlate(rung, Message)
    )
    return func.array(waiting.scalar_subquery())


def has_higher_journey() -> ColumnElement[bool]:
    """SQL: whether the patient is in a journey of the group of the message's own that has a higher priority."""
    other = aliased(Enrolment)
    mine, theirs = aliased(JourneyGroup), aliased(JourneyGroup)
    higher = (
        select(1)
        .select_from(mine)
        .join(theirs, (theirs.name == mine.name) & (theirs.priority > mine.priority))
        .join(other, other.version_id == theirs.version_id)
        .where(
            mine.version_id == Enrolment.version_id,
            other.patient_id == Enrolment.patient_id,
            other.status == "active",
            other.definition_id != Enrolment.definition_id,
        )
        .correlate(Enrolment)
    )
    return exists(higher)
