"""Says whose slots are missing: new or changed schedules, and those whose days run out."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Date, Integer, func, literal, or_, select
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.scheduling import Schedule

A_DAY = dt.timedelta(days=1)


def schedules_to_lay_out(session: Session, act: Act) -> list[str]:
    """Their slugs, in order; a schedule whose last day has its slots is none of them."""
    audit.nothing_happened(session)
    # a day less: in some zone it is still yesterday
    wanted = as_type(literal(act.now.date() - A_DAY), Date) + as_type(Schedule.days_ahead, Integer)
    ends = func.least(wanted, Schedule.until_on)
    is_short = Schedule.active & (Schedule.laid_until < ends)
    missing = select(Schedule.slug).where(or_(Schedule.laid_until.is_(None), is_short)).order_by(Schedule.slug)
    return list(session.scalars(missing))
