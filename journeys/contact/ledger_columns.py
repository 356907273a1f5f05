"""In which column of the contact ledger a message stands: sent, held, skipped or failed; always in exactly one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, case, null

from journeys.contact.reasons import TAKEN_BACK
from journeys.store.contact import Message

COLUMN_OF: Mapping[str, str] = {
    "planned": "held",
    "released": "held",
    "held": "held",
    "sending": "sent",
    "accepted": "sent",
    "delivered": "sent",
    "not-done": "skipped",
    "undeliverable": "failed",
    "unknown": "failed",
}
"""Status → column. What still waits for its moment is held; of `sending` the first word comes when it is recorded."""

WAITING = ("planned", "released")


def standing_in() -> ColumnElement[Any]:
    """SQL: the column in which a message stands; NULL for a status that the account does not know."""
    taken_back = (Message.status == "held") & Message.reasons[1].in_(TAKEN_BACK)
    return case((taken_back, "skipped"), *((Message.status == key, to) for key, to in COLUMN_OF.items()), else_=null())
