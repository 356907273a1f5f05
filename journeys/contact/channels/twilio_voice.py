"""Reminder calls by Twilio: its Calls resource, what it asks to say once somebody answers, keys, and call statuses."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

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
from journeys.contact.vendors import twilio, voice
from journeys.contact.vendors.twilio import content_of, cost_of
from journeys.foundation.outgoing import Answer
from journeys.foundation.words import N_

CREATED = 201
SAY, KEY, STATUS = "say", "key", "status"
"""What Twilio comes for: words to say, a key that was pressed, what became of the call."""

HUMAN = "human"
RINGS = "30"
"""Seconds that a telephone rings."""

STATES = {
    "queued": "accepted",
    "initiated": "accepted",
    "ringing": "accepted",
    "in-progress": "accepted",
    "answered": "accepted",
    "completed": "delivered",
    "busy": "undeliverable",
    "no-answer": "undeliverable",
    "canceled": "undeliverable",
    "failed": "undeliverable",
}

NO_NUMBER = frozenset({13223, 13224, 21211, 21214, 21217, 21401})
NOBODY_THERE = frozenset({"404", "410", "484", "604"})
"""SIP's answers for a number that does not exist."""

ERRORS = {
    "twilio 20003": N_("Twilio does not accept the account or the token."),
    "twilio 21210": N_("Twilio says that the caller is not a verified number of this account."),
    "twilio 21211": N_("Twilio says that this is no phone number."),
    "twilio 21219": N_("A trial account of Twilio calls only numbers that were verified there."),
    "no address": N_("Twilio has no address to ask what to say: tell Waymark its own address."),
    r"call [\w-]+": N_("The call was not answered: %(code)s."),
    r"twilio \d+": N_("Twilio refuses the call: its error is %(code)s."),
}


@dataclass(frozen=True)
class Settings:
    """The account at Twilio, who calls, and what a machine hears."""

    account_sid: str = twilio.account_sid()
    auth_token: str = twilio.auth_token()
    sender: str = field(
        default="",
        metadata={"label": N_("Caller"), "help": N_("A number such as +12125550100."), "attributes": PLAIN},
    )
    clinic: str = field(
        default="",
        metadata={"label": N_("Name of the clinic"), "help": N_("As it is spoken, also to a machine.")},
    )
    call_back: str = field(
        default="",
        metadata={
            "label": N_("Number to call back"),
            "help": N_("The only thing besides the name that is left on a machine."),
            "attributes": PLAIN,
        },
    )
    url: str = twilio.address()


class TwilioVoice(Channel):
    """Twilio recognises no repetition: a call of which nobody knows whether it was made waits for its status, or for a
    person."""

    label = N_("Phone calls by Twilio")
    medium = MEDIA["voice"]
    address_systems = ("phone", "sms")
    batch = 5
    hears = True
    converses = True
    errors = ERRORS
    Settings = Settings

    def send_one(self, envelope: Envelope) -> Outcome:
        """Ask for one call."""
        if not envelope.reports_to:
            return Outcome(envelope.message_id, "refused", error="no address", is_down=True)
        said = [
            ("To", envelope.address),
            ("From", self.settings.sender),
            ("Url", address_for(envelope, SAY)),
            ("StatusCallback", address_for(envelope, STATUS)),
            ("MachineDetection", "DetectMessageEnd"),
            ("Timeout", RINGS),
        ]
        url = twilio.resource(self.settings, "Calls")
        answer = asked(self.reach, url, twilio.form(self.settings, said), envelope.message_id)
        return answer if isinstance(answer, Outcome) else outcome_of(envelope.message_id, answer)

    def is_genuine(self, delivery: Delivery) -> bool:
        """X-Twilio-Signature over the address and what was sent."""
        given = delivery.header("x-twilio-signature")
        return is_twilio_signed(self.settings.auth_token, delivery.url, delivery.body, given)

    @classmethod
    def asks_about(cls, delivery: Delivery) -> uuid.UUID | None:
        """The message whose words Twilio comes for; None when it only reports."""
        about = asked_in(delivery.url)
        return about.message if about.step in (SAY, KEY) else None

    def answer(self, delivery: Delivery, text: str, language: str) -> str:
        """What is said next: only a person hears the message."""
        about, given = asked_in(delivery.url), form_of(delivery)
        if about.step == KEY:
            return voice.thanks(language)
        if given.get("AnsweredBy") != HUMAN:
            return voice.message_to_a_machine(language, self.settings.clinic, self.settings.call_back)
        return voice.message_to_a_person(text, language, self.settings.clinic, at_step(delivery.url, KEY))

    @classmethod
    def read(cls, delivery: Delivery) -> Reading:
        """A key that was pressed, what became of a call; asking for words brings nothing."""
        given, about = form_of(delivery), asked_in(delivery.url)
        if "CallSid" not in given:
            raise ValueError("no CallSid")
        if about.step == KEY and given.get("Digits"):
            key = "stop" if given["Digits"] == voice.STOP_KEY else given["Digits"]
            return Reading(written=(Written(f"{given['CallSid']}:{given['Digits']}", given.get("To", ""), key),))
        return Reading(receipts=receipts_of(given, about.message)) if about.step == STATUS else Reading()


@dataclass(frozen=True)
class About:
    """What an address of ours was given for."""

    step: str = ""
    message: uuid.UUID | None = None


def asked_in(url: str) -> About:
    """What Twilio comes for, by the address that it was given."""
    asked_for = {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}
    try:
        return About(asked_for.get("for", ""), uuid.UUID(asked_for.get("message", "")))
    except ValueError:
        return About()


def address_for(envelope: Envelope, step: str) -> str:
    """Where Twilio comes for one step of a call."""
    return f"{envelope.reports_to}?{urlencode({'message': str(envelope.uid), 'for': step})}"


def at_step(url: str, step: str) -> str:
    """The same address, for another step."""
    parts = urlsplit(url)
    given = {**dict(parse_qsl(parts.query)), "for": step}
    return urlunsplit(parts._replace(query=urlencode(given)))


def form_of(delivery: Delivery) -> dict[str, str]:
    """What Twilio sent."""
    return dict(parse_qsl(delivery.body.decode(), keep_blank_values=True))


def receipts_of(given: dict[str, str], message: uuid.UUID | None) -> tuple[Receipt, ...]:
    """What a status means. A machine that took the number to call back counts as reached."""
    said = given.get("CallStatus", "")
    status: Any = STATES.get(said)
    if status is None:
        return ()
    is_none = said == "failed" and given.get("SipResponseCode", "") in NOBODY_THERE
    error = f"call {said}" if status == "undeliverable" else None
    return (Receipt(status, reference=given["CallSid"], uid=message, address_is_bad=is_none, error=error),)


def outcome_of(message_id: int, answer: Answer) -> Outcome:
    """What Twilio's answer to a call means."""
    content = content_of(answer.body)
    if answer.status == CREATED:
        name = content.get("sid")
        if not isinstance(name, str) or not name:
            return Outcome(message_id, "unknown", error="garbled")
        return Outcome(message_id, "accepted", reference=name, cost=cost_of(content))
    outcome = outcome_of_status(message_id, answer)
    code = content.get("code")
    if not isinstance(code, int) or outcome.result == "unknown":
        return outcome
    return Outcome(
        message_id,
        "refused",
        permanent=outcome.permanent,
        address_is_bad=code in NO_NUMBER,
        error=f"twilio {code}",
        is_down=outcome.is_down,
        retry_after=outcome.retry_after,
    )
