"""Conversations: what one patient and the clinic say to each other about one matter, on every channel, to its end."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Computed, DateTime, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base, Identified
from journeys.store.columns import OfPatient, RowVersioned, Withheld, one_of, together
from journeys.store.tasks import PRIORITIES

OPEN, WAITING, SNOOZED, CLOSED = "open", "waiting", "snoozed", "closed"
CONVERSATION_STATUSES = (OPEN, WAITING, SNOOZED, CLOSED)
"""It is the clinic's turn; the patient's; nobody's until a moment; nobody's any more."""

ARRIVED, SENT, CALLED, NOTED, HANDED_OVER = "arrived", "sent", "called", "noted", "handed-over"
TO_WAIT, PUT_OFF, BACK, ENDED, REOPENED = "waiting", "snoozed", "back", "closed", "reopened"
SORTED, JOINED, PARTED, UNDONE = "sorted", "merged", "split", "undone"
ESCALATED, HELPED, BOOKED, VISITED = "escalated", "helped", "booked", "visited"
OF_STAFF = (CALLED, NOTED, HANDED_OVER, TO_WAIT, PUT_OFF, BACK, ENDED, REOPENED, SORTED, JOINED, PARTED, UNDONE)
ENTRY_KINDS = (ARRIVED, SENT, *OF_STAFF, ESCALATED, HELPED, BOOKED, VISITED)
MOVES = (JOINED, PARTED)

STANDING = """
(coalesce(due_at, CASE WHEN priority = 'stat' THEN opened_at END) AT TIME ZONE 'UTC')
- CASE WHEN priority = 'stat' THEN interval '1000 years' ELSE interval '0' END
"""
"""SQL: where an open conversation stands in the inbox: what asks for help at once before all else, then by when due."""


class Conversation(Identified, OfPatient, RowVersioned, Withheld, Base):
    """One conversation: whose turn it is, whose it is among staff, what is next and by when, how it ended.

    Its `uid` is the thread's id from the first touch to the last visit. `focus` is the record it is about, `journey_id`
    and `template_id` the campaign that the first contact came from (definitions). What is to be done is one open task,
    `task_id`; `due_at` and `priority` are that task's. `returns_at` is when it comes back by itself while nobody has to
    do anything.

    `reason` is why the patient turned to the clinic (a code of the setting `contact-reasons`). The case runs since
    `began_at`, until `resolve_due_at`; the patient waits for an answer since `asked_at`, until `replied_at`, by
    `answer_due_at`. `answered_at` is the first answer of all; `confirmed_at` when the patient said that it is settled.
    `went_on_in_id` is the conversation in which a merged one goes on.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        one_of("status", *CONVERSATION_STATUSES),
        together("focus_kind", "focus_id"),
        together("closed_at", "closed_by", "outcome"),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_with_outcome"),
        CheckConstraint("(status IN ('waiting', 'snoozed')) = (returns_at IS NOT NULL)", name="rests_until"),
        CheckConstraint("status = 'open' OR due_at IS NULL", name="due_when_open"),
        CheckConstraint("reopened >= 0", name="reopened_counted"),
        one_of("priority", *PRIORITIES),
        CheckConstraint("reason IS NOT NULL OR num_nulls(answer_due_at, resolve_due_at) = 2", name="clock_of_a_reason"),
        CheckConstraint("replied_at IS NULL OR asked_at IS NOT NULL", name="replied_when_asked"),
        CheckConstraint("went_on_in_id <> id", name="not_in_itself"),
        CheckConstraint("went_on_in_id IS NULL OR status = 'closed'", name="closed_when_merged"),
        Index("ix_conversation_open", "stands_at", "id", postgresql_where=text("status = 'open'")),
        Index("ix_conversation_nobodys", "stands_at", "id", postgresql_where=text("status = 'open' AND owner IS NULL")),
        Index("ix_conversation_owner", "owner", "stands_at", "id", postgresql_where=text("status = 'open'")),
        Index("ix_conversation_resting", "returns_at", "id", postgresql_where=text("returns_at IS NOT NULL")),
        Index("ix_conversation_closed", "closed_at", "id", postgresql_where=text("status = 'closed'")),
        Index("ix_conversation_last_at", "last_at", "id"),
        Index("ix_conversation_task", "task_id", postgresql_where=text("task_id IS NOT NULL")),
    )

    status: Mapped[str] = mapped_column(default=OPEN, server_default=OPEN)
    outcome: Mapped[str | None]
    owner: Mapped[str | None]
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("task_queue.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    task_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("task.id"))
    channel: Mapped[str | None]
    language: Mapped[str | None]
    focus_kind: Mapped[str | None]
    focus_id: Mapped[int | None]
    journey_id: Mapped[int | None] = mapped_column(ForeignKey("definition.id"))
    template_id: Mapped[int | None] = mapped_column(ForeignKey("definition.id"))
    opened_at: Mapped[dt.datetime]
    last_at: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]
    due_at: Mapped[dt.datetime | None]
    returns_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    closed_by: Mapped[str | None]
    reopened: Mapped[int] = mapped_column(default=0, server_default="0")
    reason: Mapped[str | None]
    priority: Mapped[str] = mapped_column(default="routine", server_default="routine")
    began_at: Mapped[dt.datetime | None]
    asked_at: Mapped[dt.datetime | None]
    replied_at: Mapped[dt.datetime | None]
    answer_due_at: Mapped[dt.datetime | None]
    resolve_due_at: Mapped[dt.datetime | None]
    confirmed_at: Mapped[dt.datetime | None]
    went_on_in_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("conversation.id"))
    stands_at: Mapped[dt.datetime | None] = mapped_column(DateTime, Computed(STANDING, persisted=True))

    __mapper_args__ = {"version_id_col": RowVersioned.row_version}


