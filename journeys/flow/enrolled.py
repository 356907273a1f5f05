"""How many patients are in journeys and at their steps, counted up to a cap: a screen that is opened often must not
count a million enrolments each time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.definitions import JOURNEY
from journeys.store.enrolments import Enrolment, EnrolmentHistory
from journeys.store.keyset import CAP, Count


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
    """How many left each step of a journey by each port since a moment, whatever their version."""
    versions = select(DefinitionVersion.id).where(DefinitionVersion.definition_id == definition_id)
    statement = (
        select(EnrolmentHistory.step, EnrolmentHistory.port, func.count())
        .where(EnrolmentHistory.version_id.in_(versions), EnrolmentHistory.left_at >= since)
        .group_by(EnrolmentHistory.step, EnrolmentHistory.port)
    )
    return {(step, port): Count(number) for step, port, number in session.execute(statement)}


def counted(*where: Any, outside: Any) -> Any:
    """The enrolments that go on for each row of `outside`, one more than the cap at most."""
    some = select(Enrolment.id).where(*where, Enrolment.ended_at.is_(None)).limit(CAP + 1)
    return some.correlate(outside).lateral()


def as_count(number: int) -> Count:
    """A number that was counted up to the cap."""
    return Count(min(number, CAP), is_more=number > CAP)
