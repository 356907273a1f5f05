"""Somebody keeps a time for a few minutes, while the patient is asked."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from journeys.access.appointments.taking import Asked, take
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.ids import new_uid
from journeys.foundation.words import N_
from journeys.store.scheduling import Slot

SHORTEST, LONGEST = dt.timedelta(minutes=1), dt.timedelta(hours=1)
USUAL = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Hold:
    """What opens the held slots, and until when."""

    uid: uuid.UUID
    until: dt.datetime


def hold_slot(session: Session, act: Act, asked: Asked, lasting: dt.timedelta = USUAL) -> Hold:
    """Hold the slots that the type needs, the first `asked.slot`. Whoever held them before holds them on by its own
    hold. Invalid where they are taken; of those who come at once, one gets them."""
    if not SHORTEST <= lasting <= LONGEST:
        raise Invalid([Problem("lasting", N_("A time is held for one minute up to one hour"))])
    place = take(session, act, asked)
    hold = Hold(asked.hold or new_uid(), act.now + lasting)
    for slot in place.slots:
        slot.hold, slot.held_until, slot.held_by = hold.uid, hold.until, act.by
    session.flush()
    audit.note(session, "U", Slot.__tablename__, [slot.id for slot in place.slots], detail={"held": True})
    return hold
