"""The worker carries out one batch of a move of patients, or takes one back: a handful of statements a step."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from journeys.flow.moves.rewinding import take_back
from journeys.flow.moves.transferring import transfer
from journeys.flow.running.batch import Batch
from journeys.flow.running.relation import know_zones, one_of_ids
from journeys.flow.running.versions import published
from journeys.flow.text.catalogue import Defaults, read_defaults
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment
from journeys.store.moves import EnrolmentMove, JourneyMove
from journeys.store.tasks import Task

BATCH = 2_000


def carry_out_moves(session: Session, act: Act, limit: int = BATCH) -> int:
    """Move, or take back, at most `limit` enrolments and return how many; call it again until it returns 0."""
    lock_lanes(session, ALL_LANES)
    wanted = select(JourneyMove).where(JourneyMove.status.in_(("moving", "undoing"))).order_by(JourneyMove.id).limit(1)
    move = session.scalar(wanted.with_for_update(skip_locked=True))
    if move is None:
        audit.nothing_happened(session)
        return 0
    ids = forward(session, act, move, limit) if move.status == "moving" else back(session, act, move, limit)
    if not ids:
        move.status = "moved" if move.status == "moving" else "undone"
    ring_after_commit(session, "move")
    ring_after_commit(session, "advance")
    audit.note(session, "U", "enrolment", ids, detail={"move": move.id, "status": move.status, "count": len(ids)})
    return len(ids) or 1


def forward(session: Session, act: Act, move: JourneyMove, limit: int) -> list[int]:
    """The next batch of one step, the step's batches one after another."""
    done = select(EnrolmentMove.enrolment_id).where(EnrolmentMove.move_id == move.id)
    for version_id, steps in move.targets.items():
        for step, target in steps.items():
            here = and_(
                Enrolment.version_id == int(version_id),
                Enrolment.step == step,
                Enrolment.ended_at.is_(None),
                Enrolment.id.not_in(done),
            )
            ids = claimed(session, here, limit)
            if ids:
                defaults = ready(session, ids)
                journeys = published(session, [int(version_id), move.to_version_id])
                old = Batch(session, act, defaults, journeys[int(version_id)], ids)
                transfer(old, journeys[move.to_version_id], move, step, target)
                move.moved += len(ids)
                return ids
    return []


def back(session: Session, act: Act, move: JourneyMove, limit: int) -> list[int]:
    """The next batch that stands where it landed and has done nothing there yet."""
    acted = [
        select(table.id)
        .where(
            table.enrolment_id == Enrolment.id,
            table.step == EnrolmentMove.to_step,
            table.visit == EnrolmentMove.to_visit,
        )
        .exists()
        for table in (Message, Task)
    ]
    stayed = and_(EnrolmentMove.to_step == EnrolmentMove.step, EnrolmentMove.to_visit == EnrolmentMove.visit)
    first = session.execute(
        select(EnrolmentMove.version_id, EnrolmentMove.step, EnrolmentMove.to_step)
        .join(Enrolment, Enrolment.id == EnrolmentMove.enrolment_id)
        .where(*still_there(move), or_(stayed, ~or_(*acted)))
        .limit(1)
    ).first()
    if first is None:
        return []
    same = (EnrolmentMove.version_id == first.version_id, EnrolmentMove.step == first.step)
    ids = claimed(
        session,
        select(EnrolmentMove.id)
        .where(
            EnrolmentMove.enrolment_id == Enrolment.id,
            *still_there(move),
            *same,
            EnrolmentMove.to_step == first.to_step,
            or_(stayed, ~or_(*acted)),
        )
        .correlate(Enrolment)
        .exists(),
        limit,
    )
    defaults = ready(session, ids)
    journeys = published(session, [first.version_id, move.to_version_id])
    new = Batch(session, act, defaults, journeys[move.to_version_id], ids)
    take_back(new, journeys[first.version_id], move, first.step, first.to_step)
    return ids


def still_there(move: JourneyMove) -> tuple[ColumnElement[bool], ...]:
    """The conditions on an enrolment and its move: not taken back, and not moved on."""
    return (
        EnrolmentMove.move_id == move.id,
        EnrolmentMove.undone_at.is_(None),
        Enrolment.version_id == move.to_version_id,
        Enrolment.step == EnrolmentMove.to_step,
        Enrolment.visit == EnrolmentMove.to_visit,
        Enrolment.ended_at.is_(None),
    )


def claimed(session: Session, where: ColumnElement[bool], limit: int) -> list[int]:
    """At most so many enrolments, locked, in patient order."""
    rows = select(Enrolment.id).where(where).order_by(Enrolment.patient_id, Enrolment.id).limit(limit)
    return list(session.scalars(rows.with_for_update()))


def ready(session: Session, ids: list[int]) -> Defaults:
    """What expressions about these enrolments need: their zones, and the organisation's own."""
    defaults = read_defaults(session)
    know_zones(session, select(Enrolment.patient_id).where(one_of_ids(Enrolment.id, ids)), defaults)
    return defaults
