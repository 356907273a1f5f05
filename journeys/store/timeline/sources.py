"""What a timeline is made of: one SELECT a kind, all with the same columns, so that they can be joined by UNION ALL.

The columns: `at`, `kind`, `id`, `status`, `code_system`, `code`, `display`, `location_id`. A row without a time of its
own stands where it was recorded. What is sealed is opened afterwards, for the rows of one page only
(`timeline_details`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Text, cast, func, literal, null, or_, select

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
from journeys.store.contact import Consent, Message
from journeys.store.contact_marks import ContactMark
from journeys.store.custom_values import CustomValue
from journeys.store.due import DueChange
from journeys.store.enrolments import Enrolment, EnrolmentHistory
from journeys.store.organisation import Location
from journeys.store.plans import CarePlan, Episode, Request, TreatmentCourse
from journeys.store.referrals import Referral, ReferralHistory
from journeys.store.sources import KeptRecord, SourceRecord
from journeys.store.tasks import Task

NOTHING = cast(null(), Text)
NOWHERE = cast(null(), Integer)
CUSTOM_VALUE = "custom-value"


@dataclass(frozen=True)
class TimelineSource:
    """One kind of entry: its table, where its time, status and words are, and in which location it was."""

    table: Any
    at: Any
    status: Any = NOTHING
    code_system: Any = NOTHING
    code: Any = NOTHING
    display: Any = NOTHING
    only: tuple[ColumnElement[bool], ...] = field(default=())
    location_id: Any = NOWHERE


@dataclass(frozen=True)
class Wanted:
    """What a timeline is narrowed to: kinds (None: every one), a location with what is part of it, from a moment on and
    before another, and words or the beginning of a code.

    `fields` are the custom fields whose changes may be shown; without any, no change of a custom field is an entry.
    """

    kinds: Collection[str] | None = None
    location_id: int | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    text: str = ""
    fields: Collection[str] = ()

    @property
    def is_everything(self) -> bool:
        """Whether nothing is narrowed."""
        asked = (self.kinds, self.location_id, self.since, self.until)
        return not self.text and all(each is None for each in asked)

    def sources(self) -> list[str]:
        """The kinds that can have an entry."""
        return [
            kind
            for kind, source in SOURCES.items()
            if (self.kinds is None or kind in self.kinds)
            and (kind != CUSTOM_VALUE or self.fields)
            and (self.location_id is None or source.location_id is not NOWHERE)
        ]


@dataclass(frozen=True)
class Cursor:
    """The last entry of a page: the next page is what is older."""

    at: dt.datetime
    kind: str
    id: int


def clinical(table: Any, at: Any, *only: ColumnElement[bool], location_id: Any = NOWHERE) -> TimelineSource:
    """A clinical table: status and code are where they always are; where it was, by itself or by its visit."""
    when = func.coalesce(at, table.recorded_at)
    place = location_of_visit(table) if hasattr(table, "encounter_id") and location_id is NOWHERE else location_id
    return TimelineSource(table, when, table.status, table.code_system, table.code, table.display, only, place)


def location_of_visit(table: Any) -> Any:
    """Where the visit was that a row belongs to."""
    return select(Encounter.location_id).where(Encounter.id == table.encounter_id).scalar_subquery()


def received_at() -> Any:
    """When the source record of a kept record was received."""
    received = select(SourceRecord.received_at).where(SourceRecord.id == KeptRecord.source_record_id)
    return received.scalar_subquery()


SOURCES: dict[str, TimelineSource] = {
    "appointment": clinical(Appointment, Appointment.start_at, location_id=Appointment.location_id),
    "encounter": clinical(Encounter, Encounter.start_at, location_id=Encounter.location_id),
    "condition": clinical(Condition, func.coalesce(Condition.onset_at, Condition.asserted_at)),
    "observation": clinical(Observation, Observation.effective_at, Observation.parent_id.is_(None)),
    "procedure": clinical(Procedure, Procedure.performed_at),
    "medication-request": clinical(MedicationRequest, MedicationRequest.authored_at),
    "immunization": clinical(Immunization, Immunization.occurrence_at),
    "diagnostic-report": clinical(DiagnosticReport, DiagnosticReport.effective_at),
    "care-plan": clinical(CarePlan, CarePlan.start_at),
    "episode": clinical(Episode, Episode.start_at),
    "treatment-course": clinical(TreatmentCourse, TreatmentCourse.start_at),
    "referral": clinical(Referral, Referral.ordered_at, location_id=Referral.from_location_id),
    "referral-move": TimelineSource(
        ReferralHistory,
        ReferralHistory.at,
        ReferralHistory.to_status,
        code=ReferralHistory.why,
        only=(ReferralHistory.number > 1,),
    ),
    "due": TimelineSource(
        DueChange,
        DueChange.at,
        DueChange.to_status,
        code=DueChange.reason,
        only=(DueChange.to_status.is_not(None),),
    ),
    "note": TimelineSource(Note, Note.written_at, display=Note.written_by),
    "request": TimelineSource(
        Request, Request.received_at, Request.status, code=Request.kind, location_id=Request.location_id
    ),
    "message": TimelineSource(
        Message,
        func.coalesce(Message.sent_at, Message.decided_at, Message.planned_at),
        Message.status,
        code=Message.direction,
        display=Message.channel,
    ),
    "task": TimelineSource(Task, Task.created_at, Task.status, code=Task.outcome, location_id=Task.location_id),
    "consent": TimelineSource(
        Consent,
        Consent.from_at,
        Consent.decision,
        code=Consent.purpose,
        display=Consent.channel,
        only=(Consent.about_person_id.is_(None),),
    ),
    "contact-mark": TimelineSource(ContactMark, ContactMark.from_at, code=ContactMark.kind),
    CUSTOM_VALUE: TimelineSource(CustomValue, CustomValue.recorded_at, code=CustomValue.field),
    "enrolment": TimelineSource(Enrolment, Enrolment.entered_at, Enrolment.status),
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
        (KeptRecord.is_beside.is_(False),),
    ),
}
"""Every kind of entry by its name."""


def entries(kind: str, patient_id: int, before: Cursor | None, limit: int, wanted: Wanted | None = None) -> Select[Any]:
    """SELECT the newest entries of one kind that are wanted, older than the cursor."""
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
        cast(source.location_id, Integer).label("location_id"),
    ).select_from(table)
    chosen = chosen.where(source.table.patient_id == patient_id, *source.only, *narrowed(source, kind, wanted))
    if before is not None:
        chosen = chosen.where(is_before(source, kind, before))
    return chosen.order_by(source.at.desc(), source.table.id.desc()).limit(limit)


def narrowed(source: TimelineSource, kind: str, wanted: Wanted | None) -> list[ColumnElement[bool]]:
    """The conditions of what is wanted on one kind."""
    if wanted is None:
        return []
    conditions: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        conditions.append(source.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(source.at < wanted.until)
    if wanted.location_id is not None:
        inside = or_(Location.id == wanted.location_id, Location.part_of_id == wanted.location_id)
        conditions.append(source.location_id.in_(select(Location.id).where(inside)))
    if wanted.text:
        words = source.display.icontains(wanted.text, autoescape=True)
        conditions.append(or_(words, source.code.istartswith(wanted.text, autoescape=True)))
    if kind == CUSTOM_VALUE:
        conditions.append(CustomValue.field.in_(sorted(wanted.fields)))
    return conditions


def beginning_with(patient_id: int, kind: str, number: int) -> Select[Any]:
    """SELECT the moment of one entry."""
    source = SOURCES[kind]
    return select(source.at).where(source.table.id == number, source.table.patient_id == patient_id, *source.only)


def is_before(source: TimelineSource, kind: str, cursor: Cursor) -> ColumnElement[bool]:
    """Whether an entry of this kind comes after the cursor in the order (at, kind, id), newest first."""
    older: ColumnElement[bool] = source.at < cursor.at
    if kind > cursor.kind:
        return older
    if kind < cursor.kind:
        return source.at <= cursor.at
    return older | ((source.at == cursor.at) & (source.table.id < cursor.id))
