"""What happened to a patient clinically, as the FHIR resources of the same names."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base, Identified
from journeys.store.columns import Clinical, FromSource, OfPatient, in_order, one_of, together

EVENT_STATUSES = (
    "preparation",
    "in-progress",
    "not-done",
    "on-hold",
    "stopped",
    "completed",
    "entered-in-error",
    "unknown",
)
OBSERVATION_STATUSES = (
    "registered",
    "preliminary",
    "final",
    "amended",
    "corrected",
    "cancelled",
    "entered-in-error",
    "unknown",
)
ENCOUNTER_STATUSES = (
    "planned",
    "arrived",
    "triaged",
    "in-progress",
    "onleave",
    "finished",
    "cancelled",
    "entered-in-error",
    "unknown",
)


WAYS_TO_INFORM = ("visit", "call", "message", "letter", "portal")
"""How a patient is told of a result."""


class Encounter(Clinical, Base):
    """A visit or stay; `class_code` is AMB, EMER, IMP, VR…, `code` its type, `discharge_code` where a stay led to."""

    __tablename__ = "encounter"
    __table_args__ = (
        one_of("status", *ENCOUNTER_STATUSES),
        in_order("start_at", "end_at"),
        Index("ix_encounter_patient_start", "patient_id", "start_at"),
    )

    class_code: Mapped[str | None]
    discharge_system: Mapped[str | None]
    discharge_code: Mapped[str | None]
    start_at: Mapped[dt.datetime | None]
    end_at: Mapped[dt.datetime | None]
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    practitioner_id: Mapped[int | None] = mapped_column(ForeignKey("practitioner.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    service_line_id: Mapped[int | None] = mapped_column(ForeignKey("service_line.id"))
    appointment_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("appointment.id"))
    episode_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("episode.id"))


class Condition(Clinical, Base):
    """A condition; `status` is FHIR's clinicalStatus."""

    __tablename__ = "condition"
    __table_args__ = (
        one_of("status", "active", "recurrence", "relapse", "inactive", "remission", "resolved", "unknown"),
        Index("ix_condition_patient_code", "patient_id", "code"),
    )

    verification_status: Mapped[str | None]
    severity: Mapped[str | None]
    category: Mapped[str | None]
    onset_at: Mapped[dt.datetime | None]
    abatement_at: Mapped[dt.datetime | None]
    asserted_at: Mapped[dt.datetime | None]
    encounter_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("encounter.id"))


class Observation(Clinical, Base):
    """A finding or measurement. The components of a panel (systolic, diastolic) are rows with `parent_id`.

    A value is a number with its unit (UCUM), a code, or text (sealed).
    """

    __tablename__ = "observation"
    __table_args__ = (
        one_of("status", *OBSERVATION_STATUSES),
        Index("ix_observation_patient_code", "patient_id", "code", "effective_at"),
        Index("ix_observation_timeline", "patient_id", "effective_at", postgresql_where="parent_id IS NULL"),
        Index("ix_observation_parent", "parent_id", postgresql_where="parent_id IS NOT NULL"),
    )

    parent_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("observation.id", ondelete="CASCADE"))
    category: Mapped[str | None]
    effective_at: Mapped[dt.datetime | None]
    effective_until: Mapped[dt.datetime | None]
    issued_at: Mapped[dt.datetime | None]
    interpretation: Mapped[str | None]
    reason_system: Mapped[str | None]
    reason_code: Mapped[str | None]
    value_number: Mapped[Decimal | None] = mapped_column(Numeric)
    value_unit: Mapped[str | None]
    value_system: Mapped[str | None]
    value_code: Mapped[str | None]
    value_display: Mapped[str | None]
    value_text_sealed: Mapped[bytes | None]
    encounter_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("encounter.id"))

    value_text = Sealed()


