"""Consent, messages, and what was decided about each message on each channel."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base, Identified
from journeys.store.columns import FromSource, OfPatient, Withheld, in_order, one_of, together

PURPOSES = ("transactional", "care", "experience", "promotional")
PATIENT, CAREGIVERS, PATIENT_ELSE_CAREGIVERS = "patient", "caregivers", "patient-else-caregivers"
GOES_TO = (PATIENT, CAREGIVERS, PATIENT_ELSE_CAREGIVERS)
"""To whom a message may go; it goes to one of them."""

MESSAGE_STATUSES = (
    "planned",
    "held",
    "released",
    "sending",
    "accepted",
    "delivered",
    "undeliverable",
    "unknown",
    "not-done",
    "received",
)


class Consent(Identified, OfPatient, FromSource, Base):
    """One statement of consent, appended and never changed: for a purpose and channel (null: every one), from–until.

    What holds at a moment is the newest statement in force for that purpose and channel; a withdrawal is a new row with
    `decision` deny. `source` says how it was given (form, message, import), `wording` and `language` what was shown
    (the name of a form or text with its edition), `evidence` (sealed) what shows it. `related_person_id` is who said it
    in the patient's place. With `about_person_id` it says nothing of the patient: it is that person's own statement
    about what is written to them.
    """

    __tablename__ = "consent"
    __table_args__ = (
        one_of("decision", "permit", "deny"),
        one_of("purpose", *PURPOSES),
        in_order("from_at", "until_at"),
        Index("ix_consent_patient", "patient_id", "purpose", "channel", "from_at"),
    )

    decision: Mapped[str]
    purpose: Mapped[str | None]
    channel: Mapped[str | None]
    related_person_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("related_person.id"))
    about_person_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("related_person.id"))
    from_at: Mapped[dt.datetime]
    until_at: Mapped[dt.datetime | None]
    source: Mapped[str]
    wording: Mapped[str | None]
    language: Mapped[str | None]
    recorded_by: Mapped[str]
    evidence_sealed: Mapped[bytes | None]

    evidence = Sealed()


class Message(Identified, OfPatient, Withheld, Base):
    """One message to or from a patient: FHIR CommunicationRequest until it is sent, Communication afterwards.

    planned → held (with `reasons`) | released → sending → accepted → delivered, or undeliverable, unknown (never
    blindly
    repeated), not-done. `received` is an inbound one. A message of a journey is unique per enrolment, step and visit.
    Body and
    subject are sealed and written when the message is rendered. A deferred message is planned with a later
    `not_before`.

    A message that asks something names the `question` and says in `asks` what answers it
    (`contact.replies.questions`); the answer is kept beside it as a code, a number or a day. `reminds_id` is the
    message that a reminder is about.
    Of an inbound one `intent` is what it seems to want, `understood_by` what that was found by, and `confidence` how
    sure it is. Of one that staff wrote themselves `content_level` is how much they say that it reveals, 0 to 3.
    `account_id` is the channel's account that sent it, none where the environment opened the channel;
    `cost` is in the account's currency. The `not_before` of an unknown one is when its provider is asked about it.
    `goes_to` says for whom it is; `recipient_id` is the person beside the patient to whom it goes, NULL: the patient.
    It is chosen with the channel, when it is decided.
    `files` lists those that came with an inbound one (`contact.inbound.files`); their `contents` are large, and read
    only when one is opened.
    """

    __tablename__ = "message"
    __table_args__ = (
        one_of("direction", "outbound", "inbound"),
        one_of("status", *MESSAGE_STATUSES),
        one_of("purpose", *PURPOSES),
        one_of("goes_to", *GOES_TO),
        CheckConstraint(f"goes_to <> '{PATIENT}' OR recipient_id IS NULL", name="patient_is_no_recipient"),
        CheckConstraint(
            f"goes_to <> '{CAREGIVERS}' OR recipient_id IS NOT NULL"
            " OR status NOT IN ('released', 'sending', 'accepted', 'delivered')",
            name="caregiver_is_known",
        ),
        together("enrolment_id", "step", "visit"),
        CheckConstraint("lane = patient_id & 255", name="lane_of_patient"),
        CheckConstraint("status <> 'held' OR cardinality(reasons) > 0", name="held_has_reasons"),
        CheckConstraint("(direction = 'inbound') = (status = 'received')", name="inbound_is_received"),
        CheckConstraint(
            "status NOT IN ('released', 'sending', 'accepted', 'delivered') OR channel IS NOT NULL",
            name="released_has_channel",
        ),
        CheckConstraint("status NOT IN ('accepted', 'delivered') OR sent_at IS NOT NULL", name="sent_has_time"),
        together("question", "asks"),
        CheckConstraint(
            "num_nonnulls(answer_number, answer_date) = 0 OR (asks IS NOT NULL AND answered_at IS NOT NULL)",
            name="typed_answer_of_question",
        ),
        UniqueConstraint("channel", "provider_reference", "direction"),
        Index("ix_message_of_step", "enrolment_id", "step", "visit", unique=True),
        Index("ix_message_to_plan", "not_before", postgresql_where=text("status = 'planned'")),
        Index(
            "ix_message_next_of_patient",
            "patient_id",
            text("priority DESC"),
            "planned_at",
            "id",
            postgresql_where=text("status = 'planned'"),
        ),
        Index("ix_message_to_send", "planned_at", postgresql_where=text("status IN ('released', 'sending')")),
        Index("ix_message_patient", "patient_id", "planned_at"),
        Index("ix_message_ledger", "planned_at", "id"),
        Index("ix_message_on_phone", "planned_at", "id", postgresql_where=text("channel = 'phone_simulator'")),
        Index("ix_message_status", "status", "planned_at", "id"),
        # whoever removes a message asks who refers to it
        Index("ix_message_reminds", "reminds_id", postgresql_where=text("reminds_id IS NOT NULL")),
        Index("ix_message_in_response", "in_response_to_id", postgresql_where=text("in_response_to_id IS NOT NULL")),
        CheckConstraint("content_level BETWEEN 0 AND 3", name="content_level_in_range"),
        CheckConstraint("content_level IS NULL OR template_version_id IS NULL", name="content_level_of_own_text"),
        CheckConstraint("parts > 0", name="parts_counted"),
        CheckConstraint("cost >= 0", name="cost_counted"),
        CheckConstraint("confidence BETWEEN 0 AND 100", name="confidence_in_range"),
        Index("ix_message_of_batch", "letter_batch_id", postgresql_where=text("letter_batch_id IS NOT NULL")),
        Index("ix_message_of_account", "account_id", "counted_at", postgresql_where=text("account_id IS NOT NULL")),
        Index("ix_message_recipient", "recipient_id", "counted_at", postgresql_where=text("recipient_id IS NOT NULL")),
        Index("ix_message_contacts", "patient_id", "counted_at", postgresql_where=text("counted_at IS NOT NULL")),
    )

    lane: Mapped[int] = mapped_column(SmallInteger)
    direction: Mapped[str] = mapped_column(default="outbound", server_default="outbound")
    status: Mapped[str] = mapped_column(default="planned", server_default="planned")
    purpose: Mapped[str]
    enrolment_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("enrolment.id"))
    step: Mapped[str | None]
    visit: Mapped[int | None]
    template_version_id: Mapped[int | None] = mapped_column(ForeignKey("definition_version.id"))
    goes_to: Mapped[str] = mapped_column(default=PATIENT, server_default=PATIENT)
    recipient_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("related_person.id"))
    channels: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    channel: Mapped[str | None]
    language: Mapped[str | None]
    telecom_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("patient_telecom.id"))
    focus_kind: Mapped[str | None]
    focus_id: Mapped[int | None]
    priority: Mapped[int] = mapped_column(SmallInteger, default=50, server_default="50")
    planned_at: Mapped[dt.datetime]
    not_before: Mapped[dt.datetime | None]
    useful_until: Mapped[dt.datetime | None]
    decided_at: Mapped[dt.datetime | None]
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    rules_version: Mapped[str | None]
    counted_at: Mapped[dt.datetime | None]
    sent_at: Mapped[dt.datetime | None]
    delivered_at: Mapped[dt.datetime | None]
    answered_at: Mapped[dt.datetime | None]
    answer: Mapped[str | None]
    question: Mapped[str | None]
    asks: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    answer_number: Mapped[Decimal | None] = mapped_column(Numeric)
    answer_date: Mapped[dt.date | None]
    intent: Mapped[str | None]
    understood_by: Mapped[str | None]
    confidence: Mapped[int | None] = mapped_column(SmallInteger)
    content_level: Mapped[int | None] = mapped_column(SmallInteger)
    reminds_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("message.id"))
    in_response_to_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("message.id"))
    provider_reference: Mapped[str | None]
    account_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("channel_account.id"))
    letter_batch_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("letter_batch.id"))
    parts: Mapped[int | None] = mapped_column(SmallInteger)
    cost: Mapped[Decimal | None] = mapped_column(Numeric)
    attempt: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    claim: Mapped[uuid.UUID | None]
    claimed_until: Mapped[dt.datetime | None]
    error: Mapped[str | None]
    subject_sealed: Mapped[bytes | None]
    body_sealed: Mapped[bytes | None]
    html_sealed: Mapped[bytes | None]
    files_sealed: Mapped[bytes | None]
    contents_sealed: Mapped[bytes | None] = mapped_column(deferred=True)

    subject = Sealed()
    body = Sealed()
    html = Sealed()
    files = Sealed()
    contents = Sealed()


class MessageCandidate(Base):
    """One message on one channel as it was judged: the facts that the rules read, the mask of rules that failed, the
    verdict.

    `facts` are the documented columns of the candidate relation as they stood, so that replay runs the same expressions
    over the same values; bit n of `failed` is the rule at place n of `rules_version` (the number of a version of the
    definition `contact-rules`). `stage` is plan, or send for what failed when it was looked at again before sending.
    """

    __tablename__ = "message_candidate"
    __table_args__ = (
        one_of("stage", "plan", "send"),
        one_of("verdict", "allow", "defer", "suppress", "human-task", "passed-over"),
        Index("ix_message_candidate_message", "message_id", "decided_at"),
        Index("ix_message_candidate_patient", "patient_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("message.id"))
    patient_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("patient.id"))
    channel: Mapped[str]
    rung: Mapped[int] = mapped_column(SmallInteger)
    decided_at: Mapped[dt.datetime]
    stage: Mapped[str]
    rules_version: Mapped[str]
    facts: Mapped[dict[str, Any]]
    failed: Mapped[int]
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text))
    verdict: Mapped[str]
    defer_until: Mapped[dt.datetime | None]
