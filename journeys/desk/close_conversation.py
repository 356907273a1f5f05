"""A conversation is over, with its outcome; everything that was to be done about it is done."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from journeys.desk.entries import add_entry
from journeys.desk.finding import actor, going_on, task_of
from journeys.desk.follow_tasks import DONE, end
from journeys.desk.outcomes import OUTCOMES
from journeys.desk.to_do import tasks_of
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.conversations import ENDED, Conversation
from journeys.store.tasks import Task
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
    for task in everything_of(session, conversation):
        codes = [str(each["code"]) for each in task.outcomes]
        how = outcome if outcome in codes else DONE
        complete_task(session, act, task.uid, how if codes else None, roles=roles)
    return conversation


def everything_of(session: Session, conversation: Conversation) -> list[Task]:
    """What somebody still has to do about it: the task that it names, and whatever else its messages ask for."""
    named = task_of(session, conversation)
    others = [task for task in tasks_of(session, conversation) if task is not named]
    return others if named is None else [named, *others]
