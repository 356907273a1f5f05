"""Text messages by Twilio: its Messages resource, its signed callbacks, and its list of what was sent."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from journeys.contact.channels.base import (
    PLAIN,
    Channel,
    Delivery,
    Envelope,
    Outcome,
    Reading,
    Receipt,
    Written,
    asked,
    outcome_of_status,
)
from journeys.contact.media import MEDIA
from journeys.contact.replies.signatures import is_twilio_signed
from journeys.contact.vendors import twilio
from journeys.contact.vendors.twilio import content_of, cost_of
from journeys.foundation.outgoing import Answer, Request
from journeys.foundation.words import N_

CREATED = 201
FOUND = 200
SLACK = dt.timedelta(minutes=1)
"""By how much the provider's clock may be behind."""

BAD_ADDRESS = frozenset({21211, 21214, 21217, 21614, 30003, 30005, 30006})
"""Twilio's codes for a number that is none, cannot receive texts, or is out of service."""

STATES = {
    "queued": "accepted",
    "sending": "accepted",
    "sent": "accepted",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undeliverable",
    "failed": "undeliverable",
}

ERRORS = {
    "twilio 20003": N_("Twilio does not accept the account or the token."),
    "twilio 21211": N_("Twilio says that this is no phone number."),
    "twilio 21606": N_("Twilio says that the sender is not a number of this account, or cannot send texts."),
    "twilio 21608": N_("A trial account of Twilio writes only to numbers that were verified there."),
    "twilio 21610": N_("This number has told Twilio to send nothing more."),
    "twilio 21614": N_("Twilio says that this number receives no texts."),
    r"twilio \d+": N_("Twilio refuses the message: its error is %(code)s."),
}


@dataclass(frozen=True)
class Settings:
    """The account at Twilio, and who writes."""

    account_sid: str = twilio.account_sid()
    auth_token: str = twilio.auth_token()
    sender: str = field(
        default="",
        metadata={
            "label": N_("Sender"),
            "help": N_("A number such as +12125550100, or a messaging service that begins with MG."),
            "attributes": PLAIN,
        },
    )
    url: str = twilio.address()


class TwilioSms(Channel):
    """Twilio recognises no repetition, but lists what was sent to a number: an unknown outcome is looked up there."""

    label = N_("Text messages by Twilio")
    medium = MEDIA["sms"]
    address_systems = ("sms", "phone")
    batch = 5
    hears = True
    looks_up_after = dt.timedelta(minutes=3)
    errors = ERRORS
    Settings = Settings

    def send_one(self, envelope: Envelope) -> Outcome:
        """Hand over one message."""
        said = {"To": envelope.address, "Body": envelope.body, **self.from_whom()}
        if envelope.reports_to:
            said["StatusCallback"] = f"{envelope.reports_to}?message={envelope.uid}"
        answer = asked(self.reach, self.messages(), twilio.form(self.settings, said), envelope.message_id)
        return answer if isinstance(answer, Outcome) else outcome_of(envelope.message_id, answer)

    def messages(self) -> str:
        """The resource of messages."""
        return twilio.resource(self.settings, "Messages")

    def from_whom(self) -> dict[str, str]:
        """The sender, as the number or the service that it is."""
        sender = self.settings.sender
        return {"MessagingServiceSid": sender} if sender.startswith("MG") else {"From": sender}

    def look_up(self, envelope: Envelope, since: dt.datetime, known: frozenset[str]) -> Outcome:
        """A message of this text to this number, that is not one of the others."""
        asked_for = {"To": envelope.address, "DateSent>": (since - SLACK).date().isoformat(), "PageSize": "200"}
        url = f"{self.messages()}?{urlencode(asked_for)}"
        answer = asked(self.reach, url, Request("GET", twilio.sign_in(self.settings)), envelope.message_id)
        if isinstance(answer, Outcome) or answer.status != FOUND:
            return Outcome(envelope.message_id, "unknown", error="lookup failed")
        found = content_of(answer.body)
        for each in found.get("messages", ()):
            if each.get("body") == envelope.body and each.get("sid") not in known:
                return accepted(envelope.message_id, each)
        is_whole = "messages" in found and not found.get("next_page_uri")
        return Outcome(envelope.message_id, "refused" if is_whole else "unknown", error="not found")

    def is_genuine(self, delivery: Delivery) -> bool:
        """X-Twilio-Signature over the address and what was sent, with or without the usual port in the address."""
        given = delivery.header("x-twilio-signature")
        return is_twilio_signed(self.settings.auth_token, delivery.url, delivery.body, given)

    @classmethod
    def read(cls, delivery: Delivery) -> Reading:
        """A status callback, or what a patient wrote."""
        given = dict(parse_qsl(delivery.body.decode(), keep_blank_values=True))
        if "MessageSid" not in given:
            raise ValueError("no MessageSid")
        if "MessageStatus" in given:
            return Reading(receipts=receipts_of(given, delivery.url))
        return Reading(written=(Written(given["MessageSid"], given.get("From", ""), given.get("Body", "")),))


def receipts_of(given: dict[str, str], url: str) -> tuple[Receipt, ...]:
    """What a status callback says; the address that we gave it names our message."""
    status: Any = STATES.get(given["MessageStatus"])
    if status is None:
        return ()
    ours = parse_qs(urlsplit(url).query).get("message")
    code = int(given["ErrorCode"]) if given.get("ErrorCode", "").isdecimal() else None
    return (
        Receipt(
            status,
            reference=given["MessageSid"],
            uid=uuid.UUID(ours[0]) if ours else None,
            address_is_bad=code in BAD_ADDRESS,
            error=None if code is None else f"twilio {code}",
        ),
    )


def outcome_of(message_id: int, answer: Answer) -> Outcome:
    """What Twilio's answer to a message means."""
    content = content_of(answer.body)
    if answer.status == CREATED:
        return accepted(message_id, content) if content.get("sid") else Outcome(message_id, "unknown", error="garbled")
    outcome = outcome_of_status(message_id, answer)
    code = content.get("code")
    if not isinstance(code, int) or outcome.result == "unknown":
        return outcome
    is_bad = code in BAD_ADDRESS
    return Outcome(
        message_id,
        "refused",
        permanent=outcome.permanent,
        address_is_bad=is_bad,
        error=f"twilio {code}",
        is_down=outcome.is_down,
        retry_after=outcome.retry_after,
    )


def accepted(message_id: int, content: dict[str, Any]) -> Outcome:
    """A message that Twilio has, with what it costs as far as it is known; Twilio writes prices as negative."""
    parts = str(content.get("num_segments") or "")
    return Outcome(
        message_id,
        "accepted",
        reference=str(content["sid"]),
        parts=int(parts) if parts.isdecimal() and int(parts) else None,
        cost=cost_of(content),
    )
