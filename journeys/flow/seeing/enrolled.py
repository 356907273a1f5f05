"""How many patients are in journeys and at their steps, counted up to a cap: a screen that is opened often must not
count a million enrolments each time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Select, func, select, true
from sqlalchemy.orm import Session

from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.enrolments import Enrolment, EnrolmentHistory
from journeys.store.lists.keyset import CAP, Count
from journeys.store.putting_in_force.definitions import JOURNEY

MOST_ENROLMENTS = 2_000
"""Of so many enrolments the steps that they left are looked up."""


def enrolled(session: Session) -> dict[int, Count]:
    """How many are in each journey now, by its id."""
    some = counted(Enrolment.definition_id == Definition.id, outside=Definition)
    statement = (
        select(Definition.id, func.count(some.c.id))
        .outerjoin(some, true())
        .where(Definition.kind == JOURNEY)
        .group_by(Definition.id)
    )
    return {number: as_count(count) for number, count in session.execute(statement)}


def standing(session: Session, definition_id: int) -> dict[str, Count]:
    """How many stand at each step of a journey, whatever their version."""
    steps = (
        select(DefinitionVersion.id, func.jsonb_object_keys(DefinitionVersion.content["steps"]).label("step"))
        .where(DefinitionVersion.definition_id == definition_id)
        .subquery()
    )
    some = counted(Enrolment.version_id == steps.c.id, Enrolment.step == steps.c.step, outside=steps)
    statement = select(steps.c.step, func.count(some.c.id)).join(some, true()).group_by(steps.c.step)
    return {step: as_count(count) for step, count in session.execute(statement)}


def left(session: Session, definition_id: int, since: dt.datetime) -> dict[tuple[str, str], Count]:
    """How many left each step of a journey by each port since a moment, whatever their version.

    Counted are those who came in last, `MOST_ENROLMENTS` of them; where there are more, each count is one "at least".
    """
    rows = session.execute(leaving(definition_id, since))
    return {(step, port): Count(number, is_more=more) for step, port, number, more in rows if number}


def leaving(definition_id: int, since: dt.datetime) -> Select[Any]:
    """SELECT step, port, how many, and whether more came in than are counted."""
    # row by row: with the frame of the standard, older PostgreSQL reads all who came in at the same moment
    place = func.row_number().over(order_by=Enrolment.entered_at.desc(), rows=(None, 0)).label("place")
    newest = (
        select(Enrolment.id, place)
        .where(Enrolment.definition_id == definition_id)
        .order_by(Enrolment.entered_at.desc())
        .limit(MOST_ENROLMENTS + 1)
        .cte("newest")
    )
    taken = EnrolmentHistory
    steps = (
        select(newest.c.place, taken.step, taken.port)
        .where(taken.enrolment_id == newest.c.id, taken.left_at >= since)
        .subquery("steps")
    )
    is_more = select(func.count() > MOST_ENROLMENTS).select_from(newest).scalar_subquery()
    number = func.count().filter(steps.c.place <= MOST_ENROLMENTS)
    return select(steps.c.step, steps.c.port, number, is_more).group_by(steps.c.step, steps.c.port)


def counted(*where: Any, outside: Any) -> Any:
    """The enrolments that go on for each row of `outside`, one more than the cap at most."""
    some = select(Enrolment.id).where(*where, Enrolment.ended_at.is_(None)).limit(CAP + 1)
    return some.correlate(outside).lateral()


def as_count(number: int) -> Count:
    """A number that was counted up to the cap."""
    return Count(min(number, CAP), is_more=number > CAP)
