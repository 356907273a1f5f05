"""Which branches somebody may see, and whose queues they work on: those of their roles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Scope
from journeys.store.organisation import Practitioner, PractitionerRole

EVERY_BRANCH = "every-branch"
"""A role code that opens every branch: administrators and consultants of the whole organisation."""


def scope_of(session: Session, username: str, today: dt.date) -> Scope:
    """The scope of a member of staff: the branches of their roles in force today; no role, no branch."""
    roles = roles_in_force(session, username, today)
    if any(role.code == EVERY_BRANCH for role in roles):
        return Scope(None)
    return Scope(frozenset(role.location_id for role in roles if role.location_id is not None))


def roles_of(session: Session, username: str, today: dt.date) -> frozenset[str]:
    """The codes of the roles of a member of staff that are in force today, whatever their branch.

    What `roles` of the verbs over tasks are: a queue of another role is not theirs to work on.
    """
    return frozenset(role.code for role in roles_in_force(session, username, today) if role.code is not None)


def roles_in_force(session: Session, username: str, today: dt.date) -> Sequence[PractitionerRole]:
    """The roles of an active member of staff on this day."""
    return session.scalars(
        select(PractitionerRole)
        .join(Practitioner, Practitioner.id == PractitionerRole.practitioner_id)
        .where(
            Practitioner.username == username,
            Practitioner.active,
            PractitionerRole.active,
            or_(PractitionerRole.from_on.is_(None), PractitionerRole.from_on <= today),
            or_(PractitionerRole.until_on.is_(None), PractitionerRole.until_on >= today),
        )
    ).all()
