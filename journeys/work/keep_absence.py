"""Somebody says from when until when they are away, and who stands in."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.staffing import StaffAbsence
from journeys.work.finding import actor
from journeys.work.hand_over import refuse_unknown

LONGEST = dt.timedelta(days=366)


def keep_absence(
    session: Session, act: Act, from_at: dt.datetime, until_at: dt.datetime, colleague: str | None = None
) -> StaffAbsence:
    """Write it down in place of what the actor had said about the time from now on. Without a colleague what is theirs
    goes back to its queues. Invalid with what is wrong."""
    if not max(from_at, act.now) < until_at <= act.now + LONGEST:
        raise Invalid([Problem("until", N_("Choose an end after the beginning, within a year"))])
    if colleague is not None:
        refuse_unknown(session, act, colleague)
    forget(session, act)
    absence = StaffAbsence(username=actor(act), from_at=from_at, until_at=until_at, stand_in=colleague, kept_by=act.by)
    session.add(absence)
    session.flush()
    audit.note(session, "C", StaffAbsence.__tablename__, [absence.id])
    return absence


def end_absence(session: Session, act: Act) -> int:
    """The actor is here again: how many absences that were under way ended now, or later ones were forgotten."""
    found = forget(session, act)
    if not found:
        audit.nothing_happened(session)
    return found


def forget(session: Session, act: Act) -> int:
    """What the actor had said about the time from now on is gone."""
    chosen = select(StaffAbsence).where(StaffAbsence.username == actor(act), StaffAbsence.until_at > act.now)
    found = session.scalars(chosen.order_by(StaffAbsence.id).with_for_update()).all()
    for absence in found:
        if absence.from_at < act.now:
            absence.until_at = act.now
        else:
            session.delete(absence)
    session.flush()
    if found:
        audit.note(session, "U", StaffAbsence.__tablename__, [each.id for each in found])
    return len(found)
