"""Gives what nobody has to staff by itself, in the queues that say so: in turns, or to whoever has the least to do."""

from __future__ import annotations

from sqlalchemy import Integer, Select, case, cast, func, literal, or_, select, true
from sqlalchemy.orm import Session, aliased

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.organisation import Practitioner
from journeys.store.staffing import StaffWork
from journeys.store.tasks import AT_ONCE, CLAIM, FREE, LEAST_LOADED, Task, TaskQueue
from journeys.work.giving import give, lock_tasks
from journeys.work.staff import has_skills, is_away, load_of, may_have

MOST = 200
"""Tasks of one queue and branch at a time."""


def distribute(session: Session, act: Act, limit: int = MOST) -> int:
    """How many tasks were given. What asks for help at once stays everybody's; who is full or away gets nothing."""
    given = 0
    for queue_id, location_id in session.execute(groups()).all():
        pairs = session.execute(matched(act, queue_id, location_id, limit)).all()
        wanted = {row.task_id: row.username for row in pairs}
        still = {task.id for task in lock_tasks(session, list(wanted)) if task.owner is None}
        given += give(session, act, {each: owner for each, owner in wanted.items() if each in still}, "given")
    if not given:
        audit.nothing_happened(session)
    return given


def groups() -> Select:
    """SELECT the queues that give by themselves, with the branches in which something is nobody's."""
    return (
        select(Task.queue_id, Task.location_id)
        .join(TaskQueue, TaskQueue.id == Task.queue_id)
        .where(TaskQueue.active, TaskQueue.assignment != CLAIM, FREE, Task.priority != AT_ONCE)
        .group_by(Task.queue_id, Task.location_id)
        .order_by(Task.queue_id, Task.location_id)
    )


def matched(act: Act, queue_id: int, location_id: int | None, limit: int) -> Select:
    """SELECT task and username: the tasks in their order, each with one of the places that staff have, in theirs.

    Somebody has as many places as their capacity has room for. In turns, everybody's first place comes before
    anybody's second, beginning with whoever was given something longest ago; by load, the place with the least to do
    before it comes first.
    """
    tasks = (
        select(Task.id, func.row_number().over(order_by=(Task.urgency, Task.due_at, Task.id)).label("place"))
        .where(Task.queue_id == queue_id, Task.location_id.is_not_distinct_from(location_id))
        .where(FREE, Task.priority != AT_ONCE)
        .order_by("place")
        .limit(limit)
        .subquery("tasks")
    )
    places = places_of(act, queue_id, location_id, limit).subquery("places")
    return select(tasks.c.id.label("task_id"), places.c.username).join(places, places.c.place == tasks.c.place)


def places_of(act: Act, queue_id: int, location_id: int | None, limit: int) -> Select:
    """SELECT username and place, counted from 1."""
    given = aliased(Task, name="given")
    lately = select(func.max(given.claimed_at)).where(given.owner == Practitioner.username, given.queue_id == queue_id)
    staff = (
        select(
            Practitioner.username,
            load_of(Practitioner.username).label("load"),
            lately.scalar_subquery().label("lately"),
            StaffWork.capacity_minutes.label("capacity"),
            TaskQueue.effort_minutes.label("effort"),
            TaskQueue.assignment,
        )
        .select_from(Practitioner)
        .join(TaskQueue, TaskQueue.id == queue_id)
        .outerjoin(StaffWork, StaffWork.username == Practitioner.username)
        .where(
            Practitioner.username.is_not(None),
            may_have(Practitioner.username, TaskQueue, literal(location_id, Integer), act.now.date()),
            has_skills(Practitioner.username, TaskQueue),
            ~is_away(Practitioner.username, act.now),
        )
        .subquery("staff")
    )
    who = staff.c
    turns = func.generate_series(0, limit - 1).table_valued("turn").render_derived("turns")
    turn = turns.c.turn
    before = who.load + turn * who.effort
    has_room = or_(who.capacity.is_(None), before + who.effort <= who.capacity)
    key = case((who.assignment == LEAST_LOADED, before), else_=cast(turn, Integer))
    in_order = (key, who.lately.nulls_first(), who.username)
    place = func.row_number().over(order_by=in_order).label("place")
    return select(who.username, place).select_from(staff).join(turns, true()).where(has_room)
