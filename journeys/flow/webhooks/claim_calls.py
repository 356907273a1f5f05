"""Takes planned calls to be spoken, with what they say written out."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from journeys.flow.webhooks.speaking import Call
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.ids import new_uid
from journeys.store.configuration import Definition
from journeys.store.enrolments import Enrolment
from journeys.store.people import Patient
from journeys.store.webhooks import WebhookCall, WebhookConnection

LEASE = dt.timedelta(minutes=10)
"""Longer than a whole batch can take."""

BATCH = 20


@dataclass(frozen=True)
class ClaimedCalls:
    """What one claim took; `closed` are those whose connection is no longer open."""

    claim: uuid.UUID
    calls: list[Call] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)


def claim_calls(session: Session, act: Act, limit: int = BATCH) -> ClaimedCalls:
    """Take up to a batch of what is due, the longest waiting first.

    A call whose worker died is taken again after its lease: the other side knows it by its key.
    """
    is_lost = and_(WebhookCall.status == "sending", WebhookCall.claimed_until < act.now)
    is_due = or_(and_(WebhookCall.status == "planned", WebhookCall.not_before <= act.now), is_lost)
    due = select(WebhookCall.id).where(is_due).order_by(WebhookCall.not_before, WebhookCall.id)
    ids = session.scalars(due.limit(limit).with_for_update(skip_locked=True)).all()
    if not ids:
        audit.nothing_happened(session)
        return ClaimedCalls(new_uid())
    number = new_uid()
    session.execute(
        update(WebhookCall)
        .where(WebhookCall.id.in_(ids))
        .values(status="sending", claim=number, claimed_until=act.now + LEASE, attempt=WebhookCall.attempt + 1)
        .execution_options(synchronize_session=False)
    )
    claimed = ClaimedCalls(number)
    patients = []
    for call, connection, patient, slug in session.execute(claimed_rows(ids)):
        patients.append(call.patient_id)
        if connection is None or not connection.active:
            claimed.closed.append(call.id)
            continue
        body = orjson.dumps(said_of(call, patient, slug))
        claimed.calls.append(Call(call.id, call.uid, connection.url, connection.secret, body, call.attempt))
    audit.note(session, "U", WebhookCall.__tablename__, ids, patients, {"sending": len(claimed.calls)})
    return claimed


def claimed_rows(ids: Any) -> Any:
    """SELECT each call with its connection, its patient and the slug of its journey."""
    return (
        select(WebhookCall, WebhookConnection, Patient, Definition.slug)
        .join(Patient, Patient.id == WebhookCall.patient_id)
        .join(Enrolment, Enrolment.id == WebhookCall.enrolment_id)
        .join(Definition, Definition.id == Enrolment.definition_id)
        .outerjoin(WebhookConnection, WebhookConnection.slug == WebhookCall.connection_slug)
        .where(WebhookCall.id.in_(ids))
        .order_by(WebhookCall.id)
        .execution_options(populate_existing=True)
    )


def said_of(call: WebhookCall, patient: Patient, journey: str) -> dict[str, Any]:
    """What a call says: itself, and of the patient the chosen fields alone."""
    return {
        "id": str(call.uid),
        "journey": journey,
        "step": call.step,
        "asked_at": call.planned_at.isoformat(),
        "patient": {name: getattr(patient, name) for name in call.fields},
    }
