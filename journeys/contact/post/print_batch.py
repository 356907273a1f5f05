"""Gives a batch out to be printed: once, so that no letter goes twice by mistake."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.contact.post.open_batch import Opened, open_batch
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing, Problem
from journeys.foundation.words import N_
from journeys.store.letters import LetterBatch


def print_batch(session: Session, act: Act, number: int, is_again: bool = False) -> Opened:
    """The batch; Invalid where it was printed before and nobody asks for it `is_again`, where it was posted, and where
    letters in it are of patients whom this scope may not see."""
    batch = session.get(LetterBatch, number, with_for_update=True)
    if batch is None:
        raise Missing(f"There is no batch {number}")
    if batch.posted_at is not None:
        raise Invalid([Problem("batch", N_("It has been posted already"))])
    if batch.printed_at is not None and not is_again:
        raise Invalid([Problem("batch", N_("It has been printed already"))])
    opened = open_batch(session, act, number)
    if len(opened.letters) != batch.letters:
        raise Invalid([Problem("batch", N_("It holds letters to patients of other branches"))])
    batch.printed_at, batch.printed_by = act.now, act.by
    session.flush()
    audit.note(session, "U", LetterBatch.__tablename__, [number], detail={"printed": True, "again": is_again})
    return opened
