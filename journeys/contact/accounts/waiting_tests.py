"""The test messages that were asked for and not sent yet."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.channels.base import Envelope
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.words import N_
from journeys.store.channel_accounts import ChannelState

SUBJECT = N_("A test from Waymark")
BODY = N_("This is a test from Waymark. Nothing needs to be done.")


def waiting_tests(session: Session, act: Act, channels: Collection[str]) -> list[tuple[str, Envelope]]:
    """Each with the short name of its channel, of those that are open."""
    audit.nothing_happened(session)
    waits = (ChannelState.trial.is_not(None), ChannelState.trial_ended_at.is_(None))
    rows = session.scalars(select(ChannelState).where(ChannelState.channel.in_(channels), *waits)).all()
    return [(row.channel, envelope_of(row, act)) for row in rows]


def envelope_of(row: ChannelState, act: Act) -> Envelope:
    """A message of no patient, under the uid of the test."""
    return Envelope(
        message_id=0,
        uid=row.trial or row.uid,
        attempt=1,
        language="en",
        address=row.trial_to or "",
        subject=row.trial_subject or SUBJECT,
        body=row.trial_body or BODY,
        html=row.trial_html or "",
        now=act.now,
    )
