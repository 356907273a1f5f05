"""A conversation is over, with its outcome; what was to be done about it is done."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from journeys.desk.entries import add_entry
from journeys.desk.finding import actor, going_on, task_of
from journeys.desk.follow_tasks import DONE
from journeys.desk.outcomes import OUTCOMES
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.conversations import CLOSED, ENDED, Conversation
from journeys.work.complete_task import complete_task


def close_conversation(
    session: Session,
    act: Act,
    uid: uuid.UUID,
    outcome: str,
    row_version: int | None = None,
    roles: Collection[str] | None = None,
) -> Conversation:
    """Close it. Invalid without an outcome, Stale where it is closed already, Forbidden when the queue of its task asks
    for none of `roles`."""
    if outcome not in OUTCOMES:
        raise Invalid([Problem("outcome", N_("Say how it ended"))])
    conversation = going_on(session, uid, row_version)
    conversation.owner = conversation.owner or actor(act)
    end(conversation, outcome, act.now, act.by)
    add_entry(session, act, conversation, ENDED, code=outcome)
    task = task_of(session, conversation)
    if task is not None:
        codes = [str(each["code"]) for each in task.outcomes]
        how = outcome if outcome in codes else DONE
        complete_task(session, act, task.uid, how if codes else None, roles=roles)
    return conversation


def end(conversation: Conversation, outcome: str, at: dt.datetime, by: str) -> None:
    """Nobody has anything to do in it any more."""
    conversation.status = CLOSED
    conversation.outcome = outcome
    conversation.closed_at = at
    conversation.closed_by = by
    conversation.due_at = conversation.returns_at = None
