"""Somebody finds out who wrote: the reply is taken in as this patient's, with all that follows from what it says."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.contact.channels import CHANNELS
from journeys.contact.chat.visitors import keep_visitor, take_in_waiting
from journeys.contact.inbound.unknown_senders import opened, taken
from journeys.contact.replies.receive import Arrived, Received, found_by, take_in
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.foundation.tokens import EMAIL
from journeys.store.people import Patient, PatientTelecom, PatientToken


def link_sender(
    session: Session, act: Act, number: int, patient_uid: uuid.UUID, keeps_address: bool = False
) -> Received:
    """Take the reply in as the patient's; with `keeps_address` the number or address goes into the record, unverified,
    so that the next reply is found; of a visit to the chat, all that it wrote and writes is the patient's then. Missing
    outside the scope, Stale when somebody dealt with it first."""
    kept = select(func.coalesce(Patient.merged_into_id, Patient.id)).where(Patient.uid == patient_uid)
    patient = session.scalar(kept)
    if patient is None:
        raise Missing("There is no such patient")
    lock_lanes(session, [lane_of(patient)])
    row = taken(session, act, number)
    said = opened(row)
    arrived = Arrived(
        channel=row.source,
        outside_id=row.outside_id,
        sender=said.sender,
        text=said.text,
        region=said.region,
        at=row.received_at,
        form=said.form,
    )
    is_visit = CHANNELS[arrived.channel].medium.lasts is not None
    if keeps_address and is_visit:
        keep_visitor(session, act, arrived.sender, patient)
    elif keeps_address:
        keep_address(session, arrived, patient)
    received = take_in(session, act, arrived, [patient], row.id)
    if keeps_address and is_visit:
        take_in_waiting(session, act, arrived.sender, patient)
    return received


def keep_address(session: Session, arrived: Arrived, patient: int) -> None:
    """Write down where the patient wrote from, for somebody to verify; nothing where it is no number or address."""
    channel = CHANNELS[arrived.channel]
    token = found_by(channel, arrived)
    if token is None:
        return
    kind, blind = token
    if session.get(PatientToken, (kind, blind, patient)) is None:
        session.add(PatientToken(kind=kind, token=blind, patient_id=patient))
    system = "email" if kind == EMAIL else (*channel.address_systems, "phone")[0]
    session.add(PatientTelecom(patient_id=patient, system=system, status="unverified", value=arrived.sender))
    session.flush()
