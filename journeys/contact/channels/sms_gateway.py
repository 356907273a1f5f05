"""Text messages through a gateway of one's own that speaks the HTTP interface of Kannel."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

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
from journeys.contact.texts.sms_text import measure
from journeys.foundation.outgoing import Answer, Request
from journeys.foundation.words import N_

ACCEPTED = 202
BUSY = 503
SHORT, LONG = "0", "2"
"""Codings: the gateway's own alphabet, and UCS-2."""

REPORTS = 1 | 2 | 8 | 16
"""dlr-mask: delivered, not delivered, taken by the operator, refused by the operator."""

STATES = {"1": "delivered", "2": "undeliverable", "8": "accepted", "16": "undeliverable"}


@dataclass(frozen=True)
class Settings:
    """Where the gateway listens, and as whom it is asked."""

    url: str = field(
        metadata={
            "label": N_("Address"),
            "help": N_("Where the gateway takes messages, for example https://sms.example/cgi-bin/sendsms."),
            "attributes": PLAIN,
        }
    )
    user: str = field(metadata={"label": N_("User name"), "attributes": PLAIN})
    password: str = field(default="", repr=False, metadata={"label": N_("Password"), "secret": True})
    sender: str = field(
        default="", metadata={"label": N_("Sender"), "help": N_("The number or word that patients see.")}
    )
    smsc: str = field(
        default="",
        metadata={"label": N_("Route"), "help": N_("The name of the operator's line; empty leaves it to the gateway.")},
    )
    entity: str = field(
        default="",
        metadata={
            "label": N_("Number of the entity (India)"),
            "help": N_("The digits under which your organisation is registered; sent with each registered text."),
            "attributes": PLAIN,
        },
    )


class SmsGateway(Channel):
    """Kannel's `sendsms`. It has neither a key for repetitions nor a way to ask later: silence stays unknown until its
    report comes. Reports and replies come to the account's own address, which nobody can guess: they are not signed.
    """

    label = N_("Text messages by a gateway (Kannel)")
    medium = MEDIA["sms"]
    address_systems = ("sms", "phone")
    batch = 5
    hears = True
    Settings = Settings

    def send_one(self, envelope: Envelope) -> Outcome:
        """Hand over one message."""
        parts = "&" if urlsplit(self.settings.url).query else "?"
        url = f"{self.settings.url}{parts}{urlencode(self.said(envelope), quote_via=quote)}"
        answer = asked(self.reach, url, Request(), envelope.message_id)
        return answer if isinstance(answer, Outcome) else outcome_of(envelope, answer)

    def said(self, envelope: Envelope) -> dict[str, str]:
        """What the gateway is told."""
        said = {
            "username": self.settings.user,
            "password": self.settings.password,
            "from": self.settings.sender,
            "to": envelope.address,
            "text": envelope.body,
            "charset": "UTF-8",
            "coding": SHORT if measure(envelope.body).forced_by is None else LONG,
            "smsc": self.settings.smsc,
            "meta-data": registered(self.settings.entity, envelope.registered_as),
        }
        if envelope.reports_to:
            said["dlr-mask"] = str(REPORTS)
            said["dlr-url"] = f"{envelope.reports_to}?state=%d&message={envelope.uid}&says=%A"
        return {name: value for name, value in said.items() if value}

    def is_genuine(self, delivery: Delivery) -> bool:
        """Whoever knows the account's address: the gateway signs nothing."""
        return True

    @classmethod
    def read(cls, delivery: Delivery) -> Reading:
        """A report (`state`, `message`), or a reply (`from`, `text`, `id`)."""
        given = {name: values[-1] for name, values in parse_qs(urlsplit(delivery.url).query).items()}
        if "state" in given:
            return Reading(receipts=receipts_of(given))
        if not given.get("from"):
            raise ValueError("neither a report nor a reply")
        return Reading(written=(Written(given.get("id", ""), number_of(given["from"]), given.get("text", "")),))


def registered(entity: str, number: str) -> str:
    """What operators in India want of a text, as the gateway passes it on: under whom it is registered, and as what.

    The gateway's own configuration says what these two names are on the line (`smpp-tlv`).
    """
    said = {"PE_ID": entity, "TEMPLATE_ID": number}
    return f"?smpp?{urlencode({name: value for name, value in said.items() if value})}" if number else ""


def receipts_of(given: dict[str, str]) -> tuple[Receipt, ...]:
    """What a report says; nothing for a state that says nothing."""
    status: Any = STATES.get(given["state"])
    if status is None:
        return ()
    error = f"dlr {given['state']}" if status == "undeliverable" else None
    return (Receipt(status, uid=uuid.UUID(given.get("message", "")), error=error),)


def number_of(sender: str) -> str:
    """A number with its plus: operators leave it out."""
    return f"+{sender}" if re.fullmatch(r"[1-9]\d{7,14}", sender) else sender


def outcome_of(envelope: Envelope, answer: Answer) -> Outcome:
    """What Kannel's answer means: 202 it has it, 503 it is full and has it not."""
    if answer.status == ACCEPTED:
        return Outcome(envelope.message_id, "accepted", reference=str(envelope.uid))
    if answer.status == BUSY:
        return Outcome(envelope.message_id, "refused", error=f"http {BUSY}", is_down=True)
    return outcome_of_status(envelope.message_id, answer)