class Procedure(Clinical, Base):
    """A procedure done, planned or stopped."""

    __tablename__ = "procedure"
    __table_args__ = (
        one_of("status", *EVENT_STATUSES),
        Index("ix_procedure_patient_code", "patient_id", "code", "performed_at"),
    )

    performed_at: Mapped[dt.datetime | None]
    performed_until: Mapped[dt.datetime | None]
    reason_system: Mapped[str | None]
    reason_code: Mapped[str | None]
    encounter_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("encounter.id"))


class MedicationRequest(Clinical, Base):
    """A prescription or order of a medicine, or the order not to give it (`do_not_perform`).

    It lasts from `starts_at` to `ends_at`, which the importer works out from what is to be supplied.
    """

    __tablename__ = "medication_request"
    __table_args__ = (
        in_order("starts_at", "ends_at"),
        Index("ix_medication_request_patient_code", "patient_id", "code", "authored_at"),
    )

    intent: Mapped[str | None]
    category: Mapped[str | None]
    do_not_perform: Mapped[bool] = mapped_column(default=False, server_default="false")
    reason_system: Mapped[str | None]
    reason_code: Mapped[str | None]
    starts_at: Mapped[dt.datetime | None]
    ends_at: Mapped[dt.datetime | None]
    authored_at: Mapped[dt.datetime | None]
    encounter_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("encounter.id"))


class Immunization(Clinical, Base):
    """A vaccine given or not given; `code` is the vaccine."""

    __tablename__ = "immunization"
    __table_args__ = (Index("ix_immunization_patient_code", "patient_id", "code", "occurrence_at"),)

    occurrence_at: Mapped[dt.datetime | None]
    reason_system: Mapped[str | None]
    reason_code: Mapped[str | None]
    encounter_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("encounter.id"))


REPORTED = ("final", "amended", "corrected", "appended")
"""Statuses of a report that somebody has to look at."""

CORRECTED = ("amended", "corrected", "appended")
"""Those that say that another final one stood there before."""


class DiagnosticReport(Clinical, Base):
    """A report of tests or imaging; who acknowledged it and when, because a result nobody owned is a lost patient.

    `severity` is null where nothing says that it is abnormal. `needs_review` says that it came as news and not as
    history of a source; `received_at` is when it came, as it stands: a correction opens it again, and so does what
    makes it worse. `informed_…` is how the patient heard of it, of whom.
    """

    __tablename__ = "diagnostic_report"
    __table_args__ = (
        one_of("severity", "abnormal", "critical"),
        one_of("informed_how", *WAYS_TO_INFORM),
        together("acknowledged_at", "acknowledged_by"),
        together("informed_at", "informed_by", "informed_how"),
        CheckConstraint("informed_at IS NULL OR acknowledged_at IS NOT NULL", name="told_once_acknowledged"),
        Index("ix_diagnostic_report_patient", "patient_id", "effective_at"),
        Index("ix_diagnostic_report_referral", "referral_id", postgresql_where="referral_id IS NOT NULL"),
        Index(
            "ix_diagnostic_report_pending",
            "id",
            postgresql_where="needs_review AND informed_at IS NULL",
        ),
    )

    category: Mapped[str | None]
    effective_at: Mapped[dt.datetime | None]
    issued_at: Mapped[dt.datetime | None]
    severity: Mapped[str | None]
    needs_review: Mapped[bool] = mapped_column(default=True, server_default="false")
    received_at: Mapped[dt.datetime | None]
    acknowledged_at: Mapped[dt.datetime | None]
    acknowledged_by: Mapped[str | None]
    informed_at: Mapped[dt.datetime | None]
    informed_by: Mapped[str | None]
    informed_how: Mapped[str | None]
    encounter_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("encounter.id"))
    referral_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("referral.id"))
    conclusion_sealed: Mapped[bytes | None]

    conclusion = Sealed()


class Note(Identified, OfPatient, FromSource, Base):
    """A note of staff on a patient; the text is sealed."""

    __tablename__ = "note"
    __table_args__ = (Index("ix_note_patient", "patient_id", "written_at"),)

    written_at: Mapped[dt.datetime]
    written_by: Mapped[str]
    text_sealed: Mapped[bytes]

    text = Sealed()
