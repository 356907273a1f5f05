"""Nobody here has anything to do for a while: it is the patient's turn, or it is put off. It comes back by itself."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from journeys.desk.entries import add_entry
from journeys.desk.finding import going_on, refuse_other_roles, task_of
from journeys.desk.to_do import AT_ONCE
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.conversations import PUT_OFF, SNOOZED, TO_WAIT, WAITING, Conversation
from journeys.work.telling import note_change

LONGEST = dt.timedelta(days=90)
"""Nothing is put off for longer: it would be forgotten."""


def rest_conversation(
    session: Session,
    act: Act,
    uid: uuid.UUID,
    until: dt.datetime,
    is_patients_turn: bool = False,
    row_version: int | None = None,
    roles: Collection[str] | None = None,
) -> Conversation:
    """Let it rest until then, or until the patient writes; what is to be done about it is due then. Forbidden when
    it is the work of none of `roles`."""
    if not act.now < until <= act.now + LONGEST:
        raise Invalid([Problem("until", N_("Choose a moment within the next %(days)s days"), {"days": LONGEST.days})])
    conversation = going_on(session, uid, row_version)
    refuse_other_roles(session, conversation, roles)
    task = task_of(session, conversation)
    if task is not None and task.priority == AT_ONCE:
        raise Invalid([Problem("back", N_("Somebody asks for help at once: this is not put off."))])
    conversation.status = WAITING if is_patients_turn else SNOOZED
    conversation.due_at = None
    conversation.returns_at = until
    if task is not None:
        task.due_at = until
        note_change(session, task, "put-off")
    add_entry(session, act, conversation, TO_WAIT if is_patients_turn else PUT_OFF, code=until.isoformat())
    return conversation
