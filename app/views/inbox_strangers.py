"""Unknown senders among the conversations of the inbox, for those who may find out whose they are."""

from typing import Any

from flask import url_for
from flask_babel import gettext

from app.base import perform
from app.base.look import may
from app.views.inbox_words import SHOWN
from app.views.unknown_senders import chip_of, sender_words, where_words
from journeys.contact.inbound.senders_in_inbox import senders_in_inbox
from journeys.contact.inbound.unknown_senders import UnknownSender


def strangers(box: str) -> list[dict[str, Any]]:
    """The rows of a box, as the list of conversations shows its own."""
    if not may("link", "unknown-senders"):
        return []
    return [row_of(each) for each in perform(senders_in_inbox, box)]


def row_of(each: UnknownSender) -> dict[str, Any]:
    """One of them."""
    words = " ".join(each.text.split())
    return {
        "uid": f"unknown-{each.id}",
        "address": url_for("unknown-senders.show", number=each.id),
        "name": sender_words(each),
        "said": words if len(words) <= SHOWN else f"{words[:SHOWN]}…",
        "channel": where_words(each),
        "owner": each.owner or "",
        "next_step": gettext("Find out who wrote"),
        "chip": chip_of(each),
        "reason": "",
        "last_at": each.at,
    }
