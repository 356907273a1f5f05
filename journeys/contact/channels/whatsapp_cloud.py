"""WhatsApp by Meta's Cloud API: free text within a day of the patient's last word, an approved template otherwise."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

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
from journeys.contact.replies.signatures import is_hub_signed
from journeys.contact.vendors import meta
from journeys.contact.vendors.meta import challenge_of, content_of, entries_of, is_open, object_in, objects_in, text_in
from journeys.foundation.outgoing import Answer
from journeys.foundation.words import N_

FOUND = 200

NO_WORDS_OF_THEIRS = frozenset({"system", "revoke", "unsupported"})
"""What WhatsApp itself says, and what was taken back."""

WORDS_STAND_IN = {"text": "body", "reaction": "emoji", "button": "text", "order": "text"}
"""Where the words of each kind of message stand; those of pictures and documents are their captions."""

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

ERRORS = {
    "window closed": N_("The patient has not written within 24 hours, and the account names no template."),
    "whatsapp 190": N_("Meta does not accept the access token: it is wrong or has run out."),
    "whatsapp 131026": N_("This number does not use WhatsApp."),
    "whatsapp 131030": N_("A trial number of Meta writes only to numbers on its list there."),
    "whatsapp 132001": N_("Meta knows no such template in this language."),
    r"whatsapp \d+": N_("WhatsApp refuses the message: its error is %(code)s."),
}


@dataclass(frozen=True)
class Settings:
    """The number at Meta, what proves us to Meta and Meta to us, and the template for first words."""

    phone_number_id: str = field(
        metadata={"label": N_("Phone number ID"), "help": N_("The digits that Meta gives it."), "attributes": PLAIN}
    )
    access_token: str = meta.access_token()
    app_secret: str = meta.app_secret()
    verify_token: str = meta.verify_token()
    template: str = field(
        default="",
        metadata={
            "label": N_("Template"),
            "help": N_(
                "An approved template with one place for the text, for texts that have none of their own there."
            ),
            "attributes": PLAIN,
        },
    )
    sender: str = field(default="", metadata={"label": N_("Sender"), "help": N_("The number that patients see.")})
    url: str = meta.address()


class WhatsappCloud(Channel):
    """Meta recognises no repetition and cannot be asked later; its status messages carry the message's own uid."""

    label = N_("WhatsApp by Meta's Cloud API")
    medium = MEDIA["whatsapp"]
    address_systems = ("sms", "phone")
    batch = 5
    hears = True
    errors = ERRORS
    Settings = Settings

    def send_one(self, envelope: Envelope) -> Outcome:
        """Hand over one message: as it is, or within the template."""
        kind = self.as_text(envelope) if is_open(envelope.heard_at, envelope.now) else self.as_template(envelope)
        if kind is None:
            return Outcome(envelope.message_id, "refused", permanent=True, error="window closed")
        said = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": "".join(letter for letter in envelope.address if letter.isdecimal()),
            "biz_opaque_callback_data": str(envelope.uid),
            **kind,
        }
        url = meta.messages_of(self.settings.url, self.settings.phone_number_id)
        answer = asked(self.reach, url, meta.message(self.settings.access_token, said), envelope.message_id)
        return answer if isinstance(answer, Outcome) else outcome_of(envelope.message_id, answer)

    def as_text(self, envelope: Envelope) -> dict[str, Any]:
        """Free text."""
        return {"type": "text", "text": {"preview_url": False, "body": envelope.body}}

    def as_template(self, envelope: Envelope) -> dict[str, Any] | None:
        """The text in the one place of the approved template, its own or the account's, which takes no new lines; None
        without a template."""
        name = envelope.registered_as or self.settings.template
        if not name:
            return None
        place = {"type": "text", "text": " ".join(envelope.body.split())}
        components = [{"type": "body", "parameters": [place]}]
        language = {"code": envelope.language.replace("-", "_")}
        return {"type": "template", "template": {"name": name, "language": language, "components": components}}

    def is_genuine(self, delivery: Delivery) -> bool:
        """X-Hub-Signature-256 over the bytes as they came."""
        return is_hub_signed(self.settings.app_secret, delivery.body, delivery.header("x-hub-signature-256"))

    def greet(self, query: Mapping[str, str]) -> str | None:
        """Meta asks once whether this address is ours, by the word that we told it."""
        return challenge_of(query, self.settings.verify_token)

    @classmethod
    def read(cls, delivery: Delivery) -> Reading:
        """Messages and statuses of every change; what else Meta tells is left alone."""
        written: list[Written] = []
        receipts: list[Receipt] = []
        for value in values_of(delivery.body):
            written += [each for message in objects_in(value.get("messages")) for each in written_of(message)]
            receipts += [each for status in objects_in(value.get("statuses")) for each in receipt_of(status)]
        return Reading(tuple(written), tuple(receipts))


def values_of(body: bytes) -> Iterator[dict[str, Any]]:
    """What changed about messages, one after the other; ValueError for what is none of Meta's."""
    for entry in entries_of(body):
        for change in objects_in(entry.get("changes")):
            if change.get("field") == "messages":
                yield object_in(change.get("value"))


def written_of(message: Mapping[str, Any]) -> Iterator[Written]:
    """What a patient wrote or pressed; a picture without a caption comes without words, for a person to look at. Who
    hides their number is known by Meta's own name for them."""
    kind = text_in(message, "type")
    is_taken_back = kind == "reaction" and not words_of(message)
    if kind in NO_WORDS_OF_THEIRS or is_taken_back:
        return
    number, name = text_in(message, "from"), text_in(message, "from_user_id")
    sender = f"+{number}" if number.isdecimal() else number or name
    if sender and text_in(message, "id"):
        yield Written(text_in(message, "id"), sender, words_of(message))


def words_of(message: Mapping[str, Any]) -> str:
    """The words of a text, a pressed button, a chosen line, a caption; of an edited message what it says now."""
    kind = text_in(message, "type")
    content = object_in(message.get(kind))
    if kind == "edit":
        return words_of(object_in(content.get("message")))
    if kind == "interactive":
        return text_in(object_in(content.get("button_reply") or content.get("list_reply")), "title")
    return text_in(content, WORDS_STAND_IN.get(kind, "caption"))


def receipt_of(status: Mapping[str, Any]) -> Iterator[Receipt]:
    """What became of one message."""
    state: Any = STATES.get(str(status.get("status")))
    if state is None or not text_in(status, "id"):
        return
    said = [error.get("code") for error in objects_in(status.get("errors"))]
    codes = [code for code in said if isinstance(code, int)]
    yield Receipt(
        state,
        reference=text_in(status, "id"),
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
    content = content_of(answer.body)
    if answer.status == FOUND:
        ids = [text_in(each, "id") for each in objects_in(content.get("messages"))]
        return Outcome(message_id, "accepted", reference=ids[0]) if any(ids) else unknown(message_id)
    code = object_in(content.get("error")).get("code")
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
