"""Calls to other systems that journeys make: which systems there are, and what was or is to be said to them."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base, Identified
from journeys.store.columns import OfPatient, one_of, together

CALL_STATUSES = ("planned", "sending", "delivered", "failed", "cancelled")


class WebhookConnection(Identified, Base):
    """A system that journeys may call, opened by an administrator; its address is no secret, the key that signs is.

    `trial` is what the other side knows the last trial call by; it has been spoken once it has ended, and is well
    unless there is an error: a code, never what the other side said.
    """

    __tablename__ = "webhook_connection"
    __table_args__ = (
        together("trial", "trial_asked_at"),
        CheckConstraint("trial_ended_at IS NULL OR trial_asked_at IS NOT NULL", name="trial_asked_before_it_ends"),
    )

    slug: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str]
    secret_sealed: Mapped[bytes]
    active: Mapped[bool] = mapped_column(default=True, server_default="true")

    trial: Mapped[uuid.UUID | None]
    trial_asked_at: Mapped[dt.datetime | None]
    trial_ended_at: Mapped[dt.datetime | None]
    trial_http_status: Mapped[int | None]
    trial_error: Mapped[str | None]

    secret = Sealed()


class WebhookCall(Identified, OfPatient, Base):
    """One call that a step planned; `uid` is what the other side knows it by, however often it is tried.

    `fields` names what it tells of the patient; the values are read when it leaves and are kept nowhere. `error` is a
    code, never what the other side said.
    """

    __tablename__ = "webhook_call"
    __table_args__ = (
        one_of("status", *CALL_STATUSES),
        together("claim", "claimed_until"),
        CheckConstraint("(status = 'sending') = (claim IS NOT NULL)", name="claimed_while_sending"),
        Index("ix_webhook_call_of_step", "enrolment_id", "step", "visit", unique=True),
        Index("ix_webhook_call_of_connection", "connection_slug", "planned_at"),
        Index("ix_webhook_call_due", "not_before", postgresql_where=text("status IN ('planned', 'sending')")),
    )

    connection_slug: Mapped[str]
    enrolment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("enrolment.id"))
    step: Mapped[str]
    visit: Mapped[int]
    fields: Mapped[list[str]] = mapped_column(ARRAY(Text))
    status: Mapped[str] = mapped_column(default="planned", server_default="planned")
    planned_at: Mapped[dt.datetime]
    not_before: Mapped[dt.datetime]
    attempt: Mapped[int] = mapped_column(default=0, server_default="0")
    claim: Mapped[uuid.UUID | None]
    claimed_until: Mapped[dt.datetime | None]
    settled_at: Mapped[dt.datetime | None]
    http_status: Mapped[int | None]
    error: Mapped[str | None]
