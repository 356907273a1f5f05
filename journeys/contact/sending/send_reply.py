"""Staff answer a patient with a saved reply: a message is planned, and contact rules judge it as any other."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.texts.preview_text import foci
from journeys.contact.texts.saved_replies import medium_of, newest_of
from journeys.contact.texts.templates import Template, read
from journeys.contact.texts.text_uses import REPLY, live_text
from journeys.contact.texts.wordings import pinned_wordings
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Missing, Stale
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.configuration import DefinitionVersion
from journeys.store.contact import Message
from journeys.store.people import Patient

SOON = 90
"""Before what journeys write, after the answer in an emergency."""

ABOUT = {"appointment.": ("appointment",), "focus.": ("care_plan_activity", "referral")}
"""How fields begin → the records that they are of, the best first."""


def send_reply(
    session: Session, act: Act, patient_uid: uuid.UUID, slug: str, version_id: int, delivery: uuid.UUID
) -> Message:
    """The message, on the medium on which the patient wrote last (the usual ones without). `delivery` is one for each
    form: sent twice it plans once. It is about the next visit, or what is due next, where the text names that.

    Missing for a patient outside the scope, Stale where `version_id`, which was looked at, is not in force.
    """
    patient, before = to_answer(session, patient_uid, delivery)
    if before is not None:
        audit.nothing_happened(session)
        return before
    version = live_text(session, slug, REPLY)
    if version is None or version.id != version_id:
        raise Stale(f"The saved reply {slug} is another by now")
    message = planned(session, act, patient, version, delivery)
    session.add(message)
    session.flush()
    audit.note(session, "C", "message", [message.id], [patient.id], {"reply": slug, "version": version.id})
    ring_after_commit(session, "plan")
    return message


def to_answer(session: Session, patient_uid: uuid.UUID, delivery: uuid.UUID) -> tuple[Patient, Message | None]:
    """The patient, with their lane held, and the answer that a form of this number has planned before. Missing for a
    patient outside the scope."""
    patient = session.scalar(select(Patient).where(Patient.uid == patient_uid))
    if patient is None:
        raise Missing("There is no such patient")
    lock_lanes(session, [lane_of(patient.id)])
    return patient, session.scalar(select(Message).where(Message.uid == delivery, Message.patient_id == patient.id))


def planned(session: Session, act: Act, patient: Patient, version: DefinitionVersion, uid: uuid.UUID) -> Message:
    """One message that waits to be judged."""
    theirs = newest_of(session, patient.id)
    medium = medium_of(theirs.channel if theirs is not None else None)
    template = read(version.content, pinned_wordings(session, [version.id]).get(version.id))
    kind, record = focus_of(session, patient.id, template, act.now)
    return Message(
        uid=uid,
        patient_id=patient.id,
        lane=lane_of(patient.id),
        purpose=template.purpose,
        template_version_id=version.id,
        channels=[medium] if medium else [],
        focus_kind=kind,
        focus_id=record,
        planned_at=act.now,
        priority=SOON,
        in_response_to_id=theirs.id if theirs is not None else None,
    )


def focus_of(session: Session, patient_id: int, template: Template, now: dt.datetime) -> tuple[str | None, int | None]:
    """(kind, id) of the record that its fields speak of; nothing where they speak of none, or there is none."""
    fields = template.fields()
    wanted = [
        kind for begins, kinds in ABOUT.items() if any(each.startswith(begins) for each in fields) for kind in kinds
    ]
    known = {row.focus_kind: row.focus_id for row in session.execute(select(foci(patient_id, now)))}
    return next(((kind, known[kind]) for kind in wanted if kind in known), (None, None))
