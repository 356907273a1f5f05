"""What was taken for sending, and how one message of it becomes what a channel is given."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from journeys.contact.channels.base import Envelope
from journeys.contact.consent.choices import stop_link_of
from journeys.contact.sending.retries import USUAL, Retries
from journeys.contact.texts.render import Rendered
from journeys.foundation.acting import Act

TRANSACTIONAL = "transactional"
"""What a mail program must not end by itself: with it went the reminders of visits."""


@dataclass(frozen=True)
class Leaving:
    """A message that may go: what it says and where it goes, whose it is, and how they stood when it was looked at
    (`standing_of`). `recipient_id` is the person beside the patient who gets it, `heard_at` when they last wrote on
    this channel, `registered_as` what the network calls the text."""

    uid: uuid.UUID
    patient_id: int
    standing: str
    language: str | None
    purpose: str
    text: Rendered
    telecom_id: int
    address: str = field(repr=False)
    recipient_id: int | None = None
    heard_at: dt.datetime | None = None
    registered_as: str = ""


@dataclass(frozen=True)
class Claimed:
    """What one claim took: its number, the messages that may leave, in their order, how many were kept back; of the
    channel the short name, after how long it can look up what became of a message, and how often it tries again."""

    claim: uuid.UUID
    leaving: Mapping[int, Leaving] = field(default_factory=dict)
    kept_back: int = 0
    channel: str = ""
    looks_up_after: dt.timedelta | None = None
    retries: Retries = USUAL

    def patients_of(self, messages: Sequence[int]) -> list[int]:
        """Whose messages these are."""
        return [self.leaving[each].patient_id for each in messages]


def envelope(message: int, attempt: int, leaving: Leaving, reports_to: str, act: Act) -> Envelope:
    """One message as it leaves."""
    return Envelope(
        message_id=message,
        uid=leaving.uid,
        attempt=attempt,
        language=leaving.language or "en",
        address=leaving.address,
        subject=leaving.text.subject,
        body=leaving.text.body,
        html=leaving.text.html,
        unsubscribe="" if leaving.purpose == TRANSACTIONAL else stop_link_of(message, leaving.recipient_id) or "",
        reports_to=reports_to,
        heard_at=leaving.heard_at,
        registered_as=leaving.registered_as,
        now=act.now,
    )
