"""Writes the working hours of a schedule out into slots, as far ahead as it says."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Sequence

from sqlalchemy import BigInteger, DateTime, cast, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from journeys.access.schedules.finding import block_over_slot
from journeys.access.schedules.free import is_free
from journeys.access.schedules.working_hours import Span, slots_of
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.calendars import BusinessCalendar
from journeys.foundation.errors import Missing
from journeys.store.scheduling import Schedule, Slot

QUIET = {"synchronize_session": False}
MOMENTS = ARRAY(DateTime(timezone=True))
A_DAY = dt.timedelta(days=1)


def lay_out_slots(session: Session, act: Act, slug: str) -> int:
    """Lay out what is missing and return how many slots that made. Anew where the hours changed: what is free goes,
    what is booked or held stays, and nothing is laid over it.

    For the worker: what other branches booked with the same people has to be seen.
    """
    schedule = session.scalar(select(Schedule).where(Schedule.slug == slug).with_for_update())
    if schedule is None:
        raise Missing(f"There is no schedule {slug}")
    today = act.now.astimezone(zoneinfo.ZoneInfo(schedule.zone)).date()
    if schedule.laid_until is None:
        ahead = delete(Slot).where(Slot.schedule_id == schedule.id, Slot.start_at > act.now)
        # a blocked slot with nothing else on it is made anew, and blocked again
        untouched = Slot.appointment_id.is_(None) & (Slot.hold.is_(None) | (Slot.held_until <= act.now))
        session.execute(ahead.where(untouched).execution_options(**QUIET))
    first = max(filter(None, (today, schedule.from_on, schedule.laid_until and schedule.laid_until + A_DAY)))
    last = min(filter(None, (today + schedule.days_ahead * A_DAY, schedule.until_on)))
    made = 0
    if schedule.active and first <= last:
        closed = closed_days(session, schedule)
        spans = slots_of(schedule.hours, schedule.zone, schedule.slot_minutes, closed, first, last)
        made = write_out(session, schedule, [span for span in spans if span[0] > act.now])
    schedule.laid_until = max(last, today)
    session.flush()
    audit.note(session, "U", Schedule.__tablename__, [schedule.id], detail={"schedule": slug, "slots": made})
    return made


def closed_days(session: Session, schedule: Schedule) -> set[str]:
    """The days on which its calendar is closed."""
    calendar = None if schedule.calendar_id is None else session.get(BusinessCalendar, schedule.calendar_id)
    return set() if calendar is None else set(calendar.closed_days)


def write_out(session: Session, schedule: Schedule, spans: Sequence[Span]) -> int:
    """Insert these slots where there are none, each with what lies on it already; two statements."""
    if not spans:
        return 0
    starts = cast([start for start, _ in spans], MOMENTS)
    ends = cast([end for _, end in spans], MOMENTS)
    given = func.unnest(starts, ends).table_valued("start_at", "end_at").render_derived("given")
    rows = select(literal(schedule.id, BigInteger), given.c.start_at, given.c.end_at)
    columns = ["schedule_id", "start_at", "end_at"]
    made = insert(Slot).from_select(columns, rows, include_defaults=False).on_conflict_do_nothing().returning(Slot.id)
    count = len(session.execute(made).all())
    mine = (Slot.schedule_id == schedule.id, Slot.start_at >= spans[0][0], is_free(Slot, spans[0][0]))
    taken = func.slot_taken_by(Slot.schedule_id, Slot.start_at, Slot.end_at, None)
    lying = update(Slot).where(*mine).values(appointment_id=taken, block_id=block_over_slot())
    session.execute(lying.execution_options(**QUIET))
    return count
