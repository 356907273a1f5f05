"""The cases of conversations with their times, in one statement.

- *First response*: counted time from the first word that asks for a person to a person's first answer.
- *Resolution*: counted time from there to the end, without what the patient was waited for, up to the limit.
- *Promised*: what the reason of the conversation says, on its channel; what it does not say, its queue.
- *Late*: longer than was promised when the case began, whatever hours and promises are now.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CTE, BigInteger, Select, Text, and_, case, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from journeys.desk.reasons.reason import Reason
from journeys.desk.service_levels.marking import numbered
from journeys.desk.service_levels.promises import answer_minutes, resolve_minutes
from journeys.foundation.acting import Act
from journeys.foundation.calendars import BusinessCalendar
from journeys.store.conversations import Conversation
from journeys.store.organisation import Location
from journeys.store.service_levels import ServiceCase
from journeys.store.tasks import TaskQueue
from journeys.work.service_time import counted_seconds, due_after, is_late, paused_for, warning_at

MINUTE = 60

NO_REASONS: Mapping[str, Reason] = {}

DONE = "done"
"""The outcome of what ended without one."""


def cases(act: Act, conversations: Select[Any], reasons: Mapping[str, Reason] = NO_REASONS) -> Select[Any]:
    """SELECT every case of these conversations (ids) as `service_case` has it, by the names of its columns; `reasons`
    are those of the clinic, whose promises go before those of queues."""
    entries = numbered(conversations)
    case_ = with_waiting(act, entries, promised(gathered(entries), reasons)).c
    calendar, asked = case_.calendar_id, case_.asked_at
    paused = paused_for(case_.waited, case_.pause_limit)
    stop = func.coalesce(case_.resolved_at, literal(act.now))
    response = counted_seconds(calendar, asked, case_.answered_at)
    resolution = counted_seconds(calendar, asked, case_.resolved_at) - paused
    going_on = counted_seconds(calendar, asked, func.least(stop, func.coalesce(case_.answered_at, stop)))
    return select(
        case_.conversation_id,
        case_.patient_id,
        case_.queue_id,
        case_.calendar_id,
        case_.calendar_version,
        case_.seen_at,
        case_.asked_at,
        case_.contacts,
        case_.response_target,
        warning_at(calendar, asked, case_.response_target, case_.warn_percent).label("response_warn_at"),
        due_after(calendar, asked, case_.response_target).label("response_due_at"),
        case_.answered_at,
        response.label("response_seconds"),
        is_late(going_on, case_.response_target).label("response_late"),
        case_.resolution_target,
        warning_at(calendar, asked, case_.resolution_target + paused, case_.warn_percent).label("resolution_warn_at"),
        due_after(calendar, asked, case_.resolution_target + paused).label("resolution_due_at"),
        case_.resolved_at,
        resolution.label("resolution_seconds"),
        is_late(counted_seconds(calendar, asked, stop) - paused, case_.resolution_target).label("resolution_late"),
        case_.pause_limit,
        paused.label("paused_seconds"),
        case_.outcome,
    )


def gathered(entries: CTE) -> CTE:
    """One row a case: when it was asked, first answered and last ended, and how often the patient turned to us."""
    row = entries.c
    ended = func.max(row.at).filter(row.ends)
    is_over = ended >= func.max(row.at).filter(row.asks)
    latest_first = aggregate_order_by(func.coalesce(row.code, DONE), row.at.desc(), row.id.desc())
    outcome = func.array_agg(latest_first, type_=ARRAY(Text)).filter(row.ends)[1]
    return (
        select(
            row.conversation_id,
            row.number,
            func.min(row.at).filter(row.asks).label("asked_at"),
            func.min(row.at).filter(row.answers).label("answered_at"),
            case((is_over, ended)).label("resolved_at"),
            case((is_over, outcome)).label("outcome"),
            func.count().filter(row.turns).label("contacts"),
        )
        .group_by(row.conversation_id, row.number)
        .cte("gathered")
    )


def promised(found: CTE, reasons: Mapping[str, Reason]) -> CTE:
    """The same with their queue, calendar and promise: those of the moment when the case was first seen."""
    now = {
        "queue_id": TaskQueue.id,
        "calendar_id": BusinessCalendar.id,
        "calendar_version": BusinessCalendar.version,
        "response_target": func.coalesce(answer_minutes(reasons), TaskQueue.response_minutes) * MINUTE,
        "resolution_target": func.coalesce(resolve_minutes(reasons), TaskQueue.resolution_minutes) * MINUTE,
        "pause_limit": TaskQueue.pause_minutes * MINUTE,
    }
    kept = ServiceCase
    held = [case((kept.id.is_(None), value), else_=getattr(kept, name)).label(name) for name, value in now.items()]
    percent = func.coalesce(TaskQueue.warn_percent, 100).label("warn_percent")
    is_kept = and_(kept.conversation_id == found.c.conversation_id, kept.asked_at == found.c.asked_at)
    follows = BusinessCalendar.id == func.coalesce(TaskQueue.calendar_id, Location.calendar_id)
    return (
        select(*found.c, Conversation.patient_id, Conversation.last_at.label("seen_at"), percent, *held)
        .select_from(found)
        .join(Conversation, Conversation.id == found.c.conversation_id)
        .outerjoin(kept, is_kept)
        .outerjoin(TaskQueue, TaskQueue.id == Conversation.queue_id)
        .outerjoin(Location, Location.id == func.coalesce(TaskQueue.location_id, Conversation.location_id))
        .outerjoin(BusinessCalendar, follows)
        .cte("promised")
    )


def with_waiting(act: Act, entries: CTE, known: CTE) -> CTE:
    """The same with the counted time for which the patient was waited for."""
    row, waits = known.c, entries.alias("waits")
    wait = waits.c
    stop = func.coalesce(row.resolved_at, literal(act.now))
    until = func.least(func.coalesce(wait.waits_until, stop), stop)
    of_case = and_(wait.conversation_id == row.conversation_id, wait.number == row.number, wait.waits)
    waited = func.sum(counted_seconds(row.calendar_id, wait.at, until)).cast(BigInteger)
    totals = (
        select(row.conversation_id, row.number, waited.label("waited"))
        .select_from(known.join(waits, of_case))
        .group_by(row.conversation_id, row.number)
        .subquery("totals")
    )
    same = and_(totals.c.conversation_id == row.conversation_id, totals.c.number == row.number)
    return select(*row, totals.c.waited).select_from(known.outerjoin(totals, same)).cte("measured")
