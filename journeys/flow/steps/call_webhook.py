"""Tells another system, and waits until it has heard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from sqlalchemy import ARRAY, ColumnElement, Text, and_, case, cast, literal

from journeys.flow.steps.base import Change, Insert, Kinds, Rows, Step, Update, concerns, mine, of_visit
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.times import Duration, in_words, not_positive
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.webhooks import WebhookCall

DELIVERED = "delivered"
FAILED = "failed"
TIMEOUT = "timeout"

TOLD = {
    "uid": N_("Random number (uid)"),
    "language": N_("Language"),
    "time_zone": N_("Time zone"),
    "preferred_channel": N_("Preferred channel"),
    "payer_class": N_("Payer class"),
}
"""What a call may tell of the patient."""


@dataclass(frozen=True)
class CallWebhook(Step):
    """Plans one call of a connection that an administrator has opened, and stays until it is delivered, failed or late.

    The call says which journey and step it comes from and a key by which the other side knows it again; of the patient
    it tells the chosen fields alone. It is signed, tried again for two days where the other side does not answer, and
    cancelled when time is up.
    """

    label: ClassVar[str] = N_("Call another system")
    help: ClassVar[str] = N_("Tells a system that an administrator has connected, and waits until it has heard.")
    icon: ClassVar[str] = "link"
    reads: ClassVar[frozenset[str]] = frozenset({"webhook_call", "event"})
    writes: ClassVar[frozenset[str]] = frozenset({"webhook_call"})
    rests: ClassVar[bool] = True
    stays: ClassVar[bool] = True

    connection: str = field(
        metadata={"label": N_("Connection"), "help": N_("Which system is called."), "source": "connection"},
    )
    timeout: Duration = field(
        metadata={"label": N_("At the latest after"), "help": N_("When to go on although it has not heard.")},
    )
    tells: tuple[Literal["uid", "language", "time_zone", "preferred_channel", "payer_class"], ...] = field(
        default=(),
        metadata={
            "label": N_("Tells of the patient"),
            "help": N_("Nothing else of the patient leaves; uid is the patient's random number here."),
            "choices": tuple(TOLD.items()),
        },
    )

    def ports(self) -> tuple[str, ...]:
        """It has heard, it never will, or it is too late."""
        return (DELIVERED, FAILED, TIMEOUT)

    def shortest(self, port: str) -> dt.timedelta:
        """The other side may hear at once."""
        return self.timeout.length() if port == TIMEOUT else dt.timedelta(0)

    def waits_for(self, rows: Rows) -> Kinds:
        """What becomes of the call."""
        return ("webhook.delivered", "webhook.failed")

    def wakes(self, rows: Rows, event: Any) -> ColumnElement[bool]:
        """Only what becomes of the call of this very visit."""
        return and_(concerns(rows, event), event.subject_id == mine(rows, WebhookCall.id))

    def inserts(self, rows: Rows) -> list[Change]:
        """The call; and the end of one that is too late."""
        values = {
            "connection_slug": self.connection,
            "patient_id": rows.c.patient_id,
            "enrolment_id": rows.c.enrolment_id,
            "step": rows.c.step,
            "visit": rows.c.visit,
            "fields": cast(literal(list(self.tells), ARRAY(Text)), ARRAY(Text)),
            "planned_at": rows.c.now,
            "not_before": rows.c.now,
        }
        planned = Insert(WebhookCall, values, where=mine(rows, WebhookCall.id).is_(None), rings="webhooks")
        is_over = rows.c.now >= self.at_the_latest(rows)
        is_late = and_(of_visit(rows, WebhookCall), WebhookCall.status == "planned", is_over)
        return [planned, Update(WebhookCall, {"status": "cancelled", "settled_at": rows.c.now}, is_late)]

    def exit(self, rows: Rows) -> ColumnElement[Any]:
        """What the call says; NULL while it is under way and there is time."""
        status = mine(rows, WebhookCall.status)
        is_late = rows.c.now >= self.at_the_latest(rows)
        return case((status.in_((DELIVERED, FAILED)), status), (is_late, TIMEOUT))

    def again(self, rows: Rows) -> ColumnElement[Any] | None:
        """When the time is up."""
        return self.at_the_latest(rows)

    def at_the_latest(self, rows: Rows) -> ColumnElement[Any]:
        """When its time is up."""
        return rows.c.step_entered_at + literal(self.timeout.length())

    def problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """There is time for it, and each field is told once."""
        yield from not_positive(self.timeout, f"{where}.timeout")
        if len(set(self.tells)) < len(self.tells):
            yield Problem(f"{where}.tells", N_("Each field at most once"))

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """Which one, and for how long."""
        words = reader.translate(N_("Call %(connection)s, at most %(length)s"))
        return words % {"connection": self.connection, "length": in_words(self.timeout, reader.translate)}
