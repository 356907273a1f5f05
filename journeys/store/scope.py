"""Which branches somebody may see: those of their roles."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Scope
from journeys.store.organisation import Practitioner, PractitionerRole

EVERY_BRANCH = "every-branch"
"""A role code that opens every branch: administrators and consultants of the whole organisation."""


def scope_of(session: Session, username: str, today: dt.date) -> Scope:
    """The scope of a member of staff: the branches of their roles in force today; no role, no branch."""
    roles = session.execute(
        select(PractitionerRole.location_id, PractitionerRole.code)
        .join(Practitioner, Practitioner.id == PractitionerRole.practitioner_id)
        .where(
            Practitioner.username == username,
            Practitioner.active,
            PractitionerRole.active,
            or_(PractitionerRole.from_on.is_(None), PractitionerRole.from_on <= today),
            or_(PractitionerRole.until_on.is_(None), PractitionerRole.until_on >= today),
        )
    ).all()
    if any(code == EVERY_BRANCH for _, code in roles):
        return Scope(None)
    return Scope(frozenset(location for location, _ in roles if location is not None))
