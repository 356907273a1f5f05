"""Which enrolments were set aside because a step failed, where and why: counted, not listed one by one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.tables import Texts
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.enrolments import Enrolment
from journeys.store.setbacks import Setback

MOST = 200


@dataclass(frozen=True)
class SetAside:
    """So many of one version failed alike: at a step (None: where goals and exits are looked at), by this error."""

    version_id: int
    slug: str
    journey: Texts
    number: int
    step: str | None
    step_name: Texts | None
    error: str
    count: int
    first: dt.datetime
    last: dt.datetime


def setbacks(session: Session, act: Act) -> list[SetAside]:
    """Everything that is set aside among the patients of this scope, the newest first."""
    same = (Setback.version_id, Setback.step, Setback.error)
    counted = (
        select(
            *same,
            func.count().label("count"),
            func.min(Setback.at).label("first"),
            func.max(Setback.at).label("last"),
        )
        .join(Enrolment, Enrolment.id == Setback.enrolment_id)
        .join(Definition, Definition.id == Enrolment.definition_id)
        .where(is_set_aside())
        .group_by(*same)
        .order_by(func.max(Setback.at).desc())
        .limit(MOST)
        .subquery("counted")
    )
    rows = session.execute(
        select(counted, Definition.slug, Definition.name, DefinitionVersion.number, DefinitionVersion.content)
        .join(DefinitionVersion, DefinitionVersion.id == counted.c.version_id)
        .join(Definition, Definition.id == DefinitionVersion.definition_id)
        .order_by(counted.c.last.desc(), counted.c.version_id, counted.c.step)
    ).all()
    audit.note(session, "R", "setback", detail={"kinds": len(rows)})
    return [as_set_aside(row) for row in rows]


def is_set_aside() -> ColumnElement[bool]:
    """SQL: whether an enrolment is on hold because it failed, and not because its journey is paused."""
    return (Enrolment.status == "on-hold") & (Definition.status != "paused")


def as_set_aside(row: Any) -> SetAside:
    """One row with the name of its step."""
    step = row.content.get("steps", {}).get(row.step or "", {})
    return SetAside(
        row.version_id,
        row.slug,
        row.name,
        row.number,
        row.step,
        step.get("name"),
        row.error,
        row.count,
        row.first,
        row.last,
    )
