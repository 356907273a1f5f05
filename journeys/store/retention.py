"""How long history is kept: the least that every table is kept, the rule of each, and what the daily runs removed."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base
from journeys.store.columns import RowVersioned, in_order, one_of

SIX_YEARS = 72
"""Months for which consent, policies, the audit and decisions about contacts are kept (45 CFR 164.316(b)(2))."""

A_YEAR_AND_A_MONTH = 13
"""Months for which journeys and the contact ledger look back, which shows a year."""

A_QUARTER = 3


@dataclass(frozen=True)
class Floor:
    """The column that says how old a row is, and the months for which it is kept whatever the rule says."""

    at: str
    months: int


FLOORS: dict[str, Floor] = {
    "message_candidate": Floor("decided_at", SIX_YEARS),
    "message": Floor("planned_at", SIX_YEARS),
    "webhook_call": Floor("planned_at", A_QUARTER),
    "enrolment": Floor("ended_at", A_YEAR_AND_A_MONTH),
    "enrolment_history": Floor("left_at", A_YEAR_AND_A_MONTH),
    "event": Floor("recorded_at", A_YEAR_AND_A_MONTH),
    "segment_member": Floor("left_at", A_YEAR_AND_A_MONTH),
    "inbound_delivery": Floor("received_at", A_YEAR_AND_A_MONTH),
    "audit_entry": Floor("at", SIX_YEARS),
}
"""Every table from which anything is ever removed, in the order of the work: what refers to others goes first."""

GO_WITH_ENROLMENT = ("rate_pass", "setback", "enrolment_move", "journey_request")
"""Tables whose rows go with the finished enrolment that they belong to."""

NEVER_REMOVED: dict[str, tuple[str, ...]] = {
    "consents": ("authority", "consent", "contact_mark"),
    "approvals": (
        "definition",
        "definition_version",
        "definition_review",
        "journey_group",
        "journey_move",
        "journey_occurrence",
        "journey_pause",
        "risk_model",
        "text_registration",
        "value_set_code",
        "version_pin",
    ),
    "patients": (
        "appointment",
        "appointment_history",
        "attendance_risk",
        "booking_link",
        "care_plan",
        "care_plan_activity",
        "branch_link",
        "clock_escalation",
        "complaint",
        "complaint_entry",
        "condition",
        "conversation",
        "conversation_draft",
        "conversation_entry",
        "conversation_mention",
        "conversation_move",
        "custom_value",
        "diagnostic_report",
        "due_change",
        "due_item",
        "due_refusal",
        "encounter",
        "episode",
        "immunization",
        "interface_effect",
        "interface_message",
        "kept_record",
        "match_candidate",
        "merge_move",
        "medication_request",
        "note",
        "observation",
        "outgoing_message",
        "patient",
        "patient_address",
        "patient_identifier",
        "patient_link",
        "patient_location",
        "patient_merge",
        "patient_name",
        "patient_telecom",
        "patient_token",
        "procedure",
        "referral",
        "referral_document",
        "referral_history",
        "related_person",
        "related_person_token",
        "request",
        "service_case",
        "source_record",
        "task",
        "treatment_course",
        "waitlist_branch",
        "waitlist_entry",
        "waitlist_offer",
    ),
    "clinic": (
        "appointment_type",
        "backfill",
        "backfill_plan",
        "bookable_resource",
        "business_calendar",
        "calendar_day",
        "calendar_stretch",
        "channel_account",
        "connection",
        "department",
        "fhir_reading",
        "fhir_walk",
        "fhir_client",
        "fhir_client_branch",
        "letter_batch",
        "list_setting",
        "location",
        "organization",
        "practitioner",
        "practitioner_role",
        "programme",
        "queue_priority",
        "retention_rule",
        "retention_run",
        "schedule",
        "schedule_block",
        "schedule_type",
        "service_line",
        "slot",
        "source",
        "source_alias",
        "source_link",
        "staff_absence",
        "staff_work",
        "supply_item",
        "supply_movement",
        "supply_stock",
        "task_queue",
        "webhook_connection",
    ),
    "now": (
        "awaited_reference",
        "channel_state",
        "due_mark",
        "due_state",
        "fact_column",
        "fact_mark",
        "fact_zone",
        "fhir_assertion",
        "fhir_token",
        "freed_slot",
        "journey_listener",
        "match_key",
        "match_look",
        "patient_fact",
        "segment_state",
        "zone_span",
    ),
}
"""Why nothing is removed from a table → the tables of which that is so. Each table stands here, in FLOORS or goes with
its enrolment, so that nobody makes one that grows without a word about how long it is kept."""

AT_LEAST = " ".join(f"WHEN '{name}' THEN {floor.months}" for name, floor in FLOORS.items())


class RetentionRule(RowVersioned, Base):
    """How many whole months the rows of one table are kept; null, and no row at all, is for ever."""

    __tablename__ = "retention_rule"
    __table_args__ = (
        one_of("table_name", *FLOORS),
        CheckConstraint(f"keep_months >= CASE table_name {AT_LEAST} END", name="keep_months_at_least"),
        CheckConstraint("keep_months <= 1200", name="keep_months_at_most"),
    )

    table_name: Mapped[str] = mapped_column(primary_key=True)
    keep_months: Mapped[int | None]
    changed_at: Mapped[dt.datetime]
    changed_by: Mapped[str]

    __mapper_args__ = {"version_id_col": RowVersioned.row_version}


class RetentionRun(Base):
    """One going through one table for what is older than `cutoff`, in batches, until `ended_at`.

    `removed` counts rows, `months` names the months that were dropped whole ("2024-05"), `kept` counts by their reason
    what is old and stays. `month` and `position` (an id) are where the next batch goes on. `error` is the class of what
    broke a batch off, never its text.
    """

    __tablename__ = "retention_run"
    __table_args__ = (
        one_of("table_name", *FLOORS),
        in_order("began_at", "ended_at"),
        CheckConstraint("removed >= 0 AND position >= 0", name="counted"),
        Index("ix_retention_run_table", "table_name", "began_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    table_name: Mapped[str]
    began_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    cutoff: Mapped[dt.datetime]
    month: Mapped[dt.date | None]
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    removed: Mapped[int] = mapped_column(default=0, server_default="0")
    months: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    kept: Mapped[dict[str, int]] = mapped_column(default=dict, server_default="{}")
    error: Mapped[str | None]


def months_before(moment: dt.datetime, months: int) -> dt.datetime:
    """The same time of the same day so many months earlier, or of that month's last day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
