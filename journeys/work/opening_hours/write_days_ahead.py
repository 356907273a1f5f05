"""Writes the days of calendars that come to their end, and of those whose open stretches nobody has written yet."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.calendars import BEFORE, BusinessCalendar, CalendarDay, write_out
from journeys.foundation.working_time import CalendarStretch

AHEAD = dt.timedelta(days=2 * 366)
"""So much of every calendar is written out at least: longer than anything is due in."""


def write_days_ahead(session: Session, act: Act) -> int:
    """How many calendars were written out: from the last day that is written; without stretches, from a year back."""
    latest = select(func.max(CalendarDay.day)).where(CalendarDay.calendar_id == BusinessCalendar.id).scalar_subquery()
    stretches = select(CalendarStretch.opens_at).where(CalendarStretch.calendar_id == BusinessCalendar.id).exists()
    wanted = select(BusinessCalendar, latest, stretches).order_by(BusinessCalendar.id)
    ends_soon = or_(latest.is_(None), latest < (act.now + AHEAD).date(), ~stretches)
    found = session.execute(wanted.where(ends_soon).with_for_update(of=BusinessCalendar, skip_locked=True)).all()
    for calendar, day, is_written in found:
        write_out(session, calendar, day if day and is_written else (act.now - BEFORE).date())
    if found:
        audit.note(session, "U", BusinessCalendar.__tablename__, [calendar.id for calendar, *_ in found])
    else:
        audit.nothing_happened(session)
    return len(found)
