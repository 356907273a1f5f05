"""Slots that came free become stretches for which somebody is looked for; so do those whose hold has run out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.access.schedules.free import is_free
from journeys.access.waitlist.ending import HOLDER, QUIET
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.ids import new_uid
from journeys.store.scheduling import Schedule, Slot
from journeys.store.waitlist import OPEN, Backfill, FreedSlot

BATCH = 1_000


@dataclass(frozen=True)
class Freed:
    """Slots that follow each other without a hole."""

    schedule_id: int
    start_at: dt.datetime
    end_at: dt.datetime
    was: str


def take_up_freed(session: Session, act: Act, limit: int = BATCH) -> int:
    """Take out what was written down, and open a stretch for each run of it that is still free and lies ahead; how many
    slots were looked at. Two who do it at once take up each slot once."""
    end_holds(session, act, limit)
    picked = select(FreedSlot).order_by(FreedSlot.schedule_id, FreedSlot.start_at).limit(limit)
    rows = session.scalars(picked.with_for_update(skip_locked=True)).all()
    keys = [(row.schedule_id, row.start_at) for row in rows]
    if not keys:
        audit.nothing_happened(session)
        return 0
    free = session.execute(
        select(Slot.schedule_id, Slot.start_at, Slot.end_at, FreedSlot.was)
        .join(Schedule, Schedule.id == Slot.schedule_id)
        .join(FreedSlot, and_(FreedSlot.schedule_id == Slot.schedule_id, FreedSlot.start_at == Slot.start_at))
        .where(tuple_(Slot.schedule_id, Slot.start_at).in_(keys))
        .where(Schedule.active, Slot.start_at > act.now, is_free(Slot, act.now))
        .order_by(Slot.schedule_id, Slot.start_at)
    ).all()
    for run in runs(free):
        open_stretch(session, act, run)
    gone = delete(FreedSlot).where(tuple_(FreedSlot.schedule_id, FreedSlot.start_at).in_(keys))
    session.execute(gone.execution_options(**QUIET))
    audit.note(session, "C", str(Backfill.__tablename__), detail={"slots": len(keys)})
    return len(keys)


def end_holds(session: Session, act: Act, limit: int) -> None:
    """Take off the holds of people that have run out: the database writes those slots down as freed."""
    over = (
        select(Slot.id)
        .where(
            Slot.hold.is_not(None),
            Slot.held_until <= act.now,
            Slot.held_by != HOLDER,
            Slot.start_at > act.now,
            Slot.appointment_id.is_(None),
            Slot.block_id.is_(None),
        )
        .order_by(Slot.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ended = update(Slot).where(Slot.id.in_(over)).values(hold=None, held_until=None, held_by=None)
    session.execute(ended.execution_options(**QUIET))


def runs(free: Sequence[Any]) -> Iterator[Freed]:
    """The slots joined where one begins when another ends."""
    so_far: Freed | None = None
    for row in free:
        if so_far and (row.schedule_id, row.start_at) == (so_far.schedule_id, so_far.end_at):
            so_far = Freed(so_far.schedule_id, so_far.start_at, row.end_at, so_far.was)
            continue
        if so_far:
            yield so_far
        so_far = Freed(row.schedule_id, row.start_at, row.end_at, row.was)
    if so_far:
        yield so_far


def open_stretch(session: Session, act: Act, run: Freed) -> None:
    """Write the stretch down, to be looked at at once; nothing where one that begins then is open already."""
    opened = insert(Backfill).values(
        schedule_id=run.schedule_id,
        start_at=run.start_at,
        end_at=run.end_at,
        was=run.was,
        status=OPEN,
        freed_at=act.now,
        next_at=act.now,
        hold=new_uid(),
    )
    session.execute(opened.on_conflict_do_nothing())
