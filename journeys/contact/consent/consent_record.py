"""Everything a patient has said about being written to, and what followed from it at a moment."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.consent.consents import ConsentState, allows, consent_states, media_asked_for
from journeys.contact.deciding.rule_set import parameters_at
from journeys.criteria.dates import zone_of
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.zones import is_zone
from journeys.store.contact import Consent
from journeys.store.people import Patient, RelatedPerson

A_MOMENT = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Held:
    """What held for one purpose on one medium, whether we could write, and the statement that said so, if any."""

    state: ConsentState
    allows: bool
    statement: Consent | None


@dataclass(frozen=True)
class ConsentRecord:
    """What held at a moment, and every statement, the newest first; `zone` is where the patient's days are counted,
    `people` are those beside the patient, of whom some may speak in their place."""

    patient: Patient
    zone: str
    held: list[Held]
    statements: list[Consent]
    people: list[RelatedPerson]


def end_of(day: dt.date, zone: str) -> dt.datetime:
    """When the next day begins in a zone; in UTC where the name is none."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), ZoneInfo(zone if is_zone(zone) else "UTC"))


def consent_record(session: Session, act: Act, uid: uuid.UUID, on: dt.date | None = None) -> ConsentRecord:
    """At the end of the patient's day `on`, else now; Missing for a patient whom this scope does not see.

    Which purposes need no permission is told by the contact rules of that moment.
    """
    patient = session.scalar(select(Patient).where(Patient.uid == uid))
    if patient is None:
        raise Missing("There is no such patient")
    zone = session.execute(select(zone_of(patient.id))).scalar_one()
    moment = act.now if on is None else min(act.now, end_of(on, zone) - A_MOMENT)
    newest_first = (Consent.from_at.desc(), Consent.id.desc())
    own = (Consent.patient_id == patient.id, Consent.about_person_id.is_(None))
    statements = session.scalars(select(Consent).where(*own).order_by(*newest_first)).all()
    named = sorted({each.channel for each in statements if each.channel})
    media = list(dict.fromkeys([*media_asked_for(session), *named]))
    unasked = parameters_at(session, "consent", moment).without_asking
    by_id = {each.id: each for each in statements}
    held = [
        Held(each, allows(each, unasked), by_id.get(each.statement_id or 0))
        for each in consent_states(session, patient.id, moment, media)
    ]
    audit.note(session, "R", "consent", list(by_id), [patient.id])
    people = session.scalars(
        select(RelatedPerson).where(RelatedPerson.patient_id == patient.id).order_by(RelatedPerson.id)
    )
    return ConsentRecord(patient, zone, held, list(statements), list(people))
