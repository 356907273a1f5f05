"""A reply of somebody whom no record knows turns out to be nobody's here."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.contact.inbound.unknown_senders import taken, visit_of
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
    taken(session, act, number)
    every = visit_of(session, number)
    for each in every:
        each.status, each.error = "ignored", reason
    session.flush()
    audit.note(session, "U", InboundDelivery.__tablename__, [each.id for each in every], detail={"set aside": reason})
