"""Opens one file that came with a message, for staff who may see its patient."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.channels.base import Attached
from journeys.contact.inbound import files
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.store.contact import Message


def open_file(session: Session, act: Act, message_id: int, place: int) -> Attached:
    """The file at a place of the message's list, from 0; Missing where there is none, or it was refused."""
    message = session.scalar(select(Message).where(Message.id == message_id))
    found = [] if message is None else files.read(message.files, message.contents)
    if message is None or place >= len(found) or found[place].refused:
        raise Missing(f"There is no file {place} of message {message_id}")
    audit.note(session, "R", Message.__tablename__, [message_id], [message.patient_id], {"file": place})
    return found[place]
