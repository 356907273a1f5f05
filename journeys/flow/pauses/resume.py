"""Lets a paused journey go on where it stopped; what went stale goes on as a person chose."""

from __future__ import annotations

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from journeys.contact.sending.go_on import is_held_up
from journeys.flow.moves.move_patients import AT_WORK
from journeys.flow.pauses.choices import Choices, judge_choices, only_wanted
from journeys.flow.pauses.stale import on_hold, stale_of
from journeys.foundation import audit
from journeys.foundation.acting import EVERYWHERE, Act, ring_after_commit
from journeys.foundation.errors import Forbidden, Stale, refuse_errors
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.store.configuration import Definition
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment
from journeys.store.moves import JourneyMove
from journeys.store.pauses import RESUMED, RESUMING, JourneyPause
from journeys.store.putting_in_force.definitions import JOURNEY, find
from journeys.store.setbacks import Setback
from journeys.store.tasks import TaskQueue


def resume(session: Session, act: Act, slug: str, choices: Choices | None = None) -> int:
    """Take the journey off hold and return how many are in it; one person suffices: what goes on was approved.

    Who has gone stale stays on hold until `settle_pauses` lets them go on; the others go on at once.
    Invalid while there are stale messages of a step for which nothing was chosen. Stale when it is not paused, or while
    its patients are being moved. Forbidden to who does not see every branch: they would decide for patients whom they
    were not told of.
    """
    if act.scope != EVERYWHERE:
        raise Forbidden("Who does not see every branch lets no journey go on")
    lock_lanes(session, ALL_LANES)
    definition: Definition = find(session, JOURNEY, slug)
    if definition.status != "paused":
        raise Stale(f"The journey {slug} is not paused")
    moving = select(JourneyMove.id).where(JourneyMove.definition_id == definition.id, JourneyMove.status.in_(AT_WORK))
    if session.scalar(moving) is not None:
        raise Stale(f"Patients of {slug} are being moved")
    found = stale_of(session, act.now, definition.id)
    queues = session.scalars(select(TaskQueue.slug).where(TaskQueue.active)).all()
    refuse_errors(judge_choices(choices or {}, found.messages, queues))
    definition.status = "active"
    definition.stopped = None
    definition.changed_at = act.now
    definition.changed_by = act.by
    session.flush()
    kept = only_wanted(choices or {}, found.messages)
    forget_setbacks(session, definition)
    freed = let_go(session, act, definition)
    close_pause(session, act, definition, kept, is_done=freed == found.held)
    detail = {"slug": slug, "resumed": freed, "stale": found.held - freed, "choices": kept}
    audit.note(session, "U", "journey", [definition.id], detail=detail)
    return found.held


def forget_setbacks(session: Session, definition: Definition) -> None:
    """Who was set aside before or during the pause tries again with all others."""
    mine = select(Enrolment.id).where(Enrolment.id == Setback.enrolment_id, *on_hold(definition.id))
    forgetting = delete(Setback).where(mine.correlate(Setback).exists())
    session.execute(forgetting.execution_options(synchronize_session=False))


def let_go(session: Session, act: Act, definition: Definition) -> int:
    """Take those off hold whose time has not come and for whom no message waits, and return how many."""
    waiting = select(Message.id).where(Message.enrolment_id == Enrolment.id, is_held_up(act.now))
    is_fresh = or_(Enrolment.due_at.is_(None), Enrolment.due_at > act.now)
    freed = session.execute(
        update(Enrolment)
        .where(*on_hold(definition.id), is_fresh, ~waiting.exists())
        .values(status="active")
        .execution_options(synchronize_session=False)
    )
    for bell in ("pauses", "advance", "enrol", "plan", "deliver"):
        ring_after_commit(session, bell)
    return int(freed.rowcount)  # type: ignore[attr-defined]


def close_pause(session: Session, act: Act, definition: Definition, choices: Choices, is_done: bool) -> None:
    """Keep who let it go on and what was chosen; the worker has work while somebody is on hold."""
    is_open = (JourneyPause.definition_id == definition.id) & (JourneyPause.status != RESUMED)
    pause = session.scalar(select(JourneyPause).where(is_open))
    if pause is None:
        pause = JourneyPause(definition_id=definition.id, paused_at=act.now, paused_by=act.by)
        session.add(pause)
    pause.status = RESUMED if is_done else RESUMING
    pause.choices = {version: dict(steps) for version, steps in choices.items()}
    pause.resumed_at = act.now
    pause.resumed_by = act.by
    session.flush()
