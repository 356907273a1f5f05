"""What a member of staff can and how much they are given: skills, and minutes of open work at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing, Problem, Stale
from journeys.foundation.words import N_
from journeys.store.organisation import Practitioner, PractitionerRole
from journeys.store.scope import EVERY_BRANCH
from journeys.store.staffing import StaffAbsence, StaffWork
from journeys.work.keep_queue import LONGEST, problems_of_skills
from journeys.work.staff import in_force, load_of


@dataclass(frozen=True)
class Member:
    """One of staff: what they can, how much they have and may have (minutes), until when they are away."""

    username: str
    skills: tuple[str, ...]
    load: int
    capacity_minutes: int | None
    away_until: dt.datetime | None
    stand_in: str | None
    row_version: int


def keep_staff(
    session: Session, act: Act, username: str, skills: Collection[str], capacity_minutes: int | None, row_version: int
) -> StaffWork:
    """Write it down; Invalid with what is wrong, Missing for nobody, Stale when somebody changed it."""
    problems = list(problems_of_skills(skills))
    if capacity_minutes is not None and not 0 <= capacity_minutes <= LONGEST:
        data = {"least": 0, "most": LONGEST}
        problems.append(Problem("capacity_minutes", N_("From %(least)s to %(most)s minutes"), data))
    if problems:
        raise Invalid(problems)
    if session.scalar(select(Practitioner.id).where(Practitioner.username == username).with_for_update()) is None:
        raise Missing("There is no such member of staff")
    found = session.scalar(select(StaffWork).where(StaffWork.username == username))
    if (found.row_version if found else 0) != row_version:
        raise Stale("Somebody else changed this first")
    found = found or StaffWork(username=username)
    found.skills = sorted(set(skills))
    found.capacity_minutes = capacity_minutes
    session.add(found)
    session.flush()
    audit.note(session, "U", StaffWork.__tablename__, [found.id], detail={"staff": username})
    return found


def members(session: Session, act: Act) -> list[Member]:
    """Everybody who works in the act's branches, by user name."""
    away = (
        select(StaffAbsence.until_at, StaffAbsence.stand_in)
        .where(StaffAbsence.username == Practitioner.username, StaffAbsence.until_at > act.now)
        .order_by(StaffAbsence.from_at)
        .limit(1)
        .lateral("away")
    )
    place = select(PractitionerRole.id).where(in_force(PractitionerRole, Practitioner.id, act.now.date()))
    if act.scope.locations is not None:
        mine = PractitionerRole.location_id.in_(act.scope.locations)
        place = place.where(or_(mine, PractitionerRole.code == EVERY_BRANCH))
    rows = session.execute(
        select(
            Practitioner.username,
            StaffWork.skills,
            load_of(Practitioner.username),
            StaffWork.capacity_minutes,
            away.c.until_at,
            away.c.stand_in,
            func.coalesce(StaffWork.row_version, 0),
        )
        .outerjoin(StaffWork, StaffWork.username == Practitioner.username)
        .outerjoin(away, true())
        .where(Practitioner.active, Practitioner.username.is_not(None), place.exists())
        .order_by(Practitioner.username)
    )
    return [Member(name or "", tuple(skills or ()), *more) for name, skills, *more in rows]
