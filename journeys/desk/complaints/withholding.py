"""Keeps what may be clinical harm for the quality role: the complaint, its conversation, its messages and tasks.

Whoever says so may not see it a moment later, so these statements run as a part of the house and not as that person.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from journeys.desk.complaints.clocks import ask_staff, queue_of
from journeys.desk.complaints.finding import write_down
from journeys.desk.complaints.policy import Policy
from journeys.foundation.acting import Act, enter
from journeys.store.complaints import TO_QUALITY, Complaint, ComplaintEntry
from journeys.store.contact import Message
from journeys.store.conversations import Conversation, ConversationEntry
from journeys.store.tasks import OPEN_STATUSES, Task
from journeys.work.cancel_task import cancel_task

BY = "worker:complaints"
HANDED_ON = "handed-to-quality"
QUIET = {"synchronize_session": False}


@contextmanager
def unseen(session: Session, act: Act) -> Iterator[None]:
    """For statements that write what this person may not read; the branches stay theirs."""
    session.flush()
    enter(session, replace(act, by=BY))
    yield
    session.flush()
    enter(session, act)


def withhold(session: Session, act: Act, complaint: Complaint, policy: Policy, note: str = "") -> None:
    """From now on only the quality role sees it, and it is their work; to be called while `unseen`."""
    complaint.withheld = True
    complaint.owner = None
    session.flush()
    old = session.get(Task, complaint.task_id) if complaint.task_id is not None else None
    if old is not None and old.status in OPEN_STATUSES:
        cancel_task(session, act, old.uid, HANDED_ON)
    if old is not None:
        old.withheld = True
    of_it = update(ComplaintEntry).where(ComplaintEntry.complaint_id == complaint.id)
    session.execute(of_it.values(withheld=True).execution_options(**QUIET))
    session.execute(
        update(Message)
        .where(Message.focus_kind == Complaint.__tablename__, Message.focus_id == complaint.id)
        .values(withheld=True)
        .execution_options(**QUIET)
    )
    withhold_conversation(session, complaint, policy)
    complaint.task_id = None
    ask_staff(session, act, complaint, policy)
    write_down(session, act, complaint, TO_QUALITY, note=note)


def withhold_conversation(session: Session, complaint: Complaint, policy: Policy) -> None:
    """All that was said in its conversation, and what is still to be done there: the quality role's, where it has a
    queue."""
    if complaint.conversation_id is None:
        return
    queue = queue_of(session, complaint, policy)
    goes = {"queue_id": queue.id} if queue is not None else {}
    theirs = ConversationEntry.conversation_id == complaint.conversation_id
    said = select(ConversationEntry.subject_id).where(theirs, ConversationEntry.subject_kind == "message")
    asked = select(ConversationEntry.subject_id).where(theirs, ConversationEntry.subject_kind == "task")
    about = (Task.focus_kind == "message") & Task.focus_id.in_(said) | Task.id.in_(asked)
    is_open = Task.status.in_(OPEN_STATUSES)
    for statement in (
        update(Conversation)
        .where(Conversation.id == complaint.conversation_id)
        .values(withheld=True, owner=None, row_version=Conversation.row_version + 1, **goes),
        update(ConversationEntry).where(theirs).values(withheld=True),
        update(Message).where(Message.id.in_(said)).values(withheld=True),
        update(Task).where(about, ~is_open).values(withheld=True),
        update(Task)
        .where(about, is_open)
        .values(
            withheld=True, owner=None, status="requested", claimed_at=None, row_version=Task.row_version + 1, **goes
        ),
    ):
        session.execute(statement.execution_options(**QUIET))