class ConversationEntry(Identified, OfPatient, Withheld, Base):
    """One thing that happened in a conversation. A message is named (`subject`), never copied; what staff write is
    sealed. `code` is coded: how it ended, to whom it went, what staff were asked about a message, nothing where it
    was settled by itself. `mentions` are usernames."""

    __tablename__ = "conversation_entry"
    __table_args__ = (
        one_of("kind", *ENTRY_KINDS),
        together("subject_kind", "subject_id"),
        Index("ix_conversation_entry_thread", "conversation_id", "at", "id"),
        Index(
            "ix_conversation_entry_subject",
            "subject_kind",
            "subject_id",
            unique=True,
            postgresql_where=text("subject_kind IS NOT NULL"),
        ),
    )

    conversation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("conversation.id"))
    at: Mapped[dt.datetime]
    by: Mapped[str]
    kind: Mapped[str]
    code: Mapped[str | None]
    subject_kind: Mapped[str | None]
    subject_id: Mapped[int | None]
    mentions: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    note_sealed: Mapped[bytes | None]

    note = Sealed()


class ConversationMove(Identified, OfPatient, Base):
    """What went from one conversation into another of the same patient, as they were merged or one was split: the
    entries by their ids, and how the first one had ended, so that it can be undone."""

    __tablename__ = "conversation_move"
    __table_args__ = (
        one_of("kind", *MOVES),
        together("undone_at", "undone_by"),
        Index("ix_conversation_move_from_id", "from_id"),
        Index("ix_conversation_move_into_id", "into_id"),
    )

    kind: Mapped[str]
    from_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("conversation.id"))
    into_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("conversation.id"))
    entries: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    had_ended: Mapped[str | None]
    at: Mapped[dt.datetime]
    by: Mapped[str]
    undone_at: Mapped[dt.datetime | None]
    undone_by: Mapped[str | None]


class ConversationMention(Identified, OfPatient, Base):
    """A colleague whom a note names; it waits for them until `seen_at`."""

    __tablename__ = "conversation_mention"
    __table_args__ = (
        Index("ix_conversation_mention_conversation_id", "conversation_id"),
        Index("ix_conversation_mention_waiting", "username", "id", postgresql_where=text("seen_at IS NULL")),
    )

    conversation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("conversation.id"))
    username: Mapped[str]
    by: Mapped[str]
    at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime | None]


class ConversationDraft(Identified, OfPatient, Base):
    """What somebody has begun to write in a conversation: for colleagues (`note`), to the patient (`answer`).

    `writing_at` is when they last wrote, nothing once they are done.
    """

    __tablename__ = "conversation_draft"
    __table_args__ = (Index("ix_conversation_draft_whose", "conversation_id", "username", unique=True),)

    conversation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("conversation.id"))
    username: Mapped[str]
    writing_at: Mapped[dt.datetime | None]
    note_sealed: Mapped[bytes | None]
    answer_sealed: Mapped[bytes | None]

    note = Sealed()
    answer = Sealed()
