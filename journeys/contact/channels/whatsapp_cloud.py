"""WhatsApp by Meta's Cloud API: free text within a day of the patient's last word, an approved template otherwise."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from journeys.contact.channels.base import (
    NEEDED_SECRET,
    PLAIN,
    WHATSAPP,
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

WINDOW = dt.timedelta(hours=24)
FOUND = 200

NO_WORDS_OF_THEIRS = frozenset({"system", "revoke", "unsupported"})
"""What WhatsApp itself says, and what was taken back."""

NOT_ON_WHATSAPP = frozenset({131026, 131030, 1013})
BUSY = frozenset({4, 80007, 130429, 131016, 131048, 131056, 133004})
"""Limits of how often, and a service that is down: it has nothing."""

NOT_LET_IN = frozenset({0, 3, 10, 190, 131005, 131031, *range(200, 300)})
"""The token or the account is not accepted: that is the account's fault, not the message's."""

STATES = {
    "sent": "accepted",
    "delivered": "delivered",
    "read": "delivered",
    "played": "delivered",
    "failed": "undeliverable",
}


@dataclass(frozen=True)
class Settings:
    """The number at Meta, what proves us to Meta and Meta to us, and the template for first words."""

    phone_number_id: str = field(
        metadata={"label": N_("Phone number ID"), "help": N_("The digits that Meta gives it."), "attributes": PLAIN}
    )
    access_token: str = field(default="", repr=False, metadata={"label": N_("Access token"), **NEEDED_SECRET})
    app_secret: str = field(
        default="",
        repr=False,
        metadata={"label": N_("App secret"), "help": N_("Proves that callbacks are Meta's."), **NEEDED_SECRET},
    )
    verify_token: str = field(
        default="",
        repr=False,
        metadata={"label": N_("Verify token"), "help": N_("A word of yours that Meta repeats once."), "secret": True},
    )
    template: str = field(
        default="",
        metadata={
            "label": N_("Template"),
            "help": N_("An approved template with one place for the text; it is used outside the 24 hours."),
            "attributes": PLAIN,
        },
    )
    sender: str = field(default="", metadata={"label": N_("Sender"), "help": N_("The number that patients see.")})
    url: str = field(
        default="https://graph.facebook.com/v21.0",
        metadata={"label": N_("Address of the service"), "attributes": PLAIN},
    )


class WhatsappCloud(Channel):
    """Meta recognises no repetition and cannot be asked later; its status messages carry the message's own uid."""

    label = N_("WhatsApp by Meta's Cloud API")
    medium = WHATSAPP
    address_systems = ("sms", "phone")
    batch = 5
    hears = True
    Settings = Settings

    def send_one(self, envelope: Envelope) -> Outcome:
        """Hand over one message: as it is, or within the template."""
        kind = self.as_text(envelope) if is_open(envelope) else self.as_template(envelope)
        if kind is None:
            return Outcome(envelope.message_id, "refused", permanent=True, error="window closed")
        said = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": "".join(letter for letter in envelope.address if letter.isdecimal()),
            "biz_opaque_callback_data": str(envelope.uid),
            **kind,
        }
        headers = {"Authorization": f"Bearer {self.settings.access_token}", "Content-Type": "application/json"}
        url = f"{self.settings.url.rstrip('/')}/{self.settings.phone_number_id}/messages"
        answer = asked(self.reach, url, Request("POST", headers, orjson.dumps(said)), envelope.message_id)
        return answer if isinstance(answer, Outcome) else outcome_of(envelope.message_id, answer)

    def as_text(self, envelope: Envelope) -> dict[str, Any]:
        """Free text."""
        return {"type": "text", "text": {"preview_url": False, "body": envelope.body}}

    def as_template(self, envelope: Envelope) -> dict[str, Any] | None:
        """The text in the one place of the approved template, which takes no new lines; None without a template."""
        if not self.settings.template:
            return None
        place = {"type": "text", "text": " ".join(envelope.body.split())}
        components = [{"type": "body", "parameters": [place]}]
        language = {"code": envelope.language.replace("-", "_")}
        name = self.settings.template
        return {"type": "template", "template": {"name": name, "language": language, "components": components}}

    def is_genuine(self, delivery: Delivery) -> bool:
        """X-Hub-Signature-256 over the bytes as they came."""
        given = delivery.headers.get("x-hub-signature-256", "")
        secret = self.settings.app_secret
        return bool(secret) and hmac.compare_digest(signature(secret, delivery.body), given)

    def greet(self, query: Mapping[str, str]) -> str | None:
        """Meta asks once whether this address is ours, by the word that we told it."""
        ours = self.settings.verify_token
        is_asked = query.get("hub.mode") == "subscribe"
        is_ours = bool(ours) and hmac.compare_digest(query.get("hub.verify_token", "").encode(), ours.encode())
        return query.get("hub.challenge", "") if is_asked and is_ours else None

    @classmethod
    def read(cls, delivery: Delivery) -> Reading:
        """Messages and statuses of every change; what else Meta tells is left alone."""
        try:
            content = orjson.loads(delivery.body)
        except orjson.JSONDecodeError:
            raise ValueError("no JSON") from None
        written: list[Written] = []
        receipts: list[Receipt] = []
        for value in values_of(content):
            written += [each for message in value.get("messages", ()) for each in written_of(message)]
            receipts += [each for status in value.get("statuses", ()) for each in receipt_of(status)]
        return Reading(tuple(written), tuple(receipts))


