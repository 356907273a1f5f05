"""An administrator writes opening hours: new ones, or other hours, closed days and followers of what there is."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.calendars import BEFORE, BusinessCalendar, write_out
from journeys.foundation.errors import Invalid, Problem, Stale, refuse_errors
from journeys.foundation.words import N_
from journeys.store.organisation import Location
from journeys.store.tasks import TaskQueue
from journeys.work.opening_hours.checking import problems_of
from journeys.work.opening_hours.hours import OpeningHours


def keep_hours(session: Session, act: Act, given: OpeningHours) -> BusinessCalendar:
    """Return the calendar with its days written out; `given.version` 0 is a new one.

    Days that are over keep their hours, and what was worked out before its moments. A branch or queue follows one
    calendar: whoever is named here leaves another, and who is no longer named follows none. Invalid with every problem,
    Stale when somebody changed it.
    """
    refuse_errors(problems_of(given))
    found = session.scalar(select(BusinessCalendar).where(BusinessCalendar.slug == given.slug).with_for_update())
    if found is None and given.version:
        raise Stale(f"The opening hours {given.slug} are gone")
    if found is not None and not given.version:
        raise Invalid([Problem("slug", N_("There are opening hours of this name already"))])
    if found is not None and found.version != given.version:
        raise Stale(f"The opening hours {given.slug} have been changed")
    is_new = found is None
    calendar = found or BusinessCalendar(slug=given.slug, version=0)
    take_over(calendar, given)
    write_down(session, calendar)
    today = act.now.astimezone(ZoneInfo(calendar.zone)).date()
    write_out(session, calendar, today - BEFORE if is_new else today)
    follow(session, calendar.id, given)
    detail = {"calendar": given.slug, "version": calendar.version}
    audit.note(session, "C" if is_new else "U", BusinessCalendar.__tablename__, [calendar.id], detail=detail)
    return calendar


def write_down(session: Session, calendar: BusinessCalendar) -> None:
    """Invalid where somebody wrote new ones of this name at the same moment."""
    try:
        with session.begin_nested():
            session.add(calendar)
            session.flush()
    except IntegrityError:
        raise Invalid([Problem("slug", N_("There are opening hours of this name already"))]) from None


def take_over(calendar: BusinessCalendar, given: OpeningHours) -> None:
    """What is given, as a version more."""
    open_on = {day: stretches for day, stretches in given.hours.items() if stretches}
    calendar.name = given.name
    calendar.zone = given.zone
    calendar.hours = {day: [list(stretch) for stretch in stretches] for day, stretches in open_on.items()}
    calendar.closed_days = sorted(set(given.closed_days))
    calendar.version += 1


def follow(session: Session, calendar_id: int, given: OpeningHours) -> None:
    """Let the branches and queues that are named follow the calendar, and no others; what has no short name cannot be
    named, and stays. Calendars that somebody leaves are another version: whoever is writing them is told."""
    for table, slugs in ((Location, given.branches), (TaskQueue, given.queues)):
        others = select(table.calendar_id).where(table.slug.in_(slugs), table.calendar_id != calendar_id)
        left = update(BusinessCalendar).where(BusinessCalendar.id.in_(others))
        session.execute(left.values(version=BusinessCalendar.version + 1))
        named = table.slug.is_not(None)
        leaving = update(table).where(table.calendar_id == calendar_id, named, table.slug.not_in(slugs))
        session.execute(leaving.values(calendar_id=None))
        session.execute(update(table).where(table.slug.in_(slugs)).values(calendar_id=calendar_id))
