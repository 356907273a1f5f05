"""Referrals as records of their own: their states, which the database keeps, what was done when, and the papers.

Every change of a state is a row of `referral_history`, which the database writes where the one who changes it has not;
its check holds the allowed moves, so no way around it is left. How far a referral has come and when it last came
further (`last_progress_at`) is the database's to say, too.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base, Identified
from journeys.store.columns import Clinical, OfPatient, RowVersioned, one_of

OUTGOING = "outgoing"
INCOMING = "incoming"
DIRECTIONS = (OUTGOING, INCOMING)
PRIORITIES = ("routine", "urgent", "asap", "stat")
DOCUMENT_KINDS = ("packet", "letter", "result", "image", "other")
CHAIN = (
    "draft",
    "sent",
    "received",
    "accepted",
    "scheduled",
    "attended",
    "results-received",
    "reviewed",
    "patient-informed",
    "closed",
)
"""The states of a referral that nothing goes wrong with, in order."""

REFERRAL_STATUSES = (*CHAIN, "declined", "no-show", "cancelled")
OVER = ("closed", "cancelled")
"""Nothing more has to be done. A declined referral is not over: it goes to somebody else, or is cancelled."""

NOT_OVER = "status NOT IN ('closed', 'cancelled')"
MOVES: dict[str, tuple[str, ...]] = {
    "draft": ("sent", "received", "cancelled"),
    "sent": ("received", "accepted", "declined", "scheduled", "attended", "results-received", "cancelled"),
    "received": ("sent", "accepted", "declined", "scheduled", "attended", "results-received", "cancelled"),
    "accepted": ("sent", "declined", "scheduled", "attended", "results-received", "cancelled"),
    "declined": ("draft", "sent", "accepted", "results-received", "cancelled"),
    "scheduled": ("sent", "accepted", "declined", "attended", "no-show", "results-received", "cancelled"),
    "no-show": ("sent", "accepted", "scheduled", "attended", "results-received", "cancelled"),
    "attended": ("scheduled", "no-show", "results-received", "cancelled"),
    "results-received": ("attended", "reviewed"),
    "reviewed": ("attended", "results-received", "patient-informed"),
    "patient-informed": ("attended", "results-received", "closed"),
    "closed": ("attended", "results-received"),
    "cancelled": ("draft", "sent", "received", "attended", "results-received"),
}
"""State → where it may go. Nothing leads from a result to the end but by its review and by telling the patient; a
result that is corrected or withdrawn leads back, even from the end."""


def allowed_moves() -> str:
    """The check of all that may follow each other; what nothing came before is however it was when it was heard of."""
    pairs = ", ".join(f"('{old}', '{new}')" for old, following in MOVES.items() for new in following)
    return f"from_status IS NULL OR (from_status, to_status) IN ({pairs})"


class Referral(Clinical, RowVersioned, Base):
    """A referral order with its own states (FHIR ServiceRequest and Task together); `code` is the service asked for.

    Outgoing ones leave the branch `from_location_id`, incoming ones come to the branch `to_location_id`.
    `source_status` is what the source says of the order (FHIR's words), `owner` a username, null the queue's. `moves`
    counts the rows of its history, `reached` is the furthest place in CHAIN since it was last led back.
    """

    __tablename__ = "referral"
    __table_args__ = (
        one_of("status", *REFERRAL_STATUSES),
        one_of("priority", *PRIORITIES),
        one_of("direction", *DIRECTIONS),
        CheckConstraint("direction <> 'incoming' OR status <> 'draft'", name="incoming_is_no_draft"),
        Index("ix_referral_patient", "patient_id", "ordered_at"),
        Index("ix_referral_due", "due_at", "id", postgresql_where=NOT_OVER),
        Index("ix_referral_progress", "last_progress_at", "id", postgresql_where=NOT_OVER),
        Index("ix_referral_status", "status", "status_at", "id"),
    )

    direction: Mapped[str] = mapped_column(default=OUTGOING, server_default=OUTGOING)
    priority: Mapped[str] = mapped_column(default="routine", server_default="routine")
    ordered_at: Mapped[dt.datetime | None]
    status_at: Mapped[dt.datetime | None]
    last_progress_at: Mapped[dt.datetime | None]
    due_at: Mapped[dt.datetime | None]
    scheduled_at: Mapped[dt.datetime | None]
    source_status: Mapped[str | None]
    from_location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    from_organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    from_practitioner_id: Mapped[int | None] = mapped_column(ForeignKey("practitioner.id"))
    to_location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    to_organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    to_practitioner_id: Mapped[int | None] = mapped_column(ForeignKey("practitioner.id"))
    service_line_id: Mapped[int | None] = mapped_column(ForeignKey("service_line.id"))
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("task_queue.id"))
    owner: Mapped[str | None] = mapped_column(index=True)
    encounter_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("encounter.id", use_alter=True, name="fk_referral_encounter_id")
    )
    moves: Mapped[int] = mapped_column(default=1, server_default="1")
    reached: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    reason_sealed: Mapped[bytes | None]
    question_sealed: Mapped[bytes | None]

    reason = Sealed()
    question = Sealed()


class ReferralHistory(Identified, OfPatient, Base):
    """One change of a referral's state: when, by whom, from what to what, why (a code, and a sealed note), and what
    led to it. `number` counts from one; nothing is ever changed."""

    __tablename__ = "referral_history"
    __table_args__ = (
        UniqueConstraint("referral_id", "number"),
        one_of("from_status", *REFERRAL_STATUSES),
        one_of("to_status", *REFERRAL_STATUSES),
        CheckConstraint("number > 0", name="numbered_from_one"),
        CheckConstraint(allowed_moves(), name="move_allowed"),
    )

    referral_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("referral.id"))
    number: Mapped[int]
    at: Mapped[dt.datetime]
    by: Mapped[str]
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    why: Mapped[str | None]
    cause: Mapped[str | None]
    note_sealed: Mapped[bytes | None]

    note = Sealed()


class ReferralDocument(Identified, OfPatient, Base):
    """A paper of a referral: what went with it, what came back. Where it is kept is sealed like its title, because both
    may name the patient; a report that Waymark has is named by its id."""

    __tablename__ = "referral_document"
    __table_args__ = (
        one_of("kind", *DOCUMENT_KINDS),
        Index("ix_referral_document_referral", "referral_id"),
    )

    referral_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("referral.id"))
    diagnostic_report_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("diagnostic_report.id"))
    kind: Mapped[str]
    added_at: Mapped[dt.datetime]
    added_by: Mapped[str]
    title_sealed: Mapped[bytes | None]
    place_sealed: Mapped[bytes | None]

    title = Sealed()
    place = Sealed()
