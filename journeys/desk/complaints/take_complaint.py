"""A complaint is taken: of a conversation, or told at the desk. Its clocks begin when the patient first said it."""

from __future__ import annotations

import uuid
from contextlib import nullcontext
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.desk.complaints.clocks import ask_staff, begin_clocks
from journeys.desk.complaints.finding import too_long, write_down
from journeys.desk.complaints.policy import Policy, is_usable, policy_in_force
from journeys.desk.complaints.withholding import unseen, withhold
from journeys.desk.finding import actor, the_conversation
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing, Problem, refuse_errors
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.foundation.words import N_
from journeys.store.complaints import TAKEN, Complaint
from journeys.store.conversations import Conversation
from journeys.store.people import Patient


@dataclass(frozen=True)
class Told:
    """What somebody complains about; the story never shows in a `repr`."""

    reason: str
    story: str = field(default="", repr=False)
    is_harm: bool = False
    patient: uuid.UUID | None = None
    conversation: uuid.UUID | None = None


def take_complaint(session: Session, act: Act, told: Told) -> uuid.UUID:
    """The uid of the complaint. Taken twice of one conversation, by two people at once too, it is one complaint.

    Invalid for a reason that the clinic does not have; Missing without the patient or the conversation."""
    policy = policy_in_force(session)
    problems = too_long(told.story, "story")
    if not is_usable(policy.reasons, told.reason):
        problems.append(Problem("reason", N_("Choose what it is about")))
    refuse_errors(problems)
    patient, conversation = whose(session, told)
    if conversation is not None:
        there = session.scalar(select(Complaint.uid).where(Complaint.conversation_id == conversation.id))
        if there is not None:
            audit.nothing_happened(session)
            return there
    is_harm = told.is_harm or policy.reasons[told.reason].is_harm
    row = begun(act, told, patient, conversation)
    uid = row.uid
    with unseen(session, act) if is_harm else nullcontext():
        keep(session, act, row, policy, told.story)
        if is_harm:
            withhold(session, act, row, policy)
        else:
            ask_staff(session, act, row, policy)
    return uid


def whose(session: Session, told: Told) -> tuple[Patient, Conversation | None]:
    """The patient, with their lane held; and the conversation, locked."""
    if told.conversation is not None:
        conversation = the_conversation(session, told.conversation)
        return session.get_one(Patient, conversation.patient_id), conversation
    patient = session.scalar(select(Patient).where(Patient.uid == told.patient))
    if patient is None:
        raise Missing("There is no such patient")
    lock_lanes(session, [lane_of(patient.id)])
    return patient, None


def begun(act: Act, told: Told, patient: Patient, conversation: Conversation | None) -> Complaint:
    """The row, without its clocks."""
    place = conversation.location_id if conversation is not None else None
    return Complaint(
        uid=uuid.uuid4(),
        patient_id=patient.id,
        conversation_id=conversation.id if conversation is not None else None,
        location_id=place or patient.managing_location_id,
        reason=told.reason,
        owner=actor(act),
        taken_at=(conversation.began_at or conversation.opened_at) if conversation is not None else act.now,
        taken_by=act.by,
    )


def keep(session: Session, act: Act, row: Complaint, policy: Policy, story: str) -> None:
    """Store it with its clocks and the first line of its history."""
    begin_clocks(session, row, policy, row.taken_at)
    session.add(row)
    session.flush()
    audit.note(session, "C", Complaint.__tablename__, [row.id], [row.patient_id], {"reason": row.reason})
    write_down(session, act, row, TAKEN, code=row.reason, note=story)
