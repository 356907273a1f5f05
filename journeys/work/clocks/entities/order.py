"""Orders: tests, imaging and other services that were ordered and not done."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_

from journeys.foundation.words import N_
from journeys.store.clinical import DiagnosticReport, Observation, Procedure
from journeys.store.sources import KeptRecord, SourceRecord
from journeys.work.clocks.entities.base import NEWS, Entity, State

UNDONE = ("cancelled", "entered-in-error", "not-done", "registered", "preparation", "unknown")


def is_done() -> ColumnElement[bool]:
    """SQL: whether something of the same code came after the order."""
    found = [
        exists().where(
            table.patient_id == KeptRecord.patient_id,
            table.code == KeptRecord.code,
            at >= KeptRecord.at,
            table.status.not_in(UNDONE),
        )
        for table, at in (
            (DiagnosticReport, DiagnosticReport.effective_at),
            (Observation, Observation.effective_at),
            (Procedure, Procedure.performed_at),
        )
    ]
    return or_(*found)


def was_news() -> ColumnElement[bool]:
    """SQL: whether the order was young when it arrived; sources leave many old ones active for ever."""
    return exists().where(
        SourceRecord.id == KeptRecord.source_record_id, KeptRecord.at >= SourceRecord.received_at - NEWS
    )


class OpenOrder(Entity):
    """A FHIR ServiceRequest that is no referral; such are kept whole."""

    label = N_("Orders")
    table = KeptRecord
    display = KeptRecord.display
    states = {
        "not-done": State(
            N_("ordered and not done"),
            lambda now: and_(
                KeptRecord.resource_type == "ServiceRequest",
                KeptRecord.status == "active",
                KeptRecord.is_beside.is_(False),
                KeptRecord.at <= now,
                was_news(),
                ~is_done(),
            ),
            lambda now: KeptRecord.at,
        ),
    }
