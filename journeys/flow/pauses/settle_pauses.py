"""The worker lets those go on who went stale while their journey was paused, as a person chose, batch by batch.

A batch is one transaction: whoever is still on hold has nothing done for them yet, so a crash half-way repeats nothing
and leaves nobody out.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from journeys.contact.deciding.reasons import SKIPPED_AFTER_PAUSE, TASK_AFTER_PAUSE
from journeys.contact.sending.go_on import go_on
from journeys.contact.sending.skip_steps import skip_steps
from journeys.flow.pauses.choices import SKIP, TASK, Choice, read_choices
from journeys.flow.pauses.holding import hold_enrolments
from journeys.flow.pauses.instead import make_tasks
from journeys.flow.pauses.stale import name_of_step, readable
from journeys.flow.running.advance import Due, by_version, in_groups, move_apart
from journeys.flow.running.batch import QUIET
from journeys.flow.running.relation import know_zones, one_of_ids
from journeys.flow.text.catalogue import read_defaults
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.store.enrolments import Enrolment
from journeys.store.pauses import PAUSED, PAUSING, RESUMED, RESUMING, JourneyPause
from journeys.store.setbacks import Setback

Held = Row[int, int, int, str | None]
BATCH = 2_000
MOST_ROUNDS = 100
"""How often a batch moves on within its transaction; a wait that takes time ends it long before."""

REASONS = {SKIP: SKIPPED_AFTER_PAUSE, TASK: TASK_AFTER_PAUSE}


def settle_pauses(session: Session, act: Act, limit: int = BATCH) -> int:
    """Let at most `limit` enrolments go on, or hold those whom a pause has not reached; 0 when there is nothing left.

    Call it again until it returns 0.
    """
    lock_lanes(session, ALL_LANES)
    at_work = select(JourneyPause).where(JourneyPause.status.in_((PAUSING, RESUMING))).order_by(JourneyPause.id)
    pause = session.scalar(at_work.limit(1).with_for_update(skip_locked=True))
    if pause is None:
        audit.nothing_happened(session)
        return 0
    ring_after_commit(session, "pauses")
    if pause.status == PAUSING:
        held = hold_enrolments(session, pause.definition_id)
        pause.status = PAUSED
        audit.note(session, "U", "journey", [pause.definition_id], detail={"paused": held})
        return 1
    rows = claim(session, pause, limit)
    if rows:
        let_go_on(session, act, pause, rows)
    else:
        pause.status = RESUMED
    ids = [row.id for row in rows]
    detail = {"resumed": len(ids), "journey": pause.definition_id}
    audit.note(session, "U", "enrolment", ids, [row.patient_id for row in rows], detail)
    return max(len(ids), 1)


def claim(session: Session, pause: JourneyPause, limit: int) -> Sequence[Held]:
    """Lock the next who are on hold since the pause, in patient order; who failed since then waits for a person."""
    set_aside = select(Setback.enrolment_id).where(Setback.enrolment_id == Enrolment.id)
    return session.execute(
        select(Enrolment.id, Enrolment.version_id, Enrolment.patient_id, Enrolment.step)
        .where(
            Enrolment.definition_id == pause.definition_id,
            Enrolment.ended_at.is_(None),
            Enrolment.status == "on-hold",
            ~set_aside.exists(),
        )
        .order_by(Enrolment.patient_id, Enrolment.id)
        .limit(limit)
        .with_for_update()
    ).all()


def let_go_on(session: Session, act: Act, pause: JourneyPause, rows: Sequence[Held]) -> None:
    """Take a batch off hold, walk those whose time had come, and do with their messages what was chosen."""
    ids = [row.id for row in rows]
    freed = update(Enrolment).where(one_of_ids(Enrolment.id, ids)).values(status="active")
    session.execute(freed.execution_options(**QUIET))
    walk_on(session, act, ids)
    choices = [choice for choice in read_choices(pause.choices) if choice.do in REASONS]
    reasons = {(choice.version_id, choice.step): REASONS[choice.do] for choice in choices}
    messages = skip_steps(session, act, ids, reasons)
    for choice in choices:
        if choice.do == TASK and messages:
            make_tasks(session, act, choice, name_of_choice(session, choice), messages)
    go_on(session, act, ids)
    ring_after_commit(session, "advance")


def walk_on(session: Session, act: Act, ids: Sequence[int]) -> None:
    """Move the batch until everybody has come to a wait that takes time; what is written on the way is not seen yet."""
    defaults = read_defaults(session)
    know_zones(session, select(Enrolment.patient_id).where(one_of_ids(Enrolment.id, ids)), defaults)
    for _ in range(MOST_ROUNDS):
        due = in_groups(session, due_of(act, ids))
        if not due:
            return
        for claimed in by_version(due):
            move_apart(session, act, defaults, claimed)


def due_of(act: Act, ids: Sequence[int]) -> Due:
    """SELECT who of the batch is due now."""
    return select(Enrolment.id, Enrolment.version_id, Enrolment.patient_id, Enrolment.step).where(
        one_of_ids(Enrolment.id, ids), Enrolment.due_at <= act.now, Enrolment.status == "active"
    )


def name_of_choice(session: Session, choice: Choice) -> dict[str, str]:
    """What the clinic calls the step of a choice."""
    return dict(name_of_step(readable(session, [choice.version_id]), choice.version_id, choice.step))
