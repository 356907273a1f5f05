"""Which conversation led to a visit: one id from the first touch on, through the appointment, to the encounter."""

from __future__ import annotations

import uuid

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from journeys.store.access import Appointment
from journeys.store.clinical import Encounter
from journeys.store.conversations import Conversation, ConversationEntry

APPOINTMENT = str(Appointment.__tablename__)


def thread_of_visit(session: Session, appointment_id: int) -> uuid.UUID | None:
    """The conversation out of which a visit was booked; None where it was booked otherwise."""
    return session.scalar(threads().where(ConversationEntry.subject_id == appointment_id))


def thread_of_encounter(session: Session, encounter_id: int) -> uuid.UUID | None:
    """The same of what was recorded of that visit, also where another system recorded it."""
    came_of = Encounter.appointment_id == ConversationEntry.subject_id
    return session.scalar(threads().join(Encounter, came_of).where(Encounter.id == encounter_id))


def threads() -> Select[uuid.UUID]:
    """SELECT the ids of conversations by the visits that were booked in them. A conversation that was merged names the
    one in which it goes on, because what happened in it stands there."""
    stands_in = ConversationEntry.conversation_id == Conversation.id
    return (
        select(Conversation.uid).join(ConversationEntry, stands_in).where(ConversationEntry.subject_kind == APPOINTMENT)
    )
