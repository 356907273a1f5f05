"""When the clocks of a conversation begin and end: the patient asks, is answered, asks again."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from journeys.desk.reasons.reason import reason_of
from journeys.desk.reasons.routing import follow_reason
from journeys.store.conversations import Conversation


def begin_clocks(conversation: Conversation, at: dt.datetime, is_new_case: bool) -> None:
    """The patient waits for an answer from now on, unless they waited already; a case begins or goes on."""
    if is_new_case or conversation.began_at is None:
        conversation.began_at = at
        conversation.confirmed_at = None
    if is_new_case or conversation.asked_at is None or conversation.replied_at is not None:
        conversation.asked_at = at
        conversation.replied_at = None


def answer_given(session: Session, conversation: Conversation, at: dt.datetime) -> None:
    """The patient was answered: what is due next is that the case is settled."""
    conversation.answered_at = conversation.answered_at or at
    conversation.asked_at = conversation.asked_at or conversation.opened_at
    if conversation.replied_at is None:
        conversation.replied_at = at
        go_by_reason(session, conversation)


def go_by_reason(session: Session, conversation: Conversation) -> None:
    """Follow the reason that the conversation has, where the clinic still has it."""
    reason = reason_of(session, conversation)
    if reason is not None:
        follow_reason(session, conversation, reason)
