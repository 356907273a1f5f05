"""Which branches somebody may see, and whose queues they work on: those of their roles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Scope
from journeys.store.organisation import Practitioner, PractitionerRole

EVERY_BRANCH = "every-branch"
"""A role code that opens every branch: administrators and consultants of the whole organisation."""


def in_force(username: Any, today: Any) -> Select[str | None, int | None]:
    """SELECT the code and the branch of the roles of an active member of staff on a day."""
    return (
        select(PractitionerRole.code, PractitionerRole.location_id)
        .join(Practitioner, Practitioner.id == PractitionerRole.practitioner_id)
        .where(
            Practitioner.username == username,
            Practitioner.active,
            PractitionerRole.active,
            or_(PractitionerRole.from_on.is_(None), PractitionerRole.from_on <= today),
            or_(PractitionerRole.until_on.is_(None), PractitionerRole.until_on >= today),
        )
    )


IN_FORCE = in_force(bindparam("username"), bindparam("today"))


@dataclass(frozen=True)
class Role:
    """What somebody works as, and where; either may be open."""

    code: str | None
    location_id: int | None


def scope_of(session: Session, username: str, today: dt.date) -> Scope:
    """The scope of a member of staff: the branches of their roles in force today; no role, no branch."""
    return scope_within(roles_in_force(session, username, today))


def scope_within(roles: Iterable[Role]) -> Scope:
    """The scope that roles open."""
    held = tuple(roles)
    if any(role.code == EVERY_BRANCH for role in held):
        return Scope(None)
    return Scope(frozenset(role.location_id for role in held if role.location_id is not None))


def roles_of(session: Session, username: str, today: dt.date) -> frozenset[str]:
    """The codes of the roles of a member of staff that are in force today, whatever their branch.

    What `roles` of the verbs over tasks are: a queue of another role is not theirs to work on.
    """
    return codes_of(roles_in_force(session, username, today))


def codes_of(roles: Iterable[Role]) -> frozenset[str]:
    """The codes of roles that have one."""
    return frozenset(role.code for role in roles if role.code is not None)


def roles_in_force(session: Session, username: str, today: dt.date) -> list[Role]:
    """The roles of an active member of staff on this day."""
    return [Role(*row) for row in session.execute(IN_FORCE, {"username": username, "today": today})]
