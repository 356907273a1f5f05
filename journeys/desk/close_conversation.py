"""A conversation is over, with its outcome; everything that was to be done about it is done."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from journeys.desk.entries import add_entry
from journeys.desk.finding import actor, going_on, refuse_other_roles, task_of
from journeys.desk.follow_tasks import DONE, end
from journeys.desk.helping import OVER, questions_of
from journeys.desk.outcomes import WITHOUT_A_WORD
from journeys.desk.reasons.reason import outcomes_of, reason_of
from journeys.desk.to_do import tasks_of
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem, refuse_errors
from journeys.foundation.words import N_
from journeys.store.conversations import ENDED, Conversation
from journeys.store.tasks import Task
from journeys.work.cancel_task import cancel_task
from journeys.work.complete_task import complete_task


def close_conversation(
    session: Session,
    act: Act,
    uid: uuid.UUID,
    outcome: str,
    row_version: int | None = None,
    roles: Collection[str] | None = None,
    is_confirmed: bool = False,
) -> Conversation:
    """Close it. Invalid without an outcome that its reason allows, and without the patient's word that it is settled
    where the reason asks for it; Stale where it is closed already, Forbidden when the queue of its task asks for none
    of `roles`."""
    conversation = going_on(session, uid, row_version)
    refuse_errors(problems_of(session, conversation, outcome, is_confirmed))
    refuse_other_roles(session, conversation, roles)
    conversation.confirmed_at = act.now if is_confirmed else None
    conversation.owner = conversation.owner or actor(act)
    end(conversation, outcome, act.now, act.by)
    add_entry(session, act, conversation, ENDED, code=outcome)
    for task in everything_of(session, conversation):
        codes = [str(each["code"]) for each in task.outcomes]
        how = outcome if outcome in codes else DONE
        complete_task(session, act, task.uid, how if codes else None, roles=roles)
    for asked in questions_of(session, conversation):
        cancel_task(session, act, asked.uid, OVER)
    return conversation


def problems_of(session: Session, conversation: Conversation, outcome: str, is_confirmed: bool) -> list[Problem]:
    """What its reason, where it has one, does not allow."""
    reason = reason_of(session, conversation)
    problems = []
    if outcome not in outcomes_of(reason):
        problems.append(Problem("outcome", N_("Say how it ended")))
    if reason is not None and reason.confirm and outcome not in WITHOUT_A_WORD and not is_confirmed:
        problems.append(Problem("confirmed", N_("Ask the patient first whether it is settled")))
    return problems


def everything_of(session: Session, conversation: Conversation) -> list[Task]:
    """What somebody still has to do about it: the task that it names, and whatever else its messages ask for."""
    named = task_of(session, conversation)
    others = [task for task in tasks_of(session, conversation) if task is not named]
    return others if named is None else [named, *others]
