"""Channels as an installation has them: accounts at providers, and how each channel is doing."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Numeric
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base, Identified
from journeys.store.columns import RowVersioned, together

EVERY = "*"
"""The state of all channels together: stopped or not."""


class ChannelAccount(Identified, RowVersioned, Base):
    """One account of a kind of channel, opened by an administrator. `settings` are its kind's, without the secrets.

    `branches` are the locations whose patients it writes to; none: everybody whose branch has no account of its own.
    While it `is_sandbox`, it writes to nobody but the addresses of `allowed`, one a line.

    How often a message is tried that was `refused`, or not taken because the provider was `down`, and for how many
    minutes it waits (`contact.sending.retries`): NULL is as usual.
    """

    __tablename__ = "channel_account"
    __table_args__ = (
        together("price_per_part", "currency"),
        CheckConstraint("per_minute > 0", name="per_minute_counted"),
        CheckConstraint("price_per_part >= 0", name="price_counted"),
        CheckConstraint("slug <> '*'", name="slug_is_one"),
        CheckConstraint("refused_attempts > 0 AND down_attempts > 0", name="attempts_counted"),
        CheckConstraint("refused_first_wait > 0 AND down_first_wait > 0", name="first_waits_counted"),
        CheckConstraint("refused_longest_wait > 0 AND down_longest_wait > 0", name="longest_waits_counted"),
        CheckConstraint("refused_longest_wait >= refused_first_wait", name="refused_waits_grow"),
        CheckConstraint("down_longest_wait >= down_first_wait", name="down_waits_grow"),
    )

    slug: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    name: Mapped[str]
    branches: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list, server_default="{}")
    settings: Mapped[dict[str, Any]]
    secrets_sealed: Mapped[bytes | None]
    is_sandbox: Mapped[bool] = mapped_column(default=True, server_default="true")
    allowed_sealed: Mapped[bytes | None]
    per_minute: Mapped[int | None]
    price_per_part: Mapped[Decimal | None] = mapped_column(Numeric)
    currency: Mapped[str | None]
    refused_attempts: Mapped[int | None]
    refused_first_wait: Mapped[int | None]
    refused_longest_wait: Mapped[int | None]
    down_attempts: Mapped[int | None]
    down_first_wait: Mapped[int | None]
    down_longest_wait: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True, server_default="true")

    secrets = Sealed()
    allowed = Sealed()

    __mapper_args__ = {"version_id_col": RowVersioned.row_version}


class ChannelState(Identified, Base):
    """How one channel is doing: `channel` is an account's slug, a kind that the environment opened, or `*` for all.

    While it is stopped nothing leaves on it. After `failures` in a row it is left alone until `open_until`. `trial` is
    a message of no patient that somebody asked for, with what it says where it is a text being written; `trial_error`
    is a code.

    Of a channel that has a mailbox: `heard_number` is the last mail that was kept, `heard_validity` the server's word
    for which numbering that is (RFC 3501, 2.3.1.1), `heard_at` when it was kept; it is listened to since
    `hearing_since`, or fails since `hearing_failed_at` with `hearing_error`, a code.
    """

    __tablename__ = "channel_state"
    __table_args__ = (
        together("stopped_at", "stopped_by"),
        together("trial", "trial_asked_at"),
        CheckConstraint("trial_ended_at IS NULL OR trial_asked_at IS NOT NULL", name="trial_asked_before_it_ends"),
        CheckConstraint("failures >= 0", name="failures_counted"),
        together("heard_validity", "heard_number"),
        together("hearing_error", "hearing_failed_at"),
        CheckConstraint("num_nonnulls(hearing_since, hearing_failed_at) < 2", name="heard_or_failing"),
    )

    channel: Mapped[str] = mapped_column(unique=True)
    stopped_at: Mapped[dt.datetime | None]
    stopped_by: Mapped[str | None]
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    open_until: Mapped[dt.datetime | None]
    last_error: Mapped[str | None]
    last_failed_at: Mapped[dt.datetime | None]

    trial: Mapped[uuid.UUID | None]
    trial_asked_at: Mapped[dt.datetime | None]
    trial_to_sealed: Mapped[bytes | None]
    trial_subject_sealed: Mapped[bytes | None]
    trial_body_sealed: Mapped[bytes | None]
    trial_html_sealed: Mapped[bytes | None]
    trial_ended_at: Mapped[dt.datetime | None]
    trial_error: Mapped[str | None]

    heard_validity: Mapped[int | None]
    heard_number: Mapped[int | None]
    heard_at: Mapped[dt.datetime | None]
    hearing_since: Mapped[dt.datetime | None]
    hearing_error: Mapped[str | None]
    hearing_failed_at: Mapped[dt.datetime | None]

    trial_to = Sealed()
    trial_subject = Sealed()
    trial_body = Sealed()
    trial_html = Sealed()
