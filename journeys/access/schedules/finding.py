"""Finds one schedule to change, in the branches of the act."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.errors import Forbidden, Missing
from journeys.foundation.words import N_
from journeys.store.scheduling import Schedule


def schedule_to_change(session: Session, act: Act, uid: uuid.UUID) -> Schedule:
    """The schedule, locked. Missing when there is none, Forbidden in a branch of others."""
    found = session.scalar(select(Schedule).where(Schedule.uid == uid).with_for_update())
    if found is None:
        raise Missing(N_("There is no such schedule here"))
    if act.scope.locations is not None and found.location_id not in act.scope.locations:
        raise Forbidden("The branch is not one of yours")
    return found
