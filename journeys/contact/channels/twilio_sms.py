"""Text messages by Twilio: its Messages resource, its signed callbacks, and its list of what was sent."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import uuid
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

import orjson

from journeys.contact.channels.base import (
    NEEDED_SECRET,
    PLAIN,
    SMS,
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


@dataclass(frozen=True)
class Settings:
    """The account at Twilio, and who writes."""

    account_sid: str = field(
        metadata={"label": N_("Account SID"), "help": N_("Begins with AC."), "attributes": PLAIN},
    )
    auth_token: str = field(
        default="",
        repr=False,
        metadata={"label": N_("Auth token"), "help": N_("Also proves that callbacks are Twilio's."), **NEEDED_SECRET},
    )
    sender: str = field(
        default="",
        metadata={
            "label": N_("Sender"),
            "help": N_("A number such as +12125550100, or a messaging service that begins with MG."),
            "attributes": PLAIN,
        },
    )
    url: str = field(
        default="https://api.twilio.com", metadata={"label": N_("Address of the service"), "attributes": PLAIN}
    )


class TwilioSms(Channel):
    """Twilio recognises no repetition, but lists what was sent to a number: an unknown outcome is looked up there."""

    label = N_("Text messages by Twilio")
    medium = SMS
    address_systems = ("sms", "phone")
    batch = 5
    hears = True
    looks_up_after = dt.timedelta(minutes=3)
    Settings = Settings

    def send_one(self, envelope: Envelope) -> Outcome:
        """Hand over one message."""
        said = {"To": envelope.address, "Body": envelope.body, **self.from_whom()}
        if envelope.reports_to:
            said["StatusCallback"] = f"{envelope.reports_to}?message={envelope.uid}"
        headers = {**self.signed_in(), "Content-Type": "application/x-www-form-urlencoded"}
        answer = asked(
            self.reach, self.messages(), Request("POST", headers, urlencode(said).encode()), envelope.message_id
        )
        return answer if isinstance(answer, Outcome) else outcome_of(envelope.message_id, answer)

    def messages(self) -> str:
        """The resource of messages."""
        return f"{self.settings.url.rstrip('/')}/2010-04-01/Accounts/{self.settings.account_sid}/Messages.json"

    def from_whom(self) -> dict[str, str]:
        """The sender, as the number or the service that it is."""
        sender = self.settings.sender
        return {"MessagingServiceSid": sender} if sender.startswith("MG") else {"From": sender}

    def signed_in(self) -> dict[str, str]:
        """The header that signs in."""
        pair = f"{self.settings.account_sid}:{self.settings.auth_token}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    def look_up(self, envelope: Envelope, since: dt.datetime, known: frozenset[str]) -> Outcome:
        """A message of this text to this number, that is not one of the others."""
        asked_for = {"To": envelope.address, "DateSent>": (since - SLACK).date().isoformat(), "PageSize": "200"}
        url = f"{self.messages()}?{urlencode(asked_for)}"
        answer = asked(self.reach, url, Request("GET", self.signed_in()), envelope.message_id)
        if isinstance(answer, Outcome) or answer.status != FOUND:
            return Outcome(envelope.message_id, "unknown", error="lookup failed")
        found = content_of(answer)
        for each in found.get("messages", ()):
            if each.get("body") == envelope.body and each.get("sid") not in known:
                return accepted(envelope.message_id, each)
        is_whole = "messages" in found and not found.get("next_page_uri")
        return Outcome(envelope.message_id, "refused" if is_whole else "unknown", error="not found")

    def is_genuine(self, delivery: Delivery) -> bool:
        """X-Twilio-Signature over the address and what was sent, with or without the usual port in the address."""
        given = delivery.headers.get("x-twilio-signature", "")
        token = self.settings.auth_token
        if not token or not given:
            return False
        content = signed_content(delivery)
        if content is None:
            return False
        signatures = [signature(token, url, content) for url in (delivery.url, with_port(delivery.url))]
        return any(hmac.compare_digest(each, given) for each in signatures)

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
    content = content_of(answer)
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
    try:
        cost = abs(Decimal(str(content["price"]))) if content.get("price") else None
    except InvalidOperation:
        cost = None
    return Outcome(
        message_id,
        "accepted",
        reference=str(content["sid"]),
        parts=int(parts) if parts.isdecimal() and int(parts) else None,
        cost=cost,
    )


def content_of(answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer; empty for anything else."""
    try:
        content = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return {}
    return content if isinstance(content, dict) else {}


def signed_content(delivery: Delivery) -> str | None:
    """What is signed after the address: every value of every name in order; nothing for a body whose hash stands in the
    address; None where that hash is wrong."""
    expected = parse_qs(urlsplit(delivery.url).query).get("bodySHA256")
    if expected:
        is_whole = hmac.compare_digest(hashlib.sha256(delivery.body).hexdigest(), expected[0])
        return "" if is_whole else None
    given = parse_qs(delivery.body.decode(errors="replace"), keep_blank_values=True)
    return "".join(f"{name}{value}" for name in sorted(given) for value in sorted(set(given[name])))


def signature(token: str, url: str, content: str) -> str:
    """HMAC-SHA1 as Twilio writes it."""
    return base64.b64encode(hmac.new(token.encode(), f"{url}{content}".encode(), hashlib.sha1).digest()).decode()


def with_port(url: str) -> str:
    """The same address with its port written out, or without it."""
    parts = urlsplit(url)
    usual = 443 if parts.scheme == "https" else 80
    host = parts.hostname or ""
    return urlunsplit(parts._replace(netloc=f"{host}:{usual}" if parts.port is None else host))
