"""Takes what patients replied to offers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from journeys.access.waitlist.answer_offer import answer_offer
from journeys.access.waitlist.texts import OFFER
from journeys.contact.replies.keywords import CONFIRM, DECLINE
from journeys.foundation.acting import Act
from journeys.store.contact import Message
from journeys.store.waitlist import WaitlistOffer


def take_answers(session: Session, act: Act, events: Select[Any]) -> None:
    """Answer the offers that these events (`message.answered`) say yes or no to, in their order; the lanes of the
    patients are held."""
    said = events.subquery("said")
    answers = (
        select(WaitlistOffer.uid, said.c.outcome)
        .join(Message, Message.id == said.c.subject_id)
        .join(WaitlistOffer, WaitlistOffer.uid == Message.uid)
        .where(said.c.subject_kind == "message", Message.focus_kind == OFFER)
        .where(said.c.outcome.in_((CONFIRM, DECLINE)))
        .order_by(said.c.id)
    )
    for uid, outcome in session.execute(answers).all():
        answer_offer(session, act, uid, is_yes=outcome == CONFIRM)
