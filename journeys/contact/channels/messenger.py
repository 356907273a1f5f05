"""Messenger by Meta's Graph API: a page answers who wrote to it, within a day of their last word."""

from __future__ import annotations

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
from journeys.contact.media.messenger import SCHEME
from journeys.contact.replies.signatures import is_hub_signed
from journeys.contact.vendors import meta
from journeys.contact.vendors.meta import challenge_of, content_of, entries_of, is_open, object_in, objects_in, text_in
from journeys.foundation.outgoing import Answer
from journeys.foundation.words import N_

FOUND = 200
LONGEST = 2000
"""Characters that Messenger takes at once."""

NOBODY = frozenset({100, 551})
"""Meta's codes for a person who is none of this page's, or takes no messages."""

BUSY = frozenset({4, 32, 613, 1200, 80006})
NOT_LET_IN = frozenset({0, 3, 190, 200, 368})
CLOSED = 10
"""More than a day after the last word."""

ERRORS = {
    "window closed": N_("The person has not written in the last 24 hours, so Messenger takes nothing."),
    "no messenger": N_("The address is not one of Messenger: it begins with messenger: and has only digits."),
    "messenger 190": N_("Meta does not accept the access token."),
    "messenger 100": N_("Meta does not know this person on your page."),
    r"messenger \d+": N_("Meta refuses the message: its error is %(code)s."),
}


@dataclass(frozen=True)
class Settings:
    """The page at Meta, what proves us to Meta and Meta to us."""

    page_id: str = field(
        metadata={"label": N_("Page ID"), "help": N_("The digits that Meta gives it."), "attributes": PLAIN}
    )
    access_token: str = meta.access_token()
    app_secret: str = meta.app_secret()
    verify_token: str = meta.verify_token()
    url: str = meta.address()


class Messenger(Channel):
    """Meta recognises no repetition and cannot be asked later: what nobody knows waits for a person."""

    label = N_("Messenger by Meta's Graph API")
    medium = MEDIA["messenger"]
    address_systems = ("other",)
    batch = 5
    hears = True
    errors = ERRORS
    Settings = Settings

    def send_one(self, envelope: Envelope) -> Outcome:
        """Hand over one message, as an answer to what the person wrote."""
        name = envelope.address.removeprefix(SCHEME)
        if not envelope.address.startswith(SCHEME) or not name.isdecimal():
            return Outcome(envelope.message_id, "refused", permanent=True, error="no messenger")
        if not is_open(envelope.heard_at, envelope.now):
            return Outcome(envelope.message_id, "refused", permanent=True, error="window closed")
        said = {
            "recipient": {"id": name},
            "messaging_type": "RESPONSE",
            "message": {"text": envelope.body[:LONGEST], "metadata": str(envelope.uid)},
        }
        url = meta.messages_of(self.settings.url, self.settings.page_id)
        answer = asked(self.reach, url, meta.message(self.settings.access_token, said), envelope.message_id)
        return answer if isinstance(answer, Outcome) else outcome_of(envelope.message_id, answer)

    def is_genuine(self, delivery: Delivery) -> bool:
        """X-Hub-Signature-256 over the bytes as they came."""
        return is_hub_signed(self.settings.app_secret, delivery.body, delivery.header("x-hub-signature-256"))

    def greet(self, query: Mapping[str, str]) -> str | None:
        """Meta asks once whether this address is ours, by the word that we told it."""
        return challenge_of(query, self.settings.verify_token)

    @classmethod
    def read(cls, delivery: Delivery) -> Reading:
        """What people wrote or pressed, and what arrived; what the page itself said comes back too, and is left
        alone."""
        written: list[Written] = []
        receipts: list[Receipt] = []
        for entry in entries_of(delivery.body):
            for each in objects_in(entry.get("messaging")):
                written += written_of(each)
                receipts += receipts_of(each)
        return Reading(tuple(written), tuple(receipts))


def written_of(each: Mapping[str, Any]) -> Iterator[Written]:
    """What somebody wrote or pressed; a picture comes without words, for a person to look at."""
    sender = text_in(object_in(each.get("sender")), "id")
    message, pressed = object_in(each.get("message")), object_in(each.get("postback"))
    said = message or pressed
    if not sender.isdecimal() or not text_in(said, "mid") or message.get("is_echo") or message.get("is_deleted"):
        return
    words = text_in(message, "text") or text_in(pressed, "title")
    yield Written(text_in(said, "mid"), f"{SCHEME}{sender}", words)


def receipts_of(each: Mapping[str, Any]) -> Iterator[Receipt]:
    """Which of our messages arrived."""
    arrived = object_in(each.get("delivery")).get("mids")
    if isinstance(arrived, list):
        yield from (Receipt("delivered", reference=name) for name in arrived if isinstance(name, str) and name)


def outcome_of(message_id: int, answer: Answer) -> Outcome:
    """What Meta's answer to a message means."""
    content = content_of(answer.body)
    if answer.status == FOUND:
        name = text_in(content, "message_id")
        error = None if name else "garbled"
        return Outcome(message_id, "accepted" if name else "unknown", reference=name or None, error=error)
    code = object_in(content.get("error")).get("code")
    if not isinstance(code, int):
        return outcome_of_status(message_id, answer)
    is_down = code in BUSY or code in NOT_LET_IN
    is_said = is_down or code in NOBODY or code == CLOSED
    is_unsure = not is_said and outcome_of_status(message_id, answer).result == "unknown"
    return Outcome(
        message_id,
        "unknown" if is_unsure else "refused",
        permanent=not is_down and not is_unsure,
        address_is_bad=code in NOBODY,
        error="window closed" if code == CLOSED else f"messenger {code}",
        is_down=is_down,
    )
