"""Makes people and what belongs to them, with fixed defaults, for tests. Every maker flushes and returns the row."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from journeys.foundation import tokens
from journeys.foundation.acting import EVERYWHERE, Act
from journeys.store.contact import Consent, Message
from journeys.store.organisation import Location
from journeys.store.people import Patient, PatientLocation, PatientTelecom, PatientToken
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version

NOON = dt.datetime(2026, 3, 3, 17, 0, tzinfo=dt.UTC)
"""Noon of a Tuesday in New York: nothing speaks against a message."""


def an_act(now: dt.datetime = NOON, by: str = "test:maker", **more: Any) -> Act:
    """An act that sees every branch."""
    return Act(now, by, EVERYWHERE, **more)


def branch(session: Session, slug: str = "riverside", **facts: Any) -> Location:
    """A branch of the clinic in New York."""
    values = {"slug": slug, "name": slug.title(), "status": "active", "time_zone": "America/New_York"}
    return added(session, Location(**{**values, "phone": "+1 212 555 0100", **facts}))


def person(
    session: Session,
    sms: str | None = "+12125550123",
    email: str | None = None,
    at: Location | None = None,
    **facts: Any,
) -> Patient:
    """A patient in New York who reads English, with a number and perhaps an e-mail address, and their tokens."""
    values = {"name": "Ada Example", "given_name": "Ada", "language": "en", "time_zone": "America/New_York"}
    if at is not None:
        values["managing_location_id"] = at.id
    patient = added(session, Patient(**{**values, **facts}))
    if at is not None:
        session.add(PatientLocation(patient_id=patient.id, location_id=at.id))
    if sms:
        telecom(session, patient, "sms", sms)
    if email:
        telecom(session, patient, "email", email)
    return patient


def telecom(session: Session, patient: Patient, system: str, value: str, **facts: Any) -> PatientTelecom:
    """A number or address of a patient, and the token it is found by."""
    found_by = tokens.email_token(value) if system == "email" else tokens.phone_token(value, "US")
    assert found_by is not None
    session.add(PatientToken(kind=found_by[0], token=found_by[1], patient_id=patient.id))
    return added(session, PatientTelecom(patient_id=patient.id, system=system, value=value, **facts))


def consent(session: Session, patient: Patient, decision: str = "permit", **facts: Any) -> Consent:
    """A statement of consent, by default a permission for care on every channel, given a year before NOON."""
    values = {
        "purpose": "care",
        "from_at": NOON - dt.timedelta(days=365),
        "source": "form",
        "recorded_by": "test:maker",
    }
    return added(session, Consent(patient_id=patient.id, decision=decision, **{**values, **facts}))


def template(session: Session, slug: str = "recall", **content: Any) -> int:
    """A published template for care in English and Spanish; the id of its version."""
    texts = {
        "en": {"subject": "Your visit", "body": 'Hello {{patient.given_name | default:"there"}}, please call us.'},
        "es": {"subject": "Su visita", "body": 'Hola {{patient.given_name | default:""}}, llámenos por favor.'},
    }
    values = {"format": 1, "name": {"en": slug}, "purpose": "care", "content_level": 0, "texts": texts}
    content = {**values, "answers": {"1": "confirm", "2": "decline"}, **content}
    definition = save_draft(session, an_act(), "template", slug, {"en": slug}, content)
    return write_version(session, an_act(), definition).id


def message(session: Session, patient: Patient, template_version_id: int | None, **facts: Any) -> Message:
    """A planned message, as a journey asks for it."""
    values = {"purpose": "care", "planned_at": NOON, "lane": patient.id & 255}
    return added(
        session,
        Message(patient_id=patient.id, template_version_id=template_version_id, **{**values, **facts}),
    )


def added(session: Session, row: Any) -> Any:
    """The row, written and with its id."""
    session.add(row)
    session.flush()
    return row
