"""An appointment that was booked here, and told to another system, comes back as its news.

It is known by its number there (SCH-1): ours, in the namespace under which this connection tells it. Of it no second
appointment is made, and the calendar here stays the truth: what says the same is noticed, what says anything else is
for a person. An echo may be slow: what was told before counts as the same until a minute after its successor was taken.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.words import N_
from journeys.store.access import Appointment
from journeys.store.connections import Connection
from journeys.store.outgoing_messages import OutgoingMessage
from journeys.sync.fhir.telling import Told
from journeys.sync.habits import habits_of
from journeys.sync.hl7.mapping.appointment import BY_EVENT
from journeys.sync.hl7.mapping.telling import Statement
from journeys.sync.sending.receiver import receiver_of

OTHERWISE = N_(
    "tells otherwise of an appointment that was booked here: compare it with the calendar, and change it there"
)
ECHO = "own-appointment"
ECHO_MAY_TAKE = dt.timedelta(minutes=1)

State = tuple[str | None, dt.datetime | None]
"""Status and begin."""


def without_own_appointments(
    session: Session, connection: Connection, statements: Sequence[Statement], came_at: dt.datetime
) -> tuple[list[Statement], Told]:
    """The statements about everything else; and what is to be noticed, or looked at, of our own appointments."""
    told = Told()
    others = []
    for statement in statements:
        own = own_appointment(session, connection, statement)
        if own is None:
            others.append(statement)
        elif said_of(statement, own) in accepted(session, connection, own, came_at):
            told.findings.append({"code": ECHO, "where": "SCH"})
        else:
            told.problems.append({"says": OTHERWISE})
    return others, told


def own_appointment(session: Session, connection: Connection, statement: Statement) -> Appointment | None:
    """The appointment here that is meant by a number of ours."""
    receiver = receiver_of(connection)
    if statement.resource_type != "Appointment" or receiver is None:
        return None
    name = receiver.own_application
    system = habits_of(connection).authorities.get(name) or f"urn:hl7-v2:{name}"
    numbers = [each["value"] for each in statement.says.get("identifier", []) if each["system"] == system]
    uids = [uid for number in numbers if (uid := uid_of(number)) is not None]
    if not uids:
        return None
    return session.scalars(select(Appointment).where(Appointment.uid.in_(uids))).first()


def uid_of(number: str) -> uuid.UUID | None:
    """Our number as it is told: thirty-two letters."""
    try:
        return uuid.UUID(hex=number)
    except ValueError:
        return None


def said_of(statement: Statement, own: Appointment) -> State:
    """What a message says of it; where no begin is said, that it is the one known."""
    says: Mapping[str, Any] = statement.says
    starts = says.get("start")
    return says.get("status"), dt.datetime.fromisoformat(starts) if starts else own.start_at


def accepted(session: Session, connection: Connection, own: Appointment, came_at: dt.datetime) -> list[State]:
    """How the appointment stands, and what was told of it whose echo may still have been under way."""
    chosen = (
        select(OutgoingMessage)
        .where(OutgoingMessage.connection_id == connection.id, OutgoingMessage.appointment_id == own.id)
        .order_by(OutgoingMessage.id)
    )
    rows = session.scalars(chosen).all()
    states: list[State] = [(own.status, own.start_at)]
    for row, after in pairwise(rows):
        if after.sent_at is None or came_at <= after.sent_at + ECHO_MAY_TAKE:
            states.append((BY_EVENT[row.event], row.start_at))
    return states
