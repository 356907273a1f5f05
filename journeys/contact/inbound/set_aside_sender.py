"""A reply of somebody whom no record knows turns out to be nobody's here."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.inbound.unknown_senders import taken, waits
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.inbox import InboundDelivery

REASONS = {
    "nobody-here": N_("Nobody of the clinic's patients"),
    "advertising": N_("Advertising, or sent by a machine"),
    "wrong-number": N_("Meant for somebody else"),
    "answered": N_("Answered in another way"),
}


def set_aside_sender(session: Session, act: Act, number: int, reason: str) -> None:
    """Put it away with its reason, and all that waits of the same visit to a page; both are kept as long as other
    deliveries are. Stale when somebody dealt with it first."""
    if reason not in REASONS:
        raise Invalid([Problem("reason", N_("Choose why"))])
    row = taken(session, act, number)
    every = [row, *others_of(session, row)]
    for each in every:
        each.status, each.error = "ignored", reason
    session.flush()
    audit.note(session, "U", InboundDelivery.__tablename__, [each.id for each in every], detail={"set aside": reason})


def others_of(session: Session, row: InboundDelivery) -> Sequence[InboundDelivery]:
    """What else waits of one visit to a page; nothing where each reply stands by itself."""
    if row.sender_token is None:
        return []
    same = InboundDelivery.sender_token == row.sender_token, InboundDelivery.source == row.source
    chosen = select(InboundDelivery).where(*waits(), *same, InboundDelivery.id != row.id)
    return session.scalars(chosen.order_by(InboundDelivery.id).with_for_update()).all()
