"""What a conversation has by its reason: the queue it lies in, its priority, and by when to answer and to settle it.

Minutes count in the opening hours of the queue, else of the branch, else day and night. A clock keeps its start when
the reason changes. What asks for help at once stays where it is: it is everybody's, and due now.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, literal, or_, select
from sqlalchemy.orm import Session

from journeys.contact.channels import CHANNELS
from journeys.desk.reasons.pauses import paused_seconds
from journeys.desk.reasons.reason import Reason
from journeys.desk.to_do import AT_ONCE, name_next, tasks_of
from journeys.foundation.working_time import after_working_seconds
from journeys.store.conversations import OPEN, Conversation
from journeys.store.organisation import Location
from journeys.store.tasks import Task, TaskQueue
from journeys.work.telling import note_change

ROUTED = "routed"


def follow_reason(session: Session, conversation: Conversation, reason: Reason, stays: bool = False) -> None:
    """Give the conversation, and what is to be done in it, the queue, the priority and the clocks of its reason.

    What goes to another queue is nobody's there, because its owner may not work on it; with `stays` it is theirs still.
    """
    queue = queue_of(session, conversation, reason)
    set_clocks(session, conversation, reason, queue)
    due_at = due_of(conversation)
    for task in tasks_of(session, conversation):
        if task.priority == AT_ONCE:
            continue
        if queue is not None and queue.id != task.queue_id:
            task.queue_id = queue.id
            conversation.owner = conversation.owner if stays else None
            release(task, stays)
        task.priority = reason.priority
        task.due_at = due_at if due_at is not None and conversation.status == OPEN else task.due_at
        note_change(session, task, ROUTED)
    if conversation.status == OPEN and name_next(session, conversation) is None:
        conversation.due_at = due_at
        conversation.priority = reason.priority
    elif conversation.status != OPEN:
        conversation.priority = reason.priority
    if conversation.task_id is None and queue is not None:
        conversation.queue_id = queue.id
    session.flush()


def release(task: Task, stays: bool) -> None:
    """Let a task be everybody's of its new queue."""
    if not stays:
        task.owner, task.status, task.claimed_at = None, "requested", None


def queue_of(session: Session, conversation: Conversation, reason: Reason) -> TaskQueue | None:
    """The queue of the reason's role: the branch's own, else that of every branch; None where there is none."""
    return queue_of_role(session, conversation.location_id, reason.queue) if reason.queue is not None else None


def queue_of_role(session: Session, location_id: int | None, role: str) -> TaskQueue | None:
    """The queue of a role: the branch's own, else that of every branch; None where there is none."""
    is_own = func.coalesce(TaskQueue.location_id == location_id, False)
    serves = or_(TaskQueue.location_id.is_(None), TaskQueue.location_id == location_id)
    chosen = select(TaskQueue).where(TaskQueue.active, TaskQueue.role_code == role, serves)
    return session.scalar(chosen.order_by(is_own.desc(), TaskQueue.id).limit(1))


def set_clocks(session: Session, conversation: Conversation, reason: Reason, queue: TaskQueue | None) -> None:
    """By when the patient is answered and the case is settled, counted from when they were asked."""
    calendar = calendar_of(session, conversation, queue)
    asked_at = conversation.asked_at or conversation.opened_at
    began_at = conversation.began_at or conversation.opened_at
    channel = CHANNELS.get(conversation.channel or "")
    minutes = reason.answer_within(channel.speaks if channel is not None else "")
    conversation.answer_due_at = after(session, calendar, asked_at, minutes)
    paused = paused_seconds(session, conversation, calendar, began_at) if reason.resolve_minutes else 0
    conversation.resolve_due_at = after(session, calendar, began_at, reason.resolve_minutes, paused)


def calendar_of(session: Session, conversation: Conversation, queue: TaskQueue | None) -> int | None:
    """By whose opening hours the clocks count."""
    lies_in = queue or (session.get(TaskQueue, conversation.queue_id) if conversation.queue_id else None)
    if lies_in is not None and lies_in.calendar_id is not None:
        return lies_in.calendar_id
    of_branch = select(Location.calendar_id).where(Location.id == conversation.location_id)
    return session.scalar(of_branch)


def after(
    session: Session, calendar: int | None, since: dt.datetime, minutes: int | None, paused: int = 0
) -> dt.datetime | None:
    """So many minutes of working time later, and as many seconds as nobody waited for us; where nobody wrote the hours
    so far ahead, of any time."""
    if minutes is None:
        return None
    length = dt.timedelta(minutes=minutes, seconds=paused)
    found = None
    if calendar is not None:
        found = session.scalar(select(after_working_seconds(calendar, literal(since), int(length.total_seconds()))))
    return found or since + length


def due_of(conversation: Conversation) -> dt.datetime | None:
    """What is due next: the answer while the patient waits for one, then the case."""
    if conversation.replied_at is None and conversation.answer_due_at is not None:
        return conversation.answer_due_at
    return conversation.resolve_due_at