def is_open(envelope: Envelope) -> bool:
    """Whether the patient wrote within the last day."""
    heard, now = envelope.heard_at, envelope.now
    return heard is not None and now is not None and now - heard < WINDOW


def values_of(content: Any) -> Iterator[dict[str, Any]]:
    """What changed, one after the other."""
    entries = content.get("entry", ()) if isinstance(content, dict) else ()
    for entry in entries:
        for change in entry.get("changes", ()):
            if change.get("field") == "messages":
                yield change.get("value", {})


def written_of(message: Mapping[str, Any]) -> Iterator[Written]:
    """What a patient wrote or pressed; a picture comes without words, for a person to look at."""
    is_taken_back = message.get("type") == "reaction" and not words_of(message)
    if message.get("type") in NO_WORDS_OF_THEIRS or is_taken_back:
        return
    if message.get("from") and message.get("id"):
        yield Written(str(message["id"]), f"+{message['from']}", words_of(message))


def words_of(message: Mapping[str, Any]) -> str:
    """The words of a text, a pressed button or a chosen line."""
    kind = message.get("type")
    if kind == "text":
        return str(message.get("text", {}).get("body", ""))
    if kind == "reaction":
        return str(message.get("reaction", {}).get("emoji") or "")
    if kind == "button":
        return str(message.get("button", {}).get("text", ""))
    if kind == "interactive":
        chosen = message.get("interactive", {})
        reply = chosen.get("button_reply") or chosen.get("list_reply") or {}
        return str(reply.get("title", ""))
    return ""


def receipt_of(status: Mapping[str, Any]) -> Iterator[Receipt]:
    """What became of one message."""
    state: Any = STATES.get(str(status.get("status")))
    if state is None or not status.get("id"):
        return
    codes = [error.get("code") for error in status.get("errors", ())]
    yield Receipt(
        state,
        reference=str(status["id"]),
        uid=uid_in(status.get("biz_opaque_callback_data")),
        address_is_bad=any(code in NOT_ON_WHATSAPP for code in codes),
        error=f"whatsapp {codes[0]}" if codes else None,
    )


def uid_in(text: Any) -> uuid.UUID | None:
    """Our uid, where it came back whole."""
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None


def outcome_of(message_id: int, answer: Answer) -> Outcome:
    """What Meta's answer to a message means."""
    try:
        content = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        content = {}
    content = content if isinstance(content, dict) else {}
    if answer.status == FOUND:
        ids = [each.get("id") for each in content.get("messages", ())]
        return Outcome(message_id, "accepted", reference=ids[0]) if ids else unknown(message_id)
    code = content.get("error", {}).get("code")
    if not isinstance(code, int):
        return outcome_of_status(message_id, answer)
    is_down = code in BUSY or code in NOT_LET_IN
    is_said = is_down or code in NOT_ON_WHATSAPP
    is_unsure = not is_said and outcome_of_status(message_id, answer).result == "unknown"
    return Outcome(
        message_id,
        "unknown" if is_unsure else "refused",
        permanent=not is_down and not is_unsure,
        address_is_bad=code in NOT_ON_WHATSAPP,
        error=f"whatsapp {code}",
        is_down=is_down,
    )


def unknown(message_id: int) -> Outcome:
    """It said yes, but not to what."""
    return Outcome(message_id, "unknown", error="garbled")


def signature(secret: str, body: bytes) -> str:
    """HMAC-SHA256 as Meta writes it."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"
