"""Who may be given a task: with a role of its queue in force, in its branch, with the skills it asks for, not away."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, func, literal, or_, select, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from journeys.store.organisation import Practitioner, PractitionerRole
from journeys.store.scope import EVERY_BRANCH
from journeys.store.staffing import StaffAbsence, StaffWork
from journeys.store.tasks import OPEN_STATUSES, Task, TaskQueue

NO_SKILLS: Any = literal([], ARRAY(Text))


def may_have(username: Any, queue: type[TaskQueue], location: Any, today: dt.date) -> ColumnElement[bool]:
    """SQL: whether somebody's roles let them work on tasks of a queue about patients of a branch."""
    person = aliased(Practitioner, name="person")
    works, sees = aliased(PractitionerRole, name="works"), aliased(PractitionerRole, name="sees")
    has_role = select(works.id).where(in_force(works, person.id, today), works.code == queue.role_code)
    has_role = has_role.correlate_except(works)
    here = or_(sees.code == EVERY_BRANCH, location.is_(None), sees.location_id == location)
    is_here = select(sees.id).where(in_force(sees, person.id, today), here).correlate_except(sees)
    fits = or_(queue.role_code.is_(None), has_role.exists())
    chosen = select(person.id).where(person.username == username, person.active, fits, is_here.exists())
    return chosen.correlate_except(person).exists()


def in_force(role: Any, person: Any, today: dt.date) -> ColumnElement[bool]:
    """SQL: whether a role is a person's on a day."""
    began = or_(role.from_on.is_(None), role.from_on <= today)
    return and_(
        role.practitioner_id == person, role.active, began, or_(role.until_on.is_(None), role.until_on >= today)
    )


def has_skills(username: Any, queue: type[TaskQueue]) -> ColumnElement[bool]:
    """SQL: whether somebody has every skill that a queue asks for; without any, everybody has."""
    work = aliased(StaffWork, name="skilled")
    known = select(work.skills).where(work.username == username).correlate_except(work).scalar_subquery()
    skills: Any = type_coerce(func.coalesce(known, NO_SKILLS), ARRAY(Text))
    return skills.contains(queue.skills)


def is_away(username: Any, now: dt.datetime) -> ColumnElement[bool]:
    """SQL: whether somebody is away at a moment."""
    of = aliased(StaffAbsence, name="away")
    chosen = select(of.id).where(of.username == username, of.from_at <= now, of.until_at > now)
    return chosen.correlate_except(of).exists()


def load_of(username: Any) -> ColumnElement[int]:
    """SQL: the minutes that somebody's open tasks take together; what waits for the patient takes none."""
    task, queue = aliased(Task, name="own_task"), aliased(TaskQueue, name="own_queue")
    minutes = func.sum(func.coalesce(task.effort_minutes, queue.effort_minutes))
    mine = and_(task.owner == username, task.status.in_(OPEN_STATUSES), task.status != "on-hold")
    chosen: Select = select(minutes).select_from(task).join(queue, queue.id == task.queue_id).where(mine)
    return func.coalesce(chosen.correlate_except(task, queue).scalar_subquery(), 0)
