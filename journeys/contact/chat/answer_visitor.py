"""Staff answer a visitor of the chat whom nobody knows: on the page on which they asked, and nowhere else.

Nobody has shown a right to hear anything of a patient's care, so an answer names no protected kind of care, and no
contact rule is asked: whoever writes on the page reads it there. It is kept with the reply that it answers.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy.orm import Session

from journeys.contact.chat.open_chat import chat_in_use
from journeys.contact.chat.read_chat import answered_in
from journeys.contact.chat.said import in_raw
from journeys.contact.chat.say_in_chat import text_problems
from journeys.contact.chat.visits import CHANNEL
from journeys.contact.inbound.claim_sender import username_of
from journeys.contact.inbound.unknown_senders import taken, visit_of
from journeys.contact.media.chat import Chat
from journeys.contact.template_checks.health_words import protected_words
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing, Problem, refuse_errors
from journeys.foundation.secrets import unseal_bytes
from journeys.foundation.words import N_
from journeys.store.inbox import InboundDelivery

MOST = 50
"""Answers to one line; whoever has more to say has found out who it is."""

NO_PAGE = N_("Only who writes in the chat is answered here")
OVER = N_("The visit is over: nobody would read it")
CLOSED = N_("This chat is closed: nobody would read it")
TOO_MANY = N_("There are too many answers to one line")
NAMES_CARE = N_("“%(word)s” names a protected kind of care: write it without, you do not know who reads it")


def answer_visitor(session: Session, act: Act, number: int, text: str, delivery: uuid.UUID) -> None:
    """Keep it for the page; the actor has what the visit wrote from now on. `delivery` is one for each form: sent twice
    it is one answer. Invalid (field `answer`) where it cannot be said, Stale when somebody dealt with it."""
    row = taken(session, act, number)
    said = list(answered_in(row))
    if str(delivery) in {each["key"] for each in said}:
        audit.nothing_happened(session)
        return
    refuse_errors(problems_of(session, act, row, text, said))
    said.append({"key": str(delivery), "at": act.now.isoformat(), "by": act.by, "text": text.strip()})
    row.answered = orjson.dumps(said).decode()
    row.answers, row.answered_at = len(said), act.now
    session.flush()
    for each in visit_of(session, number):
        each.owner = username_of(act)
    session.flush()
    audit.note(session, "U", InboundDelivery.__tablename__, [row.id], detail={"answered": len(said)})


def problems_of(
    session: Session, act: Act, row: InboundDelivery, text: str, said: list[dict[str, Any]]
) -> Iterator[Problem]:
    """Why it cannot be said there."""
    if row.source != CHANNEL or row.sender_token is None:
        yield Problem("answer", NO_PAGE)
        return
    raw = in_raw(unseal_bytes(row.raw_sealed, InboundDelivery.__tablename__, "raw", row.uid))
    try:
        chat_in_use(session, str(raw.get("chat", "")))
    except Missing:
        yield Problem("answer", CLOSED)
    if act.now - row.received_at > Chat.lasts:
        yield Problem("answer", OVER)
    if len(said) >= MOST:
        yield Problem("answer", TOO_MANY)
    for each in text_problems(text):
        yield Problem("answer", each.says, each.data)
    for word in protected_words(text, str(raw.get("language", ""))):
        yield Problem("answer", NAMES_CARE, {"word": word})
