"""What every step that writes to a patient plans: one message, judged by contact rules when it is released."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, cast, literal, select
from sqlalchemy.orm import aliased

from journeys.flow.steps.base import Insert, Rows
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.contact import Message
from journeys.store.definitions import TEMPLATE

LOST = ("held", "undeliverable", "not-done")
"""Statuses of messages that will not go by themselves any more."""

EACH_CHANNEL_ONCE = N_("Each channel at most once")


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


def newest(rows: Rows, column: Any) -> ColumnElement[Any]:
    """One column of the newest message that an enrolment has written, but for this visit's own."""
    sent = aliased(Message, name="newest")
    own = (sent.enrolment_id == rows.c.enrolment_id) & (sent.visit < rows.c.visit)
    found = select(getattr(sent, column.key)).where(own).order_by(sent.visit.desc()).limit(1)
    return found.correlate_except(sent).scalar_subquery()


def channel_problems(channels: Sequence[str], where: str) -> Iterable[Problem]:
    """A problem when a rung of a ladder stands there twice."""
    if len(set(channels)) < len(channels):
        yield Problem(f"{where}.channels", EACH_CHANNEL_ONCE)
