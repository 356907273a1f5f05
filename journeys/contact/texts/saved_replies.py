"""What staff may answer a patient with: saved replies in force, one of them as the patient would read it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.channels import CHANNELS
from journeys.contact.texts.said_to import Said, said_to
from journeys.contact.texts.text_uses import REPLY, live_texts
from journeys.contact.texts.wording_uses import outdated_templates
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.tables import Texts
from journeys.store.contact import Message
from journeys.store.people import Patient


@dataclass(frozen=True)
class Replies:
    """Slug → name of what there is, those that quote a wording as it was, on what the patient wrote last (a medium,
    none where they never wrote), and what was chosen; `said` is None where it has no language of the patient's."""

    patient: Patient
    names: Mapping[str, Texts]
    outdated: Mapping[str, tuple[str, ...]]
    medium: str
    chosen: str = ""
    said: Said | None = field(default=None, repr=False)


def saved_replies(
    session: Session, act: Act, patient_uid: uuid.UUID, chosen: str = "", roles: Collection[str] = ()
) -> Replies:
    """Everything for the form of an answer; nothing is kept or sent. Missing for a patient outside the scope."""
    patient = session.scalar(select(Patient).where(Patient.uid == patient_uid))
    if patient is None:
        raise Missing("There is no such patient")
    replies = live_texts(session, REPLY)
    newest = newest_of(session, patient.id)
    medium = medium_of(newest.channel if newest is not None else None)
    version = replies.get(chosen)
    said = said_to(session, act, patient, version, medium, roles) if version is not None else None
    audit.note(session, "R", "patient", [patient.id], [patient.id], {"reply": chosen} if version else {})
    return Replies(
        patient=patient,
        names={slug: version.content["name"] for slug, version in replies.items()},
        outdated={slug: quoted for slug, quoted in outdated_templates(session).items() if slug in replies},
        medium=medium,
        chosen=chosen if version is not None else "",
        said=said,
    )


def newest_of(session: Session, patient_id: int) -> Message | None:
    """What the patient wrote last."""
    theirs = select(Message).where(Message.patient_id == patient_id, Message.direction == "inbound")
    return session.scalar(theirs.order_by(Message.planned_at.desc(), Message.id.desc()).limit(1))


def medium_of(channel: str | None) -> str:
    """What a channel speaks to patients; nothing without one, or where it only takes in."""
    return CHANNELS[channel].speaks if channel in CHANNELS and CHANNELS[channel].sends else ""
