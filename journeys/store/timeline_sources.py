"""What a timeline is made of: one SELECT a kind, all with the same columns, so that they can be joined by UNION ALL.

The columns: `at`, `kind`, `id`, `status`, `code_system`, `code`, `display`. A row without a time of its own stands
where it was recorded. What is sealed is opened afterwards, for the rows of one page only (`timeline_details`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, literal, null, select

from journeys.foundation.tables import Base
from journeys.store.access import Appointment
from journeys.store.clinical import (
    Condition,
    DiagnosticReport,
    Encounter,
    Immunization,
    MedicationRequest,
    Note,
    Observation,
    Procedure,
)
from journeys.store.contact import Message
from journeys.store.enrolments import EnrolmentHistory
from journeys.store.plans import CarePlan, Episode, Request, TreatmentCourse
from journeys.store.referrals import Referral
from journeys.store.sources import KeptRecord, SourceRecord
from journeys.store.tasks import Task

NOTHING = cast(null(), Text)


@dataclass(frozen=True)
class TimelineSource:
    """One kind of entry: its table, where its time, status and words are."""

    table: Any
    at: Any
    status: Any = NOTHING
    code_system: Any = NOTHING
    code: Any = NOTHING
    display: Any = NOTHING
    only: tuple[ColumnElement[bool], ...] = field(default=())


@dataclass(frozen=True)
class Cursor:
    """The last entry of a page: the next page is what is older."""

    at: dt.datetime
    kind: str
    id: int


def clinical(table: Any, at: Any, *only: ColumnElement[bool]) -> TimelineSource:
    """A clinical table: status and code are where they always are."""
    when = func.coalesce(at, table.recorded_at)
    return TimelineSource(table, when, table.status, table.code_system, table.code, table.display, only)


def received_at() -> Any:
    """When the source record of a kept record was received."""
    received = select(SourceRecord.received_at).where(SourceRecord.id == KeptRecord.source_record_id)
    return received.scalar_subquery()


SOURCES: dict[str, TimelineSource] = {
    "appointment": clinical(Appointment, Appointment.start_at),
    "encounter": clinical(Encounter, Encounter.start_at),
    "condition": clinical(Condition, func.coalesce(Condition.onset_at, Condition.asserted_at)),
    "observation": clinical(Observation, Observation.effective_at, Observation.parent_id.is_(None)),
    "procedure": clinical(Procedure, Procedure.performed_at),
    "medication-request": clinical(MedicationRequest, MedicationRequest.authored_at),
    "immunization": clinical(Immunization, Immunization.occurrence_at),
    "diagnostic-report": clinical(DiagnosticReport, DiagnosticReport.effective_at),
    "care-plan": clinical(CarePlan, CarePlan.start_at),
    "episode": clinical(Episode, Episode.start_at),
    "treatment-course": clinical(TreatmentCourse, TreatmentCourse.start_at),
    "referral": clinical(Referral, Referral.ordered_at),
    "note": TimelineSource(Note, Note.written_at, display=Note.written_by),
    "request": TimelineSource(Request, Request.received_at, Request.status, code=Request.kind),
    "message": TimelineSource(
        Message,
        func.coalesce(Message.sent_at, Message.decided_at, Message.planned_at),
        Message.status,
        code=Message.direction,
        display=Message.channel,
    ),
    "task": TimelineSource(Task, Task.created_at, Task.status, code=Task.outcome),
    "enrolment-step": TimelineSource(
        EnrolmentHistory,
        EnrolmentHistory.left_at,
        EnrolmentHistory.port,
        code=EnrolmentHistory.step,
        display=EnrolmentHistory.stage,
    ),
    "kept-record": TimelineSource(
        KeptRecord,
        func.coalesce(KeptRecord.at, received_at()),
        KeptRecord.status,
        KeptRecord.code_system,
        KeptRecord.code,
        func.coalesce(KeptRecord.display, KeptRecord.resource_type),
    ),
}
"""Every kind of entry by its name."""


def entries(kind: str, patient_id: int, before: Cursor | None, limit: int) -> Select[Any]:
    """SELECT the newest entries of one kind, older than the cursor."""
    source = SOURCES[kind]
    table: type[Base] = source.table
    chosen = select(
        source.at.label("at"),
        literal(kind).label("kind"),
        source.table.id.label("id"),
        cast(source.status, Text).label("status"),
        cast(source.code_system, Text).label("code_system"),
        cast(source.code, Text).label("code"),
        cast(source.display, Text).label("display"),
    ).select_from(table)
    chosen = chosen.where(source.table.patient_id == patient_id, *source.only)
    if before is not None:
        chosen = chosen.where(is_before(source, kind, before))
    return chosen.order_by(source.at.desc(), source.table.id.desc()).limit(limit)


def is_before(source: TimelineSource, kind: str, cursor: Cursor) -> ColumnElement[bool]:
    """Whether an entry of this kind comes after the cursor in the order (at, kind, id), newest first."""
    older: ColumnElement[bool] = source.at < cursor.at
    if kind > cursor.kind:
        return older
    if kind < cursor.kind:
        return source.at <= cursor.at
    return older | ((source.at == cursor.at) & (source.table.id < cursor.id))
