"""In which column of the contact ledger a message stands: sent, held, skipped or failed; always in exactly one.

Some columns are told in more detail: of what is held, what was put off to a known moment; of what was sent, what is
known to have arrived; of all of it, what was answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, case, null

from journeys.contact.deciding.reasons import TAKEN_BACK
from journeys.contact.rules import RULES
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

RULE_OF: Mapping[str, str] = {code: name for name, rule in RULES.items() for code in rule.reasons}
"""Reason code → the rule that gives it."""


def standing_in() -> ColumnElement[Any]:
    """SQL: the column in which a message stands; NULL for a status that the account does not know."""
    taken_back = (Message.status == "held") & Message.reasons[1].in_(TAKEN_BACK)
    return case((taken_back, "skipped"), *((Message.status == key, to) for key, to in COLUMN_OF.items()), else_=null())


def parts() -> dict[str, ColumnElement[bool]]:
    """SQL: what is counted within the columns."""
    return {
        "waiting": Message.status.in_(WAITING),
        "deferred": (Message.status == "planned") & Message.not_before.is_not(None),
        "delivered": Message.status == "delivered",
        "answered": Message.answered_at.is_not(None),
    }


def held_by() -> ColumnElement[Any]:
    """SQL: the rule that keeps a message, the first one where there are several; else the reason that no rule gave;
    NULL where nothing speaks against it."""
    first = Message.reasons[1]
    return case(dict(RULE_OF), value=first, else_=first)
