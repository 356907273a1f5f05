"""Records what became of calls that were spoken: settled with an event, or to be tried again later."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import literal, select, update
from sqlalchemy.orm import Session

from journeys.flow.running.relation import one_of_ids
from journeys.flow.webhooks.speaking import Said
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.events import emit_from
from journeys.store.webhooks import WebhookCall

LATER = tuple(dt.timedelta(seconds=each) for each in (30, 90, 210, 600, 1_800, 7_200, 18_000, 36_000, 86_400))
"""How long after each attempt the next one comes; after the last of them the call has failed."""


def record_calls(session: Session, act: Act, claim: uuid.UUID, said: Sequence[Said]) -> int:
    """Settle the calls of one claim; a call that somebody else has taken meanwhile is left alone. Returns how many."""
    ids = [each.call_id for each in said]
    patients = session.scalars(select(WebhookCall.patient_id).where(one_of_ids(WebhookCall.id, ids))).all()
    lock_lanes(session, {lane_of(each) for each in patients})
    settled: dict[str, list[int]] = {"delivered": [], "failed": [], "planned": []}
    for each in said:
        values = outcome_of(act, each)
        mine = (WebhookCall.id == each.call_id, WebhookCall.claim == claim)
        statement = update(WebhookCall).where(*mine).values(values).returning(WebhookCall.id)
        settled[values["status"]] += session.scalars(statement.execution_options(synchronize_session=False)).all()
    for status in ("delivered", "failed"):
        if settled[status]:
            emit_from(session, act, f"webhook.{status}", about(settled[status]))
    detail = {status: len(found) for status, found in settled.items()}
    audit.note(session, "U", WebhookCall.__tablename__, ids, list(patients), detail)
    return sum(detail.values())


def outcome_of(act: Act, said: Said) -> dict[str, Any]:
    """What a call becomes."""
    values: dict[str, Any] = {
        "claim": None,
        "claimed_until": None,
        "http_status": said.http_status,
        "error": said.error,
    }
    if said.result == "again" and said.attempt <= len(LATER):
        return {**values, "status": "planned", "not_before": act.now + LATER[said.attempt - 1]}
    return {**values, "status": "delivered" if said.result == "delivered" else "failed", "settled_at": act.now}


def about(ids: Sequence[int]) -> Any:
    """SELECT what the events of settled calls are about."""
    return select(
        WebhookCall.patient_id.label("patient_id"),
        literal(WebhookCall.__tablename__).label("subject_kind"),
        WebhookCall.id.label("subject_id"),
        WebhookCall.enrolment_id.label("enrolment_id"),
        WebhookCall.connection_slug.label("code"),
    ).where(one_of_ids(WebhookCall.id, ids))
