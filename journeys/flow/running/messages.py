"""What every step that writes to a patient plans: one message, judged by contact rules when it is released."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, and_, cast, func, literal, null, or_, select
from sqlalchemy.orm import aliased

from journeys.contact.sending.withdraw import QUEUED
from journeys.flow.steps.base import EventFilter, Insert, Rows, Update, concerns, is_news
from journeys.flow.text.entries import repeated
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.contact import CAREGIVERS, Message
from journeys.store.events import Event
from journeys.store.putting_in_force.definitions import TEMPLATE

LOST = ("held", "undeliverable", "not-done")
"""Statuses of messages that will not go by themselves any more."""

WENT_ON = "journey-went-on"
"""Why a message is held that had not left when the journey went on."""

MOST_DAYS_OF_USE = 366

EACH_CHANNEL_ONCE = N_("Each channel at most once")


@dataclass(frozen=True)
class Deed:
    """Something that a patient does instead of answering."""

    event: str = field(
        metadata={
            "label": N_("This happens"),
            "help": N_("The kind of event, for example appointment.changed."),
            "source": "event",
        }
    )
    where: EventFilter | None = field(
        default=None,
        metadata={"label": N_("Only when"), "help": N_("Which codes and outcomes of the event count.")},
    )

    def is_done(self, event: Any) -> ColumnElement[bool]:
        """Whether an event is that."""
        return and_(event.kind == self.event, (self.where or EventFilter()).matches(event))


def ladder_asked() -> Any:
    """The field of a step that asks for channels."""
    return field(
        default=(),
        metadata={
            "label": N_("Channels"),
            "help": N_("In which order to try them; empty means the organisation's own order."),
            "chosen_of": "channel",
        },
    )


def days_of_use_asked() -> Any:
    """The field of a step that asks for how many days its message is of use."""
    return field(
        default=None,
        metadata={
            "label": N_("Useful for days"),
            "help": N_("A message that could not go within these days is held for good."),
        },
    )


def deeds_asked() -> Any:
    """The field of a step that asks what a patient may do instead of answering."""
    return field(
        default=(),
        metadata={
            "label": N_("These count as acting"),
            "help": N_("What else the patient may do instead of answering."),
        },
    )


def planned(rows: Rows, template: str, channels: Sequence[str], **more: Any) -> dict[str, Any]:
    """The columns of one planned message for each enrolment; `more` gives others."""
    return {
        "patient_id": rows.c.patient_id,
        "lane": rows.c.lane,
        "purpose": rows.purpose,
        "priority": rows.priority,
        "enrolment_id": rows.c.enrolment_id,
        "step": rows.c.step,
        "visit": rows.c.visit,
        "template_version_id": rows.pinned(TEMPLATE, template),
        "channels": cast(literal(list(channels), ARRAY(Text)), ARRAY(Text)),
        "focus_kind": rows.c.focus_kind,
        "focus_id": rows.c.focus_id,
        "planned_at": rows.c.now,
        **more,
    }


def planning(values: dict[str, Any], where: ColumnElement[bool] | None = None) -> Insert:
    """The message, and the bell of whoever decides about it."""
    return Insert(Message, values, where=where, rings="plan")


def reminded(rows: Rows) -> ColumnElement[Any]:
    """The newest message to the patient that an enrolment planned before this visit; for a reminder what it reminds of.
    Or NULL."""
    sent = aliased(Message, name="newest")
    before = and_(sent.enrolment_id == rows.c.enrolment_id, sent.visit < rows.c.visit, is_to_patient(sent))
    found = select(func.coalesce(sent.reminds_id, sent.id)).where(before).order_by(sent.visit.desc()).limit(1)
    return found.correlate_except(sent).scalar_subquery()


def is_to_patient(message: Any) -> ColumnElement[bool]:
    """SQL: whether the patient gets a message: who is beside them answers none."""
    return and_(message.goes_to != CAREGIVERS, message.recipient_id.is_(None))


def of_reminded(rows: Rows) -> tuple[Any, ColumnElement[bool]]:
    """A name for messages, and which of them are the one that an enrolment is reminded of, or reminders of it."""
    message = aliased(Message, name="of_reminded")
    root = reminded(rows)
    return message, and_(
        message.enrolment_id == rows.c.enrolment_id,
        message.visit < rows.c.visit,
        or_(message.id == root, message.reminds_id == root),
    )


def was_answered(rows: Rows) -> ColumnElement[bool]:
    """Whether the patient has answered the newest message of the enrolment, or what it reminds of."""
    message, is_of_it = of_reminded(rows)
    return select(message.id).where(is_of_it, message.answered_at.is_not(None)).correlate_except(message).exists()


def has_acted(rows: Rows, deeds: Sequence[Deed]) -> ColumnElement[bool]:
    """Whether one of these deeds was done since that message was planned."""
    event, (message, is_of_it) = aliased(Event, name="acted"), of_reminded(rows)
    since = select(func.min(message.planned_at)).where(is_of_it).correlate_except(message).scalar_subquery()
    is_later = and_(event.recorded_at > since, is_news(event, since))
    is_deed = or_(*(deed.is_done(event) for deed in deeds))
    happened = select(event.id).where(is_deed, concerns(rows, event), is_later)
    return happened.correlate_except(event, message).exists()


def taking_back(rows: Rows, which: ColumnElement[bool]) -> Update:
    """Hold what is planned and not under way, of the messages for which `which` holds: the journey goes on without."""
    nothing = {"counted_at": null(), "not_before": null()}
    values = {"status": "held", "reasons": [WENT_ON], "decided_at": rows.c.now, **nothing}
    is_own = Message.enrolment_id == rows.c.enrolment_id
    return Update(Message, values, and_(is_own, Message.status.in_(QUEUED), which))


def channel_problems(channels: Sequence[str], where: str) -> Iterable[Problem]:
    """A problem when a rung of a ladder stands there twice."""
    yield from repeated(channels, f"{where}.channels", EACH_CHANNEL_ONCE)


def days_of_use_problems(days: int | None, where: str) -> Iterable[Problem]:
    """A message is of use for a day at least, and for a year at most."""
    if days is not None and not 1 <= days <= MOST_DAYS_OF_USE:
        yield Problem(f"{where}.useful_for_days", N_("Between 1 and 366 days"))
