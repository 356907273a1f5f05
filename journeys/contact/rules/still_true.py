"""What the message is about must still be so."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_
from journeys.store.due import ASKING

OVER = ("arrived", "fulfilled", "cancelled", "noshow", "entered-in-error", "checked-in")
"""Statuses in which an appointment no longer lies ahead."""

DONE = ("completed", "cancelled", "stopped", "entered-in-error")
"""Statuses in which a planned activity asks for nothing any more."""


class StillTrue(Rule):
    """Fails when the journey was left, the planned activity is done, what is due was done since, what it reminds of
    was answered, or the appointment no longer lies ahead.

    A message planned after the appointment began, or after it was cancelled, is about just that and is let through.
    """

    label = N_("Still true")
    source = N_("A reminder of a cancelled appointment harms more than none")
    step = 10
    kind = "suppress"
    needs = (
        "now",
        "planned_at",
        "enrolment_status",
        "reminded_answered",
        "focus_kind",
        "focus_status",
        "focus_at",
        "focus_ended_at",
    )
    reasons = {
        "NO_LONGER_TRUE": Reason(
            N_("What the message is about has changed or is over."),
            N_("Nothing; the journey goes on from what is so now."),
        ),
    }

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """Left, done, answered, or no longer ahead."""
        left = facts.enrolment_status.in_(("revoked", "entered-in-error"))
        done = and_(facts.focus_kind == "care_plan_activity", self.is_in(facts, DONE))
        known = [
            func.coalesce(each, False) for each in (left, done, self.is_due_no_more(facts), facts.reminded_answered)
        ]
        return or_(*known, self.appointment_is_over(facts))

    def is_due_no_more(self, facts: Facts) -> ColumnElement[bool]:
        """Whether what was due when the message was planned asks for nothing since; thanks for it are let through."""
        asks = func.coalesce(facts.focus_status, "gone").in_(ASKING)
        since = func.coalesce(facts.focus_ended_at >= facts.planned_at, True)
        return and_(facts.focus_kind == "due_item", not_(asks), since)

    def appointment_is_over(self, facts: Facts) -> ColumnElement[bool]:
        """Whether the message was planned for an appointment to come that has begun, or is not to come."""
        was_ahead = and_(
            func.coalesce(facts.focus_at > facts.planned_at, True),
            func.coalesce(facts.focus_ended_at >= facts.planned_at, True),
        )
        begun = func.coalesce(facts.focus_at <= facts.now, False)
        return func.coalesce(
            and_(facts.focus_kind == "appointment", was_ahead, or_(begun, self.is_in(facts, OVER))), False
        )

    def is_in(self, facts: Facts, statuses: tuple[str, ...]) -> ColumnElement[bool]:
        """Whether the record has one of these statuses; one that is gone counts as entered in error."""
        return func.coalesce(facts.focus_status, "entered-in-error").in_(statuses)
