"""Marks a batch as brought to the post: from then on its letters count as sent."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing, Problem
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.foundation.words import N_
from journeys.store.contact import Message
from journeys.store.letters import LetterBatch


def post_batch(session: Session, act: Act, number: int) -> LetterBatch:
    """The batch; Invalid where nobody has printed it, or it was posted before."""
    patients = session.scalars(select(Message.patient_id).where(Message.letter_batch_id == number)).all()
    lock_lanes(session, [lane_of(patient) for patient in patients])
    batch = session.get(LetterBatch, number, with_for_update=True)
    if batch is None:
        raise Missing(f"There is no batch {number}")
    if batch.printed_at is None:
        raise Invalid([Problem("batch", N_("Nobody has printed it yet"))])
    if batch.posted_at is not None:
        raise Invalid([Problem("batch", N_("It has been posted already"))])
    batch.posted_at, batch.posted_by = act.now, act.by
    sent = update(Message).where(Message.letter_batch_id == number, Message.status == "accepted")
    session.execute(sent.values(sent_at=act.now).execution_options(synchronize_session=False))
    audit.note(session, "U", LetterBatch.__tablename__, [number], patients=list(patients), detail={"posted": True})
    return batch
