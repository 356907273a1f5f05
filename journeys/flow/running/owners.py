"""Who is to own a task that a journey makes, worked out for a whole batch in SQL.

Only somebody who may work on it: active, with a role in force of the queue (where it has one) and in the patient's
branch, or in every branch. Where the rule finds nobody, the task is the queue's.
"""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import ARRAY, ColumnElement, Date, Select, Text, and_, case, cast, func, null, or_, select, type_coerce
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from journeys.flow.steps.base import Rows
from journeys.foundation.words import N_
from journeys.store.access import Appointment
from journeys.store.organisation import Practitioner, PractitionerRole
from journeys.store.scope import EVERY_BRANCH
from journeys.store.tasks import OPEN_STATUSES, Task, TaskQueue

OwnerRule = Literal["nobody", "person", "last-owner", "least-loaded", "practitioner"]

OWNERS: dict[str, str] = {
    "nobody": N_("Nobody: whoever takes it from the queue"),
    "person": N_("A named person"),
    "last-owner": N_("Who owned the patient's last task of this queue"),
    "least-loaded": N_("Who has the fewest open tasks, in turns"),
    "practitioner": N_("Whom the patient's appointment is with"),
}
"""In the order of forms."""

APPOINTMENT = str(Appointment.__tablename__)
NOT_HELD = ("cancelled", "noshow", "entered-in-error", "proposed", "waitlist")


def owner_of(rule: OwnerRule, person: str | None, queue: str, rows: Rows) -> ColumnElement[Any]:
    """SQL: the username of the owner, NULL for the queue's."""
    if rule == "least-loaded":
        return in_turns(queue, rows)
    wanted = {
        "person": Practitioner.username == person,
        "last-owner": Practitioner.username == last_owner(queue, rows),
        "practitioner": Practitioner.id == practitioner_seen(rows),
    }
    if rule not in wanted:
        return cast(null(), Text)
    return may_work(queue, rows).where(wanted[rule]).correlate(rows.relation).scalar_subquery()


def may_work(queue: str, rows: Rows) -> Select[Any]:
    """SELECT the usernames of those who may work on a task of a queue about the patient of a row."""
    needed = select(TaskQueue.role_code).where(TaskQueue.slug == queue).scalar_subquery()
    working, placed = aliased(PractitionerRole), aliased(PractitionerRole)
    has_role = holds(working, rows).where(working.code == needed)
    here = or_(placed.code == EVERY_BRANCH, placed.location_id == rows.c.location_id)
    sees = holds(placed, rows).where(here).correlate(Practitioner, rows.relation)
    return select(Practitioner.username).where(
        Practitioner.active,
        Practitioner.username.is_not(None),
        or_(needed.is_(None), has_role.correlate(Practitioner, rows.relation).exists()),
        sees.exists(),
    )


def holds(role: Any, rows: Rows) -> Select[Any]:
    """SELECT the roles of a practitioner that are in force."""
    today = cast(rows.c.now, Date)
    return select(role.id).where(
        role.practitioner_id == Practitioner.id,
        role.active,
        or_(role.from_on.is_(None), role.from_on <= today),
        or_(role.until_on.is_(None), role.until_on >= today),
    )


def last_owner(queue: str, rows: Rows) -> ColumnElement[Any]:
    """Who owned the patient's newest task of this queue that had an owner."""
    task = aliased(Task, name="earlier_task")
    of_queue = task.queue_id == select(TaskQueue.id).where(TaskQueue.slug == queue).scalar_subquery()
    mine = and_(task.patient_id == rows.c.patient_id, of_queue, task.owner.is_not(None))
    newest = select(task.owner).where(mine).order_by(task.created_at.desc(), task.id.desc()).limit(1)
    return newest.correlate(rows.relation).scalar_subquery()


def practitioner_seen(rows: Rows) -> ColumnElement[Any]:
    """Whom the appointment is with that the journey is about; else the patient's last one until now."""
    seen = aliased(Appointment, name="seen")
    is_focus = and_(rows.c.focus_kind == APPOINTMENT, seen.id == rows.c.focus_id)
    is_past = and_(seen.start_at <= rows.c.now, seen.status.not_in(NOT_HELD))
    chosen = select(seen.practitioner_id).where(
        seen.patient_id == rows.c.patient_id,
        seen.practitioner_id.is_not(None),
        or_(func.coalesce(is_focus, False), is_past),
    )
    first = chosen.order_by(case((is_focus, 0), else_=1), seen.start_at.desc(), seen.id.desc()).limit(1)
    return first.correlate(rows.relation).scalar_subquery()


def in_turns(queue: str, rows: Rows) -> ColumnElement[Any]:
    """Those who may work on it, the one with the fewest open tasks first; several patients of one batch in turns."""
    load = open_tasks()
    own_load = select(load.c.tasks).where(load.c.owner == Practitioner.username).correlate(Practitioner)
    order = aggregate_order_by(
        Practitioner.username, func.coalesce(own_load.scalar_subquery(), 0), Practitioner.username
    )
    staff = may_work(queue, rows).with_only_columns(func.array_agg(order)).correlate(rows.relation).scalar_subquery()
    listed: Any = type_coerce(staff, ARRAY(Text))
    turn = func.row_number().over(partition_by=rows.c.location_id, order_by=(rows.c.patient_id, rows.c.enrolment_id))
    return type_coerce(listed[(turn - 1) % func.cardinality(listed) + 1], Text)


def open_tasks() -> Any:
    """SQL: how many open tasks everybody owns, counted once for the statement."""
    return (
        select(Task.owner, func.count().label("tasks"))
        .where(Task.owner.is_not(None), Task.status.in_(OPEN_STATUSES))
        .group_by(Task.owner)
        .cte("load")
    )
