"""Whose visit it is, once somebody knows: what was and will be written on it is the patient's, and answers go there.

An answer goes to one address, so of several visits of a patient it is the one on which they wrote last.
"""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from journeys.contact.chat.visits import CHANNEL
from journeys.contact.inbound.unknown_senders import opened, waits
from journeys.contact.media.chat import SCHEME, Chat
from journeys.contact.replies.receive import Arrived, take_in
from journeys.foundation.acting import Act
from journeys.foundation.tokens import identifier_token
from journeys.store.inbox import InboundDelivery
from journeys.store.people import PatientTelecom, PatientToken

SYSTEM = "url"
FIRST = 1
"""The rank of the address that answers go to."""

MOST_WAITING = 50


def keep_visitor(session: Session, act: Act, address: str, patient: int) -> None:
    """The visit is this patient's, and nobody else's, however it was taken before. Their lane is locked."""
    kind, token = identifier_token(address)
    mine = (PatientToken.kind == kind, PatientToken.token == token)
    session.execute(delete(PatientToken).where(*mine, PatientToken.patient_id != patient))
    if session.get(PatientToken, (kind, token, patient)) is None:
        session.add(PatientToken(kind=kind, token=token, patient_id=patient))
    answer_here(session, act, address, patient)


def answer_here(session: Session, act: Act, address: str, patient: int) -> None:
    """Let answers go to this visit from now on, as long as a visit lasts."""
    visits = visits_of(session, act, patient)
    mine = next((each for each in visits if each.value == address), None)
    if mine is None:
        mine = PatientTelecom(patient_id=patient, system=SYSTEM, status="usable", value=address)
        session.add(mine)
    for each in visits:
        each.rank = None
    mine.rank = FIRST
    mine.valid_until = act.now + Chat.lasts
    session.flush()


def visits_of(session: Session, act: Act, patient: int) -> list[PatientTelecom]:
    """The visits of a patient that have not ended."""
    going_on = select(PatientTelecom).where(
        PatientTelecom.patient_id == patient, PatientTelecom.system == SYSTEM, PatientTelecom.valid_until > act.now
    )
    rows = session.scalars(going_on.order_by(PatientTelecom.id))
    return [each for each in rows if each.value.startswith(SCHEME)]


def take_in_waiting(session: Session, act: Act, address: str, patient: int) -> None:
    """Take in what this visit wrote before anybody knew whose it was, in its order. The patient's lane is locked."""
    _kind, token = identifier_token(address)
    waiting = (
        select(InboundDelivery)
        .where(*waits(), InboundDelivery.sender_token == token, InboundDelivery.source == CHANNEL)
        .order_by(InboundDelivery.id)
        .limit(MOST_WAITING)
        .with_for_update()
    )
    for row in session.scalars(waiting).all():
        said = opened(row)
        arrived = Arrived(CHANNEL, row.outside_id, said.sender, said.text, region=said.region, at=row.received_at)
        take_in(session, act, arrived, [patient], row.id)
