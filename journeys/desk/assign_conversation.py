"""A conversation is given to somebody, or back to everybody, with what is to be done about it."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.desk.entries import add_entry
from journeys.desk.finding import going_on, task_of
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.conversations import HANDED_OVER, Conversation
from journeys.store.organisation import Practitioner
from journeys.work.assign_task import assign_task
from journeys.work.release_task import release_task


def assign_conversation(
    session: Session,
    act: Act,
    uid: uuid.UUID,
    owner: str | None,
    row_version: int | None = None,
    roles: Collection[str] | None = None,
) -> Conversation:
    """Give it to the member of staff with this username, whoever had it; without one it is nobody's.

    Invalid when there is no such member of staff, Forbidden when the queue of its task asks for none of `roles`.
    """
    known = select(Practitioner.id).where(Practitioner.username == owner, Practitioner.active)
    if owner is not None and session.scalar(known) is None:
        raise Invalid([Problem("owner", N_("There is no member of staff %(owner)s"), {"owner": owner})])
    conversation = going_on(session, uid, row_version)
    conversation.owner = owner
    add_entry(session, act, conversation, HANDED_OVER, code=owner)
    task = task_of(session, conversation)
    if task is not None and owner is not None:
        assign_task(session, act, task.uid, owner, roles=roles)
    elif task is not None and task.owner is not None:
        release_task(session, act, task.uid, roles=roles)
    return conversation
